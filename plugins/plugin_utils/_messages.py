# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The form of every message to the operator, in one place."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

HIDDEN = "(hidden)"
_MOST = 200  # characters of a value; more than that hides the rest of the message


def shown(value: Any, secret: bool = False) -> str:
    """A value as a message shows it: text as it is, or in quotes where it is empty or ends or has characters that cannot be seen."""
    if secret:
        return HIDDEN
    plain = isinstance(value, str) and value.isprintable() and value and value == value.strip()
    text = str(value) if plain else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _MOST else f"{text[:_MOST]}..."


def invalid(variable: str, value: Any, expected: str, secret: bool = False) -> str:
    """An input that is refused."""
    return f"Invalid {variable}: {shown(value, secret)}. Expected: {expected.rstrip('.')}."


def refusing(action: str, reason: str, remedy: str) -> str:
    """An action that is refused, such as `Refusing to replace X: Y is unhealthy. Fix it, or set red5pro_force=true.`"""
    return f"Refusing to {action}: {reason.rstrip('.')}. {remedy.rstrip('.')}."


def finding(subject: str, expected: Any, found: Any) -> str:
    """What differs from the desired state."""
    return f"{subject}: expected {shown(expected)}, found {shown(found)}"


@dataclass(frozen=True)
class Problem:
    """An input that is refused, with what is expected instead."""

    variable: str
    value: Any
    expected: str
    secret: bool = False

    def __str__(self) -> str:
        return invalid(self.variable, self.value, self.expected, self.secret)


_SENTENCE = re.compile(
    r"(?:Invalid )?(?P<variable>red5pro_[^\s:]+): (?:is )?(?P<value>.*?)(?:\. Expected: |; (?:give )?)(?P<expected>.*?)\.?", re.DOTALL
)


def rows(problems: Iterable[Problem | str]) -> list[dict[str, Any]]:
    """Problems, or sentences of one, in the form that the filter findings takes."""
    return [_row(problem) for problem in problems]


def _row(problem: Problem | str) -> dict[str, Any]:
    found = _SENTENCE.fullmatch(problem) if isinstance(problem, str) else None
    subject, value, expected = (
        (problem.variable, shown(problem.value, problem.secret), problem.expected)
        if isinstance(problem, Problem)
        else (found["variable"], found["value"], found["expected"])
        if found
        else (problem.partition(":")[0], "as given", "what its documentation says")
    )
    return {"subject": subject, "declared": expected, "stands": value, "holds": False, "message": str(problem)}
