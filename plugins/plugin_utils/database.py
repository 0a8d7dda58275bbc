# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of the role `database`: what to create, what to change now or later, and what differs. Pure functions.

Declared are the inputs of the role by their names without its prefix. A change with downtime waits for the maintenance window of the DB
instance, unless `apply_immediately` is true. RDS applies all pending changes with any immediate one, so there is none while some wait.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._messages import Problem, refusing

from .database_declaration import identifier
from .database_given import checks_of_given, problems_of_given
from .database_settings import Change, changes, growth_problems, pending, shown, storage_options
from .findings import check
from .ownership import DEPLOYMENT, is_own

Facts = dict[str, Any]
Declared = Mapping[str, Any]
Current = Mapping[str, list[Facts]]

USABLE = ("available", "storage-optimization", "storage-config-upgrade", "storage-initialization")
# A stream manager can use it, and RDS cannot change it yet.
SERVING = (*USABLE, "backing-up", "configuring-enhanced-monitoring", "configuring-iam-database-auth", "configuring-log-exports")
CHANGING = (*SERVING[len(USABLE) :], "creating", "modifying", "rebooting", "renaming")
STARTING = ("starting", "upgrading", "maintenance", "resetting-master-credentials", "moving-to-vpc", "converting-to-vpc")
PASSING = (*CHANGING, *STARTING)
DELETING = ("deleting", "delete-precheck")
FAMILY = "mysql8.0"
VERSION = "8.0"


def readings(declared: Declared) -> list[Facts]:
    """What to read, in the form that aws_resources_info takes: all DB instances, since a given one is found by its endpoint."""
    name = identifier(declared["name"])
    group = {"DBParameterGroupName": "db_parameter_groups.db_parameter_group_name"}
    own: list[Facts] = [
        {"kind": "db_subnet_groups", "parameters": {"DBSubnetGroupName": name}, "details": ["tags"]},
        {"kind": "db_parameter_groups", "parameters": {"DBParameterGroupName": name}, "details": ["tags"]},
        {"kind": "db_parameters", "parameters": {"Source": "user"}, "each_of": group},
    ]
    return [{"kind": "db_instances"}, *(own if declared["create"] else [])]


def plan(declared: Declared, current: Current) -> Facts:
    """Problems that refuse a run, what to create and to change, what is still pending, and the checks for verify."""
    if not declared["create"]:
        return _given(declared, current)
    name = identifier(declared["name"])
    instance = _found(current["db_instances"], "db_instance_identifier", name)
    subnets = _found(current["db_subnet_groups"], "db_subnet_group_name", name)
    parameters = _found(current["db_parameter_groups"], "db_parameter_group_name", name)
    status, wanted = str(instance.get("db_instance_status", "")), changes(declared, instance)
    connections = _connections(current)
    ids = sorted({*_subnet_ids(subnets), *declared["subnets"]})
    return {
        "problems": list(_problems(declared, instance, subnets, parameters)),
        "identifier": name,
        "create": not instance,
        "ready": status in USABLE,
        "failed": bool(status) and not _is_passing(status),
        "status": status,
        "storage": storage_options(int(declared["storage"])),
        "subnet_group": [] if subnets and ids == _subnet_ids(subnets) else ids,
        "parameter_group": not parameters or connections != str(declared["max_connections"]),
        "steps": list(_steps(declared, instance, wanted)) if status in USABLE else [],
        "pending": list(pending(instance, declared)),
        "host": _endpoint(instance).get("address", ""),
        "port": _endpoint(instance).get("port", declared["port"]),
        "settled": status in USABLE and not (declared["apply_immediately"] and instance.get("pending_modified_values")),
        "checks": list(_checks(declared, instance, subnets, parameters, connections, wanted)),
    }


def _given(declared: Declared, current: Current) -> Facts:
    """The plan for a database that exists, or for none at all."""
    host = str(declared["host"])
    instance = next((one for one in current.get("db_instances", []) if _endpoint(one).get("address", "").lower() == host.lower()), {})
    return {
        "problems": list(problems_of_given(declared, instance, SERVING)) if instance else [],
        "identifier": instance.get("db_instance_identifier", ""),
        "host": host,
        "port": declared["port"],
        "pending": [],
        "checks": list(checks_of_given(declared, instance, SERVING)) if instance else [],
    }


