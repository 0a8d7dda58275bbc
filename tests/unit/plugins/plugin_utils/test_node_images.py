# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is read of the images of nodes, what is missing, and which may be deleted."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.filter.node_images import FilterModule
from ansible_collections.streamops.red5pro.plugins.plugin_utils import node_images

Facts = dict[str, Any]
FILTERS = FilterModule().filters()
OWN = {"red5pro:deployment": "live", "red5pro:role": "node-image"}
WANTED = "live-node-abc"
DECLARED: Facts = {
    "name": "live",
    "region": "home",
    "image": WANTED,
    "regions": ["away"],
    "tags": OWN,
    "in_use": [],
    "kept": "1",
    "running_builders": [],
    "private_address": False,
}


def found(name: str = WANTED, state: str = "available", tags: Facts | None = None, number: int = 1) -> Facts:
    made = f"2026-01-{number:02}T00:00:00.000Z"
    return {"image_id": f"ami-{number}", "name": name, "state": state, "creation_date": made, "tags": OWN if tags is None else tags}


def planned(home: list[Facts], away: list[Facts], builders: list[Facts] | None = None, **declared: Any) -> Facts:
    current = {"node_images": home, "node_images-away": away, "node_image_builders": builders or []}
    plan: Facts = FILTERS["node_image_plan"]({**DECLARED, **declared}, current)
    return plan


def test_readings() -> None:
    home, builders, away = node_images.all_readings("live", ["away"])
    assert home["filters"] == away["filters"] == {"name": "live-node-*"}
    assert (home["name"], away["name"], away["region"]) == ("node_images", "node_images-away", "away")
    assert (builders["name"], builders["details"]) == ("node_image_builders", ["termination_protection"])


def test_all_is_there() -> None:
    plan = planned([found(), found("live-node-xyz", number=2)], [found(number=3)])
    assert plan == {
        "image": found(),
        "encrypted": False,
        "foreign": [],
        "failed": [],
        "images": [found()],
        "failure": "",
        "builder": {"instance_id": "", "address": "", "private_ip": ""},
        "copies": {"lacking": [], "untagged": [], "waiting": [], "failed": []},
        "copies_to_make": False,
        "regions_served": ["away"],
        "builders": [],
        "builders_protected": [],
        "builders_refused": [],
        "retired": [],
    }


def test_an_image_is_encrypted_if_one_of_its_disks_is() -> None:
    disks = [{"device_name": "/dev/sdb", "virtual_name": "ephemeral0"}, {"ebs": {"encrypted": False}}, {"ebs": {"encrypted": True}}]
    assert planned([{**found(), "block_device_mappings": disks}], [])["encrypted"] is True
    assert planned([{**found(), "block_device_mappings": disks[:2]}], [])["encrypted"] is False


def test_nothing_is_there() -> None:
    plan = planned([], [found("live-node-xyz")])
    assert (plan["image"], plan["images"], plan["regions_served"]) == ({}, [], [])
    assert (plan["copies"]["lacking"], plan["copies_to_make"]) == (["away"], True)


def test_a_copy_in_the_making_serves_nobody() -> None:
    plan = planned([found()], [found(state="pending")])
    assert (plan["regions_served"], plan["copies"]["waiting"], plan["copies_to_make"]) == ([], ["away"], True)


def test_an_image_that_failed_and_one_of_somebody_else() -> None:
    plan = planned([found(state="failed"), found(tags={}, number=2)], [found()])
    assert plan["image"]["image_id"] == "ami-2"
    assert [one["image_id"] for one in plan["failed"]] == ["ami-1"]
    assert ["ami-2" in one for one in plan["foreign"]] == [True]


def test_builders_that_are_left() -> None:
    builders = [{"instance_id": f"i-{number}", "tags": {"Name": "b"}, "disable_api_termination": number == 1} for number in (1, 2)]
    plan = planned([], [], builders)
    assert (plan["builders"], plan["builders_protected"]) == (["i-1", "i-2"], ["i-1"])
    assert [one.startswith("Refusing to terminate b (i-1)") for one in plan["builders_refused"]] == [True]


def test_only_own_images_are_retired_when_it_is_known_which_are_used() -> None:
    home = [found(number=9), found("live-node-old", number=2), found("live-node-theirs", tags={}, number=3), found("live-node-x", number=4)]
    assert planned(home, [], kept=0)["retired"] == []
    retired = planned(home, [], kept=0, in_use=["live-node-x"])["retired"]
    assert retired == [{"region": "home", "name": "live-node-old", "image_id": "ami-2"}]


def copied(region: str, state: str = "available", **tags: str) -> dict[str, list[Facts]]:
    return {region: [{"image_id": f"ami-{region}", "state": state, "tags": tags}]}


def test_copied_images() -> None:
    copies: dict[str, list[Facts]] = {
        "lacks": [],
        **copied("has", a="1", b="x", more="y"),
        **copied("pends", "pending", a="1", b="x"),
        **copied("untagged", a="2", b="x"),
    }
    assert node_images.copied_images(copies, {"a": 1, "b": "x"}) == {
        "lacking": ["lacks"],
        "untagged": [{"region": "untagged", "image_id": "ami-untagged"}],
        "waiting": ["lacks", "pends"],
        "failed": [],
    }


def test_a_copy_that_failed_is_lacking_and_only_the_deployments_own_is_replaced() -> None:
    own, other = copied("own", "failed", **{"red5pro:deployment": "live"}), copied("other", "failed")
    found = node_images.copied_images({**own, **other}, {"red5pro:deployment": "live"})
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


def test_a_copy_is_as_old_as_the_first_and_is_deleted_with_it() -> None:
    images = {"home": [image(2), image(3)], "away": [image(2, 9), image(1, 8)]}
    assert [(one["region"], one["name"]) for one in node_images.retired_images(images, "n3", [], 1)] == [("away", "n2"), ("home", "n2")]
    assert node_images.retired_images(images, "n3", [], 0) == [
        {"region": "away", "name": "n1", "image_id": "ami-1"},
        {"region": "away", "name": "n2", "image_id": "ami-2"},
        {"region": "home", "name": "n2", "image_id": "ami-2"},
    ]


def test_why_the_image_failed_and_which_builder_runs() -> None:
    running = {"instance_id": "i-1", "state": {"name": "running"}, "private_ip_address": "10.0.0.9"}
    plan = planned([found(state="failed")], [], running_builders=[running], private_address=True)
    assert plan["failure"] == "ami-1 failed: AWS gives no reason"
    assert plan["builder"] == {"instance_id": "i-1", "address": "10.0.0.9", "private_ip": "10.0.0.9"}
