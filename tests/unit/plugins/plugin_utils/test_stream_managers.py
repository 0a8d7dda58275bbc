# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan from the current state; no wait for stream managers is vacuously true, and kept volumes are named."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.filter.stream_managers import FilterModule
from ansible_collections.streamops.red5pro.plugins.plugin_utils.findings import findings
from ansible_collections.streamops.red5pro.plugins.plugin_utils.stream_managers import (
    all_readings,
    awaited_addresses,
    awaited_instances,
    launch_readings,
    outliving_volumes,
)


def slot(number: int, **more: Any) -> dict[str, Any]:
    return {
        "name": f"live-stream-manager-{number}",
        "adopted": False,
        "instance_id": f"i-{number}",
        "public_ip": f"127.55.0.{number}",
        **more,
    }


def instance(number: int, state: str = "running", **more: Any) -> dict[str, Any]:
    return {"instance_id": f"i-{number}", "state": {"name": state}, "tags": {"Name": f"live-stream-manager-{number}"}, **more}


def test_an_empty_answer_ends_no_wait() -> None:
    slots = [slot(1), slot(2)]
    assert awaited_instances(slots, []) == ["live-stream-manager-1", "live-stream-manager-2"]
    assert awaited_addresses(slots, []) == ["live-stream-manager-1", "live-stream-manager-2"]


def test_only_what_runs_is_there() -> None:
    assert awaited_instances([slot(1), slot(2)], [instance(1), instance(2, "pending")]) == ["live-stream-manager-2"]


def test_an_adopted_instance_is_known_by_its_id() -> None:
    strangers = instance(7, tags=None)
    assert awaited_instances([slot(1, adopted=True)], [strangers], "i-7") == []
    assert awaited_instances([slot(1, adopted=True)], [strangers], "i-8") == ["live-stream-manager-1"]


def test_an_address_counts_on_its_own_instance_alone() -> None:
    addresses = [
        {"public_ip": "127.55.0.1", "instance_id": "i-1"},
        {"public_ip": "127.55.0.2", "instance_id": "i-1"},
        {"public_ip": "127.55.0.3"},
    ]
    assert awaited_addresses([slot(1), slot(2), slot(3)], addresses) == ["live-stream-manager-2", "live-stream-manager-3"]


def test_a_place_without_instance_and_address_is_not_one_with_a_free_address() -> None:
    assert awaited_addresses([slot(2, instance_id="", public_ip="")], [{"public_ip": ""}]) == ["live-stream-manager-2"]


def test_volumes_that_are_kept_after_their_instance_are_named() -> None:
    root = {"device_name": "/dev/sda1", "ebs": {"volume_id": "vol-1", "delete_on_termination": True}}
    data = {"device_name": "/dev/sdf", "ebs": {"volume_id": "vol-2", "delete_on_termination": False}}
    store = {"device_name": "/dev/sdb", "virtual_name": "ephemeral0"}
    found = outliving_volumes(
        [instance(2, block_device_mappings=[root, data, store]), instance(3, tags=None, block_device_mappings=[data]), instance(4)]
    )
    assert found == [
        "the volume vol-2 (/dev/sdf), which is kept when live-stream-manager-2 is terminated",
        "the volume vol-2 (/dev/sdf), which is kept when i-3 is terminated",
    ]


FILTERS = FilterModule().filters()
OWN = {"red5pro:deployment": "live", "red5pro:role": "stream-manager"}
SUBNETS = [{"id": f"subnet-{zone}", "availability_zone": zone} for zone in "ab"]
DECLARED: dict[str, Any] = {
    "name": "live",
    "numbers": [],
    "count": "2",
    "subnets": SUBNETS,
    "first_instance": "i-1",
    "allocation_ids": [],
    "image": "",
    "image_name": "live-stream-manager-i-1",
    "images_kept": "1",
    "database_group": "sg-1",
    "database_port": "3306",
}


def machine(number: int, image: str = "live-stream-manager-i-1", state: str = "running") -> dict[str, Any]:
    return {
        "instance_id": f"i-{number}",
        "image_id": "ami-base",
        "tags": {**OWN, "Name": f"live-stream-manager-{number}", "red5pro:image": image},
        "state": {"name": state},
        "private_ip_address": f"10.0.0.{number}",
        "subnet_id": f"subnet-{'xab'[number]}",
        "placement": {"availability_zone": "xab"[number]},
    }


