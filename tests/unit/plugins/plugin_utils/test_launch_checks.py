# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is refused of how stream managers are launched, and which of them differ from it."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.plugin_utils.launch_checks import launch_checks, launch_problems, unknown_groups
from test_launch_settings import FIRST, GIVEN, PROFILE, VOLUMES

PREFIX = "red5pro_stream_manager"


@pytest.mark.parametrize(
    "given",
    [
        GIVEN,
        dict.fromkeys(GIVEN),
        {"instance_profile": "red5pro", "additional_security_groups": ["sg-a", "monitoring"], "termination_protection": "yes"},
        {"instance_profile": PROFILE, "termination_protection": False},
        {"metadata_options": {"http_tokens": "required", "http_put_response_hop_limit": "2", "http_endpoint": None}},
        {"root_volume": {"volume_size": 20, "volume_type": "gp3", "iops": 3000, "throughput": 125}},
        {"root_volume": {"volume_type": "io1", "iops": "500", "kms_key_id": "alias/red5pro", "encrypted": True}},
        {"root_volume": {"iops": 500, "throughput": 300}},
    ],
)
def test_what_is_right(given: dict[str, Any]) -> None:
    assert launch_problems(given, PREFIX) == []


@pytest.mark.parametrize(
    "given, problem",
    [
        ({"instance_profile": "red5 pro"}, "_instance_profile: red5 pro. Expected: the name or ARN of an IAM instance profile."),
        ({"instance_profile": "red5pro\n"}, '_instance_profile: "red5pro\\n". Expected: the name or ARN of an IAM instance profile.'),
        ({"instance_profile": ["a"]}, '_instance_profile: ["a"]. Expected: the name or ARN of an IAM instance profile.'),
        ({"instance_profile": "arn:aws:iam::123456789012:role/a"}, "_instance_profile: arn:aws:iam::123456789012:role/a. Expected"),
        ({"additional_security_groups": "sg-a"}, "_additional_security_groups: sg-a. Expected: at most 15 ids or names of security groups"),
        ({"additional_security_groups": ["sg-a", "sg-a"]}, '_additional_security_groups: ["sg-a", "sg-a"]. Expected'),
        ({"additional_security_groups": ["sg-a "]}, '_additional_security_groups: ["sg-a "]. Expected'),
        ({"additional_security_groups": [7]}, "_additional_security_groups: [7]. Expected"),
        ({"additional_security_groups": [f"sg-{n}" for n in range(16)]}, "_additional_security_groups: ["),
        ({"metadata_options": "required"}, "_metadata_options: required. Expected: a dictionary of http_endpoint, http_tokens"),
        ({"metadata_options": {"tokens": "required"}}, "_metadata_options: tokens. Expected: only http_endpoint, http_tokens"),
        ({"metadata_options": {"http_tokens": "always"}}, "_metadata_options.http_tokens: always. Expected: optional or required."),
        ({"metadata_options": {"http_endpoint": True}}, "_metadata_options.http_endpoint: true. Expected: enabled or disabled."),
        ({"metadata_options": {"http_put_response_hop_limit": 0}}, "_metadata_options.http_put_response_hop_limit: 0. Expected: a whole"),
        ({"metadata_options": {"http_put_response_hop_limit": True}}, "_metadata_options.http_put_response_hop_limit: true. Expected"),
        ({"root_volume": 20}, "_root_volume: 20. Expected: a dictionary of volume_size, volume_type"),
        ({"root_volume": {"size": 20}}, "_root_volume: size. Expected: only volume_size"),
        ({"root_volume": {"volume_size": "20 GiB"}}, "_root_volume.volume_size: 20 GiB. Expected: a whole number of GiB from 1 to 65536."),
        ({"root_volume": {"volume_size": "20\n"}}, '_root_volume.volume_size: "20\\n". Expected'),
        ({"root_volume": {"volume_type": "st1"}}, "_root_volume.volume_type: st1. Expected: gp2, gp3, io1, io2 or standard."),
        ({"root_volume": {"volume_type": "io2"}}, "_root_volume.iops: null. Expected: a number of IOPS, which io2 needs."),
        ({"root_volume": {"volume_type": "gp2", "iops": 500}}, "_root_volume.iops: 500. Expected: none with gp2, only with gp3, io1, io2."),
        (
            {"root_volume": {"volume_type": "io1", "iops": 500, "throughput": 200}},
            "_root_volume.throughput: 200. Expected: none with io1, only with gp3.",
        ),
        (
            {"root_volume": {"throughput": 100}},
            "_root_volume.throughput: 100. Expected: a whole number of MiB per second from 125 to 2000.",
        ),
        ({"root_volume": {"encrypted": "yes"}}, "_root_volume.encrypted: yes. Expected: true or false."),
        ({"root_volume": {"kms_key_id": "my key"}}, "_root_volume.kms_key_id: my key. Expected: the id, alias or ARN of a key."),
        ({"root_volume": {"kms_key_id": "alias/a", "encrypted": False}}, "_root_volume.encrypted: false. Expected: true"),
        ({"termination_protection": "maybe"}, "_termination_protection: maybe. Expected: true or false."),
    ],
)
def test_what_is_wrong_is_named(given: dict[str, Any], problem: str) -> None:
    (found,) = launch_problems(given, PREFIX)
    assert found.startswith(f"Invalid {PREFIX}{problem}")


