# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of the role `stream_managers` for a removal: which instances, Elastic IPs, rules and images are deleted. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .blockers import address_blockers, protected_instances, termination_blockers
from .ownership import DEPLOYMENT, is_own, tag_filters
from .readings import LIVE
from .removal import Current, Facts, image_readings, image_removal, image_steps, named_rows
from .stream_managers import outliving_volumes

ASSOCIATED_BY = "red5pro:associated-by"
IMAGES = "tagged_stream_manager"  # prefix of the readings' names


def readings(name: str, region: str) -> list[Facts]:
    """The readings of AWS, with all Elastic IPs and security groups, since some are identified only by tags and descriptions."""
    own = {**tag_filters(name, "stream-manager"), "instance-state-name": LIVE}
    return [
        {"kind": "instances", "name": "tagged_stream_managers", "region": region, "filters": own, "details": ["termination_protection"]},
        {"kind": "addresses", "region": region},
        {"kind": "security_groups", "region": region},
        *image_readings(IMAGES, tag_filters(name, "stream-manager-image"), [region], [region]),
    ]


def plan(declared: Mapping[str, Any], current: Current) -> Facts:
    """What is deleted, in steps, and what is kept.

    Declared has `name`, `region`, the given `first_instance` and `allocation_ids`, and `lift_protection`.
    """
    name, region, instances = declared["name"], declared["region"], current["tagged_stream_managers"]
    addresses = [one for one in current["addresses"] if is_own(one, name, "stream-manager")]
    found = named_rows(instances, "stream manager", "instance_id", region)
    own = [one["id"] for one in found]
    borrowed = borrowed_addresses(current["addresses"], name, region)
    rules = owned_rules(current["security_groups"], f"{DEPLOYMENT}={name}", region)
    images, image_blockers = image_removal(IMAGES, "image of a stream manager", current)
    protected = [] if declared["lift_protection"] else termination_blockers(instances)
    return {
        "deployment": name,
        "rows": [*found, *named_rows(addresses, "Elastic IP", "public_ip", region), *borrowed, *rules, *images],
        "blockers": [*protected, *address_blockers(addresses, own, name), *image_blockers],
        "kept": [
            *(f"the stream manager of somebody else, {one}" for one in _given(declared, addresses, own)),
            *(f"the Elastic IP of somebody else, {one}" for one in declared["allocation_ids"]),
            *outliving_volumes(instances),
        ],
        "instances": own,
        "protected": protected_instances(instances),
        "addresses": [_released(one, own) for one in addresses],
        "borrowed": borrowed,
        "rules": rules,
        **image_steps(images),
    }


def _given(declared: Mapping[str, Any], addresses: Iterable[Facts], own: list[str]) -> list[str]:
    """The first stream manager if it was not launched here, by its declaration or its Elastic IP."""
    known = {declared["first_instance"], *(one.get("instance_id") for one in addresses)}
    return sorted(one for one in known if one and one not in own)


def _released(address: Facts, own: list[str]) -> Facts:
    """An Elastic IP with its association at its release: a terminated instance has none."""
    instance = address.get("instance_id") or ""
    device = "" if instance in own else instance or address.get("network_interface_id") or ""
    return {"public_ip": address["public_ip"], "name": address["tags"].get("Name", ""), "device_id": device}


def owned_rules(groups: list[Facts], owner: str, region: str) -> list[Facts]:
    """The rules of this owner by security_group_ingress as rows, one for each group and TCP port."""
    found: dict[tuple[str, int], list[str]] = {}
    names = {group["group_id"]: group["group_name"] for group in groups}
    for group in groups:
        for permission in group["ip_permissions"]:
            port = permission.get("from_port")
            entries = [*permission["ip_ranges"], *permission.get("user_id_group_pairs", ())]
            described = [one for one in entries if (one.get("description") or "").endswith(f"({owner})")]
            own = [one.get("cidr_ip") or one["group_id"] for one in described]
            if own and (permission["ip_protocol"], port) == ("tcp", permission.get("to_port")):
                found.setdefault((group["group_id"], port), []).extend(own)
    return [
        {
            "what": "rules of a security group",
            "name": f"{names[group_id]}, port {port}: {' '.join(sorted(networks))}",
            "id": group_id,
            "region": region,
            "port": port,
        }
        for (group_id, port), networks in sorted(found.items())
    ]


def borrowed_addresses(addresses: Iterable[Facts], deployment: str, region: str) -> list[Facts]:
    """The Elastic IPs of somebody else that a deployment associated with an instance of somebody else, as rows.

    Their tag red5pro:associated-by names the deployment and the instance; an association with another instance is not its own.
    """
    marks = [(address, address["tags"].get(ASSOCIATED_BY, "").partition(" ")) for address in addresses]
    return [
        {
            "what": "association of a given Elastic IP",
            "name": address["public_ip"],
            "id": address["allocation_id"],
            "region": region,
            "mark": {ASSOCIATED_BY: address["tags"][ASSOCIATED_BY]},
            "instance_id": instance if address.get("instance_id") == instance else "",
        }
        for address, (name, _space, instance) in marks
        if name == deployment
    ]
