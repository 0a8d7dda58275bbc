# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The settings of a DB instance: which of them differ, and which wait for its maintenance window or a restart. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._messages import Problem

from .database_declaration import ROOM, identifier

Facts = dict[str, Any]
Declared = Mapping[str, Any]
_FAST = 400  # GiB from which gp3 has more of the following
_FAST_OPTIONS = {"iops": 12000, "storage_throughput": 500}


@dataclass(frozen=True)
class Change:
    """A setting that is to be changed: the options of rds_instance for it, and both values in words."""

    name: str
    desired: str
    found: str
    options: Facts = field(default_factory=dict)
    downtime: bool = False

    def __str__(self) -> str:
        return f"{self.name}: {self.found} to {self.desired}"


def shown(value: Any) -> str:
    """A value in words."""
    return str(value).lower() if isinstance(value, bool) else "none" if value in (None, "", []) else str(value)


def storage_options(size: int) -> Facts:
    """The options for a gp3 volume of this size in GiB."""
    return {"allocated_storage": size, **(_FAST_OPTIONS if size >= _FAST else {})}


def changes(declared: Declared, instance: Facts) -> list[Change]:
    """What differs and can be changed; what is already pending counts as changed. Storage only grows."""
    return list(_changes(declared, instance)) if instance else []


def _changes(declared: Declared, instance: Facts) -> Iterator[Change]:
    now = {**instance, "port": (instance.get("endpoint") or {}).get("port"), **(instance.get("pending_modified_values") or {})}
    storage, maximum = int(now["allocated_storage"]), int(declared["max_storage"])
    if storage < int(declared["storage"]):
        yield Change("storage in GiB", str(declared["storage"]), str(storage), storage_options(int(declared["storage"])))
    if maximum > storage and maximum != now.get("max_allocated_storage"):
        options = {"max_allocated_storage": maximum}
        yield Change("maximum storage in GiB", str(maximum), shown(now.get("max_allocated_storage")), options)
    if not maximum and now.get("max_allocated_storage"):  # the same as the storage turns it off
        yield Change("maximum storage in GiB", "none", str(now["max_allocated_storage"]), {"max_allocated_storage": storage})
    before, after = int(now["backup_retention_period"]), int(declared["backup_retention"])
    if before != after:  # turning backups on or off restarts the DB instance
        options = {"backup_retention_period": after}
        yield Change("backup retention in days", str(after), str(before), options, downtime=0 in (before, after))
    for name, key, desired, downtime in (
        ("instance class", "db_instance_class", declared["instance_class"], True),
        ("port", "port", int(declared["port"]), True),
        ("Multi-AZ", "multi_az", declared["multi_az"], False),
        ("deletion protection", "deletion_protection", declared["deletion_protection"], False),
        ("publicly accessible", "publicly_accessible", False, False),
    ):
        if now.get(key) not in (desired, None):
            yield Change(name, shown(desired), shown(now[key]), {key: desired}, downtime)
    yield from _groups(declared, instance)


def growth_problems(declared: Declared, instance: Facts) -> Iterator[Problem]:
    """A maximum that RDS refuses, since the storage has grown."""
    now = {**instance, **(instance.get("pending_modified_values") or {})}
    storage, maximum = max(int(now["allocated_storage"]), int(declared["storage"])), int(declared["max_storage"])
    if storage < maximum < storage * ROOM and maximum != now.get("max_allocated_storage"):
        expected = f"0, or at least 10 percent more than the {storage} GiB of the DB instance {identifier(declared['name'])}"
        yield Problem("red5pro_database_max_storage", maximum, expected)


def _groups(declared: Declared, instance: Facts) -> Iterator[Change]:
    """The security group and the parameter group; security groups of others are kept."""
    security, wanted = [one["vpc_security_group_id"] for one in instance["vpc_security_groups"]], declared["security_group"]
    if wanted not in security:
        yield Change("security group", wanted, shown(", ".join(security)), {"vpc_security_group_ids": [wanted]})
    parameters, name = [one["db_parameter_group_name"] for one in instance["db_parameter_groups"]], identifier(declared["name"])
    if name not in parameters:
        yield Change("parameter group", name, shown(", ".join(parameters)), {"db_parameter_group_name": name})


def pending(instance: Facts, declared: Declared) -> Iterator[dict[str, str]]:
    """What was requested and is not in effect yet, each with its `name` and why as `text`; never a password."""
    window = instance.get("preferred_maintenance_window", "")
    for key in sorted(instance.get("pending_modified_values") or {}):
        yield {"name": key.replace("_", " "), "text": f"pending until the maintenance window {window}".rstrip()}
    for group in instance.get("db_parameter_groups", []):
        if group.get("parameter_apply_status") == "pending-reboot" and group["db_parameter_group_name"] == identifier(declared["name"]):
            yield {"name": "parameter group", "text": "pending until the DB instance is rebooted"}
