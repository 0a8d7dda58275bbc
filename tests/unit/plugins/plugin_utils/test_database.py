# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of a database: what is created, what is refused, what changes now or later, and what differs."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.filter.database import database_plan
from ansible_collections.streamops.red5pro.plugins.filter.readings import readings
from databases import HOST, NAME, account, declared, differences, instance


def plan(*instances: dict[str, Any], declaration: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    return database_plan(account(*instances, **changes), declaration or declared())


def test_own_resources_are_read_only_if_they_are_created() -> None:
    found = readings(declared(), "database")
    assert [one["kind"] for one in found] == ["db_instances", "db_subnet_groups", "db_parameter_groups", "db_parameters"]
    assert {one["parameters"].get("DBSubnetGroupName", NAME) for one in found[1:]} == {NAME}
    assert readings(declared(create=False, host=HOST), "database") == [{"kind": "db_instances"}]


def test_everything_is_created_in_an_empty_account() -> None:
    found = plan()
    assert (found["problems"], found["create"], found["parameter_group"], found["subnet_group"]) == (
        [],
        True,
        True,
        ["subnet-a", "subnet-b"],
    )
    assert (found["host"], found["port"], found["steps"], found["ready"], found["failed"]) == ("", 3306, [], False, False)
    assert differences(found["checks"]) == {
        f"DB {what} {NAME}": ("present", "missing") for what in ("instance", "subnet group", "parameter group")
    }


def test_nothing_is_done_if_nothing_differs() -> None:
    found = plan(instance())
    assert (found["create"], found["parameter_group"], found["subnet_group"], found["steps"]) == (False, False, [], [])
    assert (found["ready"], found["settled"], found["host"], found["port"]) == (True, True, HOST, 3306)
    assert differences(found["checks"]) == {}


def test_large_storage_has_the_speed_that_gp3_has_then() -> None:
    assert plan()["storage"] == {"allocated_storage": 20}
    found = plan(declaration=declared(storage=400, max_storage=0))
    assert found["storage"] == {"allocated_storage": 400, "iops": 12000, "storage_throughput": 500}


@pytest.mark.parametrize("kind", ["db_instances", "db_subnet_groups", "db_parameter_groups"])
def test_resources_of_others_are_refused(kind: str) -> None:
    current = account(instance())
    current[kind] = [{**current[kind][0], "tags": {}}]
    (problem,) = database_plan(current, declared())["problems"]
    assert problem.startswith("Refusing to use the DB ") and "it has not the tag red5pro:deployment=live" in problem


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (
            {"db_instance_status": "deleting"},
            "live-database: its status is deleting. Wait until it is deleted, then run the playbook again.",
        ),
        (
            {"allocated_storage": 95, "max_allocated_storage": 200},
            "Invalid red5pro_database_max_storage: 100. Expected: 0, or at least 10 percent more than the 95 GiB of the DB instance live-",
        ),
        ({"db_instance_status": "stopped"}, "Refusing to use the DB instance live-database: its status is stopped."),
        ({"master_username": "admin"}, "Invalid red5pro_database_user: streammanager. Expected: admin, since RDS cannot change"),
        ({"engine_version": "5.7.44"}, "Refusing to use the DB instance live-database: it has MySQL 5.7.44."),
    ],
)
def test_what_rds_cannot_change_is_refused(found: dict[str, Any], text: str) -> None:
    assert [text in one for one in plan(instance(**found))["problems"]] == [True]


def test_a_new_database_needs_two_zones() -> None:
    (problem,) = plan(declaration=declared(zones=["us-east-1a"], subnets=["subnet-a"]))["problems"]
    assert "subnets in at least two Availability Zones, as RDS needs; these are in us-east-1a" in problem
    assert plan(instance(), declaration=declared(zones=["us-east-1a"]))["problems"] == []


def test_subnets_are_added_and_never_taken_away() -> None:
    found = plan(instance(), declaration=declared(subnets=["subnet-c"]))
    assert found["subnet_group"] == ["subnet-a", "subnet-b", "subnet-c"]
    assert differences(found["checks"]) == {"live-database subnets": ("those of the deployment", "missing: subnet-c")}


def test_max_connections_is_compared() -> None:
    found = plan(instance(), db_parameters=[])
    assert found["parameter_group"]
    assert differences(found["checks"]) == {"live-database max_connections": ("100000", "the default of RDS")}


def test_changes_with_downtime_wait_for_the_maintenance_window() -> None:
    steps = plan(instance(db_instance_class="db.t3.small", publicly_accessible=True))["steps"]
    assert steps == [
        {"apply_immediately": True, "options": {"publicly_accessible": False}, "changes": ["publicly accessible: true to false"]},
        {
            "apply_immediately": False,
            "options": {"db_instance_class": "db.m5.large"},
            "changes": ["instance class: db.t3.small to db.m5.large"],
        },
    ]


def test_nothing_is_applied_at_once_while_a_change_waits() -> None:
    waiting = instance(multi_az=False, pending_modified_values={"db_instance_class": "db.t3.small"})
    assert [one["apply_immediately"] for one in plan(waiting)["steps"]] == [False, False]
    now = plan(waiting, declaration=declared(apply_immediately=True))
    assert ([one["apply_immediately"] for one in now["steps"]], now["settled"]) == ([True, True], False)


def test_what_is_not_in_effect_yet_is_named() -> None:
    group = [{"db_parameter_group_name": NAME, "parameter_apply_status": "pending-reboot"}]
    found = plan(instance(pending_modified_values={"db_instance_class": "db.m5.large"}, db_parameter_groups=group))
    assert found["pending"] == [
        {"name": "db instance class", "text": "pending until the maintenance window wed:06:30-wed:07:00"},
        {"name": "parameter group", "text": "pending until the DB instance is rebooted"},
    ]
    assert set(differences(found["checks"])) == {"live-database db instance class", "live-database parameter group"}


def test_nothing_changes_before_the_instance_is_available() -> None:
    new = instance(db_instance_status="creating", multi_az=False, endpoint=None)
    found = plan(new)
    assert (found["steps"], found["ready"], found["failed"], found["host"], found["port"]) == ([], False, False, "", 3306)
    assert differences(found["checks"])["live-database status"] == ("available", "creating")


@pytest.mark.parametrize(
    ("status", "ready", "serves"),
    [
        ("storage-initialization", True, True),
        ("backing-up", False, True),
        ("configuring-iam-database-auth", False, True),
        ("modifying", False, False),
        ("upgrading", False, False),
    ],
)
def test_a_status_that_passes_is_no_problem(status: str, ready: bool, serves: bool) -> None:
    found = plan(instance(db_instance_status=status))
    assert (found["problems"], found["failed"], found["ready"], differences(found["checks"]) == {}) == ([], False, ready, serves)
    given = plan(instance(db_instance_status=status), declaration=declared(create=False, host=HOST))
    assert (given["problems"] == [], given["checks"] != [], differences(given["checks"]) == {}) == (serves, True, serves)


def test_a_maximum_that_is_set_already_stays() -> None:
    assert plan(instance(allocated_storage=95))["problems"] == []


def test_encryption_is_only_reported() -> None:
    found = plan(instance(storage_encrypted=False))
    assert (found["steps"], differences(found["checks"])) == ([], {"live-database encrypted": ("true", "false")})


def test_a_given_database_is_found_by_its_endpoint() -> None:
    given = declared(create=False, host=HOST.upper())
    assert plan(instance(db_instance_status="stopped"), declaration=given)["problems"] != []
    found = plan(declaration=given)
    assert (found["problems"], found["checks"], found["host"], found["port"]) == ([], [], HOST.upper(), 3306)
