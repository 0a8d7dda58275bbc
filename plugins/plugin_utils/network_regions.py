# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of a network in every region of the nodes: the whole of it in the deployment's own, what nodes need in the further ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._messages import Problem

from . import launch_names, network_create
from ._account_nodes import region_problems
from .node_regions import named_regions, regions_named

Facts = dict[str, Any]
Declared = Mapping[str, Any]
Current = Mapping[str, list[Facts]]

CIDRS = "red5pro_region_vpc_cidrs"
_PARTS = 8  # of a VPC, as many as there can be subnets, so that the parts stay the same when their number changes
_LARGEST, _SMALLEST = 16, 25


def plan(declared: Declared, current: Current) -> Facts:
    """What to read next, and when everything was read, by region what to create and what differs, and why it cannot be created."""
    problems = list(map(str, _declaration_problems(declared)))
    if problems or not current:
        return {"problems": problems, "readings": _first_readings(declared)}
    enabled = [one["region_name"] for one in current.get("regions", ())]
    regions = {one: _further(declared, one) for one in further_regions(declared) if one in enabled}
    unread = [region for region in regions if f"vpcs-{region}" not in current]
    if unread:
        return {"problems": [], "readings": [one for region in unread for one in network_create.readings(regions[region])]}
    plans = {declared["region"]: network_create.plan(declared, _of(declared["region"], current))}
    plans |= {region: _plan(one, _of(region, current)) for region, one in regions.items()}
    unknown = region_problems(regions_named(declared["scale_policies"], declared["node_groups"]), declared["region"], enabled)
    return {
        "problems": [*map(str, unknown), *(text for one in plans.values() for text in one["problems"])],
        "readings": [],
        "regions": plans,
        "checks": [check for one in plans.values() for check in one["checks"]],
        "due": any(one["due"] for one in plans.values()),
    }


def further_regions(declared: Declared) -> list[str]:
    """The other regions in which a network is created: those of the nodes, unless these are launched into default VPCs or given ones."""
    regions = named_regions(declared["scale_policies"], declared["node_groups"], by_name=True)
    return [] if launch_names.by_default(declared["properties"]) else [one for one in regions if one != declared["region"]]


def _first_readings(declared: Declared) -> list[Facts]:
    others = set(named_regions(declared["scale_policies"], declared["node_groups"])) - {declared["region"]}
    return [*network_create.readings(declared), *([{"kind": "regions"}] if others else [])]


def _of(region: str, current: Current) -> dict[str, list[Facts]]:
    """What was read of one region, by kind."""
    return {name.removesuffix(f"-{region}"): found for name, found in current.items() if name.endswith(f"-{region}")}


def _names(declared: Declared) -> dict[str, launch_names.Name]:
    variables = {"vpc": declared["vpc"], "group": declared["groups"]["node"], "key": declared["key_name"]}
    return launch_names.names(declared["properties"], variables)


def _cidr(declared: Declared, region: str) -> tuple[str, str]:
    """The variable that has the network of the VPC in a region, and the network."""
    given = declared["region_vpc_cidrs"].get(region)
    return (f"{CIDRS}[{region!r}]", str(given)) if given else ("red5pro_vpc_cidr", str(declared["vpc_cidr"]))


def _declaration_problems(declared: Declared) -> Iterator[Problem]:
    """What is wrong with the variables by themselves."""
    yield from network_create.declaration_problems(declared)
    own, regions = declared["region"], further_regions(declared)
    if declared["region_vpc_cidrs"].get(own):
        yield Problem(CIDRS, {own: declared["region_vpc_cidrs"][own]}, f"regions other than {own}, whose network is red5pro_vpc_cidr")
    for region in regions:
        variable, text = _cidr(declared, region)
        network = network_create.network_of(text)
        if not network and variable == "red5pro_vpc_cidr":
            continue  # it is already reported
        if not network or not _LARGEST <= network.prefixlen <= _SMALLEST:
            expected = f"a network of /{_LARGEST} to /{_SMALLEST} such as 10.0.0.0/16, for the VPC in {region} with up to {_PARTS} subnets"
            remedy = "" if variable.startswith(CIDRS) else f"; or set {CIDRS}"
            yield Problem(variable, text, expected + remedy)
    for what, one in _names(declared).items() if regions else ():
        if not one.value:
            given = {"vpc": declared["vpc"], "group": declared["groups"]["node"], "key": declared["key_name"]}[what]
            key = launch_names.SOURCES[what][0]
            expected = f"a name, since stream managers look for the same one in {', '.join(regions)}"
            yield Problem(one.variable, given, f"{expected}; or set {launch_names.PROPERTIES}[{key!r}]")


def _further(declared: Declared, region: str) -> Facts:
    """The declaration for a further region: the VPC, the security group of the nodes, and the key pair, as stream managers name them."""
    found = _names(declared)
    _variable, cidr = _cidr(declared, region)
    parts = [str(one) for one in ip_network(cidr).subnets(_PARTS.bit_length() - 1)]
    return {
        **declared,
        "region": region,
        "vpc": found["vpc"].value,
        "vpc_cidr": cidr,
        "subnet_cidrs": parts[: int(declared["subnet_count"])],
        "groups": {"node": found["group"].value},
        "key_name": found["key"].value,
    }


def _plan(declared: Declared, current: Current) -> Facts:
    region, vpcs = declared["region"], network_create.found_vpcs(declared, current)
    found = network_create.compare(declared, current, vpcs)
    checks = [{**one, "subject": f"{one['subject']} in {region}"} for one in found["checks"]]
    return {"problems": list(map(str, _problems(declared, current, vpcs))), **found, "checks": checks}


def _problems(declared: Declared, current: Current, vpcs: list[Facts]) -> Iterator[Problem]:
    """What AWS would refuse half-way in a further region."""
    region, wanted = declared["region"], f"{CIDRS}[{declared['region']!r}]"
    if len(vpcs) > 1:
        ids = ", ".join(sorted(one["id"] for one in vpcs))
        yield Problem("red5pro_vpc", declared["vpc"], f"the Name tag of one VPC in {region}, where nodes are launched by it; found {ids}")
    if not current["key_pairs"] and not declared["public_key"]:
        yield Problem("red5pro_public_key", "", f"a public key, since there is no key pair {declared['key_name']} in {region}")
    yield from network_create.group_problems(declared, current)
    if not network_create.is_created(declared, vpcs):
        return
    if vpcs and vpcs[0]["cidr_block"] != declared["vpc_cidr"]:
        yield Problem(wanted, declared["vpc_cidr"], f"{vpcs[0]['cidr_block']}, since AWS cannot change that of a VPC")
    else:
        yield from network_create.overlaps(declared, current, wanted)
