# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where images of nodes are needed, and which may go."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.filter import node_images

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
    assert node_images.named_regions(policies, GROUPS) == ["ap-south-1", "eu-west-1", "us-east-1", "us-west-2"]
    assert node_images.named_regions([], []) == []


def test_named_images() -> None:
    configs = [
        {"name": "pinned", "image": "one", "targets": [{"role": "origin"}]},
        {"name": "roles", "targets": [{"role": "origin", "image": "two"}, {"role": "edge"}]},
        {"name": "plain", "targets": [{"role": "origin"}]},
        {"name": "unknown", "state": "absent", "image": "three"},
    ]
    assert node_images.named_images(configs, GROUPS) == [
        {"region": "us-east-1", "names": ["one", "two"]},
        {"region": "us-west-2", "names": ["one"]},
    ]


def copied(region: str, state: str = "available", **tags: str) -> Facts:
    return {"item": region, "images": [{"image_id": f"ami-{region}", "state": state, "tags": tags}]}


def test_copied_images() -> None:
    readings = [
        {"item": "lacks", "images": []},
        copied("has", a="1", b="x", more="y"),
        copied("pends", "pending", a="1", b="x"),
        copied("untagged", a="2", b="x"),
    ]
    assert node_images.copied_images(readings, {"a": 1, "b": "x"}) == {
        "lacking": ["lacks"],
        "untagged": [{"region": "untagged", "image_id": "ami-untagged"}],
        "waiting": ["lacks", "pends"],
        "failed": [],
    }


def test_a_copy_that_failed_is_lacking_and_only_the_deployments_own_is_replaced() -> None:
    own, other = copied("own", "failed", **{"red5pro:deployment": "live"}), copied("other", "failed")
    found = node_images.copied_images([own, other], {"red5pro:deployment": "live"})
    assert found == {
        "lacking": ["own", "other"],
        "untagged": [],
        "waiting": ["own", "other"],
        "failed": [{"region": "own", "image_id": "ami-own"}],
    }


def image(number: int, made: int | None = None) -> Facts:
    return {"name": f"n{number}", "image_id": f"ami-{number}", "creation_date": f"2026-01-{made or number:02}T00:00:00.000Z"}


@pytest.mark.parametrize(
    "current, in_use, kept, retired",
    [
        ("n4", [], 1, ["n1", "n2"]),
        ("n4", [], 0, ["n1", "n2", "n3"]),
        ("n4", [], 9, []),
        ("n4", ["n4", "n2"], 0, ["n1", "n3"]),
        ("n1", [], 1, ["n2", "n3"]),  # back to an old image: the newest of the others is kept
        ("n5", ["n4"], 0, ["n1", "n2", "n3"]),  # not made yet
    ],
)
def test_retired_images(current: str, in_use: list[str], kept: int, retired: list[str]) -> None:
    images = {"home": [image(3), image(1), image(4), image(2)]}
    assert [one["name"] for one in node_images.retired_images(images, current, in_use, kept)] == retired


def test_a_copy_is_as_old_as_the_first_and_goes_with_it() -> None:
    images = {"home": [image(2), image(3)], "away": [image(2, 9), image(1, 8)]}
    assert [(one["region"], one["name"]) for one in node_images.retired_images(images, "n3", [], 1)] == [("away", "n2"), ("home", "n2")]
    assert node_images.retired_images(images, "n3", [], 0) == [
        {"region": "away", "name": "n1", "image_id": "ami-1"},
        {"region": "away", "name": "n2", "image_id": "ami-2"},
        {"region": "home", "name": "n2", "image_id": "ami-2"},
    ]
