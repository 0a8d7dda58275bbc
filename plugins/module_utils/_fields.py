# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The attributes of the API's objects: names and values of options and of the API, and how to convert between them."""

from __future__ import annotations

import typing as t

from ansible_collections.streamops.red5pro.plugins.module_utils._answers import Object, items, mapping, text, whole, word
from ansible_collections.streamops.red5pro.plugins.module_utils._errors import ShapeError

ROLES = ("origin", "edge", "relay", "transcoder")
_TEXT: Object = {"type": "str"}


class Field(t.NamedTuple):
    """One attribute: its name as an option and in the API, its argument spec, the minimum of a number, the value if it is absent.

    `always` sends it even if it equals the value for absence; `quoted` sends a number as text, as the documentation does;
    a `word` may be in any letter case.
    """

    name: str
    wire: str
    option: Object = _TEXT
    low: int | None = None
    left_out: t.Any = None
    always: bool = True
    quoted: bool = False
    word: bool = False


def number(default: int | None = None, required: bool = False) -> Object:
    """Return the argument spec of a whole number."""
    if required:
        return {"type": "int", "required": True}
    return {"type": "int"} if default is None else {"type": "int", "default": default}


ROLE = Field("role", "role", {"type": "str", "required": True, "choices": list(ROLES)}, word=True)
NAME = Field("name", "name", {"type": "str", "required": True})
DESCRIPTION = Field("description", "description", left_out="")
VERSION = Field("version", "version", {"type": "str", "default": "0.0.3"})
STATE: Object = {"state": {"type": "str", "default": "present", "choices": ["present", "absent"]}}


def is_absent(declared: t.Mapping[str, t.Any]) -> bool:
    """Whether an object is declared as one that must not exist."""
    return bool(declared.get("state") == "absent")


def options(fields: t.Iterable[Field]) -> Object:
    """Return the argument spec of the fields."""
    return {field.name: field.option for field in fields}


def targets_option(fields: t.Iterable[Field], required: bool = False) -> Object:
    """Return the argument spec of a list of targets, each with these fields."""
    option: Object = {"type": "list", "elements": "dict", "options": options(fields)}
    return dict(option, required=True) if required else option


def by(*keys: str) -> t.Callable[[Object], tuple[str, ...]]:
    """Return a sort key."""
    return lambda thing: tuple(str(thing[key] or "") for key in keys)


def read(fields: t.Iterable[Field], raw: t.Any, what: str) -> Object:
    """Return the fields of an object of the API, named as the options are."""
    values = mapping(raw, what)
    found: Object = {}
    for field in fields:
        value = values.get(field.wire)
        if value is not None and value != "":
            reader = whole if field.option["type"] == "int" else word if field.word else text
            value = reader(value, f"{what}.{field.wire}")
        found[field.name] = field.left_out if value is None or value == "" else value
    return found


def read_what_can_be(fields: t.Iterable[Field], raw: Object) -> Object:
    """Return the fields, with None for each that cannot be read."""
    found: Object = {}
    for field in fields:
        try:
            found.update(read((field,), raw, ""))
        except ShapeError:
            found[field.name] = None
    return found


def read_targets(fields: t.Iterable[Field], raw: t.Any, what: str) -> list[Object]:
    """Return the targets of an object, sorted by role."""
    return sorted((read(fields, target, f"{what}[{n}]") for n, target in enumerate(items(raw, what))), key=by("role"))


def meant(fields: t.Iterable[Field], params: t.Mapping[str, t.Any], held: Object) -> Object:
    """Return the fields that `params` mean; missing ones are as in `held`, or else as the API has them if they are absent."""
    found: Object = {}
    for field in fields:
        value = params.get(field.name)
        found[field.name] = held.get(field.name, field.left_out) if value is None else value
    return found


def write(fields: t.Iterable[Field], values: Object, held: Object, **parts: t.Any) -> Object:
    """Return `values` and `parts` in the API's form, with the attributes that this collection does not know.

    `held` is the API's own form of the same thing, or nothing.
    """
    known = {field.wire for field in fields}
    sent = {wire: value for wire, value in held.items() if wire not in known}
    for field in fields:
        value = values[field.name]
        if value is not None and (field.always or field.wire in held or value != field.left_out):
            sent[field.wire] = str(value) if field.quoted else value
    return {**sent, **parts}


def write_targets(fields: tuple[Field, ...], targets: list[Object], raw: t.Any) -> list[Object]:
    """Return targets in the API's form; `raw` are those that the API has."""
    held: dict[str, Object] = {}
    for target in items(raw, "target"):
        held.setdefault(word(target.get("role") or "", "role"), target)
    return [write(fields, target, held.get(target["role"], {})) for target in targets]


def others(raw: t.Any, *known: str) -> Object:
    """Return the attributes of an object other than the known lists."""
    return {key: value for key, value in (raw or {}).items() if key not in known}
