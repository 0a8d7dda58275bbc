# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Rules that several resources share: names, texts, whole numbers, what must be unique."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.streamops.red5pro.plugins.module_utils._fields import Field
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import Problem
from ansible_collections.streamops.red5pro.plugins.module_utils._resource import Params, Problems

LARGEST = 2**31 - 1  # the API's numbers are Java's int
NAME_LENGTH = 254
_INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060\u00ad"  # which text copied from a page or a document may have around it


def name_problems(name: str, path: str = "", option: str = "name") -> Problems:
    """Yield why `name` cannot name an object in a URL."""
    if not name.strip() or name in (".", "..") or not name.isprintable():
        yield Problem(f"{path}{option}", name, "a name of printable characters that is neither empty nor . nor ..")
    yield from length_problems(name, f"{path}{option}")


def length_problems(name: str, where: str) -> Problems:
    """Yield whether a name is too long."""
    if len(name) > NAME_LENGTH:
        yield Problem(where, f"{len(name)} characters", f"a name of at most {NAME_LENGTH} characters")


def text_problems(options: Params, params: Params, path: str) -> Problems:
    """Yield texts that are not Unicode, and texts with white space around them where it has no meaning."""
    for name, spec in options.items():
        value = params.get(name)
        for index, each in enumerate(value if "options" in spec and value else ()):
            yield from text_problems(spec["options"], each, f"{path}{name}[{index}].")
        for where, text in _texts(spec, value, f"{path}{name}"):
            if not is_unicode(text) and name != "user_data":
                yield Problem(where, text, "text in UTF-8")
            if text != bare(text) and bare(text) and name not in ("description", "user_data"):
                yield Problem(where, text, "the same without the white space around it")


def _texts(spec: Params, value: t.Any, where: str) -> t.Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield where, value
    elif spec.get("elements") == "str":
        yield from ((f"{where}[{index}]", each) for index, each in enumerate(value or ()))


def bare(text: str) -> str:
    """Return a text without white space and invisible characters around it."""
    kept = text.strip().strip(_INVISIBLE)
    return kept if kept == text else bare(kept)


def is_unicode(text: str) -> bool:
    """Whether a text can be sent in UTF-8."""
    return text.encode(errors="ignore").decode() == text


def range_problems(fields: t.Iterable[Field], params: Params, path: str) -> Problems:
    """Yield which whole numbers are too small or too large."""
    for field in fields:
        value = params.get(field.name)
        if field.low is not None and value is not None and not field.low <= value <= LARGEST:
            yield Problem(f"{path}{field.name}", value, f"a whole number from {field.low} to {LARGEST}")


def unique_problems(values: t.Sequence[str | None], where: str, option: str, noun: str) -> Problems:
    """Yield duplicates in a list; None is not compared."""
    for index, value in enumerate(values):
        if value is not None and value in values[:index]:
            yield Problem(f"{where}[{index}].{option}".rstrip("."), value, f"each {noun} once; {where}[{values.index(value)}] has it too")


def word_problems(value: str, where: str, expected: str = "a name without spaces") -> Problems:
    """Yield whether a text is empty or has white space in it."""
    if not re.fullmatch(r"\S+", value):
        yield Problem(where, value, expected)


def version_problems(params: Params, path: str) -> Problems:
    """Yield whether the version of a format is invalid."""
    if not version(params["version"]):
        yield Problem(f"{path}version", params["version"], "three numbers such as 0.0.3")


def version(text: str) -> tuple[int, ...]:
    """Return a version as numbers; empty if it is invalid."""
    return tuple(map(int, text.split("."))) if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9}){2}", text) else ()


def target_problems(fields: t.Iterable[Field], targets: t.Sequence[Params], where: str) -> Problems:
    """Yield what is wrong with the roles of a list of targets and with their numbers."""
    if not targets:
        yield Problem(where, [], "at least one role")
    yield from unique_problems([target["role"] for target in targets], where, "role", "role")
    for index, target in enumerate(targets):
        yield from range_problems(fields, target, f"{where}[{index}].")
