# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What RDS refuses."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from ..registry import Call, Refusal, rule

_PASSWORD = re.compile(r"[!#-&(-.0-?A-~]{8,41}")  # printable ASCII without white space, quotes, slash and @
_USER = re.compile(r"(?!rds)[A-Za-z][A-Za-z0-9_]{0,15}")
_NAME = re.compile(r"(?!.*--)[A-Za-z][A-Za-z0-9-]{0,254}(?<!-)")
_MODIFIABLE = ("available", "storage-optimization")


@rule(None, "rds", "CreateDBSubnetGroup", "ModifyDBSubnetGroup")
def subnets_of_two_zones(call: Call) -> None:
    """Known ones of one VPC, in at least two zones; one that a DB instance is in stays."""
    ids = call.params.get("SubnetIds", [])
    known = {one.id: one for one in call.ec2.describe_subnets()}
    if missing := [one for one in ids if one not in known]:
        raise Refusal("InvalidSubnet", f"Some input subnets in :[{', '.join(missing)}] are invalid.")
    subnets = [known[one] for one in ids]
    if len({one.vpc_id for one in subnets}) > 1:
        raise Refusal("InvalidSubnet", "Subnets must be in the same VPC.")
    if len({one.availability_zone for one in subnets}) < 2:
        text = (
            "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: {}. "
            "Add subnets to cover at least 2 AZs."
        )
        raise Refusal("DBSubnetGroupDoesNotCoverEnoughAZs", text.format(", ".join(sorted({one.availability_zone for one in subnets}))))
    name = call.params["DBSubnetGroupName"].lower()
    if call.action.startswith("Create") and name in call.rds.subnet_groups:
        raise Refusal("DBSubnetGroupAlreadyExists", f"The DB subnet group '{name}' already exists.")
    for one in _members(call, name):
        if one.interface.subnet.id not in ids:
            raise Refusal("SubnetAlreadyInUse", f"The subnet {one.interface.subnet.id} is in use by {one.db_instance_identifier}.")


@rule(None, "rds", "DeleteDBSubnetGroup")
def subnet_group_not_in_use(call: Call) -> None:
    """A deleting DB instance still uses it."""
    name = call.params["DBSubnetGroupName"].lower()
    for one in _members(call, name):
        text = f"Cannot delete the subnet group '{name}' because a database instance, {one.db_instance_identifier}, is still using it."
        raise Refusal("InvalidDBSubnetGroupStateFault", text)


@rule(None, "rds", "DeleteDBParameterGroup")
def parameter_group_not_in_use(call: Call) -> None:
    """The same of a parameter group."""
    name = call.params["DBParameterGroupName"].lower()
    if any(one.db_parameter_group_name == name for one in call.rds.databases.values()):
        text = "One or more database instances are still members of this parameter group {}, so the group cannot be deleted"
        raise Refusal("InvalidDBParameterGroupState", text.format(name))


@rule(None, "rds", "CreateDBParameterGroup")
def group_name(call: Call) -> None:
    """Letters, digits and hyphens."""
    if not _NAME.fullmatch(call.params["DBParameterGroupName"]):
        raise _invalid("DBParameterGroupName", "is not a valid identifier")


@rule(None, "rds", "ModifyDBParameterGroup")
def values_in_range(call: Call) -> None:
    """At most 20 at once, with numbers that are allowed."""
    for one in call.params.get("Parameters", ()):
        if one["ParameterName"] == "max_connections" and not 1 <= int(one["ParameterValue"]) <= 100000:
            raise Refusal(
                "InvalidParameterValue", f"Value: {one['ParameterValue']} is outside of range: 1-100000 for parameter: max_connections"
            )


@rule(None, "rds", "CreateDBInstance")
def valid_instance(call: Call) -> None:
    """Names, the password, the storage, and groups that exist in the VPC of its subnets."""
    given = call.params
    if not _USER.fullmatch(given.get("MasterUsername", "")):
        raise _invalid("MasterUsername", "is not a valid identifier")
    if not _PASSWORD.fullmatch(given.get("MasterUserPassword", "")):
        raise _invalid(
            "MasterUserPassword", "is not a valid password. Only printable ASCII characters besides '/', '@', '\"', ' ' may be used"
        )
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,63}", given.get("DBName") or "a"):
        raise _invalid("DBName", "must begin with a letter and contain only alphanumeric characters")
    _check_storage(given, int(given["AllocatedStorage"]))
    subnets = call.rds.subnet_groups.get(given.get("DBSubnetGroupName", "").lower())
    if subnets is None:
        raise Refusal("DBSubnetGroupNotFoundFault", f"DBSubnetGroup {given.get('DBSubnetGroupName')} not found")
    _check_groups(call, given.get("VpcSecurityGroupIds", ()), subnets.vpc_id)
    parameters = call.rds.db_parameter_groups.get(given.get("DBParameterGroupName", ""))
    if parameters and not parameters.family.startswith(f"mysql{'.'.join(given['EngineVersion'].split('.')[:2])}"):
        text = "The parameter group {} with DBParameterGroupFamily {} can't be used for this instance."
        raise Refusal("InvalidParameterCombination", text.format(parameters.name, parameters.family))


