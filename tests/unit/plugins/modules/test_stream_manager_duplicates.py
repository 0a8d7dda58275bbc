# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Keys, roles and regions that the API holds twice."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.module_utils._launch_config import LAUNCH_CONFIG
from fake_api import FakeApi
from module_runner import Modules
from payloads import SEED_LAUNCH, SEED_POLICY, launch_options, policy_options

POLICY, LAUNCH = "scalepolicy", "launchconfig"


@pytest.mark.parametrize(
    ("inner", "pairs", "declared", "changed"),
    [
        ("property", [("a", "1"), ("a", "2")], {"a": "2"}, True),
        ("property", [("a", "2"), ("a", "1")], {"a": "2"}, True),
        ("property", [("a", "1"), ("a", "2")], {"a": "1"}, True),
        ("property", [("a", "2"), ("a", "2")], {"a": "2"}, False),
        ("property", [("a", 2), ("a", "2")], {"a": "2"}, False),
        ("property", [("a", None), ("a", "2")], {"a": "2"}, True),
        ("property", [("UserData", "file:/a"), ("UserData", "file:/b")], {"UserData": "file:/b"}, True),
        ("property", [("UserData", "base64:YQ=="), ("UserData", "base64:Yg==")], {"UserData": "base64:Yg=="}, True),
        ("meta", [("a", "1"), ("a", "2")], {"a": "2"}, True),
        ("meta", [("a", "2"), ("b", "1"), ("a", "2")], {"a": "2", "b": "1"}, False),
    ],
)
def test_a_key_that_the_api_holds_twice(
    held: FakeApi, modules: Modules, inner: str, pairs: list[Any], declared: dict[str, str], changed: bool
) -> None:
    outer, key = {"property": ("properties", "name"), "meta": ("metadata", "key")}[inner]
    held.held[LAUNCH]["all-nodes-launch"][LAUNCH][outer] = {inner: [{key: name, "value": value} for name, value in pairs], "more": 1}
    held.held[LAUNCH]["all-nodes-launch"][LAUNCH][outer][inner][0]["since"] = 2020
    assert modules.ok("launch_config_info")["launch_configs"]
    options = {**launch_options(), outer: declared}
    assert modules.ok("launch_config", check=True, **options)["changed"] is changed
    assert modules.ok("launch_config", **options)["changed"] is changed
    stored = held.held[LAUNCH]["all-nodes-launch"][LAUNCH][outer]
    assert stored["more"] == 1 and stored[inner][0]["since"] == 2020
    if changed:
        assert [(pair[key], pair["value"]) for pair in stored[inner]] == sorted(declared.items())
    assert not modules.ok("launch_config", **options)["changed"]


def test_a_role_or_region_that_the_api_holds_twice(held: FakeApi, modules: Modules) -> None:
    policy = held.held[POLICY]["default-v3"]["policy"]
    policy["targets"]["region"][0]["target"].append({"role": "EDGE", "maxLimit": 1, "minLimit": 0, "scaleAdjustment": 1})
    assert modules.ok("scale_policy", **policy_options())["changed"]
    assert held.held[POLICY]["default-v3"] == SEED_POLICY
    held.held[POLICY]["default-v3"]["policy"]["targets"]["region"].append(copy.deepcopy(SEED_POLICY["policy"]["targets"]["region"][0]))
    assert modules.ok("scale_policy", **policy_options())["changed"]
    assert held.held[POLICY]["default-v3"] == SEED_POLICY
    held.held[LAUNCH]["all-nodes-launch"][LAUNCH]["targets"]["target"].append(
        {"role": "edge", "instanceType": "t3.nano", "connectionCapacity": 1}
    )
    assert modules.ok("launch_config", **launch_options())["changed"]
    assert not modules.ok("launch_config", **launch_options())["changed"]


def test_duplicates_that_are_read_are_written() -> None:
    launch = copy.deepcopy(SEED_LAUNCH)
    launch[LAUNCH]["metadata"]["meta"] += [{"key": "meta-name", "value": "another"}]
    meaning = LAUNCH_CONFIG.read(launch)
    assert meaning["metadata"] == {"meta-name": ["another", "meta-value"]}
    assert LAUNCH_CONFIG.read(LAUNCH_CONFIG.write(meaning, launch)) == meaning
