# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Stream managers in the field: other letter case, regions twice, broken neighbours, empty bodies, names of their own, late lists."""

from __future__ import annotations

import base64
import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from ansible.module_utils import basic
from ansible_collections.streamops.red5pro.plugins.filter.declarations import FilterModule
from ansible_collections.streamops.red5pro.plugins.module_utils._answers import ends
from ansible_collections.streamops.red5pro.plugins.module_utils._launch_config import LAUNCH_CONFIG
from ansible_collections.streamops.red5pro.plugins.module_utils._node_group import NODE_GROUP
from ansible_collections.streamops.red5pro.plugins.module_utils._nodes import needed_nodes, read_nodes, shortage
from ansible_collections.streamops.red5pro.plugins.module_utils._scale_policy import SCALE_POLICY
from ansible_collections.streamops.red5pro.plugins.module_utils._user_data import as_bytes
from fake_api import FakeApi, Fault
from module_runner import Modules
from payloads import GROUP_OPTIONS, MASTER, MULTI_POLICY, SEED_LAUNCH, SEED_POLICY, launch_options, policy_options

Json = Any
POLICY, LAUNCH = "scalepolicy", "launchconfig"
FILTERS = FilterModule().filters()


@pytest.fixture
def held(api: FakeApi) -> FakeApi:
    """An API with a policy and a configuration."""
    api.held[POLICY]["default-v3"] = copy.deepcopy(SEED_POLICY)
    api.held[LAUNCH]["all-nodes-launch"] = copy.deepcopy(SEED_LAUNCH)
    return api


@pytest.fixture
def group(held: FakeApi, modules: Modules) -> FakeApi:
    """The same with the group `live`, whose nodes are in service."""
    modules.ok("node_group", **GROUP_OPTIONS, wait=True)
    held.forget()
    modules.clock.waits.clear()
    modules.clock.pauses.clear()
    return held


@pytest.fixture(autouse=True)
def lone_surrogates(monkeypatch: pytest.MonkeyPatch) -> None:
    """The controller, which tests of filters load into this process, does not take them back as a module's process does."""
    monkeypatch.setattr(basic, "_load_params", lambda: json.loads(basic._ANSIBLE_ARGS)["ANSIBLE_MODULE_ARGS"])  # type: ignore[attr-defined]


# States and roles

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


# Regions

EDGE = {"role": "edge", "minLimit": 1, "maxLimit": 10, "scaleAdjustment": 1}
ORIGIN = {"role": "origin", "minLimit": 0, "maxLimit": 2, "scaleAdjustment": 1}
WAVELENGTH: dict[str, Any] = {
    "policy": {
        "name": "wavelength",
        "description": "two zones of one region",
        "type": MASTER,
        "version": "0.0.4",
        "targets": {
            "region": [
                {"name": "default", "target": [{**EDGE}, {**ORIGIN}]},
                {
                    "name": "us-west-2",
                    "vpc": "wav-vpc",
                    "subnet": "subnet-a",
                    "carrier": {"gateway": "a"},
                    "target": [{**EDGE}, {**ORIGIN}],
                },
                {
                    "name": "us-west-2",
                    "vpc": "wav-vpc2",
                    "subnet": "subnet-b",
                    "target": [{**EDGE, "maxLimit": 5, "spot": True}, {**ORIGIN}],
                },
            ],
            "spread": "even",
        },
    }
}
WORD = {"minLimit": "min_limit", "maxLimit": "max_limit", "scaleAdjustment": "scale_adjustment", "role": "role"}


def wavelength_options(*without: str) -> dict[str, Any]:
    policy = copy.deepcopy(WAVELENGTH["policy"])
    regions = [
        {
            **{key: region[key] for key in ("name", "vpc", "subnet") if key in region and key not in without},
            "targets": [{WORD[key]: target[key] for key in target if key in WORD} for target in region["target"]],
        }
        for region in policy.pop("targets")["region"]
    ]
    return {**policy, "regions": regions}


