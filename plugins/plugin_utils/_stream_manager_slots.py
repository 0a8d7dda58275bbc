# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The declared stream managers, the resources of each, and surplus ones. Pure functions."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from .blockers import address_holder
from .concurrency import preferred, preferred_addresses
from .ownership import is_own

Facts = dict[str, Any]


def stream_manager_numbers(numbers: list[Any], count: int) -> list[int]:
    """The numbers of the stream managers, in order: those that are given, or else 1 to C(count); empty if one of them is not a number."""
    texts = [str(number) for number in numbers or range(1, int(count) + 1)]
    return sorted(int(text) for text in texts) if all(re.fullmatch("[1-9][0-9]*", text) for text in texts) else []


def _subnet_for(before: str | None, subnets: list[Facts], used: Counter[str]) -> Facts:
    """A subnet in the zone with the fewest stream managers; of several, the one after the zone of the previous stream manager."""
    zones = [subnet["availability_zone"] for subnet in subnets]
    turn = zones.index(before) + 1 if before in zones else 0
    return min(subnets[turn:] + subnets[:turn], key=lambda subnet: used[subnet["availability_zone"]], default={})


def _first(items: list[Facts], key: str, value: object) -> Facts:
    return next((item for item in items if value and item.get(key) == value), {})


def _is_reserved(address: Facts, deployment: str) -> bool:
    return is_own(address, deployment, "stream-manager")


def _reserved(addresses: list[Facts], deployment: str, name: str) -> Facts:
    """The Elastic IP that was reserved under this name for the deployment."""
    named = [one for one in addresses if _is_reserved(one, deployment) and one["tags"].get("Name") == name]
    return next(iter(preferred_addresses(named)), {})


def _address_of(addresses: list[Facts], deployment: str, name: str, given: list[str]) -> Facts:
    """The Elastic IP of a stream manager, whatever has it: the given one, or else that of its name."""
    return _first(addresses, "allocation_id", given[0]) if given else _reserved(addresses, deployment, name)


def _renamed(instances: list[Facts], deployment: str, address: Facts) -> Facts:
    """The deployment's instance with this Elastic IP, if somebody has changed its Name tag."""
    found = _first(instances, "instance_id", address.get("instance_id"))
    if not is_own(found, deployment, "stream-manager"):
        return {}
    return {} if re.fullmatch(rf"{re.escape(deployment)}-stream-manager-[0-9]+", found["tags"].get("Name", "")) else found


def stream_manager_slots(
    numbers: list[int],
    name: str,
    subnets: list[Facts],
    instances: list[Facts],
    addresses: list[Facts],
    first_instance: str = "",
    allocation_ids: list[str] | None = None,
    images: list[str] | None = None,
) -> list[Facts]:
    """One entry for each stream manager declared, with its current instance and Elastic IP.

    Instances and addresses are those that amazon.aws's C(_info) modules return; an adopted first instance is found by its id,
    all others by their Name tag, or if that was changed, by their Elastic IP.
    """
    found = {}
    for turn, number in enumerate(numbers):
        if number == 1 and first_instance:
            found[number] = _first(instances, "instance_id", first_instance)
        else:
            own_name = f"{name}-stream-manager-{number}"
            named = [one for one in instances if one["tags"].get("Name") == own_name]
            address = _address_of(addresses, name, own_name, (allocation_ids or [])[turn : turn + 1])
            found[number] = next(iter(preferred(named, addresses)), {}) or _renamed(instances, name, address)
    used = Counter(instance["placement"]["availability_zone"] for instance in found.values() if instance)
    slots: list[Facts] = []
    zone = None
    for turn, (number, instance) in enumerate(found.items()):
        own_name = f"{name}-stream-manager-{number}"
        adopted = number == 1 and bool(first_instance)
        given = (allocation_ids or [])[turn : turn + 1]
        address = _address_of(addresses, name, own_name, given)
        if not given and not address:
            address = _first(addresses, "instance_id", instance.get("instance_id"))
        if instance:
            zone, subnet_id = instance["placement"]["availability_zone"], instance.get("subnet_id", "")
        else:
            subnet = _subnet_for(zone, subnets, used)
            zone, subnet_id = subnet.get("availability_zone"), subnet.get("id", "")
            used[zone or ""] += 1
        origins = {instance.get("image_id"), instance.get("tags", {}).get("red5pro:image")}
        slots.append(
            {
                "name": own_name,
                "adopted": adopted,
                "given": bool(given),
                "instance_id": instance.get("instance_id", ""),
                "state": instance.get("state", {}).get("name", "missing"),
                "outdated": bool(instance and images and not adopted and origins.isdisjoint(images)),
                "private_ip": instance.get("private_ip_address", ""),
                "public_ip": address.get("public_ip", ""),
                "reachable_ip": instance.get("public_ip_address") or instance.get("private_ip_address", ""),
                "availability_zone": zone or "",
                "subnet_id": subnet_id,
                "allocation_id": address.get("allocation_id", ""),
                "associated": bool(instance) and address.get("instance_id") == instance["instance_id"],
            }
        )
    return slots


def surplus_stream_managers(
    slots: list[Facts], name: str, instances: list[Facts], addresses: list[Facts], first_instance: str = ""
) -> list[Facts]:
    """The deployment's resources without a slot: instances, each with its Elastic IP, then Elastic IPs that it reserved.

    Instances are those that carry the deployment's tags; addresses in use by somebody else are left out.
    """
    kept = {slot["allocation_id"] for slot in slots}
    own = {instance["instance_id"] for instance in instances} | {slot["instance_id"] for slot in slots} | {first_instance}
    staying = {slot["instance_id"] for slot in slots}
    free = [address for address in addresses if address["allocation_id"] not in kept]
    surplus = []
    for instance in instances:
        if instance["instance_id"] not in staying:
            address = _first(free, "instance_id", instance["instance_id"])
            free = [other for other in free if other is not address]
            surplus.append(_surplus_row(name, instance["tags"].get("Name", instance["instance_id"]), instance, address))
    for address in free:
        if _is_reserved(address, name) and address_holder(address) in own | {""}:
            surplus.append(_surplus_row(name, address["tags"].get("Name", address["public_ip"]), {}, address))
    return surplus


def _surplus_row(deployment: str, name: str, instance: Facts, address: Facts) -> Facts:
    return {
        "name": name,
        "instance_id": instance.get("instance_id", ""),
        "private_ip": instance.get("private_ip_address", ""),
        "public_ip": address.get("public_ip", ""),
        "device_id": address.get("instance_id") or "",
        "reserved": _is_reserved(address, deployment),
    }


def stream_manager_addresses(slots: list[Facts]) -> dict[str, str]:
    """All private and public addresses with their owners, which the database must admit."""
    return {slot[f"{kind}_ip"]: f"{slot['name']} {kind}" for slot in slots for kind in ("private", "public") if slot[f"{kind}_ip"]}
