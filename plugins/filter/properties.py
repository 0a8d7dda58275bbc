# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters for Java properties files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._plain import plain
from ansible_collections.streamops.red5pro.plugins.module_utils._properties import is_secret
from ansible_collections.streamops.red5pro.plugins.plugin_utils import stream_manager_config


def secret_properties(values: dict[str, Any], secret: bool = True) -> dict[str, Any]:
    """The values that are secrets by the names of their keys or as URLs with a password, or with C(secret=false) the others."""
    return {key: value for key, value in values.items() if is_secret(str(key), value) == secret}


def stream_manager_config_plan(hosts: dict[str, Any], declared: dict[str, Any]) -> dict[str, Any]:
    """Which hosts can be configured, which change, and the checks of all."""
    return stream_manager_config.plan(plain(hosts), plain(declared))


class FilterModule:
    """The filters of the `stream_manager_config` role."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {
            "secret_properties": secret_properties,
            "stream_manager_config_plan": stream_manager_config_plan,
        }