def sorted_regions(policy: Json) -> list[Json]:
    regions = copy.deepcopy(policy["policy"]["targets"]["region"])
    for region in regions:
        region["target"].sort(key=lambda target: target["role"])
    return sorted(regions, key=lambda region: (region["name"], region.get("subnet", "")))


def backwards(body: Json) -> Json:
    body["policy"]["targets"]["region"].reverse()
    return body


@pytest.mark.parametrize("loose", [[], [backwards]])
@pytest.mark.parametrize("without", [(), ("vpc",)])
def test_a_wavelength_policy_is_no_change(api: FakeApi, modules: Modules, loose: list[Any], without: tuple[str, ...]) -> None:
    api.held[POLICY]["wavelength"] = copy.deepcopy(WAVELENGTH)
    api.loosen = loose
    found = modules.ok("scale_policy", **wavelength_options(*without))
    assert not found["changed"] and len(api.requests) == 2
    assert [(region["name"], region["subnet"], region["vpc"]) for region in found["scale_policy"]["regions"]] == [
        ("default", None, None),
        ("us-west-2", "subnet-a", "wav-vpc"),
        ("us-west-2", "subnet-b", "wav-vpc2"),
    ]


@pytest.mark.parametrize("loose", [[], [backwards]])
@pytest.mark.parametrize("without", [(), ("vpc",)])
@pytest.mark.parametrize("place", [1, 2])
def test_one_limit_of_a_wavelength_policy(api: FakeApi, modules: Modules, loose: list[Any], without: tuple[str, ...], place: int) -> None:
    api.held[POLICY]["wavelength"] = copy.deepcopy(WAVELENGTH)
    api.loosen = loose
    options = wavelength_options(*without)
    options["regions"][place]["targets"][0]["max_limit"] = 7
    assert modules.ok("scale_policy", check=True, **options)["changed"]
    assert modules.ok("scale_policy", **options)["changed"]
    expected = copy.deepcopy(WAVELENGTH)
    expected["policy"]["targets"]["region"][place]["target"][0]["maxLimit"] = 7
    stored = api.held[POLICY]["wavelength"]
    assert sorted_regions(stored) == sorted_regions(expected)
    assert stored["policy"]["targets"]["spread"] == "even"
    assert not modules.ok("scale_policy", **options)["changed"]


def test_a_wavelength_policy_is_created(api: FakeApi, modules: Modules) -> None:
    assert modules.ok("scale_policy", **wavelength_options())["changed"]
    stored = api.held[POLICY]["wavelength"]
    assert [(region["name"], region.get("subnet"), region.get("vpc")) for region in stored["policy"]["targets"]["region"]] == [
        ("default", None, None),
        ("us-west-2", "subnet-a", "wav-vpc"),
        ("us-west-2", "subnet-b", "wav-vpc2"),
    ]
    assert not modules.ok("scale_policy", **wavelength_options())["changed"]


def test_a_zone_is_taken_out(api: FakeApi, modules: Modules) -> None:
    api.held[POLICY]["wavelength"] = copy.deepcopy(WAVELENGTH)
    options = wavelength_options()
    del options["regions"][1]
    assert modules.ok("scale_policy", **options)["changed"]
    expected = copy.deepcopy(WAVELENGTH)
    del expected["policy"]["targets"]["region"][1]
    assert sorted_regions(api.held[POLICY]["wavelength"]) == sorted_regions(expected)


@pytest.mark.parametrize(("subnet", "vpc"), [("subnet-a", "wav-vpc"), ("subnet-new", None), (None, None)])
def test_the_subnet_of_a_single_region(api: FakeApi, modules: Modules, subnet: str | None, vpc: str | None) -> None:
    """Its other attributes stay; the VPC does not go with another subnet."""
    policy = copy.deepcopy(WAVELENGTH)
    del policy["policy"]["targets"]["region"][2]
    api.held[POLICY]["wavelength"] = policy
    options = wavelength_options("vpc")
    del options["regions"][2]
    options["regions"][1].update(subnet=subnet)
    assert modules.ok("scale_policy", **options)["changed"] is (subnet != "subnet-a")
    (region,) = (each for each in api.held[POLICY]["wavelength"]["policy"]["targets"]["region"] if each["name"] == "us-west-2")
    assert (region.get("subnet"), region.get("vpc"), region["carrier"]) == (subnet, vpc, {"gateway": "a"})


