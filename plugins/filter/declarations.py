# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters that check declared scale policies, launch configurations and node groups as their modules do, but without an API."""

from __future__ import annotations

import typing as t

from ansible_collections.streamops.red5pro.plugins.module_utils._checks import declared_problems, reference_problems
from ansible_collections.streamops.red5pro.plugins.module_utils._resources import LAUNCH_CONFIG, NODE_GROUP, SCALE_POLICY


def validate_scale_policies(declared: t.Any, label: str = "scale_policies") -> list[str]:
    """Return what is wrong with a list of scale policies."""
    return declared_problems(SCALE_POLICY, declared, label)


def validate_launch_configs(declared: t.Any, label: str = "launch_configs") -> list[str]:
    """Return what is wrong with a list of launch configurations."""
    return declared_problems(LAUNCH_CONFIG, declared, label)


def validate_node_groups(
    declared: t.Any, scale_policies: t.Any = None, launch_configs: t.Any = None, label: str = "node_groups"
) -> list[str]:
    """Return what is wrong with a list of node groups, also against the policies and configurations declared beside them."""
    found = declared_problems(NODE_GROUP, declared, label)
    # What is wrong with the others is said by their own filters
    others = [*declared_problems(SCALE_POLICY, scale_policies or [], ""), *declared_problems(LAUNCH_CONFIG, launch_configs or [], "")]
    return found if found or others else list(reference_problems(declared, scale_policies, launch_configs, label))


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., list[str]]]:
        """Return them by name."""
        return {
            "validate_scale_policies": validate_scale_policies,
            "validate_launch_configs": validate_launch_configs,
            "validate_node_groups": validate_node_groups,
        }
