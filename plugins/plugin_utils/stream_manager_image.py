# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of the role `stream_manager_image`: the image of the stream managers, built on a plain host. Pure functions.

The role `stream_managers` waits for the image, launches from it and removes older ones, as it does with an image of a first one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from .blockers import protected_instances, termination_blockers
from .images import builder_host, ended_instances, failed_images, failure_reason, usable_image
from .ownership import tag_filters
from .readings import LIVE
from .removal import Current, named_rows
from .stream_managers import image_reading
from .stream_managers_removal import owned_rules

Facts = Mapping[str, Any]
BUILDER = "stream-manager-image-builder"
BUILDERS = "stream_manager_image_builders"


def owner(name: str) -> str:
    """Identifies the builder's rule in the security group of the database."""
    return f"red5pro:image={name}"


def image_name(declared: Facts) -> str:
    """By a digest of what decides the content; the installation is a digest already, keyed since secrets are in it."""
    inputs = "\n".join((declared["base"], declared["installation"]))
    return f"{declared['name']}-stream-manager-{hashlib.sha256(inputs.encode()).hexdigest()[:12]}"


def readings(name: str) -> list[dict[str, Any]]:
    """The images and the remaining builders."""
    return [image_reading(name), builder_reading(name)]


def builder_reading(name: str) -> dict[str, Any]:
    """The builders of the deployment."""
    filters = {**tag_filters(name, BUILDER), "instance-state-name": LIVE}
    return {"kind": "instances", "name": BUILDERS, "filters": filters, "details": ["termination_protection"]}


def plan(declared: Facts, current: Mapping[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """The current image, and what to do.

    Declared has the deployment's `name`, the `base` image and the digest of the `installation`; `running_builders` and whether to reach one
    at its `private_address`, with the ids of those that were `launched` in this run.
    """
    wanted, builders = image_name(declared), current[BUILDERS]
    images = [one for one in current["stream_manager_images"] if one["name"] == wanted]
    builder = builder_host(declared["running_builders"], declared["private_address"])
    image, failures = usable_image(images), failed_images(images, declared["name"])
    return {
        "name": wanted,
        "builder_name": f"builder-{wanted}",
        "image": image,
        "available": image.get("state") == "available",
        "failed": failures,
        "failure": "" if image else failure_reason(failures),
        "builder": builder,
        "builders_ended": ended_instances(declared["running_builders"], declared["launched"]),
        "admitted": {address: f"builder-{wanted}" for address in [builder["private_ip"]] if address},
        "owner": owner(declared["name"]),
        "builders": [one["instance_id"] for one in builders],
        "builders_protected": protected_instances(builders),
        "builders_refused": termination_blockers(builders),
    }


def removal_readings(name: str, region: str) -> list[dict[str, Any]]:
    """The builders, and all security groups, since rules are identified only by their descriptions."""
    return [{**builder_reading(name), "region": region}, {"kind": "security_groups", "region": region}]


def removal(declared: Facts, current: Current) -> dict[str, Any]:
    """What is deleted; declared has `name`, `region` and `lift_protection`. The images are deleted with those of the stream managers."""
    name, region, builders = declared["name"], declared["region"], current[BUILDERS]
    found = named_rows(builders, "builder of the stream managers' image", "instance_id", region)
    rules = owned_rules(current["security_groups"], owner(name), region)
    return {
        "deployment": name,
        "rows": [*found, *rules],
        "blockers": [] if declared["lift_protection"] else termination_blockers(builders),
        "kept": [],
        "builders": [one["id"] for one in found],
        "protected": protected_instances(builders),
        "rules": [{**one, "owner": owner(name)} for one in rules],
    }
