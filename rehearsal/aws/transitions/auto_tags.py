# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An auto-tagger, as many companies run one: every new resource gets their tags a moment later, for accounting."""

from __future__ import annotations

from contextlib import suppress

from moto.core.exceptions import ServiceException

from .. import clock, faults
from ..registry import Call, effect

MOMENT = 5.0  # seconds


@effect(None, "elbv2", "CreateLoadBalancer", "CreateTargetGroup", "CreateListener")
def load_balancing(call: Call) -> None:
    """Each load balancer, target group and listener."""
    (made,) = call.result.values()
    _later(call, [one.arn for one in made])


@effect(None, "ec2", "RunInstances")
def instances(call: Call) -> None:
    """Each instance."""
    _later(call, [instance.id for instance in call.result.instances])


@effect(None, "ec2", "CreateImage", "CopyImage")
def images(call: Call) -> None:
    """Each image."""
    _later(call, [call.result["ImageId"]])


@effect(None, "ec2", "AllocateAddress")
def addresses(call: Call) -> None:
    """Each Elastic IP."""
    _later(call, [call.result["AllocationId"]])


def _later(call: Call, resources: list[str]) -> None:
    if faults.auto_tags:
        clock.after(MOMENT, lambda: _tag(call, resources))


def _tag(call: Call, resources: list[str]) -> None:
    with suppress(ServiceException):  # it is already deleted
        if call.service == "ec2":
            present = {*call.ec2.amis, *(one.allocation_id for one in call.ec2.addresses), *(one.id for one in call.ec2.all_instances())}
            call.ec2.create_tags([one for one in resources if one in present], faults.auto_tags)
        else:
            call.elbv2.add_tags(resources, [{"Key": key, "Value": value} for key, value in faults.auto_tags.items()])
