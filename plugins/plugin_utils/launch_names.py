# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The names by which stream managers find VPC, security group and key pair in each region of their nodes. Pure functions.

Without them in a region, none of its nodes is ever launched.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._messages import Problem

from ._account import is_id
from ._input_kinds import is_true

Facts = dict[str, Any]
Found = Mapping[str, list[Facts]]

PROPERTIES = "red5pro_stream_manager_properties"
BY_DEFAULT = "aws.defaultVPC"
# What: the property of the stream managers, the variable from which it is taken, and how the ids begin, by which nothing is found elsewhere
SOURCES = {
    "vpc": ("aws.vpcName", "red5pro_vpc", "vpc"),
    "group": ("aws.ec2SecurityGroup", "red5pro_node_security_group", "sg"),
    "key": ("aws.ec2KeyPairName", "red5pro_key_name", "key"),
}


@dataclass(frozen=True)
class Name:
    """A name, empty if it is not known, and the variable that has it."""

    variable: str
    value: str


def names(properties: Any, variables: Mapping[str, str]) -> dict[str, Name]:
    """The names, from the declared properties or else from these variables; an id is no name."""
    given = properties if isinstance(properties, Mapping) else {}
    return {what: _name(given, source, variables[what]) for what, source in SOURCES.items()}


def _name(properties: Mapping[str, Any], source: tuple[str, str, str], value: str) -> Name:
    key, variable, kind = source
    if properties.get(key) not in (None, ""):
        return Name(f"{PROPERTIES}[{key!r}]", str(properties[key]))
    return Name(variable, "" if is_id(value, kind) else value)


def by_default(properties: Any) -> bool:
    """Whether nodes are launched in the default VPC of each region, whatever its name."""
    return isinstance(properties, Mapping) and is_true(properties.get(BY_DEFAULT))


def readings(found: Mapping[str, Name], default: bool, regions: Iterable[str]) -> list[Facts]:
    """What to read of these regions, in the form that aws_resources_info takes; nothing for a name that is not known."""
    return [
        {"name": f"launch_{one['kind']}-{region}", "region": region, **one}
        for region in regions
        for one in _readings(found, default, region)
    ]


def is_declared(properties: Any) -> bool:
    """Whether the declaration itself says what stream managers look for."""
    given = properties if isinstance(properties, Mapping) else {}
    return by_default(given) or any(given.get(key) not in (None, "") for key, _variable, _kind in SOURCES.values())


def _readings(found: Mapping[str, Name], default: bool, region: str) -> Iterator[Facts]:
    vpc, group, key = (found[what].value for what in SOURCES)
    if vpc or default:
        yield {"kind": "vpcs", "filters": {"is-default": "true"} if default else {"tag:Name": vpc}}
    if group and (vpc or default):
        in_vpc = {"vpc-id": f"launch_vpcs-{region}.vpc_id"}
        yield {"kind": "security_groups", "filters": {"group-name": group}, "filters_of": in_vpc}
    if key:
        yield {"kind": "key_pairs", "filters": {"key-name": key}}


def problems(found: Mapping[str, Name], default: bool, region: str, current: Found, further: bool = True) -> Iterator[Problem]:
    """The names that do not exist in a region of nodes, a further one or the deployment's own."""
    vpc, group, key = (found[what] for what in SOURCES)
    vpcs = [one for one in _all("vpcs", region, current) if default or one["tags"].get("Name") == vpc.value]
    ids = [one["id"] for one in vpcs]
    also, too = (" as well", " too") if further else ("", "")
    why = f"since stream managers launch nodes in {region}{too}; there is none"
    if default and not vpcs:
        yield Problem(f"{PROPERTIES}[{BY_DEFAULT!r}]", True, f"false, or a default VPC in {region}; there is none")
    elif vpc.value and not vpcs:
        yield Problem(vpc.variable, vpc.value, f"the Name tag of a VPC in {region}{also}, {why}")
    groups = [one for one in _all("security_groups", region, current) if one["group_name"] == group.value and one.get("vpc_id") in ids]
    if group.value and vpcs and not groups:
        yield Problem(group.variable, group.value, f"the name of a security group in {', '.join(ids)} of {region}{also}, {why}")
    if key.value and key.value not in [one["key_name"] for one in _all("key_pairs", region, current)]:
        yield Problem(key.variable, key.value, f"the name of an EC2 key pair in {region}{also}, {why}")


def _all(kind: str, region: str, current: Found) -> list[Facts]:
    return current.get(f"launch_{kind}-{region}", [])
