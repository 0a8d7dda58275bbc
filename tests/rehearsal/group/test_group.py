# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Stream managers in an Auto Scaling group: their whole life, from numbered ones to a group and back, while a client sends requests."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from runner import SITE, VERIFY, Asking, Aws, Play, Websockets, actions, changed, on_hosts, said

GROUP: dict[str, Any] = {
    "red5pro_stream_managers_mode": "autoscaling_group",
    "red5pro_stream_manager_count": None,  # inventories/rehearsal sets it
    "red5pro_stream_manager_group_health_check_grace_period": 20,
}
THREE = {**GROUP, "red5pro_stream_manager_group_min_size": 3, "red5pro_stream_manager_group_min_healthy_percentage": 66}
NAME = "live-stream-managers"
PROPERTIES = "/usr/local/red5pro/webapps/streammanager/WEB-INF/red5-web.properties"
PATIENCE = 240  # seconds
IN_FLIGHT = 4  # requests: one for each of the ways in which the client sends them

pytestmark = pytest.mark.long


def snapshot(rehearsal: Any) -> list[str]:
    return list(rehearsal.run(["python", "-m", "rehearsal.snapshot"]).stdout.splitlines())


def eventually(holds: Callable[[], bool]) -> bool:
    """Whether it holds within some minutes."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(2)
    return False


class Group:
    """What AWS says of the group."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws

    @property
    def exists(self) -> bool:
        return bool(self._aws("autoscaling", "describe_auto_scaling_groups", AutoScalingGroupNames=[NAME])["AutoScalingGroups"])

    def members(self) -> dict[str, dict[str, Any]]:
        """The instances in service that are healthy at the load balancer, by id."""
        (group,) = self._aws("autoscaling", "describe_auto_scaling_groups", AutoScalingGroupNames=[NAME])["AutoScalingGroups"]
        serving = [one["InstanceId"] for one in group["Instances"] if one["LifecycleState"] == "InService"]
        healthy = [one for one in serving if one in self.healthy()]
        found = self._aws("ec2", "describe_instances", InstanceIds=healthy)["Reservations"] if healthy else []
        return {one["InstanceId"]: one for entry in found for one in entry["Instances"]}

    def healthy(self) -> set[str]:
        arn = self._aws("elbv2", "describe_target_groups", Names=["live"])["TargetGroups"][0]["TargetGroupArn"]
        found = self._aws("elbv2", "describe_target_health", TargetGroupArn=arn)["TargetHealthDescriptions"]
        return {one["Target"]["Id"] for one in found if one["TargetHealth"]["State"] == "healthy"}


@pytest.fixture(scope="module")
def group(aws: Aws) -> Group:
    return Group(aws)


@pytest.fixture(scope="module")
def before(rehearsal: Any) -> Iterator[list[str]]:
    """The account before the first run."""
    rehearsal.reset()
    yield snapshot(rehearsal)


def test_wrong_input_is_refused_before_anything_is_changed(rehearsal: Any, before: list[str], play: Play) -> None:
    wrong = {"red5pro_stream_manager_group_min_size": 3, "red5pro_stream_manager_group_max_size": 2, "red5pro_stream_manager_count": 2}
    done = play(SITE, check=False, **{**GROUP, **wrong})
    for problem in (
        "Invalid red5pro_stream_manager_count: 2. Expected: none, since red5pro_stream_managers_mode is autoscaling_group.",
        "Invalid red5pro_stream_manager_group_max_size: 2. Expected: at least red5pro_stream_manager_group_min_size, which is 3",
    ):
        assert problem in said(done)
    assert actions(rehearsal) == []


def test_numbered_ones_become_a_group_and_no_request_is_lost(rehearsal: Any, play: Play, group: Group, asking: Asking, aws: Aws) -> None:
    play(SITE)
    numbered = group.healthy()
    with asking() as seen:
        play(SITE, **GROUP)
    assert seen["failures"] == [], seen
    assert min(seen["answered"].values()) > 50, seen
    assert min(map(int, seen["healthy"])) >= 2, seen
    members = group.members()
    assert len(members) == 2 and set(members) == group.healthy() and not numbered & set(members)
    assert len({one["Placement"]["AvailabilityZone"] for one in members.values()}) == 2
    addresses = on_hosts(rehearsal, members, f"grep ^streammanager.ip= {PROPERTIES}").split()
    assert sorted(addresses) == sorted(f"streammanager.ip={one['PrivateIpAddress']}" for one in members.values())
    left = aws("ec2", "describe_addresses", Filters=[{"Name": "tag:red5pro:deployment", "Values": ["live"]}])["Addresses"]
    assert left == []


