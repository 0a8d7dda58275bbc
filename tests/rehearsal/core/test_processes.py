# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The search of the process list sees what is below the given processes, and nothing else."""

from __future__ import annotations

import os
import subprocess

from processes import command_lines


def test_an_argument_of_a_grandchild_is_seen_below_its_ancestors_only() -> None:
    stranger = subprocess.Popen(["sleep", "30"])
    with command_lines(os.getpid()) as seen, command_lines(stranger.pid) as elsewhere:
        subprocess.run(["sh", "-c", "sh -c 'sleep 0.4; : a-secret'; :"], check=True)
    stranger.kill()
    stranger.wait()
    assert any(line.startswith("sh -c sleep") and "a-secret" in line for line in seen)
    assert elsewhere == {"sleep 30"}
