# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters are loaded by every run, and each of its processes inherits them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ansible_collections.streamops.red5pro.plugins import filter as filters

_LOAD = """
import importlib, sys
before = set(sys.modules)
for name in sys.argv[1:]:
    importlib.import_module(f"ansible_collections.streamops.red5pro.plugins.filter.{name}")
print(*sorted({name.partition(".")[0] for name in set(sys.modules) - before}))
"""


def test_filters_do_not_load_boto3_which_only_modules_need() -> None:
    names = sorted(path.stem for path in Path(next(iter(filters.__path__))).glob("*.py"))
    done = subprocess.run(
        [sys.executable, "-c", _LOAD, *names], check=True, capture_output=True, text=True, env={"PYTHONPATH": ":".join(sys.path)}
    )
    assert "ansible_collections" in done.stdout.split()
    assert not {"boto3", "botocore"} & set(done.stdout.split())
