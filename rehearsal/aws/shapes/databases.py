# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Databases: keys as RDS has them, also of what is pending, and lists without an order."""

from __future__ import annotations

from typing import Any

from .. import order
from ..patches.databases import QUEUED
from ..registry import Call, shape


@shape("rds", "CreateDBInstance", "DeleteDBInstance", "DescribeDBInstances", "ModifyDBInstance", "RebootDBInstance")
def instances_as_they_are(call: Call) -> None:
    """The port is in the endpoint, which is missing at first; a pending password is not shown."""
    found = call.answer["DBInstances"] if "DBInstances" in call.answer else [call.answer["DBInstance"]]
    for one in found:
        held = call.rds.databases.get(one["DBInstanceIdentifier"])
        one["DbInstancePort"] = 0
        one["PendingModifiedValues"] = _pending(held.pending) if held else {}
        one["VpcSecurityGroups"] = order.shuffled(one.get("VpcSecurityGroups", []), "VpcSecurityGroupId")
        for group in one.get("DBParameterGroups", ()):
            group["ParameterApplyStatus"] = "pending-reboot" if held and held.rebooting else "in-sync"
        if not one.get("Endpoint"):
            one.pop("Endpoint", None)
        if one["DBInstanceStatus"] == "creating":
            for key in ("InstanceCreateTime", "LatestRestorableTime"):
                one.pop(key, None)
        _add_outposts(one.get("DBSubnetGroup", {}))
    if "DBInstances" in call.answer:
        call.answer["DBInstances"] = order.shuffled(found, "DBInstanceIdentifier")


def _pending(values: dict[str, Any]) -> dict[str, Any]:
    shown = {**values, **({"master_user_password": "****"} if "master_user_password" in values else {})}
    return {QUEUED[key]: value for key, value in shown.items()}


@shape("rds", "DescribeDBSubnetGroups")
def groups_without_an_order(call: Call) -> None:
    """Nor have their subnets any."""
    call.answer["DBSubnetGroups"] = order.shuffled(call.answer["DBSubnetGroups"], "DBSubnetGroupName")
    for group in call.answer["DBSubnetGroups"]:
        _add_outposts(group)


def _add_outposts(group: dict[str, Any]) -> None:
    group["Subnets"] = order.shuffled(group.get("Subnets", []), "SubnetIdentifier")
    for subnet in group["Subnets"]:
        subnet["SubnetOutpost"] = {}
        subnet["SubnetAvailabilityZone"].pop("ProvisionedIopsCapable", None)
