# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What must be refused before the first request, each with the path of the option in the message; by modules and filters alike."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.filter.declarations import FilterModule
from ansible_collections.streamops.red5pro.plugins.module_utils._checks import plain
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
    (f"{FIRST}.min_limit", -1, f"{AT}.min_limit: is -1; give a whole number from 0"),
    (f"{FIRST}.min_limit", "two", f"{AT}.min_limit: is 'two'; give a whole number"),
    (f"{FIRST}.min_limit", "", f"{AT}.min_limit: is ''; give a whole number"),
    (f"{FIRST}.min_limit", 2.5, f"{AT}.min_limit: is 2.5; give a whole number"),
    (f"{FIRST}.min_limit", True, f"{AT}.min_limit: is True; give a whole number"),
    (f"{FIRST}.min_limit", [2], f"{AT}.min_limit: is [2]; give a whole number"),
    (f"{FIRST}.min_limit", ..., f"{AT}.min_limit: is missing; give a whole number"),
    (f"{FIRST}.min_limit", 21, f"{AT}.min_limit: is 21, more than max_limit 20"),
    (f"{FIRST}.max_limit", -1, f"{AT}.max_limit: is -1"),
    (f"{FIRST}.max_limit", ..., f"{AT}.max_limit: is missing"),
    (f"{FIRST}.max_limit", 2**31, f"{AT}.max_limit: is 2147483648; give a whole number from 0 to 2147483647"),
    (f"{FIRST}.max_limit", "lots", f"{AT}.max_limit: is 'lots'"),
    (f"{FIRST}.scale_adjustment", 0, f"{AT}.scale_adjustment: is 0; give a whole number from 1"),
    (f"{FIRST}.scale_in_wait_time", -1, f"{AT}.scale_in_wait_time: is -1"),
    (f"{FIRST}.scale_out_wait_time", -5, f"{AT}.scale_out_wait_time: is -5"),
    (f"{FIRST}.scale_out_wait_time", "5s", f"{AT}.scale_out_wait_time: is '5s'"),
    (f"{FIRST}.estimated_warm_up_time", -1, f"{AT}.estimated_warm_up_time: is -1"),
    (f"{FIRST}.cool_down_period", -1, f"{AT}.cool_down_period: is -1"),
    (f"{FIRST}.role", "orign", f"{AT}.role: is 'orign'; give one of origin, edge, relay, transcoder"),
    (f"{FIRST}.role", "", f"{AT}.role: is ''"),
    (f"{FIRST}.role", ..., f"{AT}.role: is missing"),
    (f"{FIRST}.role", ["edge"], f"{AT}.role: is ['edge']"),
    (f"{FIRST}.minLimit", 2, f"{AT}.minLimit: is no option here"),
    ("regions.0.targets.1.role", "edge", "regions[0].targets[1].role: is 'edge', as is regions[0].targets[0]"),
    (FIRST, "edge", f"{AT}: is 'edge'; give a dictionary"),
    (FIRST, None, f"{AT}: is None; give a dictionary"),
    ("regions.0.targets", [], "regions[0].targets: is empty"),
    ("regions.0.targets", ..., "regions[0].targets: is missing; give a list"),
    ("regions.0.targets", 5, "regions[0].targets[0]: is '5'; give a dictionary"),
    ("regions.0.name", "us-east-1", "regions: has us-east-1; one region must have the name default"),
    ("regions.0.name", "", "regions[0].name: is ''"),
    ("regions.0.colour", "red", "regions[0].colour: is no option here; there are name, subnet, targets"),
    ("regions.0.subnet", "subnet-1", "regions[0].subnet: is 'subnet-1'; a region with a subnet needs version 0.0.4, not 0.0.3"),
    ("regions.0", "default", "regions[0]: is 'default'; give a dictionary"),
    ("regions", [], "regions: has none; one region must have the name default"),
    ("regions", ..., "regions: is missing; give a list when state is present"),
    ("regions", {"default": 1}, "regions: is {'default': 1}; give a list"),
    ("name", "", "name: is ''"),
    ("name", "  ", "name: is '  '"),
    ("name", "..", "name: is '..'"),
    ("name", "a\nb", "name: is 'a\\nb'"),
    ("name", ..., "name: is missing; give text"),
    ("state", "gone", "state: is 'gone'; give one of present, absent"),
    ("version", "latest", "version: is 'latest'; give three numbers"),
    ("version", "0.3", "version: is '0.3'"),
    ("type", " ", "type: is empty"),
    ("features", ["clusters"], "features[0]: is 'clusters'; give one of clustering, transcoding"),
    ("colour", "red", "colour: is no option here"),
]
FEATURE_CASES = [
    (
        put(put(policy_options(), f"{FIRST}.min_limit", 1), "features", ["clustering"]),
        f"{AT}.min_limit: is 1 for edge; clustering needs at least 2",
    ),
    (
        put(put(policy_options(), "regions.0.targets.2", TARGET | {"role": "relay"}), "features", ["clustering"]),
        "regions[0].targets[2].min_limit: is 1 for relay; clustering needs at least 2",
    ),
    (
        put(put(policy_options(), "regions.0.targets.2", ...), "features", ["clustering"]),
        "regions[0].targets: has no role relay; clustering needs min_limit 2 of it",
    ),
    (
        put(put(policy_options(), "regions.0.targets.3.min_limit", 0), "features", ["transcoding"]),
        "regions[0].targets[3].min_limit: is 0 for transcoder; transcoding needs at least 2",
    ),
    ({**MULTI, "features": ["clustering"]}, "regions[1].targets[1].min_limit: is 1 for origin; clustering needs at least 2"),
    (put(MULTI, "regions.1.targets.0", ...), "regions[1].targets: has no role edge, which regions[0] has"),
    (put(MULTI, "regions.2.name", "us-east-2"), "regions[2].name: is 'us-east-2', as is regions[1]"),
    (put(MULTI, "regions.2.name", "us west"), "regions[2].name: is 'us west'"),
    (put(MULTI, "regions.2.targets.1.min_limit", 11), "regions[2].targets[1].min_limit: is 11, more than max_limit 10"),
]
LAUNCH_CASES: list[tuple[str, Any, str]] = [
    ("image", "", "image: is ''; give the name of an image"),
    ("image", "ab", "image: is 'ab'"),
    ("image", "x" * 129, "3 to 128 characters"),
    ("image", "ami-0123456789abcdef0", "image: is 'ami-0123456789abcdef0', which is an id"),
    ("image", ..., "image: is missing; give text when state is present"),
    ("targets", ..., "targets: is missing; give a list when state is present"),
    ("targets", [], "targets: is empty"),
    ("targets.1.role", "origin", "targets[1].role: is 'origin', as is targets[0]"),
    ("targets.1.role", "sfu", "targets[1].role: is 'sfu'"),
    ("targets.0.connection_capacity", 0, "targets[0].connection_capacity: is 0; give a whole number from 1"),
    ("targets.0.connection_capacity", -2, "targets[0].connection_capacity: is -2"),
    ("targets.0.connection_capacity", "many", "targets[0].connection_capacity: is 'many'"),
    ("targets.0.connection_capacity", ..., "targets[0].connection_capacity: is missing"),
    ("targets.0.instance_type", "", "targets[0].instance_type: is ''"),
    ("targets.0.instance_type", "c5 large", "targets[0].instance_type: is 'c5 large'"),
    ("targets.0.instance_type", ..., "targets[0].instance_type: is missing"),
    ("targets.0.image", "", "targets[0].image: is ''"),
    ("targets.0.image", "ami-01234567", "targets[0].image: is 'ami-01234567', which is an id"),
    ("properties", ["a"], "properties: is ['a']; give a dictionary"),
    ("properties.a", {"b": 1}, "properties.a: is no single value"),
    ("properties.a", None, "properties.a: is no single value"),
    ("properties", {"": "x"}, "properties.: has an empty name"),
    ("metadata.role", "x", "metadata.role: is a tag that AWS or the Stream Manager itself sets"),
    ("metadata.aws:x", "x", "metadata.aws:x: is a tag"),
    ("metadata.list", [1], "metadata.list: is no single value"),
    ("user_data", "", "user_data: is empty"),
    ("user_data", "x" * 16385, "user_data: has 16385 bytes"),
    ("user_data_file", "relative/path", "user_data_file: is 'relative/path'; give an absolute path"),
    ("properties.UserData", "echo", "properties.UserData: must be file:/absolute/path or base64:TEXT"),
    ("properties.UserData", "base64:%%%", "properties.UserData: must be"),
    ("properties.UserData", "file:relative", "properties.UserData: must be"),
    ("name", "", "name: is ''"),
    ("version", "3", "version: is '3'"),
]
GROUP_CASES: list[tuple[str, Any, str]] = [
    ("name", "", "name: is ''"),
    ("name", ["x"], "name: is ['x']; give text"),
    ("regions", [], "regions: is empty"),
    ("regions", ..., "regions: is missing"),
    ("regions", ["us-east-1", "us-east-1"], "regions[1]: is 'us-east-1', as is regions[0]"),
    ("regions", [""], "regions[0]: is ''"),
    ("launch_config", "", "launch_config: is empty"),
    ("launch_config", ..., "launch_config: is missing"),
    ("scale_policy", " ", "scale_policy: is empty"),
    ("scale_policy", ..., "scale_policy: is missing"),
    ("origins", -1, "origins: is -1; give a whole number from 0"),
    ("origins", "all", "origins: is 'all'"),
    ("wait", "perhaps", "wait: is 'perhaps'; give true or false"),
    ("wait_timeout", -1, "wait_timeout: is -1"),
    ("wait_timeout", 0, "wait_timeout: is 0; give a whole number from 1"),
    ("wait_interval", -1, "wait_interval: is -1"),
    ("wait_interval", 3600, "wait_interval: is 3600, more than wait_timeout 1800"),
]
CASES = [
    *(("scale_policy", put(policy_options(), path, value), message) for path, value, message in POLICY_CASES),
    *(("scale_policy", options, message) for options, message in FEATURE_CASES),
    *(("launch_config", put(launch_options(), path, value), message) for path, value, message in LAUNCH_CASES),
    *(("node_group", put(GROUP_OPTIONS, path, value), message) for path, value, message in GROUP_CASES),
    ("launch_config", {**launch_options(), "user_data": "x", "properties": {"UserData": "file:/x"}}, "user_data: only one of"),
]
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
    assert found and all(problem.startswith("declared[1].") for problem in found)
    assert any(message.replace("as is ", "as is declared[1].") in problem for problem in found)


