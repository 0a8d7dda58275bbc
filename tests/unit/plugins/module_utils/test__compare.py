# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where two objects differ."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.module_utils._compare import differences


@pytest.mark.parametrize(
    ("before", "after", "paths"),
    [
        ({}, {}, []),
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2, "b": None}, ["a", "b"]),
        ({"t": [{"role": "x", "n": 1}, {"role": "y", "n": 2}]}, {"t": [{"role": "y", "n": 2}, {"role": "x", "n": 1}]}, []),
        ({"t": [{"role": "x", "n": 1}]}, {"t": [{"role": "x", "n": 1}] * 2}, ["t[x].n (again)", "t[x].role (again)"]),
        ({"r": ["a", "b"]}, {"r": ["b"]}, ["r[a]"]),
        ({"p": {}}, {"p": {"a": "1"}}, ["p.a"]),
    ],
)
def test_differences(before: Any, after: Any, paths: list[str]) -> None:
    assert differences(before, after) == paths
