# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters for the connections of a stream manager that is deregistered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.streamops.red5pro.plugins.plugin_utils.connections import (
    connection_waits,
    connections_note,
    established_connections,
)


class FilterModule:
    """The filters of rolling changes."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {
            "connection_waits": connection_waits,
            "connections_note": connections_note,
            "established_connections": established_connections,
        }
