# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters that judge what the Stream Manager API holds."""

from __future__ import annotations

import typing as t

from ansible_collections.streamops.red5pro.plugins.module_utils._nodes import needed_nodes, shortage

Facts = dict[str, t.Any]


def differing_declarations(results: t.Iterable[Facts], noun: str) -> list[str]:
    """What a loop over declarations in check mode would have changed, as sentences."""
    return [f"the {noun} {result['item']['name']} is not as declared" for result in results if result.get("changed")]


def lacking_nodes(groups: t.Iterable[Facts], policies: t.Iterable[Facts]) -> list[str]:
    """What of the minimums of its scale policy each node group does not have in service, as sentences.

    groups and policies are in the form that node_group_info and scale_policy_info return.
    """
    by_name = {policy["name"]: policy for policy in policies}
    return [
        f"node group {group['name']}, {text}"
        for group in groups
        if group["scale_policy"] in by_name
        for need in needed_nodes(by_name[group["scale_policy"]], 0)
        if (text := shortage(need, group["nodes"]))
    ]


class FilterModule:
    """The filters of the `autoscaling` role."""

    def filters(self) -> dict[str, t.Callable[..., list[str]]]:
        """Return them by name."""
        return {"differing_declarations": differing_declarations, "lacking_nodes": lacking_nodes}