def test_only_limits_of_a_wavelength_policy_in_use(api: FakeApi, modules: Modules) -> None:
    api.held[POLICY]["wavelength"] = copy.deepcopy(WAVELENGTH)
    api.groups["live"] = {"name": "live", "regions": ["us-west-2"], "launchConfig": "c", "scalePolicy": "wavelength", "state": "active"}
    options = wavelength_options()
    options["regions"][2]["targets"][0]["max_limit"] = 9
    assert modules.ok("scale_policy", **options)["changed"]
    options["regions"][2]["vpc"] = "another"
    message = modules.refused("scale_policy", **options)
    assert "regions[us-west-2, subnet-b].vpc" in message and "subnet-a" not in message


def test_minimums_of_one_region_are_added_up() -> None:
    policy = SCALE_POLICY.read(WAVELENGTH)
    assert needed_nodes(policy, 0) == [("us-west-2", "edge", 2)]


REGION_CASES: list[tuple[Callable[[Any], Any], str]] = [
    (
        lambda regions: regions[2].update(subnet="subnet-a"),
        "Invalid regions[2].subnet: subnet-a. Expected: each subnet of us-west-2 once; regions[1] has it too",
    ),
    (lambda regions: regions[2].pop("subnet"), "Invalid regions[2].name: us-west-2. Expected: each region once; regions[1] has it too"),
    (lambda regions: regions[2].update(subnet=""), "Invalid regions[2].name: us-west-2. Expected: each region once; regions[1] has it too"),
    (
        lambda regions: regions[2].update(subnet=None),
        "Invalid regions[2].name: us-west-2. Expected: each region once; regions[1] has it too",
    ),
    (
        lambda regions: regions[0].update(subnet=" subnet-c"),
        'Invalid regions[0].subnet: " subnet-c". Expected: it without the white space around it',
    ),
    (
        lambda regions: regions[1].update(vpc="wav-vpc\n"),
        'Invalid regions[1].vpc: "wav-vpc\\n". Expected: it without the white space around it',
    ),
]


@pytest.mark.parametrize(("change", "message"), REGION_CASES, ids=[message[:40] for _change, message in REGION_CASES])
def test_regions_twice_in_a_declaration(api: FakeApi, modules: Modules, change: Callable[[Any], Any], message: str) -> None:
    options = wavelength_options()
    change(options["regions"])
    assert message in modules.refused("scale_policy", **options)
    (found,) = FILTERS["validate_scale_policies"]([options], label="declared")
    assert message.replace("regions[", "declared[0].regions[") in found
    assert not api.requests


@pytest.mark.parametrize("option", ["vpc", "subnet"])
def test_wavelength_needs_its_version(api: FakeApi, modules: Modules, option: str) -> None:
    options = {**wavelength_options(), "version": ...}
    assert f"Invalid regions[1].{option}: {wavelength_options()['regions'][1][option]}. Expected: none in version 0.0.3" in modules.refused(
        "scale_policy", **options
    )
    assert FILTERS["validate_scale_policies"]([wavelength_options()]) == []


GROUP_REGIONS: list[tuple[dict[str, Any], bool]] = [
    ({"regions": ["us-east-1", "us-west-2", "us-east-1"]}, True),
    ({"region": ["us-west-2", "us-east-1"]}, True),
    ({"regions": None, "region": [{"name": "us-west-2", "info": {"minPublishers": 1}}, {"name": "us-east-1"}]}, True),
    ({"regions": ["us-east-1", "us-west-2"], "region": [{"name": "us-east-1"}]}, True),
    ({"regions": [], "region": ["us-east-1", "us-west-2"]}, True),
    ({"regions": [{"name": "us-east-1"}, {"name": "us-west-2"}]}, True),
    ({}, True),
    ({"regions": ["us-east-1"]}, False),
    ({"region": "us-east-1"}, False),
]


