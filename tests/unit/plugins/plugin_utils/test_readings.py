# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What an earlier reading holds for a later one."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.plugin_utils.readings import already, together

VPCS = {"kind": "vpcs", "filters": {"tag:Name": "red5pro"}}
ZONES = {"kind": "hosted_zones", "name": "domain_zones", "suffix_of": ["example.com"]}
WHOLE = {
    "region": "us-east-1",
    "filters": {},
    "filters_of": {},
    "parameters": {},
    "each_of": {},
    "details": [],
    "suffix_of": [],
    "only": {},
}
READ = {
    "readings": [{**WHOLE, **VPCS, "name": "vpcs"}, {**WHOLE, **ZONES}],
    "resources": {"vpcs": [{"id": "vpc-1"}], "domain_zones": []},
}


def test_each_is_read_once() -> None:
    assert together([VPCS, ZONES], [ZONES, {**VPCS, "details": []}]) == [VPCS, ZONES]


def test_one_name_for_two_is_an_error() -> None:
    with pytest.raises(ValueError, match="two different ones are named vpcs"):
        together([VPCS], [{"kind": "vpcs"}])


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ([VPCS], {"vpcs": [{"id": "vpc-1"}]}),
        ([VPCS, ZONES], {"vpcs": [{"id": "vpc-1"}], "domain_zones": []}),
        ([], {}),
        ([VPCS, {"kind": "subnets"}], {}),
        ([{**VPCS, "region": "us-west-2"}], {}),
        ([{**VPCS, "details": ["tags"]}], {}),
        ([{"kind": "vpcs"}], {}),
    ],
)
def test_what_has_been_read(wanted: list[dict[str, Any]], found: dict[str, Any]) -> None:
    assert already(READ, wanted, "us-east-1") == found


@pytest.mark.parametrize("read", [{}, {"failed": True, "msg": "No permission"}])
def test_nothing_has_been_read(read: dict[str, Any]) -> None:
    assert already(read, [VPCS], "us-east-1") == {}


def groups(ids: Any, **more: Any) -> dict[str, Any]:
    return {"kind": "security_groups", "name": "one", "filters": {"group-id": ids}, **more}


SECURITY = {"kind": "security_groups", "filters": {"vpc-id": "vpc-1"}}
HELD = {
    "readings": [{**WHOLE, **SECURITY, "name": "security_groups"}],
    "resources": {"security_groups": [{"group_id": "sg-1"}, {"group_id": "sg-2"}]},
}


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (groups("sg-2"), {"one": [{"group_id": "sg-2"}]}),
        (groups(["sg-2", "sg-1"]), {"one": [{"group_id": "sg-2"}, {"group_id": "sg-1"}]}),
        (groups(""), {"one": []}),
        (groups("sg-3"), {}),
        (groups("sg-1", region="us-west-2"), {}),
        (groups("sg-1", details=["x"]), {}),
    ],
)
def test_security_groups_are_found_by_their_ids_in_any_reading(wanted: dict[str, Any], found: dict[str, Any]) -> None:
    assert already(HELD, [wanted], "us-east-1") == found


def test_instances_and_images_are_found_by_their_ids_too() -> None:
    wanted = [
        {"kind": "instances", "filters": {"instance-id": "i-1"}},
        {"kind": "images", "name": "base", "filters": {"image-id": ["ami-1"]}},
    ]
    vpc = {"kind": "instances", "name": "instances", "filters": {"vpc-id": "vpc-1"}}
    images = {"kind": "images", "name": "images", "filters": {"image-id": ["ami-1", "ami-2"]}}
    resources = {"instances": [{"instance_id": "i-1"}], "images": [{"image_id": "ami-1"}, {"image_id": "ami-2"}]}
    read = {"readings": [{**WHOLE, **vpc}, {**WHOLE, **images}], "resources": resources}
    assert already(read, wanted, "us-east-1") == {"instances": [{"instance_id": "i-1"}], "base": [{"image_id": "ami-1"}]}
    assert already(read, [{**wanted[0], "details": ["termination_protection"]}], "us-east-1") == {}
    assert already(read, [{"kind": "volumes", "filters": {"volume-id": "vol-1"}}], "us-east-1") == {}
    assert already(read, [{"kind": "instances", "filters": {"instance-id": "i-1", "instance-type": "c5.large"}}], "us-east-1") == {}
    assert already(read, [{**wanted[0], "parameters": {"MaxItems": "1"}}], "us-east-1") == {}


@pytest.mark.parametrize("value", ["", None, []])
def test_without_a_value_for_a_filter_nothing_is_to_be_read(value: Any) -> None:
    assert already({}, [{"kind": "volumes", "filters": {"volume-id": value}}], "us-east-1") == {"volumes": []}


