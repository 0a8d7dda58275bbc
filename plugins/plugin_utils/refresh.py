# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of `refresh.yml`: every node group is replaced by one with new nodes, and then the stream managers are restarted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._fields import is_absent
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import refusing
from ansible_collections.streamops.red5pro.plugins.module_utils._plain import plain
from ansible_collections.streamops.red5pro.plugins.module_utils._statistics import counted

from ._blue_green import blue_green_plan
from .autoscaling import pending
from .node_regions import declared_regions
from .vcpus import launches, readings

Facts = dict[str, Any]


def plan(
    declared: Mapping[str, Any], held: Mapping[str, Any], name: str, image: str, tags: Mapping[str, str], refresh: str, maximum: int
) -> Facts:
    """The `node_groups` to create or wait for, the `replaced_node_groups` to drain and delete, and the `problems`.

    declared and held are those of C(autoscaling.plan); held has `connections`. `refresh` names the refresh, so that a run that continues
    it finds its groups. It `starts` if a group of it does not exist yet. `maximum` is how many connections may be open.
    """
    declared, held = plain(declared), plain(held)
    policies = [one for one in declared["scale_policies"] if not is_absent(one)]
    wanted = {
        **blue_green_plan(
            declared["launch_configs"],
            declared["node_groups"],
            policies,
            held,
            image,
            name,
            refresh=refresh,
            role_images=declared.get("role_images"),
        ),
        "scale_policies": policies,
    }
    sent = pending(wanted, held, tags)
    groups = {group["name"]: group for group in held["node_groups"]}
    replaced = [one for one in wanted["kept_node_groups"] if one["refreshed"]]
    launched = launches(
        [{**one, "regions": declared_regions(one), "nodes": groups.get(one["name"], {}).get("nodes")} for one in wanted["node_groups"]],
        {one["name"]: one for one in held["scale_policies"]},
        {one["name"]: one for one in held["launch_configs"]},
    )
    known = {*groups, *(one["successor"] for one in replaced)}
    return {
        "node_groups": sent["node_groups"],
        "replaced_node_groups": [one["name"] for one in replaced],
        "starts": any(one["name"] not in groups for one in wanted["node_groups"]),
        "problems": [*_differing(sent), *_missing(wanted["node_groups"], known)],
        "refusals": list(_busy([one["name"] for one in replaced], held["connections"], maximum)),
        "launches": launched,
        "readings": readings(launched),
    }


def _differing(sent: Mapping[str, list[Facts]]) -> Iterator[str]:
    for kind, noun in (("scale_policies", "scale policy"), ("launch_configs", "launch configuration")):
        for one in sent[kind]:
            reason = f"the {noun} {one['name']} differs from the inventory"
            yield refusing("refresh the node groups", reason, "Run streamops.red5pro.site first")


def _missing(groups: list[Facts], known: set[str]) -> Iterator[str]:
    if not groups:
        yield refusing("refresh the node groups", "red5pro_node_groups has none", "Run streamops.red5pro.site with a node group first")
    for one in groups:
        if one["name"] not in known:
            reason = f"it does not exist with the launch configuration {one['launch_config']}"
            yield refusing(f"refresh the node group {one['declared_name']}", reason, "Run streamops.red5pro.site first")


def _busy(replaced: list[str], connections: Mapping[str, int], maximum: int) -> Iterator[str]:
    count = sum(connections.get(name, 0) for name in replaced)
    if count > maximum:
        reason = f"{counted(count)}, more than red5pro_refresh_max_connections={maximum}"
        yield refusing(f"refresh the node groups {', '.join(replaced)}", reason, "Wait until there are fewer, or set red5pro_force=true")