def elastic(number: int) -> dict[str, Any]:
    return {
        "allocation_id": f"eip-{number}",
        "public_ip": f"203.0.113.{number}",
        "instance_id": f"i-{number}",
        "tags": {**OWN, "Name": f"live-stream-manager-{number}"},
    }


def snapshot(name: str = "live-stream-manager-i-1", number: int = 1, state: str = "available") -> dict[str, Any]:
    return {
        "image_id": f"ami-{number}",
        "name": name,
        "state": state,
        "creation_date": f"2026-01-0{number}",
        "tags": {"red5pro:deployment": "live"},
    }


def group(*numbers: int) -> dict[str, Any]:
    texts = {f"{start}{number}/32": f"live-stream-manager-{number} {kind}" for number in numbers for start, kind in RANGES}
    ranges = [{"cidr_ip": network, "description": f"{text} (red5pro:deployment=live)"} for network, text in texts.items()]
    rule = {"ip_protocol": "tcp", "from_port": 3306, "to_port": 3306, "ip_ranges": ranges}
    return {"group_id": "sg-1", "ip_permissions": [rule]}


RANGES = (("10.0.0.", "private"), ("203.0.113.", "public"))
CURRENT: dict[str, list[dict[str, Any]]] = {
    "first_stream_manager": [machine(1)],
    "stream_manager_instances": [machine(2)],
    "stream_manager_images": [snapshot()],
    "addresses": [elastic(1), elastic(2)],
    "database_group": [group(1, 2)],
}


def planned(declared: dict[str, Any] | None = None, **current: list[dict[str, Any]]) -> dict[str, Any]:
    plan: dict[str, Any] = FILTERS["stream_managers_plan"]({**DECLARED, **(declared or {})}, {**CURRENT, **current})
    return plan


def differing(plan: dict[str, Any]) -> list[str]:
    return [one["message"] for one in findings(plan["checks"], "stream_managers")]


def test_readings() -> None:
    found = {one.get("name", one["kind"]): one for one in all_readings("live", "i-1", "sg-1")}
    assert found.keys() == CURRENT.keys()
    assert found["first_stream_manager"]["filters"]["instance-id"] == "i-1"
    assert found["database_group"]["filters"] == {"group-id": "sg-1"}


@pytest.mark.parametrize(
    ("every", "compared"), [(False, ["first_stream_manager"]), (True, ["stream_manager_instances", "first_stream_manager"])]
)
def test_what_is_launched_like_the_first_or_compared_is_read_with_its_settings(every: bool, compared: list[str]) -> None:
    found = {one.get("name", one["kind"]): one for one in launch_readings("live", "i-1", every)}
    assert [name for name, one in found.items() if one.get("details")] == compared
    assert [one["filters_of"] for one in found.values() if one["kind"] == "volumes"] == [
        {"attachment.instance-id": f"{name}.instance_id"} for name in compared
    ]


def test_nothing_is_to_be_done() -> None:
    plan = planned()
    assert [one["instance_id"] for one in plan["slots"]] == ["i-1", "i-2"]
    for key in ("surplus", "image_failures", "images_older", "images_surplus", "terminated", "awaited_instances", "awaited_addresses"):
        assert plan[key] == [], key
    assert (plan["image"]["image_id"], plan["image_needed"]) == ("ami-1", False)
    assert (plan["admits_all"], plan["admits_only_declared"], plan["other_run"]) == (True, True, "")
    assert plan["known"] == ["i-2", "eip-1", "eip-2"]
    assert differing(plan) == []
    assert (plan["image_id"], plan["to_borrow"]) == ("ami-1", [])


def test_a_provided_address_is_borrowed_for_the_adopted_instance_before_it_is_associated() -> None:
    free = {**elastic(1), "tags": {}, "instance_id": None}
    given = {"allocation_ids": ["eip-1", "eip-2"]}
    assert [one["public_ip"] for one in planned(given, addresses=[free, elastic(2)])["to_borrow"]] == ["203.0.113.1"]
    assert planned(given)["to_borrow"] == planned(given, addresses=[elastic(1), {**elastic(2), "instance_id": None}])["to_borrow"] == []


