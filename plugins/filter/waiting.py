# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters for tasks that wait."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any


def retries(timeout: int, interval: int) -> int:
    """The number of retries within a time, with a pause of C(interval) between two checks; numbers may be text."""
    return math.ceil(int(timeout) / max(int(interval), 1))


class FilterModule:
    """The filters of every role that waits."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"retries": retries}
