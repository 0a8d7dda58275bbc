# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is checked of each stream manager and of surplus ones."""

from __future__ import annotations

from typing import Any

Facts = dict[str, Any]


def slot_checks(slots: list[Facts], instances: list[Facts], subnets: list[Facts], images: list[str], surplus: list[Facts]) -> list[Facts]:
    """The checks of each slot and of the surplus, in the form that C(findings) takes."""
    by_id = {instance["instance_id"]: instance for instance in instances}
    existing = [slot for slot in slots if slot["instance_id"] in by_id]
    return [
        *(_running(slot) for slot in slots),
        *(_named(slot, by_id[slot["instance_id"]]) for slot in renamed_slots(slots, instances)),
        *(_addressed(slot) for slot in existing),
        *(_zoned(slot, by_id[slot["instance_id"]], subnets) for slot in existing if subnets),
        *(_imaged(slot, by_id[slot["instance_id"]], images) for slot in existing),
        *(_surplus(one) for one in surplus),
    ]


def renamed_slots(slots: list[Facts], instances: list[Facts]) -> list[Facts]:
    """The stream managers whose instance has another Name tag; an adopted one keeps its own."""
    names = {one["instance_id"]: one["tags"].get("Name") for one in instances}
    return [one for one in slots if not one["adopted"] and names.get(one["instance_id"], one["name"]) != one["name"]]


def _named(slot: Facts, instance: Facts) -> Facts:
    return {"subject": f"{slot['name']} tag Name", "expected": slot["name"], "found": instance["tags"].get("Name", "")}


def _imaged(slot: Facts, instance: Facts, images: list[str]) -> Facts:
    image = instance["tags"].get("red5pro:image") or instance.get("image_id")
    return {"subject": f"{slot['name']} image", "expected": " or ".join(images), "found": image, "holds": not slot["outdated"]}


def _surplus(surplus: Facts) -> Facts:
    what = surplus["instance_id"] or f"Elastic IP {surplus['public_ip']}"
    return {"subject": surplus["name"], "expected": "none", "found": what}


def _running(slot: Facts) -> Facts:
    return {"subject": slot["name"], "expected": "running", "found": slot["state"]}


def _addressed(slot: Facts) -> Facts:
    return {
        "subject": f"{slot['name']} Elastic IP",
        "expected": slot["public_ip"] or "one of its own",
        "found": slot["reachable_ip"],
        "holds": slot["associated"],
    }


def _zoned(slot: Facts, instance: Facts, subnets: list[Facts]) -> Facts:
    """An instance serves only in a zone of the load balancer, and is launched in a declared subnet."""
    key, what, found = "id", "subnet", instance["subnet_id"]
    if slot["adopted"]:
        key, what, found = "availability_zone", "zone", slot["availability_zone"]
    allowed = sorted(subnet[key] for subnet in subnets)
    return {
        "subject": f"{slot['name']} {what}",
        "expected": f"one of {', '.join(allowed)}",
        "found": found,
        "holds": found in allowed,
    }
