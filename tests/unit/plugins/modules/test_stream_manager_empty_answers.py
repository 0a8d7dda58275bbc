# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Answers that report success, but without a useful body."""

from __future__ import annotations

import pytest
from fake_api import FakeApi, Fault
from module_runner import Modules
from payloads import GROUP_OPTIONS, SEED_POLICY, policy_options

POLICY = "scalepolicy"


PAGE = b"<html><body>done</body></html>"
BODIES = [(200, b""), (204, b""), (200, PAGE), (202, b" \r\n"), (200, b"null"), (200, b"[]"), (200, b'"deleted"'), (200, b"{}")]


@pytest.mark.parametrize("body", BODIES, ids=str)
@pytest.mark.parametrize(
    ("module", "name", "path"),
    [
        ("scale_policy", "default-v3", "scalepolicy/default-v3"),
        ("launch_config", "all-nodes-launch", "launchconfig/all-nodes-launch"),
    ],
)
def test_a_delete_whose_body_says_nothing(
    held: FakeApi, modules: Modules, body: tuple[int, bytes], module: str, name: str, path: str
) -> None:
    held.instead["DELETE"] = body
    assert modules.ok(module, name=name, state="absent")["changed"]
    assert held.writes() == [f"DELETE {path}"] and not modules.clock.pauses


@pytest.mark.parametrize("body", BODIES, ids=str)
@pytest.mark.parametrize("state", ["going", "terminating"])
@pytest.mark.parametrize("wait", [False, True])
def test_a_group_whose_deletes_body_says_nothing(group: FakeApi, modules: Modules, body: tuple[int, bytes], state: str, wait: bool) -> None:
    group.instead["DELETE"] = body
    group.lists_until_gone = 3
    group.word = lambda word: {"going": state}.get(word, word)
    assert modules.ok("node_group", name="live", state="absent", wait=wait)["changed"]
    assert not group.groups or not wait
    assert len(group.writes()) == (1 if state == "terminating" else len(group.writes()))


def test_a_group_that_is_deleted_slowly_after_an_empty_body(group: FakeApi, modules: Modules) -> None:
    """A second DELETE would be refused, and the list has it in its old state for long."""
    group.instead["DELETE"] = (200, b"")
    group.lists_until_gone = 30
    group.word = lambda word: "active"
    assert modules.ok("node_group", name="live", state="absent", wait=True)["changed"]
    assert not group.groups


def test_a_delete_that_is_refused_once_it_was_taken(group: FakeApi, modules: Modules) -> None:
    group.break_at(2, Fault("empty", effect=True))
    group.break_at(4, Fault("page 400"))
    group.lists_until_gone = 4
    assert modules.ok("node_group", name="live", state="absent", wait=True)["changed"]
    assert group.calls()[2:5] == ["DELETE nodegroup/live", "GET nodegroup", "DELETE nodegroup/live"]


@pytest.mark.parametrize("body", BODIES, ids=str)
def test_a_delete_without_effect_whose_body_says_nothing(held: FakeApi, modules: Modules, body: tuple[int, bytes]) -> None:
    held.instead["DELETE"] = body
    held.hook = lambda seen: held.held[POLICY].update({"default-v3": SEED_POLICY})
    assert "deleting the scale policy" in modules.refused("scale_policy", name="default-v3", state="absent", retries=1)
    assert len(held.writes()) == 2


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize("body", BODIES, ids=str)
def test_a_write_whose_body_says_nothing(held: FakeApi, modules: Modules, method: str, body: tuple[int, bytes]) -> None:
    held.instead[method] = body
    options = {**policy_options(), "description": "new", "name": "default-v3" if method == "PUT" else "new"}
    found = modules.ok("scale_policy", **options)
    assert found["changed"] and found["scale_policy"]["description"] == "new"
    assert len(held.writes()) == 1


@pytest.mark.parametrize("body", BODIES, ids=str)
def test_a_group_whose_posts_body_says_nothing(held: FakeApi, modules: Modules, body: tuple[int, bytes]) -> None:
    held.instead["POST"] = body
    assert modules.ok("node_group", **GROUP_OPTIONS)["changed"]
    assert held.writes() == ["POST nodegroup", "POST nodegroup/live/node/origin"]
