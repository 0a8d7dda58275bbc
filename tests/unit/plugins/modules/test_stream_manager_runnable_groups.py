# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Node groups that could not run with their scale policy and launch configuration."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.filter.declarations import FilterModule
from fake_api import FakeApi, Fault
from module_runner import Modules
from payloads import GROUP_OPTIONS, MULTI_POLICY, SEED_LAUNCH, SEED_POLICY, launch_options, policy_options

POLICY, LAUNCH = "scalepolicy", "launchconfig"
FILTERS = FilterModule().filters()


def changed_policy(**limits: int | None) -> dict[str, Any]:
    policy = copy.deepcopy(SEED_POLICY)
    targets = policy["policy"]["targets"]["region"][0]["target"]
    for target in list(targets):
        if (limit := limits.get(target["role"], ...)) is None:
            targets.remove(target)
        elif limit is not ...:
            target.update(maxLimit=limit, minLimit=0)
    return policy


def options_of(policy: dict[str, Any]) -> dict[str, Any]:
    return policy_options(policy)


RUN_CASES: list[tuple[dict[str, Any], list[str], dict[str, Any], str]] = [
    # limits of the policy, roles that the configuration lacks, options of the group, message
    ({"origin": 2}, [], {"origins": 5}, "Invalid origins: 5. Expected: at most 2, as scale policy 'default-v3' allows"),
    ({"origin": 0}, [], {"origins": 1}, "Invalid origins: 1. Expected: at most 0, as scale policy 'default-v3' allows"),
    ({"origin": None}, [], {"origins": 1}, "Invalid origins: 1. Expected: 0, since scale policy 'default-v3' has no role origin"),
    ({"origin": None}, [], {"origins": 0}, ""),
    ({"origin": 2}, [], {"origins": 2}, ""),
    ({"origin": 2}, [], {"origins": 4, "regions": ["us-east-1", "us-west-2"]}, ""),
    (
        {"origin": 2},
        [],
        {"origins": 5, "regions": ["us-east-1", "us-west-2"]},
        "Invalid origins: 5. Expected: at most 4, as scale policy 'default-v3' allows",
    ),
    (
        {},
        ["relay"],
        {},
        "Invalid launch_config: all-nodes-launch. Expected: a launch configuration with the role relay, which scale policy 'default-v3'",
    ),
    (
        {},
        ["transcoder"],
        {"origins": 0},
        "Invalid launch_config: all-nodes-launch. Expected: a launch configuration with the role transcoder",
    ),
    ({"relay": 0}, ["relay"], {}, ""),
    ({"relay": None}, ["relay"], {}, ""),
]
RUN_IDS = [f"{limits} {lacks} {group}" for limits, lacks, group, _message in RUN_CASES]


@pytest.mark.parametrize(("limits", "lacks", "more", "message"), RUN_CASES, ids=RUN_IDS)
def test_what_cannot_run(held: FakeApi, modules: Modules, limits: Any, lacks: list[str], more: Any, message: str) -> None:
    policy, launch = changed_policy(**limits), copy.deepcopy(SEED_LAUNCH)
    launch[LAUNCH]["targets"]["target"] = [each for each in launch[LAUNCH]["targets"]["target"] if each["role"] not in lacks]
    held.held = {POLICY: {"default-v3": policy}, LAUNCH: {"all-nodes-launch": launch}}
    options = {**GROUP_OPTIONS, **more}
    checked = modules.ok("node_group", check=True, **options)
    assert (message in str(checked.get("warnings"))) if message else not checked.get("warnings")
    if message:
        assert message in modules.refused("node_group", **options)
        assert not held.writes()
    else:
        modules.ok("node_group", **options)
    configs = [{**launch_options(), "targets": [each for each in launch_options()["targets"] if each["role"] not in lacks]}]
    found = FILTERS["validate_node_groups"]([options], [options_of(policy)], configs)
    assert found == [] if not message else message.replace("Invalid ", "Invalid node_groups[0].") in "\n".join(found)


def test_origins_of_a_multi_region_policy() -> None:
    group = {**GROUP_OPTIONS, "scale_policy": "oe-multiregion", "regions": ["us-east-2", "us-west-2"], "origins": 21}
    (found,) = FILTERS["validate_node_groups"]([group], [policy_options(MULTI_POLICY)], [launch_options()])
    assert "Invalid node_groups[0].origins: 21. Expected: at most 20, as scale policy 'oe-multiregion' allows" in found


def test_what_runs_is_left_alone(group: FakeApi, modules: Modules) -> None:
    """Nothing is asked of policy and configuration while nothing is to change, and what cannot be read is not judged."""
    group.held[POLICY]["default-v3"] = changed_policy(origin=0)
    assert not modules.ok("node_group", **GROUP_OPTIONS)["changed"]
    assert len(group.requests) == 2
    group.held[POLICY]["default-v3"]["policy"]["targets"]["region"] = 5
    group.fills = False
    assert modules.ok("node_group", **{**GROUP_OPTIONS, "origins": 3})["changed"]
    group.break_at(len(group.requests) + 2, Fault("error 403"))
    assert "reading the scale policy" in modules.refused("node_group", **{**GROUP_OPTIONS, "origins": 4})


@pytest.mark.parametrize("key", ["maxLimit", "role"])
def test_a_policy_of_the_api_may_lack_limits_and_roles(held: FakeApi, modules: Modules, key: str) -> None:
    target = held.held[POLICY]["default-v3"]["policy"]["targets"]["region"][0]["target"][1]
    assert target["role"] == "origin"
    del target[key]
    assert modules("node_group", check=True, **GROUP_OPTIONS)["changed"]
