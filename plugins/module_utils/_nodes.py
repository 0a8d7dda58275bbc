# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The nodes of a node group: which its scale policy requires, how many it allows, and which are in service."""

from __future__ import annotations

import typing as t
from collections import Counter

from ansible_collections.streamops.red5pro.plugins.module_utils._answers import Object, ends, entries
from ansible_collections.streamops.red5pro.plugins.module_utils._errors import ShapeError
from ansible_collections.streamops.red5pro.plugins.module_utils._fields import Field, by, number, read_what_can_be
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import Problem
from ansible_collections.streamops.red5pro.plugins.module_utils._regions import DEFAULT_REGION, running
from ansible_collections.streamops.red5pro.plugins.module_utils._resource import Params, Problems
from ansible_collections.streamops.red5pro.plugins.module_utils._rules import LARGEST

_NODE = (
    Field("identifier", "identifier"),
    Field("role", "role", word=True),
    Field("availability_zone", "availabilityZone"),
    Field("address", "address"),
    Field("state", "state", word=True),
    Field("launch_config", "launchConfig"),
    Field("capacity", "capacity", number()),
)


def read_nodes(answer: t.Any) -> list[Object]:
    """Return the nodes of a group, sorted by role and identifier; an unreadable attribute is None, an unreadable state C(pending)."""
    found = entries(answer, [field.wire for field in _NODE], "node")
    if answer and not found:
        raise ShapeError("no entry is a node")
    nodes = [read_what_can_be(_NODE, entry) for entry in found]
    nodes = _each_once({**node, "role": node["role"] or "unknown", "state": node["state"] or "pending"} for node in nodes)
    return sorted(nodes, key=by("role", "identifier"))


def _each_once(nodes: t.Iterable[Object]) -> list[Object]:
    """Return each node once, by its identifier; an entry that is not ending is preferred."""
    found: dict[str | int, Object] = {}
    for place, node in enumerate(nodes):
        key = node["identifier"] or place
        if key not in found or ends(found[key]["state"]):
            found[key] = node
    return list(found.values())


def needed_nodes(policy: Params, origins: int) -> list[tuple[str, str, int]]:
    """Return (region, role, count) of the nodes to wait for; the region is empty for any."""
    needs: Counter[tuple[str, str]] = Counter()
    for _index, region in running(policy):
        for target in region["targets"]:
            needs["" if region["name"] == DEFAULT_REGION else region["name"], target["role"]] += target["min_limit"]
    return [need for need in [*((*place, count) for place, count in needs.items()), ("", "origin", origins)] if need[2]]


def shortage(need: tuple[str, str, int], nodes: list[Object]) -> str:
    """Return which needed nodes are not in service, empty if none."""
    region, role, count = need
    own = [node for node in nodes if _is(node["role"], role) and str(node["availability_zone"] or "").lower().startswith(region)]
    ready = sum(_is(node["state"], "inservice") for node in own)
    if ready >= count:
        return ""
    others = ", ".join(f"{node['identifier'] or 'not launched yet'} {node['state']}" for node in own if not _is(node["state"], "inservice"))
    return f"{role}{' in ' + region if region else ''}: {ready} of {count} in service" + (f" ({others})" if others else "")


def _is(word: t.Any, wanted: str) -> bool:
    return str(word).lower() == wanted


def living_origins(nodes: t.Iterable[Params]) -> int:
    """Return the number of origins that are not being terminated; one without an identifier yet counts too."""
    identifiers = [node["identifier"] for node in nodes if _is(node["role"], "origin") and not ends(node["state"])]
    return len({each for each in identifiers if each}) + sum(not each for each in identifiers)


def run_problems(policy: Params | None, config: Params | None, group: Params, path: str = "") -> Problems:
    """Yield why the nodes of a group could not run with its scale policy and launch configuration; None is unknown."""
    if policy is None:
        return
    allowed: Counter[str] = Counter()
    for _index, region in running(policy):
        times = len(group["regions"]) if region["name"] == DEFAULT_REGION else 1  # may apply to each region
        for target in (each for each in region["targets"] if each["role"]):
            allowed[target["role"]] += LARGEST if target["max_limit"] is None else target["max_limit"] * times
    origins, name = group["origins"], policy["name"]
    if origins and "origin" not in allowed:
        yield Problem(f"{path}origins", origins, f"0, since scale policy {name!r} has no role origin; or add the role to it")
    elif origins > allowed["origin"]:
        yield Problem(f"{path}origins", origins, f"at most {allowed['origin']}, as scale policy {name!r} allows; or raise its max_limit")
    roles = {target["role"] for target in (config or {}).get("targets") or ()}
    for role in sorted(role for role in allowed if config is not None and allowed[role] and role not in roles):
        expected = f"a launch configuration with the role {role}, which scale policy {name!r} has with a max_limit above 0"
        yield Problem(f"{path}launch_config", group["launch_config"], expected)


def called(node: Object) -> str:
    """Return how messages call the node."""
    return f"the node {node['identifier'] or node['address']!r}"
