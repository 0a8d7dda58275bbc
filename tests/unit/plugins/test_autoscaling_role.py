# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The role autoscaling, from the first group through another image to no declarations, against an API that counts requests."""

from __future__ import annotations

import importlib
import json
import os
import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from fake_api import FakeApi

POLICY = {"name": "p", "regions": [{"name": "default", "targets": [{"role": "origin", "min_limit": 1, "max_limit": 2}]}]}
CONFIG = {
    "name": "c",
    "targets": [{"role": "origin", "instance_type": "c5.large", "connection_capacity": 100}],
    "metadata": {"team": "video", "red5pro:role": "mine"},
}
GROUP = {"name": "g", "regions": ["us-east-1"], "launch_config": "c", "scale_policy": "p", "origins": 1}

# What each entry point gives, shown after it
GIVEN = {
    "main": "in use: {{ autoscaling_images_in_use | join(' ') }}",
    "capacity": "policies: {{ __autoscaling_capacity_plan.scale_policies | map(attribute='name') | join(' ') }}",
    "refresh": "replaced: {{ autoscaling_refresh_plan.replaced_node_groups | join(' ') }}, starts: {{ autoscaling_refresh_plan.starts }}",
    "verify": "found: {{ autoscaling_findings | map(attribute='message') | join(', ') }}",
}


def digest(name: str) -> str:
    return sha256(name.encode()).hexdigest()[:8]


C2 = f"c-{digest('image-two')}"
G2 = f"g-{digest(C2)}"


