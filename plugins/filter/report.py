# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters for a report of a deployment: its status as one structure, and the layout of a drawing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.streamops.red5pro.plugins.plugin_utils.deployment_report import deployment_report
from ansible_collections.streamops.red5pro.plugins.plugin_utils.report_drawing import report_drawing
from ansible_collections.streamops.red5pro.plugins.plugin_utils.summary import summary


class FilterModule:
    """The filters of the `report` role."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {
            "deployment_report": deployment_report,
            "deployment_summary": summary,
            "report_drawing": report_drawing,
        }
