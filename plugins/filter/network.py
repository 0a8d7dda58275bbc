# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters that read what amazon.aws tells of a VPC."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from ipaddress import ip_network
from typing import Any

Facts = dict[str, Any]


def _is_public(subnet_id: str, route_tables: list[Facts]) -> bool:
    """Whether the subnet's own route table, or else the main one, has a route to an internet gateway."""
    associations = [(table, one) for table in route_tables for one in table["associations"]]
    own = [table for table, one in associations if one.get("subnet_id") == subnet_id]
    main = [table for table, one in associations if one.get("main")]
    return any((route.get("gateway_id") or "").startswith("igw-") for table in (own or main)[:1] for route in table["routes"])


def subnet_facts(subnets: Iterable[Facts], route_tables: list[Facts]) -> list[Facts]:
    """What a load balancer asks of each subnet, in the order of their address ranges."""
    return [
        {
            "id": subnet["id"],
            "name": subnet.get("tags", {}).get("Name", ""),
            "availability_zone": subnet["availability_zone"],
            "cidr_block": subnet["cidr_block"],
            "free_addresses": int(subnet["available_ip_address_count"]),
            "public": _is_public(subnet["id"], route_tables),
        }
        for subnet in sorted(subnets, key=lambda subnet: ip_network(subnet["cidr_block"]))
    ]


def one_per_zone(subnets: Iterable[Facts]) -> list[Facts]:
    """The first subnet of each Availability Zone, since a load balancer takes no second."""
    first: dict[str, Facts] = {}
    for subnet in subnets:
        first.setdefault(subnet["availability_zone"], subnet)
    return list(first.values())


def group_id(groups: Iterable[Facts], wanted: str) -> str:
    """The id of the security group with this id or name, empty if there is none."""
    found = [group["group_id"] for group in groups if wanted in (group["group_id"], group["group_name"])]
    return found[0] if found else ""


def colliding_names(names: Iterable[str], own: str) -> list[str]:
    """The other names of which one begins with the other: resources and nodes are found by their prefix."""
    return sorted(name for name in names if name != own and (name.startswith(own) or own.startswith(name)))


class FilterModule:
    """The filters of the `network` role."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {
            "subnet_facts": subnet_facts,
            "one_per_zone": one_per_zone,
            "group_id": group_id,
            "colliding_names": colliding_names,
        }
