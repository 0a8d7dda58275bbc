# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Node groups with names that the API generates, and origins, of which never too many are launched."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from fake_api import FakeApi
from module_runner import Modules
from payloads import GROUP_OPTIONS, policy_options

Json = Any
POLICY = "scalepolicy"


@pytest.mark.parametrize("instead", [None, (201, b""), (201, b"<html><body>done</body></html>"), (500, b"")], ids=str)
def test_a_group_under_another_name(held: FakeApi, modules: Modules, instead: tuple[int, bytes] | None) -> None:
    held.names_groups_itself = True
    if instead:
        held.instead["POST"] = instead
    message = modules.refused("node_group", **GROUP_OPTIONS)
    (made,) = held.groups
    assert made in message and "'live'" in message and "state=absent" in message
    assert held.writes() == ["POST nodegroup"]
    for check in (False, True):
        held.forget()
        message = modules.refused("node_group", **GROUP_OPTIONS, check=check)
        assert made in message and "Refusing to create the node group 'live'" in message
        assert not held.writes() and list(held.groups) == [made]
    held.instead.clear()
    assert modules.ok("node_group", **{**GROUP_OPTIONS, "name": made})["changed"], "it may be declared under its name"
    assert not modules.ok("node_group", **{**GROUP_OPTIONS, "name": made})["changed"]
    modules.ok("node_group", name=made, state="absent")
    held.groups.clear()
    held.names_groups_itself = False
    assert modules.ok("node_group", **GROUP_OPTIONS)["changed"]


@pytest.mark.parametrize(
    "other", [{"launchConfig": "another"}, {"scalePolicy": "another"}, {"regions": ["eu-west-1"]}, {"name": "group-a"}]
)
def test_another_group_is_no_sign_of_it(held: FakeApi, modules: Modules, other: dict[str, Any]) -> None:
    likeness = {"name": "group-0f8fad5b-d9cb-469f-a165-70867728950e", "regions": ["us-east-1"], "state": "active"}
    held.extra["nodegroup"] = [{**likeness, "launchConfig": "all-nodes-launch", "scalePolicy": "default-v3", **other}]
    assert modules.ok("node_group", **GROUP_OPTIONS)["changed"]


def test_an_answer_of_another_name_for_what_was_made(held: FakeApi, modules: Modules) -> None:
    held.instead["POST"] = (201, json.dumps({"name": "title of live", "role": "origin"}).encode())
    assert modules.ok("node_group", **GROUP_OPTIONS)["changed"]
    held.forget()
    held.instead["POST"] = (201, json.dumps({"policy": {"name": "another"}}).encode())
    assert modules.ok("scale_policy", **{**policy_options(), "name": "new"})["changed"]
    assert held.writes() == ["POST scalepolicy"]
    held.hook = lambda seen: held.held[POLICY].pop("newer", None)
    message = modules.refused("scale_policy", **{**policy_options(), "name": "newer"})
    assert "'another'" in message and "'newer'" in message and held.writes() == ["POST scalepolicy"] * 2


FORMS: dict[str, Callable[[Json], Json]] = {
    "another identifier": lambda answer: {**answer, "identifier": "node-" + answer["identifier"]},
    "the same identifier always": lambda answer: {**answer, "identifier": "i-1"},
    "no identifier": lambda answer: {**answer, "identifier": None},
    "a number": lambda answer: {**answer, "identifier": 5},
}
LISTS: dict[str, Callable[[list[Json]], Json]] = {
    "at once": lambda nodes: nodes,
    "never": lambda nodes: [],
    "without identifiers": lambda nodes: [{**node, "identifier": None} for node in nodes],
    "one": lambda nodes: nodes[:1],
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("shown", LISTS)
@pytest.mark.parametrize("origins", [1, 5])
def test_launching_is_bounded(held: FakeApi, modules: Modules, form: str, shown: str, origins: int) -> None:
    held.fills = False
    held.launch_answer, held.nodes_shown = FORMS[form], LISTS[shown]
    assert modules.ok("node_group", **{**GROUP_OPTIONS, "origins": origins})["changed"]
    assert held.writes().count("POST nodegroup/live/node/origin") == origins == len(held.nodes["live"])


@pytest.mark.parametrize("shown", LISTS)
@pytest.mark.parametrize("retries", [0, 2])
def test_lost_launches_are_bounded(held: FakeApi, modules: Modules, shown: str, retries: int) -> None:
    """Every answer is lost, and each has its effect."""
    held.fills = False
    held.nodes_shown = LISTS[shown]
    held.instead["POST"] = (200, b"")
    modules("node_group", **{**GROUP_OPTIONS, "origins": 5}, retries=retries)
    assert len(held.nodes["live"]) <= 5 + retries
