# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters for the database of the stream managers, whose decisions are in plugin_utils/database.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._plain import plain
from ansible_collections.streamops.red5pro.plugins.plugin_utils import database, database_declaration

Facts = dict[str, Any]


def database_plan(current: Facts, declared: Facts) -> Facts:
    """What to create and to change of a database, and what differs."""
    return database.plan(plain(declared), plain(current))


def database_properties(host: str, port: Any, user: str, password: str) -> Facts:
    """The stream managers' properties for a database, none without a host."""
    return database_declaration.properties(host, port, user, password)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"database_plan": database_plan, "database_properties": database_properties}
