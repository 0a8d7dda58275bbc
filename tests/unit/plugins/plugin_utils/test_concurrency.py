# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Two runs at the same time choose the same of duplicates, and detect each other."""

from __future__ import annotations

from itertools import permutations
from typing import Any

from ansible_collections.streamops.red5pro.plugins.plugin_utils.concurrency import concurrent_run, own_ids, preferred, preferred_addresses

OWN = {"red5pro:deployment": "live", "red5pro:role": "stream-manager", "Name": "live-stream-manager-2"}


def instance(instance_id: str, launched: str = "", **tags: str) -> dict[str, Any]:
    return {"instance_id": instance_id, "launch_time": launched, "tags": {**OWN, **tags}}


def address(allocation_id: str, instance_id: str = "", **tags: str) -> dict[str, Any]:
    return {"allocation_id": allocation_id, "public_ip": f"ip-{allocation_id}", "instance_id": instance_id, "tags": {**OWN, **tags}}


def test_of_instances_of_one_name_the_one_in_use_counts_then_the_oldest_whatever_the_order() -> None:
    instances = [instance("i-2", "2026-01-01"), instance("i-3", "2026-01-02"), instance("i-1", "2026-01-02")]
    for order in permutations(instances):
        assert [one["instance_id"] for one in preferred(order, [])] == ["i-2", "i-1", "i-3"]
        assert preferred(order, [address("eipalloc-1", "i-3"), {"allocation_id": "eipalloc-2", "tags": {}}])[0]["instance_id"] == "i-3"


def test_of_addresses_of_one_name_the_one_in_use_counts_then_the_first_id() -> None:
    addresses = [address("eipalloc-3", "i-1"), address("eipalloc-2"), address("eipalloc-1")]
    for order in permutations(addresses):
        assert [one["allocation_id"] for one in preferred_addresses(order)] == ["eipalloc-3", "eipalloc-1", "eipalloc-2"]


def test_what_neither_existed_nor_was_created_here_shows_another_run() -> None:
    stranger = instance("i-9", **{"red5pro:deployment": "other"})
    instances, addresses = (
        [instance("i-1"), instance("i-2"), stranger],
        [address("eipalloc-1"), {"allocation_id": "eipalloc-2", "tags": None}],
    )
    known = own_ids(instances, addresses, "live")
    assert known == ["i-1", "i-2", "eipalloc-1"]
    assert concurrent_run(instances, addresses, "live", known) == ""
    made = "live-stream-manager-2 (Elastic IP ip-eipalloc-1), live-stream-manager-2 (i-2)"
    assert concurrent_run(instances, addresses, "live", ["i-1"]) == (
        f"Another run is changing live at the same time. It created {made}. "
        "Wait until it ends, then run the playbook again. Duplicates are removed."
    )
