# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Node images of single roles, from a given node image and from a base image: prediction, creation, one that changes, removal."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from runner import SITE, VERIFY, Aws, changed, on_hosts, operators, said

from rehearsal import settings

pytestmark = pytest.mark.long
DESTROY = "playbooks/destroy.yml"
CONFIRMED = {"red5pro_destroy_confirmed": True, "red5pro_lift_termination_protection": True}
HOME = settings.RED5_HOME
API = "https://streammanager.example.com/streammanager/api/4.0/admin"
NAME = re.compile(r"live-node(?:-(?P<role>origin|edge|relay|transcoder))?-[0-9a-f]{12}")
OWN = {"Name": "tag:red5pro:deployment", "Values": ["live"]}
INVENTORIES = Path(__file__).parents[3] / "inventories"
Run = Callable[..., subprocess.CompletedProcess[str]]


class Account:
    """What the tests look at."""

    def __init__(self, rehearsal: Any, aws: Aws) -> None:
        self.rehearsal, self.aws = rehearsal, aws

    def images(self, region: str = settings.REGION) -> dict[str, str]:
        """The names of the deployment's node images by role, all of them available; the general one has none."""
        filters = [OWN, {"Name": "tag:red5pro:role", "Values": ["node-image"]}]
        found: dict[str, str] = {}
        for image in self.aws("ec2", "describe_images", region=region, Owners=["self"], Filters=filters)["Images"]:
            role = next((tag["Value"] for tag in image["Tags"] if tag["Key"] == "red5pro:node-role"), "")
            named = NAME.fullmatch(image["Name"])
            assert named and (named["role"] or "") == role and role not in found and image["State"] == "available", image
            found[role] = image["Name"]
        return found

    def instances(self, key: str, value: str) -> dict[str, dict[str, Any]]:
        """The deployment's running instances with a tag, by id."""
        states = {"Name": "instance-state-name", "Values": ["pending", "running", "stopping", "stopped"]}
        found = self.aws("ec2", "describe_instances", Filters=[OWN, {"Name": f"tag:{key}", "Values": [value]}, states])["Reservations"]
        return {one["InstanceId"]: one for entry in found for one in entry["Instances"]}

    def targets(self) -> dict[str, dict[str, str]]:
        """Of each launch configuration, its image, and those of targets that have another."""
        url, token = f"{API}/configurations/launchconfig", f"accessToken={'rehearsal-token-4f8c1'}"
        found = {}
        for name in json.loads(self.rehearsal.run(["curl", "-fsS", f"{url}?{token}"]).stdout):
            config = json.loads(self.rehearsal.run(["curl", "-fsS", f"{url}/{name}?{token}"]).stdout)
            config = config.get("launchconfig", config)
            images = {one["role"]: one["image"] for one in config["targets"]["target"] if one.get("image")}
            found[name] = {"": config["image"], **images}
        return found

    def files(self, role: str) -> str:
        """Plugins, webapps, and the files of the tests with their modes, on the first node of a role."""
        node = dict([next(iter(self.instances("role", role).items()))])
        places = f"/etc/extra {HOME}/conf/extra"
        commands = [f"ls {HOME}/plugins {HOME}/webapps", f"grep -rs extra {places} || true", f"find {places} -ls || true"]
        return "".join(on_hosts(self.rehearsal, node, command) for command in commands)


@pytest.fixture(scope="module")
def account(rehearsal: Any, aws: Aws) -> Account:
    return Account(rehearsal, aws)


def runner(rehearsal: Any, inventory: str) -> Run:
    """Runs a playbook with extra variables and options."""

    def call(playbook: str, *options: str, check: bool = True, **variables: Any) -> subprocess.CompletedProcess[str]:
        command = ["ansible-playbook", "-i", f"inventories/{inventory}", playbook, *options, "-e", json.dumps(variables)]
        done: subprocess.CompletedProcess[str] = rehearsal.run(command, check=False)
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    return call


def declared(directory: Path) -> dict[str, Any]:
    """Images of two roles: one with fewer plugins and a file, one with other files only."""
    for name in ("one", "two"):
        (directory / name).write_text(f"extra {name} s3cret\n", encoding="utf-8")
    entries = [
        {
            "role": "edge",
            "plugins": ["inspector"],
            "webapps": ["root", "live"],
            "files": [{"src": str(directory / "one"), "dest": "conf/extra/one", "mode": "0640"}],
        },
        {"role": "origin", "files": [{"src": str(directory / "two"), "dest": "/etc/extra/two"}]},
    ]
    return {"red5pro_node_images": entries}


def assert_nodes_are_of_the_images_of_their_roles(account: Account) -> None:
    found = account.images()
    assert found.keys() == {"", "edge", "origin"}
    ids = {image["ImageId"]: image["Name"] for image in account.aws("ec2", "describe_images", Owners=["self"])["Images"]}
    running = account.instances("red5pro:role", "node")
    assert running
    for node in running.values():
        role = next(tag["Value"] for tag in node["Tags"] if tag["Key"] == "role")
        assert ids[node["ImageId"]] == found.get(role, found[""]), role
    edge, origin = account.files("edge"), account.files("origin")
    assert f"{HOME}/conf/extra/one:extra one" in edge and "-rw-r-----" in edge and "webrtc" not in edge, edge
    assert "/etc/extra/two:extra two" in origin and "-rw-r--r--" in origin and "webrtc" in origin, origin
    assert "extra one" not in origin and "extra two" not in edge
    for listed in (edge, origin):
        assert "red5pro-rtsp" in listed and "red5pro-autoscale-plugin" in listed and "root" in listed and "live" in listed