def test_a_stream_manager_that_was_renamed_by_hand_gets_its_name_back() -> None:
    renamed = machine(2)
    renamed["tags"] = {**renamed["tags"], "Name": "do not touch"}
    plan = planned(stream_manager_instances=[renamed])
    assert ([one["name"] for one in plan["renamed"]], plan["surplus"], plan["terminated"]) == (["live-stream-manager-2"], [], [])
    assert (plan["awaited_instances"], planned()["renamed"]) == ([], [])
    assert differing(plan) == ["live-stream-manager-2 tag Name: expected live-stream-manager-2, found do not touch"]
    adopted = {**machine(1), "tags": {"Name": "by hand"}}
    assert planned(first_stream_manager=[adopted])["renamed"] == []


def test_an_address_is_moved_between_stream_managers_and_not_taken_from_somebody_else() -> None:
    exchanged = [{**elastic(1), "instance_id": "i-2"}, {**elastic(2), "instance_id": "i-1"}]
    assert planned(addresses=exchanged)["address_blockers"] == planned()["address_blockers"] == []
    assert planned({"ended": ["i-2"]}, addresses=exchanged)["address_blockers"] == []
    (refused,) = planned(addresses=[elastic(1), {**elastic(2), "instance_id": "i-9"}])["address_blockers"]
    assert refused.startswith("Refusing to associate Elastic IP 203.0.113.2 with live-stream-manager-2: i-9 of somebody else uses it.")


def test_an_image_is_needed_only_to_launch_from_it() -> None:
    missing = {"stream_manager_instances": [], "addresses": [elastic(1)]}
    assert planned(**missing)["image_needed"] is True
    assert planned({"first_instance": "", "image": "ami-1"}, **missing)["image_needed"] is False
    assert planned(**missing)["awaited_instances"] == planned(**missing)["awaited_addresses"] == ["live-stream-manager-2"]
    assert planned(**missing, stream_manager_images=[snapshot(state="pending")])["image_id"] == ""
    failed = planned(**missing, stream_manager_images=[snapshot(state="failed")])
    assert (failed["image"], [one["image_id"] for one in failed["image_failures"]]) == ({}, ["ami-1"])
    assert failed["image_failure"] == "ami-1 failed: AWS gives no reason"


def test_one_of_another_image_is_replaced_unless_the_run_only_looks() -> None:
    old = {"stream_manager_instances": [machine(2, "older")]}
    plan = planned(**old)
    assert (plan["image_needed"], plan["terminated"]) == (True, ["i-2"])
    assert [one["outdated"] for one in planned({"finds_only": True}, **old)["slots"]] == [False, False]


def test_check_mode_predicts_the_termination_of_an_instance() -> None:
    assert planned({"ended": ["i-2"]})["awaited_instances"] == ["live-stream-manager-2"]


def test_only_the_one_that_is_replaced_is_launched_and_waited_for() -> None:
    declared = {"ended": ["i-2"], "replaced": "live-stream-manager-2", "count": "3"}
    plan = planned(declared)
    assert [(one["name"], one["state"], one["subnet_id"]) for one in plan["slots"]] == [("live-stream-manager-2", "missing", "subnet-b")]
    assert plan["awaited_instances"] == plan["awaited_addresses"] == ["live-stream-manager-2"]
    assert list(plan["addresses_all"]) == ["10.0.0.1", "203.0.113.1", "203.0.113.2"]
    assert planned({"replaced": "live-stream-manager-1", "count": "3"})["awaited_instances"] == []


def test_a_surplus_one_is_admitted_to_the_database_as_long_as_it_serves() -> None:
    plan = planned({"numbers": [1]})
    assert list(plan["addresses"]) == ["10.0.0.1", "203.0.113.1"]
    assert list(plan["addresses_all"]) == ["10.0.0.2", "203.0.113.2", "10.0.0.1", "203.0.113.1"]
    assert (plan["terminated"], plan["admits_all"], plan["admits_only_declared"]) == (["i-2"], True, False)


