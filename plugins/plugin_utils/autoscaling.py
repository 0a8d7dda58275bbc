# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of the role `autoscaling`: which declarations the Stream Manager API does not have yet, so that only these are sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._answers import ends, whole
from ansible_collections.streamops.red5pro.plugins.module_utils._compare import differences
from ansible_collections.streamops.red5pro.plugins.module_utils._declaration import problems, validated
from ansible_collections.streamops.red5pro.plugins.module_utils._errors import ShapeError
from ansible_collections.streamops.red5pro.plugins.module_utils._fields import is_absent
from ansible_collections.streamops.red5pro.plugins.module_utils._launch_config import LAUNCH_CONFIG
from ansible_collections.streamops.red5pro.plugins.module_utils._node_group import NODE_GROUP
from ansible_collections.streamops.red5pro.plugins.module_utils._nodes import living_origins, needed_nodes, shortage
from ansible_collections.streamops.red5pro.plugins.module_utils._plain import plain
from ansible_collections.streamops.red5pro.plugins.module_utils._resource import Resource
from ansible_collections.streamops.red5pro.plugins.module_utils._scale_policy import SCALE_POLICY

from ._blue_green import blue_green_plan

Facts = dict[str, Any]


def plan(
    declared: Mapping[str, Any], held: Mapping[str, Any], name: str, image: str, tags: Mapping[str, str], remove: bool, wait: bool
) -> Facts:
    """The plan of C(blue_green_plan), with `pending`, the declarations to send, and `removed`, all existing objects to delete.

    declared and held have `scale_policies`, `launch_configs` and `node_groups`, as the variables give them and as
    stream_manager_api_info returns them. They may have `alarm_thresholds`, of which `pending_alarm_thresholds` are to be set. declared
    may have `role_images`, those of targets that do not set one.
    """
    declared, held = plain(declared), plain(held)
    policies = declared["scale_policies"]
    images = declared.get("role_images")
    found = blue_green_plan(
        declared["launch_configs"], declared["node_groups"], policies, held, image, name, remove and wait, role_images=images
    )
    there = {one["name"] for one in held["scale_policies"]}
    gone = [one for one in found["removed_scale_policies"] if one["name"] in there]
    wanted = {**found, "scale_policies": [one for one in policies if not is_absent(one)]}
    removed = [*found["removed_node_groups"], *found["removed_launch_configs"], *gone]
    thresholds = [{"role": role, "threshold": _number(value)} for role, value in sorted((declared.get("alarm_thresholds") or {}).items())]
    current = {one["role"]: one["threshold"] for one in held.get("alarm_thresholds") or ()}
    return {
        **wanted,
        "removed_scale_policies": gone,
        "removed": removed,
        "pending": pending(wanted, held, tags, wait),
        "alarm_thresholds": thresholds,
        "pending_alarm_thresholds": [one for one in thresholds if current.get(one["role"]) != one["threshold"]],
    }


def _number(value: Any) -> Any:
    """A whole number, also as text; what is none is the module's to refuse."""
    try:
        return whole(value, "")
    except ShapeError:
        return value


def pending(wanted: Mapping[str, Any], held: Mapping[str, Any], tags: Mapping[str, str], wait: bool = True) -> dict[str, list[Facts]]:
    """The declarations for which a module has something to do, as `scale_policies`, `launch_configs` and `node_groups`.

    wanted has these lists as blue_green_plan returns them, held as stream_manager_api_info returns them. The tags are metadata of
    every launch configuration. With wait, a node group is pending until its nodes are in service.
    """
    configs = [{**one, "metadata": {**(one.get("metadata") or {}), **tags}} for one in wanted["launch_configs"]]
    policies = [one for one in wanted["scale_policies"] if not _holds(SCALE_POLICY, one, held["scale_policies"])]
    changing = {one["name"] for one in policies}
    steady = [one for one in held["scale_policies"] if one["name"] not in changing]
    return {
        "scale_policies": policies,
        "launch_configs": [one for one in configs if not _holds(LAUNCH_CONFIG, one, held["launch_configs"])],
        "node_groups": [one for one in wanted["node_groups"] if not _runs(one, held["node_groups"], steady, wait)],
    }


def _options(resource: Resource, declared: Facts) -> Facts:
    """The options of a declaration for the resource's module."""
    return {name: value for name, value in declared.items() if name in resource.options}


def _named(name: str, held: Iterable[Facts]) -> Facts:
    """The object with a name; empty if there is none, or if there are several that differ."""
    found = [one for one in held if one["name"] == name]
    return found[0] if found and all(one == found[0] for one in found) else {}


def _holds(resource: Resource, declared: Facts, held: Iterable[Facts]) -> bool:
    """Whether the API has an object that is equivalent to the declaration."""
    options, own = _options(resource, declared), _named(declared["name"], held)
    return bool(own) and not problems(resource, options) and not differences(own, resource.declare(validated(resource, options), own))


def _runs(declared: Facts, groups: Iterable[Facts], policies: Iterable[Facts], wait: bool) -> bool:
    """Whether a node group is as declared, with as many origins and, with wait, all nodes of its scale policy in service."""
    options, group = _options(NODE_GROUP, declared), _named(declared["name"], groups)
    if not group or problems(NODE_GROUP, options) or ends(group["state"]):
        return False
    given = validated(NODE_GROUP, options)
    own = {**group, "regions": group["regions"] or sorted(given["regions"])}  # not every answer has them
    policy = _named(given["scale_policy"], policies)
    fits = all(own[name] == (sorted(given[name]) if name == "regions" else given[name]) for name in NODE_GROUP.needed)
    if not fits or living_origins(group["nodes"]) < given["origins"]:
        return False
    return not wait or (bool(policy) and not any(shortage(need, group["nodes"]) for need in needed_nodes(policy, given["origins"])))
