# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which keys AWS's answers have and which they lack, as data: one table for each service, by structure of its API model.

A structure has `always` and `sometimes` keys, `filled` ones (absent rather than empty), and `cases`: `when` its own values are such
(`present`, `absent`, a value or a list of values), it `has`, `lacks` and `equals` what is said there; `when` and `lacks` take paths.
It has no other keys. An entry `Action.Structure` holds in the answers of that action alone.
`others/` has the services that no playbook calls.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from moto.core.utils import get_service_model

Table = Mapping[str, Mapping[str, Any]]
_HERE = Path(__file__).parent
_FILES = {path.stem: path for path in sorted(_HERE.rglob("*.yml"))}
SERVICES = tuple(service for service, path in _FILES.items() if path.parent == _HERE)  # each is called by a whole run
KNOWN = tuple(_FILES)


@functools.cache
def table(service: str) -> Table:
    """The facts about the structures of a service."""
    facts: Table = yaml.safe_load(_FILES[service].read_text(encoding="utf-8"))
    return facts


def differences(service: str, action: str, answer: Any, facts: Table | None = None, complete: bool = True) -> list[str]:
    """Where an answer differs from the table; `complete`: also of what the table says nothing."""
    shape = get_service_model(service).operation_model(action).output_shape
    known = table(service) if facts is None else facts
    return [] if shape is None else list(_walk(action, shape, answer, known, complete, action))


def _walk(action: str, shape: Any, value: Any, facts: Table, complete: bool, path: str) -> Iterator[str]:
    if shape.type_name == "list" and isinstance(value, list):
        for item in value:
            yield from _walk(action, shape.member, item, facts, complete, f"{path}[]")
    if shape.type_name != "structure" or not isinstance(value, dict):
        return
    fact = facts.get(f"{action}.{shape.name}", facts.get(shape.name))
    if fact is not None:
        yield from (f"{path} ({shape.name}): {found}" for found in _compare(fact, value, set(shape.members)))
    elif complete:
        yield f"{path}: no facts about {shape.name}, which has {sorted(value)}"
    for key, inner in value.items():
        if key in shape.members:
            yield from _walk(action, shape.members[key], inner, facts, complete, f"{path}.{key}")


def _compare(fact: Mapping[str, Any], value: Mapping[str, Any], readable: set[str]) -> Iterator[str]:
    """`readable`: an older botocore does not read the keys of newer answers."""
    cases = fact.get("cases", ())
    allowed = {*fact.get("always", ()), *fact.get("sometimes", ()), *fact.get("filled", ())}
    allowed |= {key for case in cases for key in (*case.get("has", ()), *case.get("equals", ()))}
    yield from (f"{key} is missing" for key in fact.get("always", ()) if key in readable - set(value))
    yield from (f"{key} is empty, not absent" for key in fact.get("filled", ()) if value.get(key, True) in ([], "", {}))
    yield from (f"{key} is not among its keys" for key in value if key not in allowed)
    for case in cases:
        if all(_is(next(_at(value, path), None), wanted) for path, wanted in case["when"].items()):
            yield from (f"{key} is missing where {case['when']}" for key in case.get("has", ()) if key in readable - set(value))
            yield from (f"{path} is there where {case['when']}" for path in case.get("lacks", ()) if list(_at(value, path)))
            wrong = {key: value.get(key) for key, wanted in case.get("equals", {}).items() if value.get(key) != wanted}
            yield from (f"{key} is {found!r} where {case['when']}" for key, found in wrong.items())


def _at(value: Any, path: str) -> Iterator[Any]:
    """The values at a path: keys with dots between them; each item where a key is that of a list."""
    key, _dot, rest = path.partition(".")
    if isinstance(value, list):
        for item in value:
            yield from _at(item, path)
    elif isinstance(value, Mapping) and key in value:
        yield from _at(value[key], rest) if rest else [value[key]]


def _is(found: Any, wanted: Any) -> bool:
    if wanted in ("present", "absent"):
        return (found is not None) is bool(wanted == "present")
    return bool(found in wanted if isinstance(wanted, list) else found == wanted)