def test_user_data_twice(api: FakeApi, modules: Modules) -> None:
    assert "user_data" in modules.refused("launch_config", **launch_options(), user_data="x", user_data_file="/x")
    assert "only one of" in FILTERS["validate_launch_configs"]([{**launch_options(), "user_data": "x", "user_data_file": "/x"}])[0]
    assert not api.requests


def test_infinity_is_no_number() -> None:
    options = put(policy_options(), f"{FIRST}.max_limit", float("inf"))
    assert FILTERS["validate_scale_policies"]([options]) == [f"scale_policies[0].{AT}.max_limit: is inf; give a whole number"]


def test_every_problem_is_told_at_once(api: FakeApi, modules: Modules) -> None:
    options = put(put(put(policy_options(), f"{FIRST}.role", "x"), "regions.0.targets.2.min_limit", "y"), "name", ...)
    message = modules.refused("scale_policy", **options)
    for part in ("name: is missing", f"{AT}.role", "regions[0].targets[2].min_limit"):
        assert part in message


CONNECTION_CASES: list[tuple[str, Any, str]] = [
    ("api_url", "", "api_url: is ''"),
    ("api_url", "streammanager.example.com", "give scheme, host and port"),
    ("api_url", "ftp://streammanager.example.com", "give scheme, host and port"),
    ("api_url", "http://", "give scheme, host and port"),
    ("api_url", "http://a b/", "give scheme, host and port"),
    ("api_url", "http://host:port", "host or port is wrong"),
    ("api_url", "http://host:99999", "host or port is wrong"),
    ("api_url", "http://host:0", "give scheme, host and port"),
    ("api_url", "http://a..b", "host or port is wrong"),
    ("api_url", "http://[::1", "api_url: is no URL"),
    ("api_url", "http://host/other/path", "its path must be empty or /streammanager/api/4.0"),
    ("api_url", "http://host/?accessToken=geheim", "api_url: must hold no user, password, query or fragment"),
    ("api_url", "http://user:geheim@host", "api_url: must hold no user, password, query or fragment"),
    ("api_url", ..., "api_url"),
    ("access_token", "", "access_token: is empty"),
    ("access_token", "  ", "access_token: is empty"),
    ("access_token", ..., "access_token"),
    ("timeout", 0, "timeout: is 0; give a whole number from 1"),
    ("timeout", "soon", "timeout"),
    ("retries", -1, "retries: is -1; give a whole number from 0"),
    ("ca_path", "/no/such/file", "ca_path: is '/no/such/file', where no file is"),
]


