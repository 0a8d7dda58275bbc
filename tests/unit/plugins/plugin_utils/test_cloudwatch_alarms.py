# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which CloudWatch alarms there must be, and which differ."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.filter.load_balancer import FilterModule
from ansible_collections.streamops.red5pro.plugins.plugin_utils import cloudwatch_alarms

Facts = dict[str, Any]
PLAN = FilterModule().filters()["cloudwatch_alarms_plan"]
ARN = "arn:aws:elasticloadbalancing:us-east-1:123456789012:"
TOPIC = "arn:aws:sns:us-east-1:123456789012:operators"
DESIRED: Facts = {
    "name": "live",
    "load_balancer": f"{ARN}loadbalancer/app/live/0123456789abcdef",
    "target_group": f"{ARN}targetgroup/live/fedcba9876543210",
    "certificate": "arn:aws:acm:us-east-1:123456789012:certificate/1",
    "actions": [TOPIC],
    "target_errors": 10,
    "balancer_errors": 20,
    "unhealthy_targets": 1,
    "certificate_days": 21,
    "tags": {"red5pro:deployment": "live", "Name": "live"},
}
NAMES = ["live-target-errors", "live-balancer-errors", "live-unhealthy-targets", "live-certificate-expiry"]
BALANCER, TARGETS = {"LoadBalancer": "app/live/0123456789abcdef"}, {"TargetGroup": "targetgroup/live/fedcba9876543210"}


def read(wanted: Facts) -> Facts:
    """An alarm as aws_resources_info returns it."""
    return {
        "alarm_name": wanted["name"],
        "alarm_arn": f"arn:aws:cloudwatch:us-east-1:123456789012:alarm:{wanted['name']}",
        **{key: wanted[key] for key in ("namespace", "metric_name", "statistic", "period", "evaluation_periods", "treat_missing_data")},
        "comparison_operator": wanted["comparison"],
        "threshold": float(wanted["threshold"]),
        "dimensions": [{"name": name, "value": value} for name, value in reversed(wanted["dimensions"].items())],
        "alarm_actions": wanted["alarm_actions"],
        "ok_actions": wanted["alarm_actions"],
        "actions_enabled": True,
        "state_value": "OK",
        "tags": {**wanted["tags"], "others": "1"},
    }


@pytest.fixture
def current() -> list[Facts]:
    return [read(one) for one in PLAN([], DESIRED)["alarms"]]


def test_the_alarms_of_a_deployment() -> None:
    plan = PLAN([], DESIRED)
    assert [one["name"] for one in plan["alarms"]] == NAMES
    assert {one["metric_name"]: (one["namespace"], one["dimensions"], one["threshold"]) for one in plan["alarms"]} == {
        "HTTPCode_Target_5XX_Count": ("AWS/ApplicationELB", BALANCER | TARGETS, 10),
        "HTTPCode_ELB_5XX_Count": ("AWS/ApplicationELB", BALANCER, 20),
        "UnHealthyHostCount": ("AWS/ApplicationELB", BALANCER | TARGETS, 1),
        "DaysToExpiry": ("AWS/CertificateManager", {"CertificateArn": DESIRED["certificate"]}, 21),
    }
    assert [check["subject"] for check in plan["checks"]] == [f"alarm {name}" for name in NAMES]
    assert plan["readings"] == [{"kind": "metric_alarms", "parameters": {"AlarmNames": NAMES}, "details": ["tags"]}]
    assert all(one["period"] * one["evaluation_periods"] <= 86400 for one in plan["alarms"]), "as AWS requires"


def test_nothing_differs(current: list[Facts]) -> None:
    before = copy.deepcopy((current, DESIRED))
    plan = PLAN(current, DESIRED)
    assert (plan["alarms"], plan["checks"], plan["problems"]) == ([], [], [])
    assert (current, DESIRED) == before


@pytest.mark.parametrize(
    ("changes", "subject", "found"),
    [
        ({"threshold": 11.0}, "threshold", 11.0),
        ({"period": 60}, "period", 60),
        ({"statistic": "Average"}, "statistic", "Average"),
        ({"comparison_operator": "LessThanThreshold"}, "comparison", "LessThanThreshold"),
        ({"treat_missing_data": None}, "treat missing data", "missing"),
        ({"alarm_actions": []}, "alarm actions", []),
        ({"ok_actions": None}, "OK actions", []),
        ({"actions_enabled": False}, "actions enabled", False),
        ({"dimensions": [{"name": "LoadBalancer", "value": "app/live/other"}]}, "dimensions", {"LoadBalancer": "app/live/other"}),
        ({"tags": {"red5pro:deployment": "live"}}, "tags", {"red5pro:deployment": "live"}),
    ],
)
def test_what_somebody_changed(current: list[Facts], changes: Facts, subject: str, found: Any) -> None:
    current[0] |= changes
    plan = PLAN(current, DESIRED)
    assert [one["name"] for one in plan["alarms"]] == NAMES[:1]
    assert [(one["subject"], one["found"]) for one in plan["checks"]] == [(f"alarm {NAMES[0]} {subject}", found)]


def test_an_alarm_of_somebody_else_is_a_problem(current: list[Facts]) -> None:
    current[1]["tags"] = {"red5pro:deployment": "other"}
    current[2]["tags"] = {}
    assert PLAN(current, DESIRED)["problems"] == [
        f"Invalid red5pro_name: live. Expected: another name; the CloudWatch alarm {name} is of somebody else.{hint}"
        for name, hint in zip(NAMES[1:3], ("", " If it belongs to this deployment, tag it red5pro:deployment=live."), strict=True)
    ]
    assert cloudwatch_alarms.own(current, "live") == sorted([NAMES[0], NAMES[3]])
