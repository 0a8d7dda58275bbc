# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The filters of a removal give what the plans say, also of data as Ansible passes it."""

from __future__ import annotations

from typing import Any

from ansible_collections.streamops.red5pro.plugins.filter.readings import readings
from ansible_collections.streamops.red5pro.plugins.filter.removal import removal_lines, removal_plan
from ansible_collections.streamops.red5pro.plugins.plugin_utils.role_readings import REMOVAL_PLANS

HERE = "us-east-1"
DECLARED: dict[str, Any] = {
    "name": "live",
    "region": HERE,
    "domain": "sm.example.com",
    "hosted_zone": "",
    "delete_protected": False,
    "lift_protection": False,
    "first_instance": "",
    "allocation_ids": [],
    "api_url": "",
    "held": {"skipped": True},
    "names": {},
    "in_use": [],
    "elsewhere": {"skipped": True},
    "records": {},
    "tagged": [],
    "unread_regions": [],
}


def test_the_plans_of_all_roles_from_one_reading_of_nothing() -> None:
    wanted = readings(DECLARED, "all", removal=True)
    assert [one for one in readings(DECLARED, "certificate", removal=True) if one not in wanted] == []
    current: dict[str, Any] = {one.get("name", one["kind"]): [] for one in wanted}
    nodes = {name: found for name, found in current.items() if name.startswith("nodes-")}
    plans = {role: removal_plan(nodes if role == "autoscaling" else current, role, DECLARED) for role in REMOVAL_PLANS}
    assert list(plans) == [
        "autoscaling",
        "certificate",
        "database",
        "load_balancer",
        "network",
        "node_image",
        "stream_manager_group",
        "stream_manager_image",
        "stream_managers",
    ]
    assert [(one["deployment"], one["rows"], one["blockers"], one["kept"]) for one in plans.values()] == [("live", [], [], [])] * 9
    assert {one["region"] for one in plans.values()} == {HERE}
    assert plans["certificate"]["elsewhere_readings"] == plans["certificate"]["record_readings"] == []
    assert removal_lines([{"what": "certificate", "name": "a"}]) == ["certificate  a"]


def test_all_nodes_are_orphans_when_the_api_is_gone() -> None:
    (row,) = removal_plan({f"nodes-{HERE}": [{"instance_id": "i-1", "tags": {}}]}, "autoscaling", {**DECLARED, "held": {}})["orphans"]
    assert (row["id"], row["region"]) == ("i-1", HERE)
