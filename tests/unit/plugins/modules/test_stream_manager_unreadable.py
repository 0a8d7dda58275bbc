# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Unreadable objects and nodes do not affect others."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.module_utils._node_group import NODE_GROUP
from ansible_collections.streamops.red5pro.plugins.module_utils._nodes import read_nodes
from fake_api import FakeApi
from module_runner import Modules
from payloads import GROUP_OPTIONS, launch_options, policy_options

POLICY, LAUNCH = "scalepolicy", "launchconfig"


GOOD = {
    "id": "other",
    "name": "other",
    "regions": ["r"],
    "launchConfig": "c",
    "scalePolicy": "p",
    "originConnections": 0,
    "state": "active",
}
BROKEN_GROUPS: list[Any] = [
    {**GOOD, "originConnections": "many"},
    {**GOOD, "originConnections": {}},
    {**GOOD, "originConnections": 1.5},
    {**GOOD, "launchConfig": None},
    {**GOOD, "scalePolicy": []},
    {**GOOD, "name": None},
    {**GOOD, "name": ""},
    {**GOOD, "name": " "},
    {**GOOD, "name": {"x": 1}},
    {key: value for key, value in GOOD.items() if key != "name"},
    {**GOOD, "regions": {"a": 1}},
    {**GOOD, "regions": [None]},
    {**GOOD, "regions": [5, []]},
    {**GOOD, "state": ["active"]},
    {"nodegroup": 5},
    None,
    5,
    "other",
    [],
    {},
    [GOOD],
]


@pytest.mark.parametrize("broken", BROKEN_GROUPS, ids=str)
def test_a_broken_group_affects_no_other(held: FakeApi, modules: Modules, broken: Any) -> None:
    held.extra["nodegroup"] = [broken]
    if broken != {}:  # which might be an answer of anything, while there is no other
        assert modules.ok("node_group", **GROUP_OPTIONS, wait=True)["changed"]
    else:
        held.extra.clear()
        modules.ok("node_group", **GROUP_OPTIONS, wait=True)
        held.extra["nodegroup"] = [broken]
    held.forget()
    assert not modules.ok("node_group", **GROUP_OPTIONS)["changed"]
    assert len(held.requests) == 2 and not modules.clock.pauses
    assert [each["name"] for each in modules.ok("node_group_info")["node_groups"]] == ["live"]
    assert "'live' uses it" in modules.refused("scale_policy", name="default-v3", state="absent")
    assert modules.ok("launch_config", **{**launch_options(), "description": "x"})["changed"]
    assert modules.ok("node_group", name="live", state="absent")["changed"]


def test_a_broken_group_is_named(group: FakeApi, modules: Modules) -> None:
    group.extra["nodegroup"] = [BROKEN_GROUPS[0]]
    (warning,) = modules.ok("node_group_info")["warnings"]
    assert "node group 'other'" in str(warning) and "originConnections is not a whole number" in str(warning)
    assert "originConnections is not a whole number" in modules.refused("node_group_info", name="other")
    message = modules.refused("node_group", **{**GROUP_OPTIONS, "name": "other"})
    assert "originConnections is not a whole number" in message and not group.writes(), "it is not made a second time"


@pytest.mark.parametrize("name", [None, {"x": 1}])
def test_a_group_without_a_name_uses_what_it_uses(held: FakeApi, modules: Modules, name: Any) -> None:
    held.extra["nodegroup"] = [{**GOOD, "name": name, "scalePolicy": "default-v3"}]
    assert "uses it" in modules.refused("scale_policy", name="default-v3", state="absent")


BROKEN_NODES: list[Any] = [
    {
        "identifier": None,
        "role": "origin",
        "state": "pending",
        "availabilityZone": None,
        "address": None,
        "launchConfig": "c",
        "capacity": None,
    },
    {"role": "origin", "state": "pending"},
    {"identifier": "", "role": "ORIGIN", "state": "PENDING"},
    {"identifier": "i-9", "role": "origin", "state": "pending", "capacity": "many"},
    {"identifier": {"id": 9}, "role": "origin", "state": None},
]


@pytest.mark.parametrize("broken", BROKEN_NODES, ids=str)
def test_a_broken_origin_counts_as_pending(held: FakeApi, modules: Modules, broken: Any) -> None:
    held.fills = False
    modules.ok("node_group", **GROUP_OPTIONS, wait=False)
    held.extra["node"] = [broken]
    held.forget()
    assert not modules.ok("node_group", **{**GROUP_OPTIONS, "origins": 2})["changed"]
    message = modules.refused("node_group", **{**GROUP_OPTIONS, "origins": 2}, wait=True, wait_timeout=20)
    assert "origin: 1 of 2 in service" in message and "pending" in message
    assert not held.writes()


