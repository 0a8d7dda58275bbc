# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The filters of a removal give what the plans say, also of data as Ansible passes it."""

from __future__ import annotations

from typing import Any

from ansible_collections.streamops.red5pro.plugins.filter import removal as filters

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
    "names": {},
    "in_use": [],
    "tagged": [],
}


def test_the_plans_of_all_roles_from_one_reading_of_nothing() -> None:
    readings = filters.removal_readings(DECLARED)
    assert [one for one in filters.removal_readings(DECLARED, "certificate") if one not in readings] == []
    current: dict[str, Any] = {one.get("name", one["kind"]): [] for one in readings}
    nodes = {name: found for name, found in current.items() if name.startswith("nodes-")}
    plans = [
        filters.node_image_removal(current, DECLARED, {"resources": [], "unread_regions": []}),
        filters.load_balancer_removal(current, DECLARED),
        filters.autoscaling_removal(nodes, DECLARED, {"skipped": True}),
        filters.stream_managers_removal(current, DECLARED),
        filters.certificate_removal(current, DECLARED, {"skipped": True}, {}),
    ]
    assert [(one["deployment"], one["rows"], one["blockers"], one["kept"]) for one in plans] == [("live", [], [], [])] * 5
    assert filters.certificate_elsewhere_readings(current, DECLARED) == []
    assert filters.certificate_record_readings(current, DECLARED, {"skipped": True}) == []
    assert filters.removal_lines([{"what": "certificate", "name": "a"}]) == ["certificate  a"]


def test_all_nodes_are_orphans_when_the_api_is_gone() -> None:
    (row,) = filters.orphan_nodes({f"nodes-{HERE}": [{"instance_id": "i-1", "tags": {}}]})
    assert (row["id"], row["region"]) == ("i-1", HERE)