def test_rules_of_the_database_that_differ() -> None:
    plan = planned(database_group=[group(1)])
    assert (plan["admits_all"], plan["admits_only_declared"]) == (False, False)
    what, owner = "the rules of sg-1 for port 3306", "(red5pro:deployment=live)"
    assert differing(plan) == [
        f"{what} 10.0.0.2/32: expected live-stream-manager-2 private {owner}, found none",
        f"{what} 203.0.113.2/32: expected live-stream-manager-2 public {owner}, found none",
    ]


def test_an_instance_that_was_terminated_is_not_awaited() -> None:
    ended = {
        **machine(2, state="terminated"),
        "tags": {"Name": "live-stream-manager-2"},
        "state_reason": {"message": "Server.InternalError"},
    }
    plan = planned(stream_manager_instances=[], ended_stream_managers=[ended])
    assert plan["ended_instances"] == ["live-stream-manager-2 (i-2) is terminated: Server.InternalError"]
    assert planned()["ended_instances"] == []


def test_rules_for_a_former_port_of_the_database_are_removed_in_the_end() -> None:
    former = [{**one, "from_port": 3307, "to_port": 3307} for one in group(1)["ip_permissions"]]
    both = {"group_id": "sg-1", "ip_permissions": [*group(1, 2)["ip_permissions"], *former]}
    plan = planned(database_group=[both])
    assert (plan["admits_all"], plan["admits_only_declared"], plan["rules_surplus"], plan["former_ports"]) == (True, True, True, [3307])
    what, owner = "the rules of sg-1 for port 3307", "(red5pro:deployment=live)"
    assert differing(plan) == [
        f"{what} 10.0.0.1/32: expected none, found live-stream-manager-1 private {owner}",
        f"{what} 203.0.113.1/32: expected none, found live-stream-manager-1 public {owner}",
    ]
    assert planned()["former_ports"] == planned(database_group=[])["former_ports"] == []


def test_rules_that_were_not_read_are_compared_by_the_module() -> None:
    plan = planned(database_group=[])
    assert (plan["admits_all"], plan["admits_only_declared"]) == (False, False)
    assert differing(plan) == []


def test_older_images_stay_as_long_as_they_are_used() -> None:
    images = {"stream_manager_images": [snapshot(), snapshot("older", 2), snapshot("oldest", 3)]}
    plan = planned({"images_kept": 0}, **images, stream_manager_instances=[machine(2, "older")])
    assert [one["name"] for one in plan["images_older"]] == ["oldest", "older"]
    assert [one["name"] for one in plan["images_surplus"]] == ["oldest"]
    foretold = planned({"images_kept": 0, "predicted": ["live-stream-manager-2"]}, **images, stream_manager_instances=[machine(2, "older")])
    assert [one["name"] for one in foretold["images_surplus"]] == ["oldest", "older"]


def test_another_run_is_known_by_what_it_creates() -> None:
    assert planned({"known": ["i-2", "eip-1", "eip-2"]})["other_run"] == ""
    assert "It created live-stream-manager-2 (i-2)." in planned({"known": ["eip-1", "eip-2"]})["other_run"]
    assert planned({"known": ["eip-1"], "launched": ["i-2"], "reserved": ["", "eip-2"]})["other_run"] == ""


def test_with_a_group_all_are_surplus_and_the_image_of_the_first_is_needed() -> None:
    plan = planned({"grouped": True})
    assert plan["slots"] == []
    assert [(one["instance_id"], one["public_ip"]) for one in plan["surplus"]] == [("i-2", "203.0.113.2"), ("", "203.0.113.1")]
    assert plan["surplus"][1]["device_id"] == "i-1", "the Elastic IP of the first one is released, and the instance is kept"
    assert plan["image_needed"] and not plan["images_surplus"]
    assert plan["admits_all"] and plan["rules_surplus"], "they serve until they are drained, with access to the database"
    assert not planned({"grouped": True}, database_group=[group()])["rules_surplus"]
    assert not planned()["rules_surplus"]
    assert planned({"grouped": True, "first_instance": "", "image": "ami-1"})["image_needed"] is False
