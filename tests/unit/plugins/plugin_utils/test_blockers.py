# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What AWS would refuse to delete, and what it would not."""

from __future__ import annotations

from typing import Any

from ansible_collections.streamops.red5pro.plugins.filter.blockers import termination_protection
from ansible_collections.streamops.red5pro.plugins.plugin_utils.blockers import (
    address_blockers,
    association_blockers,
    image_blockers,
    protected_by_region,
    protected_instances,
    termination_blockers,
    user_blockers,
)


def instance(instance_id: str, protected: object, name: str = "") -> dict[str, Any]:
    attributes = {"disable_api_termination": {"value": protected}} if protected is not None else {}
    return {"instance_id": instance_id, "tags": {"Name": name} if name else {}, "attributes": attributes}


def test_protected_instances_are_named_with_what_to_do() -> None:
    instances = [
        instance("i-2", True, "live-2"),
        instance("i-1", True),
        instance("i-3", False, "live-3"),
        instance("i-4", None),
        {"instance_id": "i-5", "tags": {}},
        {"instance_id": "i-7", "tags": {}, "disable_api_termination": True},
        {"instance_id": "i-6", "tags": {}, "attributes": {"disable_api_termination": None}},
    ]
    assert protected_instances(instances) == ["i-1", "i-2", "i-7"]
    hint = "termination protection is on. Turn it off, or set red5pro_lift_termination_protection=true."
    assert termination_protection(instances) == {"instance_ids": ["i-1", "i-2", "i-7"], "blockers": termination_blockers(instances)}
    assert termination_blockers(instances) == [f"Refusing to terminate {name}: {hint}" for name in ("i-1", "i-7", "live-2 (i-2)")]


def test_protected_nodes_are_found_by_region_and_once() -> None:
    here, there = [instance("i-2", True), instance("i-1", True), instance("i-3", False)], [instance("i-4", None)]
    assert protected_by_region({"us-west-2": there, "us-east-1": here + here}) == [{"region": "us-east-1", "instance_ids": ["i-1", "i-2"]}]


def image(image_id: str, *snapshots: str, **more: Any) -> dict[str, Any]:
    mappings: list[dict[str, Any]] = [{"device_name": f"/dev/sd{one}", "ebs": {"snapshot_id": one}} for one in snapshots]
    mappings += [{"device_name": "/dev/sdx", "virtual_name": "ephemeral0"}, {"device_name": "/dev/sdy", "ebs": {"volume_size": 8}}]
    return {"image_id": image_id, "name": f"name-{image_id}", "block_device_mappings": mappings, **more}


def test_images_of_others_that_use_a_snapshot_and_protected_images_are_named() -> None:
    snapshots = [{"snapshot_id": "snap-1"}, {"snapshot_id": "snap-2"}]
    images = [
        image("ami-1", "snap-1"),
        image("ami-2", "snap-1", "snap-9"),
        image("ami-3", "snap-2", deregistration_protection="enabled-without-cooldown"),
        image("ami-4", "snap-9", deregistration_protection="enabled-without-cooldown"),
        image("ami-5", deregistration_protection="disabled"),
    ]
    rows = [{"id": "ami-1"}, {"id": "ami-3"}, {"id": "ami-5"}]
    assert image_blockers(images, snapshots, rows) == [
        "Refusing to delete snapshot snap-1: the image name-ami-2 (ami-2) of somebody else uses it. Deregister that image first.",
        "Refusing to deregister name-ami-3 (ami-3): deregistration protection is on. Turn it off.",
    ]


def test_an_elastic_ip_in_use_by_something_else_is_named() -> None:
    def address(public_ip: str, name: str, **more: str) -> dict[str, Any]:
        return {"public_ip": public_ip, "tags": {"Name": name}, **more}

    addresses = [
        address("203.0.113.1", "live-stream-manager-1", instance_id="i-first", association_id="eipassoc-1"),
        address("203.0.113.2", "live-stream-manager-2", instance_id="i-own", association_id="eipassoc-2"),
        address("203.0.113.3", "live-stream-manager-3", instance_id="i-other", association_id="eipassoc-3"),
        address("203.0.113.4", "live-stream-manager-1", network_interface_id="eni-nat", association_id="eipassoc-4"),
        address("203.0.113.5", "live-stream-manager-5", network_interface_id="eni-left"),
        address("203.0.113.6", "live-stream-manager-6"),
    ]
    assert address_blockers(addresses, ["i-own"], "live") == [
        "Refusing to release Elastic IP 203.0.113.3: i-other of somebody else uses it. Disassociate it first.",
        "Refusing to release Elastic IP 203.0.113.4: eni-nat of somebody else uses it. Disassociate it first.",
    ]


def test_an_elastic_ip_that_a_stream_manager_cannot_get_is_named() -> None:
    def address(number: int, own: bool = True, **more: str) -> dict[str, Any]:
        tags = {"red5pro:deployment": "live"} if own else {}
        return {"allocation_id": f"eipalloc-{number}", "public_ip": f"203.0.113.{number}", "tags": tags, **more}

    def slot(number: int, **more: Any) -> dict[str, Any]:
        ids = {"instance_id": f"i-{number}", "allocation_id": f"eipalloc-{number}", "public_ip": f"203.0.113.{number}"}
        return {"name": f"live-stream-manager-{number}", **ids, "given": False, "associated": False, **more}

    slots = [slot(1), slot(2), slot(3), slot(4, associated=True), slot(5, given=True), slot(6, allocation_id=""), slot(7, instance_id="")]
    addresses = [
        address(1, instance_id="i-other"),
        address(2, network_interface_id="eni-nat", association_id="eipassoc-2"),
        address(3),
        address(13, own=False, instance_id="i-3"),
        address(4, instance_id="i-4"),
        address(14, own=False, instance_id="i-4"),
        address(5, own=False),
        address(15, own=False, instance_id="i-5"),
        address(7, instance_id="i-other"),
    ]
    end = "of somebody else uses it. Disassociate it first."
    assert association_blockers(slots, addresses, [f"i-{number}" for number in range(1, 7)], "live") == [
        f"Refusing to associate Elastic IP 203.0.113.1 with live-stream-manager-1: i-other {end}",
        f"Refusing to associate Elastic IP 203.0.113.2 with live-stream-manager-2: eni-nat {end}",
        "Refusing to associate Elastic IP 203.0.113.3 with live-stream-manager-3: i-3 has the Elastic IP 203.0.113.13 of somebody else. "
        "Disassociate that first, or set red5pro_allocation_ids to keep it.",
        f"Refusing to associate Elastic IP 203.0.113.7 with live-stream-manager-7: i-other {end}",
    ]
    exchanged = [address(1, instance_id="i-2"), address(2, instance_id="i-1")]
    assert association_blockers(slots[:2], exchanged, ["i-1", "i-2"], "live") == []


def test_other_users_are_named() -> None:
    own, other = (
        f"arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/{name}/50dc6c495c0c9188" for name in ("live", "live-2")
    )
    assert user_blockers([own, other, "arn:a"], "live", "target group live") == [
        f"Refusing to delete target group live: arn:a, {other} uses it. Remove it there first."
    ]
    assert user_blockers([own], "live", "target group live") == []
