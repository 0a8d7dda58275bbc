# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of `capacity.yml`: scale policies whose minimums are raised for an event, or restored after it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._answers import ends, whole
from ansible_collections.streamops.red5pro.plugins.module_utils._errors import ShapeError
from ansible_collections.streamops.red5pro.plugins.module_utils._fields import by, is_absent
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import Problem, refusing
from ansible_collections.streamops.red5pro.plugins.module_utils._plain import plain
from ansible_collections.streamops.red5pro.plugins.module_utils._regions import DEFAULT_REGION, running

from .vcpus import launches, readings

Facts = dict[str, Any]
Minimums = dict[str, int]  # by role
_PLACE = by("name", "subnet")


def plan(held: Mapping[str, Any], declared: Iterable[Facts], raised: Any, label: str = "red5pro_capacity") -> Facts:
    """The `scale_policies` that differ, the `node_groups` that use one of `raised` with what they launch, and the `problems` of `raised`.

    held is what stream_manager_api_info returned, declared are the scale policies of the inventory, raised has the minimums by policy and
    role. All other minimums are those of the inventory; nothing but minimums changes.
    """
    held, declared, raised = plain(held), plain(list(declared)), plain(raised)
    current = {policy["name"]: policy for policy in held["scale_policies"]}
    desired = {policy["name"]: policy for policy in declared if not is_absent(policy) and policy["name"] in current}
    incomplete = [name for name in desired if any(map(_lacks_limit, _all_targets(current[name])))]
    problems = [*map(_incomplete, incomplete)] or [str(problem) for problem in _problems(raised, current, desired, label)]
    minimums = {} if problems else {name: {role: int(whole(value, "")) for role, value in roles.items()} for name, roles in raised.items()}
    groups = [_placed(group) for group in held["node_groups"] if minimums.get(group["scale_policy"]) and not ends(group["state"])]
    changed = {} if problems else {name: _with_minimums(current[name], one, minimums.get(name, {})) for name, one in desired.items()}
    launched = launches(groups, changed, {config["name"]: config for config in held["launch_configs"]})
    return {
        "problems": problems,
        "scale_policies": [policy for name, policy in changed.items() if policy != current[name]],
        "node_groups": groups,
        "launches": launched,
        "readings": readings(launched),
    }


def _placed(group: Facts) -> Facts:
    """The group with the regions of its nodes if it has none, since not every answer of the API has them."""
    zones = (re.match(r"[a-z]+(?:-[a-z]+)+-[0-9]+", str(node["availability_zone"]).lower()) for node in group["nodes"])
    return {**group, "regions": group["regions"] or sorted({zone[0] for zone in zones if zone}) or [DEFAULT_REGION]}


def _problems(raised: Any, current: Mapping[str, Facts], desired: Mapping[str, Facts], label: str) -> Iterator[Problem]:
    if not isinstance(raised, dict) or not all(isinstance(roles, dict) for roles in raised.values()):
        yield Problem(label, raised, "a dictionary of minimums by scale policy and role, such as {live-policy: {edge: 10}}")
        return
    for name, roles in raised.items():
        if name not in desired:
            yield Problem(label, name, f"a scale policy that the inventory and the API have: {', '.join(desired) or 'there is none'}")
            continue
        for role, value in roles.items():
            yield from _role_problems(f"{label}.{name}.{role}", role, value, current[name], desired[name])


def _role_problems(where: str, role: str, value: Any, current: Facts, desired: Facts) -> Iterator[Problem]:
    targets = [target for target in _targets(current) if target["role"] == role]
    if not targets:
        yield Problem(where, value, "a role of the scale policy")
        return
    least = max((int(target["min_limit"]) for target in _targets(desired) if target["role"] == role), default=0)
    most = min(target["max_limit"] for target in targets)
    try:
        fits = not isinstance(value, bool) and least <= whole(value, "") <= most
    except ShapeError:
        fits = False
    if not fits:
        yield Problem(where, value, f"a whole number from {least} (min_limit in the inventory) to {most} (max_limit in the API)")


def _all_targets(policy: Facts) -> Iterator[Facts]:
    return (target for region in policy.get("regions") or () for target in region["targets"])


def _lacks_limit(target: Facts) -> bool:
    return target["role"] is None or target["max_limit"] is None


def _incomplete(name: str) -> str:
    reason = "the API has a target without a role or without max_limit in it"
    return refusing(f"change the minimums of the scale policy {name}", reason, "Run streamops.red5pro.site first")


def _targets(policy: Facts) -> list[Facts]:
    """The targets of the regions that run nodes."""
    return [target for _index, region in running(_named(policy)) for target in region["targets"]]


def _named(policy: Facts) -> Facts:
    """A policy whose regions all have a name and a subnet, perhaps none; the inventory may leave out both."""
    regions = policy.get("regions") or ()
    return {
        **policy,
        "regions": [{**region, "name": region.get("name") or DEFAULT_REGION, "subnet": region.get("subnet")} for region in regions],
    }


def _with_minimums(current: Facts, desired: Facts, raised: Minimums) -> Facts:
    """The current policy with the minimums of the inventory, or with those that are raised where nodes run."""
    wanted = {
        (_PLACE(region), target["role"]): int(target["min_limit"]) for region in _named(desired)["regions"] for target in region["targets"]
    }
    runs = {index for index, _region in running(current)}

    def minimum(index: int, region: Facts, target: Facts) -> int:
        if index in runs and target["role"] in raised:
            return raised[target["role"]]
        return min(wanted.get((_PLACE(region), target["role"]), int(target["min_limit"])), int(target["max_limit"]))

    regions = [
        {**region, "targets": [{**target, "min_limit": minimum(index, region, target)} for target in region["targets"]]}
        for index, region in enumerate(current["regions"])
    ]
    return {**current, "regions": regions}
