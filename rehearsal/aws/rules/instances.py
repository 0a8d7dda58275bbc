# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Instances: where and with what they can be launched, and what can be done in which state (rules 10, 13, 23, 24)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from moto.ec2.models.instance_types import INSTANCE_TYPE_OFFERINGS, INSTANCE_TYPES

from rehearsal import settings

from .. import limits
from ..registry import Call, Refusal, effect, rule


@rule(13, "ec2", "RunInstances")
def image_available(call: Call) -> None:
    """An image that is still pending cannot be launched."""
    image = call.ec2.amis.get(call.params.get("ImageId"))
    if image is None:
        raise Refusal("InvalidAMIID.NotFound", f"The image id '[{call.params.get('ImageId')}]' does not exist")
    if image.state != "available":
        raise Refusal("InvalidAMIID.Unavailable", f"The image ID '{image.id}' is not available: it is {image.state}")


@rule(None, "ec2", "RunInstances")
def complete_request(call: Call) -> None:
    """As many as may be, and the root volume as the image has it unless the request says otherwise."""
    call.params["MinCount"] = call.params.get("MaxCount", 1)
    image = call.ec2.amis[call.params["ImageId"]]
    asked = {entry["DeviceName"]: entry for entry in call.params.get("BlockDeviceMappings", ())}
    for mapping in image.block_device_mappings:
        given = asked.setdefault(mapping["DeviceName"], {"DeviceName": mapping["DeviceName"]})
        if "NoDevice" not in given:
            given["Ebs"] = _completed(given.get("Ebs", {}), mapping["Ebs"])
            _at_least_its_snapshot(given["Ebs"], mapping["Ebs"])
    call.params["BlockDeviceMappings"] = list(asked.values())
    call.ec2.devices_asked = {entry["DeviceName"]: entry.get("Ebs", {}) for entry in asked.values()}


def _completed(given: dict[str, Any], held: dict[str, Any]) -> dict[str, Any]:
    """What the image has of a device counts where nothing is asked for; the speed depends on the type."""
    other = given.get("VolumeType", held["VolumeType"]) != held["VolumeType"]
    left_out = ("Encrypted", "Iops", "Throughput") if other else ("Encrypted",)
    return {key: value for key, value in held.items() if key not in left_out} | given


def _at_least_its_snapshot(asked: dict[str, Any], held: dict[str, Any]) -> None:
    if int(asked["VolumeSize"]) < int(held["VolumeSize"]):
        raise Refusal(
            "InvalidBlockDeviceMapping",
            f"Volume of size {asked['VolumeSize']}GB is smaller than snapshot '{held['SnapshotId']}', "
            f"expect size >= {held['VolumeSize']}GB",
        )


@rule(None, "ec2", "RunInstances")
def tokens_where_a_policy_asks_for_them(call: Call) -> None:
    """An organization may deny launches of instances whose metadata can be read without a token."""
    denied = limits.tokens_required and call.access_key == settings.OPERATOR_ACCESS_KEY
    if denied and call.params.get("MetadataOptions", {}).get("HttpTokens") != "required":
        raise Refusal(
            "UnauthorizedOperation",
            "You are not authorized to perform this operation. An explicit deny in a service control policy (ec2:MetadataHttpTokens).",
        )


@rule(23, "ec2", "RunInstances")
def type_offered_in_zone(call: Call) -> None:
    """An instance type may be missing from a zone."""
    instance_type = call.params.get("InstanceType")
    for subnet in _subnets(call):
        zone = subnet.availability_zone
        if instance_type in limits.unsupported_types.get(zone, ()) or (
            not _offered(call.region, zone, instance_type) and _offered(call.region, None, instance_type)
        ):
            raise Refusal(
                "Unsupported",
                f"Your requested instance type ({instance_type}) is not supported in your requested Availability Zone ({zone}).",
            )


