# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lists without an order: shuffled by the seed of the rehearsal."""

from __future__ import annotations

from .. import order
from ..registry import Call, shape

# The key of a list of EC2 -> the key that tells its items apart.
UNORDERED = {
    "Addresses": "AllocationId",
    "AvailabilityZones": "ZoneName",
    "Images": "ImageId",
    "Instances": "InstanceId",
    "InstanceTypeOfferings": "Location",
    "NetworkInterfaces": "NetworkInterfaceId",
    "Regions": "RegionName",
    "Reservations": "ReservationId",
    "RouteTables": "RouteTableId",
    "SecurityGroupRules": "SecurityGroupRuleId",
    "SecurityGroups": "GroupId",
    "Snapshots": "SnapshotId",
    "Subnets": "SubnetId",
    "Volumes": "VolumeId",
    "Vpcs": "VpcId",
}


@shape("ec2", "*")
def no_order(call: Call) -> None:
    """Whoever takes the first gets any."""
    for key in call.answer.keys() & UNORDERED.keys():
        call.answer[key] = order.shuffled(call.answer[key], UNORDERED[key])
    for reservation in call.answer.get("Reservations", ()):
        reservation["Instances"] = order.shuffled(reservation["Instances"], UNORDERED["Instances"])
