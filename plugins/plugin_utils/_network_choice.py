# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which VPC, subnets and security groups of the account a deployment uses, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from ipaddress import ip_network
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._messages import Problem

from ._account import Account
from .deployment import Deployment

Facts = dict[str, Any]
Problems = Iterator[Problem]

_ROOM = 8  # free addresses that AWS requires in a subnet of a new load balancer


def vpc(account: Account, wanted: str, region: str) -> tuple[Facts, Problem | None]:
    """The VPC with this id or name. In AWS's filters * and ? are wildcards, so the answer is compared again."""
    found = [one for one in account.all("vpcs") if wanted in (one["id"], one["tags"].get("Name"))]
    if len(found) == 1:
        return found[0], _moved(account, wanted, str(found[0]["id"]))
    several = f": {', '.join(sorted(one['id'] for one in found))}" if found else ""
    expected = f"the id or the Name tag of exactly one VPC in {region}; found {len(found)}{several}"
    return {}, Problem("red5pro_vpc", wanted, expected)


def _moved(account: Account, wanted: str, vpc_id: str) -> Problem | None:
    """The problem of a load balancer in another VPC, where it stays."""
    there = account.load_balancer.get("vpc_id", vpc_id)
    expected = f"{there}, where the load balancer {account.name} is, since AWS cannot move it, or another red5pro_name for another VPC"
    return None if there == vpc_id else Problem("red5pro_vpc", wanted, expected)


def subnets(account: Account) -> list[Facts]:
    """What matters of each subnet to a load balancer, sorted by address range; IPv6-only subnets come last."""
    tables = account.all("route_tables")
    return [
        {
            "id": subnet["id"],
            "name": subnet["tags"].get("Name", ""),
            "availability_zone": subnet["availability_zone"],
            "cidr_block": subnet.get("cidr_block", ""),
            "free_addresses": int(subnet.get("available_ip_address_count", 0)),
            "public": _is_public(subnet["id"], tables),
        }
        for subnet in sorted(account.all("subnets"), key=_order)
    ]


def _order(subnet: Facts) -> tuple[bool, Any, str]:
    block = subnet.get("cidr_block")
    return (not block, ip_network(block) if block else 0, subnet["id"])


def _is_public(subnet_id: str, tables: Sequence[Facts]) -> bool:
    """Whether the subnet's own route table, or else the main one, has an IPv4 route to an internet gateway that exists."""
    associations = [(table, one) for table in tables for one in table["associations"]]
    own = [table for table, one in associations if one.get("subnet_id") == subnet_id]
    main = [table for table, one in associations if one.get("main")]
    return any(leads_out(route) for table in (own or main)[:1] for route in table["routes"])


def leads_out(route: Mapping[str, Any]) -> bool:
    """Whether a route leads IPv4 to an internet gateway; that to a gateway that was deleted or detached is a blackhole."""
    leads = str(route.get("gateway_id") or "").startswith("igw-") and route.get("state") != "blackhole"
    return leads and not route.get("destination_ipv6_cidr_block")


def choose_subnets(account: Account, wanted: Sequence[str], instance_types: Sequence[str], first_instance: str) -> list[Facts]:
    """The given subnets by id or name, or else the best public one of each usable zone, by zone.

    The best one is that of the load balancer, then the first with enough free addresses. A zone that does not offer an instance type
    is left out, unless the load balancer or the first stream manager is in it, or too few zones would be left.
    """
    every = subnets(account)
    if wanted:
        ids = [one for one in every if one["id"] in wanted]
        named = [one for one in every if one not in ids and one["name"] in wanted]
        return sorted([*ids, *named], key=lambda one: str(one["availability_zone"]))
    best: dict[str, Facts] = {}
    served = account.served
    for one in sorted(every, key=lambda one: (one["id"] not in served, one["free_addresses"] < _ROOM)):
        if one["public"] and one["cidr_block"] and account.zone_type(one["availability_zone"]) == "availability-zone":
            best.setdefault(one["availability_zone"], one)
    kept = {*served.values(), account.instance(first_instance).get("placement", {}).get("availability_zone")}
    offering = [zone for zone in best if zone in kept or all(account.offers(zone, one) for one in instance_types)]
    return [best[zone] for zone in sorted(offering if len(offering) > 1 else best)]


def subnet_problems(account: Account, wanted: Sequence[str], chosen: Sequence[Facts]) -> Problems:
    def problem(expected: str) -> Problem:
        return Problem("red5pro_subnets", list(wanted), expected)

    zones = sorted({one["availability_zone"] for one in chosen})
    known = {*(one["id"] for one in chosen), *(one["name"] for one in chosen)}
    if unknown := sorted(set(wanted) - known):
        yield problem(f"ids or Name tags of subnets in this VPC; not found: {', '.join(unknown)}")
    if len(zones) < len(chosen):
        yield problem(f"one subnet of each Availability Zone; these are in {', '.join(one['availability_zone'] for one in chosen)}")
    if private := [one["id"] for one in chosen if not one["public"]]:
        yield problem(f"public subnets, with a route to an internet gateway, unlike {', '.join(private)}")
    if six := [one["id"] for one in chosen if not one["cidr_block"]]:
        yield problem(f"subnets with IPv4 addresses, unlike {', '.join(six)}, which have IPv6 only")
    for one in chosen:
        kind = account.zone_type(one["availability_zone"])
        if kind != "availability-zone":
            yield problem(f"subnets in Availability Zones; {one['id']} is in {one['availability_zone']}, which is a {kind}")
    if len(zones) < 2:
        yield problem(f"public subnets in at least two Availability Zones, as the load balancer needs; found {', '.join(zones) or 'none'}")
    if full := [one["id"] for one in chosen if one["cidr_block"] and one["free_addresses"] < _ROOM and one["id"] not in account.served]:
        yield problem(f"subnets with at least {_ROOM} free addresses, as the load balancer needs in a new subnet, unlike {', '.join(full)}")


def type_problems(account: Account, instance_types: Mapping[str, str], chosen: Sequence[Facts]) -> Problems:
    zones = [one["availability_zone"] for one in chosen if account.zone_type(one["availability_zone"]) == "availability-zone"]
    for variable, instance_type in instance_types.items():
        needed = zones[:1] if variable == "red5pro_builder_instance_type" else zones
        if lacking := [zone for zone in needed if not account.offers(zone, instance_type)]:
            offering = sorted(one["location"] for one in account.all("instance_type_offerings") if one["instance_type"] == instance_type)
            yield Problem(
                variable,
                instance_type,
                f"an instance type that {', '.join(lacking)} offers, or red5pro_subnets in other zones; "
                f"{instance_type} is offered in {', '.join(offering) or 'no zone of the region'}",
            )


def group_id(account: Account, wanted: str) -> str:
    """The id of the security group with this id or name, empty if there is none."""
    return next((str(one["group_id"]) for one in account.all("security_groups") if wanted in (one["group_id"], one["group_name"])), "")


def group_problems(deployment: Deployment, groups: Mapping[str, str]) -> Problems:
    for name, found in groups.items():
        if not found:
            variable = f"red5pro_{name}_security_group"
            yield Problem(variable, deployment.declared.get(variable), "the id or the name of a security group in this VPC")