@rule(None, "ec2", "RunInstances")
def quota_of_vcpus(call: Call) -> None:
    """The default vCPUs of the running On-Demand Instances of the standard families, together; Spot Instances have another quota."""
    wanted = _vcpus(call.params.get("InstanceType", "m1.small")) * int(call.params["MaxCount"])
    spot = call.params.get("InstanceMarketOptions", {}).get("MarketType") == "spot"
    running = sum(
        _vcpus(one.instance_type) for one in call.ec2.all_instances() if one.state in ("pending", "running") and not one.lifecycle
    )
    if wanted and not spot and running + wanted > limits.vcpus:
        raise Refusal(
            "VcpuLimitExceeded",
            f"You have requested more vCPU capacity than your current vCPU limit of {limits.vcpus} allows for the instance bucket that the "
            "specified instance type belongs to. Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment to "
            "this limit.",
        )


def _vcpus(instance_type: str) -> int:
    """Those that the quota counts; other families have quotas of their own."""
    family = re.match(r"(?:im|is|[acdhimrtz])\d", instance_type)
    known = family and instance_type in INSTANCE_TYPES  # one that does not exist is refused after this
    return int(INSTANCE_TYPES[instance_type]["VCpuInfo"]["DefaultVCpus"]) if known else 0


@effect(23, "ec2", "DescribeInstanceTypeOfferings")
def offerings_without_missing_types(call: Call) -> None:
    """What cannot be launched in a zone is not listed there."""
    call.result["InstanceTypeOfferings"] = [
        offer
        for offer in call.result["InstanceTypeOfferings"]
        if offer["InstanceType"] not in limits.unsupported_types.get(offer["Location"], ())
    ]


@rule(None, "ec2", "RunInstances")
def groups_of_the_subnets_vpc(call: Call) -> None:
    """Security groups are those of the VPC."""
    named = [*call.params.get("SecurityGroupIds", ())]
    for interface in call.params.get("NetworkInterfaces", ()):
        named += interface.get("Groups", ())
    vpcs = {subnet.vpc_id for subnet in _subnets(call)}
    for group_id in named:
        group = call.ec2.get_security_group_from_id(group_id)
        if group is None:
            raise Refusal("InvalidGroup.NotFound", f"The security group '{group_id}' does not exist")
        if vpcs and group.vpc_id not in vpcs:
            raise Refusal("InvalidParameter", f"Security group {group_id} and subnet belong to different networks.")


@rule(24, "ec2", "TerminateInstances")
def not_protected(call: Call) -> None:
    """A protected instance is not terminated, and then none of the request is."""
    for instance_id in call.params["InstanceIds"]:
        instance = call.ec2.get_instance_by_id(instance_id)
        if instance is not None and instance.disable_api_termination:
            raise Refusal(
                "OperationNotPermitted",
                f"The instance '{instance_id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.",
            )


@rule(None, "ec2", "StartInstances", "StopInstances", "RebootInstances")
def in_a_state_for_it(call: Call) -> None:
    """An instance that shuts down can be neither started nor stopped."""
    forbidden = {"StartInstances": ("stopping",), "RebootInstances": ("pending", "stopping", "stopped")}.get(call.action, ())
    for instance_id in call.params["InstanceIds"]:
        instance = call.ec2.get_instance(instance_id)
        if instance.state in ("shutting-down", "terminated", *forbidden):
            raise Refusal("IncorrectInstanceState", f"The instance '{instance_id}' is not in a state for {call.action}.")


def _subnets(call: Call) -> Iterator[Any]:
    interfaces = call.params.get("NetworkInterfaces", ())
    for subnet_id in (call.params.get("SubnetId"), *(interface.get("SubnetId") for interface in interfaces)):
        if subnet_id:
            yield call.ec2.get_subnet(subnet_id)


def _offered(region: str, zone: str | None, instance_type: str | None) -> bool:
    offers = INSTANCE_TYPE_OFFERINGS["availability-zone" if zone else "region"].get(region, ())
    return any(offer["InstanceType"] == instance_type and offer["Location"] == (zone or region) for offer in offers)
