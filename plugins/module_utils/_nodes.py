# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which nodes a scale policy makes a node group have, and which of them are not in service."""

from __future__ import annotations

from ansible_collections.streamops.red5pro.plugins.module_utils._resources import DEFAULT_REGION, Object


def needed_nodes(policy: Object, origins: int) -> list[tuple[str, str, int]]:
    """Return (region, role, count) of the nodes to wait for; the region is empty for any."""
    named = [region for region in policy["regions"] if region["name"] != DEFAULT_REGION]
    needs = [
        ("" if region["name"] == DEFAULT_REGION else region["name"], target["role"], target["min_limit"])
        for region in named or policy["regions"]
        for target in region["targets"]
    ]
    return [need for need in [*needs, ("", "origin", origins)] if need[2]]


def shortage(need: tuple[str, str, int], nodes: list[Object]) -> str:
    """Return what of a need is not in service, empty if nothing."""
    region, role, count = need
    own = [node for node in nodes if node["role"] == role and str(node["availability_zone"] or "").startswith(region)]
    ready = sum(node["state"] == "inservice" for node in own)
    if ready >= count:
        return ""
    others = ", ".join(f"{node['identifier']} {node['state']}" for node in own if node["state"] != "inservice")
    return f"{role}{' in ' + region if region else ''}: {ready} of {count} in service" + (f" ({others})" if others else "")
