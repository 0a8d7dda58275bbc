# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter of the roles that launch instances, whose decisions are in plugin_utils."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._plain import plain
from ansible_collections.streamops.red5pro.plugins.plugin_utils import launch_plan as planning

Facts = dict[str, Any]


def launch_plan(read: Facts, declared: Facts) -> Facts:
    """The settings to launch instances, and what is wrong with them."""
    return planning.plan(plain(read), plain(declared))


class FilterModule:
    """The filter of the roles that launch instances."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"launch_plan": launch_plan}
