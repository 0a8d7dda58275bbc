# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The log of all calls, and the log of their answers: one JSON object a line, written by the gate, read by tests."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

READ_ONLY = re.compile(r"(Describe|Get|List|Lookup|Head|Search|Test|Validate|Simulate)")
SECRET = re.compile(r"Password|Passphrase|PrivateKey|Secret|SessionToken|UserData")
HIDDEN = "(hidden)"
ANSWERS = "answers.jsonl"  # each answer as a client reads it, to compare its keys with AWS's


def is_mutating(action: str) -> bool:
    """Whether an action changes anything, by its verb."""
    return READ_ONLY.match(action) is None


def without_secrets(value: Any) -> Any:
    """The parameters of a call, with secrets replaced."""
    if isinstance(value, dict):
        return {key: HIDDEN if SECRET.search(key) else without_secrets(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [without_secrets(item) for item in value]
    return value


def answer_of(service: str, action: str, answer: dict[str, Any]) -> dict[str, Any]:
    """The line of an answer."""
    return {"service": service, "action": action, "answer": without_secrets(answer)}


def write(path: Path, entry: dict[str, Any]) -> None:
    """Append one call."""
    line = json.dumps(entry, default=str) + "\n"
    with path.open("a", encoding="utf-8") as log:
        log.write(line)


def read(path: Path) -> list[dict[str, Any]]:
    """All calls of a log, oldest first; none if there is no log yet, without an unfinished last line."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines(keepends=True) if line.endswith("\n")]


def mutating(calls: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The calls that would change something, refused ones too; a dry run changes nothing."""
    return [call for call in calls if call["mutating"]]
