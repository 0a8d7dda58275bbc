# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lists without an order: shuffled by the seed of the rehearsal."""

from __future__ import annotations

from collections.abc import Mapping

from .. import order
from ..registry import Call, shape

# The key of a list of EC2 -> the key that identifies its items.
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

# The same of the other services.
LOAD_BALANCING = {
    "Listeners": "ListenerArn",
    "LoadBalancers": "LoadBalancerArn",
    "TagDescriptions": "ResourceArn",
    "TargetGroups": "TargetGroupArn",
    "TargetHealthDescriptions": "Target",
}
CERTIFICATES = {"CertificateSummaryList": "CertificateArn"}
ZONES = {"HostedZones": "Id"}


@shape("ec2", "*")
def no_order(call: Call) -> None:
    """The first one is random."""
    _shuffle(call, UNORDERED)
    for reservation in call.answer.get("Reservations", ()):
        reservation["Instances"] = order.shuffled(reservation["Instances"], UNORDERED["Instances"])


@shape("elbv2", "DescribeListeners", "DescribeLoadBalancers", "DescribeTags", "DescribeTargetGroups", "DescribeTargetHealth")
def no_order_of_balancers(call: Call) -> None:
    """Nor have the zones of a load balancer one."""
    _shuffle(call, LOAD_BALANCING)
    for balancer in call.answer.get("LoadBalancers", ()):
        balancer["AvailabilityZones"] = order.shuffled(balancer["AvailabilityZones"], "ZoneName")


@shape("acm", "ListCertificates")
def no_order_of_certificates(call: Call) -> None:
    """Unless it was asked for."""
    if not call.params.get("SortBy"):
        _shuffle(call, CERTIFICATES)


@shape("route53", "ListHostedZones")
def no_order_of_zones(call: Call) -> None:
    """ListHostedZonesByName has one, and so have the records of a zone."""
    _shuffle(call, ZONES)


def _shuffle(call: Call, lists: Mapping[str, str]) -> None:
    for key in call.answer.keys() & lists.keys():
        call.answer[key] = order.shuffled(call.answer[key], lists[key])
