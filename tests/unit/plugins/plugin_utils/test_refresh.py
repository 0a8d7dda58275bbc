# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which node groups a refresh creates and deletes, what it refuses, and a run that follows the plan and may be killed after each step."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.filter.autoscaling import FilterModule
from test_autoscaling import CONFIG, GROUP, HELD, ORIGIN, POLICY, TAGS

Facts = dict[str, Any]
FILTERS = FilterModule().filters()
DECLARED: Facts = {"scale_policies": [POLICY], "launch_configs": [CONFIG], "node_groups": [{**GROUP, "origins": 1}]}


def named(refresh: str) -> str:
    return f"g-{_digest('c', refresh)}"


def _digest(*words: str) -> str:
    return sha256("\n".join(words).encode()).hexdigest()[:8]


def held(*groups: Facts, **connections: int) -> Facts:
    return {**HELD, "node_groups": list(groups), "connections": connections}


def group(name: str = "g", *nodes: Facts, **more: Any) -> Facts:
    return {**HELD["node_groups"][0], "name": name, "nodes": list(nodes) or [ORIGIN], **more}


def planned(current: Facts, refresh: str = "today", maximum: int = 0, declared: Facts | None = None) -> Facts:
    before = copy.deepcopy((current, declared))
    plan: Facts = FILTERS["refresh_plan"](
        current, {**(declared or DECLARED), "name": "live", "image": "node-1", "tags": TAGS, "refresh_name": refresh, "maximum": maximum}
    )
    assert (current, declared) == before
    return plan


def site(current: Facts, remove: bool = False) -> Facts:
    """What site.yml would do."""
    plan: Facts = FILTERS["autoscaling_plan"](current, {**DECLARED, "name": "live", "image": "node-1", "tags": TAGS, "remove": remove})
    return plan


def test_images_of_roles_are_those_that_site_gives() -> None:
    unnamed = {key: value for key, value in CONFIG.items() if key != "image"}
    declared = {**DECLARED, "launch_configs": [unnamed], "role_images": {"origin": "node-origin-1"}}
    differs = planned(held(group()), declared=declared)["problems"]
    assert "differs from the inventory" in differs[0], differs
    config = {**HELD["launch_configs"][0], "targets": [{**HELD["launch_configs"][0]["targets"][0], "image": "node-origin-1"}]}
    assert planned({**held(group()), "launch_configs": [config]}, declared=declared)["problems"] == []
    given = {**declared, "name": "live", "image": "node-1", "tags": TAGS}
    assert FILTERS["autoscaling_plan"]({**HELD, "launch_configs": [config]}, given)["pending"]["launch_configs"] == []
    assert FILTERS["autoscaling_plan"]({**HELD, "launch_configs": [config]}, given)["images"] == ["node-1", "node-origin-1"]


class Api:
    """Node groups, changed as refresh.yml changes them, one step at a time."""

    def __init__(self) -> None:
        self.groups = {"g": group()}

    def plan(self, refresh: str = "today") -> Facts:
        return planned(held(*self.groups.values()), refresh)

    def steps(self, plan: Facts) -> Iterator[str]:
        assert plan["problems"] == plan["refusals"] == []
        for one in plan["node_groups"]:
            if one["name"] not in self.groups:
                self.groups[one["name"]] = group(one["name"], {**ORIGIN, "state": "pending"})
                yield f"created {one['name']}"
            self.groups[one["name"]]["nodes"] = [ORIGIN]
            yield f"waited for {one['name']}"
        for name in plan["replaced_node_groups"]:
            self.groups[name]["state"] = "terminating"
            yield f"drained {name}"
            del self.groups[name]
            yield f"deleted {name}"


TODAY = named("today")
STEPS = [f"created {TODAY}", f"waited for {TODAY}", "drained g", "deleted g"]


def test_a_refresh_and_nothing_the_second_time() -> None:
    api = Api()
    assert api.plan()["starts"]
    assert list(api.steps(api.plan())) == STEPS
    assert list(api.groups) == [TODAY]
    again = api.plan()
    assert (list(api.steps(again)), again["starts"], again["launches"]) == ([], False, [])


@pytest.mark.parametrize("number", range(len(STEPS)))
def test_a_run_that_was_killed_anywhere_is_picked_up(number: int) -> None:
    api = Api()
    running = api.steps(api.plan())
    for _unused in range(number):
        next(running)
    assert api.plan()["starts"] is (number == 0), "the stream managers are marked once"
    list(api.steps(api.plan()))
    assert list(api.groups) == [TODAY]
    assert not any(site(held(*api.groups.values()))["pending"].values())


