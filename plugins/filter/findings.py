# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters that say what differs between what is declared and what stands, each difference as a dictionary.

A statement has a `subject`, what is `declared` for it and what `stands`; it holds if those are the same, or as its key `holds` says.
A finding is a statement that does not hold, all its values as text, with its `part` of the deployment and a `message`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._compare import differences, flat

Facts = dict[str, Any]
COLUMNS = {"part": "where", "subject": "what", "declared": "declared", "stands": "stands"}
_NONE = "none"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return json.dumps(value, sort_keys=True) if value else _NONE
    if isinstance(value, (list, tuple, set)):
        return ", ".join(sorted(_text(one) for one in value)) or _NONE
    return _NONE if value in (None, "") else " ".join(str(value).split())


def findings(statements: Iterable[Facts], part: str) -> list[Facts]:
    """The statements that do not hold, in their order."""
    return [
        {"part": part, "subject": _text(one["subject"]), "declared": declared, "stands": stands, "message": _message(one, declared, stands)}
        for one in statements
        for declared, stands in [(_text(one["declared"]), _text(one["stands"]))]
        if not one.get("holds", declared == stands)
    ]


def _message(statement: Facts, declared: str, stands: str) -> str:
    return _text(statement.get("message") or f"{_text(statement['subject'])} is {stands}; declared is {declared}")


def differing_settings(declared: Facts, standing: Facts, subject: str) -> list[Facts]:
    """A statement for each key whose value is not the same in both, or that only one of them has."""
    return [
        {"subject": f"{subject} {key}", "declared": declared.get(key), "stands": standing.get(key), "holds": False, "message": message}
        for key in sorted({*declared, *standing})
        if _text(declared.get(key)) != _text(standing.get(key))
        for message in [_setting(key, declared, standing, subject)]
    ]


def _setting(key: str, declared: Facts, standing: Facts, subject: str) -> str:
    if key not in standing or key not in declared:
        return f"{subject}: {'missing' if key in declared else 'extra'} {key}"
    return f"{subject}: {key} is {_text(standing[key])}, declared is {_text(declared[key])}"


def declared_statements(results: Iterable[Facts], noun: str) -> list[Facts]:
    """What a loop of one of this collection's modules over declarations in check mode says of each."""
    return [
        _refused(name, result) if result.get("failed") else _changing(name, result["diff"])
        for result in results
        if result.get("failed") or result.get("changed")
        for name in [f"{noun} {result['item']['name']}"]
    ]


def _refused(name: str, result: Facts) -> Facts:
    why = failure_text(result)
    return {"subject": name, "declared": "as declared", "stands": why, "message": f"the {name} is not as declared: {why}", "holds": False}


def _changing(name: str, diff: Facts) -> Facts:
    before, after = flat(diff["before"]), flat(diff["after"])
    paths = differences(diff["before"], diff["after"])
    why = f" ({', '.join(paths)})" if before and after else ""
    return {
        "subject": name,
        "declared": _leaves(after, paths, before),
        "stands": _leaves(before, paths, after),
        "holds": False,
        "message": f"the {name} is not as declared{why}",
    }


def _leaves(leaves: Facts, paths: list[str], other: Facts) -> str:
    """The values at the paths where two objects differ, or whether there is the object at all."""
    if not leaves or not other:
        return "present" if leaves else "missing"
    return ", ".join(f"{path} {_text(leaves.get(path))}" for path in paths)


def failure_text(result: Facts) -> str:
    """Why a task failed, as one line; of a loop, why its items did."""
    failed = [one for one in result.get("results", []) if one.get("failed")]
    return "; ".join(map(failure_text, failed)) or _text(result.get("msg") or "no reason given")


def unseen(result: Facts, part: str) -> list[Facts]:
    """The finding that a part could not be looked at, since a task failed."""
    name, why = part.replace("_", " "), failure_text(result)
    message = f"the {name} could not be looked at: {why}"
    return findings([{"subject": name, "declared": "can be looked at", "stands": why, "message": message}], part)


def findings_table(found: Iterable[Facts], width: int = 0) -> list[str]:
    """Findings as the lines of a Markdown table; a width above 0 cuts what is longer."""
    rows = [list(COLUMNS.values()), *([_cell(one[key], width) for key in COLUMNS] for one in found)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(COLUMNS))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows]
    return [lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]]


def _cell(text: str, width: int) -> str:
    text = text.replace("|", "/")
    return f"{text[: width - 3]}..." if 3 < width < len(text) else text


def days_until(until: str, since: str) -> int:
    """Whole days from one moment to another, both in ISO 8601 and without an offset in UTC."""
    first, last = (datetime.fromisoformat(moment) for moment in (since, until))
    first, last = (moment if moment.tzinfo else moment.replace(tzinfo=UTC) for moment in (first, last))
    return (last - first).days


class FilterModule:
    """The filters with which the entry points `verify` of all roles tell what they find."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {
            "days_until": days_until,
            "declared_statements": declared_statements,
            "differing_settings": differing_settings,
            "failure_text": failure_text,
            "findings": findings,
            "findings_table": findings_table,
            "unseen": unseen,
        }