@pytest.mark.parametrize(("option", "value", "message"), CONNECTION_CASES, ids=str)
def test_connection(api: FakeApi, modules: Modules, option: str, value: Any, message: str) -> None:
    for module in ("scale_policy_info", "node_group_info"):
        told = modules.refused(module, **{option: value})
        assert message in told and "geheim" not in told
    assert not api.requests


def test_info_with_an_empty_name(api: FakeApi, modules: Modules) -> None:
    assert "name: is ''" in modules.refused("scale_policy_info", name="")
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
        assert problem.startswith(f"declared: is {declared!r}; give a list")


@pytest.mark.parametrize("name", FILTERS)
def test_filters_want_dictionaries(name: str) -> None:
    assert FILTERS[name]([5], label="declared")[0].startswith("declared[0]: is 5; give a dictionary")


def test_filters_want_a_name_once() -> None:
    twice = [policy_options(), policy_options()]
    assert FILTERS["validate_scale_policies"](twice) == [
        "scale_policies[1].name: is 'default-v3', as is scale_policies[0]; give each scale policy once"
    ]


GROUP_MULTI = {**GROUP_OPTIONS, "scale_policy": "oe-multiregion"}


@pytest.mark.parametrize(
    ("group", "message"),
    [
        (
            {**GROUP_OPTIONS, "scale_policy": "nope"},
            "[0].scale_policy: is 'nope', which is not declared; declared are default-v3, oe-multiregion",
        ),
        ({**GROUP_OPTIONS, "scale_policy": "old"}, "[0].scale_policy: is 'old', which is not declared"),
        ({**GROUP_OPTIONS, "launch_config": "nope"}, "[0].launch_config: is 'nope', which is not declared; declared are all-nodes-launch"),
        (
            {**GROUP_MULTI, "regions": ["us-east-2"]},
            "[0].regions: has us-east-2, but scale policy 'oe-multiregion' has us-east-2, us-west-2",
        ),
        ({**GROUP_MULTI, "regions": "us-east-2,us-west-2,eu-west-1"}, "[0].regions: has eu-west-1, us-east-2, us-west-2"),
        ({**GROUP_MULTI, "regions": ["us-west-2", "us-east-2"]}, ""),
        ({**GROUP_MULTI, "regions": "us-west-2,us-east-2"}, ""),
        ({**GROUP_OPTIONS, "scale_policy": "nope", "state": "absent"}, ""),
    ],
)
def test_groups_against_what_is_declared(group: dict[str, Any], message: str) -> None:
    policies = [policy_options(), MULTI, {"name": "old", "state": "absent"}]
    found = FILTERS["validate_node_groups"]([group], policies, [launch_options()])
    assert bool(found) is bool(message) and all(problem.startswith(f"node_groups{message}") for problem in found)


