# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Databases: network interfaces, endpoints, pending changes and parameters as RDS has them."""

from __future__ import annotations

import zlib
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models import ec2_backends
from moto.rds.exceptions import DBParameterGroupNotFoundError
from moto.rds.models import DBInstance, DBSnapshot, RDSBackend
from moto.rds.responses import RDSResponse

from .patching import patch, patch_property

VERSIONS = {"8.0": "8.0.43", "8.4": "8.4.6", None: "8.4.6"}
CONNECTIONS = "{DBInstanceClassMemory/12582880}"
WINDOW = "wed:06:30-wed:07:00"
# What is in effect at once, whatever ApplyImmediately says; a password and all else waits for it or for the maintenance window.
AT_ONCE = ("deletion_protection", "publicly_accessible", "vpc_security_group_ids", "max_allocated_storage", "copy_tags_to_snapshot")
QUEUED = {
    "allocated_storage": "AllocatedStorage",
    "db_instance_class": "DBInstanceClass",
    "multi_az": "MultiAZ",
    "backup_retention_period": "BackupRetentionPeriod",
    "db_port_number": "Port",
    "iops": "Iops",
    "storage_throughput": "StorageThroughput",
    "master_user_password": "MasterUserPassword",
    "engine_version": "EngineVersion",
}
ATTRIBUTES = {"db_port_number": "port", "master_user_password": "_master_user_password"}  # where moto has another name


@patch(DBInstance, "__init__")
def complete_instance(original: Any, instance: Any, backend: Any, *args: Any, **kwargs: Any) -> None:
    """With a network interface in one of its subnets, which has its security groups."""
    kwargs["engine_version"] = VERSIONS.get(kwargs.get("engine_version"), kwargs.get("engine_version"))
    kwargs.setdefault("preferred_maintenance_window", WINDOW)
    if kwargs.get("storage_type") == "gp3":
        kwargs.setdefault("iops", "3000")
        kwargs.setdefault("storage_throughput", 125)
    original(instance, backend, *args, **kwargs)
    instance.pending, instance.reachable, instance.rebooting = {}, False, False
    instance.tags = [dict(tag) for tag in instance.tags]
    instance.iops = int(instance.iops) if instance.iops else None
    ec2 = ec2_backends[backend.account_id][backend.region_name]
    subnet = min(instance.db_subnet_group._subnets, key=lambda one: one.availability_zone)
    instance.availability_zone = subnet.availability_zone
    instance.interface = ec2.create_network_interface(subnet, [], description="RDSNetworkInterface")
    instance.interface.requester_managed, instance.interface.status = True, "in-use"
    regroup(instance)


def regroup(instance: Any) -> None:
    """Give the interface the groups of its DB instance."""
    ec2 = ec2_backends[instance.account_id][instance.region]
    instance.interface._group_set = [ec2.get_security_group_from_id(one) for one in instance.vpc_security_group_ids]


@patch_property(DBInstance, "address")
def address(instance: Any) -> str:
    """The same ending for all of an account and region."""
    ending = f"{zlib.crc32((instance.account_id + instance.region).encode()):08x}"
    return f"{instance.db_instance_identifier}.c{ending}aa.{instance.region}.rds.amazonaws.com"


@patch_property(DBInstance, "endpoint")
def endpoint(instance: Any) -> dict[str, Any] | None:
    """None until the DB instance can be reached for the first time."""
    return {"Address": instance.address, "Port": instance.port, "HostedZoneId": "Z2R2ITUGPM61AM"} if instance.reachable else None


@patch_property(DBInstance, "dbi_resource_id")
def resource_id(instance: Any) -> str:
    """Each has its own."""
    return f"db-{zlib.crc32(instance.db_instance_identifier.encode()):026d}"


