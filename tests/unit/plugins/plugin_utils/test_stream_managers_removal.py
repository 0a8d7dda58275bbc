# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which stream managers, Elastic IPs, rules and images of a deployment are deleted, and what only looks like it."""

from __future__ import annotations

from typing import Any

from ansible_collections.streamops.red5pro.plugins.plugin_utils.stream_managers_removal import (
    borrowed_addresses,
    owned_rules,
    plan,
    readings,
)

OWNER = "red5pro:deployment=live"
HERE = "us-east-1"


def group(group_id: str, *permissions: dict[str, Any]) -> dict[str, Any]:
    return {"group_id": group_id, "group_name": f"name of {group_id}", "ip_permissions": list(permissions)}


def permission(port: int | None, *entries: tuple[str, str | None], protocol: str = "tcp", to: int | None = None) -> dict[str, Any]:
    ranges = [{"cidr_ip": cidr} if text is None else {"cidr_ip": cidr, "description": text} for cidr, text in entries]
    ports = {} if port is None else {"from_port": port, "to_port": to or port}
    return {"ip_protocol": protocol, "ip_ranges": ranges, **ports}


def test_only_rules_with_the_very_mark_are_found() -> None:
    own = (("10.0.0.2/32", f"live-stream-manager-2 private ({OWNER})"), ("10.0.0.1/32", f"one ({OWNER})"))
    others = (("10.0.1.1/32", f"eu ({OWNER}-eu)"), ("10.0.1.2/32", "finance"), ("10.0.1.3/32", None), ("10.0.1.4/32", f"{OWNER}"))
    groups = [
        group("sg-2", permission(3306, *own, *others), permission(3307, own[0])),
        group("sg-1", permission(3306, own[0])),
        group("sg-3", permission(None, own[0], protocol="-1"), permission(1, own[0], to=9), permission(53, own[0], protocol="udp")),
    ]
    assert [(row["id"], row["port"], row["name"].split(": ")[1]) for row in owned_rules(groups, OWNER, HERE)] == [
        ("sg-1", 3306, "10.0.0.2/32"),
        ("sg-2", 3306, "10.0.0.1/32 10.0.0.2/32"),
        ("sg-2", 3307, "10.0.0.2/32"),
    ]


def borrowed(public_ip: str, instance: str | None, **tags: str) -> dict[str, Any]:
    return {"public_ip": public_ip, "allocation_id": f"eipalloc-{public_ip[-1]}", "instance_id": instance, "tags": tags}


def test_only_associations_with_the_very_mark_are_found_and_taken_back_from_the_instance_it_names() -> None:
    addresses = [
        borrowed("203.0.113.1", "i-1", **{"red5pro:associated-by": "live i-1"}),
        borrowed("203.0.113.2", "i-2", **{"red5pro:associated-by": "live i-1"}),
        borrowed("203.0.113.3", None, **{"red5pro:associated-by": "live i-1"}),
        borrowed("203.0.113.4", "i-1", **{"red5pro:associated-by": "live-eu i-1"}),
        borrowed("203.0.113.5", "i-1", Name="live"),
    ]
    assert [(row["id"], row["instance_id"], row["mark"]) for row in borrowed_addresses(addresses, "live", HERE)] == [
        ("eipalloc-1", "i-1", {"red5pro:associated-by": "live i-1"}),
        ("eipalloc-2", "", {"red5pro:associated-by": "live i-1"}),
        ("eipalloc-3", "", {"red5pro:associated-by": "live i-1"}),
    ]


DECLARED = {"name": "live", "region": HERE, "first_instance": "", "allocation_ids": [], "lift_protection": False}
MINE = {"red5pro:deployment": "live", "red5pro:role": "stream-manager"}


