# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What belongs to a deployment and may be taken away, and what only looks like it."""

from __future__ import annotations

from typing import Any

from ansible_collections.streamops.red5pro.plugins.filter.removal import (
    image_rows,
    lent_addresses,
    owned_declarations,
    owned_rules,
    removal_lines,
    removal_rows,
    stray_nodes,
)

OWNER = "red5pro:deployment=live"
HERE = "us-east-1"


def test_lines_are_aligned_and_lack_what_is_missing() -> None:
    rows = [
        {"what": "Elastic IP", "name": "live-2", "id": "203.0.113.7", "region": HERE},
        {"what": "scale policy", "name": "p", "id": None},
    ]
    assert removal_lines(rows) == ["Elastic IP    live-2  203.0.113.7  us-east-1", "scale policy  p"]
    assert removal_lines([]) == []


def test_rows_are_named_by_tag_or_by_a_field() -> None:
    instances = [{"instance_id": "i-1", "tags": {"Name": "one"}}, {"instance_id": "i-2", "tags": {}}]
    assert [(row["name"], row["id"]) for row in removal_rows(instances, "builder", "instance_id", HERE)] == [("one", "i-1"), ("", "i-2")]
    (row,) = removal_rows([{"arn": "a", "domain_name": "example.com"}], "certificate", "arn", named="domain_name")
    assert row == {"what": "certificate", "name": "example.com", "id": "a", "region": ""}


def test_a_snapshot_of_an_image_goes_with_it_and_one_that_was_left_goes_alone() -> None:
    mappings = [{"device_name": "/dev/sda1", "ebs": {"snapshot_id": "snap-1"}}, {"device_name": "/dev/sdb", "virtual_name": "ephemeral0"}]
    pending = [{"device_name": "/dev/sda1", "ebs": {"volume_size": 8}}]
    images = [
        {"item": HERE, "images": [{"image_id": "ami-1", "name": "live-node", "state": "available", "block_device_mappings": mappings}]},
        {"item": "us-west-2", "images": [{"image_id": "ami-2", "name": "live-node", "state": "pending", "block_device_mappings": pending}]},
    ]
    snapshots = [{"item": HERE, "snapshots": [{"snapshot_id": "snap-3"}, {"snapshot_id": "snap-1"}, {"snapshot_id": "snap-2"}]}]
    rows = image_rows(images, snapshots, "image of nodes")
    assert [(row["what"], row["id"], row["region"], row.get("state")) for row in rows] == [
        ("image of nodes", "ami-1", HERE, "available"),
        ("image of nodes", "ami-2", "us-west-2", "pending"),
        ("snapshot", "snap-2", HERE, None),
        ("snapshot", "snap-3", HERE, None),
    ]


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


def lent(public_ip: str, instance: str | None, **tags: str) -> dict[str, Any]:
    return {"public_ip": public_ip, "allocation_id": f"eipalloc-{public_ip[-1]}", "instance_id": instance, "tags": tags}


def test_only_associations_with_the_very_mark_are_found_and_taken_back_from_the_instance_it_names() -> None:
    addresses = [
        lent("203.0.113.1", "i-1", **{"red5pro:associated-by": "live i-1"}),
        lent("203.0.113.2", "i-2", **{"red5pro:associated-by": "live i-1"}),
        lent("203.0.113.3", None, **{"red5pro:associated-by": "live i-1"}),
        lent("203.0.113.4", "i-1", **{"red5pro:associated-by": "live-eu i-1"}),
        lent("203.0.113.5", "i-1", Name="live"),
    ]
    assert [(row["id"], row["instance_id"], row["mark"]) for row in lent_addresses(addresses, "live", HERE)] == [
        ("eipalloc-1", "i-1", {"red5pro:associated-by": "live i-1"}),
        ("eipalloc-2", "", {"red5pro:associated-by": "live i-1"}),
        ("eipalloc-3", "", {"red5pro:associated-by": "live i-1"}),
    ]


