# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters for the removal of a deployment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._plain import plain
from ansible_collections.streamops.red5pro.plugins.plugin_utils.removal import lines
from ansible_collections.streamops.red5pro.plugins.plugin_utils.role_readings import REMOVAL_PLANS, of_role

Facts = dict[str, Any]


def removal_lines(rows: list[Facts]) -> list[str]:
    """What is deleted as the lines of a table."""
    return lines(rows)


def removal_plan(current: Facts, role: str, declared: Facts) -> Facts:
    """What a role deletes and keeps, with the region that it is for."""
    return {**of_role(REMOVAL_PLANS, role)(plain(declared), plain(current)), "region": declared.get("region", "")}


class FilterModule:
    """The filters for a deletion."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"removal_lines": removal_lines, "removal_plan": removal_plan}
