# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The form of every message to the operator, in one place."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

HIDDEN = "(hidden)"
_MAXIMUM = 200  # characters of a value; more than that hides the rest of the message
_PRIVATE_KEY = "PRIVATE KEY-----"
_CREDENTIALS = re.compile(r"(?<=://)(?:[^/\s@:]*:\S+|[^/\s@]+)(?=@)")  # of a URL
_PARAMETER = re.compile(r"(?<=[?&;,(])(?P<name>[\w.-]*(?:pass|pwd|secret|token|credential)[\w.-]*\s*=\s*)[^&;)\s\"']+", re.IGNORECASE)


def shown(value: Any, secret: bool = False) -> str:
    """A value as a message shows it: text as it is, or in quotes if it is empty, has white space at its ends or is not printable."""
    if secret or (isinstance(value, str) and _PRIVATE_KEY in value):
        return HIDDEN
    if isinstance(value, str) and value.isprintable() and value and value == value.strip():
        text = value
    else:
        text = "".join(each if each.isprintable() else json.dumps(each)[1:-1] for each in _json(value))
    text = without_passwords(text)
    return text if len(text) <= _MAXIMUM else f"{text[:_MAXIMUM]}..."


def without_passwords(text: str) -> str:
    """A text without the passwords in URLs, such as jdbc:mysql://user:secret@host/db?password=secret."""
    return _PARAMETER.sub(lambda found: f"{found['name']}{HIDDEN}", _CREDENTIALS.sub(HIDDEN, text))


def _json(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except TypeError:  # a key that is neither text nor a number
        return repr(value)
    except ValueError:  # for a number of thousands of digits
        return "a number with too many digits"


def invalid(variable: str, value: Any, expected: str, secret: bool = False) -> str:
    """An input that is refused."""
    return f"Invalid {variable}: {shown(value, secret)}. Expected: {expected.rstrip('.')}."


def refusing(action: str, reason: str, remedy: str) -> str:
    """An action that is refused, such as `Refusing to replace X: Y is unhealthy. Fix it, or set red5pro_force=true.`"""
    return f"Refusing to {action}: {reason.rstrip('.')}. {remedy.rstrip('.')}."


def finding(subject: str, expected: str, found: str) -> str:
    """What differs from the desired state."""
    return f"{subject}: expected {expected}, found {found}"


@dataclass(frozen=True)
class Problem:
    """An input that is refused, with what is expected instead."""

    variable: str
    value: Any
    expected: str
    secret: bool = False

    def __str__(self) -> str:
        return invalid(self.variable, self.value, self.expected, self.secret)


class InvalidError(ValueError):
    """An input that is refused; the text is the whole sentence."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem
