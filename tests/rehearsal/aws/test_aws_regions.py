# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The regions of an account."""

from __future__ import annotations

from typing import Any

from rehearsal import settings


def test_only_regions_that_need_no_opt_in_are_enabled(cloud: Any) -> None:
    enabled = {region["RegionName"] for region in cloud.ec2.describe_regions()["Regions"]}
    known = {region["RegionName"] for region in cloud.ec2.describe_regions(AllRegions=True)["Regions"]}
    assert {settings.REGION, settings.SECOND_REGION} < enabled
    assert len(enabled) == 17
    assert "af-south-1" in known - enabled
