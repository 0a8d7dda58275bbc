# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Regions: those that are enabled for the account, in its partition."""

from __future__ import annotations

from typing import Any

from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend

from .patching import mend

_OTHER_PARTITIONS = ("us-gov-", "us-iso", "cn-")


@mend(RegionsAndZonesBackend, "describe_regions")
def enabled_regions(original: Any, backend: Any, region_names: list[str] | None = None) -> list[Any]:
    """moto answers with those of every partition, enabled or not."""
    found = original(backend, region_names)
    return [region for region in found if region.opt_in_status != "not-opted-in" and not region.name.startswith(_OTHER_PARTITIONS)]
