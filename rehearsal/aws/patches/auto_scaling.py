# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Auto Scaling groups: moto keeps what is wanted; rehearsal/auto_scaling.py launches and terminates, as the service does."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from moto.autoscaling.models import AutoScalingBackend, FakeAutoScalingGroup, FakeScalingPolicy, InstanceState
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult, EmptyResult

from ..registry import Refusal
from .patching import patch, patch_property

ACTIVE = ("Pending", "InProgress", "Cancelling")  # states of a refresh that has not ended
_PREFERENCES = {"MinHealthyPercentage": 90, "SkipMatching": False, "AutoRollback": False}


@patch(FakeAutoScalingGroup, "__init__")
def nothing_yet(original: Any, group: Any, *args: Any, **kwargs: Any) -> None:
    """Without instances and refreshes."""
    group.refreshes, group.deleting, group.retry_at = [], False, 0.0
    original(group, *args, **kwargs)


@patch(FakeAutoScalingGroup, "set_desired_capacity")
def only_wanted(_original: Any, group: Any, new_capacity: int | None) -> None:
    """moto launches and terminates at once, and without the calls of the service."""
    group.desired_capacity = group.min_size if new_capacity is None else new_capacity


@patch(FakeAutoScalingGroup, "update")
def desired_stays(original: Any, group: Any, availability_zones: Any, desired_capacity: int | None, *args: Any, **kwargs: Any) -> None:
    """Without a new desired capacity the old one stays, within the limits."""
    original(group, availability_zones, desired_capacity, *args, **kwargs)
    if desired_capacity is None:
        group.desired_capacity = max(group.min_size, min(group.desired_capacity, group.max_size))


@patch(AutoScalingBackend, "update_attached_target_groups")
def registered_later(_original: Any, _backend: Any, _group_name: str) -> None:
    """An instance is registered when it runs."""


@patch(AutoScalingBackend, "notify_terminate_instances")
def noticed_later(_original: Any, _backend: Any, _instance_ids: list[str]) -> None:
    """The service notices by its health check."""


@patch(AutoScalingBackend, "detach_load_balancer_target_groups")
def deregistered_later(_original: Any, backend: Any, group_name: str, target_group_arns: list[str]) -> None:
    """Its instances drain."""
    group = backend.autoscaling_groups[group_name]
    group.target_group_arns = [arn for arn in group.target_group_arns if arn not in target_group_arns]


@patch_property(InstanceState, "launch_template")
def launched_from(state: Any) -> dict[str, Any]:
    """The version from which this instance was launched; moto says the default one of all."""
    return dict(state.launched_from)


@patch_property(FakeScalingPolicy, "alarms")
def alarms(policy: Any) -> list[dict[str, str]]:
    """Target tracking has two alarms in CloudWatch."""
    if policy.policy_type != "TargetTrackingScaling":
        return []
    names = [
        f"TargetTracking-{policy.auto_scaling_group_name}-Alarm{kind}-{uuid.uuid5(uuid.NAMESPACE_DNS, kind)}" for kind in ("High", "Low")
    ]
    arn = ":".join(policy.arn.split(":")[3:5])
    return [{"AlarmName": name, "AlarmARN": f"arn:aws:cloudwatch:{arn}:alarm:{name}"} for name in names]


@patch(AutoScalingResponse, "delete_auto_scaling_group")
def delete(_original: Any, response: Any) -> EmptyResult:
    """With instances only by force; then it is shown until they are terminated."""
    backend, name = response.autoscaling_backend, response._get_param("AutoScalingGroupName")
    group = _group(backend, name)
    if group.instance_states and not response._get_bool_param("ForceDelete", False):
        raise Refusal("ResourceInUse", "You cannot delete an AutoScalingGroup while there are instances still in the group.")
    group.min_size = group.max_size = group.desired_capacity = 0
    group.deleting = True
    group.status = "Delete in progress"
    if not group.instance_states:
        forget(backend, name)
    return EmptyResult()


def forget(backend: Any, name: str) -> None:
    """A group that is deleted has no policies."""
    del backend.autoscaling_groups[name]
    backend.policies = {key: one for key, one in backend.policies.items() if one.auto_scaling_group_name != name}


def describe_instance_refreshes(response: Any) -> ActionResult:
    """The newest first; moto has no refreshes."""
    group = _group(response.autoscaling_backend, response._get_param("AutoScalingGroupName"))
    wanted = response._get_param("InstanceRefreshIds", [])
    return ActionResult(
        {"InstanceRefreshes": [one for one in reversed(group.refreshes) if not wanted or one["InstanceRefreshId"] in wanted]}
    )


def start_instance_refresh(response: Any) -> ActionResult:
    """One at a time."""
    group = _group(response.autoscaling_backend, response._get_param("AutoScalingGroupName"))
    if any(one["Status"] in ACTIVE for one in group.refreshes):
        raise Refusal(
            "InstanceRefreshInProgress", "An Instance Refresh is already in progress and blocks the execution of this Instance Refresh."
        )
    preferences = {**_PREFERENCES, "InstanceWarmup": group.health_check_grace_period, **response._get_param("Preferences", {})}
    refresh = {
        "InstanceRefreshId": str(uuid.uuid4()),
        "AutoScalingGroupName": group.name,
        "Status": "Pending",
        "StartTime": datetime.now(UTC),
        "PercentageComplete": 0,
        "InstancesToUpdate": len(group.instance_states),
        "Preferences": {key: value for key, value in preferences.items() if value is not None},
    }
    group.refreshes.append(refresh)
    return ActionResult({"InstanceRefreshId": refresh["InstanceRefreshId"]})


def cancel_instance_refresh(response: Any) -> ActionResult:
    """What it has replaced stays."""
    group = _group(response.autoscaling_backend, response._get_param("AutoScalingGroupName"))
    for refresh in group.refreshes:
        if refresh["Status"] in ACTIVE:
            refresh["Status"] = "Cancelling"
            return ActionResult({"InstanceRefreshId": refresh["InstanceRefreshId"]})
    raise Refusal("ActiveInstanceRefreshNotFound", "No in progress or pending Instance Refresh found for Auto Scaling group " + group.name)


def disable_metrics_collection(response: Any) -> EmptyResult:
    """moto only turns them on."""
    _group(response.autoscaling_backend, response._get_param("AutoScalingGroupName")).metrics = []
    return EmptyResult()


def _group(backend: Any, name: str) -> Any:
    if name not in backend.autoscaling_groups:
        raise Refusal("ValidationError", f"AutoScalingGroup name not found - AutoScalingGroup '{name}' not found")
    return backend.autoscaling_groups[name]


for _action in (describe_instance_refreshes, start_instance_refresh, cancel_instance_refresh, disable_metrics_collection):
    setattr(AutoScalingResponse, _action.__name__, _action)
