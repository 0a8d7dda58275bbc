# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""No wait for stream managers is vacuously true, and volumes that stay are named."""

from __future__ import annotations

from typing import Any

from ansible_collections.streamops.red5pro.plugins.plugin_utils.stream_managers import (
    awaited_addresses,
    awaited_instances,
    outliving_volumes,
)


def place(number: int, **more: Any) -> dict[str, Any]:
    return {
        "name": f"live-stream-manager-{number}",
        "adopted": False,
        "instance_id": f"i-{number}",
        "public_ip": f"127.55.0.{number}",
        **more,
    }


def instance(number: int, state: str = "running", **more: Any) -> dict[str, Any]:
    return {"instance_id": f"i-{number}", "state": {"name": state}, "tags": {"Name": f"live-stream-manager-{number}"}, **more}


def test_an_empty_answer_ends_no_wait() -> None:
    places = [place(1), place(2)]
    assert awaited_instances(places, []) == ["live-stream-manager-1", "live-stream-manager-2"]
    assert awaited_addresses(places, []) == ["live-stream-manager-1", "live-stream-manager-2"]


def test_only_what_runs_is_there() -> None:
    assert awaited_instances([place(1), place(2)], [instance(1), instance(2, "pending")]) == ["live-stream-manager-2"]


def test_an_adopted_instance_is_known_by_its_id() -> None:
    strangers = instance(7, tags=None)
    assert awaited_instances([place(1, adopted=True)], [strangers], "i-7") == []
    assert awaited_instances([place(1, adopted=True)], [strangers], "i-8") == ["live-stream-manager-1"]


def test_an_address_counts_on_its_own_instance_alone() -> None:
    addresses = [
        {"public_ip": "127.55.0.1", "instance_id": "i-1"},
        {"public_ip": "127.55.0.2", "instance_id": "i-1"},
        {"public_ip": "127.55.0.3"},
    ]
    assert awaited_addresses([place(1), place(2), place(3)], addresses) == ["live-stream-manager-2", "live-stream-manager-3"]


def test_a_place_without_instance_and_address_is_not_one_with_a_free_address() -> None:
    assert awaited_addresses([place(2, instance_id="", public_ip="")], [{"public_ip": ""}]) == ["live-stream-manager-2"]


def test_volumes_that_outlive_their_instance_are_named() -> None:
    root = {"device_name": "/dev/sda1", "ebs": {"volume_id": "vol-1", "delete_on_termination": True}}
    data = {"device_name": "/dev/sdf", "ebs": {"volume_id": "vol-2", "delete_on_termination": False}}
    store = {"device_name": "/dev/sdb", "virtual_name": "ephemeral0"}
    found = outliving_volumes(
        [instance(2, block_device_mappings=[root, data, store]), instance(3, tags=None, block_device_mappings=[data]), instance(4)]
    )
    assert found == [
        "the volume vol-2 (/dev/sdf), which outlives live-stream-manager-2",
        "the volume vol-2 (/dev/sdf), which outlives i-3",
    ]