def test_groups_are_known_by_id_or_name() -> None:
    groups = [{"group_id": "sg-a", "group_name": "monitoring"}]
    assert unknown_groups(["sg-a", "monitoring"], groups, "v") == unknown_groups([], [], "v") == []
    expected = "Expected: ids or names of security groups in the VPC of the stream managers."
    assert unknown_groups(["x", "sg-a", "b"], groups, "v") == [f"Invalid v: b, x. {expected}"]


def findings(settings: dict[str, Any], *instances: dict[str, Any], groups: Any = ()) -> list[tuple[str, Any, Any]]:
    slots = [{"name": one["instance_id"], "instance_id": one["instance_id"], "adopted": one["instance_id"] == "i-1"} for one in instances]
    slots.append({"name": "missing", "instance_id": "", "adopted": False})
    said = launch_checks(slots, instances, VOLUMES, settings, groups)
    return [(one["subject"], one["expected"], one["found"]) for one in said if one["expected"] != one["found"]]


SETTINGS: dict[str, Any] = {
    "iam_instance_profile": PROFILE,
    "security_groups": ["sg-own", "sg-a", "sg-b"],
    "metadata_options": {"http_tokens": "optional", "http_put_response_hop_limit": 2},
    "volumes": [{"device_name": "/dev/xvda", "ebs": {"volume_size": 16, "volume_type": "gp3", "delete_on_termination": True}}],
    "termination_protection": True,
}


def test_without_a_network_the_groups_are_those_of_the_first_one() -> None:
    """As for verify.yml, which shows all that can be read when the VPC is not found."""
    instance = {"instance_id": "i-2", "security_groups": [{"group_id": "sg-own"}]}
    held = findings({**SETTINGS, "iam_instance_profile": None, "security_groups": [None, "sg-own"]}, instance)
    assert "i-2 security groups" not in [subject for subject, _expected, _found in held]


def test_one_that_is_like_the_first_one_is_not_named_and_the_first_one_is_not_compared() -> None:
    assert findings(SETTINGS, {**FIRST, "instance_id": "i-2"}, {"instance_id": "i-1"}) == []
    by_name = SETTINGS | {"iam_instance_profile": "red5pro", "security_groups": ["sg-own", "monitoring", "sg-b"]}
    assert findings(by_name, {**FIRST, "instance_id": "i-2"}, groups=[{"group_id": "sg-a", "group_name": "monitoring"}]) == []


def test_everything_that_differs_is_named() -> None:
    bare = {"instance_id": "i-2"}
    volumes = [{"device_name": "/dev/xvda", "ebs": {"volume_size": 16, "encrypted": True, "kms_key_id": "arn:aws:kms:key"}}]
    assert findings(SETTINGS | {"volumes": volumes}, bare) == [
        ("i-2 instance profile", PROFILE, ""),
        ("i-2 security groups", ["sg-a", "sg-b", "sg-own"], []),
        ("i-2 metadata option http_tokens", "optional", None),
        ("i-2 metadata option http_put_response_hop_limit", 2, None),
        ("i-2 root volume volume_size", "16", ""),
        ("i-2 root volume encrypted", "True", "None"),
        ("i-2 root volume kms_key_id", "arn:aws:kms:key", "None"),
        ("i-2 termination protection", True, False),
    ]


def test_what_is_not_expected_is_not_compared() -> None:
    alias = [{"device_name": "/dev/xvda", "ebs": {"kms_key_id": "alias/a"}}]
    nothing = {"iam_instance_profile": None, "security_groups": [], "metadata_options": None, "termination_protection": None}
    for volumes in (None, alias):
        assert findings({**nothing, "volumes": volumes}, {"instance_id": "i-2"}) == []
