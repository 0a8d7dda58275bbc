# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A deployment that installs Red5 Pro on a base image, and one whose network is still to be created."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.filter.network import input_problems, network_plan
from ansible_collections.streamops.red5pro.plugins.plugin_utils import network_readings
from deployment import FIRST, IMAGE, NODE_IMAGE, NODES, account, declared, instance_type, offerings

Facts = dict[str, Any]
BASE, UBUNTU = "ami-0123456789abcdef2", "/aws/service/canonical/ubuntu/ami-id"
INSTALLED = {"stream_manager_instance": None, "node_image": None, "base_image": BASE}
FOUND = {"base_image": [{"image_id": BASE, "state": "available", "architecture": "x86_64"}]}


def by_itself(**variables: Any) -> list[str]:
    return [row["message"] for row in input_problems(declared(**variables))]


def in_account(variables: Facts, **found: Any) -> list[str]:
    return [row["message"] for row in network_plan(declared(**variables), account(**found))["problems"]]


@pytest.mark.parametrize(
    "variables, installs",
    [
        (INSTALLED, ["stream_manager", "node"]),
        ({**INSTALLED, "node_image": NODE_IMAGE}, ["stream_manager"]),
        ({**INSTALLED, "stream_manager_image": IMAGE}, ["node"]),
        ({**INSTALLED, "stream_manager_instance": FIRST}, ["node"]),
        ({**INSTALLED, "stream_manager_instance": FIRST, "node_image": NODE_IMAGE}, []),
        ({}, []),
    ],
)
def test_what_is_not_given_is_installed(variables: Facts, installs: list[str]) -> None:
    assert by_itself(**variables) == []
    images = [{"image_id": one, "state": "available"} for one in (NODE_IMAGE, IMAGE)]
    plan = network_plan(declared(**variables), account(images=images, **FOUND))
    assert (plan["problems"], plan["installs"]) == ([], installs)
    names = {one.get("name") for one in network_readings.readings(declared(**variables), True)}
    assert ("base_image" in names) == bool(installs)
    assert ("stream_manager_image_builders" in names) == ("stream_manager" in installs)


@pytest.mark.parametrize(
    "variables, message",
    [
        ({**INSTALLED, "base_image": "ubuntu"}, "Invalid red5pro_base_image: ubuntu. Expected: an image id such as"),
        ({**INSTALLED, "base_image": ""}, 'Invalid red5pro_node_image: "". Expected: an image id such as ami-0123456789abcdef0, or'),
        ({**INSTALLED, "stream_manager_release": "14.1"}, "Expected: none, since red5pro_base_image is set."),
        ({**INSTALLED, "stream_manager_instance": FIRST, "stream_manager_image": IMAGE}, "Expected: exactly one of"),
    ],
)
def test_refused_by_themselves(variables: Facts, message: str) -> None:
    assert [one for one in by_itself(**variables) if message in one], by_itself(**variables)


def test_the_image_is_found_by_its_id_or_by_a_parameter() -> None:
    assert [one for one in network_readings.readings(declared(**INSTALLED)) if one.get("name") == "base_image"] == [
        {"kind": "images", "name": "base_image", "filters": {"image-id": BASE}}
    ]
    named = {one.get("name"): one for one in network_readings.readings(declared(**{**INSTALLED, "base_image": UBUNTU}))}
    assert named["base_image_parameter"]["parameters"] == {"Name": UBUNTU}
    assert named["base_image"]["filters_of"] == {"image-id": "base_image_parameter.value"}


@pytest.mark.parametrize(
    "found, message",
    [
        ([], "Expected: the id of an available image in us-east-1, or a public parameter"),
        ([{"image_id": BASE, "state": "pending"}], "Expected: the id of an available image"),
        ([{"image_id": BASE, "state": "available", "architecture": "arm64"}], "Expected: an image for x86_64, unlike"),
    ],
)
def test_refused_in_the_account(found: list[Facts], message: str) -> None:
    (problem,) = in_account(INSTALLED, base_image=found)
    assert problem.startswith(f"Invalid red5pro_base_image: {BASE}.") and message in problem


@pytest.mark.parametrize(
    "variables, found, message",
    [
        (
            {"stream_manager_instance_type": "c6g.large"},
            {},
            "Invalid red5pro_stream_manager_instance_type: c6g.large. Expected: an instance",
        ),
        (
            {"builder_instance_type": "c6g.large"},
            {},
            "Invalid red5pro_builder_instance_type: c6g.large. Expected: an instance type for x86_64",
        ),
        (
            {"launch_configs": [{"name": "nodes", "targets": [{**NODES[0], "instance_type": "c6g.large"}, *NODES[1:]]}]},
            {},
            'Invalid red5pro_launch_configs: ["c6g.large (arm64)"]. Expected: instance types for x86_64, as red5pro_base_image is.',
        ),
        (
            {"builder_root_volume": {"volume_size": 7}},
            {"root_device_name": "/dev/sda1", "block_device_mappings": [{"device_name": "/dev/sda1", "ebs": {"volume_size": 8}}]},
            "Invalid red5pro_builder_root_volume.volume_size: 7. Expected: at least 8, the size of the root volume of the image",
        ),
    ],
)
def test_what_does_not_fit_the_base_image(variables: Facts, found: Facts, message: str) -> None:
    types = {
        "instance_type_offerings": offerings(c5_large="ab", c6g_large="ab"),
        "launched_types": [instance_type("c5.large"), instance_type("c6g.large", "arm64")],
    }
    (problem,) = in_account({**INSTALLED, **variables}, base_image=[{**FOUND["base_image"][0], **found}], **types)
    assert problem.startswith(message)


def test_everything_is_checked_in_a_network_that_is_still_to_be_created() -> None:
    groups = [{"name": name, "id": ""} for name in ("managers", "sg-2")]
    subnets = [{"name": f"live-public-{letter}", "zone": f"us-east-1{letter}", "cidr": f"10.0.{ord(letter)}.0/24"} for letter in "ab"]
    here = {"due": True, "own": True, "vpc": {"id": "", "name": "red5pro"}, "subnets": subnets, "groups": groups, "key": "operations"}
    creation = {"regions": {"us-east-1": here}, "problems": ['Invalid red5pro_public_key: "". Expected: a public key.']}
    missing: dict[str, Any] = {kind: [] for kind in ("vpcs", "subnets", "route_tables", "security_groups", "key_pairs", "instances")}
    plan = network_plan(declared(**INSTALLED), account(**missing, **FOUND), {}, creation)
    assert [one["subject"] for one in plan["problems"]] == ["red5pro_public_key"]
    assert plan["vpc_id"] == "vpc-00000000"
    assert [one["availability_zone"] for one in plan["subnets"]] == ["us-east-1a", "us-east-1b"]
    assert plan["security_groups"] == {"stream_manager": "sg-00000000", "database": "sg-00000001"}
    assert plan["base_image"] == BASE
