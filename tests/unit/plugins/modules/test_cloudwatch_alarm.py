# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""cloudwatch_alarm through botocore against moto: present, present again, changed, check mode, tags, and what AWS refuses."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from ansible_collections.streamops.red5pro.plugins.modules import cloudwatch_alarm
from test_tagged_at_creation import AS_LIST, TAGS, Calls, Run, calls, run

__all__ = ["calls", "run"]  # fixtures

TOPIC = "arn:aws:sns:us-east-1:123456789012:operators"
OPTIONS: dict[str, Any] = {
    "region": "us-east-1",
    "name": "live-unhealthy-targets",
    "description": "Unhealthy stream managers",
    "namespace": "AWS/ApplicationELB",
    "metric_name": "UnHealthyHostCount",
    "dimensions": {"TargetGroup": "targetgroup/live/1", "LoadBalancer": "app/live/1"},
    "statistic": "Maximum",
    "comparison": "GreaterThanOrEqualToThreshold",
    "threshold": 1,
    "period": 60,
    "evaluation_periods": 3,
    "treat_missing_data": "notBreaching",
    "alarm_actions": [TOPIC],
    "tags": TAGS,
}
READ = ["DescribeAlarms", "ListTagsForResource"]


def alarm() -> dict[str, Any]:
    (found,) = boto3.client("cloudwatch", region_name="us-east-1").describe_alarms()["MetricAlarms"]
    return dict(found)


def tags() -> dict[str, str]:
    found = boto3.client("cloudwatch", region_name="us-east-1").list_tags_for_resource(ResourceARN=alarm()["AlarmArn"])["Tags"]
    return {one["Key"]: one["Value"] for one in found}


def test_an_alarm_is_created_with_its_tags_and_once(run: Run, calls: Calls) -> None:
    predicted = run(cloudwatch_alarm, check=True, **OPTIONS)
    assert predicted["changed"] and calls.names == ["DescribeAlarms"]
    assert run(cloudwatch_alarm, **OPTIONS)["changed"]
    assert calls.names == ["DescribeAlarms", "PutMetricAlarm"] and calls[-1][1]["Tags"] == AS_LIST
    made = alarm()
    assert (made["MetricName"], made["Threshold"], made["AlarmActions"], made["OKActions"]) == ("UnHealthyHostCount", 1.0, [TOPIC], [TOPIC])
    assert made["ActionsEnabled"] and len(made["Dimensions"]) == 2 and tags() == TAGS
    again = run(cloudwatch_alarm, **OPTIONS)
    assert (again["changed"], again["alarm_name"], calls.names) == (False, OPTIONS["name"], READ), "two requests"


@pytest.mark.parametrize(
    "changes",
    [
        {"threshold": 2},
        {"period": 120},
        {"statistic": "Average"},
        {"alarm_actions": []},
        {"dimensions": {"LoadBalancer": "app/live/1"}},
        {"treat_missing_data": "missing"},
        {"description": ""},
    ],
    ids=str,
)
def test_an_alarm_is_changed(run: Run, calls: Calls, changes: dict[str, Any]) -> None:
    run(cloudwatch_alarm, **OPTIONS)
    assert run(cloudwatch_alarm, check=True, **{**OPTIONS, **changes})["changed"] and calls.names == READ
    assert run(cloudwatch_alarm, **{**OPTIONS, **changes})["changed"] and calls.names == [*READ, "PutMetricAlarm"]
    assert calls[-1][1]["Tags"] == AS_LIST, "as the policy requires"
    assert not run(cloudwatch_alarm, **{**OPTIONS, **changes})["changed"]


def test_missing_tags_are_added_and_others_kept(run: Run, calls: Calls) -> None:
    run(cloudwatch_alarm, **{**OPTIONS, "tags": {"others": "1"}})
    assert run(cloudwatch_alarm, check=True, **OPTIONS)["changed"] and calls.names == READ
    assert run(cloudwatch_alarm, **OPTIONS)["changed"] and calls.names == [*READ, "TagResource"]
    assert tags() == {**TAGS, "others": "1"}
    assert not run(cloudwatch_alarm, **OPTIONS)["changed"]


@pytest.mark.parametrize("operation", ["DescribeAlarms", "PutMetricAlarm"])
def test_what_aws_refuses(run: Run, calls: Calls, operation: str) -> None:
    calls.refused = operation
    failed = run(cloudwatch_alarm, **OPTIONS)
    assert failed["failed"] and failed["msg"].startswith("Failed to create or update the alarm live-unhealthy-targets: ")
