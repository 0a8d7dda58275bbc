# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""All roles read in one call what each of them would read, and find it there."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.plugin_utils.readings import already
from ansible_collections.streamops.red5pro.plugins.plugin_utils.removal_readings import OF_ROLES, readings, readings_of
from ansible_collections.streamops.red5pro.plugins.plugin_utils.role_readings import READINGS

HERE, THERE = "us-east-1", "us-west-2"
DECLARED: dict[str, Any] = {
    "name": "live",
    "region": HERE,
    "domain": "sm.example.com",
    "tagged": [
        {"region": region, "type": kind, "id": "x"}
        for region, kind in ((HERE, "image"), (THERE, "image"), (THERE, "snapshot"), (THERE, "vpc"))
    ],
    "regions": [HERE, THERE],
    "images": [{"id": "ami-1", "region": THERE}, {"id": "ami-2", "region": THERE}, {"id": "ami-3", "region": HERE}],
}
IMAGES = {
    f"tagged_node_images-{THERE}": [{"image_id": "ami-2"}, {"image_id": "ami-1"}],
    f"tagged_node_images-{HERE}": [{"image_id": "ami-3"}],
}
DEFAULTS: dict[str, Any] = {
    "filters": {}, "filters_of": {}, "parameters": {}, "each_of": {}, "details": [], "suffix_of": [], "only": {}
}  # fmt: skip


def read(declared: dict[str, Any]) -> dict[str, Any]:
    """What aws_resources_info returns for all roles."""
    asked = [{**DEFAULTS, "region": HERE, "name": one.get("name", one["kind"]), **one} for one in readings(declared)]
    return {"readings": asked, "resources": {**{one["name"]: [] for one in asked}, **IMAGES}}


@pytest.mark.parametrize(
    "role", ["autoscaling", "certificate", "database", "load_balancer", "network", "node_image", "stream_manager_group", "stream_managers"]
)
def test_each_role_finds_what_it_would_read(role: str) -> None:
    wanted = readings_of(role, DECLARED)
    assert wanted
    assert list(already(read(DECLARED), wanted, HERE)) == [one.get("name", one["kind"]) for one in wanted]


def test_nodes_of_other_images_are_read_again() -> None:
    wanted = readings_of("autoscaling", {**DECLARED, "images": DECLARED["images"][:1]})
    assert already(read(DECLARED), wanted, HERE) == {}


def test_a_removal_reads_all_records_of_the_zones() -> None:
    def of_zone(found: list[dict[str, Any]]) -> list[Any]:
        return [one.get("parameters", {}) for one in found if one.get("name") == "zone_records"]

    assert of_zone(readings(DECLARED)) == of_zone(readings_of("load_balancer", DECLARED)) == [{}]
    assert of_zone(READINGS["load_balancer"](DECLARED)) == of_zone(readings_of("load_balancer", {**DECLARED, "domain": ""})) == []


def test_nothing_is_read_twice() -> None:
    names = [one.get("name", one["kind"]) for one in readings(DECLARED)]
    assert len(names) == len(set(names))
    assert len(names) == sum(len(readings_of(role, DECLARED)) for role in OF_ROLES) - 2, (
        "the three roles of stream managers read the security groups"
    )
