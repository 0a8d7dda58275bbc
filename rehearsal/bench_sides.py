# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the benchmark compares: checkouts of two versions, each with a rehearsal of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

from rehearsal import settings

ROOT = Path(__file__).resolve().parents[1]
_LIMITS = "http://{}:{}/limits".format(*settings.CONTROL_ADDRESS)


class Cost(NamedTuple):
    """What a run takes, in seconds: by the clock, and of the controller's processors, without what the emulated hosts and AWS take."""

    clock: float
    processor: float


class Checkout:
    """A version of the project; `memory` is the peak of its largest process so far in MiB, `processor` the seconds of its last run."""

    def __init__(self, title: str, path: Path) -> None:
        self.title, self.path, self.memory, self.processor = title, path, 0.0, 0.0

    def run(self, *command: str) -> str:
        """Run a command in the rehearsal and return its output; ends the benchmark if it fails."""
        with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
            process = subprocess.Popen(
                [self.path / "rehearsal/run", *command], cwd=self.path, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
            )
            _pid, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            output.seek(0)
            printed = output.read()
        if process.returncode:
            sys.exit(f"{self.title}: {' '.join(command)[:200]} failed:\n{printed[-4000:]}")
        self.memory = max(self.memory, usage.ru_maxrss / 1024)
        self.processor = usage.ru_utime + usage.ru_stime
        return printed

    def seconds(self, *command: str) -> float:
        begin = time.monotonic()
        self.run(*command)
        return time.monotonic() - begin

    def play(self, playbook: str, variables: dict[str, Any]) -> Cost:
        clock = self.seconds("ansible-playbook", "-i", "inventories/rehearsal", playbook, "-e", json.dumps(variables))
        return Cost(clock, self.processor)

    def calls(self) -> int:
        """The number of AWS calls so far, without those of the emulated hosts."""
        log = self.run("bash", "-c", 'cat "$REHEARSAL_STATE/aws.jsonl"')
        return sum(json.loads(line)["access_key"] == settings.OPERATOR_ACCESS_KEY for line in log.splitlines())

    def raise_limits(self) -> None:
        self.run("curl", "-fsS", "--output", "/dev/null", "--json", '{"elastic_ips": 40}', _LIMITS)


def earlier(commit: str) -> Checkout:
    """An earlier commit beside this one, with the packages of this one."""
    path = ROOT / "build/bench" / commit
    if not path.exists():
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", path, commit], cwd=ROOT, check=True)
        (path / ".venv").symlink_to(ROOT / ".venv")
        (path / ".collections/ansible_collections/streamops").mkdir(parents=True)
        (path / ".collections/ansible_collections/streamops/red5pro").symlink_to("../../..")
    return Checkout(commit, path)