def current(**more: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    names = [one["name"] if "name" in one else one["kind"] for one in readings("live", HERE)]
    return {**{name: [] for name in names}, **more}


def instance(instance_id: str, **more: Any) -> dict[str, Any]:
    return {"instance_id": instance_id, "tags": {**MINE, "Name": f"live-{instance_id}"}, **more}


def address(number: int, **more: Any) -> dict[str, Any]:
    tags = {**MINE, "Name": f"live-stream-manager-{number}"}
    return {"public_ip": f"203.0.113.{number}", "allocation_id": f"eipalloc-{number}", "tags": tags, **more}


def test_nothing_is_deleted_where_there_is_nothing() -> None:
    nothing = plan(DECLARED, current())
    assert nothing.pop("deployment") == "live"
    assert all(found == [] for found in nothing.values())


def test_what_was_created_is_deleted_and_what_was_given_is_kept() -> None:
    disk = {"device_name": "/dev/sdb", "ebs": {"volume_id": "vol-1", "delete_on_termination": False}}
    found = plan(
        {**DECLARED, "first_instance": "i-first", "allocation_ids": ["eipalloc-9"]},
        current(
            tagged_stream_managers=[instance("i-2", block_device_mappings=[disk])],
            addresses=[
                address(1, instance_id="i-first", network_interface_id="eni-1", association_id="eipassoc-1"),
                address(2, instance_id="i-2", network_interface_id="eni-2", association_id="eipassoc-2"),
                address(3),
                {**address(4), "tags": {"red5pro:deployment": "live", "red5pro:role": "another"}},
                {**address(5), "tags": {**MINE, "red5pro:deployment": "live-eu"}},
                {**address(6, instance_id="i-first"), "tags": {"red5pro:associated-by": "live i-first"}},
            ],
            security_groups=[group("sg-1", permission(3306, ("10.0.0.1/32", f"one ({OWNER})")))],
        ),
    )
    assert [row["id"] for row in found["rows"]] == ["i-2", "203.0.113.1", "203.0.113.2", "203.0.113.3", "eipalloc-6", "sg-1"]
    assert found["instances"] == ["i-2"]
    assert [(one["public_ip"], one["device_id"]) for one in found["addresses"]] == [
        ("203.0.113.1", "i-first"),
        ("203.0.113.2", ""),
        ("203.0.113.3", ""),
    ]
    assert [(row["id"], row["port"]) for row in found["rules"]] == [("sg-1", 3306)]
    assert [row["id"] for row in found["borrowed"]] == ["eipalloc-6"]
    assert found["kept"] == [
        "the stream manager of somebody else, i-first",
        "the Elastic IP of somebody else, eipalloc-9",
        "the volume vol-1 (/dev/sdb), which is kept when live-i-2 is terminated",
    ]
    assert found["blockers"] == []


def test_an_address_on_a_network_interface_of_somebody_else_is_named() -> None:
    found = plan(DECLARED, current(addresses=[address(2, network_interface_id="eni-nat", association_id="eipassoc-2")]))
    assert [one["device_id"] for one in found["addresses"]] == ["eni-nat"]
    assert "eni-nat of somebody else uses it" in found["blockers"][0]


def test_termination_protection_blocks_unless_it_is_lifted() -> None:
    own = current(tagged_stream_managers=[instance("i-2", disable_api_termination=True), instance("i-3")])
    assert "termination protection is on" in plan(DECLARED, own)["blockers"][0]
    lifted = plan({**DECLARED, "lift_protection": True}, own)
    assert (lifted["blockers"], lifted["protected"]) == ([], ["i-2"])


def test_an_image_in_the_making_is_waited_for() -> None:
    image = {"image_id": "ami-1", "name": "live-stream-manager", "state": "pending", "block_device_mappings": []}
    found = plan(DECLARED, current(**{f"tagged_stream_manager_images-{HERE}": [image]}))
    assert (found["pending"], [row["id"] for row in found["images"]]) == ([HERE], ["ami-1"])
    assert found["rows"][0]["what"] == "image of a stream manager"
