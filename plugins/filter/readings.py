# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters for what roles read of AWS."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._plain import plain
from ansible_collections.streamops.red5pro.plugins.plugin_utils import readings as reuse
from ansible_collections.streamops.red5pro.plugins.plugin_utils.role_readings import READINGS, REMOVAL_READINGS, of_role

Facts = dict[str, Any]


def readings(declared: Facts, role: str, removal: bool = False) -> list[Facts]:
    """The readings for the plan of a role, or for its plan for a removal, each with a region if one is declared."""
    found = of_role(REMOVAL_READINGS if removal else READINGS, role)(plain(declared))
    region = declared.get("region")
    return [{"region": region, **one} for one in found] if region else found


def read_already(read: Facts, wanted: list[Facts], region: str = "") -> Facts:
    """The resources of the wanted readings, if an earlier one holds all of them."""
    return reuse.already(read, wanted, region)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"read_already": read_already, "readings": readings}
