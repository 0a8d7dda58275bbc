# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""CloudWatch alarms of one metric: the options of the module, AWS's parameters, and whether an alarm differs."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

Facts = dict[str, t.Any]

STATISTICS = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"]
COMPARISONS = ["GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanThreshold", "LessThanOrEqualToThreshold"]
MISSING = ["breaching", "notBreaching", "ignore", "missing"]
_PARAMETERS = {  # of PutMetricAlarm
    "name": "AlarmName",
    "description": "AlarmDescription",
    "namespace": "Namespace",
    "metric_name": "MetricName",
    "statistic": "Statistic",
    "comparison": "ComparisonOperator",
    "threshold": "Threshold",
    "period": "Period",
    "evaluation_periods": "EvaluationPeriods",
    "treat_missing_data": "TreatMissingData",
}
ARGUMENTS: Facts = {
    **{name: {"type": "str", "required": True} for name in ("name", "namespace", "metric_name")},
    "description": {"type": "str", "default": ""},
    "dimensions": {"type": "dict", "required": True},
    "statistic": {"type": "str", "required": True, "choices": STATISTICS},
    "comparison": {"type": "str", "required": True, "choices": COMPARISONS},
    "threshold": {"type": "float", "required": True},
    "period": {"type": "int", "required": True},
    "evaluation_periods": {"type": "int", "required": True},
    "treat_missing_data": {"type": "str", "required": True, "choices": MISSING},
    "alarm_actions": {"type": "list", "elements": "str", "default": []},
    "tags": {"type": "dict", "required": True},
}


def settings(params: Mapping[str, t.Any]) -> Facts:
    """The parameters of PutMetricAlarm, without the tags."""
    actions = sorted(params["alarm_actions"])
    return {
        **{parameter: params[option] for option, parameter in _PARAMETERS.items()},
        "Dimensions": [{"Name": name, "Value": str(value)} for name, value in sorted(params["dimensions"].items())],
        "AlarmActions": actions,
        "OKActions": actions,
        "ActionsEnabled": True,
    }


def differs(found: Mapping[str, t.Any], wanted: Mapping[str, t.Any]) -> bool:
    """Whether an alarm that AWS returned is another one; it lists dimensions and actions in any order."""
    return any(_plain(found.get(key)) != _plain(value) for key, value in wanted.items())


def _plain(value: t.Any) -> t.Any:
    if isinstance(value, list):
        return sorted((sorted(one.items()) if isinstance(one, dict) else [("", one)]) for one in value)
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value or None
