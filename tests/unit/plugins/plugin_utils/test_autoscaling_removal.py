# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What of the Stream Manager API and which nodes belong to a deployment, and what only looks like it."""

from __future__ import annotations

from typing import Any

from ansible_collections.streamops.red5pro.plugins.plugin_utils.autoscaling_removal import (
    orphan_nodes,
    owned_declarations,
    plan,
    readings,
    readings_with,
)
from ansible_collections.streamops.red5pro.plugins.plugin_utils.readings import LIVE

HERE = "us-east-1"


def config(name: str, deployment: str | None = None) -> dict[str, Any]:
    return {"name": name, "metadata": {"meta": "x"} if deployment is None else {"red5pro:deployment": deployment}}


def node_group(name: str, launch_config: str, scale_policy: str) -> dict[str, Any]:
    return {"name": name, "launch_config": launch_config, "scale_policy": scale_policy}


def owned(groups: list[Any], configs: list[Any], policies: list[str], **declared: list[str]) -> dict[str, Any]:
    return owned_declarations(groups, configs, [{"name": name} for name in policies], "live", declared)


def test_what_has_the_tag_is_deleted_with_what_only_it_uses() -> None:
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
    assert found["kept"] == ["p, which the node group g of somebody else uses"]


def test_what_has_no_tag_is_known_by_its_declaration() -> None:
    groups = [node_group("g", "c", "p"), node_group("elsewhere", "gone", "q"), node_group("theirs", "d", "q")]
    found = owned(
        groups, [config("c"), config("d")], ["p", "q"], node_groups=["elsewhere", "g"], launch_configs=["c"], scale_policies=["q"]
    )
    assert found["node_groups"] == ["elsewhere", "g"]
    assert found["launch_configs"] == ["c"]
    assert found["scale_policies"] == ["p"]
    assert found["kept"] == ["q, which the node group theirs of somebody else uses"]


def test_a_configuration_without_a_tag_that_another_group_uses_is_kept() -> None:
    found = owned([node_group("theirs", "c", "p")], [config("c"), config("d")], ["p"], launch_configs=["c", "d"], node_groups=[])
    assert (found["node_groups"], found["launch_configs"], found["scale_policies"]) == ([], ["d"], [])
    assert found["kept"] == ["c, which the node group theirs of somebody else uses"]


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
    nodes = {
        "us-west-2": [instance("i-1"), instance("i-2", identifier="node-2"), instance("i-3", Name="node-3")],
        HERE: [instance("i-5"), instance("i-4", Name="four"), instance("i-5")],
    }
    assert [(row["region"], row["id"], row["name"]) for row in orphan_nodes(nodes, groups, ["live"])] == [
        (HERE, "i-4", "four"),
        (HERE, "i-5", ""),
    ]
    assert len(orphan_nodes(nodes, [], [])) == 5
    pending = [{"name": "live", "nodes": [{"identifier": None}]}]
    assert len(orphan_nodes(nodes, pending, ["live"])) == 5, "a node without an identifier is no instance without tags"


HELD: dict[str, Any] = {"node_groups": [], "launch_configs": [], "scale_policies": []}
DECLARED = {"name": "live", "api_url": "https://sm.example.com", "lift_protection": False, "names": {}, "held": HELD}


def node(instance_id: str, **more: Any) -> dict[str, Any]:
    return {"instance_id": instance_id, "tags": {}, **more}


def test_nodes_are_read_by_their_tags_and_by_their_images() -> None:
    more = {"kind": "instances", "details": ["termination_protection"]}
    tags = {"tag:red5pro:deployment": "live", "tag:red5pro:role": "node"}
    tagged = {**more, "name": "nodes-us-west-2", "region": "us-west-2", "filters": {**tags, "instance-state-name": LIVE}}
    started = {**more, "name": f"nodes_of_images-{HERE}", "region": HERE}
    images = [{"id": "ami-2", "region": HERE}, {"id": "ami-1", "region": HERE}]
    ids = {"image-id": ["ami-1", "ami-2"], "instance-state-name": LIVE}
    assert readings("live", ["us-west-2"], images) == [tagged, {**started, "filters": ids}]
    source = {"filters": {"instance-state-name": LIVE}, "filters_of": {"image-id": "images.image_id"}}
    assert readings_with("live", ["us-west-2"], {HERE: "images"}) == [tagged, {**started, **source}]


def test_nodes_that_no_group_has_are_terminated_and_each_is_named_once() -> None:
    group = {**node_group("g", "c", "p"), "nodes": [{"identifier": "i-1"}]}
    held = {**HELD, "node_groups": [group], "launch_configs": [config("c", "live")]}
    nodes = {f"nodes-{HERE}": [node("i-1"), node("i-2")], f"nodes_of_images-{HERE}": [node("i-2"), node("i-3", tags={"Name": "three"})]}
    found = plan({**DECLARED, "held": held}, nodes)
    assert [row["name"] for row in found["rows"]] == ["g", "c", "", "three"]
    assert [(row["id"], row["region"]) for row in found["orphans"]] == [("i-2", HERE), ("i-3", HERE)]
    assert (found["deployment"], found["node_groups"], found["blockers"], found["kept"]) == ("live", ["g"], [], [])


def test_protected_nodes_block_unless_protection_is_lifted() -> None:
    nodes = {
        f"nodes-{HERE}": [node("i-1", disable_api_termination=True)],
        f"nodes_of_images-{HERE}": [node("i-1", disable_api_termination=True)],
    }
    found = plan(DECLARED, nodes)
    assert len(found["blockers"]) == 1 and "terminate i-1: termination protection is on" in found["blockers"][0]
    lifted = plan({**DECLARED, "lift_protection": True}, nodes)
    assert (lifted["blockers"], lifted["protected"]) == ([], [{"region": HERE, "instance_ids": ["i-1"]}])


def test_the_objects_of_an_api_that_does_not_answer_are_kept() -> None:
    unread = "node groups, launch configurations and scale policies in the database of the stream managers"
    assert plan({**DECLARED, "held": {"msg": "refused"}}, {})["kept"] == [f"{unread}, since the API does not answer: refused"]
    assert plan({**DECLARED, "held": {"skipped": True}}, {})["kept"] == [f"{unread}, since the API does not answer"]
    nowhere = {**DECLARED, "api_url": "", "held": {"skipped": True}}
    assert plan(nowhere, {})["kept"] == []
    assert plan(nowhere, {f"nodes-{HERE}": [node("i-1")]})["kept"] == [f"{unread}, since the API does not answer"]
