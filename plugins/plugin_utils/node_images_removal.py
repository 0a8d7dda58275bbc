# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of the role `node_image` for a removal: which images, snapshots and builders are deleted. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._messages import invalid

from .blockers import protected_instances, termination_blockers
from .node_images import builder_reading
from .ownership import tag_filters
from .removal import Current, Facts, image_readings, image_removal, image_steps, named_rows

IMAGES = "tagged_node"  # prefix of the readings' names


def tagged_regions(tagged: Iterable[Facts], *kinds: str) -> list[str]:
    """The regions of resources with the deployment's tag, of some kinds or of all."""
    return sorted({one["region"] for one in tagged if not kinds or one["type"] in kinds})


def readings(name: str, region: str, tagged: Iterable[Facts]) -> list[Facts]:
    """The readings of AWS; tagged is what ec2_tagged_resources_info found."""
    tagged = list(tagged)
    regions = [tagged_regions(tagged, kind) for kind in ("image", "snapshot")]
    return [{**builder_reading(name), "region": region}, *image_readings(IMAGES, tag_filters(name, "node-image"), *regions)]


def plan(declared: Mapping[str, Any], current: Current) -> Facts:
    """What is deleted, with the `regions` of the resources, the `images`, and the `problems` that refuse the run.

    Declared has `name`, `region` and `lift_protection`, and the resources `tagged` and `unread_regions` of ec2_tagged_resources_info.
    """
    name, region, builders = declared["name"], declared["region"], current["node_image_builders"]
    rows, blockers = image_removal(IMAGES, "image of nodes", current)
    found = named_rows(builders, "builder of the node image", "instance_id", region)
    protected = [] if declared["lift_protection"] else termination_blockers(builders)
    elsewhere = [one for one in tagged_regions(declared["tagged"], "elastic-ip") if one != region]
    return {
        "deployment": name,
        "problems": [_invalid_region(name, region, elsewhere)] if elsewhere else [],
        "rows": found + rows,
        "blockers": protected + blockers,
        "kept": [f"everything in the unreadable region {one}" for one in declared["unread_regions"]],
        "regions": sorted({region, *tagged_regions(declared["tagged"])}),
        "builders": [one["id"] for one in found],
        "protected": protected_instances(builders),
        **image_steps(rows),
    }


def _invalid_region(name: str, region: str, found: list[str]) -> str:
    return invalid("red5pro_region", region, f"the region of the deployment {name}, whose Elastic IPs are in {', '.join(found)}")
