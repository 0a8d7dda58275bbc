# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Converts problems to the form that the filter findings takes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._messages import Problem, shown

_SENTENCE = re.compile(r"Invalid (?P<variable>red5pro_[^\s:]+): (?P<value>.*?)\. Expected: (?P<expected>.*?)\.?", re.DOTALL)


def rows(problems: Iterable[Problem | str]) -> list[dict[str, Any]]:
    """Problems, or messages of problems, in the form that the filter findings takes."""
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
    return {"subject": subject, "expected": expected, "found": value, "holds": False, "message": str(problem)}
