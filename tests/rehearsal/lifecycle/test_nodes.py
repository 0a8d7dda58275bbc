# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Nodes are replaced for another image, also in another region, and back; at the end the state is the original one."""

from __future__ import annotations

import json
from collections import Counter
from hashlib import sha256
from typing import Any

import pytest
from runner import API, DECLARED, SITE, Aws, Play, api_writes, changed, mutating, said

from rehearsal import settings

NODES = "tests/rehearsal/lifecycle/nodes.yml"  # as site.yml does, without the stream managers
POLICY, CONFIG, GROUP = "default-v3", "all-nodes-launch", "live-group"
WEST_POLICY = {
    "name": "west-v1",
    "regions": [
        {"name": name, "targets": [{"role": "origin", "min_limit": 1, "max_limit": 2}]} for name in ("default", settings.SECOND_REGION)
    ],
}
WEST_GROUP = {
    "name": "west-group",
    "regions": [settings.SECOND_REGION],
    "launch_config": CONFIG,
    "scale_policy": WEST_POLICY["name"],
    "origins": 1,
}
CHANGE = {
    "red5pro_reporting_speed": 9000,
    "red5pro_scale_policies": [*DECLARED["red5pro_scale_policies"], WEST_POLICY],
    "red5pro_node_groups": [*DECLARED["red5pro_node_groups"], WEST_GROUP],
}
BACK = {
    "red5pro_scale_policies": [*DECLARED["red5pro_scale_policies"], {"name": WEST_POLICY["name"], "state": "absent"}],
    "red5pro_node_groups": [*DECLARED["red5pro_node_groups"], {"name": WEST_GROUP["name"], "state": "absent"}],
    "red5pro_replaced_node_groups": "remove",
    "red5pro_images_kept": 0,
    "node_image_regions": [settings.SECOND_REGION],
}
NODES_OF_EACH_ROLE = {"origin": 2, "edge": 2, "relay": 2, "transcoder": 2}


def digest(name: str) -> str:
    return sha256(name.encode()).hexdigest()[:8]


class Account:
    """What the tests look at: the API's objects, the deployment's node images and its nodes."""

    def __init__(self, rehearsal: Any, aws: Aws) -> None:
        self._rehearsal = rehearsal
        self._aws = aws
        self._since = (0, 0)

    def api(self, path: str) -> Any:
        return json.loads(self._rehearsal.run(["curl", "-fsS", f"{API}/{path}?accessToken={DECLARED['red5pro_api_token']}"]).stdout)

    def groups(self) -> dict[str, str]:
        """Node group -> its launch configuration."""
        return {group["name"]: group["launchConfig"] for group in self.api("nodegroup")}

    def configs(self) -> dict[str, str]:
        """Launch configuration -> its image."""
        names = self.api("configurations/launchconfig")
        found = [self.api(f"configurations/launchconfig/{name}") for name in names]
        return {one["name"]: one["image"] for one in (config.get("launchconfig", config) for config in found)}

    def in_service(self, group: str) -> dict[str, int]:
        return dict(Counter(node["role"] for node in self.api(f"nodegroup/{group}/node") if node["state"] == "inservice"))

    def images(self, region: str = settings.REGION) -> dict[str, Any]:
        """The deployment's node images of a region, by name."""
        tags = {"red5pro:deployment": DECLARED["red5pro_name"], "red5pro:role": "node-image"}
        filters = [{"Name": f"tag:{key}", "Values": [value]} for key, value in tags.items()]
        return {image["Name"]: image for image in self._aws("ec2", "describe_images", region=region, Filters=filters)["Images"]}

    def snapshots(self, region: str = settings.REGION) -> set[str]:
        return {one["SnapshotId"] for one in self._aws("ec2", "describe_snapshots", region=region, OwnerIds=["self"])["Snapshots"]}

    def nodes(self, region: str) -> int:
        filters = [
            {"Name": "tag:red5pro:deployment", "Values": [DECLARED["red5pro_name"]]},
            {"Name": "tag:red5pro:role", "Values": ["node"]},
            {"Name": "instance-state-name", "Values": ["pending", "running"]},
        ]
        found = self._aws("ec2", "describe_instances", region=region, Filters=filters)["Reservations"]
        return sum(len(one["Instances"]) for one in found)

    def written(self) -> tuple[list[str], list[str]]:
        """Changing calls to AWS and the API since the last check, without nodes' reports."""
        aws, api = mutating(self._rehearsal, self._since[0]), api_writes(self._rehearsal, self._since[1])
        self._since = len(self._rehearsal.calls()), len(self._rehearsal.api_calls())
        return aws, [one.partition("/admin/")[0].split()[0] + " " + one.partition("/admin/")[2] for one in api]


