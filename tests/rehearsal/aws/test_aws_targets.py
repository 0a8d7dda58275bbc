# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Targets and their health: rules 16 and 17."""

from __future__ import annotations

from typing import Any

import pytest

from rehearsal import aws, settings


def register(cloud: Any, group: str, instance: str) -> None:
    cloud.elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": instance, "Port": 5080}])


def health(cloud: Any, group: str) -> list[tuple[str, str | None]]:
    answer = cloud.elbv2.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    return [(entry["TargetHealth"]["State"], entry["TargetHealth"].get("Reason")) for entry in answer]


def test_rule_16_a_target_must_run_and_be_in_the_vpc(cloud: Any, refused: Any) -> None:
    group, instance = cloud.target_group(), cloud.launch()
    with refused("InvalidTarget"):
        register(cloud, group, instance)
    with refused("InvalidTarget"):
        register(cloud, group, "i-00000000")
    vpc = cloud.ec2.create_vpc(CidrBlock="127.11.0.0/16")["Vpc"]["VpcId"]
    elsewhere = cloud.elbv2.create_target_group(Name="elsewhere", Protocol="HTTP", Port=5080, VpcId=vpc)
    cloud.wait(100)
    with refused("InvalidTarget"):
        register(cloud, elsewhere["TargetGroups"][0]["TargetGroupArn"], instance)
    register(cloud, group, instance)


def test_rule_17_initial_until_the_balancer_says_otherwise(cloud: Any) -> None:
    group, instance = cloud.target_group(), cloud.running()
    register(cloud, group, instance)
    assert health(cloud, group) == [("unused", "Target.NotInUse")]
    cloud.listen(cloud.balancer(), group)
    cloud.wait(10000)
    assert health(cloud, group) == [("initial", "Elb.RegistrationInProgress")]
    aws.view.set_target_health(group, instance, 5080, "healthy")
    assert health(cloud, group) == [("healthy", None)]
    aws.view.set_target_health(group, instance, 80, "unhealthy", "Target.Timeout")
    assert health(cloud, group) == [("healthy", None)], "nothing is registered on port 80"
    aws.view.set_target_health(group, instance, 5080, "unhealthy", "Target.Timeout")
    assert health(cloud, group) == [("unhealthy", "Target.Timeout")]
    cloud.ec2.stop_instances(InstanceIds=[instance])
    assert health(cloud, group) == [("unused", "Target.InvalidState")]


def test_rule_17_draining_for_the_deregistration_delay(cloud: Any) -> None:
    group, instance = cloud.target_group(), cloud.running()
    cloud.listen(cloud.balancer(), group)
    register(cloud, group, instance)
    targets = [{"Id": instance, "Port": 5080}]
    cloud.elbv2.deregister_targets(TargetGroupArn=group, Targets=targets)
    cloud.wait(299)
    assert health(cloud, group) == [("draining", "Target.DeregistrationInProgress")]
    assert [target.draining for target in aws.view.target_groups()[0].targets] == [True]
    cloud.wait(1)
    assert (health(cloud, group), aws.view.target_groups()[0].targets) == ([], ())


def test_rule_17_the_delay_is_the_groups_and_a_target_that_comes_back_is_initial(cloud: Any) -> None:
    group, instance = cloud.target_group(), cloud.running()
    cloud.listen(cloud.balancer(), group)
    wanted = [{"Key": "deregistration_delay.timeout_seconds", "Value": "30"}]
    cloud.elbv2.modify_target_group_attributes(TargetGroupArn=group, Attributes=wanted)
    register(cloud, group, instance)
    aws.view.set_target_health(group, instance, 5080, "healthy")
    cloud.elbv2.deregister_targets(TargetGroupArn=group, Targets=[{"Id": instance}])
    register(cloud, group, instance)
    assert health(cloud, group) == [("initial", "Elb.RegistrationInProgress")]
    cloud.elbv2.deregister_targets(TargetGroupArn=group, Targets=[{"Id": instance}])
    cloud.wait(30)
    assert health(cloud, group) == []


def test_rule_17_a_terminated_instance_drains_too(cloud: Any) -> None:
    group, instance = cloud.target_group(), cloud.running()
    cloud.listen(cloud.balancer(), group)
    register(cloud, group, instance)
    cloud.ec2.terminate_instances(InstanceIds=[instance])
    assert health(cloud, group) == [("draining", "Target.DeregistrationInProgress")]
    cloud.wait(300)
    assert health(cloud, group) == []


def test_at_pace_0_a_target_drains_until_its_last_request_is_answered(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    aws.clock.set_up(0, lambda: cloud.time)
    group, instance, busy = cloud.target_group(), cloud.running(), [True]
    monkeypatch.setattr(aws.hooks, "in_flight", lambda *asked: asked == (group, instance) and busy[0])
    cloud.listen(cloud.balancer(), group)
    for seconds, still_busy in ((1, False), (300, True)):
        register(cloud, group, instance)
        cloud.elbv2.deregister_targets(TargetGroupArn=group, Targets=[{"Id": instance}])
        busy[0] = True
        cloud.wait(1)
        assert health(cloud, group) == [("draining", "Target.DeregistrationInProgress")]
        busy[0] = still_busy
        cloud.wait(seconds)
        assert health(cloud, group) == []


def test_the_view_of_a_target_group(cloud: Any) -> None:
    group, instance = cloud.target_group(), cloud.running()
    register(cloud, group, instance)
    (seen,) = aws.view.target_groups()
    assert (seen.arn, seen.name, seen.path, seen.matcher) == (group, "managers", "/", "200")
    assert (seen.interval, seen.timeout, seen.healthy_threshold, seen.unhealthy_threshold) == (30, 5, 5, 2)
    (target,) = seen.targets
    assert (target.instance_id, target.private_ip, target.port, target.draining) == (instance, "127.10.0.4", 5080, False)
    assert target.port == settings.RED5_PORT
