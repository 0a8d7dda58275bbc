# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter for the connections of a stream manager that is deregistered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._plain import plain
from ansible_collections.streamops.red5pro.plugins.plugin_utils import connections


def drain_plan(tables: str, declared: dict[str, Any]) -> dict[str, Any]:
    """The connections of a stream manager, and how long to wait for them."""
    return connections.drain(str(tables), plain(declared))


class FilterModule:
    """The filter of rolling changes."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"drain_plan": drain_plan}
