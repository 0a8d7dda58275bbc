# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters for the images of nodes: in which regions they are needed, and which are no longer needed."""

from __future__ import annotations

import typing as t

from ansible_collections.streamops.red5pro.plugins.module_utils._plain import plain
from ansible_collections.streamops.red5pro.plugins.module_utils._regions import DEFAULT_REGION
from ansible_collections.streamops.red5pro.plugins.plugin_utils import node_image_roles, node_images

Facts = dict[str, t.Any]


def named_regions(policies: t.Iterable[Facts], groups: t.Iterable[Facts], by_name: bool = False) -> list[str]:
    """The AWS regions that declared scale policies and node groups name; a policy's region `default` is not an AWS region.

    With `by_name` only those in which stream managers look for a VPC by its name, not those in which a policy has a VPC and subnets.
    """
    policies = list(_present(policies))
    if by_name:
        return node_images.regions_by_name(policies, list(_present(groups)))
    named = {region.get("name") for policy in policies for region in policy.get("regions") or ()}
    named.update(region for group in _present(groups) for region in group.get("regions") or ())
    return sorted(str(region) for region in named if region not in (None, DEFAULT_REGION))


def regions_named(policies: t.Iterable[Facts], groups: t.Iterable[Facts]) -> dict[str, list[str]]:
    """The AWS regions by the list that names them, for messages about a variable."""
    return {"scale_policies": named_regions(policies, []), "node_groups": named_regions([], groups)}


def named_images(configs: t.Iterable[Facts], groups: t.Iterable[Facts]) -> list[Facts]:
    """For each region of a declared node group, the images that its launch configuration names itself."""
    images = {config["name"]: _images(config) for config in _present(configs)}
    needed: dict[str, set[str]] = {}
    for group in _present(groups):
        for region in group.get("regions") or ():
            if region != DEFAULT_REGION:
                needed.setdefault(region, set()).update(images.get(group.get("launch_config"), ()))
    return [{"region": region, "names": sorted(names)} for region, names in sorted(needed.items()) if names]


def node_image_plan(declared: Facts, current: Facts) -> Facts:
    """The current node images, and what to do."""
    return node_images.plan(plain(declared), plain(current))


def node_image_surplus(entry: Facts, found: t.Iterable[Facts]) -> dict[str, list[str]]:
    """What of a builder the image of a role does not keep."""
    return node_image_roles.surplus(plain(entry), plain(found))


def _present(declared: t.Iterable[Facts]) -> t.Iterator[Facts]:
    return (one for one in declared if one.get("state") != "absent")


def _images(config: Facts) -> set[str]:
    return {str(one["image"]) for one in (config, *(config.get("targets") or ())) if one.get("image")}


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return them by name."""
        return {
            "named_regions": named_regions,
            "node_image_plan": node_image_plan,
            "node_image_surplus": node_image_surplus,
        }
