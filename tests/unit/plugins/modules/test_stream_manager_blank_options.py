# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Options that are null or blank."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.filter.declarations import FilterModule
from fake_api import FakeApi
from module_runner import Modules
from payloads import GROUP_OPTIONS, launch_options, policy_options

FILTERS = FilterModule().filters()


BLANKS: list[tuple[str, dict[str, Any]]] = [
    ("scale_policy", {"version": ""}),
    ("scale_policy", {"type": "", "version": None}),
    ("scale_policy", {"description": None, "features": ""}),
    ("scale_policy", {"state": "", "features": None}),
    ("scale_policy", {"timeout": "", "retries": "", "validate_certs": "", "ca_path": ""}),
    ("scale_policy", {"timeout": None, "retries": None, "validate_certs": None, "ca_path": None}),
    ("launch_config", {"description": None, "version": "", "user_data": None, "user_data_file": None}),
    ("launch_config", {"state": None, "version": None}),
    ("node_group", {"origins": "", "wait": "", "wait_timeout": "", "wait_interval": " "}),
    ("node_group", {"origins": None, "wait": None, "wait_timeout": None, "wait_interval": None, "state": ""}),
]


@pytest.mark.parametrize(("module", "blanks"), BLANKS, ids=str)
def test_null_and_blank_are_not_given(group: FakeApi, modules: Modules, module: str, blanks: dict[str, Any]) -> None:
    options = {"scale_policy": policy_options(), "launch_config": launch_options(), "node_group": GROUP_OPTIONS}[module]
    assert not modules.ok(module, **{**options, **blanks})["changed"]
    own = {name: value for name, value in blanks.items() if name not in ("timeout", "retries", "validate_certs", "ca_path")}
    name = {"scale_policy": "validate_scale_policies", "launch_config": "validate_launch_configs", "node_group": "validate_node_groups"}
    assert FILTERS[name[module]]([{**options, **own}]) == []


def test_declared_options_that_are_given() -> None:
    declared = [{"name": "", "description": "", "version": None, "state": "", "origins": 0, "image": "", "features": []}, 5]
    assert FILTERS["given_options"](declared) == [{"name": "", "description": "", "origins": 0, "features": []}, 5]
    assert FILTERS["given_options"]("x") == "x"
    assert FILTERS["given_options"]({"edge": None, "relay": "", "origin": 0}) == {"origin": 0}


def test_blank_numbers_of_a_target(held: FakeApi, modules: Modules) -> None:
    options = policy_options()
    options["regions"][0]["targets"][0].update(scale_adjustment="", scale_in_wait_time="", cool_down_period="", scale_out_wait_time=None)
    options["regions"][0].update(subnet="", vpc="")
    assert not modules.ok("scale_policy", **options)["changed"]
    launch = launch_options()
    launch.update(properties="", metadata=None)
    assert modules.ok("launch_config", **launch)["launch_config"]["properties"] == {}
