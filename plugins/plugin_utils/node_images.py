# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of the role `node_image`: what it reads, and what is missing of the image and its copies. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._regions import DEFAULT_REGION

from .blockers import protected_instances, termination_blockers
from .images import builder_host, failed_images, failure_reason, foreign_images, usable_image
from .ownership import DEPLOYMENT, is_own, tag_filters
from .readings import LIVE

Facts = Mapping[str, Any]


def regions_by_name(policies: Iterable[Facts], groups: Iterable[Facts]) -> list[str]:
    """The AWS regions whose nodes are not launched into a subnet of their scale policy, as those of AWS Wavelength are."""
    places = [(policy.get("name"), region) for policy in policies for region in policy.get("regions") or ()]
    placed = {(policy, region.get("name")) for policy, region in places if region.get("subnet") or region.get("vpc")}
    named = {region.get("name") for policy, region in places if (policy, region.get("name")) not in placed}
    named |= {region for one in groups for region in one.get("regions") or () if (one.get("scale_policy"), region) not in placed}
    return sorted(str(region) for region in named if region not in (None, DEFAULT_REGION))


def readings(name: str) -> list[dict[str, Any]]:
    """What the role reads of AWS in the deployment's own region: images by name too, since somebody else may use the name."""
    return [_images("node_images", name), builder_reading(name)]


def builder_reading(name: str) -> dict[str, Any]:
    """The builders of the deployment."""
    builders = {**tag_filters(name, "node-image-builder"), "instance-state-name": LIVE}
    return {"kind": "instances", "name": "node_image_builders", "filters": builders, "details": ["termination_protection"]}


def copy_readings(name: str, regions: Iterable[str]) -> list[dict[str, Any]]:
    """What it reads in other regions."""
    return [{**_images(_copies(region), name), "region": region} for region in regions]


def all_readings(name: str, regions: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Both."""
    return [*readings(name), *copy_readings(name, regions)]


def _images(reading: str, name: str) -> dict[str, Any]:
    return {"kind": "images", "name": reading, "parameters": {"Owners": ["self"]}, "filters": {"name": f"{name}-node-*"}}


def _copies(region: str) -> str:
    return f"node_images-{region}"


def plan(declared: Facts, current: Mapping[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """The current image and its copies, and what to do.

    Declared has the deployment's `name` and `region`, the `image` name, the other `regions` and the `tags` of images; `in_use` and `kept`
    for the older images to keep; `running_builders` and whether to reach one at its `private_address`.
    """
    name, wanted, builders = declared["name"], declared["image"], current["node_image_builders"]
    every = {declared["region"]: current["node_images"], **{region: current[_copies(region)] for region in declared["regions"]}}
    named = {region: [one for one in images if one["name"] == wanted] for region, images in every.items()}
    own = {region: [one for one in images if is_own(one, name, "node-image")] for region, images in every.items()}
    images = named.pop(declared["region"])
    image = usable_image(images)
    copies = copied_images(named, declared["tags"])
    return {
        "image": image,
        "encrypted": any((disk.get("ebs") or {}).get("encrypted") for disk in image.get("block_device_mappings") or ()),
        "foreign": foreign_images(images, name),
        "failed": failed_images(images, name),
        "images": images,
        "failure": "" if image else failure_reason(images),
        "builder": builder_host(declared["running_builders"], declared["private_address"]),
        "copies": copies,
        "copies_to_make": any(copies.values()),
        "regions_served": sorted(region for region, found in named.items() if any(one["state"] == "available" for one in found)),
        "builders": [one["instance_id"] for one in builders],
        "builders_protected": protected_instances(builders),
        "builders_refused": termination_blockers(builders),
        "retired": retired_images(own, wanted, declared["in_use"], int(declared["kept"])) if declared["in_use"] else [],
    }


def copied_images(copies: Mapping[str, list[dict[str, Any]]], tags: Mapping[str, Any]) -> dict[str, list[Any]]:
    """By region, of the images with the desired name: where it is missing, untagged, pending or failed."""
    wanted = {key: str(value) for key, value in tags.items()}
    found: dict[str, list[Any]] = {"lacking": [], "untagged": [], "waiting": [], "failed": []}
    for region, images in copies.items():
        image, failed = usable_image(images), failed_images(images, wanted.get(DEPLOYMENT, ""))
        found["failed"] += [{"region": region, "image_id": one["image_id"]} for one in failed]
        if not image:
            found["lacking"].append(region)
        elif wanted.items() - image["tags"].items():
            found["untagged"].append({"region": region, "image_id": image["image_id"]})
        if image.get("state") != "available":
            found["waiting"].append(region)
    return found


def retired_images(images: Mapping[str, Iterable[dict[str, Any]]], current: str, in_use: Iterable[str], kept: int) -> list[dict[str, Any]]:
    """The images of each region that are older than the newest `kept` ones and the current one, and not in use.

    A copy is as old as the first image of its name.
    """
    made: dict[str, str] = {}
    found = [(region, image) for region, own in images.items() for image in own]
    for _region, image in found:
        made[image["name"]] = min(image["creation_date"], made.get(image["name"], image["creation_date"]))
    older = sorted((name for name in made if name != current), key=lambda name: (made[name], name), reverse=True)
    retired = set(older[kept:]) - set(in_use)
    return sorted(
        ({"region": region, "name": image["name"], "image_id": image["image_id"]} for region, image in found if image["name"] in retired),
        key=lambda one: (one["name"], one["region"]),
    )
