# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters of the role `red5pro`, whose decisions are in plugin_utils/red5pro.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._plain import plain
from ansible_collections.streamops.red5pro.plugins.plugin_utils import red5pro
from ansible_collections.streamops.red5pro.plugins.plugin_utils.red5pro_preflight import preflight

Facts = dict[str, Any]


def red5pro_plan(declared: Facts, found: Facts | None = None) -> Facts:
    """What to read of a host, what to do there, and why it cannot be done."""
    return red5pro.plan(plain(declared), plain(found or {}))


def red5pro_preflight(declared: Facts, found: Facts) -> Facts:
    """What is wrong with an installation on plain hosts that do not exist yet, and what identifies its result."""
    return preflight(plain(declared), plain(found))


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"red5pro_plan": red5pro_plan, "red5pro_preflight": red5pro_preflight}