@pytest.mark.parametrize(("answer", "same"), GROUP_REGIONS, ids=str)
def test_regions_of_a_groups_answer(group: FakeApi, modules: Modules, answer: dict[str, Any], same: bool) -> None:
    del group.groups["live"]["regions"]
    group.groups["live"].update(answer)
    group.fills = False
    options = {**GROUP_OPTIONS, "regions": ["us-west-2", "us-east-1"]}
    found = modules("node_group", **options)
    assert found.get("changed") is False if same else "so that it is created again" in found["msg"]
    assert not group.writes()


# Neighbours that cannot be read

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
    held.strays["nodegroup"] = [broken]
    if broken != {}:  # which might be an answer of anything, while there is no other
        assert modules.ok("node_group", **GROUP_OPTIONS, wait=True)["changed"]
    else:
        held.strays.clear()
        modules.ok("node_group", **GROUP_OPTIONS, wait=True)
        held.strays["nodegroup"] = [broken]
    held.forget()
    assert not modules.ok("node_group", **GROUP_OPTIONS)["changed"]
    assert len(held.requests) == 2 and not modules.clock.pauses
    assert [each["name"] for each in modules.ok("node_group_info")["node_groups"]] == ["live"]
    assert "'live' uses it" in modules.refused("scale_policy", name="default-v3", state="absent")
    assert modules.ok("launch_config", **{**launch_options(), "description": "x"})["changed"]
    assert modules.ok("node_group", name="live", state="absent")["changed"]


def test_a_broken_group_is_named(group: FakeApi, modules: Modules) -> None:
    group.strays["nodegroup"] = [BROKEN_GROUPS[0]]
    (warning,) = modules.ok("node_group_info")["warnings"]
    assert "node group 'other'" in str(warning) and "originConnections is not a whole number" in str(warning)
    assert "originConnections is not a whole number" in modules.refused("node_group_info", name="other")
    message = modules.refused("node_group", **{**GROUP_OPTIONS, "name": "other"})
    assert "originConnections is not a whole number" in message and not group.writes(), "it is not made a second time"


@pytest.mark.parametrize("name", [None, {"x": 1}])
def test_a_group_without_a_name_uses_what_it_uses(held: FakeApi, modules: Modules, name: Any) -> None:
    held.strays["nodegroup"] = [{**GOOD, "name": name, "scalePolicy": "default-v3"}]
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
    held.strays["node"] = [broken]
    held.forget()
    assert not modules.ok("node_group", **{**GROUP_OPTIONS, "origins": 2})["changed"]
    message = modules.refused("node_group", **{**GROUP_OPTIONS, "origins": 2}, wait=True, wait_timeout=20)
    assert "origin: 1 of 2 in service" in message and "pending" in message
    assert not held.writes()


@pytest.mark.parametrize("broken", [None, 5, "i-1", [], {}, {"identifier": "i-9", "role": None}, {"state": "inservice"}], ids=str)
def test_a_broken_node_affects_no_other(held: FakeApi, modules: Modules, broken: Any) -> None:
    modules.ok("node_group", **GROUP_OPTIONS)
    held.strays["node"] = [broken]
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
    group.strays = {POLICY: [entry], LAUNCH: [entry]}
    assert not modules.ok("scale_policy", **policy_options())["changed"]
    assert [each["name"] for each in modules.ok("launch_config_info")["launch_configs"]] == ["all-nodes-launch"]


