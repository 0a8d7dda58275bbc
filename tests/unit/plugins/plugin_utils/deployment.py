# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A deployment with valid variables, and an account for it, in the form of aws_resources_info."""

from __future__ import annotations

import copy
from typing import Any

Facts = dict[str, Any]

FIRST, IMAGE, NODE_IMAGE = "i-0123456789abcdef0", "ami-0123456789abcdef1", "ami-0123456789abcdef0"
ARN = "arn:aws:acm:us-east-1:123456789012:certificate/0123-4567"
TARGETS = [{"role": role, "min_limit": 2, "max_limit": 4} for role in ("origin", "edge", "relay", "transcoder")]
NODES = [{"role": one["role"], "instance_type": "c5.large", "connection_capacity": 100} for one in TARGETS]

DECLARED: Facts = {
    "red5pro_name": "live",
    "red5pro_region": "us-east-1",
    "red5pro_vpc": "red5pro",
    "red5pro_stream_manager_security_group": "managers",
    "red5pro_database_security_group": "sg-2",
    "red5pro_key_name": "operations",
    "red5pro_node_image": NODE_IMAGE,
    "red5pro_stream_manager_instance": FIRST,
    "red5pro_domain": "stream.example.com",
    "red5pro_certificate_domain": "*.example.com",
    "red5pro_api_token": "s3cret-token",
    "red5pro_scale_policies": [{"name": "policy", "regions": [{"name": "default", "targets": TARGETS}]}],
    "red5pro_launch_configs": [{"name": "nodes", "targets": NODES}],
    "red5pro_node_groups": [{"name": "group", "regions": ["us-east-1"], "launch_config": "nodes", "scale_policy": "policy"}],
}


def subnet(name: str, cidr_block: str, zone: str = "us-east-1a", free: int = 251, **tags: str) -> Facts:
    found: Facts = {"id": name, "availability_zone": zone, "available_ip_address_count": free, "tags": tags}
    return {**found, **({"cidr_block": cidr_block} if cidr_block else {})}


def table(gateway: str | None, *subnets: str, main: bool = False) -> Facts:
    associations = [{"main": False, "subnet_id": name} for name in subnets] + ([{"main": True}] if main else [])
    return {
        "associations": associations,
        "routes": [{"gateway_id": "local"}, {"gateway_id": gateway}, {"destination_prefix_list_id": "pl-1"}],
    }


def instance(name: str = FIRST, zone: str = "us-east-1a", **tags: str) -> Facts:
    return {"instance_id": name, "placement": {"availability_zone": zone}, "tags": tags}


def zone(name: str, zone_id: str, private: bool = False) -> Facts:
    return {"id": f"/hostedzone/{zone_id}", "name": f"{name}.", "config": {"private_zone": private}}


def record(name: str, kind: str, *values: str, zone_id: str = "Z1") -> Facts:
    return {
        "hosted_zone_id": f"/hostedzone/{zone_id}",
        "name": f"{name}.",
        "type": kind,
        "resource_records": [{"value": one} for one in values],
    }


def alias(name: str, target: str, zone_id: str = "Z1") -> Facts:
    return {"hosted_zone_id": f"/hostedzone/{zone_id}", "name": f"{name}.", "type": "A", "alias_target": {"dns_name": target}}


def load_balancer(*subnets: tuple[str, str], **tags: str) -> Facts:
    served = [{"subnet_id": one, "zone_name": zone_name} for one, zone_name in subnets]
    return {"dns_name": "Live-1.elb.amazonaws.com", "availability_zones": served, "tags": {"red5pro:deployment": "live", **tags}}


def instance_type(name: str, *architectures: str) -> Facts:
    return {"instance_type": name, "processor_info": {"supported_architectures": list(architectures or ("i386", "x86_64"))}}


def offerings(**types: str) -> list[Facts]:
    """Zone letters by instance type, whose dot is an underscore here."""
    return [
        {"location": f"us-east-1{letter}", "instance_type": name.replace("_", ".")} for name, letters in types.items() for letter in letters
    ]


ACCOUNT: dict[str, list[Facts]] = {
    "vpcs": [{"id": "vpc-1", "tags": {"Name": "red5pro"}}],
    "subnets": [
        subnet("subnet-b", "10.0.2.0/24", "us-east-1b", Name="public-b"),
        subnet("subnet-a", "10.0.1.0/24", Name="public-a"),
        subnet("subnet-a2", "10.0.4.0/24", Name="public-a2"),
        subnet("subnet-private", "10.0.200.0/24", "us-east-1b", Name="private-b"),
    ],
    "route_tables": [table("igw-1", main=True), table(None, "subnet-private")],
    "security_groups": [{"group_id": "sg-1", "group_name": "managers"}, {"group_id": "sg-2", "group_name": "database"}],
    "instances": [instance(), instance("i-0123456789abcdef9", "us-east-1b", **{"red5pro:deployment": "live"})],
    "images": [{"image_id": NODE_IMAGE, "state": "available"}],
    "named_images": [],
    "own_images": [],
    "addresses": [{"public_ip": "192.0.2.1", "tags": {}}],
    "key_pairs": [{"key_name": "operations"}],
    "instance_type_offerings": offerings(c5_large="abc", t3_small="a"),
    "launched_types": [instance_type("c5.large"), instance_type("t3.small")],
    "availability_zones": [
        *({"zone_name": f"us-east-1{letter}", "zone_type": "availability-zone"} for letter in "abc"),
        {"zone_name": "us-east-1-bos-1a", "zone_type": "local-zone"},
    ],
    "account_attributes": [{"attribute_name": "vpc-max-elastic-ips", "attribute_values": [{"attribute_value": "5"}]}],
    "hosted_zones": [zone("example.com", "Z1"), zone("example.com", "Z2", private=True), zone("other.org", "Z3")],
    "record_sets": [],
    "load_balancers": [],
    "certificate": [],
}


def declared(**given: Any) -> Facts:
    """The valid variables except these, whose names are without red5pro_."""
    return {**copy.deepcopy(DECLARED), **{f"red5pro_{name}": value for name, value in given.items()}}


def account(**found: list[Facts]) -> dict[str, list[Facts]]:
    return {**copy.deepcopy(ACCOUNT), **found}
