# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The limits of names, numbers, texts and URLs, by modules and filters alike."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.filter.declarations import FilterModule
from fake_api import FakeApi
from module_runner import Modules
from payloads import GROUP_OPTIONS, MASTER, launch_options, policy_options

FILTERS = FilterModule().filters()

pytestmark = pytest.mark.usefixtures("lone_surrogates")


LONG = "n" * 255
BAD: list[tuple[str, dict[str, Any], str]] = [
    ("scale_policy", {**policy_options(), "name": LONG}, "Invalid name: 255 characters. Expected: a name of at most 254 characters"),
    ("launch_config", {**launch_options(), "name": "ü" * 300}, "Invalid name: 300 characters"),
    ("node_group", {**GROUP_OPTIONS, "name": LONG}, "Invalid name: 255 characters"),
    ("node_group", {**GROUP_OPTIONS, "launch_config": LONG}, "Invalid launch_config: 255 characters"),
    ("node_group", {**GROUP_OPTIONS, "scale_policy": LONG}, "Invalid scale_policy: 255 characters"),
    ("scale_policy", {**policy_options(), "name": "x\n"}, 'Invalid name: "x\\n"'),
    ("scale_policy", {**policy_options(), "name": " x"}, 'Invalid name: " x". Expected: the same without the white space around it'),
    ("launch_config", {**launch_options(), "name": "x\t"}, 'Invalid name: "x\\t"'),
    ("node_group", {**GROUP_OPTIONS, "name": "x "}, 'Invalid name: "x "'),
    ("node_group", {**GROUP_OPTIONS, "name": "\u00a0x"}, 'Invalid name: "\\u00a0x"'),
    (
        "node_group",
        {**GROUP_OPTIONS, "launch_config": "all-nodes-launch\n"},
        'Invalid launch_config: "all-nodes-launch\\n". Expected: the same without',
    ),
    ("node_group", {**GROUP_OPTIONS, "scale_policy": " default-v3"}, 'Invalid scale_policy: " default-v3". Expected: the same without'),
    ("node_group", {**GROUP_OPTIONS, "regions": ["us-east-1\n"]}, 'Invalid regions[0]: "us-east-1\\n"'),
    ("launch_config", {**launch_options(), "image": "image-name\n"}, 'Invalid image: "image-name\\n". Expected: the same without'),
    ("launch_config", {**launch_options(), "image": "ami-0123456789abcdef0\n"}, 'Invalid image: "ami-0123456789abcdef0\\n"'),
    ("launch_config", {**launch_options(), "version": "0.0.3\n"}, 'Invalid version: "0.0.3\\n"'),
    ("scale_policy", {**policy_options(), "version": "0.0.3 "}, 'Invalid version: "0.0.3 "'),
    ("scale_policy", {**policy_options(), "type": f"{MASTER}\n"}, 'Invalid type: "com'),
    ("launch_config", {**launch_options(), "user_data_file": "/etc/ud\n"}, 'Invalid user_data_file: "/etc/ud\\n"'),
    (
        "launch_config",
        {**launch_options(), "properties": {"a\n": "x"}},
        'Invalid properties."a\\n": white space around the name, or a control character in it',
    ),
    ("launch_config", {**launch_options(), "properties": {" a": "x"}}, 'Invalid properties." a": white space around the name'),
    ("launch_config", {**launch_options(), "metadata": {"a\x00b": "x"}}, 'Invalid metadata."a\\u0000b": white space around the name'),
    (
        "launch_config",
        {**launch_options(), "properties": {"a": 10**20}},
        "Invalid properties.a: a number of 21 digits. Expected: at most 20 digits, or text",
    ),
    ("launch_config", {**launch_options(), "properties": {"a": -(10**20)}}, "Invalid properties.a: a number of 21 digits"),
    ("launch_config", {**launch_options(), "metadata": {"a": 1e25}}, "Invalid metadata.a: a number of 26 digits"),
    (
        "scale_policy",
        {**policy_options(), "regions": [{"targets": [{"role": "edge", "min_limit": 0, "max_limit": 10**25}]}]},
        "max_limit: 1",
    ),
    ("node_group", {**GROUP_OPTIONS, "origins": 10**21}, "Invalid origins: 1000000000000000000000. Expected: a whole number"),
    ("launch_config", {**launch_options(), "properties": {"a": "x" * 65500}}, "Invalid properties: 655"),
    (
        "launch_config",
        {**launch_options(), "properties": {f"p{n}": "ü" * 100 for n in range(600)}},
        "characters as JSON. Expected: at most 65535",
    ),
    ("launch_config", {**launch_options(), "properties": {"a": "x" * 50000}, "user_data": "y" * 16000}, "Invalid properties: 71"),
    ("launch_config", {**launch_options(), "properties": {"a": "bad\udc80"}}, "Invalid properties.a: (hidden). Expected: text in UTF-8"),
    ("launch_config", {**launch_options(), "metadata": {"a": "\ud800"}}, "Invalid metadata.a: (hidden). Expected: text in UTF-8"),
    ("launch_config", {**launch_options(), "description": "bad\udcff"}, 'Invalid description: "bad\\udcff". Expected: text in UTF-8'),
    (
        "launch_config",
        {**launch_options(), "metadata": {"k" * 129: "x"}},
        ": a name of 129 characters. Expected: at most 128 characters, EC2's limit",
    ),
    ("launch_config", {**launch_options(), "metadata": {"k": "x" * 257}}, "Invalid metadata.k: a value of 257 characters"),
    (
        "launch_config",
        {**launch_options(), "metadata": {f"k{n}": "x" for n in range(48)}},
        "Invalid metadata: 48 tags. Expected: at most 47",
    ),
    ("launch_config", {**launch_options(), "user_data": "\udc80" * 16385}, "Invalid user_data: 16385 bytes"),
]