def test_an_only_policy_that_is_broken(api: FakeApi, modules: Modules) -> None:
    api.held[POLICY]["other"] = {"policy": {"name": "other", "targets": None}}
    assert modules.ok("scale_policy_info")["scale_policies"] == []
    assert modules.ok("scale_policy", **policy_options())["changed"]
    api.held[POLICY] = {"other": []}
    assert "reading the scale policy 'other'" in modules.refused("scale_policy_info", retries=0)


def test_a_group_that_the_list_has_twice(group: FakeApi, modules: Modules) -> None:
    group.strays["nodegroup"] = [copy.deepcopy(group.groups["live"])]
    assert not modules.ok("node_group", **GROUP_OPTIONS)["changed"]
    group.strays["nodegroup"][0]["launchConfig"] = "another"
    assert "lists the node group 'live' twice" in modules.refused("node_group", **GROUP_OPTIONS)


# Bodies that say nothing

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


def test_a_group_that_goes_slowly_after_an_empty_body(group: FakeApi, modules: Modules) -> None:
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


# Names that the API makes itself


@pytest.mark.parametrize("instead", [None, (201, b""), (201, PAGE), (500, b"")], ids=str)
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
    held.strays["nodegroup"] = [{**likeness, "launchConfig": "all-nodes-launch", "scalePolicy": "default-v3", **other}]
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


# Launching

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


# What cannot run


def changed_policy(**limits: int | None) -> dict[str, Any]:
    policy = copy.deepcopy(SEED_POLICY)
    targets = policy["policy"]["targets"]["region"][0]["target"]
    for target in list(targets):
        if (limit := limits.get(target["role"], ...)) is None:
            targets.remove(target)
        elif limit is not ...:
            target.update(maxLimit=limit, minLimit=0)
    return policy


def options_of(policy: dict[str, Any]) -> dict[str, Any]:
    return policy_options(policy)


RUN_CASES: list[tuple[dict[str, Any], list[str], dict[str, Any], str]] = [
    # limits of the policy, roles that the configuration lacks, options of the group, message
    ({"origin": 2}, [], {"origins": 5}, "Invalid origins: 5. Expected: at most 2, as scale policy 'default-v3' allows"),
    ({"origin": 0}, [], {"origins": 1}, "Invalid origins: 1. Expected: at most 0, as scale policy 'default-v3' allows"),
    ({"origin": None}, [], {"origins": 1}, "Invalid origins: 1. Expected: 0, since scale policy 'default-v3' has no role origin"),
    ({"origin": None}, [], {"origins": 0}, ""),
    ({"origin": 2}, [], {"origins": 2}, ""),
    ({"origin": 2}, [], {"origins": 4, "regions": ["us-east-1", "us-west-2"]}, ""),
    (
        {"origin": 2},
        [],
        {"origins": 5, "regions": ["us-east-1", "us-west-2"]},
        "Invalid origins: 5. Expected: at most 4, as scale policy 'default-v3' allows",
    ),
    (
        {},
        ["relay"],
        {},
        "Invalid launch_config: all-nodes-launch. Expected: a launch configuration with the role relay, which scale policy 'default-v3'",
    ),
    (
        {},
        ["transcoder"],
        {"origins": 0},
        "Invalid launch_config: all-nodes-launch. Expected: a launch configuration with the role transcoder",
    ),
    ({"relay": 0}, ["relay"], {}, ""),
    ({"relay": None}, ["relay"], {}, ""),
]
RUN_IDS = [f"{limits} {lacks} {group}" for limits, lacks, group, _message in RUN_CASES]