def test_a_second_run_changes_nothing_and_verify_finds_nothing(rehearsal: Any, play: Play) -> None:
    since = len(rehearsal.calls())
    done = play(SITE, **GROUP)
    assert (set(changed(done.stdout).values()), actions(rehearsal, since)) == ({0}, [])
    play(VERIFY, **GROUP)


def test_one_that_is_killed_is_replaced_without_a_run(rehearsal: Any, play: Play, group: Group, aws: Aws, asking: Asking) -> None:
    members = group.members()
    ill, gone = sorted(members)
    on_hosts(rehearsal, {ill: members[ill]}, "/etc/init.d/red5pro stop")
    assert eventually(lambda: ill not in group.members() and len(group.members()) == 2), "the load balancer's health check"
    with asking() as seen:
        aws("ec2", "terminate_instances", InstanceIds=[gone])
        assert eventually(lambda: gone not in group.members() and len(group.members()) == 2), "the health check of EC2"
    assert len(seen["failures"]) <= IN_FLIGHT, seen
    assert min(seen["answered"].values()) > 20, seen
    play(VERIFY, **GROUP)


def test_drift_is_reported_and_corrected(rehearsal: Any, play: Play, aws: Aws) -> None:
    aws("autoscaling", "update_auto_scaling_group", AutoScalingGroupName=NAME, MaxSize=9)
    done = play(VERIFY, check=False, **GROUP)
    assert done.returncode == 2 and "maximum size" in done.stdout
    since = len(rehearsal.calls())
    play(SITE, **GROUP)
    assert "UpdateAutoScalingGroup" in actions(rehearsal, since)
    assert set(actions(rehearsal, since)) <= {"UpdateAutoScalingGroup", "DisableMetricsCollection"}
    play(VERIFY, **GROUP)


def test_a_changed_property_replaces_all_and_two_of_three_stay_healthy(
    rehearsal: Any, play: Play, group: Group, asking: Asking, websockets: Websockets
) -> None:
    play(SITE, **THREE)
    old = group.members()
    assert len(old) == 3
    wanted = {**THREE, "red5pro_stream_manager_properties": {"instancecontroller.httptimeout": "31000"}}
    since = len(rehearsal.calls())
    done = play(SITE, "--check", **wanted)
    assert changed(done.stdout)["localhost"] > 0
    assert actions(rehearsal, since) == []
    with websockets(6) as lasted, asking() as seen:
        play(SITE, **wanted)
    assert seen["failures"] == [], seen
    assert min(map(int, seen["healthy"])) >= 2, seen
    assert len(lasted) == 6
    new = group.members()
    assert len(new) == 3 and not set(old) & set(new)
    assert on_hosts(rehearsal, new, f"grep -c ^instancecontroller.httptimeout=31000 {PROPERTIES}").split() == ["1"] * 3
    since = len(rehearsal.calls())
    done = play(SITE, **wanted)
    assert (set(changed(done.stdout).values()), actions(rehearsal, since)) == ({0}, [])


def test_another_cluster_password_is_refused_before_anything_is_changed(rehearsal: Any, play: Play) -> None:
    since = len(rehearsal.calls())
    done = play(SITE, check=False, **THREE, red5pro_stream_manager_properties={"cluster.password": "another"})
    assert done.returncode == 2
    assert "Refusing to change cluster.password: nodes with the old one are running" in said(done)
    assert actions(rehearsal, since) == []


def test_a_group_becomes_numbered_ones_and_no_request_is_lost(rehearsal: Any, play: Play, group: Group, asking: Asking) -> None:
    members = set(group.members())
    with asking() as seen:
        play(SITE)
    assert seen["failures"] == [], seen
    assert min(map(int, seen["healthy"])) >= 2, seen
    assert not group.exists
    assert len(group.healthy()) == 2 and not members & group.healthy()
    since = len(rehearsal.calls())
    done = play(SITE)
    assert (set(changed(done.stdout).values()), actions(rehearsal, since)) == ({0}, [])
    play(VERIFY)


def test_destroy_leaves_the_account_as_it_was(rehearsal: Any, before: list[str], play: Play) -> None:
    policy = {"red5pro_stream_manager_group_cpu_target": 60, "red5pro_stream_manager_group_max_size": 4}
    wanted = {**GROUP, **policy, "red5pro_stream_manager_properties": {"instancecontroller.httptimeout": "32000"}}
    play(SITE, **wanted)
    play("playbooks/destroy.yml", red5pro_destroy_confirmed=True, **wanted)
    assert eventually(lambda: snapshot(rehearsal) == before), json.dumps(
        [one for one in snapshot(rehearsal) if one not in before], indent=1
    )
