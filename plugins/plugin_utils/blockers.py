# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What AWS would refuse to delete, found before anything is changed; each function returns one message for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._messages import refusing

from .ownership import is_own

Facts = dict[str, Any]
LIFT = "red5pro_lift_termination_protection"


def protected_instances(instances: Iterable[Facts]) -> list[str]:
    """The ids of the instances with termination protection, as aws_resources_info returns it, or ec2_instance_info with attributes."""
    return sorted(one["instance_id"] for one in instances if _is_protected(one))


def protected_by_region(instances: Mapping[str, list[Facts]]) -> list[Facts]:
    """The same of instances by region: each `region` that has some, with its `instance_ids`."""
    found = {region: sorted(set(protected_instances(each))) for region, each in sorted(instances.items())}
    return [{"region": region, "instance_ids": ids} for region, ids in found.items() if ids]


def termination_blockers(instances: Iterable[Facts]) -> list[str]:
    """The instances with termination protection, which TerminateInstances would refuse."""
    names = sorted(_named(one) for one in instances if _is_protected(one))
    return [refusing(f"terminate {name}", "termination protection is on", f"Turn it off, or set {LIFT}=true") for name in names]


def _is_protected(instance: Facts) -> bool:
    attribute = instance.get("attributes", {}).get("disable_api_termination") or {}
    return bool(instance.get("disable_api_termination") or attribute.get("value"))


def _named(instance: Facts) -> str:
    name, instance_id = instance["tags"].get("Name", ""), instance["instance_id"]
    return f"{name} ({instance_id})" if name else str(instance_id)


def image_blockers(users: Iterable[Facts], snapshots: Iterable[Facts], rows: Iterable[Facts]) -> list[str]:
    """Images of others that use these snapshots, and images to delete that are protected from deregistration.

    Users are all images that use one of the snapshots; rows are what is deleted.
    """
    deleted, own = {row["id"] for row in rows}, {snapshot["snapshot_id"] for snapshot in snapshots}
    found: list[str] = []
    for image in users:
        name, protection = f"{image['name']} ({image['image_id']})", image.get("deregistration_protection") or "disabled"
        if image["image_id"] not in deleted:
            why = f"the image {name} of somebody else uses it"
            used = sorted(own & image_snapshots(image))
            found += [refusing(f"delete snapshot {one}", why, "Deregister that image first") for one in used]
        elif protection != "disabled":
            found.append(refusing(f"deregister {name}", "deregistration protection is on", "Turn it off"))
    return sorted(found)


def image_snapshots(image: Facts) -> set[str]:
    """The ids of the snapshots that an image consists of."""
    return {mapping["ebs"].get("snapshot_id", "") for mapping in image["block_device_mappings"] if "ebs" in mapping}


def address_blockers(addresses: Iterable[Facts], instances: Iterable[str], deployment: str) -> list[str]:
    """The deployment's Elastic IPs that something else uses: only the first stream manager may belong to somebody else."""
    own = set(instances)
    found = []
    for address in addresses:
        holder = address_holder(address)
        first = address["tags"].get("Name") == f"{deployment}-stream-manager-1" and address.get("instance_id")
        if holder and holder not in own and not first:
            why = f"{holder} of somebody else uses it"
            found.append(refusing(f"release Elastic IP {address['public_ip']}", why, "Disassociate it first"))
    return sorted(found)


def address_holder(address: Facts) -> str:
    """The instance that an Elastic IP is associated with, or else the network interface; empty if there is neither."""
    return str(address.get("instance_id") or (address.get("network_interface_id") if address.get("association_id") else "") or "")


def association_blockers(slots: Iterable[Facts], addresses: Iterable[Facts], instances: Iterable[str], deployment: str) -> list[str]:
    """Why stream managers cannot get their Elastic IPs: something else uses theirs, or they have one that the deployment did not reserve.

    The instances are the deployment's: an address of one of them is moved. A given address replaces any other.
    """
    addresses, own = list(addresses), set(instances)
    found = []
    for slot in slots:
        if slot["associated"] or not slot["allocation_id"]:
            continue
        action, instance = f"associate Elastic IP {slot['public_ip']} with {slot['name']}", slot["instance_id"]
        for address in addresses:
            holder = address_holder(address)
            if address["allocation_id"] == slot["allocation_id"] and holder and holder not in own:
                found.append(refusing(action, f"{holder} of somebody else uses it", "Disassociate it first"))
            if holder and holder == instance and not slot["given"] and not is_own(address, deployment):
                why = f"{instance} has the Elastic IP {address['public_ip']} of somebody else"
                found.append(refusing(action, why, "Disassociate that first, or set red5pro_allocation_ids to keep it"))
    return sorted(found)


def user_blockers(users: Iterable[str], deployment: str, what: str) -> list[str]:
    """Users of a resource to delete, by ARN, without the deployment's load balancer, which is deleted before."""
    others = sorted(user for user in users if f":loadbalancer/app/{deployment}/" not in user)
    return [refusing(f"delete {what}", f"{', '.join(others)} uses it", "Remove it there first")] if others else []
