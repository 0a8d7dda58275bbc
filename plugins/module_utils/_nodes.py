# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which nodes a scale policy makes a node group have, which it can have, and which of them are in service."""

from __future__ import annotations

import typing as t
from collections import Counter

from ansible_collections.streamops.red5pro.plugins.module_utils._resources import DEFAULT_REGION, Object, ends

Params = t.Mapping[str, t.Any]


def _running(policy: Params) -> list[Object]:
    """Return the regions that run nodes: those with a name of their own, if there are any."""
    regions: list[Object] = policy.get("regions") or []
    return [region for region in regions if region["name"] != DEFAULT_REGION] or regions


def needed_nodes(policy: Params, origins: int) -> list[tuple[str, str, int]]:
    """Return (region, role, count) of the nodes to wait for; the region is empty for any."""
    needs: Counter[tuple[str, str]] = Counter()
    for region in _running(policy):
        for target in region["targets"]:
            needs["" if region["name"] == DEFAULT_REGION else region["name"], target["role"]] += target["min_limit"]
    return [need for need in [*((*place, count) for place, count in needs.items()), ("", "origin", origins)] if need[2]]


def shortage(need: tuple[str, str, int], nodes: list[Object]) -> str:
    """Return what of a need is not in service, empty if nothing."""
    region, role, count = need
    own = [node for node in nodes if _is(node["role"], role) and str(node["availability_zone"] or "").startswith(region)]
    ready = sum(_is(node["state"], "inservice") for node in own)
    if ready >= count:
        return ""
    others = ", ".join(f"{node['identifier'] or 'not launched yet'} {node['state']}" for node in own if not _is(node["state"], "inservice"))
    return f"{role}{' in ' + region if region else ''}: {ready} of {count} in service" + (f" ({others})" if others else "")


def _is(word: t.Any, wanted: str) -> bool:
    return str(word).lower() == wanted


def living_origins(nodes: t.Iterable[Params]) -> int:
    """Return how many origins there are that do not end; one without an identifier yet is one more."""
    identifiers = [node["identifier"] for node in nodes if _is(node["role"], "origin") and not ends(node["state"])]
    return len({each for each in identifiers if each}) + sum(not each for each in identifiers)


def run_problems(policy: Params | None, config: Params | None, group: Params, path: str = "") -> t.Iterator[str]:
    """Yield why the nodes of a group could not run with its scale policy and launch configuration; None is not known."""
    if policy is None:
        return
    most: Counter[str] = Counter()
    for region in _running(policy):
        times = len(group["regions"]) if region["name"] == DEFAULT_REGION else 1  # may be meant for each region
        for target in region["targets"]:
            most[target["role"]] += target["max_limit"] * times
    origins, name = group["origins"], policy["name"]
    if origins and "origin" not in most:
        yield f"{path}origins: is {origins}, but scale policy {name!r} has no role origin; give it one, or origins 0"
    elif origins > most["origin"]:
        yield f"{path}origins: is {origins}, but scale policy {name!r} allows {most['origin']}; give fewer, or raise its max_limit"
    roles = {target["role"] for target in (config or {}).get("targets") or ()}
    for role in sorted(role for role in most if config is not None and most[role] and role not in roles):
        yield (
            f"{path}launch_config: is {group['launch_config']!r}, which has no role {role}, but scale policy {name!r} has; "
            "add it to the targets of the launch configuration, or set its max_limit to 0"
        )