@pytest.mark.parametrize(("limits", "lacks", "more", "message"), RUN_CASES, ids=RUN_IDS)
def test_what_cannot_run(held: FakeApi, modules: Modules, limits: Any, lacks: list[str], more: Any, message: str) -> None:
    policy, launch = changed_policy(**limits), copy.deepcopy(SEED_LAUNCH)
    launch[LAUNCH]["targets"]["target"] = [each for each in launch[LAUNCH]["targets"]["target"] if each["role"] not in lacks]
    held.held = {POLICY: {"default-v3": policy}, LAUNCH: {"all-nodes-launch": launch}}
    options = {**GROUP_OPTIONS, **more}
    checked = modules.ok("node_group", check=True, **options)
    assert (message in str(checked.get("warnings"))) if message else not checked.get("warnings")
    if message:
        assert message in modules.refused("node_group", **options)
        assert not held.writes()
    else:
        modules.ok("node_group", **options)
    configs = [{**launch_options(), "targets": [each for each in launch_options()["targets"] if each["role"] not in lacks]}]
    found = FILTERS["validate_node_groups"]([options], [options_of(policy)], configs)
    assert found == [] if not message else message.replace("Invalid ", "Invalid node_groups[0].") in "\n".join(found)


def test_origins_of_a_multi_region_policy() -> None:
    group = {**GROUP_OPTIONS, "scale_policy": "oe-multiregion", "regions": ["us-east-2", "us-west-2"], "origins": 21}
    (found,) = FILTERS["validate_node_groups"]([group], [policy_options(MULTI_POLICY)], [launch_options()])
    assert "Invalid node_groups[0].origins: 21. Expected: at most 20, as scale policy 'oe-multiregion' allows" in found


def test_what_runs_is_left_alone(group: FakeApi, modules: Modules) -> None:
    """Nothing is asked of policy and configuration while nothing is to change, and what cannot be read is not judged."""
    group.held[POLICY]["default-v3"] = changed_policy(origin=0)
    assert not modules.ok("node_group", **GROUP_OPTIONS)["changed"]
    assert len(group.requests) == 2
    group.held[POLICY]["default-v3"]["policy"]["targets"]["region"] = 5
    group.fills = False
    assert modules.ok("node_group", **{**GROUP_OPTIONS, "origins": 3})["changed"]
    group.break_at(len(group.requests) + 2, Fault("error 403"))
    assert "reading the scale policy" in modules.refused("node_group", **{**GROUP_OPTIONS, "origins": 4})


# Refused before the first request

