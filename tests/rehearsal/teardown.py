# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A run of a playbook that is killed half-way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from runner import SITE

CHECKOUT = Path(__file__).resolve().parents[2]


def offspring(pid: int) -> list[int]:
    """A process and all that it started, itself first; a worker of Ansible leads a session of its own, but stays a child."""
    found = [pid]
    for one in found:
        for path in Path(f"/proc/{one}/task").glob("*/children"):
            found += [int(child) for child in path.read_text().split()]
    return found


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def site_ended(rehearsal: Any, number: signal.Signals, due: Callable[[], bool], run: str = SITE, **variables: Any) -> bool:
    """Run site.yml, or another playbook, until a condition holds, then kill it with its children; whether that was before its end."""
    environment = {**os.environ, "REHEARSAL_STATE": str(rehearsal.state)}
    environment.pop("REHEARSAL_INSIDE", None)
    command = ["rehearsal/run", "ansible-playbook", "-i", "inventories/rehearsal", run, "-e", json.dumps(variables)]
    with subprocess.Popen(command, cwd=CHECKOUT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as site:
        while site.poll() is None and not due():
            time.sleep(0.02)
        early = site.poll() is None
        processes = offspring(site.pid) if early else []
        for pid in processes if number is signal.SIGKILL else processes[-1:] and [playbook(processes)]:
            if alive(pid):
                os.kill(pid, number)
        while any(alive(pid) for pid in processes):
            time.sleep(0.05)
    return early


def playbook(processes: list[int]) -> int:
    """The ansible-playbook among them."""
    return next(pid for pid in processes if b"ansible-playbook" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[1:2][0])