def _check_storage(given: Any, size: int) -> None:
    if not 20 <= size <= 65536:
        raise _invalid("AllocatedStorage", f"Invalid storage size for engine name mysql and storage type gp3: {size}")
    if given.get("StorageType") == "gp3" and size < 400 and (given.get("Iops") or given.get("StorageThroughput")):
        raise Refusal(
            "InvalidParameterCombination", "You can't specify IOPS or storage throughput for engine mysql and a storage size less than 400."
        )
    if given.get("MaxAllocatedStorage") and int(given["MaxAllocatedStorage"]) < size * 1.1:
        raise Refusal("InvalidParameterCombination", "Max storage size must be greater than storage size")


def _check_groups(call: Call, ids: Iterable[str], vpc: str) -> None:
    for one in ids:
        group = call.ec2.get_security_group_from_id(one)
        if group is None or group.vpc_id != vpc:
            raise Refusal("InvalidParameterValue", f"Invalid security group, groupId= {one}, groupName=.")


@rule(None, "rds", "ModifyDBInstance", "RebootDBInstance")
def available_first(call: Call) -> None:
    """A DB instance that is created, changed or deleted cannot be changed, and storage does not shrink."""
    instance = _instance(call)
    if instance is None:
        return
    if instance.status not in _MODIFIABLE:
        raise Refusal("InvalidDBInstanceState", f"Database instance is not in available state: {instance.db_instance_identifier}")
    size = call.params.get("AllocatedStorage")
    if size is not None and int(size) < instance.allocated_storage:
        raise Refusal("InvalidParameterCombination", "The requested storage size cannot be smaller than the current one.")
    if size is not None and int(size) > instance.allocated_storage and instance.status == "storage-optimization":
        text = "You can't currently modify the storage of this DB instance because the previous storage change is being optimized."
        raise Refusal("InvalidParameterCombination", text)
    _check_groups(call, call.params.get("VpcSecurityGroupIds", ()), instance.db_subnet_group.vpc_id)
    if call.params.get("MasterUserPassword") and not _PASSWORD.fullmatch(call.params["MasterUserPassword"]):
        raise _invalid("MasterUserPassword", "is not a valid password")


@rule(None, "rds", "DeleteDBInstance")
def deletable(call: Call) -> None:
    """Without protection, and with a final snapshot or without one, but said so."""
    instance = _instance(call)
    if instance is None:
        return
    snapshot, skip = call.params.get("FinalDBSnapshotIdentifier"), call.params.get("SkipFinalSnapshot")
    if instance.deletion_protection:
        raise Refusal(
            "InvalidParameterCombination", "Cannot delete protected DB Instance, please disable deletion protection and try again."
        )
    if not skip and not snapshot:
        raise Refusal("InvalidParameterCombination", "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.")
    if skip and snapshot:
        raise Refusal(
            "InvalidParameterCombination", "FinalDBSnapshotIdentifier can not be specified when deleting a database with SkipFinalSnapshot."
        )
    if instance.status == "deleting":
        raise Refusal("InvalidDBInstanceState", f"Instance {instance.db_instance_identifier} is already being deleted.")
    if snapshot and instance.status not in _MODIFIABLE:
        raise Refusal(
            "InvalidDBInstanceState",
            "Cannot create a snapshot because the database instance is not currently in the available state.",
        )
    if snapshot and snapshot in call.rds.database_snapshots:
        raise Refusal(
            "DBSnapshotAlreadyExists", f"Cannot create the snapshot because a snapshot with the identifier {snapshot} already exists."
        )


def _instance(call: Call) -> Any:
    return call.rds.databases.get(call.params["DBInstanceIdentifier"].lower())


def _members(call: Call, subnet_group: str) -> list[Any]:
    return [one for one in call.rds.databases.values() if one.db_subnet_group.name == subnet_group]


def _invalid(name: str, why: str) -> Refusal:
    return Refusal("InvalidParameterValue", f"The parameter {name} {why}.")
