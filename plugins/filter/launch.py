# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters for launching instances."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.streamops.red5pro.plugins.plugin_utils.launch_checks import launch_checks, launch_problems, unknown_groups
from ansible_collections.streamops.red5pro.plugins.plugin_utils.launch_settings import launch_settings


class FilterModule:
    """The filters of the roles that launch instances."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {
            "launch_problems": launch_problems,
            "launch_settings": launch_settings,
            "launch_checks": launch_checks,
            "unknown_groups": unknown_groups,
        }
