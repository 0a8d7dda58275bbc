# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is printed while a task waits."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from ansible_collections.streamops.red5pro.plugins.callback.progress import duration

BIN = Path(__file__).resolve().parents[4] / ".venv/bin"
PLAY = """
- hosts: all
  gather_facts: false
  tasks:
    - name: Wait for the image
      ansible.builtin.command: "false"
      register: answer
      until: answer is succeeded
      retries: 4
      delay: 1
      ignore_errors: true
      no_log: {hidden}
"""


def waiting(directory: Path, interval: int, hidden: bool = False) -> list[str]:
    """What is printed while two hosts wait, each time with the result."""
    play = directory / "play.yml"
    play.write_text(PLAY.format(hidden=str(hidden).lower()), encoding="utf-8")
    python = f"ansible_python_interpreter={sys.executable}"
    command = [BIN / "ansible-playbook", "-vvv", "-i", "one,two,", "-c", "local", "-e", python, play]
    environment = {"RED5PRO_PROGRESS_INTERVAL": str(interval), "PATH": "/usr/bin:/bin", "HOME": str(directory)}
    done = subprocess.run(command, cwd=BIN.parents[1], env=environment, check=False, capture_output=True, text=True)
    assert "ok=1" in done.stdout, done.stdout + done.stderr
    assert "RETRYING" not in done.stdout
    return re.findall(r"^waiting: .*\n(?: .*\n)*", done.stdout, re.MULTILINE)


def test_one_line_for_each_host_in_an_interval_without_what_is_hidden(tmp_path: Path) -> None:
    lines = sorted(waiting(tmp_path, 600, hidden=True))
    assert [line.partition(", ")[0] for line in lines] == ["waiting: [one]: Wait for the image", "waiting: [two]: Wait for the image"]
    assert all(" so far, attempt 1 of 5. Result was: " in line for line in lines)
    assert all("censored: " in line and "cmd: " not in line.replace("\n", " ") for line in lines)


@pytest.mark.long
def test_another_line_after_the_interval_with_the_result(tmp_path: Path) -> None:
    lines = waiting(tmp_path, 1)
    for host in ("one", "two"):
        numbers = [re.findall(r"attempt (\d) of 5", line) for line in lines if f"[{host}]" in line]
        assert (numbers[0], numbers[-1]) == (["1"], ["4"])
    assert all("cmd:\n" in line for line in lines)


@pytest.mark.parametrize(("seconds", "said"), [(0, "0 s"), (119.4, "119 s"), (120, "2 min"), (3599, "60 min")])
def test_duration(seconds: float, said: str) -> None:
    assert duration(seconds) == said
