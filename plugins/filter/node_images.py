# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters that say in which regions which images of nodes are needed, and which are not needed any more."""

from __future__ import annotations

import typing as t

from ansible_collections.streamops.red5pro.plugins.module_utils._resources import DEFAULT_REGION
from ansible_collections.streamops.red5pro.plugins.plugin_utils.images import (
    DEPLOYMENT,
    builder_host,
    failed_images,
    failure_reason,
    foreign_images,
    usable_image,
)

Facts = dict[str, t.Any]


def named_regions(policies: t.Iterable[Facts], groups: t.Iterable[Facts]) -> list[str]:
    """The AWS regions that declared scale policies and node groups name; a policy's region `default` is none."""
    named = {region.get("name") for policy in _present(policies) for region in policy.get("regions") or ()}
    named.update(region for group in _present(groups) for region in group.get("regions") or ())
    return sorted(str(region) for region in named if region not in (None, DEFAULT_REGION))


def named_images(configs: t.Iterable[Facts], groups: t.Iterable[Facts]) -> list[Facts]:
    """For each region of a declared node group, the images that its launch configuration names itself."""
    images = {config["name"]: _images(config) for config in _present(configs)}
    needed: dict[str, set[str]] = {}
    for group in _present(groups):
        for region in group.get("regions") or ():
            if region != DEFAULT_REGION:
                needed.setdefault(region, set()).update(images.get(group.get("launch_config"), ()))
    return [{"region": region, "names": sorted(names)} for region, names in sorted(needed.items()) if names]


def copied_images(readings: t.Iterable[Facts], tags: t.Mapping[str, t.Any]) -> Facts:
    """Where a loop of ec2_ami_info over regions found no image, one without its tags, one to wait for, or a failed one."""
    wanted = {key: str(value) for key, value in tags.items()}
    found: Facts = {"lacking": [], "untagged": [], "waiting": [], "failed": []}
    for reading in readings:
        region, image = reading["item"], usable_image(reading["images"])
        failed = failed_images(reading["images"], wanted.get(DEPLOYMENT, ""))
        found["failed"] += [{"region": region, "image_id": one["image_id"]} for one in failed]
        if not image:
            found["lacking"].append(region)
        elif wanted.items() - image["tags"].items():
            found["untagged"].append({"region": region, "image_id": image["image_id"]})
        if image.get("state") != "available":
            found["waiting"].append(region)
    return found


def retired_images(images: t.Mapping[str, t.Iterable[Facts]], current: str, in_use: t.Iterable[str], kept: int) -> list[Facts]:
    """Of the images of each region those that are older than the newest `kept` beside the current one, and not in use.

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


def _present(declared: t.Iterable[Facts]) -> t.Iterator[Facts]:
    return (one for one in declared if one.get("state") != "absent")


def _images(config: Facts) -> set[str]:
    return {str(one["image"]) for one in (config, *(config.get("targets") or ())) if one.get("image")}


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return them by name."""
        return {
            "builder_host": builder_host,
            "copied_images": copied_images,
            "failed_images": failed_images,
            "failure_reason": failure_reason,
            "foreign_images": foreign_images,
            "named_images": named_images,
            "named_regions": named_regions,
            "retired_images": retired_images,
            "usable_image": usable_image,
        }
