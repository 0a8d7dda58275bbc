# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of the role `autoscaling` for a removal: what is deleted through the API, and which nodes through EC2. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .blockers import protected_by_region, termination_blockers
from .ownership import DEPLOYMENT, tag_filters
from .readings import LIVE
from .removal import Current, Facts

NOUNS = {"node_groups": "node group and its nodes", "launch_configs": "launch configuration", "scale_policies": "scale policy"}
_UNREAD = "node groups, launch configurations and scale policies in the database of the stream managers"


def readings(name: str, regions: Iterable[str], images: Iterable[Facts]) -> list[Facts]:
    """The nodes, by their tags in these regions, and by these images, each with its `id` and `region`."""
    ids: dict[str, list[str]] = {}
    for image in images:
        ids.setdefault(image["region"], []).append(image["id"])
    started = [_nodes(f"nodes_of_images-{region}", region, {"image-id": sorted(ids[region])}) for region in sorted(ids)]
    return [*_tagged(name, regions), *started]


def readings_with(name: str, regions: Iterable[str], images: Mapping[str, str]) -> list[Facts]:
    """The same, if the images are read by the same call: for each region the name of their reading."""
    started = [
        {**_nodes(f"nodes_of_images-{one}", one, {}), "filters_of": {"image-id": f"{source}.image_id"}} for one, source in images.items()
    ]
    return [*_tagged(name, regions), *started]


def _tagged(name: str, regions: Iterable[str]) -> list[Facts]:
    return [_nodes(f"nodes-{region}", region, tag_filters(name, "node")) for region in regions]


def _nodes(reading: str, region: str, filters: Facts) -> Facts:
    live = {**filters, "instance-state-name": LIVE}
    return {"kind": "instances", "name": reading, "region": region, "filters": live, "details": ["termination_protection"]}


def nodes_by_region(current: Current) -> dict[str, list[Facts]]:
    """The instances that these readings found, by region."""
    found: dict[str, list[Facts]] = {}
    for name, instances in current.items():
        found.setdefault(name.partition("-")[2], []).extend(instances)
    return found


def plan(declared: Mapping[str, Any], current: Current) -> Facts:
    """What is deleted, and what is kept.

    Declared has `name`, `api_url` (empty if there is none), `lift_protection`, the `names` that are declared of each kind, and as `held`
    what stream_manager_api_info returned, if it did.
    """
    held = declared["held"]
    groups = list(held.get("node_groups") or ())
    owned = owned_declarations(
        groups, held.get("launch_configs") or (), held.get("scale_policies") or (), declared["name"], declared["names"]
    )
    nodes = nodes_by_region(current)
    orphans = orphan_nodes(nodes, groups, owned["node_groups"])
    blockers = set(termination_blockers(one for each in nodes.values() for one in each))
    needless = not declared["api_url"] and not orphans
    return {
        **owned,
        "deployment": declared["name"],
        "api_url": declared["api_url"],
        "rows": owned["rows"] + orphans,
        "blockers": [] if declared["lift_protection"] else sorted(blockers),
        "kept": owned["kept"] + ([] if "scale_policies" in held or needless else [_unread(held)]),
        "orphans": orphans,
        "protected": protected_by_region(nodes),
    }


def _unread(held: Mapping[str, Any]) -> str:
    why = [str(held["msg"])] if "msg" in held else []
    return ": ".join([f"{_UNREAD}, since the API does not answer", *why])


def owned_declarations(
    node_groups: Iterable[Facts],
    launch_configs: Iterable[Facts],
    scale_policies: Iterable[Facts],
    name: str,
    declared: Mapping[str, list[str]] | None = None,
) -> Facts:
    """The names of a deployment's objects in the Stream Manager API, also as `rows`, and those `kept` for others.

    Objects are those that the API's info modules return; declared holds the names that the deployment declares of each kind.
    """
    named: dict[str, list[str]] = {"node_groups": [], "launch_configs": [], "scale_policies": [], **(declared or {})}
    marks = {config["name"]: config["metadata"].get(DEPLOYMENT, "") for config in launch_configs}
    owners = {config: mark or (name if config in named["launch_configs"] else "") for config, mark in marks.items()}

    def owner_of(group: Facts) -> str:
        """The owner by the tag of its launch configuration, which its nodes have too, or else by declaration."""
        return marks.get(group["launch_config"]) or (name if group["name"] in named["node_groups"] else "")

    groups = list(node_groups)
    own = [group for group in groups if owner_of(group) == name]
    users = {kind: {group[kind]: group["name"] for group in groups if group not in own} for kind in ("launch_config", "scale_policy")}
    configs = [config for config, owner in owners.items() if owner == name]
    wanted = {*named["scale_policies"], *(group["scale_policy"] for group in own)}
    policies = [policy["name"] for policy in scale_policies if policy["name"] in wanted]
    free = {
        "node_groups": [group["name"] for group in own],
        "launch_configs": [config for config in configs if config not in users["launch_config"]],
        "scale_policies": [policy for policy in policies if policy not in users["scale_policy"]],
    }
    kept = [(config, users["launch_config"][config]) for config in configs if config in users["launch_config"]]
    kept += [(policy, users["scale_policy"][policy]) for policy in policies if policy in users["scale_policy"]]
    return {
        **{kind: sorted(names) for kind, names in free.items()},
        "rows": [{"what": NOUNS[kind], "name": one} for kind in NOUNS for one in sorted(free[kind])],
        "kept": [f"{one}, which the node group {user} of somebody else uses" for one, user in sorted(kept)],
    }


def orphan_nodes(nodes: Mapping[str, list[Facts]], node_groups: Iterable[Facts], names: Iterable[str]) -> list[Facts]:
    """The instances of each region that are not nodes of the node groups with these names, each once, as rows.

    Node groups are in the form of node_group_info. The API may know a node by its instance or by the tags that it gives it.
    """
    known = {node["identifier"] for group in node_groups if group["name"] in names for node in group["nodes"]} - {None, ""}
    found = {instance["instance_id"]: (instance, region) for region, instances in nodes.items() for instance in instances}
    orphans = [
        (region, instance_id, instance["tags"].get("Name", ""))
        for instance_id, (instance, region) in found.items()
        if not known & {instance_id, instance["tags"].get("identifier"), instance["tags"].get("Name")}
    ]
    return [{"what": "node, terminated through EC2", "name": name, "id": one, "region": region} for region, one, name in sorted(orphans)]