@pytest.fixture(scope="module")
def account(deployed: Any, rehearsal: Any, aws: Aws) -> Account:
    return Account(rehearsal, aws)


@pytest.mark.long
def test_a_region_without_a_copy_is_refused_by_autoscaling_alone(account: Account, play: Play) -> None:
    account.written()
    done = play(SITE, "--tags", "autoscaling", check=False, **{**CHANGE, "red5pro_reporting_speed": 10000})
    assert done.returncode == 2
    assert f"(node_image_regions) name {settings.SECOND_REGION}, where the node image" in said(done)
    assert account.written() == ([], [])


@pytest.mark.long
def test_another_image_and_back(account: Account, play: Play, aws: Aws) -> None:
    (old,) = account.images()
    before = account.configs(), account.groups(), account.snapshots(), account.snapshots(settings.SECOND_REGION)
    assert before[:2] == ({CONFIG: old}, {GROUP: CONFIG})
    assert account.nodes(settings.REGION) == 8
    account.written()

    foreseen = play(NODES, "--check", "--diff", **{**CHANGE, "red5pro_replaced_node_groups": "remove", "red5pro_images_kept": 0})
    assert account.written() == ([], [])

    done = play(NODES, **CHANGE)
    _calls, requests = account.written()
    (new,) = set(account.images()) - {old}
    config = f"{CONFIG}-{digest(new)}"
    group = f"{GROUP}-{digest(config)}"
    assert account.configs() == {CONFIG: old, config: new}
    assert account.groups() == {GROUP: CONFIG, group: config, "west-group": config}
    assert account.in_service(GROUP) == account.in_service(group) == NODES_OF_EACH_ROLE
    assert account.in_service("west-group") == {"origin": 1}
    assert [account.nodes(region) for region in (settings.REGION, settings.SECOND_REGION)] == [16, 1]
    assert {name: image["State"] for name, image in account.images(settings.SECOND_REGION).items()} == {new: "available"}
    assert not [request for request in requests if request.startswith(("PUT", "DELETE"))], "existing objects are not changed"
    kept = f"The node group {GROUP} (launch configuration {CONFIG}, image {old}, 8 nodes) is kept beside its replacement {group}"
    assert kept in said(done)
    for words in (config, group, f"{new} to {settings.SECOND_REGION}", f"changed: [localhost] => (item={old} in {settings.REGION})"):
        assert words in foreseen.stdout, "check mode reports it"

    again = play(NODES, **CHANGE)
    assert set(changed(again.stdout).values()) == {0}, again.stdout
    assert account.written() == ([], [])

    play(NODES, **BACK)
    assert (account.configs(), account.groups()) == before[:2]
    assert account.in_service(GROUP) == NODES_OF_EACH_ROLE
    assert "west-v1" not in account.api("configurations/scalepolicy")
    assert list(account.images()) == list(account.images(settings.SECOND_REGION)) == [old], "the new one went, its copy too"
    copy = account.images(settings.SECOND_REGION)[old]
    aws("ec2", "deregister_image", region=settings.SECOND_REGION, ImageId=copy["ImageId"])
    for device in copy["BlockDeviceMappings"]:
        aws("ec2", "delete_snapshot", region=settings.SECOND_REGION, SnapshotId=device["Ebs"]["SnapshotId"])
    assert (account.snapshots(), account.snapshots(settings.SECOND_REGION)) == before[2:]
    assert account.nodes(settings.SECOND_REGION) == 0
