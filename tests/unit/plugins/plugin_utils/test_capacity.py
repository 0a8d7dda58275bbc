# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which minimums capacity.yml raises and restores, and what it refuses."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.filter.autoscaling import FilterModule

Facts = dict[str, Any]


def target(role: str, minimum: Any, maximum: int = 20, **more: Any) -> Facts:
    return {"role": role, "min_limit": minimum, "max_limit": maximum, **more}


def policy(*regions: Facts, name: str = "live", **more: Any) -> Facts:
    return {"name": name, "regions": list(regions), **more}


def region(*targets: Facts, **more: Any) -> Facts:
    return {"name": "default", "subnet": None, "vpc": None, "targets": list(targets), **more}


DECLARED = policy({"targets": [target("origin", 2, 10), target("edge", "2")]}, description="two of each")
CURRENT = policy(region(target("edge", 2, scale_adjustment=3), target("origin", 2, 10)), description="another", version="0.0.3")
MULTI = policy(
    region(target("edge", 1)),
    region(target("edge", 2), name="us-east-1"),
    region(target("edge", 3), name="us-west-2", subnet="subnet-a"),
    region(target("edge", 4), name="us-west-2", subnet="subnet-b"),
)
NODES = [
    *({"role": "edge", "state": state, "availability_zone": "us-east-1a"} for state in ("inservice", "pending", "terminating")),
    {"role": "origin", "state": "inservice", "availability_zone": "us-east-1b"},
]
GROUP = {"name": "live-group", "state": "active", "scale_policy": "live", "launch_config": "c", "regions": ["us-east-1"], "nodes": NODES}
GROUPS = [GROUP, {**GROUP, "name": "other-group", "scale_policy": "other"}]
CONFIG = {
    "name": "c",
    "targets": [{"role": "edge", "instance_type": "c5.large"}, {"role": "origin", "instance_type": "c5.xlarge"}],
}


def planned(raised: Any, current: Facts | None = None, declared: Facts | None = None, groups: list[Facts] = GROUPS) -> Facts:
    held = {"scale_policies": [current or CURRENT, policy(name="other")], "node_groups": groups, "launch_configs": [CONFIG]}
    before = copy.deepcopy(held)
    found: Facts = FilterModule().filters()["capacity_plan"](held, [declared or DECLARED, policy(name="missing")], raised)
    assert held == before
    return found


def minimums(found: Facts) -> list[list[tuple[str, int]]]:
    return [[(one["role"], one["min_limit"]) for one in each["targets"]] for each in found["scale_policies"][0]["regions"]]


def raised_current(value: int) -> Facts:
    return {**CURRENT, "regions": [region(target("edge", value, scale_adjustment=3), target("origin", 2, 10))]}


@pytest.mark.parametrize("value", [10, "10", 10.0, 20])
def test_a_minimum_is_raised_and_nothing_else(value: Any) -> None:
    found = planned({"live": {"edge": value}})
    assert (found["problems"], found["scale_policies"], found["node_groups"]) == ([], [raised_current(int(value))], [GROUPS[0]])
    again = planned({"live": {"edge": value}}, raised_current(int(value)))
    assert again["scale_policies"] == [] and again["node_groups"] == [GROUPS[0]]


@pytest.mark.parametrize("raised", [{}, {"live": {}}, {"live": {"edge": 2}}])
def test_minimums_are_restored(raised: Facts) -> None:
    found = planned(raised, raised_current(15))
    assert found["scale_policies"] == [CURRENT] and found["problems"] == []
    assert planned(raised)["scale_policies"] == []


def test_a_raised_minimum_becomes_another_one() -> None:
    assert minimums(planned({"live": {"origin": 5}}, raised_current(15))) == [[("edge", 2), ("origin", 5)]]


def test_only_regions_that_run_nodes_are_raised() -> None:
    assert minimums(planned({"live": {"edge": 9}}, MULTI, MULTI)) == [[("edge", 1)], [("edge", 9)], [("edge", 9)], [("edge", 9)]]
    high = copy.deepcopy(MULTI)
    for each in high["regions"]:
        each["targets"][0]["min_limit"] = 9
    assert planned({}, high, MULTI)["scale_policies"] == [MULTI]


def test_what_the_inventory_does_not_have_is_kept() -> None:
    current = {**CURRENT, "regions": [region(target("edge", 5), target("relay", 7))]}
    assert minimums(planned({}, current)) == [[("edge", 2), ("relay", 7)]]
    assert minimums(planned({}, {**CURRENT, "regions": [region(target("origin", 0, 1))]})) == [[("origin", 1)]], "never beyond max_limit"


