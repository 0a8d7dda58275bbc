# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What destroy deletes of a network that the deployment created, in every region. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._messages import refusing

from .ownership import is_own, tag_filters

Facts = dict[str, Any]
Current = Mapping[str, list[Facts]]

# What destroy deletes, in an order that AWS accepts: kind, reading, key of its id
_REMOVAL = (
    ("key pair", "key_pairs", "key_pair_id"),
    ("security group", "security_groups", "group_id"),
    ("subnet", "subnets", "id"),
    ("route table", "route_tables", "id"),
    ("internet gateway", "internet_gateways", "internet_gateway_id"),
    ("VPC", "vpcs", "id"),
)

_INSIDE = {  # of others, for which AWS keeps the VPC: what it is called, key of its id
    "instances": ("instance", "instance_id"),
    "network_interfaces": ("network interface", "network_interface_id"),
    "route_tables": ("route table", "route_table_id"),
    "subnets": ("subnet", "subnet_id"),
    "security_groups": ("security group", "group_id"),
}
_OF_DATABASE = "RDSNetworkInterface"  # the description of each interface that RDS creates
_NODES = "nodes_of_images"  # a reading of the role autoscaling, which terminates them, whatever their tags
_STAYING = ["pending", "running", "stopping", "stopped"]

# What ec2_tagged_resources_info calls them
_TAGGED = ("key-pair", "security-group", "subnet", "route-table", "internet-gateway", "vpc")


def regions(region: str, tagged: Iterable[Facts]) -> list[str]:
    """The deployment's own region first, and those in which it has a part of a network, whatever the node groups name today."""
    return list(dict.fromkeys([region, *sorted(one["region"] for one in tagged if one["type"] in _TAGGED)]))


def readings(name: str, regions: Iterable[str]) -> list[Facts]:
    """What the deployment created in these regions, by its tag, and all that is in its VPCs."""
    regions = list(regions)
    own = [
        {"kind": kind, "filters": tag_filters(name), "name": f"network_{kind}-{region}", "region": region}
        for region in regions
        for _what, kind, _key in _REMOVAL
    ]
    return [*own, *(_inside(kind, region) for region in regions for kind in _INSIDE)]


def _inside(kind: str, region: str) -> Facts:
    filters = {"filters": {"instance-state-name": _STAYING}} if kind == "instances" else {}
    vpcs = {"vpc-id": f"network_vpcs-{region}.vpc_id"}
    return {"kind": kind, "name": f"inside_{kind}-{region}", "region": region, "filters_of": vpcs, **filters}


def plan(name: str, current: Current) -> Facts:
    """The rows of what is deleted, also by kind; the names of the readings say the region."""
    rows = [
        {
            "what": what,
            "name": _name(one),
            "id": one[key],
            "region": reading.partition("-")[2],
            "kind": kind,
            "vpc_id": _vpc(one),
            "cidr": one.get("cidr_block", ""),
            "description": one.get("description", ""),
        }
        for what, kind, key in _REMOVAL
        for reading, found in current.items()
        if reading.partition("-")[0] == f"network_{kind}"
        for one in found
        if is_own(one, name)
    ]
    return {"deployment": name, "rows": rows, "blockers": sorted(_blockers(name, current)), "kept": [], "of": _by_kind(rows)}


def _blockers(name: str, current: Current) -> Iterator[str]:
    """What others have in a VPC that is to be deleted, so that AWS would refuse it when the rest is gone."""
    nodes = {one["instance_id"] for reading, found in current.items() if reading.partition("-")[0] == _NODES for one in found}
    own_database = any(is_own(one, name) for one in current.get("database_instances", ()))
    for kind, (noun, key) in _INSIDE.items():
        for reading, found in current.items():
            for one in found if reading.partition("-")[0] == f"inside_{kind}" else ():
                identity = str(one[key])
                if not is_own(one, name) and identity not in nodes and not _goes(one, name, own_database):
                    named = " ".join(part for part in (noun, _name(one), f"({identity})") if part)
                    yield refusing(f"delete VPC {one['vpc_id']}", f"the {named} of somebody else is in it", "Delete that first")


def _goes(resource: Facts, name: str, own_database: bool) -> bool:
    """Whether it goes with its VPC, its instance, or the deployment's load balancer or database."""
    if "network_interface_id" not in resource:
        return resource.get("group_name") == "default" or any(one.get("main") for one in resource.get("associations", ()))
    description = str(resource.get("description", ""))
    of_instance = bool((resource.get("attachment") or {}).get("instance_id"))
    return of_instance or description.startswith(f"ELB app/{name}/") or (own_database and description == _OF_DATABASE)


def _name(resource: Facts) -> str:
    """A key pair and a security group have names of their own, by which they are deleted; a service's interface has a description."""
    named = resource.get("key_name") or resource.get("group_name") or (resource.get("tags") or {}).get("Name")
    return str(named or (resource.get("description", "") if "network_interface_id" in resource else ""))


def _vpc(resource: Facts) -> str:
    """The VPC of a resource, empty for a gateway that is not attached."""
    attached = [str(one["vpc_id"]) for one in resource.get("attachments", [])]
    return str(resource.get("vpc_id") or next(iter(attached), ""))


def _by_kind(rows: Iterable[Facts]) -> dict[str, list[Facts]]:
    found: dict[str, list[Facts]] = {kind: [] for _what, kind, _key in _REMOVAL}
    for one in rows:
        found[one["kind"]].append(one)
    return found
