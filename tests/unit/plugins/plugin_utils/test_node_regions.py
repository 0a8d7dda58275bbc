# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where declared nodes run, and which images they need there."""

from __future__ import annotations

from typing import Any

from ansible_collections.streamops.red5pro.plugins.plugin_utils.node_regions import named_images, named_regions, named_types

Facts = dict[str, Any]
GROUPS = [
    {"name": "g", "regions": ["us-west-2", "us-east-1"], "launch_config": "pinned"},
    {"name": "h", "regions": ["us-east-1", "default"], "launch_config": "roles"},
    {"name": "i", "regions": ["eu-west-1"], "launch_config": "plain"},
    {"name": "j", "regions": ["sa-east-1"], "launch_config": "pinned", "state": "absent"},
    {"name": "k", "launch_config": "unknown"},
]


def test_named_regions() -> None:
    policies = [
        {"name": "p", "regions": [{"name": "default"}, {"name": "ap-south-1"}]},
        {"name": "q", "regions": [{"targets": []}]},
        {"name": "r", "regions": [{"name": "sa-east-1"}], "state": "absent"},
        {"name": "s"},
    ]
    assert named_regions(policies, GROUPS) == ["ap-south-1", "eu-west-1", "us-east-1", "us-west-2"]
    assert named_regions([], []) == []
    assert named_regions([], [{"name": "g", "regions": "us-west-2, us-east-1"}]) == ["us-east-1", "us-west-2"]


def test_regions_of_nodes_with_a_subnet_of_their_policy_are_not_looked_for_by_name() -> None:
    zone = {"name": "us-west-2", "vpc": "vpc-1", "subnet": "subnet-1"}
    policies = [
        {"name": "wavelength", "regions": [{"name": "default"}, zone, {**zone, "subnet": "subnet-2"}]},
        {"name": "p", "regions": []},
    ]
    groups = [
        {"name": "g", "regions": ["us-west-2"], "scale_policy": "wavelength"},
        {"name": "h", "regions": ["us-east-1", "default"], "scale_policy": "p"},
        {"name": "i"},
    ]
    assert named_regions(policies, groups, by_name=True) == ["us-east-1"]
    groups[1]["regions"] = ["us-west-2"]
    assert named_regions(policies, groups, by_name=True) == ["us-west-2"]
    policies[0]["regions"] = [{"name": "ap-south-1"}]
    assert named_regions(policies, [], by_name=True) == ["ap-south-1"]


def test_named_images() -> None:
    configs = [
        {"name": "pinned", "image": "one", "targets": [{"role": "origin"}]},
        {"name": "roles", "targets": [{"role": "origin", "image": "two"}, {"role": "edge"}]},
        {"name": "plain", "targets": [{"role": "origin"}]},
        {"name": "unknown", "state": "absent", "image": "three"},
    ]
    assert named_images(configs, GROUPS) == [
        {"region": "us-east-1", "names": ["one", "two"]},
        {"region": "us-west-2", "names": ["one"]},
    ]


def test_named_types() -> None:
    configs = [
        {"name": "pinned", "targets": [{"role": "origin", "instance_type": "c5.large"}, {"role": "edge", "instance_type": "c5.xlarge"}]},
        {"name": "roles", "targets": [{"role": "origin", "instance_type": "c5.large"}]},
        {"name": "plain", "targets": None},
        {"name": "unused", "targets": [{"role": "origin", "instance_type": "m5.large"}]},
    ]
    assert named_types(configs, [*GROUPS, {"name": "l", "regions": "eu-west-1,eu-west-2", "launch_config": "roles"}]) == [
        {"region": "eu-west-1", "names": ["c5.large"]},
        {"region": "eu-west-2", "names": ["c5.large"]},
        {"region": "us-east-1", "names": ["c5.large", "c5.xlarge"]},
        {"region": "us-west-2", "names": ["c5.large", "c5.xlarge"]},
    ]