FORM = "Expected: a dictionary of minimums by scale policy and role, such as {live-policy: {edge: 10}}."
WHOLE = "Expected: a whole number from 2 (min_limit in the inventory) to 20 (max_limit in the API)."
PROBLEMS: list[tuple[Any, list[str]]] = [
    (5, [f"Invalid red5pro_capacity: 5. {FORM}"]),
    ({"live": 5}, [f'Invalid red5pro_capacity: {{"live": 5}}. {FORM}']),
    ({"other": {"edge": 5}}, ["Invalid red5pro_capacity: other. Expected: a scale policy that the inventory and the API have: live."]),
    ({"missing": {}}, ["Invalid red5pro_capacity: missing. Expected: a scale policy that the inventory and the API have: live."]),
    ({"live": {"relay": 5}}, ["Invalid red5pro_capacity.live.relay: 5. Expected: a role of the scale policy."]),
    ({"live": {"edge": 1}}, [f"Invalid red5pro_capacity.live.edge: 1. {WHOLE}"]),
    ({"live": {"edge": 21}}, [f"Invalid red5pro_capacity.live.edge: 21. {WHOLE}"]),
    ({"live": {"edge": 2.5}}, [f"Invalid red5pro_capacity.live.edge: 2.5. {WHOLE}"]),
    ({"live": {"edge": True}}, [f"Invalid red5pro_capacity.live.edge: true. {WHOLE}"]),
    ({"live": {"edge": None, "origin": "x"}}, [
        f"Invalid red5pro_capacity.live.edge: null. {WHOLE}",
        f"Invalid red5pro_capacity.live.origin: x. {WHOLE.replace('20', '10')}",
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("raised", "problems"), PROBLEMS, ids=str)
def test_what_is_refused(raised: Any, problems: list[str]) -> None:
    nothing: Facts = {key: [] for key in ("scale_policies", "node_groups", "launches", "readings")}
    assert planned(raised, raised_current(15)) == {"problems": problems, **nothing}


def test_an_inventory_without_scale_policies() -> None:
    held = {"scale_policies": [CURRENT], "node_groups": [], "launch_configs": []}
    found = FilterModule().filters()["capacity_plan"](held, [{"name": "live", "state": "absent"}], {"live": {"edge": 5}})
    assert found["problems"] == [
        "Invalid red5pro_capacity: live. Expected: a scale policy that the inventory and the API have: there is none."
    ]


def test_what_is_launched_is_read_about() -> None:
    found = planned({"live": {"edge": 10}})
    assert found["launches"] == [
        {"region": "us-east-1", "instance_type": "c5.large", "count": 8},
        {"region": "us-east-1", "instance_type": "c5.xlarge", "count": 1},
    ]
    assert {reading["name"] for reading in found["readings"]} == {
        f"{name}-us-east-1" for name in ("quota", "running", "types", "running_types")
    }


@pytest.mark.parametrize("raised", [{}, {"live": {}}, {"live": {"edge": 0}}, {"none": {"edge": 10}}])
def test_nothing_is_launched_so_nothing_is_read(raised: Any) -> None:
    assert (planned(raised)["launches"], planned(raised)["readings"]) == ([], [])


def test_a_group_that_is_being_deleted_is_not_waited_for() -> None:
    found = planned({"live": {"edge": 10}}, groups=[{**GROUP, "state": "terminating"}])
    assert (found["problems"], found["node_groups"], found["launches"]) == ([], [], [])
    assert found["scale_policies"] == [raised_current(10)]


@pytest.mark.parametrize(
    ("zones", "regions", "launched"),
    [
        (["us-east-1a", "US-EAST-1b", None], ["us-east-1"], {"us-east-1"}),
        (["us-west-2-lax-1a", "us-east-1a"], ["us-east-1", "us-west-2"], {"us-east-1", "us-west-2"}),
        ([None, "a"], ["default"], set()),
        ([], ["default"], set()),
    ],
)
def test_a_group_without_regions_is_waited_for(zones: list[str | None], regions: list[str], launched: set[str]) -> None:
    nodes = [{"role": "edge", "state": "inservice", "availability_zone": zone} for zone in zones]
    found = planned({"live": {"edge": 10}}, groups=[{**GROUP, "regions": [], "nodes": nodes}])
    assert [one["regions"] for one in found["node_groups"]] == [regions]
    assert {one["region"] for one in found["launches"]} == launched


@pytest.mark.parametrize("lacking", ["role", "max_limit"])
@pytest.mark.parametrize("raised", [{}, {"live": {"edge": 10}}, {"live": {"origin": 3}}])
def test_a_policy_of_the_api_without_a_role_or_a_maximum(lacking: str, raised: Facts) -> None:
    found = planned(raised, {**CURRENT, "regions": [region(target("edge", 2), {**target("origin", 2), lacking: None})]})
    assert found["problems"] == [
        "Refusing to change the minimums of the scale policy live: the API has a target without a role or without max_limit in it. "
        "Run streamops.red5pro.site first."
    ]
    assert (found["scale_policies"], found["node_groups"]) == ([], [])
