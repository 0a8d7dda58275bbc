# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters by which a run notices another one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.streamops.red5pro.plugins.plugin_utils.concurrency import concurrent_run, own_ids


class FilterModule:
    """The filters of the role `stream_managers` about other runs."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"concurrent_run": concurrent_run, "own_ids": own_ids}
