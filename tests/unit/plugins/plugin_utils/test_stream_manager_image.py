# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The image of the stream managers from a base image: its name, what is missing, and what is deleted."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.filter.stream_manager_image import FilterModule
from ansible_collections.streamops.red5pro.plugins.plugin_utils import stream_manager_image

Facts = dict[str, Any]
DECLARED: Facts = {
    "name": "live",
    "base": "/aws/ubuntu",
    "installation": "d1",
    "running_builders": [],
    "launched": [],
    "private_address": False,
}
NAME = stream_manager_image.image_name(DECLARED)
OWN = {"red5pro:deployment": "live", "red5pro:role": "stream-manager-image"}
BUILDER = {
    "instance_id": "i-1", "state": {"name": "running"}, "private_ip_address": "10.0.0.9", "public_ip_address": "198.51.100.9",
    "tags": {"Name": f"builder-{NAME}"},
}  # fmt: skip


def planned(images: list[Facts] | None = None, builders: list[Facts] | None = None, **declared: Any) -> Facts:
    current = {"stream_manager_images": images or [], "stream_manager_image_builders": builders or []}
    plan: Facts = FilterModule().filters()["stream_manager_image_plan"]({**DECLARED, **declared}, current)
    return plan


def found(name: str = NAME, state: str = "available") -> Facts:
    return {"image_id": "ami-1", "name": name, "state": state, "tags": OWN, "creation_date": "2026"}


@pytest.mark.parametrize("changed", [{"base": "ami-0123456789abcdef0"}, {"installation": "d2"}])
def test_the_name_follows_from_the_content(changed: Facts) -> None:
    assert NAME.startswith("live-stream-manager-") and len(NAME) == len("live-stream-manager-") + 12
    assert stream_manager_image.image_name({**DECLARED, "running_builders": [BUILDER]}) == NAME
    assert stream_manager_image.image_name({**DECLARED, **changed}) != NAME


def test_the_image_is_found_by_its_name() -> None:
    plan = planned([found(), found("live-stream-manager-older")])
    assert (plan["image"], plan["available"], plan["builders"]) == (found(), True, [])
    assert planned([found(state="pending")])["available"] is False
    assert planned([found("live-stream-manager-older")])["image"] == {}


def test_a_failed_image_is_named_with_its_reason() -> None:
    failed = {**found(state="failed"), "state_reason": {"message": "no space"}}
    plan = planned([failed])
    assert (plan["image"], plan["failed"], plan["failure"]) == ({}, [failed], "ami-1 failed: no space")


def test_the_database_admits_the_running_builder() -> None:
    plan = planned(builders=[BUILDER], running_builders=[BUILDER])
    assert plan["builder"] == {"instance_id": "i-1", "address": "198.51.100.9", "private_ip": "10.0.0.9"}
    assert plan["admitted"] == {"10.0.0.9": f"builder-{NAME}"}
    assert (plan["owner"], plan["builders"], plan["builders_refused"]) == ("red5pro:image=live", ["i-1"], [])
    assert planned()["admitted"] == {}


def test_a_builder_that_was_terminated_is_not_awaited() -> None:
    ended = {**BUILDER, "state": {"name": "terminated"}, "tags": {}}
    assert planned(running_builders=[ended], launched=["i-2"])["builders_ended"] == []
    plan = planned(running_builders=[ended], launched=["i-1"])
    assert (plan["builder"]["instance_id"], plan["builders_ended"]) == ("", ["an instance (i-1) is terminated: AWS gives no reason"])


def test_a_protected_builder_is_refused() -> None:
    plan = planned(builders=[{**BUILDER, "disable_api_termination": True}])
    assert plan["builders_protected"] == ["i-1"] and len(plan["builders_refused"]) == 1


def test_a_removal_takes_builders_and_their_rules() -> None:
    rule = {"cidr_ip": "10.0.0.9/32", "description": "builder (red5pro:image=live)"}
    other = {"cidr_ip": "10.0.0.8/32", "description": "builder (red5pro:image=live2)"}
    permission = {"ip_protocol": "tcp", "from_port": 3306, "to_port": 3306, "ip_ranges": [rule, other]}
    groups = [{"group_id": "sg-1", "group_name": "database", "ip_permissions": [permission]}]
    current = {"stream_manager_image_builders": [{**BUILDER, "disable_api_termination": True}], "security_groups": groups}
    declared = {"name": "live", "region": "us-east-1", "lift_protection": False}
    plan = stream_manager_image.removal(declared, current)
    assert [one["id"] for one in plan["rows"]] == ["i-1", "sg-1"]
    assert (plan["builders"], plan["protected"], len(plan["blockers"])) == (["i-1"], ["i-1"], 1)
    assert [(one["id"], one["port"], one["owner"]) for one in plan["rules"]] == [("sg-1", 3306, "red5pro:image=live")]
    assert "10.0.0.9/32" in plan["rules"][0]["name"] and "10.0.0.8" not in plan["rules"][0]["name"]
    assert stream_manager_image.removal({**declared, "lift_protection": True}, current)["blockers"] == []


def test_readings() -> None:
    images, builders = stream_manager_image.readings("live")
    assert images["filters"]["tag:red5pro:role"] == "stream-manager-image"
    assert builders["filters"]["tag:red5pro:role"] == "stream-manager-image-builder"
    assert {one["region"] for one in stream_manager_image.removal_readings("live", "us-east-1")} == {"us-east-1"}
