# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The removal of a database: only after its own confirmation, with a final snapshot, and nothing of others."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.filter.readings import readings
from ansible_collections.streamops.red5pro.plugins.filter.removal import removal_plan
from databases import HOST, NAME, account, instance

SNAPSHOT = f"{NAME}-final-20260131235959"


def declared(**changes: Any) -> dict[str, Any]:
    base = {"name": "live", "region": "us-east-1", "confirmed": True, "final_snapshot": True, "lift_protection": True}
    return {**base, "now": "20260131235959", **changes}


def plan(*instances: dict[str, Any], **changes: Any) -> dict[str, Any]:
    found = {f"database_{key.removeprefix('db_')}": value for key, value in account(*instances).items()}
    return removal_plan(found, "database", declared(**changes))


def test_it_is_read_by_its_name() -> None:
    found = readings(declared(), "database", removal=True)
    assert [list(one["parameters"].values()) for one in found] == [[NAME]] * 3


def test_it_is_deleted_after_a_final_snapshot() -> None:
    found = plan(instance())
    assert [(one["what"], one["name"], one["id"]) for one in found["rows"]] == [
        ("database", NAME, HOST),
        ("DB subnet group", NAME, ""),
        ("DB parameter group", NAME, ""),
    ]
    assert (found["blockers"], found["kept"]) == ([], [f"the final snapshot of the database, {SNAPSHOT}"])
    assert (found["snapshot"], found["instance"], found["protected"], found["subnet_group"], found["parameter_group"]) == (
        SNAPSHOT,
        True,
        True,
        True,
        True,
    )


def test_without_a_final_snapshot_nothing_is_kept() -> None:
    found = plan(instance(), final_snapshot=False)
    assert (found["snapshot"], found["kept"]) == ("", [])


@pytest.mark.parametrize(
    ("changes", "texts"),
    [
        ({"confirmed": False}, ["red5pro_destroy_database is not true. Set red5pro_destroy_database=true if its data may be deleted."]),
        ({"lift_protection": False}, ["deletion protection is on. Turn it off, or set red5pro_lift_termination_protection=true."]),
    ],
)
def test_it_needs_a_confirmation_of_its_own(changes: dict[str, Any], texts: list[str]) -> None:
    assert plan(instance(), **changes)["blockers"] == [f"Refusing to delete the database {NAME}: {text}" for text in texts]


def test_an_unprotected_one_needs_no_lifting() -> None:
    found = plan(instance(deletion_protection=False), lift_protection=False)
    assert (found["blockers"], found["protected"]) == ([], False)


def test_one_that_is_being_deleted_is_waited_for() -> None:
    found = plan(instance(db_instance_status="deleting"), confirmed=False)
    assert (found["blockers"], found["present"], found["instance"], found["snapshot"], found["protected"]) == ([], True, False, "", False)


def test_one_that_is_being_created_is_waited_for() -> None:
    assert (plan(instance(db_instance_status="creating", endpoint=None))["ready"], plan(instance())["ready"]) == (False, True)


@pytest.mark.parametrize("status", ["stopped", "failed", "incompatible-network", "storage-full"])
def test_a_status_in_which_rds_refuses_is_told_before_anything_goes(status: str) -> None:
    text = f"Refusing to delete the database {NAME}: its status is {status}, in which RDS "
    (blocker,) = plan(instance(db_instance_status=status))["blockers"]
    assert blocker.startswith(f"{text}creates no final snapshot.") and "red5pro_database_final_snapshot=false" in blocker
    (blocker,) = plan(instance(db_instance_status=status), final_snapshot=False)["blockers"]
    assert blocker.startswith(f"{text}does not turn off deletion protection.")
    assert plan(instance(db_instance_status=status, deletion_protection=False), final_snapshot=False)["blockers"] == []


@pytest.mark.parametrize("status", ["starting", "upgrading", "configuring-iam-database-auth"])
def test_a_status_that_passes_is_waited_for(status: str) -> None:
    found = plan(instance(db_instance_status=status))
    assert (found["blockers"], found["ready"]) == ([], False)


def test_nothing_of_others_is_deleted() -> None:
    found = plan(instance(tags={}))
    assert ([one["what"] for one in found["rows"]], found["blockers"]) == (["DB subnet group", "DB parameter group"], [])
    nothing = plan(confirmed=False)
    assert (nothing["rows"], nothing["blockers"], nothing["kept"], nothing["present"]) == ([], [], [], False)