def assert_unchanged(run: Run, rehearsal: Any, variables: dict[str, Any]) -> None:
    since = len(rehearsal.calls())
    again = run(SITE, **variables)
    assert set(changed(again.stdout).values()) == {0}, again.stdout
    assert operators(rehearsal, since) == []


def test_images_of_roles_from_a_given_image(rehearsal: Any, account: Account, tmp_path: Path) -> None:
    rehearsal.reset()
    before = rehearsal.control("/snapshot")
    run, given = runner(rehearsal, "rehearsal"), declared(tmp_path)
    inventory = yaml.safe_load((INVENTORIES / "rehearsal/group_vars/all/main.yml").read_text(encoding="utf-8"))
    edge, origin = given["red5pro_node_images"]

    missing = {**edge, "files": [{"src": "/srv/no-such-file", "dest": "conf/extra"}]}
    refused = run(SITE, check=False, red5pro_node_images=[missing, origin])
    assert refused.returncode == 2
    assert "Invalid red5pro_node_images[0].files[0].src: /srv/no-such-file. Expected: a file on the controller" in said(refused)
    assert operators(rehearsal) == []

    foreseen = run(SITE, "--check", "--diff", **given)
    assert operators(rehearsal) == []
    for role in ("edge", "origin"):
        assert re.search(rf"changed: \[localhost\] => \(item=builder-live-node-{role}-[0-9a-f]{{12}}\)", foreseen.stdout), foreseen.stdout
        assert re.search(rf"changed: \[localhost\] => \(item=live-node-{role}-[0-9a-f]{{12}}\)", foreseen.stdout)

    mistaken = run(SITE, check=False, red5pro_node_images=[{**edge, "plugins": ["red5pro-hls-plugin"]}, origin])
    assert mistaken.returncode == 2
    assert "Invalid red5pro_node_images[0].plugins: red5pro-hls-plugin. Expected: names or patterns of plugins of the image" in said(
        mistaken
    )

    done = run(SITE, "-vvv", "--diff", **given)
    assert "s3cret" not in done.stdout + done.stderr
    assert_nodes_are_of_the_images_of_their_roles(account)
    first = account.images()
    assert account.targets() == {"all-nodes-launch": {"": first[""], "edge": first["edge"], "origin": first["origin"]}}
    assert account.instances("red5pro:role", "node-image-builder") == {}
    created = [call["params"]["Name"] for call in operators(rehearsal) if call["action"] == "CreateImage"]
    assert sorted(name for name in created if name.startswith("live-node-")) == sorted(first.values())
    assert_unchanged(run, rehearsal, given)
    run(VERIFY, **given)

    # Another file for one role, and nodes in another region; the older image of that role goes, and no other.
    (tmp_path / "one").write_text("extra one, changed\n", encoding="utf-8")
    targets = [{"role": "origin", "min_limit": 1, "max_limit": 2}]
    policy = {"name": "west-policy", "regions": [{"name": name, "targets": targets} for name in ("default", "us-west-2")]}
    west = {"name": "west", "regions": ["us-west-2"], "launch_config": "all-nodes-launch", "scale_policy": "west-policy", "origins": 1}
    later = {
        **given,
        "red5pro_replaced_node_groups": "remove",
        "red5pro_images_kept": 0,
        "red5pro_scale_policies": [*inventory["red5pro_scale_policies"], policy],
        "red5pro_node_groups": [*inventory["red5pro_node_groups"], west],
    }
    since = len(rehearsal.calls())
    differs = run(VERIFY, check=False, **later)
    assert differs.returncode == 2 and "node image live-node-edge-" in said(differs)
    run(SITE, **later)
    made = [call["params"]["Name"] for call in operators(rehearsal, since) if call["action"] == "CreateImage"]
    second = account.images()
    assert made == [second["edge"]] != [first["edge"]]
    assert {role: name for role, name in second.items() if role != "edge"} == {"": first[""], "origin": first["origin"]}
    assert account.images("us-west-2") == second
    assert [sorted(images.values()) for images in account.targets().values()] == [sorted(second.values())]
    assert "extra one, changed" in account.files("edge")
    assert_unchanged(run, rehearsal, later)

    run(DESTROY, **CONFIRMED, **later)
    assert rehearsal.control("/snapshot") == before


def test_images_of_roles_from_a_base_image(rehearsal: Any, account: Account, tmp_path: Path) -> None:
    rehearsal.reset(baseline="empty")
    before = rehearsal.control("/snapshot")
    run, given = runner(rehearsal, "rehearsal-from-scratch"), declared(tmp_path)
    removed = {**CONFIRMED, "red5pro_destroy_database": True, "red5pro_database_final_snapshot": False}
    foreseen = run(SITE, "--check", **given)
    assert operators(rehearsal) == []
    for role in ("edge", "origin"):
        assert re.search(rf"\(item=builder-live-node-{role}-[0-9a-f]{{12}}\)", foreseen.stdout), foreseen.stdout

    run(SITE, **given)
    assert_nodes_are_of_the_images_of_their_roles(account)
    images = account.images()
    assert account.targets() == {"live-nodes": {"": images[""], "edge": images["edge"], "origin": images["origin"]}}
    assert_unchanged(run, rehearsal, given)
    run(VERIFY, **given)

    run(DESTROY, **removed, **given)
    assert rehearsal.control("/snapshot") == before
