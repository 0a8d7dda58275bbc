# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What differs between the desired and the current state, each difference as a dictionary: pure functions.

A check has a `subject`, what is `expected` and what was `found`; it holds if both are the same, or as its key `holds` says.
A finding is a check that does not hold, all its values as text, with its `part` of the deployment and a `message`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._compare import differences, flat
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import finding

Facts = dict[str, Any]
COLUMNS = {"part": "where", "subject": "what", "expected": "expected", "found": "found"}
_NONE = "none"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return json.dumps(value, sort_keys=True) if value else _NONE
    if isinstance(value, (list, tuple, set)):
        return ", ".join(sorted(_text(one) for one in value)) or _NONE
    return _NONE if value in (None, "") else " ".join(str(value).split())


def check(subject: str, expected: Any, found: Any) -> Facts:
    """A check that holds if both are the same."""
    return {"subject": subject, "expected": expected, "found": found}


def findings(checks: Iterable[Facts] | Mapping[str, Any], part: str) -> list[Facts]:
    """The checks that do not hold, in their order; of a task that failed, that the part could not be read."""
    return [
        {"part": part, **texts, "message": _text(one.get("message")) if one.get("message") else finding(**texts)}
        for one in (_unreadable(checks, part) if isinstance(checks, Mapping) else checks)
        for texts in [{key: _text(one[key]) for key in ("subject", "expected", "found")}]
        if not one.get("holds", texts["expected"] == texts["found"])
    ]


def differing_settings(desired: Facts, current: Facts, subject: str) -> list[Facts]:
    """A check for each key whose value is not the same in both, or that only one of them has."""
    return [
        {"subject": f"{subject} {key}", "expected": desired.get(key), "found": current.get(key), "holds": False}
        for key in sorted({*desired, *current})
        if _text(desired.get(key)) != _text(current.get(key))
    ]


def declared_checks(results: Iterable[Facts], noun: str) -> list[Facts]:
    """What a loop of one of this collection's modules over declarations in check mode says of each."""
    return [
        _refused(name, result) if result.get("failed") else _changing(name, result["diff"])
        for result in results
        if result.get("failed") or result.get("changed")
        for name in [f"{noun} {result['item']['name']}"]
    ]


def _refused(name: str, result: Facts) -> Facts:
    return {"subject": name, "expected": "as declared", "found": failure_text(result), "holds": False}


def _changing(name: str, diff: Facts) -> Facts:
    before, after = flat(diff["before"]), flat(diff["after"])
    paths = differences(diff["before"], diff["after"])
    return {"subject": name, "expected": _leaves(after, paths, before), "found": _leaves(before, paths, after), "holds": False}


def _leaves(leaves: Facts, paths: list[str], other: Facts) -> str:
    """The values at the paths where two objects differ, or whether there is the object at all."""
    if not leaves or not other:
        return "present" if leaves else "missing"
    return ", ".join(f"{path} {_text(leaves.get(path))}" for path in paths)


def failure_text(result: Mapping[str, Any]) -> str:
    """Why a task failed, as one line; of a loop, why its items did."""
    failed = [one for one in result.get("results", []) if one.get("failed")]
    return "; ".join(map(failure_text, failed)) or _text(result.get("msg") or "no reason given")


def _unreadable(result: Mapping[str, Any], part: str) -> list[Facts]:
    name, why = part.replace("_", " "), failure_text(result)
    return [{"subject": name, "expected": "readable", "found": why, "message": f"Failed to read the {name}: {why}"}]


def findings_table(found: Iterable[Facts], width: int = 0) -> list[str]:
    """Findings as the lines of a Markdown table; a width above 0 cuts what is longer."""
    rows = [list(COLUMNS.values()), *([_cell(one[key], width) for key in COLUMNS] for one in found)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(COLUMNS))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows]
    return [lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]]


def _cell(text: str, width: int) -> str:
    text = text.replace("|", "/")
    return f"{text[: width - 3]}..." if 3 < width < len(text) else text
