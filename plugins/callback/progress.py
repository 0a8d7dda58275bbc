# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ansible's default output with one line a minute for a task that waits."""

from __future__ import annotations

DOCUMENTATION = r"""
name: progress
type: stdout
short_description: Ansible's default output, with progress while a task waits
version_added: 0.2.0
description:
  - Prints what the C(default) callback prints. A task that waits with C(until), for example for an image, prints one line a minute with
    the time since it began, instead of C(FAILED - RETRYING) for each attempt.
author:
  - streamops.red5pro contributors (@streamops)
extends_documentation_fragment:
  - default_callback
  - result_format_callback
options:
  progress_interval:
    description: Seconds between two lines of the same task and host, at least 1.
    type: int
    default: 60
    ini:
      - section: callback_progress
        key: interval
    env:
      - name: RED5PRO_PROGRESS_INTERVAL
requirements:
  - Set it as C(stdout_callback) in the section C(defaults) of C(ansible.cfg).
"""

import time
from typing import Any

from ansible import constants
from ansible.plugins.callback.default import CallbackModule as Default


def duration(seconds: float) -> str:
    """A duration for display: seconds up to two minutes, then minutes."""
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


class CallbackModule(Default):
    """The default output, except for retries."""

    CALLBACK_NAME = "streamops.red5pro.progress"

    def __init__(self) -> None:
        super().__init__()
        self._began: dict[str, float] = {}
        self._printed: dict[tuple[str, str], float] = {}

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        self._began.setdefault(task._uuid, time.monotonic())
        super().v2_playbook_on_task_start(task, is_conditional)

    def v2_runner_retry(self, result: Any) -> None:
        answer, task = result._result, result._task._uuid
        key, now = (task, result._host.get_name()), time.monotonic()
        began = self._began.setdefault(task, now)
        if key in self._printed and now - self._printed[key] < self.get_option("progress_interval"):
            return
        self._printed[key] = now
        attempts = f"attempt {answer['attempts']} of {answer['retries']}"
        line = f"waiting: [{key[1]}]: {result.task_name}, {duration(now - began)} so far, {attempts}"
        if self._run_is_verbose(result, verbosity=2):
            line += f". Result was: {self._dump_results(answer)}"
        self._display.display(line, color=constants.COLOR_DEBUG)
