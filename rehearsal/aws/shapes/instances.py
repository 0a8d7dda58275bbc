# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Instances: what a pending one does not have yet, and what one that ends has no longer."""

from __future__ import annotations

from typing import Any

from ..registry import Call, shape

ENDING = ("shutting-down", "terminated")
ENDED_BY_USER = {"Code": "Client.UserInitiatedShutdown", "Message": "Client.UserInitiatedShutdown: User initiated shutdown"}
REASONS = {"pending": {"Code": "pending", "Message": "pending"}, "running": None}
GONE = ("PrivateIpAddress", "PublicIpAddress", "SourceDestCheck", "SubnetId", "VpcId")
GONE_INTERFACE = ("Association", "Groups", "PrivateIpAddress", "PrivateIpAddresses", "SubnetId", "VpcId")


@shape("ec2", "DescribeInstances", "RunInstances")
def keys_of_its_state(call: Call) -> None:
    """Of each instance of each reservation."""
    for reservation in call.answer.get("Reservations", [call.answer]):
        for instance in reservation.get("Instances", ()):
            _instance(instance, new=call.action == "RunInstances")


def _instance(instance: dict[str, Any], new: bool) -> None:
    state = instance["State"]["Name"]
    instance.pop("SriovNetSupport", None)
    instance["HibernationOptions"] = {"Configured": False}
    instance.setdefault("PublicDnsName", "")
    for interface in instance["NetworkInterfaces"]:
        for one in (interface, *interface["PrivateIpAddresses"]):
            if not one.get("Association", {}).get("PublicIp"):
                _without(one, ("Association",))
    instance["StateReason"] = REASONS.get(state, ENDED_BY_USER)
    if instance["StateReason"] is None:
        del instance["StateReason"]
    if state == "pending":
        _without_public_address(instance)
        instance["BlockDeviceMappings"] = [] if new else instance["BlockDeviceMappings"]
        for interface in instance["NetworkInterfaces"]:
            interface["Attachment"]["Status"] = "attaching"
    if state in ENDING:
        _without(instance, GONE)
        instance |= {"PrivateDnsName": "", "PublicDnsName": "", "SecurityGroups": []}
        for interface in instance["NetworkInterfaces"]:
            _without(interface, GONE_INTERFACE)
    if state == "terminated":
        instance |= {"BlockDeviceMappings": [], "NetworkInterfaces": []}


def _without_public_address(instance: dict[str, Any]) -> None:
    _without(instance, ("PublicIpAddress",))
    instance["PublicDnsName"] = ""
    for interface in instance["NetworkInterfaces"]:
        for one in (interface, *interface["PrivateIpAddresses"]):
            _without(one, ("Association",))


def _without(one: dict[str, Any], keys: tuple[str, ...]) -> None:
    for key in keys:
        one.pop(key, None)