def config(name: str, deployment: str | None = None) -> dict[str, Any]:
    return {"name": name, "metadata": {"meta": "x"} if deployment is None else {"red5pro:deployment": deployment}}


def node_group(name: str, launch_config: str, scale_policy: str) -> dict[str, Any]:
    return {"name": name, "launch_config": launch_config, "scale_policy": scale_policy}


def owned(groups: list[Any], configs: list[Any], policies: list[str], **declared: list[str]) -> dict[str, Any]:
    return owned_declarations(groups, configs, [{"name": name} for name in policies], "live", declared)


def test_what_bears_the_mark_goes_with_what_only_it_uses() -> None:
    found = owned([node_group("g", "c", "p")], [config("c", "live"), config("old", "live")], ["p", "unused"])
    assert found["node_groups"] == ["g"]
    assert found["launch_configs"] == ["c", "old"]
    assert found["scale_policies"] == ["p"]
    assert [row["name"] for row in found["rows"]] == ["g", "c", "old", "p"]
    assert found["kept"] == []


def test_a_deployment_whose_name_begins_alike_keeps_all_of_its_own_even_if_declared_here() -> None:
    found = owned(
        [node_group("g", "c", "p")], [config("c", "live-eu")], ["p"], node_groups=["g"], launch_configs=["c"], scale_policies=["p"]
    )
    assert (found["node_groups"], found["launch_configs"], found["scale_policies"]) == ([], [], [])
    assert found["kept"] == ["p, which the node group g uses, and that is not this deployment's"]


def test_what_bears_no_mark_is_known_by_its_declaration() -> None:
    groups = [node_group("g", "c", "p"), node_group("elsewhere", "gone", "q"), node_group("theirs", "d", "q")]
    found = owned(
        groups, [config("c"), config("d")], ["p", "q"], node_groups=["elsewhere", "g"], launch_configs=["c"], scale_policies=["q"]
    )
    assert found["node_groups"] == ["elsewhere", "g"]
    assert found["launch_configs"] == ["c"]
    assert found["scale_policies"] == ["p"]
    assert found["kept"] == ["q, which the node group theirs uses, and that is not this deployment's"]


def test_a_configuration_without_a_mark_that_another_group_uses_stays() -> None:
    found = owned([node_group("theirs", "c", "p")], [config("c"), config("d")], ["p"], launch_configs=["c", "d"], node_groups=[])
    assert (found["node_groups"], found["launch_configs"], found["scale_policies"]) == ([], ["d"], [])
    assert found["kept"] == ["c, which the node group theirs uses, and that is not this deployment's"]


def test_an_empty_api_holds_nothing() -> None:
    assert owned_declarations([], [], [], "live") == {
        "node_groups": [], "launch_configs": [], "scale_policies": [], "rows": [], "kept": []
    }  # fmt: skip


def test_a_node_is_known_by_its_instance_or_its_tags() -> None:
    def instance(instance_id: str, **tags: str) -> dict[str, Any]:
        return {"instance_id": instance_id, "tags": tags}

    groups = [
        {"name": "live", "nodes": [{"identifier": "i-1"}, {"identifier": "node-2"}, {"identifier": "node-3"}]},
        {"name": "other", "nodes": [{"identifier": "i-4"}]},
    ]
    results = [
        {"item": "us-west-2", "instances": [instance("i-1"), instance("i-2", identifier="node-2"), instance("i-3", Name="node-3")]},
        {"item": HERE, "instances": [instance("i-5"), instance("i-4", Name="four")]},
        {"item": HERE, "instances": [instance("i-5")]},
    ]
    assert [(row["region"], row["id"], row["name"]) for row in stray_nodes(results, groups, ["live"])] == [
        (HERE, "i-4", "four"),
        (HERE, "i-5", ""),
    ]
    assert len(stray_nodes(results, [], [])) == 5
    pending = [{"name": "live", "nodes": [{"identifier": None}]}]
    assert len(stray_nodes(results, pending, ["live"])) == 5, "a node without an identifier is no instance without tags"