def test_the_same_reading_counts_under_another_name_and_with_more_details() -> None:
    detailed = {**READ, "readings": [{**WHOLE, **VPCS, "name": "vpcs", "details": ["dns_support"]}]}
    for read in (READ, detailed):
        assert already(read, [{**VPCS, "name": "elsewhere", "filters": {"tag:Name": ["red5pro"]}}], "us-east-1") == {
            "elsewhere": [{"id": "vpc-1"}]
        }


NAMED = {"kind": "security_groups", "name": "nodes", "filters": {"group-name": "nodes"}, "filters_of": {"vpc-id": "vpcs.id"}}


@pytest.mark.parametrize(
    ("name", "vpc", "found"),
    [
        ("nodes", "vpc-1", [{"group_id": "sg-2", "group_name": "nodes"}]),
        (["nodes", "other"], "vpc-1", [{"group_id": "sg-2", "group_name": "nodes"}]),
        ("Nodes", "vpc-1", []),
        ("node*", "vpc-1", None),
        ("nodes", "vpc-2", None),
    ],
)
def test_a_part_by_name_of_what_was_read(name: Any, vpc: str, found: Any) -> None:
    many = [{"group_id": "sg-1", "group_name": "default"}, {"group_id": "sg-2", "group_name": "nodes"}]
    read = {"readings": READ["readings"] + HELD["readings"], "resources": {**READ["resources"], "security_groups": many}}
    read["resources"]["vpcs"] = [{"id": vpc}]
    wanted = {**NAMED, "filters": {"group-name": name}}
    assert already(read, [VPCS, wanted], "us-east-1") == ({} if found is None else {"vpcs": [{"id": vpc}], "nodes": found})


def disks(of: str) -> dict[str, Any]:
    return {**WHOLE, "kind": "volumes", "name": f"of_{of}", "filters_of": {"attachment.instance-id": f"{of}.instance_id"}}


@pytest.mark.parametrize(("ids", "found"), [(["i-2"], ["vol-2"]), (["i-2", "i-1"], ["vol-1", "vol-2"]), (["i-1", "i-3"], None)])
def test_volumes_are_found_by_the_instances_that_they_are_attached_to(ids: list[str], found: Any) -> None:
    resources = {"first": [{"instance_id": "i-1"}], "others": [{"instance_id": "i-2"}]}
    volumes = {
        f"of_{of}": [{"volume_id": f"vol-{number}", "attachments": [{"instance_id": f"i-{number}"}]}]
        for number, of in enumerate(resources, 1)
    }
    read = {
        "readings": [*({**WHOLE, "kind": "instances", "name": name} for name in resources), disks("first"), disks("others")],
        "resources": {**resources, **volumes},
    }
    held = already(read, [{"kind": "volumes", "filters": {"attachment.instance-id": ids}}], "us-east-1")
    assert [one["volume_id"] for one in held.get("volumes", ())] == (found or [])
    assert bool(held) == (found is not None)


def test_what_was_read_in_two_runs_is_as_one() -> None:
    whole = {"readings": READ["readings"] + HELD["readings"], "resources": READ["resources"] | HELD["resources"]}
    assert already(whole, [VPCS, SECURITY], "us-east-1") == {
        "vpcs": [{"id": "vpc-1"}],
        "security_groups": HELD["resources"]["security_groups"],
    }


STARTED = {"kind": "instances", "filters": {"instance-state-name": ["running"]}, "filters_of": {"image-id": "images.image_id"}}
OF_IMAGES = {
    "readings": [{**WHOLE, "kind": "images", "name": "images"}, {**WHOLE, **STARTED, "name": "instances"}],
    "resources": {"images": [{"image_id": "ami-2"}, {"image_id": "ami-1"}, {"image_id": "ami-2"}, {}], "instances": [{"id": "i-1"}]},
}


@pytest.mark.parametrize(
    ("ids", "found"),
    [(["ami-1", "ami-2"], {"instances": [{"id": "i-1"}]}), (["ami-1"], {}), (["ami-1", "ami-2", "ami-3"], {}), ([], {"instances": []})],
)
def test_values_that_came_from_another_reading_are_as_good_as_given_ones(ids: list[str], found: dict[str, Any]) -> None:
    wanted = {"kind": "instances", "filters": {"instance-state-name": ["running"], "image-id": ids}}
    assert already(OF_IMAGES, [wanted], "us-east-1") == found
    assert already(OF_IMAGES, [STARTED], "us-east-1") == {"instances": [{"id": "i-1"}]}