@pytest.mark.parametrize(("module", "options", "message"), BAD, ids=[f"{module}, {message[:50]}" for module, _options, message in BAD])
def test_refused_before_the_first_request(api: FakeApi, modules: Modules, module: str, options: dict[str, Any], message: str) -> None:
    assert message in modules.refused(module, **options)
    assert not api.requests
    name = {"scale_policy": "validate_scale_policies", "launch_config": "validate_launch_configs", "node_group": "validate_node_groups"}
    found = FILTERS[name[module]]([options], label="declared")
    assert any(
        message.replace("Invalid ", "Invalid declared[0].") in problem and problem.startswith("Invalid declared[0].") for problem in found
    )


def test_keys_that_are_one_text() -> None:
    options = {**launch_options(), "properties": {5: "x", "5": "y"}}
    assert (
        "Invalid launch_configs[0].properties[1]: 5. Expected: each name once; launch_configs[0].properties[0] has it too."
        in FILTERS["validate_launch_configs"]([options])[0]
    )


@pytest.mark.parametrize("value", [10**5000, -(10**5000)], ids=["plus", "minus"])
def test_numbers_without_end(value: int) -> None:
    assert FILTERS["validate_node_groups"]([{**GROUP_OPTIONS, "origins": value}])
    assert FILTERS["validate_launch_configs"]([{**launch_options(), "properties": {"a": value}}])


@pytest.mark.parametrize("length", [254, 1])
def test_what_just_fits(held: FakeApi, modules: Modules, length: int) -> None:
    assert modules.ok("scale_policy", **{**policy_options(), "name": "n" * length})["changed"]
    properties = {
        "a": 10**19,
        "b": "x" * (65535 - len(json.dumps({"property": [{"name": "a", "value": str(10**19)}, {"name": "b", "value": ""}]}))),
    }
    assert modules.ok("launch_config", **{**launch_options(), "properties": properties})["changed"]
    assert FILTERS["validate_launch_configs"]([{**launch_options(), "metadata": {"k" * 128: "v" * 256}}]) == []


TOKENS = ["abc\n", " abc", "abc ", "abc\r\n", "\tabc", "a\nb", "a\x00b", "abc\u00a0"]


@pytest.mark.parametrize("token", TOKENS)
@pytest.mark.parametrize("module", ["scale_policy_info", "node_group_info"])
def test_a_token_with_white_space_around_it(api: FakeApi, modules: Modules, token: str, module: str) -> None:
    message = modules.refused(module, access_token=token)
    assert "Invalid access_token: white space around it or a control character in it. Expected: " in message and "abc" not in message
    assert not api.requests


def test_a_url_that_is_too_long(api: FakeApi, modules: Modules) -> None:
    for module, options in (("scale_policy", policy_options()), ("node_group", GROUP_OPTIONS), ("launch_config_info", {})):
        message = modules.refused(module, **options, access_token="t" * 4096)
        assert "these give 4" in message and "fewer than 4096" in message and "ttt" not in message
    wide = {**GROUP_OPTIONS, "name": "東" * 200}
    assert "URLs of fewer than 4096 bytes; these give" in modules.refused("node_group", **wide, access_token="t" * 2400)
    assert not api.requests
    found = FILTERS["validate_node_groups"]([wide], api_url=api.url, access_token="t" * 2400)
    assert any(problem.startswith("Invalid node_groups[0].name: 東") and "these give" in problem for problem in found)
    assert FILTERS["validate_node_groups"]([GROUP_OPTIONS], api_url=api.url, access_token="t" * 2400) == []
