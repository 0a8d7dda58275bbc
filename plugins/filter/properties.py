# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters for Java properties files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._properties import differences, is_secret, read
from ansible_collections.streamops.red5pro.plugins.plugin_utils.stream_manager_config import plan, property_problems, statements


def properties_differences(texts: dict[str, str], apart: list[str], section: str | None = None) -> list[dict[str, object]]:
    """What differs between properties files by the name of their host, but for the keys in C(apart); secrets hidden."""
    return differences(texts, apart, section)


def property_value(text: str, key: str) -> str:
    """One value of a properties file, empty if the key is missing."""
    return read(text).get(key, "")


def property_values(text: str) -> dict[str, str]:
    """All values of a properties file by key, as Java reads them."""
    return read(text)


def secret_properties(values: dict[str, Any], secret: bool = True) -> dict[str, Any]:
    """Those of the values that by the name of their key are secrets, or with C(secret=false) the others."""
    return {key: value for key, value in values.items() if is_secret(str(key)) == secret}


class FilterModule:
    """The filters of the `stream_manager_config` role."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {
            "properties_differences": properties_differences,
            "property_problems": property_problems,
            "property_value": property_value,
            "property_values": property_values,
            "secret_properties": secret_properties,
            "stream_manager_config_plan": plan,
            "stream_manager_statements": statements,
        }
