# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters of the role `stream_managers`, whose decisions are in plugin_utils/stream_managers.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._plain import plain
from ansible_collections.streamops.red5pro.plugins.plugin_utils import stream_managers

Facts = dict[str, Any]


def stream_managers_plan(declared: Facts, current: Facts) -> Facts:
    """The current state of the declared stream managers, and what to do."""
    return stream_managers.plan(plain(declared), plain(current))


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"stream_managers_plan": stream_managers_plan}
