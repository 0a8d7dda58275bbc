# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan to launch instances has the settings, and what is wrong with them."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.filter.launch import launch_plan
from ansible_collections.streamops.red5pro.plugins.plugin_utils.launch_checks import launch_checks
from ansible_collections.streamops.red5pro.plugins.plugin_utils.launch_settings import launch_settings
from test_launch_settings import FIRST, GIVEN, VOLUMES

NAMED: dict[str, Any] = {"name": "live", "first_instance": "i-1", "variables": "red5pro_stream_manager", "given": GIVEN}
DECLARED: dict[str, Any] = {**NAMED, "slots": [{"name": "two", "instance_id": "i-2", "adopted": False}]}
OTHER = {**FIRST, "instance_id": "i-2", "security_groups": [{"group_id": "sg-other"}]}
FAILED: dict[str, Any] = {"name": "x", "state": "failed"}
IMAGES = [{**FAILED, "image_id": "ami-0"}, {**FAILED, "image_id": "ami-1", "tags": {"red5pro:deployment": "live"}}]
READ: dict[str, Any] = {
    "instances": [OTHER, {**FIRST, "instance_id": "i-1"}],
    "volumes": VOLUMES,
    "images": [{"root_device_name": "/dev/xvda"}],
    "images_of_that_name": IMAGES,
    "security_groups": [{"group_id": "sg-1", "group_name": "one"}],
}


def test_before_anything_is_read_the_given_settings_are_checked() -> None:
    found = launch_plan({}, {"given": {"root_volume": {"volume_size": 0}}, "variables": "red5pro_stream_manager"})
    assert list(found) == ["problems"]
    assert found["problems"][0].startswith("Invalid red5pro_stream_manager_root_volume.volume_size: 0.")


def test_settings_are_those_of_the_first_instance_and_the_others_are_compared() -> None:
    found = launch_plan(READ, DECLARED)
    assert found["settings"] == launch_settings(FIRST, VOLUMES, GIVEN, READ["images"][0])
    assert found["checks"] == launch_checks(DECLARED["slots"], [OTHER], VOLUMES, found["settings"], READ["security_groups"]) != []
    assert (found["problems"], found["unknown_groups"]) == ([], [])
    assert [one["image_id"] for one in found["failed"]] == ["ami-1"]
    assert [one.split(":")[0] for one in found["foreign"]] == ["Refusing to create the image x"]


def test_groups_that_do_not_exist_are_named_by_their_variable() -> None:
    given = {**GIVEN, "additional_security_groups": ["one", "two"]}
    (problem,) = launch_plan(READ, {**DECLARED, "given": given})["unknown_groups"]
    assert problem.startswith("Invalid red5pro_stream_manager_additional_security_groups: two.")


@pytest.mark.parametrize(
    ("size", "images", "small"),
    [(15, [], True), ("15", [], True), (16, [], False), (None, [], False), (15, [{"root_device_name": "/dev/xvda"}], False)],
)
def test_a_root_volume_that_is_smaller_than_the_first_ones(size: Any, images: list[Any], small: bool) -> None:
    """A given image is another one."""
    found = launch_plan({**READ, "images": images}, {**DECLARED, "given": {**GIVEN, "root_volume": {"volume_size": size}}})["too_small"]
    assert found == [
        f"Invalid red5pro_stream_manager_root_volume.volume_size: {size}. Expected: at least 16, the size of the first stream manager's "
        "root volume, from which the image is created."
        for _each in range(small)
    ]


def test_a_builder_takes_only_what_is_copied() -> None:
    read = {kind: READ[kind] for kind in ("instances", "images")}
    found = launch_plan(read, {**NAMED, "copied": ["metadata_options"]})
    assert found["settings"] == launch_settings({"metadata_options": FIRST["metadata_options"]}, [], GIVEN, READ["images"][0])
    assert found["checks"] == found["foreign"] == found["failed"] == []
    alone = launch_plan({"instances": [], "images": []}, {**NAMED, "first_instance": ""})
    assert alone["settings"] == launch_settings({}, [], GIVEN)