@pytest.mark.parametrize("number", range(len(STEPS)))
def test_another_refresh_replaces_what_an_earlier_one_left(number: int) -> None:
    api = Api()
    running = api.steps(api.plan())
    for _unused in range(number):
        next(running)
    list(api.steps(api.plan("tomorrow")))
    assert list(api.groups) == [named("tomorrow")]


@pytest.mark.parametrize("remove", [False, True])
def test_site_leaves_an_incomplete_refresh_alone(remove: bool) -> None:
    plan = site(held(group(), group(TODAY)), remove)
    assert [one["name"] for one in plan["node_groups"]] == ["g"] and plan["removed"] == []
    assert [(one["name"], one["refreshed"]) for one in plan["kept_node_groups"]] == [(TODAY, True)]


def test_site_does_not_use_a_group_that_is_being_deleted() -> None:
    plan = site(held(group(state="terminating"), group(TODAY)))
    assert [one["name"] for one in plan["node_groups"]] == [TODAY] and not any(plan["pending"].values())
    assert [one["name"] for one in site(held(group(state="terminating")))["node_groups"]] == ["g"]


@pytest.mark.parametrize("state", ["active", "terminating"])
def test_a_group_of_another_image_stays(state: str) -> None:
    other = {**HELD["launch_configs"][0], "name": "c-12345678", "image": "node-0"}
    current = {
        **held(group(), group("g-12345678", launch_config="c-12345678", state=state)),
        "launch_configs": [HELD["launch_configs"][0], other],
    }
    assert planned(current)["replaced_node_groups"] == ["g"]


def test_groups_of_others_stay() -> None:
    assert planned(held(group(), group("other"), group("g-x")))["replaced_node_groups"] == ["g"]


def test_what_is_launched_is_read_about() -> None:
    east = {"region": "us-east-1", "instance_type": "c5.large", "count": 1}
    plan = planned(held(group()))
    assert plan["launches"] == [east] and len(plan["readings"]) == 4
    assert planned(held(group(), group(TODAY)))["readings"] == []
    in_text = {**DECLARED, "node_groups": [{**DECLARED["node_groups"][0], "regions": "us-east-1, us-west-2"}]}
    assert planned(held(group(regions=["us-east-1", "us-west-2"])), declared=in_text)["launches"] == [east, {**east, "region": "us-west-2"}]


@pytest.mark.parametrize(
    ("connections", "maximum", "refused"),
    [
        ({"g": 0}, 0, ""),
        ({}, 0, ""),
        ({"g": 1}, 1, ""),
        ({"g": 1}, 0, "1 connection is open, more than red5pro_refresh_max_connections=0"),
        ({"g": 12}, 10, "12 connections are open, more than red5pro_refresh_max_connections=10"),
        ({"g": 4, TODAY: 99, "other": 99}, 4, ""),  # the others stay
    ],
)
def test_viewers(connections: dict[str, int], maximum: int, refused: str) -> None:
    remedy = "Wait until there are fewer, or set red5pro_force=true."
    expected = [f"Refusing to refresh the node groups g: {refused}. {remedy}"] if refused else []
    assert planned(held(group(), group(TODAY), **connections), maximum=maximum)["refusals"] == expected


FIRST = "Run streamops.red5pro.site first."


@pytest.mark.parametrize(
    ("current", "declared", "problems"),
    [
        (
            held(group()),
            {**DECLARED, "scale_policies": [{**POLICY, "description": "other"}]},
            [f"Refusing to refresh the node groups: the scale policy p differs from the inventory. {FIRST}"],
        ),
        (
            held(group()),
            {**DECLARED, "launch_configs": [{**CONFIG, "description": "other"}]},
            [f"Refusing to refresh the node groups: the launch configuration c differs from the inventory. {FIRST}"],
        ),
        (
            held(),
            DECLARED,
            [f"Refusing to refresh the node group g: it does not exist with the launch configuration c. {FIRST}"],
        ),
        (
            held(group()),
            {**DECLARED, "node_groups": [{"name": "g", "state": "absent"}]},
            ["Refusing to refresh the node groups: red5pro_node_groups has none. Run streamops.red5pro.site with a node group first."],
        ),
    ],
)
def test_what_site_has_to_do_first(current: Facts, declared: Facts, problems: list[str]) -> None:
    assert planned(current, declared=declared)["problems"] == problems


def test_policies_that_are_to_be_deleted_do_not_matter() -> None:
    declared = {**DECLARED, "scale_policies": [POLICY, {"name": "gone", "state": "absent"}]}
    assert planned(held(group()), declared=declared)["problems"] == []
