# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters for what was already read, whose decisions are in plugin_utils/readings.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.streamops.red5pro.plugins.plugin_utils import readings

Facts = dict[str, Any]


def read_already(read: Facts, wanted: list[Facts], region: str) -> Facts:
    """The resources of the wanted readings, if an earlier one holds all of them."""
    return readings.already(read, wanted, region)


def merged_readings(reads: list[Facts]) -> Facts:
    """What several readings returned, merged."""
    return readings.merged(reads)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"merged_readings": merged_readings, "read_already": read_already}
