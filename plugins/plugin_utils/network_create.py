# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of a network that does not exist yet, in one region: VPC, subnets, gateway, routes, groups and key pair. Pure functions.

What exists and was not created by the deployment is used as it is. Only a VPC of the deployment's own gets subnets, a gateway and routes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network, ip_network
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._messages import Problem

from ._account import is_id
from ._rule_quota import BY_DEFAULT, READING, rule_quota
from .findings import findings
from .network_checks import checks, security_group
from .network_names import creation_problems, name_problems
from .network_ports import GROUPS, group_rules
from .ownership import is_own

Facts = dict[str, Any]
Declared = Mapping[str, Any]
Current = Mapping[str, list[Facts]]

_LARGEST, _SMALLEST = 16, 28  # prefixes that AWS accepts


def readings(declared: Declared) -> list[Facts]:
    """What to read of the region, in the form that aws_resources_info takes; the names end with the region."""
    vpc, region = str(declared["vpc"]), declared["region"]
    ids = f"vpcs-{region}.vpc_id"
    in_vpc = {"vpc-id": ids}
    found: list[Facts] = [
        {"kind": "availability_zones"},
        {"kind": "vpcs", "filters": {"vpc-id" if is_id(vpc, "vpc") else "tag:Name": vpc}, "details": ["dns_support", "dns_hostnames"]},
        {"kind": "subnets", "filters_of": in_vpc},
        {"kind": "route_tables", "filters_of": in_vpc},
        {"kind": "internet_gateways", "filters_of": {"attachment.vpc-id": ids}},
        {"kind": "security_groups", "filters_of": in_vpc},
        {"kind": "key_pairs", "filters": {"key-name": declared["key_name"]}},
        *([READING] if any(len(group_rules(declared, key, dict.fromkeys(GROUPS, ""))) > BY_DEFAULT for key in declared["groups"]) else ()),
    ]
    return [{**one, "name": f"{one['kind']}-{region}", "region": region} for one in found]


def declaration_problems(declared: Declared) -> Iterator[Problem]:
    """What is wrong with the variables by themselves."""
    yield from name_problems(declared)
    cidr, count = network_of(declared["vpc_cidr"]), int(declared["subnet_count"])
    if cidr is None or not _LARGEST <= cidr.prefixlen <= _SMALLEST:
        yield Problem("red5pro_vpc_cidr", declared["vpc_cidr"], f"a network of /{_LARGEST} to /{_SMALLEST} such as 10.0.0.0/16")
        return
    given = [network_of(one) for one in declared["subnet_cidrs"]]
    for text, one in zip(declared["subnet_cidrs"], given, strict=True):
        if one is None or not _LARGEST <= one.prefixlen <= _SMALLEST or not one.subnet_of(cidr):
            yield Problem("red5pro_subnet_cidrs", text, f"networks of /{_LARGEST} to /{_SMALLEST} in red5pro_vpc_cidr, {cidr}")
        elif other := next((each for each in given if each and each is not one and each.overlaps(one)), None):
            yield Problem("red5pro_subnet_cidrs", text, f"networks that do not overlap, unlike {other}")
    if given and len(given) != count:
        yield Problem("red5pro_subnet_cidrs", list(declared["subnet_cidrs"]), f"one network for each of the {count} subnets")
    if not given and cidr.prefixlen > _SMALLEST - _bits(count):
        yield Problem("red5pro_vpc_cidr", str(cidr), f"a network with room for {count} subnets of /{_SMALLEST} or larger")
    for name in ("ssh_sources", "client_sources", "tls_sources"):
        for source in declared[name]:
            if network_of(source) is None:
                yield Problem(f"red5pro_{name}", source, "networks such as 203.0.113.0/24")


def plan(declared: Declared, current: Current) -> Facts:
    """What to create in the deployment's own region, what differs, and why it cannot be created."""
    vpcs = found_vpcs(declared, current)
    return {"problems": list(map(str, _account_problems(declared, current, vpcs))), **compare(declared, current, vpcs)}


def found_vpcs(declared: Declared, current: Current) -> list[Facts]:
    """The VPCs with this id or name. In AWS's filters * and ? are wildcards, so the answer is compared again."""
    return [one for one in current["vpcs"] if declared["vpc"] in (one["id"], one["tags"].get("Name"))]


def is_created(declared: Declared, vpcs: list[Facts]) -> bool:
    """Whether the VPC is the deployment's own, or is to be created."""
    return not vpcs or (len(vpcs) == 1 and is_own(vpcs[0], declared["name"]))


def compare(declared: Declared, current: Current, vpcs: list[Facts]) -> Facts:
    """What to create in a region, and what differs there."""
    vpc = vpcs[0] if len(vpcs) == 1 else {}
    own = is_created(declared, vpcs)
    subnets = _subnets(declared, current) if own else []
    groups = _groups(declared, current)
    checked = list(checks(declared, current, vpc, own, subnets, groups))
    return {
        "own": own,
        "vpc": {"id": vpc.get("id", ""), "name": declared["vpc"], "cidr": vpc.get("cidr_block", declared["vpc_cidr"])},
        "subnets": subnets,
        "groups": groups,
        "key": "" if current["key_pairs"] else declared["key_name"],
        "checks": checked,
        "due": bool(findings(checked, "network")),
    }


