# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Checks node groups against the declared scale policies and launch configurations."""

from __future__ import annotations

import typing as t

from ansible_collections.streamops.red5pro.plugins.module_utils._declaration import declared_problems, validated
from ansible_collections.streamops.red5pro.plugins.module_utils._launch_config import LAUNCH_CONFIG
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import Problem
from ansible_collections.streamops.red5pro.plugins.module_utils._node_group import NODE_GROUP
from ansible_collections.streamops.red5pro.plugins.module_utils._nodes import run_problems
from ansible_collections.streamops.red5pro.plugins.module_utils._plain import plain
from ansible_collections.streamops.red5pro.plugins.module_utils._regions import DEFAULT_REGION
from ansible_collections.streamops.red5pro.plugins.module_utils._resource import Params, Problems, Resource
from ansible_collections.streamops.red5pro.plugins.module_utils._scale_policy import SCALE_POLICY


def reference_problems(groups: t.Any, policies: t.Any, configs: t.Any, label: str) -> Problems:
    """Yield node groups that name something undeclared or do not match their scale policy; None is not checked.

    Invalid policies and configurations are neither reported nor compared here. The groups must be valid by themselves.
    """
    policies, configs = plain(policies), plain(configs)
    if declared_problems(SCALE_POLICY, policies or [], "") or declared_problems(LAUNCH_CONFIG, configs or [], ""):
        return
    declared = {"scale_policy": _validated(SCALE_POLICY, policies), "launch_config": _validated(LAUNCH_CONFIG, configs)}
    for index, group in enumerate(validated(NODE_GROUP, group) for group in plain(groups)):
        if group["state"] == "present":
            yield from _group_problems(group, declared, f"{label}[{index}].")


def _validated(resource: Resource, declared: list[Params] | None) -> dict[str, Params] | None:
    """Return the declared objects by name, without absent ones."""
    if declared is None:
        return None
    found = [validated(resource, one) for one in declared]
    return {one["name"]: one for one in found if one["state"] == "present"}


def _group_problems(group: Params, declared: dict[str, dict[str, Params] | None], path: str) -> Problems:
    for option, by_name in declared.items():
        if by_name is not None and group[option] not in by_name:
            yield Problem(f"{path}{option}", group[option], f"a declared one: {', '.join(by_name) or 'none'}")
    policy, config = ((by_name or {}).get(group[option]) for option, by_name in declared.items())
    yield from run_problems(policy, config, group, path)
    regions = {region["name"] for region in (policy or {}).get("regions") or ()} - {DEFAULT_REGION}
    if policy and regions and regions != set(group["regions"]) - {DEFAULT_REGION}:
        expected = f"the regions of scale policy {policy['name']!r}, which are {', '.join(sorted(regions))}"
        yield Problem(f"{path}regions", sorted(group["regions"]), expected)