def _found(resources: list[Facts], key: str, name: str) -> Facts:
    return next((one for one in resources if one[key] == name), {})


def _endpoint(instance: Facts) -> Facts:
    return instance.get("endpoint") or {}


def _is_passing(status: str) -> bool:
    """Whether a status is good, or becomes so by itself."""
    return status in (*USABLE, *PASSING)


def _subnet_ids(group: Facts) -> list[str]:
    return sorted(one["subnet_identifier"] for one in group.get("subnets", []))


def _connections(current: Current) -> str:
    """max_connections as the parameter group sets it, empty if it does not."""
    found = (one for one in current["db_parameters"] if one["parameter_name"] == "max_connections")
    return str(next(found, {}).get("parameter_value", ""))


def _problems(declared: Declared, instance: Facts, subnets: Facts, parameters: Facts) -> Iterator[str]:
    """What AWS would refuse, or what is somebody else's."""
    name, status = identifier(declared["name"]), str(instance.get("db_instance_status", ""))
    for what, found in (("DB instance", instance), ("DB subnet group", subnets), ("DB parameter group", parameters)):
        if found and not is_own(found, declared["name"]):
            remedy = f"Delete it, or choose another red5pro_name; or set red5pro_database_host to use the database of {declared['name']}"
            yield refusing(f"use the {what} {name}", f"it has not the tag {DEPLOYMENT}={declared['name']}", remedy)
    if status and not _is_passing(status):
        remedy = "Wait until it is deleted" if status in DELETING else "Start or repair it in RDS"
        yield refusing(f"use the DB instance {name}", f"its status is {status}", f"{remedy}, then run the playbook again")
    if not instance and len(declared["zones"]) < 2:
        expected = f"subnets in at least two Availability Zones, as RDS needs; these are in {', '.join(declared['zones']) or 'none'}"
        yield str(Problem("red5pro_subnets", declared["subnets"], expected))
    if instance and instance.get("master_username") != declared["user"]:
        expected = f"{instance.get('master_username')}, since RDS cannot change the master user of {name}"
        yield str(Problem("red5pro_database_user", declared["user"], expected))
    if instance and not instance.get("engine_version", "").startswith(f"{VERSION}."):
        yield refusing(f"use the DB instance {name}", f"it has MySQL {instance.get('engine_version')}", f"It must have MySQL {VERSION}")
    if instance:
        yield from map(str, growth_problems(declared, instance))


def _steps(declared: Declared, instance: Facts, wanted: list[Change]) -> Iterator[Facts]:
    """The calls that change the DB instance: at once what causes no downtime, then what does."""
    waiting = bool(instance.get("pending_modified_values"))
    for downtime, immediately in ((False, declared["apply_immediately"] or not waiting), (True, declared["apply_immediately"])):
        found = [one for one in wanted if one.downtime == downtime]
        if found:
            options = {key: value for one in found for key, value in one.options.items()}
            yield {"apply_immediately": immediately, "options": options, "changes": [str(one) for one in found]}


def _checks(
    declared: Declared, instance: Facts, subnets: Facts, parameters: Facts, connections: str, wanted: list[Change]
) -> Iterator[dict[str, Any]]:
    """What differs, for verify."""
    name = identifier(declared["name"])
    for what, found in (("DB instance", instance), ("DB subnet group", subnets), ("DB parameter group", parameters)):
        yield check(f"{what} {name}", "present", "present" if found else "missing")
    if parameters:
        yield check(f"{name} max_connections", str(declared["max_connections"]), connections or "the default of RDS")
    if subnets and (missing := sorted({*declared["subnets"]} - {*_subnet_ids(subnets)})):
        yield check(f"{name} subnets", "those of the deployment", f"missing: {', '.join(missing)}")
    if not instance:
        return
    status = str(instance["db_instance_status"])
    yield check(f"{name} status", "available", "available" if status in SERVING else status)
    yield check(f"{name} encrypted", "true", shown(bool(instance.get("storage_encrypted"))))
    yield from (check(f"{name} {one.name}", one.desired, one.found) for one in wanted)
    yield from (check(f"{name} {one['name']}", "in effect", one["text"]) for one in pending(instance, declared))
