# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The CloudWatch alarms of a deployment: those desired, and what differs. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._messages import invalid

from .findings import differing_settings
from .ownership import is_own, tag_hint

Facts = dict[str, Any]
_SUFFIXES = ("target-errors", "balancer-errors", "unhealthy-targets", "certificate-expiry")
_COMPARED = ("namespace", "metric_name", "dimensions", "statistic", "comparison", "threshold", "period", "evaluation_periods",
             "treat_missing_data", "alarm_actions", "tags")  # fmt: skip


def reading(name: str) -> Facts:
    """The alarms with the names of the deployment's, and their tags."""
    return {"kind": "metric_alarms", "parameters": {"AlarmNames": [f"{name}-{suffix}" for suffix in _SUFFIXES]}, "details": ["tags"]}


def plan(found: Iterable[Facts], desired: Mapping[str, Any]) -> Facts:
    """What to read (`readings`), the `alarms` that differ, the `checks` of all, and the `problems` that refuse the run.

    desired has `name`, `load_balancer`, `target_group` and `certificate` (ARNs, empty if they do not exist yet), the thresholds
    `target_errors`, `balancer_errors`, `unhealthy_targets` and `certificate_days`, `actions` and `tags`.
    """
    current = {one["alarm_name"]: one for one in found}
    wanted = list(_wanted(desired))
    checks = {one["name"]: _checks(one, current.get(one["name"])) for one in wanted}
    return {
        "readings": [reading(desired["name"])],
        "alarms": [one for one in wanted if checks[one["name"]]],
        "checks": [check for each in checks.values() for check in each],
        "problems": [
            invalid("red5pro_name", desired["name"], f"another name; the CloudWatch alarm {name} is of somebody else")
            + tag_hint(one, desired["name"])
            for name, one in sorted(current.items())
            if not is_own(one, desired["name"])
        ],
    }


def own(found: Iterable[Facts], name: str) -> list[str]:
    """The names of the alarms with the deployment's tag."""
    return sorted(one["alarm_name"] for one in found if is_own(one, name))


def _wanted(desired: Mapping[str, Any]) -> Iterable[Facts]:
    balancer = {"LoadBalancer": desired["load_balancer"].partition(":loadbalancer/")[2]}
    targets = {**balancer, "TargetGroup": desired["target_group"].rpartition(":")[2]}
    more = {"alarm_actions": desired["actions"], "tags": desired["tags"]}
    count = {"statistic": "Sum", "comparison": "GreaterThanOrEqualToThreshold", "period": 300, "evaluation_periods": 1, **more}
    balancing = {**count, "namespace": "AWS/ApplicationELB", "treat_missing_data": "notBreaching"}
    yield {
        **balancing,
        "name": f"{desired['name']}-target-errors",
        "description": "HTTP 5xx answers of the stream managers in 5 minutes",
        "metric_name": "HTTPCode_Target_5XX_Count",
        "dimensions": targets,
        "threshold": desired["target_errors"],
    }
    yield {
        **balancing,
        "name": f"{desired['name']}-balancer-errors",
        "description": "HTTP 5xx answers of the load balancer itself in 5 minutes",
        "metric_name": "HTTPCode_ELB_5XX_Count",
        "dimensions": balancer,
        "threshold": desired["balancer_errors"],
    }
    yield {
        **balancing,
        "name": f"{desired['name']}-unhealthy-targets",
        "description": "Unhealthy stream managers for 3 minutes",
        "metric_name": "UnHealthyHostCount",
        "dimensions": targets,
        "threshold": desired["unhealthy_targets"],
        "statistic": "Maximum",
        "period": 60,
        "evaluation_periods": 3,
    }
    yield {
        **count,
        "name": f"{desired['name']}-certificate-expiry",
        "description": "Days until the certificate expires",
        "namespace": "AWS/CertificateManager",
        "metric_name": "DaysToExpiry",
        "dimensions": {"CertificateArn": desired["certificate"]},
        "threshold": desired["certificate_days"],
        "statistic": "Minimum",
        "comparison": "LessThanOrEqualToThreshold",
        "period": 86400,
        "treat_missing_data": "ignore",
    }


def _checks(wanted: Facts, found: Facts | None) -> list[Facts]:
    subject = f"alarm {wanted['name']}"
    if found is None:
        return [{"subject": subject, "expected": "present", "found": "missing"}]
    return differing_settings(_shown(wanted), _current(found, wanted), subject)


def _shown(wanted: Facts) -> Facts:
    return {key.replace("_", " "): wanted[key] for key in _COMPARED} | {
        "threshold": float(wanted["threshold"]),
        "actions enabled": True,
        "OK actions": wanted["alarm_actions"],
    }


def _current(found: Facts, wanted: Facts) -> Facts:
    """The settings of an alarm in the same form; of its tags only those that are desired."""
    return {
        **{key.replace("_", " "): found.get(key) for key in ("namespace", "metric_name", "statistic", "period", "evaluation_periods")},
        "comparison": found.get("comparison_operator"),
        "threshold": float(found.get("threshold") or 0),
        "dimensions": {one["name"]: one["value"] for one in found.get("dimensions") or ()},
        "treat missing data": found.get("treat_missing_data") or "missing",
        "alarm actions": found.get("alarm_actions") or [],
        "OK actions": found.get("ok_actions") or [],
        "actions enabled": found.get("actions_enabled"),
        "tags": {key: value for key, value in found["tags"].items() if key in wanted["tags"]},
    }
