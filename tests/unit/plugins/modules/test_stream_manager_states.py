# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""States and roles of any letter case, and which of them end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.module_utils._answers import ends
from ansible_collections.streamops.red5pro.plugins.module_utils._nodes import shortage
from fake_api import FakeApi
from module_runner import Modules
from payloads import GROUP_OPTIONS, launch_options, policy_options

Json = Any
POLICY, LAUNCH = "scalepolicy", "launchconfig"


WORDS: dict[str, Callable[[str], str]] = {
    "lower": str.lower,
    "upper": str.upper,
    "title": str.title,
    "camel": lambda word: {"inservice": "InService"}.get(word, word.capitalize()),
    "apart": lambda word: {"inservice": "IN_SERVICE"}.get(word, f" {word.upper()} "),
}


@pytest.mark.parametrize("word", WORDS)
def test_states_and_roles_in_any_letter_case(held: FakeApi, modules: Modules, word: str) -> None:
    held.word = WORDS[word]
    first = modules.ok("node_group", **GROUP_OPTIONS, wait=True)
    assert {node["state"] for node in first["node_group"]["nodes"]} == {"inservice"}
    assert held.writes() == ["POST nodegroup", "POST nodegroup/live/node/origin"]
    held.forget()
    assert not modules.ok("node_group", **GROUP_OPTIONS, wait=True, origins=2)["changed"]
    nodes = modules.ok("node_group_info", name="live")["node_groups"][0]["nodes"]
    assert {node["role"] for node in nodes} == {"origin", "edge", "relay", "transcoder"}


@pytest.mark.parametrize("state", ["terminating", "TERMINATING", "Terminated", "shutting-down", "SHUTTING_DOWN", "stopping", "STOPPED"])
def test_a_dying_origin_is_no_living_one(group: FakeApi, modules: Modules, state: str) -> None:
    for node in group.nodes["live"]:
        node["state"] = state
    group.fills = group.starts = False
    assert modules.ok("node_group", **GROUP_OPTIONS)["changed"]
    assert group.writes() == ["POST nodegroup/live/node/origin"]


@pytest.mark.parametrize("state", ["pending", "RUNNING", "InService", "new", None, 5, "", "unheard-of"])
def test_any_other_origin_is_a_living_one(group: FakeApi, modules: Modules, state: Any) -> None:
    for node in group.nodes["live"]:
        node["state"] = state
    group.word, group.starts, group.fills = (lambda word: word), False, False
    assert not modules.ok("node_group", **GROUP_OPTIONS)["changed"]
    assert not ends(state)


@pytest.mark.parametrize("state", ["TERMINATING", "terminating", "Deleting"])
def test_a_group_that_is_being_deleted(group: FakeApi, modules: Modules, state: str) -> None:
    group.groups["live"]["state"] = state
    message = modules.refused("node_group", **GROUP_OPTIONS)
    assert "it is being deleted" in message and not group.writes()


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize(
    ("module", "kind", "options"), [("scale_policy", POLICY, policy_options()), ("launch_config", LAUNCH, launch_options())]
)
def test_roles_of_policies_and_configurations(
    held: FakeApi, modules: Modules, word: str, module: str, kind: str, options: dict[str, Any]
) -> None:
    def spelt(body: Json) -> Json:
        if isinstance(body, dict):
            return {key: WORDS[word](each) if key == "role" else spelt(each) for key, each in body.items()}
        return [spelt(each) for each in body] if isinstance(body, list) else body

    held.loosen = [spelt]
    assert not modules.ok(module, **options)["changed"]
    assert len(held.requests) == 2
    assert modules.ok(module, **{**options, "description": "new"})["changed"]


def test_what_a_policy_needs_in_any_letter_case() -> None:
    nodes = [{"identifier": "i-1", "role": "EDGE", "state": "INSERVICE", "availability_zone": "us-west-2-wl1-las-wlz-1"}]
    assert shortage(("us-west-2", "edge", 1), nodes) == ""
    assert shortage(("us-west-2", "edge", 2), nodes) == "edge in us-west-2: 1 of 2 in service"
    broken = [{"identifier": None, "role": "edge", "state": "pending", "availability_zone": None}]
    assert shortage(("", "edge", 1), broken) == "edge: 0 of 1 in service (not launched yet pending)"
