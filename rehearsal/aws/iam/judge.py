# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The process that evaluates requests."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
POLICIES = HERE.parents[2] / "docs"
OF_STREAM_MANAGERS = "iam-policy-cloud-controller.json"  # which have a key of their own
Document = dict[str, Any]
Context = dict[str, str | list[str]]


@dataclass(frozen=True)
class Request:
    """A request to IAM: one action on one resource, with the context of conditions."""

    action: str
    resource: str
    context: Context = field(default_factory=dict)


def documents(directory: Path = POLICIES) -> list[Document]:
    """The policies that an operator has, as published."""
    found = sorted(set(directory.glob("iam-policy*.json")) - {directory / OF_STREAM_MANAGERS})
    return [json.loads(path.read_text(encoding="utf-8")) for path in found]


class Judge:
    """Evaluates requests against policies; each is evaluated once."""

    def __init__(self, policies: Sequence[Document]) -> None:
        command = ["node", str(HERE / "judge.mjs")]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._lock = threading.Lock()
        self.use(policies)

    def use(self, policies: Sequence[Document]) -> None:
        """Use these policies from now on."""
        self._known: dict[str, str | None] = {}
        self._ask([], policies)

    def denied(self, requests: Sequence[Request]) -> list[Request]:
        """Those of the requests that the policies do not allow; ValueError if AWS has no such action or resource."""
        keys = [json.dumps(asdict(request), sort_keys=True) for request in requests]
        new = {key: request for key, request in zip(keys, requests, strict=True) if key not in self._known}
        if new:
            self._known |= dict(zip(new, self._ask(list(new.values())), strict=True))
        return [request for key, request in zip(keys, requests, strict=True) if self._known[key]]

    def _ask(self, requests: Sequence[Request], policies: Sequence[Document] | None = None) -> list[str | None]:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin
        assert stdout
        with self._lock:
            asked = {"requests": [asdict(request) for request in requests]} | ({} if policies is None else {"policies": list(policies)})
            stdin.write(json.dumps(asked) + "\n")
            stdin.flush()
            answer = json.loads(stdout.readline())
        if "error" in answer:
            raise ValueError(answer["error"])
        return list(answer["results"])

    def close(self) -> None:
        """Stop the process."""
        self._process.communicate()
