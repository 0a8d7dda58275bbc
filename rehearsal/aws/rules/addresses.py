# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Elastic IPs: how many, on what, and when they can be released (rules 9, 10)."""

from __future__ import annotations

from typing import Any

from .. import limits
from ..patches.addresses import elastic_ip_of
from ..registry import Call, Refusal, rule


@rule(9, "ec2", "AllocateAddress")
def quota(call: Call) -> None:
    """5 in a region unless the quota was raised."""
    if len(call.ec2.addresses) >= limits.elastic_ips:
        raise Refusal("AddressLimitExceeded", "The maximum number of addresses has been reached.")


@rule(10, "ec2", "AssociateAddress")
def running_or_stopped_instance(call: Call) -> None:
    """Neither a pending nor a terminating instance."""
    if "InstanceId" not in call.params:
        return
    instance = call.ec2.get_instance(call.params["InstanceId"])
    if instance.state == "pending":
        raise Refusal("InvalidInstanceID", f"The pending instance '{instance.id}' is not in a valid state for this operation.")
    if instance.state not in ("running", "stopped"):
        raise Refusal("IncorrectInstanceState", f"The instance '{instance.id}' is {instance.state}, not running or stopped.")


@rule(None, "ec2", "AssociateAddress")
def interface_without_other_address(call: Call) -> None:
    """A second Elastic IP replaces the first only if that is requested."""
    if call.params.get("AllowReassociation"):
        return
    interface = _interface(call)
    former = elastic_ip_of(interface) if interface else None
    if former is not None and call.params.get("AllocationId") != former.allocation_id and call.params.get("PublicIp") != former.public_ip:
        raise Refusal("Resource.AlreadyAssociated", f"resource {interface.id} is already associated with {former.association_id}")


@rule(None, "ec2", "ReleaseAddress")
def not_associated(call: Call) -> None:
    """An address in use is not released."""
    for address in call.ec2.addresses:
        if address.association_id and call.params.get("AllocationId") == address.allocation_id:
            raise Refusal("InvalidIPAddress.InUse", f"Address {address.public_ip} is in use.")


def _interface(call: Call) -> Any:
    if "NetworkInterfaceId" in call.params:
        return call.ec2.get_network_interface(call.params["NetworkInterfaceId"])
    if "InstanceId" in call.params:
        return call.ec2.get_instance(call.params["InstanceId"]).nics.get(0)
    return None
