# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What must be refused before the first request, each with the path of the option in the message; by modules and filters alike."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.filter.declarations import FilterModule
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import shown
from fake_api import FakeApi
from module_runner import Modules
from payloads import GROUP_OPTIONS, MULTI_POLICY, launch_options, policy_options

MULTI = policy_options(MULTI_POLICY)
FILTERS = {name: check for name, check in FilterModule().filters().items() if name.startswith("validate_")}
FILTER = {"scale_policy": "validate_scale_policies", "launch_config": "validate_launch_configs", "node_group": "validate_node_groups"}


def put(options: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return the options with the value at the path, as regions.0.targets.1.role; ... removes it."""
    changed: Any = copy.deepcopy(options)
    holder = changed
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")] if path else [""]
    for step in way:
        holder = holder[step]
    if value is ...:
        del holder[last]
    else:
        holder[last] = value
    return changed  # type: ignore[no-any-return]


FIRST = "regions.0.targets.0"
AT = "regions[0].targets[0]"
TARGET = {"role": "edge", "min_limit": 1, "max_limit": 2}
POLICY_CASES: list[tuple[str, Any, str]] = [
    # option, its bad value, what the message must have
    (f"{FIRST}.min_limit", -1, f"Invalid {AT}.min_limit: -1. Expected: a whole number from 0"),
    (f"{FIRST}.min_limit", "two", f"Invalid {AT}.min_limit: two. Expected: a whole number"),
    (f"{FIRST}.min_limit", "", f'Invalid {AT}.min_limit: "". Expected: a whole number'),
    (f"{FIRST}.min_limit", 2.5, f"Invalid {AT}.min_limit: 2.5. Expected: a whole number"),
    (f"{FIRST}.min_limit", True, f"Invalid {AT}.min_limit: true. Expected: a whole number"),
    (f"{FIRST}.min_limit", [2], f"Invalid {AT}.min_limit: [2]. Expected: a whole number"),
    (f"{FIRST}.min_limit", ..., f"Invalid {AT}.min_limit: missing. Expected: a whole number"),
    (f"{FIRST}.min_limit", 21, f"Invalid {AT}.min_limit: 21. Expected: at most max_limit, which is 20"),
    (f"{FIRST}.max_limit", -1, f"Invalid {AT}.max_limit: -1"),
    (f"{FIRST}.max_limit", ..., f"Invalid {AT}.max_limit: missing"),
    (f"{FIRST}.max_limit", 2**31, f"Invalid {AT}.max_limit: 2147483648. Expected: a whole number from 0 to 2147483647"),
    (f"{FIRST}.max_limit", "lots", f"Invalid {AT}.max_limit: lots"),
    (f"{FIRST}.scale_adjustment", 0, f"Invalid {AT}.scale_adjustment: 0. Expected: a whole number from 1"),
    (f"{FIRST}.scale_in_wait_time", -1, f"Invalid {AT}.scale_in_wait_time: -1"),
    (f"{FIRST}.scale_out_wait_time", -5, f"Invalid {AT}.scale_out_wait_time: -5"),
    (f"{FIRST}.scale_out_wait_time", "5s", f"Invalid {AT}.scale_out_wait_time: 5s"),
    (f"{FIRST}.estimated_warm_up_time", -1, f"Invalid {AT}.estimated_warm_up_time: -1"),
    (f"{FIRST}.cool_down_period", -1, f"Invalid {AT}.cool_down_period: -1"),
    (f"{FIRST}.role", "orign", f"Invalid {AT}.role: orign. Expected: one of origin, edge, relay, transcoder"),
    (f"{FIRST}.role", "", f'Invalid {AT}.role: ""'),
    (f"{FIRST}.role", ..., f"Invalid {AT}.role: missing"),
    (f"{FIRST}.role", ["edge"], f'Invalid {AT}.role: ["edge"]'),
    (f"{FIRST}.minLimit", 2, f"Invalid {AT}.minLimit: no such option"),
    (
        "regions.0.targets.1.role",
        "edge",
        "Invalid regions[0].targets[1].role: edge. Expected: each role once; regions[0].targets[0] has it too",
    ),
    (FIRST, "edge", f"Invalid {AT}: edge. Expected: a dictionary"),
    (FIRST, None, f"Invalid {AT}: null. Expected: a dictionary"),
    ("regions.0.targets", [], "Invalid regions[0].targets: []. Expected: at least one role"),
    ("regions.0.targets", ..., "Invalid regions[0].targets: missing. Expected: a list"),
    ("regions.0.targets", 5, "Invalid regions[0].targets[0]: 5. Expected: a dictionary"),
    ("regions.0.name", "us-east-1", 'Invalid regions: ["us-east-1"]. Expected: one region named default among them'),
    ("regions.0.name", "", 'Invalid regions[0].name: ""'),
    ("regions.0.colour", "red", "Invalid regions[0].colour: no such option. Expected: one of name, subnet, targets"),
    (
        "regions.0.subnet",
        "subnet-1",
        "Invalid regions[0].subnet: subnet-1. Expected: none in version 0.0.3; a region with a subnet needs version 0.0.4",
    ),
    ("regions.0", "default", "Invalid regions[0]: default. Expected: a dictionary"),
    ("regions", [], "Invalid regions: []. Expected: one region named default among them"),
    ("regions", ..., "Invalid regions: missing. Expected: a list when state is present"),
    ("regions", {"default": 1}, 'Invalid regions: {"default": 1}. Expected: a list'),
    ("name", "", 'Invalid name: ""'),
    ("name", "  ", 'Invalid name: "  "'),
    ("name", "..", "Invalid name: .."),
    ("name", "a\nb", 'Invalid name: "a\\nb"'),
    ("name", ..., "Invalid name: missing. Expected: text"),
    ("state", "gone", "Invalid state: gone. Expected: one of present, absent"),
    ("version", "latest", "Invalid version: latest. Expected: three numbers"),
    ("version", "0.3", "Invalid version: 0.3"),
    ("type", " ", 'Invalid type: " ". Expected: text, or leave the option out'),
    ("features", ["clusters"], "Invalid features[0]: clusters. Expected: one of clustering, transcoding"),
    ("colour", "red", "Invalid colour: no such option"),
]
FEATURE_CASES = [
    (
        put(put(policy_options(), f"{FIRST}.min_limit", 1), "features", ["clustering"]),
        f"Invalid {AT}.min_limit: 1. Expected: 2 or more of edge, as clustering needs",
    ),
    (
        put(put(policy_options(), "regions.0.targets.2", TARGET | {"role": "relay"}), "features", ["clustering"]),
        "Invalid regions[0].targets[2].min_limit: 1. Expected: 2 or more of relay, as clustering needs",
    ),
    (
        put(put(policy_options(), "regions.0.targets.2", ...), "features", ["clustering"]),
        "Invalid regions[0].targets: no role relay. Expected: min_limit 2 or more of relay, as clustering needs",
    ),
    (
        put(put(policy_options(), "regions.0.targets.3.min_limit", 0), "features", ["transcoding"]),
        "Invalid regions[0].targets[3].min_limit: 0. Expected: 2 or more of transcoder, as transcoding needs",
    ),
    (
        {**MULTI, "features": ["clustering"]},
        "Invalid regions[1].targets[1].min_limit: 1. Expected: 2 or more of origin, as clustering needs",
    ),
    (
        put(MULTI, "regions.1.targets.0", ...),
        "Invalid regions[1].targets: no role edge. Expected: every role in every region, also with min_limit 0; regions[0] has this one",
    ),
    (put(MULTI, "regions.2.name", "us-east-2"), "Invalid regions[2].name: us-east-2. Expected: each region once; regions[1] has it too"),
    (put(MULTI, "regions.2.name", "us west"), "Invalid regions[2].name: us west"),
    (
        put(MULTI, "regions.2.targets.1.min_limit", 11),
        "Invalid regions[2].targets[1].min_limit: 11. Expected: at most max_limit, which is 10",
    ),
]
LAUNCH_CASES: list[tuple[str, Any, str]] = [
    ("image", "", 'Invalid image: "". Expected: the name of an image'),
    ("image", "ab", "Invalid image: ab"),
    ("image", "x" * 129, "x. Expected: the name of an image, 3 to 128 characters"),
    ("image", "ami-0123456789abcdef0", "Invalid image: ami-0123456789abcdef0. Expected: the name of the image, not its id"),
    ("image", ..., "Invalid image: missing. Expected: text when state is present"),
    ("targets", ..., "Invalid targets: missing. Expected: a list when state is present"),
    ("targets", [], "Invalid targets: []. Expected: at least one role"),
    ("targets.1.role", "origin", "Invalid targets[1].role: origin. Expected: each role once; targets[0] has it too"),
    ("targets.1.role", "sfu", "Invalid targets[1].role: sfu"),
    ("targets.0.connection_capacity", 0, "Invalid targets[0].connection_capacity: 0. Expected: a whole number from 1"),
    ("targets.0.connection_capacity", -2, "Invalid targets[0].connection_capacity: -2"),
    ("targets.0.connection_capacity", "many", "Invalid targets[0].connection_capacity: many"),
    ("targets.0.connection_capacity", ..., "Invalid targets[0].connection_capacity: missing"),
    ("targets.0.instance_type", "", 'Invalid targets[0].instance_type: ""'),
    ("targets.0.instance_type", "c5 large", "Invalid targets[0].instance_type: c5 large"),
    ("targets.0.instance_type", ..., "Invalid targets[0].instance_type: missing"),
    ("targets.0.image", "", 'Invalid targets[0].image: ""'),
    ("targets.0.image", "ami-01234567", "Invalid targets[0].image: ami-01234567. Expected: the name of the image, not its id"),
    ("properties", ["a"], 'Invalid properties: ["a"]. Expected: a dictionary'),
    ("properties.a", {"b": 1}, "Invalid properties.a: not a single value. Expected: text, a number, true or false"),
    ("properties.a", None, "Invalid properties.a: not a single value. Expected: text, a number, true or false"),
    ("properties", {"": "x"}, 'Invalid properties."": an empty name. Expected: a name'),
    (
        "metadata.role",
        "x",
        "Invalid metadata.role: (hidden). Expected: another name, since AWS or the Stream Manager sets this tag",
    ),
    ("metadata.aws:x", "x", "Invalid metadata.aws:x: (hidden). Expected: another name"),
    ("metadata.list", [1], "Invalid metadata.list: not a single value"),
    ("user_data", "", 'Invalid user_data: "". Expected: text, or leave the option out'),
    ("user_data", "x" * 16385, "Invalid user_data: 16385 bytes. Expected: at most 16384 bytes"),
    ("user_data_file", "relative/path", "Invalid user_data_file: relative/path. Expected: an absolute path"),
    ("properties.UserData", "echo", "Invalid properties.UserData: (hidden). Expected: file:/absolute/path or base64:TEXT"),
    ("properties.UserData", "base64:%%%", "Invalid properties.UserData: (hidden). Expected: file:/absolute/path"),
    ("properties.UserData", "file:relative", "Invalid properties.UserData: (hidden). Expected: file:/absolute/path"),
    ("name", "", 'Invalid name: ""'),
    ("version", "3", "Invalid version: 3"),
]
GROUP_CASES: list[tuple[str, Any, str]] = [
    ("name", "", 'Invalid name: ""'),
    ("name", ["x"], 'Invalid name: ["x"]. Expected: text'),
    ("regions", [], "Invalid regions: []. Expected: at least one AWS region"),
    ("regions", ..., "Invalid regions: missing"),
    ("regions", ["us-east-1", "us-east-1"], "Invalid regions[1]: us-east-1. Expected: each region once; regions[0] has it too"),
    ("regions", [""], 'Invalid regions[0]: ""'),
    ("launch_config", "", 'Invalid launch_config: "". Expected: text, or leave the option out'),
    ("launch_config", ..., "Invalid launch_config: missing"),
    ("scale_policy", " ", 'Invalid scale_policy: " ". Expected: text, or leave the option out'),
    ("scale_policy", ..., "Invalid scale_policy: missing"),
    ("origins", -1, "Invalid origins: -1. Expected: a whole number from 0"),
    ("origins", "all", "Invalid origins: all"),
    ("wait", "perhaps", "Invalid wait: perhaps. Expected: true or false"),
    ("wait_timeout", -1, "Invalid wait_timeout: -1"),
    ("wait_timeout", 0, "Invalid wait_timeout: 0. Expected: a whole number from 1"),
    ("wait_interval", -1, "Invalid wait_interval: -1"),
    ("wait_interval", 3600, "Invalid wait_interval: 3600. Expected: at most wait_timeout, which is 1800"),
]
CASES = [
    *(("scale_policy", put(policy_options(), path, value), message) for path, value, message in POLICY_CASES),
    *(("scale_policy", options, message) for options, message in FEATURE_CASES),
    *(("launch_config", put(launch_options(), path, value), message) for path, value, message in LAUNCH_CASES),
    *(("node_group", put(GROUP_OPTIONS, path, value), message) for path, value, message in GROUP_CASES),
    (
        "launch_config",
        {**launch_options(), "user_data": "x", "properties": {"UserData": "file:/x"}},
        "Invalid user_data: more than one of them. Expected: only one of",
    ),
]
PATH = re.compile(r"((?<=^Invalid )|(?<=; )(?=\w+\[))")  # where a message has the path of an option
IDS = [f"{module}, {message[:60]}" for module, _options, message in CASES]


@pytest.mark.parametrize(("module", "options", "message"), CASES, ids=IDS)
def test_refused_by_the_module(api: FakeApi, modules: Modules, module: str, options: dict[str, Any], message: str) -> None:
    for check in (False, True):
        assert message in modules.refused(module, check=check, **options)
    assert not api.requests


@pytest.mark.parametrize(("module", "options", "message"), CASES, ids=IDS)
def test_refused_by_the_filter(module: str, options: dict[str, Any], message: str) -> None:
    right = {"scale_policy": policy_options(), "launch_config": launch_options(), "node_group": GROUP_OPTIONS}[module]
    found = FILTERS[FILTER[module]]([{**right, "name": "right"}, options], label="declared")
    assert found and all(problem.startswith("Invalid declared[1].") for problem in found)
    assert any(PATH.sub(r"\1declared[1].", message) in problem for problem in found)


def test_user_data_twice(api: FakeApi, modules: Modules) -> None:
    assert "user_data" in modules.refused("launch_config", **launch_options(), user_data="x", user_data_file="/x")
    assert (
        "Expected: only one of" in FILTERS["validate_launch_configs"]([{**launch_options(), "user_data": "x", "user_data_file": "/x"}])[0]
    )
    assert not api.requests


def test_infinity_is_no_number() -> None:
    options = put(policy_options(), f"{FIRST}.max_limit", float("inf"))
    assert FILTERS["validate_scale_policies"]([options]) == [
        f"Invalid scale_policies[0].{AT}.max_limit: Infinity. Expected: a whole number."
    ]


def test_every_problem_is_reported_at_once(api: FakeApi, modules: Modules) -> None:
    options = put(put(put(policy_options(), f"{FIRST}.role", "x"), "regions.0.targets.2.min_limit", "y"), "name", ...)
    message = modules.refused("scale_policy", **options)
    for part in ("Invalid name: missing", f"{AT}.role", "regions[0].targets[2].min_limit"):
        assert part in message


CONNECTION_CASES: list[tuple[str, Any, str]] = [
    ("api_url", "", 'Invalid api_url: ""'),
    ("api_url", "streammanager.example.com", "Expected: scheme, host and port, as in https://streammanager.example.com."),
    ("api_url", "ftp://streammanager.example.com", "Expected: scheme, host and port, as in https://streammanager.example.com."),
    ("api_url", "http://", "Expected: scheme, host and port, as in https://streammanager.example.com."),
    ("api_url", "http://a b/", "Expected: scheme, host and port, as in https://streammanager.example.com."),
    ("api_url", "http://host:port", ". Expected: a valid host and port; "),
    ("api_url", "http://host:99999", ". Expected: a valid host and port; "),
    ("api_url", "http://host:0", "Expected: scheme, host and port, as in https://streammanager.example.com."),
    ("api_url", "http://a..b", ". Expected: a valid host and port; "),
    ("api_url", "http://[::1", "Invalid api_url: (hidden). Expected: scheme, host and port"),
    ("api_url", "http://host/other/path", "Invalid api_url: http://host/other/path. Expected: no path, or /streammanager/api/4.0."),
    ("api_url", "http://host/?accessToken=geheim", "Invalid api_url: (hidden). Expected: no user, password, query or fragment"),
    ("api_url", "http://user:geheim@host", "Invalid api_url: (hidden). Expected: no user, password, query or fragment"),
    ("api_url", ..., "api_url"),
    ("access_token", "", "Invalid access_token: empty or not UTF-8. Expected: the rest.administratorToken"),
    ("access_token", "  ", "Invalid access_token: empty or not UTF-8. Expected: the rest.administratorToken"),
    ("access_token", ..., "access_token"),
    ("timeout", 0, "Invalid timeout: 0. Expected: a whole number from 1"),
    ("timeout", "soon", "timeout"),
    ("retries", -1, "Invalid retries: -1. Expected: a whole number from 0"),
    ("ca_path", "/no/such/file", "Invalid ca_path: /no/such/file. Expected: an existing file of PEM certificates"),
]


@pytest.mark.parametrize(("option", "value", "message"), CONNECTION_CASES, ids=str)
def test_connection(api: FakeApi, modules: Modules, option: str, value: Any, message: str) -> None:
    for module in ("scale_policy_info", "node_group_info"):
        message_shown = modules.refused(module, **{option: value})
        assert message in message_shown and "geheim" not in message_shown
    assert not api.requests


def test_info_with_an_empty_name(api: FakeApi, modules: Modules) -> None:
    assert 'Invalid name: ""' in modules.refused("scale_policy_info", name="")
    assert "colour" in modules.refused("scale_policy_info", colour="red")
    assert not api.requests


def test_filters_find_nothing_where_nothing_is_wrong() -> None:
    assert FILTERS["validate_scale_policies"]([policy_options(), MULTI, {"name": "old", "state": "absent"}]) == []
    assert FILTERS["validate_launch_configs"]([launch_options(), {**launch_options(), "name": "b", "user_data": "#!/bin/sh"}]) == []
    assert FILTERS["validate_node_groups"]([GROUP_OPTIONS]) == []
    assert FILTERS["validate_node_groups"]([GROUP_OPTIONS], [policy_options()], [launch_options()]) == []


@pytest.mark.parametrize("declared", [None, "x", 5, {"name": "x"}])
def test_filters_want_a_list(declared: Any) -> None:
    for name in FILTERS:
        (problem,) = FILTERS[name](declared, label="declared")
        assert problem.startswith(f"Invalid declared: {shown(declared)}. Expected: a list")


@pytest.mark.parametrize("name", FILTERS)
def test_filters_want_dictionaries(name: str) -> None:
    assert FILTERS[name]([5], label="declared")[0].startswith("Invalid declared[0]: 5. Expected: a dictionary")


def test_filters_want_a_name_once() -> None:
    twice = [policy_options(), policy_options()]
    assert FILTERS["validate_scale_policies"](twice) == [
        "Invalid scale_policies[1].name: default-v3. Expected: each scale policy once; scale_policies[0] has it too."
    ]


GROUP_MULTI = {**GROUP_OPTIONS, "scale_policy": "oe-multiregion"}


@pytest.mark.parametrize(
    ("group", "message"),
    [
        (
            {**GROUP_OPTIONS, "scale_policy": "nope"},
            "[0].scale_policy: nope. Expected: a declared one: default-v3, oe-multiregion.",
        ),
        ({**GROUP_OPTIONS, "scale_policy": "old"}, "[0].scale_policy: old. Expected: a declared one: default-v3, oe-multiregion."),
        ({**GROUP_OPTIONS, "launch_config": "nope"}, "[0].launch_config: nope. Expected: a declared one: all-nodes-launch."),
        (
            {**GROUP_MULTI, "regions": ["us-east-2"]},
            "[0].regions: [\"us-east-2\"]. Expected: the regions of scale policy 'oe-multiregion', which are us-east-2, us-west-2.",
        ),
        (
            {**GROUP_MULTI, "regions": "us-east-2,us-west-2,eu-west-1"},
            '[0].regions: ["eu-west-1", "us-east-2", "us-west-2"]. Expected: the regions of',
        ),
        ({**GROUP_MULTI, "regions": ["us-west-2", "us-east-2"]}, ""),
        ({**GROUP_MULTI, "regions": "us-west-2,us-east-2"}, ""),
        ({**GROUP_OPTIONS, "scale_policy": "nope", "state": "absent"}, ""),
    ],
)
def test_groups_against_what_is_declared(group: dict[str, Any], message: str) -> None:
    policies = [policy_options(), MULTI, {"name": "old", "state": "absent"}]
    found = FILTERS["validate_node_groups"]([group], policies, [launch_options()])
    assert bool(found) is bool(message) and all(problem.startswith(f"Invalid node_groups{message}") for problem in found)


def test_groups_are_not_compared_with_what_is_wrong_itself() -> None:
    wrong = [put(policy_options(), "regions", 5)]
    assert FILTERS["validate_node_groups"]([{**GROUP_OPTIONS, "scale_policy": "nope"}], wrong, []) == []


class LazyDict(dict[str, Any]):
    """Like Ansible's containers, of which a copy templates everything again."""

    def __deepcopy__(self, memo: Any) -> Any:
        raise AssertionError("copied while it is lazy")


class LazyList(list[Any]):
    __deepcopy__ = LazyDict.__deepcopy__


class TaggedText(str):
    """Like Ansible's texts, which carry where they were written."""

    __deepcopy__ = LazyDict.__deepcopy__


def lazy(value: Any) -> Any:
    if isinstance(value, dict):
        return LazyDict({key: lazy(item) for key, item in value.items()})
    if isinstance(value, list):
        return LazyList(lazy(item) for item in value)
    return TaggedText(value) if isinstance(value, str) else value


def test_lazy_containers_are_not_copied() -> None:
    """With 5 policies of 6 regions, copies of the containers took Ansible more than a minute; of texts, with 20, still 6 seconds."""
    policies, configs, groups = lazy([policy_options(), MULTI]), lazy([launch_options()]), lazy([GROUP_OPTIONS])
    assert FILTERS["validate_scale_policies"](policies) == FILTERS["validate_launch_configs"](configs) == []
    assert FILTERS["validate_node_groups"](groups, policies, configs) == []
