# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is declared wrong is refused before anything is changed, by a message with the variable, its value and what would be right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playing import said

PLAYBOOK = Path(__file__).with_name("network.yml")
POLICY_TARGETS = [{"role": role, "min_limit": 2, "max_limit": 4} for role in ("origin", "edge", "relay", "transcoder")]

# By the declaration alone: variables, and what each message must hold.
DECLARATIONS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "names AWS would refuse": ({"red5pro_name": "live_stream-"}, ['red5pro_name (network_name) is "live_stream-"', "1 to 32"]),
    "a name for internal load balancers": ({"red5pro_name": "internal-live"}, ['"internal-live"', "internal-"]),
    "a malformed domain": (
        {"red5pro_domain": "stream..example.com", "red5pro_certificate_domain": "-x.example.com"},
        [
            'red5pro_domain (network_domain) is "stream..example.com"',
            'red5pro_certificate_domain (network_certificate_domain) is "-x.example.com"',
        ],
    ),
    "a certificate for another domain": (
        {"red5pro_certificate_domain": "*.example.org"},
        ['red5pro_certificate_domain (network_certificate_domain) is "*.example.org"', "one of streammanager.example.com, *.example.com"],
    ),
    "a wildcard does not cover two labels": (
        {"red5pro_domain": "live.eu.example.com", "red5pro_certificate_domain": "*.example.com"},
        ["live.eu.example.com, *.eu.example.com"],
    ),
    "a certificate of another region": (
        {"red5pro_certificate_arn": "arn:aws:acm:eu-west-1:123456789012:certificate/x"},
        ["red5pro_certificate_arn", "arn:aws:acm:us-east-1:..."],
    ),
    "a reporting speed out of range, and no such way with what is replaced": (
        {"red5pro_reporting_speed": 4999, "red5pro_replaced_node_groups": "delete", "red5pro_images_kept": -1},
        [
            "red5pro_reporting_speed (network_reporting_speed) is 4999",
            "5000 to 30000",
            'red5pro_replaced_node_groups (network_replaced_node_groups) is "delete"; right would be: keep or remove',
            "red5pro_images_kept (network_images_kept) is -1; right would be: 0 or more",
        ],
    ),
    "an empty token": ({"red5pro_api_token": " "}, ["red5pro_api_token", "(hidden)", "rest.administratorToken"]),
    "a count of none": ({"red5pro_stream_manager_count": 0}, ["red5pro_stream_manager_count", "at least 1"]),
    "a number that is none": (
        {"red5pro_stream_manager_numbers": [1, "two"]},
        ['red5pro_stream_manager_numbers (network_stream_manager_numbers) is [1, "two"]', "whole numbers from 1 on"],
    ),
    "a number twice": ({"red5pro_stream_manager_numbers": "1,3,3"}, ["red5pro_stream_manager_numbers", "none twice"]),
    "the first stream manager is to go": (
        {"red5pro_stream_manager_numbers": [2, 3]},
        ["red5pro_stream_manager_numbers (network_stream_manager_numbers) is [2, 3]", "i-0f1a5700000000001", "never taken out"],
    ),
    "a release that names no image": ({"red5pro_stream_manager_release": "14/1"}, ["red5pro_stream_manager_release", '"14/1"', "a word"]),
    "a release of an image that is given": (
        {
            "red5pro_stream_manager_release": "14.1",
            "red5pro_stream_manager_image": "ami-0f1a5700000000001",
            "red5pro_stream_manager_instance": "",
        },
        ["red5pro_stream_manager_release", "none, since red5pro_stream_manager_image"],
    ),
    "fewer images kept than none": ({"red5pro_images_kept": -1}, ["red5pro_images_kept (network_images_kept) is -1", "0 or more"]),
    "no first stream manager": ({"red5pro_stream_manager_instance": ""}, ["red5pro_stream_manager_instance", "exactly one of the two"]),
    "two first stream managers": ({"red5pro_stream_manager_image": "ami-0f1a5700000000001"}, ["exactly one of the two"]),
    "an address twice": (
        {"red5pro_allocation_ids": ["eipalloc-1", "eipalloc-1"]},
        ["red5pro_allocation_ids", "none twice"],
    ),
    "a policy that breaks the rules": (
        {
            "red5pro_scale_policies": [
                {
                    "name": "default-v3",
                    "regions": [{"name": "default", "targets": [{**POLICY_TARGETS[0], "min_limit": 5}, *POLICY_TARGETS[1:]]}],
                }
            ]
        },
        ["regions[0].targets[0].min_limit"],
    ),
    "a configuration that breaks the rules": (
        {
            "red5pro_launch_configs": [
                {"name": "all-nodes-launch", "targets": [{"role": "origin", "instance_type": "c5.large", "connection_capacity": 0}]}
            ]
        },
        ["targets[0].connection_capacity"],
    ),
    "a group of a policy that is not declared": (
        {"red5pro_node_groups": [{"name": "g", "regions": ["us-east-1"], "launch_config": "all-nodes-launch", "scale_policy": "nowhere"}]},
        ["nowhere"],
    ),
}