def test_groups_are_not_compared_with_what_is_wrong_itself() -> None:
    wrong = [put(policy_options(), "regions", 5)]
    assert FILTERS["validate_node_groups"]([{**GROUP_OPTIONS, "scale_policy": "nope"}], wrong, []) == []


class LazyDict(dict[str, Any]):
    """Stands for Ansible's containers, of which a copy templates everything again."""

    def __deepcopy__(self, memo: Any) -> Any:
        raise AssertionError("copied while it is lazy")


class LazyList(list[Any]):
    __deepcopy__ = LazyDict.__deepcopy__


def lazy(value: Any) -> Any:
    if isinstance(value, dict):
        return LazyDict({key: lazy(item) for key, item in value.items()})
    return LazyList(lazy(item) for item in value) if isinstance(value, list) else value


def test_lazy_containers_are_not_copied() -> None:
    """With 5 policies of 6 regions, such copies took Ansible more than a minute."""
    policies, configs, groups = lazy([policy_options(), MULTI]), lazy([launch_options()]), lazy([GROUP_OPTIONS])
    assert FILTERS["validate_scale_policies"](policies) == FILTERS["validate_launch_configs"](configs) == []
    assert FILTERS["validate_node_groups"](groups, policies, configs) == []


class Tagged(str):
    """Stands for Ansible's texts, which carry where they were written."""

    def __str__(self) -> str:
        return self


class TaggedNumber(int):
    __int__ = __index__ = lambda self: self  # type: ignore[assignment, misc]


class TaggedFloat(float):
    pass


def test_plain_values_are_of_the_types_themselves() -> None:
    given = LazyDict({Tagged("a"): LazyList([Tagged("b"), TaggedNumber(5), TaggedFloat(2.5), True, None, 5, "c"]), "t": (Tagged("d"),)})
    found = plain(given)
    assert found == {"a": ["b", 5, 2.5, True, None, 5, "c"], "t": ["d"]} and type(found) is dict
    assert [type(key) for key in found] == [str, str] and type(found["a"]) is list
    assert [type(item) for item in found["a"]] == [str, int, float, bool, type(None), int, str]
    assert type(found["t"][0]) is str
    other = object()
    assert plain(other) is other
