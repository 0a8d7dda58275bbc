# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Launched stream managers are as the first one is, unless variables say otherwise."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.plugin_utils.launch_settings import launch_settings, root_volume, volume_settings

PROFILE = "arn:aws:iam::123456789012:instance-profile/red5pro"
FIRST = {
    "instance_id": "i-1",
    "root_device_name": "/dev/xvda",
    "block_device_mappings": [
        {"device_name": "/dev/xvda", "ebs": {"volume_id": "vol-1"}},
        {"device_name": "/dev/sdb", "ebs": {"volume_id": "vol-2"}},
        {"device_name": "/dev/sdc", "virtual_name": "ephemeral0"},
    ],
    "iam_instance_profile": {"arn": PROFILE, "id": "AIPA"},
    "security_groups": [{"group_id": "sg-own"}, {"group_id": "sg-b"}, {"group_id": "sg-a"}],
    "metadata_options": {"state": "applied", "http_tokens": "optional", "http_put_response_hop_limit": 2, "http_endpoint": "enabled"},
    "disable_api_termination": True,
}
VOLUMES = [
    {"volume_id": "vol-2", "size": 100, "volume_type": "gp2"},
    {"volume_id": "vol-1", "size": 16, "volume_type": "gp3", "iops": 4000, "throughput": 250},
]
GIVEN: dict[str, Any] = {
    "security_group_id": "sg-own",
    "instance_profile": "",
    "additional_security_groups": [],
    "metadata_options": {},
    "root_volume": {},
    "termination_protection": "",
}


def test_all_is_taken_from_the_first_one() -> None:
    assert launch_settings(FIRST, VOLUMES, GIVEN) == {
        "iam_instance_profile": PROFILE,
        "security_groups": ["sg-own", "sg-a", "sg-b"],
        "metadata_options": {"http_tokens": "optional", "http_put_response_hop_limit": 2, "http_endpoint": "enabled"},
        "volumes": [
            {
                "device_name": "/dev/xvda",
                "ebs": {"volume_size": 16, "volume_type": "gp3", "iops": 4000, "throughput": 250, "delete_on_termination": True},
            }
        ],
        "termination_protection": True,
    }


def test_a_first_one_without_them_has_none_and_without_a_first_one_nothing_is_expected() -> None:
    plain = launch_settings({"instance_id": "i-1", "disable_api_termination": False}, [], GIVEN)
    assert plain == {
        "iam_instance_profile": "",
        "security_groups": ["sg-own"],
        "metadata_options": None,
        "volumes": None,
        "termination_protection": False,
    }
    nothing = launch_settings({}, [], {"security_group_id": "sg-own", "termination_protection": None})
    assert nothing == {**plain, "iam_instance_profile": None, "termination_protection": None}


def test_given_settings_take_precedence_over_the_first_one() -> None:
    given = GIVEN | {
        "instance_profile": "other",
        "additional_security_groups": ["monitoring", "sg-own"],
        "metadata_options": {"http_tokens": "required", "http_put_response_hop_limit": "3", "http_endpoint": None},
        "root_volume": {"volume_size": 20, "kms_key_id": "alias/red5pro", "iops": ""},
        "termination_protection": "no",
    }
    assert launch_settings(FIRST, VOLUMES, given) == {
        "iam_instance_profile": "other",
        "security_groups": ["sg-own", "monitoring"],
        "metadata_options": {"http_tokens": "required", "http_put_response_hop_limit": 3, "http_endpoint": "enabled"},
        "volumes": [
            {
                "device_name": "/dev/xvda",
                "ebs": {
                    "volume_size": 20,
                    "volume_type": "gp3",
                    "iops": 4000,
                    "throughput": 250,
                    "kms_key_id": "alias/red5pro",
                    "encrypted": True,
                    "delete_on_termination": True,
                },
            }
        ],
        "termination_protection": False,
    }


@pytest.mark.parametrize(
    "given, settings",
    [
        ({"volume_type": "gp2"}, {"volume_size": 16, "volume_type": "gp2"}),
        ({"volume_type": "io2", "iops": 500}, {"volume_size": 16, "volume_type": "io2", "iops": 500}),
        ({"volume_type": "gp3"}, {"volume_size": 16, "volume_type": "gp3", "iops": 4000, "throughput": 250}),
    ],
)
def test_another_type_has_another_speed(given: dict[str, Any], settings: dict[str, Any]) -> None:
    (volume,) = launch_settings(FIRST, VOLUMES, GIVEN | {"root_volume": given})["volumes"]
    assert volume["ebs"] == {**settings, "delete_on_termination": True}


def test_without_a_first_one_the_image_defines_the_device_and_tokens_are_required() -> None:
    given = GIVEN | {"root_volume": {"volume_size": 20}, "metadata_options": {"http_put_response_hop_limit": 2}}
    settings = launch_settings({}, [], given, {"root_device_name": "/dev/xvda"})
    assert settings["volumes"] == [{"device_name": "/dev/xvda", "ebs": {"volume_size": 20, "delete_on_termination": True}}]
    assert settings["metadata_options"] == {"http_tokens": "required", "http_put_response_hop_limit": 2}
    assert launch_settings({}, [], given)["volumes"][0]["device_name"] == "/dev/sda1"


def test_the_root_volume_is_found_by_its_device() -> None:
    assert root_volume(FIRST, VOLUMES)["volume_id"] == "vol-1"
    assert root_volume(FIRST, VOLUMES[:1]) == root_volume({}, VOLUMES) == {}
    assert volume_settings({"size": 8, "volume_type": "gp2", "iops": 100}) == {"volume_size": 8, "volume_type": "gp2"}