CONFIG_TARGETS = [{"role": role, "instance_type": "c5.large", "connection_capacity": 100} for role in ("origin", "edge")]

# Against what AWS holds: these are found together, each by its message.
ACCOUNT: dict[str, tuple[dict[str, Any], list[str]]] = {
    "an unknown VPC": ({"red5pro_vpc": "nowhere"}, ['red5pro_vpc (network_vpc) is "nowhere"', "found 0"]),
    "unknown subnet, groups, key, instance and image": (
        {
            "red5pro_subnets": ["red5pro-public-a", "subnet-0123456789abcdef0"],
            "red5pro_stream_manager_security_group": "no-group",
            "red5pro_database_security_group": "sg-0123456789abcdef0",
            "red5pro_key_name": "no-key",
            "red5pro_stream_manager_instance": "i-0123456789abcdef0",
            "red5pro_node_image": "ami-0123456789abcdef0",
            "red5pro_allocation_ids": ["eipalloc-0123456789abcdef0"],
            "red5pro_launch_configs": [
                {"name": "all-nodes-launch", "image": "red5pro-node-original", "targets": [{**CONFIG_TARGETS[0], "image": "no-such"}]}
            ],
            "red5pro_scale_policies": [
                {
                    "name": "default-v3",
                    "regions": [{"name": name, "targets": POLICY_TARGETS[:1]} for name in ("default", "us-west-2", "us-east-1")],
                }
            ],
            "red5pro_node_groups": [
                {"name": "g", "regions": ["us-east-1", "us-west-2"], "launch_config": "all-nodes-launch", "scale_policy": "default-v3"}
            ],
        },
        [
            "not found: subnet-0123456789abcdef0",
            "at least two Availability Zones",
            'red5pro_stream_manager_security_group (network_stream_manager_security_group) is "no-group"',
            'red5pro_database_security_group (network_database_security_group) is "sg-0123456789abcdef0"',
            'red5pro_key_name (network_key_name) is "no-key"',
            'red5pro_stream_manager_instance (network_stream_manager_instance) is "i-0123456789abcdef0"',
            'red5pro_node_image (network_node_image) is "ami-0123456789abcdef0"',
            "not found: eipalloc-0123456789abcdef0",
            "red5pro_launch_configs (network_launch_configs) is "
            '["no-such in us-east-1", "no-such in us-west-2", "red5pro-node-original in us-west-2"]; right would be: the names of images',
        ],
    ),
    "a region that is none, and one that is not enabled": (
        {
            "red5pro_scale_policies": [
                {
                    "name": "default-v3",
                    "regions": [{"name": name, "targets": POLICY_TARGETS[:1]} for name in ("default", "us-east-9", "eu-south-2")],
                }
            ],
            "red5pro_node_groups": [
                {"name": "g", "regions": ["us-east-9", "eu-south-2"], "launch_config": "all-nodes-launch", "scale_policy": "default-v3"}
            ],
        },
        [
            'red5pro_scale_policies (network_scale_policies) is ["eu-south-2", "us-east-9"]; right would be: in its regions only AWS',
            'red5pro_node_groups (network_node_groups) is ["eu-south-2", "us-east-9"]',
        ],
    ),
    "two subnets of one zone, one private, and too few addresses": (
        {
            "red5pro_subnets": ["red5pro-public-a", "red5pro-public-a-spare", "red5pro-private-b"],
            "red5pro_stream_manager_count": 4,
        },
        [
            "one subnet for each Availability Zone; these are in us-east-1a, us-east-1a, us-east-1b",
            "public subnets, with a route to an internet gateway",
            "red5pro_stream_manager_count (network_stream_manager_count) is 4",
            "4 more Elastic IPs are needed and 3 of 5 are free",
        ],
    ),
}


@pytest.mark.parametrize("case", DECLARATIONS | ACCOUNT)
def test_refused_before_anything_is_changed(rehearsal: Any, play: Any, case: str) -> None:
    variables, messages = (DECLARATIONS | ACCOUNT)[case]
    calls = len(rehearsal.calls())
    result = play(PLAYBOOK, check=False, **variables)
    assert result.returncode == 2, result.stdout
    for message in messages:
        assert message in said(result), result.stdout
    assert "Traceback" not in result.stdout + result.stderr
    assert [call for call in rehearsal.calls()[calls:] if call["mutating"]] == []


def test_a_name_that_begins_another_deployments(play: Any, aws: Any) -> None:
    tags = [{"Key": "red5pro:deployment", "Value": "live-eu"}]
    address = aws("ec2", "allocate_address", Domain="vpc", TagSpecifications=[{"ResourceType": "elastic-ip", "Tags": tags}])
    try:
        result = play(PLAYBOOK, check=False)
    finally:
        aws("ec2", "release_address", AllocationId=address["AllocationId"])
    assert result.returncode == 2, result.stdout
    assert 'red5pro_name (network_name) is "live"' in said(result)
    assert "live-eu" in said(result)