def network_of(text: Any) -> IPv4Network | None:
    """A network of IPv4, none if the text is none."""
    try:
        found = ip_network(str(text))
    except ValueError:
        return None
    return found if isinstance(found, IPv4Network) else None


def _bits(count: int) -> int:
    """By how much longer the prefix of each of so many subnets is."""
    return max(count - 1, 1).bit_length()


def zones(current: Current) -> list[str]:
    """The zones in which a load balancer can be, in order."""
    return sorted(
        one["zone_name"]
        for one in current["availability_zones"]
        if one.get("zone_type", "availability-zone") == "availability-zone" and one.get("state", "available") == "available"
    )


def _subnets(declared: Declared, current: Current) -> list[Facts]:
    """A public subnet for each of the first zones."""
    cidr, count = ip_network(declared["vpc_cidr"]), int(declared["subnet_count"])
    networks = list(declared["subnet_cidrs"]) or [str(one) for one in list(cidr.subnets(_bits(count)))[:count]]
    return [
        {"name": f"{declared['name']}-public-{zone[-1]}", "zone": zone, "cidr": network}
        for zone, network in zip(zones(current), networks, strict=False)
    ]


def _groups(declared: Declared, current: Current) -> list[Facts]:
    """The declared security groups with their rules; those of the deployment's own are to be created or kept as declared."""
    found = {key: security_group(declared, current, key) for key in declared["groups"]}
    ids = {key: one.get("group_id", "") for key, one in found.items()}
    return [
        {
            "key": key,
            "name": declared["groups"][key],
            "id": ids[key],
            "description": text,
            "own": not found[key] or is_own(found[key], declared["name"]),
            "rules": group_rules(declared, key, ids),
        }
        for key, text in GROUPS.items()
        if key in found
    ]


def _account_problems(declared: Declared, current: Current, vpcs: list[Facts]) -> Iterator[Problem]:
    """What AWS would refuse half-way."""
    vpc = str(declared["vpc"])
    if len(vpcs) > 1:
        yield Problem("red5pro_vpc", vpc, f"the id of one VPC; found {', '.join(sorted(one['id'] for one in vpcs))}")
    if not vpcs and is_id(vpc, "vpc"):
        yield Problem("red5pro_vpc", vpc, "the id of a VPC, or a name for a new one; there is none with this id")
    for key, one in declared["groups"].items():
        if is_id(str(one), "sg") and not security_group(declared, current, key):
            yield Problem(f"red5pro_{key}_security_group", one, "the id of a security group in the VPC, or a name for a new one")
    if not current["key_pairs"] and not declared["public_key"]:
        yield Problem("red5pro_public_key", "", f"a public key, since there is no key pair {declared['key_name']}")
    yield from group_problems(declared, current)
    if not is_created(declared, vpcs):
        return
    if vpcs and vpcs[0]["cidr_block"] != str(declared["vpc_cidr"]):
        yield Problem("red5pro_vpc_cidr", declared["vpc_cidr"], f"{vpcs[0]['cidr_block']}, since AWS cannot change that of a VPC")
    if len(zones(current)) < int(declared["subnet_count"]):
        yield Problem("red5pro_subnet_count", declared["subnet_count"], f"at most {len(zones(current))}, the zones of {declared['region']}")
    yield from overlaps(declared, current, "red5pro_subnet_cidrs")


def group_problems(declared: Declared, current: Current) -> Iterator[Problem]:
    """What AWS would refuse of the security groups and the key pair in a region."""
    key = "" if current["key_pairs"] else str(declared["key_name"])
    yield from creation_problems(_groups(declared, current), key, str(declared["public_key"]))
    yield from _rule_problems(declared, current)


def _rule_problems(declared: Declared, current: Current) -> Iterator[Problem]:
    """Security groups of the deployment's own with more rules than the account's quota allows."""
    quota = rule_quota(current.get(READING["kind"], ()))
    longest = max(("client_sources", "ssh_sources", "tls_sources"), key=lambda name: len(declared[name]))
    for one in _groups(declared, current):
        if one["own"] and len(one["rules"]) > quota:
            counts = f"the security group {one['name']} needs {len(one['rules'])} rules, and {quota} are allowed in {declared['region']}"
            yield Problem(f"red5pro_{longest}", list(declared[longest]), f"fewer networks, or a higher quota of VPC; {counts}")


def overlaps(declared: Declared, current: Current, variable: str) -> Iterator[Problem]:
    """Subnets that are in the VPC and are others than the declared ones."""
    wanted = _subnets(declared, current)
    for one in current["subnets"]:
        same = any((one.get("cidr_block"), one["availability_zone"]) == (each["cidr"], each["zone"]) for each in wanted)
        network = network_of(one.get("cidr_block"))
        if network and not same and any(network.overlaps(ip_network(each["cidr"])) for each in wanted):
            yield Problem(variable, [each["cidr"] for each in wanted], f"networks that do not overlap {network} of {one['id']}")
