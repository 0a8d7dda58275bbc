# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters for a certificate's validation records and the hosted zones that hold them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.streamops.red5pro.plugins.plugin_utils.certificate import (
    certificate_problems,
    certificate_readings,
    compared_records,
    existing_certificates,
    needed_records,
    placed_records,
    record_notes,
    removable_records,
    zones_of,
)
from ansible_collections.streamops.red5pro.plugins.plugin_utils.load_balancer import zone_problems


class FilterModule:
    """The filters of the `certificate` role."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {
            "certificate_problems": certificate_problems,
            "certificate_readings": certificate_readings,
            "compared_records": compared_records,
            "existing_certificates": existing_certificates,
            "needed_records": needed_records,
            "placed_records": placed_records,
            "record_notes": record_notes,
            "removable_records": removable_records,
            "zone_problems": zone_problems,
            "zones_of": zones_of,
        }
