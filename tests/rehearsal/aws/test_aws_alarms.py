# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""CloudWatch alarms: what AWS refuses, and what the policy allows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from iam_policy import documents

from rehearsal import settings
from rehearsal.aws import gate
from rehearsal.aws.iam import Guard, Judge

OWN = [{"Key": "red5pro:deployment", "Value": "live"}]
TOPIC = f"arn:aws:sns:us-east-1:{settings.ACCOUNT}:operators"
ALARM: dict[str, Any] = {
    "AlarmName": "live-unhealthy-targets",
    "Namespace": "AWS/ApplicationELB",
    "MetricName": "UnHealthyHostCount",
    "Dimensions": [{"Name": "LoadBalancer", "Value": "app/live/1"}],
    "Statistic": "Maximum",
    "ComparisonOperator": "GreaterThanOrEqualToThreshold",
    "Threshold": 1.0,
    "Period": 60,
    "EvaluationPeriods": 3,
    "AlarmActions": [TOPIC],
}


@pytest.mark.parametrize(
    "changes",
    [
        {"Period": 45},
        {"Period": 86400, "EvaluationPeriods": 2},
        {"AlarmActions": ["operators"]},
        {"OKActions": [TOPIC.replace("us-east-1", "us-west-2")]},
    ],
    ids=str,
)
def test_an_alarm_that_there_cannot_be_is_refused(cloud: Any, refused: Any, changes: dict[str, Any]) -> None:
    alarms = cloud.client("cloudwatch")
    with refused("ValidationError"):
        alarms.put_metric_alarm(**{**ALARM, **changes})
    alarms.put_metric_alarm(**ALARM)


def tags(alarms: Any) -> list[dict[str, str]]:
    (alarm,) = alarms.describe_alarms(AlarmNames=[ALARM["AlarmName"]])["MetricAlarms"]
    return list(alarms.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"])


def test_an_update_leaves_the_tags_as_they_are(cloud: Any) -> None:
    alarms = cloud.client("cloudwatch")
    alarms.put_metric_alarm(**ALARM, Tags=OWN)
    alarms.put_metric_alarm(**{**ALARM, "Threshold": 2.0}, Tags=[{"Key": "more", "Value": "1"}])
    assert tags(alarms) == OWN
    assert alarms.describe_alarms()["MetricAlarms"][0]["Threshold"] == 2.0


def test_an_alarm_of_a_name_that_was_deleted_has_no_tags(cloud: Any) -> None:
    alarms = cloud.client("cloudwatch")
    alarms.put_metric_alarm(**ALARM, Tags=OWN)
    alarms.delete_alarms(AlarmNames=[ALARM["AlarmName"], "another"])
    alarms.put_metric_alarm(**ALARM)
    assert tags(alarms) == []


@pytest.fixture
def limited(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The operator's client, limited to the policies."""
    judge = Judge(list(documents().values()))
    monkeypatch.setattr(gate, "authorize", Guard(judge).check)
    yield cloud.client("cloudwatch")
    judge.close()


def test_the_policy_allows_only_tagged_alarms(limited: Any) -> None:
    for more in ({}, {"Tags": [{"Key": "Name", "Value": "live"}]}):
        with pytest.raises(ClientError, match="not authorized to perform: cloudwatch:PutMetricAlarm"):
            limited.put_metric_alarm(**ALARM, **more)
    limited.put_metric_alarm(**ALARM, Tags=OWN)
    arn = limited.describe_alarms()["MetricAlarms"][0]["AlarmArn"]
    assert limited.list_tags_for_resource(ResourceARN=arn)["Tags"] == OWN
    limited.tag_resource(ResourceARN=arn, Tags=OWN)
    with pytest.raises(ClientError, match="not authorized to perform: cloudwatch:TagResource"):
        limited.tag_resource(ResourceARN=arn, Tags=[{"Key": "others", "Value": "1"}])
    with pytest.raises(ClientError, match="not authorized to perform: cloudwatch:DisableAlarmActions"):
        limited.disable_alarm_actions(AlarmNames=[ALARM["AlarmName"]])
    limited.delete_alarms(AlarmNames=[ALARM["AlarmName"]])
