# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters of the role `autoscaling`, whose decisions are in plugin_utils."""

from __future__ import annotations

import typing as t

from ansible_collections.streamops.red5pro.plugins.module_utils._nodes import needed_nodes, shortage
from ansible_collections.streamops.red5pro.plugins.plugin_utils import autoscaling

Facts = dict[str, t.Any]


def lacking_nodes(groups: t.Iterable[Facts], policies: t.Iterable[Facts]) -> list[Facts]:
    """The minimums of its scale policy that each node group does not have in service, in the form that C(findings) takes.

    groups and policies are in the form that stream_manager_api_info returns.
    """
    by_name = {policy["name"]: policy for policy in policies}
    return [
        {
            "subject": f"node group {group['name']} {need[1]}{' in ' + need[0] if need[0] else ''}",
            "expected": f"{need[2]} in service",
            "found": text.partition(": ")[2],
        }
        for group in groups
        if group["scale_policy"] in by_name
        for need in needed_nodes(by_name[group["scale_policy"]], 0)
        if (text := shortage(need, group["nodes"]))
    ]


def autoscaling_plan(held: Facts, declared: Facts, name: str, image: str, tags: Facts, remove: bool = False, wait: bool = True) -> Facts:
    """What to send to the API and what to delete."""
    return autoscaling.plan(declared, held, name, image, tags, remove, wait)


class FilterModule:
    """The filters of the `autoscaling` role."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return them by name."""
        return {"lacking_nodes": lacking_nodes, "autoscaling_plan": autoscaling_plan}
