# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is added to what was read, so that everything is checked before a network is created."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.plugin_utils.network_prediction import predicted

KINDS = ("vpcs", "subnets", "route_tables", "security_groups", "key_pairs", "addresses")
READ: dict[str, list[dict[str, Any]]] = {kind: [] for kind in KINDS}
SUBNETS = [
    {"name": "live-public-a", "zone": "z-a", "cidr": "10.0.0.0/17"},
    {"name": "live-public-b", "zone": "z-b", "cidr": "10.0.128.0/28"},
]
GROUPS = [{"name": "managers", "id": "sg-1"}, {"name": "database", "id": ""}]
PLAN: dict[str, Any] = {
    "due": True, "own": True, "vpc": {"id": "", "name": "live"}, "subnets": SUBNETS, "groups": GROUPS, "key": "operations",
}  # fmt: skip


@pytest.mark.parametrize("plan", [{}, {"problems": ["wrong"]}, {**PLAN, "due": False}])
def test_nothing_is_added_if_nothing_is_missing(plan: dict[str, Any]) -> None:
    assert predicted(plan, READ) == READ


def test_a_whole_network_is_predicted() -> None:
    found = predicted(PLAN, READ)
    assert found["vpcs"] == [{"id": "vpc-00000000", "tags": {"Name": "live"}}]
    assert [(one["id"], one["availability_zone"], one["available_ip_address_count"]) for one in found["subnets"]] == [
        ("subnet-00000000", "z-a", 32763),
        ("subnet-00000001", "z-b", 11),
    ]
    (table,) = found["route_tables"]
    assert [one["subnet_id"] for one in table["associations"]] == ["subnet-00000000", "subnet-00000001"]
    assert table["routes"][0]["gateway_id"].startswith("igw-")
    assert found["security_groups"] == [{"group_id": "sg-00000001", "group_name": "database", "ip_permissions": []}]
    assert (found["key_pairs"], found["addresses"]) == ([{"key_name": "operations"}], [])


def test_what_an_interrupted_run_created_is_kept_and_its_routes_are_predicted() -> None:
    first = {"id": "subnet-1", "cidr_block": "10.0.0.0/17", "availability_zone": "z-a"}
    main = {"routes": [], "associations": [{"main": True}]}
    read = {**READ, "vpcs": [{"id": "vpc-1"}], "subnets": [first], "route_tables": [main]}
    found = predicted({**PLAN, "vpc": {"id": "vpc-1", "name": "live"}, "key": ""}, read)
    assert (found["vpcs"], found["key_pairs"]) == ([{"id": "vpc-1"}], [])
    assert [one["id"] for one in found["subnets"]] == ["subnet-1", "subnet-00000001"]
    assert [one["subnet_id"] for one in found["route_tables"][0]["associations"]] == ["subnet-1", "subnet-00000001"]
    assert found["route_tables"][1:] == [main]


def test_a_vpc_of_somebody_else_gets_groups_alone() -> None:
    found = predicted({**PLAN, "own": False, "subnets": [], "vpc": {"id": "vpc-1", "name": "live"}}, {**READ, "vpcs": [{"id": "vpc-1"}]})
    assert (found["subnets"], found["route_tables"]) == ([], [])
    assert [one["group_name"] for one in found["security_groups"]] == ["database"]
