# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Regions of scale policies and node groups: in any order, several of one name, in AWS Wavelength."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.filter.declarations import FilterModule
from ansible_collections.streamops.red5pro.plugins.module_utils._nodes import needed_nodes, shortage
from ansible_collections.streamops.red5pro.plugins.module_utils._scale_policy import SCALE_POLICY
from fake_api import FakeApi
from module_runner import Modules
from payloads import GROUP_OPTIONS, MASTER

Json = Any
POLICY = "scalepolicy"
FILTERS = FilterModule().filters()


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
        'Invalid regions[0].subnet: " subnet-c". Expected: the same without the white space around it',
    ),
    (
        lambda regions: regions[1].update(vpc="wav-vpc\n"),
        'Invalid regions[1].vpc: "wav-vpc\\n". Expected: the same without the white space around it',
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
    ({"regions": ["US-EAST-1", "Us-West-2 "]}, True),
    ({"regions": [{"region": "us-east-1"}, {"region": "us-west-2"}]}, True),
    ({"region": {"name": "us-east-1"}}, False),
    ({"regions": "us-east-1, us-west-2"}, True),
    ({"regions": "", "region": [{"name": "us-east-1"}, {"name": "us-west-2"}]}, True),
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


def test_a_groups_only_region_that_is_no_list(group: FakeApi, modules: Modules) -> None:
    del group.groups["live"]["regions"]
    group.groups["live"]["region"] = {"name": "US-East-1"}
    group.fills = False
    assert not modules.ok("node_group", **GROUP_OPTIONS)["changed"]
    assert not modules.ok("node_group", **{**GROUP_OPTIONS, "regions": ["US-EAST-1"]})["changed"]


def test_regions_of_a_policy_and_of_nodes_in_any_letter_case(api: FakeApi, modules: Modules) -> None:
    api.held[POLICY]["wavelength"] = copy.deepcopy(WAVELENGTH)
    for region in api.held[POLICY]["wavelength"]["policy"]["targets"]["region"]:
        region["name"] = region["name"].upper()
    assert not modules.ok("scale_policy", **wavelength_options())["changed"]
    options = wavelength_options()
    options["regions"][2]["name"] = "US-West-2"
    assert not modules.ok("scale_policy", **options)["changed"]
    node = {"identifier": "i-1", "role": "edge", "state": "inservice", "availability_zone": "US-WEST-2A"}
    assert shortage(("us-west-2", "edge", 1), [node]) == ""
