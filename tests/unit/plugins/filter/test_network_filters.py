# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the role network reads from a VPC."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.filter import network


def subnet(name: str, cidr_block: str, zone: str = "a", **more: Any) -> dict[str, Any]:
    return {"id": name, "cidr_block": cidr_block, "availability_zone": zone, "available_ip_address_count": "251", "tags": {}, **more}


def table(gateway: str | None, *subnets: str, main: bool = False) -> dict[str, Any]:
    associations = [{"main": False, "subnet_id": name} for name in subnets] + ([{"main": True}] if main else [])
    return {"associations": associations, "routes": [{"gateway_id": "local"}, {"gateway_id": gateway}]}


INTERNET, NAT = "igw-1", None
PUBLIC = {
    "by its own table": ([table(NAT, main=True), table(INTERNET, "s")], True),
    "private by its own table": ([table(INTERNET, main=True), table(NAT, "s")], False),
    "by the main table": ([table(NAT, "other"), table(INTERNET, main=True)], True),
    "private by the main table": ([table(INTERNET, "other"), table(NAT, main=True)], False),
    "egress only": ([table("eigw-1", "s")], False),
    "virtual private gateway": ([table("vgw-1", "s")], False),
    "a table that is main and its own": ([table(INTERNET, "s", main=True)], True),
    "no table": ([], False),
}


@pytest.mark.parametrize("tables, public", PUBLIC.values(), ids=PUBLIC)
def test_public(tables: list[dict[str, Any]], public: bool) -> None:
    (facts,) = network.subnet_facts([subnet("s", "10.0.0.0/24")], tables)
    assert facts["public"] is public


def test_route_without_a_gateway() -> None:
    tables = [{"associations": [{"subnet_id": "s"}], "routes": [{"nat_gateway_id": "nat-1"}]}]
    assert network.subnet_facts([subnet("s", "10.0.0.0/24")], tables)[0]["public"] is False


def test_subnet_facts_in_the_order_of_their_addresses() -> None:
    subnets = [subnet("late", "10.0.10.0/24"), subnet("early", "10.0.9.0/24", "b", tags={"Name": "public-b"})]
    assert network.subnet_facts(subnets, [table(INTERNET, "early")]) == [
        {"id": "early", "name": "public-b", "availability_zone": "b", "cidr_block": "10.0.9.0/24", "free_addresses": 251, "public": True},
        {"id": "late", "name": "", "availability_zone": "a", "cidr_block": "10.0.10.0/24", "free_addresses": 251, "public": False},
    ]


def test_subnet_without_tags() -> None:
    bare = subnet("s", "10.0.0.0/24")
    del bare["tags"]
    assert network.subnet_facts([bare], [])[0]["name"] == ""


def test_one_per_zone_is_the_first() -> None:
    subnets = [{"id": number, "availability_zone": zone} for number, zone in enumerate("abacb")]
    assert [one["id"] for one in network.one_per_zone(subnets)] == [0, 1, 3]
    assert network.one_per_zone([]) == []


GROUPS = [{"group_id": "sg-1", "group_name": "database"}, {"group_id": "sg-2", "group_name": "managers"}]


@pytest.mark.parametrize("wanted, found", [("sg-2", "sg-2"), ("database", "sg-1"), ("data", ""), ("", "")])
def test_group_id(wanted: str, found: str) -> None:
    assert network.group_id(GROUPS, wanted) == found


@pytest.mark.parametrize(
    "names, colliding",
    [(["live"], []), (["live-2", "li"], ["li", "live-2"]), (["stage", "alive"], []), ([], []), (["live", "lively"], ["lively"])],
)
def test_colliding_names(names: list[str], colliding: list[str]) -> None:
    assert network.colliding_names(names, "live") == colliding
