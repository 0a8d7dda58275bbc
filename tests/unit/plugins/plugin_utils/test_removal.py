# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rows of what is deleted, and images with their snapshots."""

from __future__ import annotations

from typing import Any

from ansible_collections.streamops.red5pro.plugins.plugin_utils.ownership import tag_filters
from ansible_collections.streamops.red5pro.plugins.plugin_utils.removal import (
    image_readings,
    image_removal,
    image_rows,
    image_steps,
    lines,
    named_rows,
)

HERE = "us-east-1"


def test_lines_are_aligned_and_lack_what_is_missing() -> None:
    rows = [
        {"what": "Elastic IP", "name": "live-2", "id": "203.0.113.7", "region": HERE},
        {"what": "scale policy", "name": "p", "id": None},
    ]
    assert lines(rows) == ["Elastic IP    live-2  203.0.113.7  us-east-1", "scale policy  p"]
    assert lines([]) == []


def test_rows_are_named_by_tag_or_by_a_field() -> None:
    instances = [{"instance_id": "i-1", "tags": {"Name": "one"}}, {"instance_id": "i-2", "tags": {}}]
    assert [(row["name"], row["id"]) for row in named_rows(instances, "builder", "instance_id", HERE)] == [("one", "i-1"), ("", "i-2")]
    (row,) = named_rows([{"arn": "a", "domain_name": "example.com"}], "certificate", "arn", named="domain_name")
    assert row == {"what": "certificate", "name": "example.com", "id": "a", "region": ""}


def test_a_snapshot_is_deleted_with_its_image_or_alone() -> None:
    mappings = [{"device_name": "/dev/sda1", "ebs": {"snapshot_id": "snap-1"}}, {"device_name": "/dev/sdb", "virtual_name": "ephemeral0"}]
    pending = [{"device_name": "/dev/sda1", "ebs": {"volume_size": 8}}]
    images = {
        HERE: [{"image_id": "ami-1", "name": "live-node", "state": "available", "block_device_mappings": mappings}],
        "us-west-2": [{"image_id": "ami-2", "name": "live-node", "state": "pending", "block_device_mappings": pending}],
    }
    snapshots = {HERE: [{"snapshot_id": "snap-3"}, {"snapshot_id": "snap-1"}, {"snapshot_id": "snap-2"}]}
    rows = image_rows(images, snapshots, "image of nodes")
    assert [(row["what"], row["id"], row["region"], row.get("state")) for row in rows] == [
        ("image of nodes", "ami-1", HERE, "available"),
        ("image of nodes", "ami-2", "us-west-2", "pending"),
        ("snapshot", "snap-2", HERE, None),
        ("snapshot", "snap-3", HERE, None),
    ]
    assert image_steps(rows) == {"pending": ["us-west-2"], "images": rows[:2], "snapshots": rows[2:]}


def test_images_and_snapshots_are_read_where_they_are_and_by_their_tags() -> None:
    filters = tag_filters("live", "node-image")
    assert filters == {"tag:red5pro:deployment": "live", "tag:red5pro:role": "node-image"}
    images, snapshots, users = image_readings("x", filters, ["us-west-2"], [HERE])
    own = {"kind": "images", "parameters": {"Owners": ["self"]}}
    assert images == {**own, "name": "x_images-us-west-2", "region": "us-west-2", "filters": filters}
    assert snapshots == {"kind": "snapshots", "name": f"x_snapshots-{HERE}", "region": HERE, "filters": filters}
    source = {"block-device-mapping.snapshot-id": f"x_snapshots-{HERE}.snapshot_id"}
    assert users == {**own, "name": f"x_snapshot_users-{HERE}", "region": HERE, "filters_of": source}


def test_an_image_of_somebody_else_blocks_the_snapshot_it_uses() -> None:
    def image(image_id: str) -> dict[str, Any]:
        mappings = [{"ebs": {"snapshot_id": "snap-1"}}]
        return {"image_id": image_id, "name": image_id, "state": "available", "block_device_mappings": mappings}

    current = {
        f"x_images-{HERE}": [image("ami-1")],
        f"x_snapshots-{HERE}": [{"snapshot_id": "snap-1"}],
        f"x_snapshot_users-{HERE}": [image("ami-1"), image("ami-2")],
        f"y_images-{HERE}": [image("ami-3")],
    }
    rows, blockers = image_removal("x", "image", current)
    assert [row["id"] for row in rows] == ["ami-1"]
    assert blockers == [
        "Refusing to delete snapshot snap-1: the image ami-2 (ami-2) of somebody else uses it. Deregister that image first."
    ]
