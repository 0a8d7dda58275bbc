# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Properties and tags of a launch configuration: a dictionary in the options, a list of pairs in the API."""

from __future__ import annotations

import typing as t

from ansible_collections.streamops.red5pro.plugins.module_utils._answers import Object, items, mapping, property_text, text
from ansible_collections.streamops.red5pro.plugins.module_utils._fields import others
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import Problem, shown
from ansible_collections.streamops.red5pro.plugins.module_utils._resource import Params, Problems
from ansible_collections.streamops.red5pro.plugins.module_utils._rules import is_unicode, unique_problems

NUMBER_DIGITS = 20
TAG_KEY_LENGTH, TAG_VALUE_LENGTH, TAG_COUNT = 128, 256, 50  # of EC2
CONTROLLER_TAGS = ("identifier", "role", "connectionCapacity")  # set by the cloud controller


class Pairs(t.NamedTuple):
    """Where the API keeps the pairs: the name of the list inside its object, and the attribute for a key."""

    inner: str
    key: str
    what: str

    def _raw(self, holder: t.Any) -> list[Object]:
        pairs = items(mapping({} if holder is None or holder == "" else holder, self.what).get(self.inner), f"{self.what}.{self.inner}")
        return [mapping(pair, f"{self.what}.{self.inner}[]") for pair in pairs]

    def read(self, holder: t.Any) -> Object:
        """Return the pairs as a dictionary; a duplicate key has the list of its values."""
        values: dict[str, list[str]] = {}
        for pair in self._raw(holder):
            value = text("" if pair.get("value") is None else pair["value"], f"{self.what}.value")
            of_key = values.setdefault(text(pair.get(self.key), f"{self.what}.{self.key}"), [])
            if value not in of_key:
                of_key.append(value)
        return {key: each[0] if len(each) == 1 else sorted(each) for key, each in sorted(values.items())}

    def write(self, values: Object, holder: t.Any) -> Object:
        """Return `values` in the API's form, with the other attributes of `holder`, the API's object."""
        held: dict[str, Object] = {}
        for pair in self._raw(holder):
            held.setdefault(text(pair.get(self.key), self.key), pair)
        pairs = [
            {**held.get(name, {}), self.key: name, "value": each}
            for name, value in sorted(values.items())
            for each in (value if isinstance(value, list) else [value])
        ]
        return {**others(holder, self.inner), self.inner: pairs}


PROPERTIES = Pairs("property", "name", "launchconfig.properties")
METADATA = Pairs("meta", "key", "launchconfig.metadata")


def pairs_problems(params: Params, path: str) -> Problems:
    """Yield what is wrong with properties and tags, without their values, which may be secret."""
    for option in ("properties", "metadata"):
        pairs = params.get(option) or {}
        yield from unique_problems([str(key) for key in pairs], f"{path}{option}", "", "name")
        for key, value in pairs.items():
            where = f"{path}{option}.{shown(str(key))}"
            yield from _key_problems(str(key), where)
            yield from _value_problems(str(key), value, where)
            if option == "metadata":
                yield from _tag_problems(str(key), property_text(value) or "", where)
    tags, maximum = len(params.get("metadata") or {}), TAG_COUNT - len(CONTROLLER_TAGS)
    if tags > maximum:
        expected = f"at most {maximum}, since an instance has at most {TAG_COUNT} and the Stream Manager sets {len(CONTROLLER_TAGS)}"
        yield Problem(f"{path}metadata", f"{tags} tags", expected)


def _key_problems(key: str, where: str) -> Problems:
    if not key.strip():
        yield Problem(where, "an empty name", "a name")
    elif key != key.strip() or not key.isprintable():
        yield Problem(where, "white space around the name, or a control character in it", "a name of printable characters")


def _value_problems(key: str, value: t.Any, where: str) -> Problems:
    written = property_text(value)
    if written is None:
        yield Problem(where, "not a single value", "text, a number, true or false")
    elif isinstance(value, (int, float)) and len(written.lstrip("-")) > NUMBER_DIGITS:
        yield Problem(where, f"a number of {len(written.lstrip('-'))} digits", f"at most {NUMBER_DIGITS} digits, or text")
    elif not is_unicode(key + written):
        yield Problem(where, value, "text in UTF-8", secret=True)


def _tag_problems(key: str, value: str, where: str) -> Problems:
    if key in CONTROLLER_TAGS or key.lower().startswith("aws:"):
        yield Problem(where, value, "another name, since AWS or the Stream Manager sets this tag", secret=True)
    for what, length, maximum in (("name", len(key), TAG_KEY_LENGTH), ("value", len(value), TAG_VALUE_LENGTH)):
        if length > maximum:
            yield Problem(where, f"a {what} of {length} characters", f"at most {maximum} characters, EC2's limit for a tag")
