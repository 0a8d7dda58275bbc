# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters for the images of nodes: in which regions they are needed, and which are no longer needed."""

from __future__ import annotations

import typing as t

from ansible_collections.streamops.red5pro.plugins.module_utils._plain import plain
from ansible_collections.streamops.red5pro.plugins.plugin_utils import node_image_roles, node_images, node_regions

Facts = dict[str, t.Any]


def named_regions(policies: t.Iterable[Facts], groups: t.Iterable[Facts], by_name: bool = False) -> list[str]:
    """The AWS regions that declared scale policies and node groups name, or with `by_name` those whose VPC is found by its name."""
    return node_regions.named_regions(plain(policies), plain(groups), by_name)


def node_image_plan(declared: Facts, current: Facts) -> Facts:
    """The current node images, and what to do."""
    return node_images.plan(plain(declared), plain(current))


def node_image_surplus(entry: Facts, found: t.Iterable[Facts]) -> dict[str, list[str]]:
    """What of a builder the image of a role does not keep."""
    return node_image_roles.surplus(plain(entry), plain(found))


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return them by name."""
        return {
            "named_regions": named_regions,
            "node_image_plan": node_image_plan,
            "node_image_surplus": node_image_surplus,
        }
