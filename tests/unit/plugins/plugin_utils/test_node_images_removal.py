# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which node images, snapshots and builders are deleted in which regions."""

from __future__ import annotations

from typing import Any

from ansible_collections.streamops.red5pro.plugins.plugin_utils.node_images_removal import plan, readings

HERE, THERE = "us-east-1", "us-west-2"
DECLARED: dict[str, Any] = {"name": "live", "region": HERE, "lift_protection": False}


def tagged(*found: tuple[str, str], unread: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"tagged": [{"region": region, "type": kind, "id": "x"} for region, kind in found], "unread_regions": list(unread)}


def image(image_id: str, state: str = "available") -> dict[str, Any]:
    return {"image_id": image_id, "name": f"live-node-{image_id}", "state": state, "block_device_mappings": []}


def test_images_and_snapshots_are_read_only_where_there_are_some() -> None:
    found = readings("live", HERE, tagged((HERE, "instance"), (THERE, "image"), ("eu-west-1", "snapshot"))["tagged"])
    assert [(one["name"], one["region"]) for one in found] == [
        ("node_image_builders", HERE),
        (f"tagged_node_images-{THERE}", THERE),
        ("tagged_node_snapshots-eu-west-1", "eu-west-1"),
        ("tagged_node_snapshot_users-eu-west-1", "eu-west-1"),
    ]
    assert found[1]["filters"] == {"tag:red5pro:deployment": "live", "tag:red5pro:role": "node-image"}


def test_builders_and_images_are_deleted() -> None:
    builder = {"instance_id": "i-1", "tags": {"Name": "builder"}, "disable_api_termination": True}
    current = {
        "node_image_builders": [builder],
        f"tagged_node_images-{THERE}": [image("ami-1", "pending")],
        f"tagged_node_snapshots-{HERE}": [{"snapshot_id": "snap-1"}],
    }
    found = plan({**DECLARED, **tagged((THERE, "image"), (HERE, "snapshot"), unread=("eu-west-1",))}, current)
    assert [(row["id"], row["region"]) for row in found["rows"]] == [("i-1", HERE), ("ami-1", THERE), ("snap-1", HERE)]
    assert (found["deployment"], found["problems"], found["builders"], found["protected"]) == ("live", [], ["i-1"], ["i-1"])
    assert (found["pending"], found["regions"]) == ([THERE], [HERE, THERE])
    assert [[row["id"] for row in found[kind]] for kind in ("images", "snapshots")] == [["ami-1"], ["snap-1"]]
    assert len(found["blockers"]) == 1 and "termination protection is on" in found["blockers"][0]
    assert found["kept"] == ["everything in the unreadable region eu-west-1"]
    assert plan({**DECLARED, **tagged(), "lift_protection": True}, current)["blockers"] == []


def test_the_region_of_the_elastic_ips_is_the_deployments_own() -> None:
    def problems(*regions: str) -> Any:
        found = tagged(*((region, "elastic-ip") for region in regions))
        return plan({**DECLARED, **found}, {"node_image_builders": []})["problems"]

    assert problems(HERE) == problems() == []
    assert problems(THERE, HERE) == [
        f"Invalid red5pro_region: {HERE}. Expected: the region of the deployment live, whose Elastic IPs are in {THERE}."
    ]
