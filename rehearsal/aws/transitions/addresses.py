# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Elastic IPs: the quota that is shown is the quota that is kept (rule 9)."""

from __future__ import annotations

from .. import faults, limits
from ..registry import Call, effect

QUOTAS = ("max-elastic-ips", "vpc-max-elastic-ips")


@effect(9, "ec2", "DescribeAccountAttributes")
def show_quota(call: Call) -> None:
    """moto says 5 whatever holds, and shows all attributes whichever were asked for."""
    wanted = call.params.get("AttributeNames")
    attributes = call.result["AccountAttributes"]
    for attribute in attributes:
        if attribute["AttributeName"] in QUOTAS:
            attribute["AttributeValues"] = [{"AttributeValue": str(limits.elastic_ips)}]
    call.result["AccountAttributes"] = [entry for entry in attributes if not wanted or entry["AttributeName"] in wanted]


@effect(33, "ec2", "AllocateAddress")
def late_address(call: Call) -> None:
    """A filtered answer may lack it."""
    faults.delay(call.ec2.addresses[-1].allocation_id)


@effect(33, "ec2", "CreateTags")
def late_tags(call: Call) -> None:
    """A filtered answer may lack what has new tags."""
    faults.delay(*call.params["Resources"])
