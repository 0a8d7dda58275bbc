# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""CloudWatch alarms are created on demand, verified and repaired; test_destroy.py shows that they are deleted."""

from __future__ import annotations

from typing import Any

import pytest
from runner import SITE, VERIFY, Aws, Play, actions, changed, said

from rehearsal import settings

TOPIC = f"arn:aws:sns:{settings.REGION}:{settings.ACCOUNT}:operators"
ON = {"red5pro_cloudwatch_alarms": True, "red5pro_cloudwatch_alarm_actions": [TOPIC], "red5pro_cloudwatch_target_errors": 7}
TAGS = ("--tags", "load_balancer")
NAMES = {f"live-{suffix}" for suffix in ("target-errors", "balancer-errors", "unhealthy-targets", "certificate-expiry")}

pytestmark = pytest.mark.usefixtures("deployed")


def alarms(aws: Aws) -> dict[str, dict[str, Any]]:
    return {one["AlarmName"]: one for one in aws("cloudwatch", "describe_alarms")["MetricAlarms"]}


def test_topics_are_checked_before_anything_changes(rehearsal: Any, play: Play) -> None:
    since = len(rehearsal.calls())
    done = play(SITE, *TAGS, check=False, red5pro_cloudwatch_alarms=True, red5pro_cloudwatch_alarm_actions=["operators"])
    assert done.returncode == 2 and "Invalid red5pro_cloudwatch_alarm_actions: " in said(done) and actions(rehearsal, since) == []


@pytest.mark.long
def test_alarms_are_created_tagged_verified_and_repaired(rehearsal: Any, play: Play, aws: Aws) -> None:
    since = len(rehearsal.calls())
    foreseen = play(SITE, *TAGS, "--check", **ON)
    assert actions(rehearsal, since) == []
    done = play(SITE, *TAGS, **ON)
    assert changed(foreseen.stdout) == changed(done.stdout) == {"localhost": 1}
    assert actions(rehearsal, since) == ["PutMetricAlarm"] * 4
    made = alarms(aws)
    assert made.keys() == NAMES
    assert all(one["AlarmActions"] == one["OKActions"] == [TOPIC] for one in made.values())
    balancer = aws("elbv2", "describe_load_balancers", Names=["live"])["LoadBalancers"][0]["LoadBalancerArn"]
    dimensions = {one["Name"]: one["Value"] for one in made["live-target-errors"]["Dimensions"]}
    assert balancer.endswith(f":loadbalancer/{dimensions['LoadBalancer']}") and dimensions["TargetGroup"].startswith("targetgroup/live/")
    for one in made.values():
        tags = aws("cloudwatch", "list_tags_for_resource", ResourceARN=one["AlarmArn"])["Tags"]
        assert {"Key": "red5pro:deployment", "Value": "live"} in tags
    assert set(changed(play(SITE, *TAGS, **ON).stdout).values()) == {0}

    aws("cloudwatch", "disable_alarm_actions", AlarmNames=["live-target-errors"])
    aws("cloudwatch", "delete_alarms", AlarmNames=["live-certificate-expiry"])
    arn = made["live-unhealthy-targets"]["AlarmArn"]
    aws("cloudwatch", "untag_resource", ResourceARN=arn, TagKeys=["Name"])
    found = play(VERIFY, *TAGS, check=False, **ON)
    assert found.returncode == 2
    for subject in ("alarm live-target-errors actions enabled", "alarm live-certificate-expiry", "alarm live-unhealthy-targets tags"):
        assert subject in said(found)
    since = len(rehearsal.calls())
    assert changed(play(SITE, *TAGS, **ON).stdout) == {"localhost": 1}
    assert sorted(actions(rehearsal, since)) == ["PutMetricAlarm", "PutMetricAlarm", "TagResource"]
    play(VERIFY, *TAGS, **ON)


@pytest.mark.long
def test_an_alarm_of_somebody_else_is_refused(rehearsal: Any, play: Play, aws: Aws) -> None:
    name = "live-balancer-errors"
    if name in alarms(aws):
        aws("cloudwatch", "delete_alarms", AlarmNames=[name])
    metric = {"Namespace": "AWS/ApplicationELB", "MetricName": "HTTPCode_ELB_5XX_Count", "Statistic": "Sum", "Period": 60}
    limit = {"EvaluationPeriods": 1, "Threshold": 1, "ComparisonOperator": "GreaterThanThreshold"}
    aws("cloudwatch", "put_metric_alarm", AlarmName=name, **metric, **limit)
    since = len(rehearsal.calls())
    done = play(SITE, *TAGS, check=False, **ON)
    assert done.returncode == 2 and f"the CloudWatch alarm {name} is of somebody else." in said(done)
    assert actions(rehearsal, since) == []
    aws("cloudwatch", "delete_alarms", AlarmNames=[name])
