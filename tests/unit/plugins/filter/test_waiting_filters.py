# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How often a task looks again."""

from __future__ import annotations

import pytest
from ansible_collections.streamops.red5pro.plugins.filter import waiting


@pytest.mark.parametrize("timeout, interval, times", [(600, 10, 60), (601, 10, 61), ("9", "10", 1), (5, 0, 5), (0, 10, 0)])
def test_retries(timeout: int, interval: int, times: int) -> None:
    assert waiting.retries(timeout, interval) == times