class Role:
    """Plays with the role alone, on what is declared."""

    def __init__(self, api: FakeApi, directory: Path) -> None:
        self.api = api
        self.directory = directory
        self.collections = Path(next(iter(importlib.import_module("ansible_collections.streamops.red5pro").__path__))).parents[2]
        self.variables: dict[str, Any] = {
            "red5pro_name": "live",
            "autoscaling_api_url": api.url,
            "red5pro_api_token": api.token,
            "red5pro_poll_interval": 1,
            "red5pro_scale_policies": [POLICY],
            "red5pro_launch_configs": [CONFIG],
            "red5pro_node_groups": [GROUP],
            "ansible_python_interpreter": sys.executable,
        }

    def play(self, *options: str, entry: str = "main", **variables: Any) -> tuple[int, list[str], str]:
        """How many tasks changed, what was asked of the API to be changed, and the output."""
        run = self._run(*options, entry=entry, **variables)
        assert run.returncode == 0, run.stdout + run.stderr
        changes = re.search(r"changed=(\d+)", run.stdout)
        assert changes
        return int(changes[1]), self.api.writes(), run.stdout

    def fail(self, *options: str, entry: str = "main", **variables: Any) -> str:
        """The output of a play that fails."""
        run = self._run(*options, entry=entry, **variables)
        assert run.returncode == 2, run.stdout + run.stderr
        return run.stdout

    def _run(self, *options: str, entry: str, **variables: Any) -> subprocess.CompletedProcess[str]:
        self.api.forget()
        show = {"ansible.builtin.debug": {"msg": GIVEN[entry]}}
        entries = ["check_refresh", entry] if entry == "refresh" else [entry]
        roles = [{"ansible.builtin.include_role": {"name": "streamops.red5pro.autoscaling", "tasks_from": one}} for one in entries]
        book = {
            "name": "Play {{ 'here' | streamops.red5pro.host_name }}",
            "hosts": "localhost",
            "gather_facts": False,
            "connection": "local",
            "tasks": [*roles, show],
        }
        (self.directory / "playbooks").mkdir(exist_ok=True)
        plays = [{**book, "vars": {**self.variables, **variables}}]
        (self.directory / "playbooks/play.json").write_text(json.dumps(plays), encoding="utf-8")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "AWS_", "RED5PRO_"))}
        environment |= {
            "ANSIBLE_COLLECTIONS_PATH": str(self.collections),
            "ANSIBLE_LOCAL_TEMP": str(self.directory / "tmp"),
            "ANSIBLE_NOCOLOR": "1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        command = [sys.executable, "-m", "ansible", "playbook", "-i", "localhost,", *options, "playbooks/play.json"]
        return subprocess.run(command, cwd=self.directory, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.long
def test_the_life_of_a_node_group(api: FakeApi, tmp_path: Path) -> None:
    role = Role(api, tmp_path)
    (tmp_path / "ca.pem").write_text("", encoding="ascii")
    _unused, writes, output = role.play(autoscaling_node_image="image-one", red5pro_poll_interval=0, red5pro_ca_path="ca.pem")
    assert writes == ["POST scalepolicy", "POST launchconfig", "POST nodegroup", "POST nodegroup/g/node/origin"]
    assert "in use: image-one" in output
    tags = {"team": "video", "red5pro:deployment": "live", "red5pro:role": "node"}
    held = api.held["launchconfig"]
    assert {meta["key"]: meta["value"] for meta in held["c"]["launchconfig"]["metadata"]["meta"]} == tags

    removing = {"autoscaling_node_image": "image-two", "red5pro_replaced_node_groups": "remove"}
    changes, writes, output = role.play("--check", "--diff", **removing)
    assert (changes, writes) == (4, [])
    assert "in use: image-two" in output
    for name in (C2, G2):
        assert f'+    "name": "{name}"' in output

    changes, writes, output = role.play(autoscaling_node_image="image-two")
    assert (changes, writes) == (2, ["POST launchconfig", "POST nodegroup", f"POST nodegroup/{G2}/node/origin"])
    assert f"The node group g (launch configuration c, image image-one, 1 nodes) is kept beside its replacement {G2}" in output
    assert "red5pro_replaced_node_groups" in output
    assert "in use: image-one image-two" in output
    assert [node["state"] for node in api.nodes[G2]] == ["inservice"]

    assert role.play(autoscaling_node_image="image-two")[:2] == (0, [])
    assert len(api.requests) == (1 + 1) + (1 + 2) + (1 + 2), "each list, then each policy, configuration and group's nodes, once"

    api.nodes["g"].clear()
    changes, writes, output = role.play(**removing)
    assert (changes, writes) == (2, ["DELETE nodegroup/g", "DELETE launchconfig/c"])
    assert "in use: image-two" in output
    assert (set(held), set(api.groups)) == ({C2}, {G2})

    absent = {
        "red5pro_scale_policies": [{"name": "p", "state": "absent"}],
        "red5pro_launch_configs": [{"name": "c", "state": "absent"}],
        "red5pro_node_groups": [{"name": "g", "state": "absent"}],
    }
    changes, writes, _unused = role.play("--check", **absent)
    assert (changes, writes) == (2, [])
    api.nodes[G2].clear()
    _unused, writes, _unused = role.play(**absent)
    assert writes == [f"DELETE nodegroup/{G2}", f"DELETE launchconfig/{C2}", "DELETE scalepolicy/p"]
    assert not api.groups and not held and not api.held["scalepolicy"]


@pytest.mark.long
def test_verify_says_what_another_image_would_change(api: FakeApi, tmp_path: Path) -> None:
    role = Role(api, tmp_path)
    role.play(autoscaling_node_image="image-one")
    _unused, writes, output = role.play(entry="verify", autoscaling_node_image="image-two")
    assert writes == []
    assert f'found: launch configuration {C2}: expected present, found missing, node group {G2}: expected present, found missing"' in output
    absent = [POLICY, {"name": "never", "state": "absent"}]
    assert 'found: "' in role.play(entry="verify", autoscaling_node_image="image-one", red5pro_scale_policies=absent)[2]


READ = (1 + 1) + (1 + 1) + (1 + 1)  # each list, then the policy, the configuration and the group's nodes


@pytest.mark.long
def test_alarm_thresholds(api: FakeApi, tmp_path: Path) -> None:
    role = Role(api, tmp_path)
    role.variables["autoscaling_node_image"] = "image-one"
    role.play(red5pro_alarm_thresholds={"edge": 60})
    assert len(api.nodes["g"]) == 1 and api.alarms["edge"] == 60

    wanted = {"red5pro_alarm_thresholds": {"edge": 50, "origin": "60", "relay": None}}
    _unused, writes, output = role.play(entry="verify", **wanted)
    assert "found: alarm threshold edge: expected 50 percent, found 60 percent" in output and not writes
    changes, writes, _unused = role.play("--check", "--diff", **wanted)
    assert (changes, writes) == (1, [])
    changes, writes, _unused = role.play(**wanted)
    assert (changes, writes) == (1, ["POST alarm/edge"])
    assert role.play(**wanted)[:2] == (0, [])
    assert len(api.requests) == READ + 2, "and the two thresholds that are declared"
    assert 'found: "' in role.play(entry="verify", **wanted)[2]
    assert role.play()[:2] == (0, []) and len(api.requests) == READ, "none is read that is not declared"


@pytest.mark.long
def test_alarm_thresholds_under_traffic(api: FakeApi, tmp_path: Path) -> None:
    role = Role(api, tmp_path)
    role.variables["autoscaling_node_image"] = "image-one"
    role.play()
    api.connections[api.nodes["g"][0]["address"]] = 3
    wanted: dict[str, Any] = {"red5pro_alarm_thresholds": "edge: 50", "red5pro_scale_policies": [POLICY, {**POLICY, "name": "q"}]}
    message = "Refusing to set the alarm threshold of edge: 3 connections are open. Wait until there are none, or set force=true."
    for options in ((), ("--check",)):
        failure = role.fail(*options, **wanted)
        assert message in failure and "changed=0" in failure and not api.writes(), "before anything changes"
    _unused, writes, output = role.play(entry="verify", **wanted)
    assert "alarm threshold edge: expected 50 percent, found 60 percent" in output and "Refusing" not in output and not writes
    del wanted["red5pro_scale_policies"]
    changes, writes, _unused = role.play(**wanted, red5pro_force=True)
    assert (changes, writes) == (1, ["POST alarm/edge"])
    assert role.play(**wanted)[:2] == (0, []), "nothing is refused that does not change"


def test_thresholds_that_would_be_set_once_there_is_an_api(api: FakeApi, tmp_path: Path) -> None:
    role = Role(api, tmp_path)
    nothing = {"red5pro_scale_policies": [], "red5pro_launch_configs": [], "red5pro_node_groups": [], "red5pro_wait_timeout": 1}
    api.close()
    changes, _unused, output = role.play("--check", **nothing, red5pro_alarm_thresholds={"edge": 60, "origin": 50})
    assert changes == 1 and "origin: 50 percent" in output


OTHER_QUOTA = {"red5pro_launch_configs": [{**CONFIG, "targets": [{**CONFIG["targets"][0], "instance_type": "g4dn.xlarge"}]}]}  # type: ignore[dict-item]
UNREADABLE = "the quota of vCPUs cannot be read (Failed to call servicequotas:GetServiceQuota in us-east-1: Unable to locate credentials)"


@pytest.mark.long
def test_minimums_for_an_event(api: FakeApi, tmp_path: Path) -> None:
    role = Role(api, tmp_path)
    role.variables["autoscaling_node_image"] = "image-one"
    role.play()
    assert len(api.nodes["g"]) == 1
    wanted: dict[str, Any] = {"red5pro_capacity": "p: {origin: 2}"}
    failure = role.fail(entry="capacity", **wanted)
    remedy = "Allow it, or set red5pro_force=true to continue without this check."
    assert f"Refusing to raise minimums: {UNREADABLE}. {remedy}" in failure and not api.writes()
    wanted["red5pro_force"] = True
    invalid = {"red5pro_wait_timeout": 0, "red5pro_poll_interval": -1, "red5pro_api_token": " abc", "red5pro_ca_path": "/none"}
    failure = role.fail(entry="capacity", **wanted, **invalid)
    assert all(f"Invalid {name}: " in failure for name in invalid) and not api.writes()
    assert role.play("--check", entry="capacity", **wanted)[:2] == (1, [])
    assert role.play(entry="capacity", **wanted)[:2] == (1, ["PUT scalepolicy/p"])
    assert [node["state"] for node in api.nodes["g"]] == ["inservice"] * 2, "it waited"
    assert role.play(entry="capacity", **wanted)[:2] == (0, [])
    failure = role.fail(entry="capacity", red5pro_capacity={"p": {"origin": 3}})
    assert "Invalid red5pro_capacity.p.origin: 3. Expected: a whole number from 1 (min_limit in the inventory) to 2" in failure
    assert not api.writes()
    partial = [{"name": "p", "regions": [{"targets": [{"role": "origin", "max_limit": 2}]}]}]
    failure = role.fail(entry="capacity", red5pro_scale_policies=partial, red5pro_capacity={"p": {"origin": 2}})
    assert "Invalid red5pro_scale_policies[0].regions[0].targets[0].min_limit: missing. Expected: a whole number." in failure
    assert "min_limit 1, found" in role.play(entry="verify")[2]
    assert role.play(entry="capacity")[:2] == (1, ["PUT scalepolicy/p"])
    assert role.play()[:2] == (0, [])


@pytest.mark.long
def test_new_nodes_between_two_events(api: FakeApi, tmp_path: Path) -> None:
    role = Role(api, tmp_path)
    role.variables |= {"autoscaling_node_image": "image-one", **OTHER_QUOTA}
    assert "it does not exist with the launch configuration c. Run streamops.red5pro.site first." in role.fail(entry="refresh")
    role.play()
    new = f"g-{sha256(b'c' + bytes([10]) + b'one').hexdigest()[:8]}"
    wanted: dict[str, Any] = {"red5pro_refresh": "one", "red5pro_refresh_timeout": 1}
    changes, writes, output = role.play("--check", entry="refresh", **wanted)
    assert (changes, writes) == (2, []) and "replaced: g, starts: True" in output

    api.connections[api.nodes["g"][0]["address"]] = 3
    failure = role.fail(entry="refresh", **wanted)
    assert "Refusing to refresh the node groups g: 3 connections are open, more than red5pro_refresh_max_connections=0." in failure
    assert not api.writes()
    failure = role.fail(entry="refresh", **wanted, red5pro_refresh_max_connections="3")
    assert "Waited 1 s for the connections of the node group 'g' to end. Last state: 3 connections are open." in failure
    assert api.writes() == ["POST nodegroup", f"POST nodegroup/{new}/node/origin"]
    changes, writes, output = role.play(red5pro_replaced_node_groups="remove")
    assert (changes, writes) == (0, []) and "A refresh is not complete. Run streamops.red5pro.refresh again." in output

    api.connections.clear()
    del wanted["red5pro_refresh_timeout"]
    changes, writes, output = role.play(entry="refresh", **wanted)
    assert (changes, writes) == (1, ["DELETE nodegroup/g"]) and "replaced: g, starts: False" in output
    assert set(api.groups) == {new} and [node["state"] for node in api.nodes[new]] == ["inservice"]
    changes, writes, output = role.play(entry="refresh", **wanted)
    assert (changes, writes) == (0, []) and "replaced: , starts: False" in output
    assert role.play()[:2] == (0, []) and 'found: "' in role.play(entry="verify")[2]

    api.connections[api.nodes[new][0]["address"]] = 3
    changes, writes, output = role.play(entry="refresh", red5pro_force=True)  # of today
    assert changes == 2 and writes[-1] == f"DELETE nodegroup/{new}" and len(api.groups) == 1


@pytest.mark.long
def test_new_nodes_need_a_quota(api: FakeApi, tmp_path: Path) -> None:
    role = Role(api, tmp_path)
    role.variables["autoscaling_node_image"] = "image-one"
    role.play()
    failure = role.fail(entry="refresh")
    assert f"Refusing to refresh the node groups: {UNREADABLE}." in failure and not api.writes()
    failure = role.fail(entry="refresh", red5pro_scale_policies=[{**POLICY, "description": "another"}], red5pro_force=True)
    assert "Refusing to refresh the node groups: the scale policy p differs from the inventory." in failure and not api.writes()
