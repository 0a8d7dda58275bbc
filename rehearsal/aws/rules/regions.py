# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Regions: an account has those that need no opt-in."""

from __future__ import annotations

from ..registry import Call, effect

NORTH_AMERICA = ("ca-central-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2")
ASIA = ("ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2")
EUROPE = ("eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3")
ENABLED = {*NORTH_AMERICA, *ASIA, *EUROPE, "sa-east-1"}


@effect(None, "ec2", "DescribeRegions")
def enabled_ones(call: Call) -> None:
    """moto shows those of other partitions and those that need an opt-in too."""
    if not call.params.get("AllRegions"):
        call.result["Regions"] = [region for region in call.result["Regions"] if region.name in ENABLED]
