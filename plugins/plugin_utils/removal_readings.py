# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the plans of a removal read of AWS: each role for itself, or all of them in one call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from . import (
    autoscaling_removal,
    certificate_removal,
    cloudwatch_alarms,
    database_removal,
    hosted_zones,
    load_balancer,
    network_removal,
    node_images_removal,
    stream_manager_group_removal,
    stream_manager_image,
    stream_managers_removal,
)
from .readings import together
from .removal import Facts

Declared = Mapping[str, Any]
OF_ROLES: dict[str, Callable[[Declared], list[Facts]]] = {
    "autoscaling": lambda one: autoscaling_removal.readings(one["name"], one["regions"], one["images"]),
    "certificate": lambda one: certificate_removal.readings(one["region"]),
    "database": lambda one: database_removal.readings(one["name"], one["region"]),
    "load_balancer": lambda one: [
        *load_balancer.readings(one["name"], one["domain"]),
        *([hosted_zones.zone_reading()] if one["domain"] else ()),
        cloudwatch_alarms.reading(one["name"]),
    ],
    "network": lambda one: network_removal.readings(one["name"], network_removal.regions(one["region"], one["tagged"])),
    "node_image": lambda one: node_images_removal.readings(one["name"], one["region"], one["tagged"]),
    "stream_manager_group": lambda one: stream_manager_group_removal.readings(one["name"], one["region"]),
    "stream_manager_image": lambda one: stream_manager_image.removal_readings(one["name"], one["region"]),
    "stream_managers": lambda one: stream_managers_removal.readings(one["name"], one["region"]),
}


def readings_of(role: str, declared: Declared) -> list[Facts]:
    """What one role reads; declared has its `name`, `region`, `domain`, `tagged`, `regions` and `images`, if it needs them."""
    return OF_ROLES[role](declared)


def readings(declared: Declared) -> list[Facts]:
    """What all roles read; declared has `name`, `region`, `domain` and `tagged`, which ec2_tagged_resources_info found."""
    tagged, name = list(declared["tagged"]), declared["name"]
    regions = sorted({declared["region"], *node_images_removal.tagged_regions(tagged)})
    images = {region: f"{node_images_removal.IMAGES}_images-{region}" for region in node_images_removal.tagged_regions(tagged, "image")}
    roles = [readings_of(role, declared) for role in OF_ROLES if role != "autoscaling"]
    return together(*roles, autoscaling_removal.readings_with(name, regions, images))