LONG = "n" * 255
BAD: list[tuple[str, dict[str, Any], str]] = [
    ("scale_policy", {**policy_options(), "name": LONG}, "Invalid name: 255 characters. Expected: a name of at most 254 characters"),
    ("launch_config", {**launch_options(), "name": "ü" * 300}, "Invalid name: 300 characters"),
    ("node_group", {**GROUP_OPTIONS, "name": LONG}, "Invalid name: 255 characters"),
    ("node_group", {**GROUP_OPTIONS, "launch_config": LONG}, "Invalid launch_config: 255 characters"),
    ("node_group", {**GROUP_OPTIONS, "scale_policy": LONG}, "Invalid scale_policy: 255 characters"),
    ("scale_policy", {**policy_options(), "name": "x\n"}, 'Invalid name: "x\\n"'),
    ("scale_policy", {**policy_options(), "name": " x"}, 'Invalid name: " x". Expected: it without the white space around it'),
    ("launch_config", {**launch_options(), "name": "x\t"}, 'Invalid name: "x\\t"'),
    ("node_group", {**GROUP_OPTIONS, "name": "x "}, 'Invalid name: "x "'),
    ("node_group", {**GROUP_OPTIONS, "name": "\u00a0x"}, 'Invalid name: "\\u00a0x"'),
    (
        "node_group",
        {**GROUP_OPTIONS, "launch_config": "all-nodes-launch\n"},
        'Invalid launch_config: "all-nodes-launch\\n". Expected: it without',
    ),
    ("node_group", {**GROUP_OPTIONS, "scale_policy": " default-v3"}, 'Invalid scale_policy: " default-v3". Expected: it without'),
    ("node_group", {**GROUP_OPTIONS, "regions": ["us-east-1\n"]}, 'Invalid regions[0]: "us-east-1\\n"'),
    ("launch_config", {**launch_options(), "image": "image-name\n"}, 'Invalid image: "image-name\\n". Expected: it without'),
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
        ": a name of 129 characters. Expected: at most 128 characters, as EC2 takes",
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
        assert "the URL of a request has 4" in message and "fewer than 4096" in message and "ttt" not in message
    wide = {**GROUP_OPTIONS, "name": "東" * 200}
    assert "with these the URL of a request has" in modules.refused("node_group", **wide, access_token="t" * 2400)
    assert not api.requests
    found = FILTERS["validate_node_groups"]([wide], api_url=api.url, access_token="t" * 2400)
    assert any(problem.startswith("Invalid node_groups[0].name: 東") and "the URL of a request has" in problem for problem in found)
    assert FILTERS["validate_node_groups"]([GROUP_OPTIONS], api_url=api.url, access_token="t" * 2400) == []


# Null and blank

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


def test_blank_numbers_of_a_target(held: FakeApi, modules: Modules) -> None:
    options = policy_options()
    options["regions"][0]["targets"][0].update(scale_adjustment="", scale_in_wait_time="", cool_down_period="", scale_out_wait_time=None)
    options["regions"][0].update(subnet="", vpc="")
    assert not modules.ok("scale_policy", **options)["changed"]
    launch = launch_options()
    launch.update(properties="", metadata=None)
    assert modules.ok("launch_config", **launch)["launch_config"]["properties"] == {}


# User data that is no text

GZ = base64.b64decode("H4sIAAAAAAAAA8vIBADsYgvYAgAAAA==") + bytes(range(256))


@pytest.mark.parametrize("data", [GZ, b"\xff", b"\x1f\x8b\x08\x00", "ü".encode("latin-1"), b"a\x00\xfe"], ids=range(5))
def test_user_data_that_is_no_text(held: FakeApi, modules: Modules, data: bytes) -> None:
    options = {**launch_options(), "user_data": data.decode(errors="surrogateescape")}
    assert FILTERS["validate_launch_configs"]([options]) == []
    predicted = modules.ok("launch_config", check=True, **options)
    found = modules.ok("launch_config", **options)
    assert found["changed"] and found["diff"] == predicted["diff"]
    sent = {pair["name"]: pair["value"] for pair in held.held[LAUNCH]["all-nodes-launch"][LAUNCH]["properties"]["property"]}
    assert base64.b64decode(sent["UserData"].removeprefix("base64:")) == data
    assert not modules.ok("launch_config", **options)["changed"]
    assert modules.ok("launch_config", **{**options, "user_data": "#!/bin/sh\n"})["changed"]


def test_user_data_that_is_no_text_is_neither_logged_nor_returned(held: FakeApi, modules: Modules, monkeypatch: pytest.MonkeyPatch) -> None:
    logged: list[bytes] = []
    monkeypatch.setattr(basic.AnsibleModule, "_log_invocation", lambda self: logged.append(self.params["user_data"].encode()))
    for image in ("image-name", ""):
        result = modules("launch_config", **{**launch_options(), "image": image, "user_data": "a\udcff"})
        assert result["invocation"]["module_args"]["user_data"] == "a?"
    assert logged == [b"a?"] * 2


def test_bytes_of_any_text() -> None:
    assert as_bytes("ü") == "ü".encode()
    assert as_bytes("\udcff") == b"\xff"
    assert as_bytes("\ud800") == "\ud800".encode(errors="surrogatepass")


# Keys twice


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


def test_what_is_read_twice_is_written_twice() -> None:
    launch = copy.deepcopy(SEED_LAUNCH)
    launch[LAUNCH]["metadata"]["meta"] += [{"key": "meta-name", "value": "another"}]
    meaning = LAUNCH_CONFIG.read(launch)
    assert meaning["metadata"] == {"meta-name": ["another", "meta-value"]}
    assert LAUNCH_CONFIG.read(LAUNCH_CONFIG.write(meaning, launch)) == meaning


def test_a_final_line_break_of_a_state_means_nothing() -> None:
    assert NODE_GROUP.read({**GOOD, "state": "ACTIVE\n"})["state"] == "active"