@pytest.mark.parametrize("broken", [None, 5, "i-1", [], {}, {"identifier": "i-9", "role": None}, {"state": "inservice"}], ids=str)
def test_a_broken_node_affects_no_other(held: FakeApi, modules: Modules, broken: Any) -> None:
    modules.ok("node_group", **GROUP_OPTIONS)
    held.extra["node"] = [broken]
    found = modules.ok("node_group", **GROUP_OPTIONS, wait=True)
    assert not found["changed"]
    assert len(modules.ok("node_group_info", name="live")["node_groups"][0]["nodes"]) in (8, 9)


def test_read_nodes_of_two_kinds() -> None:
    assert [node["identifier"] for node in read_nodes([BROKEN_NODES[0], {"identifier": "i-1", "role": "edge"}])] == ["i-1", None]


@pytest.mark.parametrize(
    "broken",
    [
        {"policy": {"name": "other", "targets": None}},
        {"policy": {"name": "other", "targets": {"region": [{"name": "default", "target": [{"role": "edge", "minLimit": "two"}]}]}}},
        {"policy": {"name": "another one", "targets": {"region": []}}},
        {"policy": {"name": None}},
        {"policy": None},
        [],
        None,
    ],
    ids=str,
)
def test_a_broken_policy_affects_no_other(group: FakeApi, modules: Modules, broken: Any) -> None:
    group.held[POLICY]["other"] = broken
    found = modules.ok("scale_policy_info")
    assert [policy["name"] for policy in found["scale_policies"]] == ["default-v3"]
    assert "scale policy 'other'" in str(found["warnings"])
    assert "reading the scale policy 'other'" in modules.refused("scale_policy_info", name="other")
    assert not modules.ok("scale_policy", **policy_options())["changed"]
    assert modules.ok("scale_policy", **{**policy_options(), "name": "new"})["changed"]


@pytest.mark.parametrize("entry", [None, 5, "", {"name": "x"}, []], ids=str)
def test_a_list_of_names_with_something_else(group: FakeApi, modules: Modules, entry: Any) -> None:
    group.extra = {POLICY: [entry], LAUNCH: [entry]}
    assert not modules.ok("scale_policy", **policy_options())["changed"]
    assert [each["name"] for each in modules.ok("launch_config_info")["launch_configs"]] == ["all-nodes-launch"]


def test_an_only_policy_that_is_broken(api: FakeApi, modules: Modules) -> None:
    api.held[POLICY]["other"] = {"policy": {"name": "other", "targets": None}}
    assert modules.ok("scale_policy_info")["scale_policies"] == []
    assert modules.ok("scale_policy", **policy_options())["changed"]
    api.held[POLICY] = {"other": []}
    assert "reading the scale policy 'other'" in modules.refused("scale_policy_info", retries=0)


def test_a_group_that_the_list_has_twice(group: FakeApi, modules: Modules) -> None:
    group.extra["nodegroup"] = [copy.deepcopy(group.groups["live"])]
    assert not modules.ok("node_group", **GROUP_OPTIONS)["changed"]
    group.extra["nodegroup"][0]["launchConfig"] = "another"
    assert "lists two node groups 'live'" in modules.refused("node_group", **GROUP_OPTIONS)


@pytest.mark.parametrize("state", ["TERMINATED", "deleting"])
@pytest.mark.parametrize("first", [False, True])
def test_a_group_that_ends_beside_a_new_one_of_its_name(group: FakeApi, modules: Modules, state: str, first: bool) -> None:
    ending = {**copy.deepcopy(group.groups["live"]), "state": state, "launchConfig": "another"}
    if first:
        group.extra["nodegroup"] = [ending]
    else:
        group.groups["ending"] = ending
    assert not modules.ok("node_group", **GROUP_OPTIONS)["changed"]
    (found,) = modules.ok("node_group_info")["node_groups"]
    assert found["launch_config"] == GROUP_OPTIONS["launch_config"] and found["nodes"]
    assert modules.ok("node_group", check=True, name="live", state="absent")["changed"]


@pytest.mark.parametrize("again", ["inservice", "TERMINATED"])
@pytest.mark.parametrize("first", [False, True])
def test_a_node_that_the_list_has_twice_counts_once(group: FakeApi, modules: Modules, again: str, first: bool) -> None:
    node = next(node for node in group.nodes["live"] if node["role"] == "edge")
    both = [{**node, "state": again}, node] if first else [node, {**node, "state": again}]
    group.nodes_shown = lambda nodes: [*(each for each in nodes if each["role"] != "edge"), *both]
    found = modules.ok("node_info", node_group="live")["nodes"]
    assert [each["state"] for each in found if each["role"] == "edge"] == ["inservice"]
    assert "edge: 1 of 2 in service" in modules.refused("node_group", **GROUP_OPTIONS, wait=True, wait_timeout=60)


def test_a_final_line_break_of_a_state_means_nothing() -> None:
    assert NODE_GROUP.read({**GOOD, "state": "ACTIVE\n"})["state"] == "active"
