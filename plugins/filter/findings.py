# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters of the entry points `verify` of all roles, whose functions are in plugin_utils/findings.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.streamops.red5pro.plugins.plugin_utils.findings import findings, findings_table


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"findings": findings, "findings_table": findings_table}
