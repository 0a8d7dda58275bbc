# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters for a certificate's validation records and their hosted zones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._plain import plain
from ansible_collections.streamops.red5pro.plugins.plugin_utils import certificate_plan as planning
from ansible_collections.streamops.red5pro.plugins.plugin_utils.certificate import (
    compared_records,
    placed_records,
    record_notes,
)
from ansible_collections.streamops.red5pro.plugins.plugin_utils.certificate_report import report

Facts = dict[str, Any]


def certificate_plan(current: Facts, desired: Facts, now: str) -> Facts:
    """Which certificate to use, and what to do for it."""
    return planning.plan(plain(current), plain(desired), now)


def certificate_report(answer: Facts, missing_records: list[Facts], domain: str, days: int, now: str) -> Facts:
    """The status of the certificate, and the checks of it."""
    return report(plain(answer), plain(missing_records), domain, int(days), now)


class FilterModule:
    """The filters of the `certificate` role."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {
            "certificate_plan": certificate_plan,
            "certificate_report": certificate_report,
            "compared_records": compared_records,
            "placed_records": placed_records,
            "record_notes": record_notes,
        }