@patch(RDSBackend, "modify_db_instance")
def now_or_later(_original: Any, backend: Any, identifier: str, wanted: Any) -> Any:
    """Some changes are in effect at once; the others are pending until transitions/databases.py applies them."""
    instance = backend.describe_db_instances(identifier)[0]
    given = {key: wanted[key] for key in wanted}
    group = given.get("db_parameter_group_name")
    if group and group not in backend.db_parameter_groups:
        raise DBParameterGroupNotFoundError(group)
    if group and group != instance.db_parameter_group_name:
        instance.db_parameter_group_name, instance.rebooting = group, True
    for key in AT_ONCE:
        if given.get(key) is not None:
            setattr(instance, key, given[key])
    regroup(instance)
    for key in QUEUED:
        value = given.get(key)
        if value is None or value == getattr(instance, ATTRIBUTES.get(key, key), None):
            continue
        if key == "backup_retention_period" and value and instance.backup_retention_period:
            instance.backup_retention_period = value
        else:
            instance.pending[key] = max(value, -(-instance.allocated_storage * 11 // 10)) if key == "allocated_storage" else value
    return instance


def apply(instance: Any) -> None:
    """Put what is pending into effect."""
    for key, value in instance.pending.items():
        setattr(instance, ATTRIBUTES.get(key, key), value)
    instance.pending = {}


@patch(RDSBackend, "delete_db_instance")
def deleting_first(
    _original: Any, backend: Any, db_instance_identifier: str, final_db_snapshot_identifier: Any = None, **_more: Any
) -> Any:
    """The final snapshot is made first; transitions/databases.py deletes the DB instance later."""
    instance = backend.describe_db_instances(db_instance_identifier)[0]
    if final_db_snapshot_identifier:
        backend.create_db_snapshot(instance.db_instance_identifier, final_db_snapshot_identifier, "manual")
    instance.status = "deleting"
    return instance


def forget(backend: Any, instance: Any) -> None:
    """Delete it, with its automated backups and its interface."""
    backend.databases.pop(instance.db_instance_identifier, None)
    for snapshot in [one for one in backend.database_snapshots.values() if one.snapshot_type == "automated"]:
        if snapshot.db_instance_identifier == instance.db_instance_identifier:
            backend.database_snapshots.pop(snapshot.db_snapshot_identifier, None)
    instance.interface.delete()


@patch(DBSnapshot, "__init__")
def own_tags(original: Any, snapshot: Any, *args: Any, **kwargs: Any) -> None:
    """A list of its own."""
    original(snapshot, *args, **kwargs)
    snapshot.tags = [dict(tag) for tag in snapshot.tags]


@patch(RDSBackend, "describe_db_parameter_groups")
def known_or_refused(original: Any, backend: Any, wanted: Any) -> Any:
    """A group that is asked for by its name must exist."""
    found = original(backend, wanted)
    if wanted.get("db_parameter_group_name") and not found:
        raise DBParameterGroupNotFoundError(wanted["db_parameter_group_name"])
    return found


@patch(RDSResponse, "describe_db_parameters")
def parameters_of_the_engine(_original: Any, response: Any) -> ActionResult:
    """Those that somebody set, and the defaults, of which here are two."""
    (group,) = response.backend.describe_db_parameter_groups({"db_parameter_group_name": response.params["DBParameterGroupName"]})
    found = []
    for name, text, allowed, kind in (
        ("max_connections", CONNECTIONS, "1-100000", "dynamic"),
        ("performance_schema", "0", "0,1", "static"),
    ):
        own = group.parameters.get(name) if name in group.parameters else None
        source = "user" if own else "engine-default"
        if response.params.get("Source") in (None, source):
            value = own["ParameterValue"] if own else text
            more = {"ApplyType": kind, "DataType": "integer" if name == "max_connections" else "boolean", "AllowedValues": allowed}
            row = {"ParameterName": name, "ParameterValue": value, "Source": source, "IsModifiable": True, **more}
            found.append({**row, "ApplyMethod": own.get("ApplyMethod", "pending-reboot") if own else "pending-reboot"})
    return ActionResult({"Parameters": found})
