# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters that compare the stream managers that are declared with those that stand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Facts = dict[str, Any]


def _subnet_after(zone: str | None, subnets: list[Facts]) -> Facts:
    """The subnet in the zone that follows, so that no stream manager shares a zone with the one before it."""
    zones = [subnet["availability_zone"] for subnet in subnets]
    return subnets[(zones.index(zone) + 1) % len(subnets)] if zone in zones else subnets[0]


def _first(items: list[Facts], key: str, value: object) -> Facts:
    return next((item for item in items if value and item.get(key) == value), {})


def _reserved(addresses: list[Facts], deployment: str, name: str) -> Facts:
    """The Elastic IP that was reserved under this name for the deployment."""
    for address in addresses:
        tags = address.get("tags") or {}
        if (tags.get("red5pro:deployment"), tags.get("Name")) == (deployment, name):
            return address
    return {}


def stream_manager_places(
    count: int,
    name: str,
    subnets: list[Facts],
    instances: list[Facts],
    addresses: list[Facts],
    first_instance: str = "",
    allocation_ids: list[str] | None = None,
) -> list[Facts]:
    """One entry for each stream manager declared, with the instance and the Elastic IP it has, if it has them.

    Instances and addresses are those that amazon.aws's C(_info) modules return; an adopted first instance is among them by its id,
    all others are known by their Name tag.
    """
    places: list[Facts] = []
    zone = None
    for number in range(1, int(count) + 1):
        own_name = f"{name}-stream-manager-{number}"
        adopted = number == 1 and bool(first_instance)
        if adopted:
            instance = _first(instances, "instance_id", first_instance)
        else:
            instance = next((one for one in instances if one["tags"].get("Name") == own_name), {})
        given = (allocation_ids or [])[number - 1 : number]
        if given:
            address = _first(addresses, "allocation_id", given[0])
        else:
            address = _reserved(addresses, name, own_name) or _first(addresses, "instance_id", instance.get("instance_id"))
        subnet = _subnet_after(zone, subnets) if subnets else {}
        zone = instance.get("placement", subnet).get("availability_zone")
        places.append(
            {
                "name": own_name,
                "adopted": adopted,
                "instance_id": instance.get("instance_id", ""),
                "state": instance.get("state", {}).get("name", "missing"),
                "private_ip": instance.get("private_ip_address", ""),
                "public_ip": address.get("public_ip", ""),
                "reachable_ip": instance.get("public_ip_address") or instance.get("private_ip_address", ""),
                "availability_zone": zone or "",
                "subnet_id": subnet.get("id", ""),
                "allocation_id": address.get("allocation_id", ""),
                "associated": bool(instance) and address.get("instance_id") == instance["instance_id"],
            }
        )
    return places


def stream_manager_addresses(places: list[Facts]) -> dict[str, str]:
    """All private and public addresses, each with a word on whose it is: what the database must admit."""
    return {place[f"{kind}_ip"]: f"{place['name']} {kind}" for place in places for kind in ("private", "public") if place[f"{kind}_ip"]}


def place_statements(places: list[Facts], instances: list[Facts], subnets: list[Facts]) -> list[Facts]:
    """What is to be said of each place, and of each instance that has none, in the form that C(findings) takes."""
    by_id = {instance["instance_id"]: instance for instance in instances}
    standing = [place for place in places if place["instance_id"] in by_id]
    return [
        *(_running(place) for place in places),
        *(_addressed(place) for place in standing),
        *(_zoned(place, by_id[place["instance_id"]], subnets) for place in standing if subnets),
        *(_surplus(one) for one in instances if one["instance_id"] not in {place["instance_id"] for place in places}),
    ]


def _surplus(instance: Facts) -> Facts:
    name, stands = instance["tags"].get("Name") or instance["instance_id"], f"{instance['instance_id']} {instance['state']['name']}"
    return {"subject": name, "declared": "none", "stands": stands, "message": f"a stream manager that is not declared: {name} {stands}"}


def _running(place: Facts) -> Facts:
    message = f"stream managers that do not run: {place['name']}"
    return {"subject": place["name"], "declared": "running", "stands": place["state"], "message": message}


def _addressed(place: Facts) -> Facts:
    return {
        "subject": f"{place['name']} Elastic IP",
        "declared": place["public_ip"] or "one of its own",
        "stands": place["reachable_ip"],
        "holds": place["associated"],
        "message": f"stream managers without their Elastic IP: {place['name']}",
    }


def _zoned(place: Facts, instance: Facts, subnets: list[Facts]) -> Facts:
    """An instance serves only in a zone of the load balancer; one that is launched goes into a subnet that is declared."""
    key, what, stands = "id", "subnet", instance["subnet_id"]
    if place["adopted"]:
        key, what, stands = "availability_zone", "zone", place["availability_zone"]
    allowed = sorted(subnet[key] for subnet in subnets)
    return {
        "subject": f"{place['name']} {what}",
        "declared": f"one of {', '.join(allowed)}",
        "stands": stands,
        "holds": stands in allowed,
    }


class FilterModule:
    """The filters of the `stream_managers` role."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {
            "stream_manager_places": stream_manager_places,
            "place_statements": place_statements,
            "stream_manager_addresses": stream_manager_addresses,
        }
