# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What differs in a network that the deployment created, in one region, for verify. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ._network_choice import leads_out
from .findings import check
from .network_ports import current_rules, wanted_rules

Facts = dict[str, Any]
Declared = Mapping[str, Any]
Current = Mapping[str, list[Facts]]


def checks(
    declared: Declared, current: Current, vpc: Facts, own: bool, subnets: list[Facts], groups: list[Facts]
) -> Iterator[dict[str, Any]]:
    """The checks of everything that the plan of the region has."""
    yield check(f"VPC {declared['vpc']}", "present", "present" if vpc else "missing")
    if vpc and own:
        yield check(f"{vpc['id']} DNS", "support and host names", _dns(vpc))
        yield check(f"{vpc['id']} internet gateway", "attached", "attached" if current["internet_gateways"] else "missing")
        yield from _subnet_checks(current, subnets)
    for one in groups:
        if one["own"]:
            yield from _group_checks(declared, current, one)
    yield check(f"key pair {declared['key_name']}", "present", "present" if current["key_pairs"] else "missing")


def _dns(vpc: Facts) -> str:
    names = {"dns_support": "support", "dns_hostnames": "host names"}
    return " and ".join(text for key, text in names.items() if vpc.get(key)) or "none"


def _subnet_checks(current: Current, subnets: list[Facts]) -> Iterator[dict[str, Any]]:
    routed = {
        each.get("subnet_id") for table in current["route_tables"] if any(map(leads_out, table["routes"])) for each in table["associations"]
    }
    found = {(one.get("cidr_block"), one["availability_zone"]): one for one in current["subnets"]}
    for one in subnets:
        subnet = found.get((one["cidr"], one["zone"]), {})
        public = subnet.get("map_public_ip_on_launch") and subnet["id"] in routed
        yield check(f"subnet {one['name']} {one['cidr']}", "public", "missing" if not subnet else "public" if public else "not public")


def _group_checks(declared: Declared, current: Current, group: Facts) -> Iterator[dict[str, Any]]:
    found = security_group(declared, current, group["key"])
    if not found:
        yield check(f"security group {group['name']}", "present", "missing")
        return
    wanted, present = wanted_rules(group["rules"]), current_rules(found)
    missing, more = wanted - present, present - wanted
    if group["key"] == "database":  # which gets a rule for each stream manager
        more = set()
    for what, rules in (("missing", missing), ("not declared", more)):
        texts = sorted(f"{protocol} {first}-{last} from {source}" for protocol, first, last, source in rules)
        yield {
            "subject": f"security group {group['name']}",
            "expected": "the documented ports",
            "found": f"{what}: {', '.join(texts)}",
            "holds": not rules,
        }


def security_group(declared: Declared, current: Current, key: str) -> Facts:
    """The security group with the declared id or name, empty if there is none."""
    wanted = declared["groups"][key]
    return next((one for one in current["security_groups"] if wanted in (one["group_id"], one["group_name"])), {})
