# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of the role `database` for a removal: only what has the deployment's tag, and the DB instance only if that was confirmed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._messages import refusing

from .blockers import LIFT
from .database import DELETING, PASSING, USABLE
from .database_declaration import identifier
from .ownership import is_own
from .removal import Current, Facts

CONFIRM, SNAPSHOT = "red5pro_destroy_database", "red5pro_database_final_snapshot"


def readings(name: str, region: str) -> list[Facts]:
    """The DB instance and its groups, by the name that the deployment gives them."""
    own, tags = identifier(name), {"details": ["tags"]}
    return [
        {"kind": "db_instances", "name": "database_instances", "region": region, "parameters": {"DBInstanceIdentifier": own}},
        {"kind": "db_subnet_groups", "name": "database_subnet_groups", "region": region, "parameters": {"DBSubnetGroupName": own}, **tags},
        {
            "kind": "db_parameter_groups",
            "name": "database_parameter_groups",
            "region": region,
            "parameters": {"DBParameterGroupName": own},
            **tags,
        },
    ]


def plan(declared: Mapping[str, Any], current: Current) -> Facts:
    """What is deleted, in an order that AWS accepts, and the name of the final snapshot, which is kept.

    Declared has `name`, `region`, `confirmed`, `final_snapshot`, `lift_protection` and the time as `now`, such as 20260131235959.
    """
    name, region = declared["name"], declared["region"]
    instance, subnets, parameters = (
        _own(current.get(f"database_{kind}", []), name) for kind in ("instances", "subnet_groups", "parameter_groups")
    )
    leaving = instance.get("db_instance_status") in DELETING
    snapshot = f"{identifier(name)}-final-{declared['now']}" if instance and declared["final_snapshot"] and not leaving else ""
    found = (("database", instance), ("DB subnet group", subnets), ("DB parameter group", parameters))
    return {
        "deployment": name,
        "rows": [{"what": what, "name": identifier(name), "id": _id(one), "region": region} for what, one in found if one],
        "blockers": list(_blockers(declared, instance)) if instance and not leaving else [],
        "kept": [f"the final snapshot of the database, {snapshot}"] if snapshot else [],
        "identifier": identifier(name),
        "present": bool(instance),
        "instance": bool(instance) and not leaving,
        "ready": instance.get("db_instance_status") not in PASSING,
        "protected": bool(instance.get("deletion_protection")) and not leaving,
        "snapshot": snapshot,
        "subnet_group": bool(subnets),
        "parameter_group": bool(parameters),
    }


def _own(resources: list[Facts], name: str) -> Facts:
    return next((one for one in resources if is_own(one, name)), {})


def _id(resource: Facts) -> str:
    endpoint = resource.get("endpoint") or {}
    return str(endpoint.get("address") or "")


def _blockers(declared: Mapping[str, Any], instance: Facts) -> Iterator[str]:
    database = f"delete the database {instance['db_instance_identifier']}"
    if not declared["confirmed"]:
        yield refusing(database, f"{CONFIRM} is not true", f"Set {CONFIRM}=true if its data may be deleted")
    if instance.get("deletion_protection") and not declared["lift_protection"]:
        yield refusing(database, "deletion protection is on", f"Turn it off, or set {LIFT}=true")
    status = instance.get("db_instance_status")
    if status in (*USABLE, *PASSING):
        return
    if declared["final_snapshot"]:
        reason = f"its status is {status}, in which RDS creates no final snapshot"
        yield refusing(database, reason, f"Start or repair it in RDS, or set {SNAPSHOT}=false if its data may be lost")
    elif instance.get("deletion_protection"):
        reason = f"its status is {status}, in which RDS does not turn off deletion protection"
        yield refusing(database, reason, "Start or repair it in RDS")
