# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What an answer of the Stream Manager API means: each function returns what it reads, or raises ShapeError."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.streamops.red5pro.plugins.module_utils._errors import ShapeError

Object: t.TypeAlias = "dict[str, t.Any]"

ENDING = ("terminat", "shut", "stop", "delet", "sunset", "dead")


def mapping(value: t.Any, what: str) -> Object:
    """Return `value` if it is a JSON object."""
    if not isinstance(value, dict):
        raise ShapeError(f"{what} is not an object")
    return value


def items(value: t.Any, what: str) -> list[t.Any]:
    """Return `value` if it is a JSON array; null and blank are an empty one, and an object is the only one, as in JSON made from XML."""
    if value is None or value == "":
        return []
    if value and isinstance(value, dict):
        return [value]
    if not isinstance(value, list):
        raise ShapeError(f"{what} is not a list")
    return value


def listed(answer: t.Any) -> list[t.Any]:
    """Return the answer of a list call."""
    if not isinstance(answer, list):
        raise ShapeError("the answer is not a list")
    return answer


def single(answer: t.Any, known: t.Collection[str], what: str) -> Object:
    """Return the object in `answer` that has a known attribute: the answer itself, the only one of a list, or inside a wrapper."""
    found = answer[0] if isinstance(answer, list) and len(answer) == 1 else answer
    for each in (found, *(mapping(found, "the answer").values())):
        if isinstance(each, dict) and not each.keys().isdisjoint(known):
            return each
    raise ShapeError(f"it has no {what}")


def named(answer: t.Any) -> list[Object]:
    """Return the names in a list, each as an object with only that; a list of objects is not a list of names."""
    found = listed(answer)
    names: list[Object] = [{"name": name} for name in found if isinstance(name, str)]
    if not names and any(isinstance(entry, (dict, list)) for entry in found):
        raise ShapeError("the answer is not a list of names")
    return names


def entries(answer: t.Any, known: t.Iterable[str], what: str) -> list[Object]:
    """Return the entries of a list that are objects with a known attribute; if there are objects, at least one must be."""
    found = listed(answer)
    own = [entry for entry in found if isinstance(entry, dict) and not entry.keys().isdisjoint(known)]
    if not own and any(isinstance(entry, dict) for entry in found):
        raise ShapeError(f"no entry is a {what}")
    return own


def body(answer: t.Any, wrapper: str) -> Object:
    """Return the object in `answer`, with its wrapper or without."""
    found = mapping(mapping(answer, "the answer").get(wrapper, answer), wrapper)
    if not text(found.get("name"), f"{wrapper}.name").strip():
        raise ShapeError(f"{wrapper}.name is blank")
    return found


def name_in(answer: t.Any, wrapper: str) -> str:
    """Return the name of the object in `answer`."""
    return text(body(answer, wrapper)["name"], f"{wrapper}.name")


def whole(value: t.Any, what: str) -> int:
    """Return a whole number, which may be written as `2.0` or as text."""
    if not isinstance(value, bool):
        try:
            if float(value) == int(float(value)):
                return int(value) if isinstance(value, int) else int(float(value))
        except (TypeError, ValueError, OverflowError):
            pass
    raise ShapeError(f"{what} is not a whole number")


def text(value: t.Any, what: str) -> str:
    """Return a single value as text."""
    found = property_text(value)
    if found is None:
        raise ShapeError(f"{what} is not text")
    return found


def word(value: t.Any, what: str) -> str:
    """Return a word of the API, such as a state or a role, in any letter case."""
    return re.sub(r"[\s_-]+", "", text(value, what)).lower()


def ends(state: t.Any) -> bool:
    """Whether something in this state is being deleted or is deleted; an unknown state is neither."""
    return isinstance(state, str) and word(state, "state").startswith(ENDING)


def property_text(value: t.Any) -> str | None:
    """Return a property's value as the text that the API keeps; None if it cannot be one."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    try:
        return str(value) if isinstance(value, (str, int, float)) else None
    except ValueError:  # a number of thousands of digits
        return None
