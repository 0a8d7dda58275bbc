# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the account will have when a network has been created, so that everything else is checked before. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Facts = dict[str, Any]
Resources = Mapping[str, list[Facts]]

_AWS_KEEPS = 5  # addresses of each subnet
_VPC, _GATEWAY = "vpc-00000000", "igw-00000000"


def predicted(creation: Mapping[str, Any], resources: Resources) -> dict[str, list[Facts]]:
    """What was read with what is missing of the network; `creation` is a plan of network_create. Ids that nobody knows yet are zeros."""
    if not creation.get("due"):
        return dict(resources)
    vpc = creation["vpc"]["id"] or _VPC
    return {
        **resources,
        "vpcs": resources["vpcs"] if creation["vpc"]["id"] else [{"id": vpc, "tags": {"Name": creation["vpc"]["name"]}}],
        "security_groups": [*resources["security_groups"], *_groups(creation)],
        "key_pairs": [*resources["key_pairs"], *({"key_name": name} for name in [creation["key"]] if name)],
        **_subnets(creation, resources),
    }


def _subnets(creation: Mapping[str, Any], resources: Resources) -> dict[str, list[Facts]]:
    """The subnets and the route table of a VPC of the deployment's own."""
    found = {(one.get("cidr_block"), one["availability_zone"]): one for one in resources["subnets"]}
    wanted = [
        found.get((one["cidr"], one["zone"])) or _subnet(number, one) for number, one in enumerate(creation["subnets"]) if creation["own"]
    ]
    routes = {
        "routes": [{"gateway_id": _GATEWAY}],
        "associations": [{"subnet_id": one["id"]} for one in wanted],
    }
    new = [one for one in wanted if one not in resources["subnets"]]
    return {
        "subnets": [*resources["subnets"], *new],
        "route_tables": [routes, *resources["route_tables"]] if wanted else [*resources["route_tables"]],
    }


def _subnet(number: int, planned: Facts) -> Facts:
    bits = 32 - int(planned["cidr"].rpartition("/")[2])
    return {
        "id": f"subnet-{number:08d}",
        "cidr_block": planned["cidr"],
        "availability_zone": planned["zone"],
        "available_ip_address_count": 2**bits - _AWS_KEEPS,
        "tags": {"Name": planned["name"]},
    }


def _groups(creation: Mapping[str, Any]) -> list[Facts]:
    return [
        {"group_id": f"sg-{number:08d}", "group_name": one["name"], "ip_permissions": []}
        for number, one in enumerate(creation["groups"])
        if not one["id"]
    ]
