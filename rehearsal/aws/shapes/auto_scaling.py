# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Auto Scaling groups: keys that every group has, and those that only groups with such a setting have."""

from __future__ import annotations

from typing import Any

from .. import order
from ..registry import Call, shape

_ALWAYS: dict[str, Any] = {
    "AvailabilityZoneDistribution": {"CapacityDistributionStrategy": "balanced-best-effort"},
    "CapacityReservationSpecification": {"CapacityReservationPreference": "default"},
    "InstanceLifecyclePolicy": {"RetentionTriggers": {"TerminateHookAbandon": "terminate"}},
}


@shape("autoscaling", "DescribeAutoScalingGroups")
def keys_of_every_group(call: Call) -> None:
    """In no order; a group that uses a template has no launch configuration."""
    call.answer["AutoScalingGroups"] = order.shuffled(call.answer["AutoScalingGroups"], "AutoScalingGroupName")
    for group in call.answer["AutoScalingGroups"]:
        group |= _ALWAYS
        group["TrafficSources"] = [{"Identifier": arn, "Type": "elbv2"} for arn in group["TargetGroupARNs"]]
        group["Instances"] = order.shuffled(group["Instances"], "InstanceId")
        group.pop("CapacityRebalance", None)
        for key in ("LaunchConfigurationName", "MixedInstancesPolicy", "PlacementGroup", "WarmPoolConfiguration"):
            if not group.get(key):
                group.pop(key, None)


@shape("autoscaling", "DescribePolicies")
def keys_of_every_policy(call: Call) -> None:
    """Target tracking needs no adjustment."""
    for policy in call.answer["ScalingPolicies"]:
        policy["Enabled"] = True
        for key in ("AdjustmentType", "MetricAggregationType", "MinAdjustmentMagnitude", "ScalingAdjustment", "Cooldown"):
            if policy["PolicyType"] == "TargetTrackingScaling" or not policy.get(key):
                policy.pop(key, None)
        if not policy.get("PredictiveScalingConfiguration"):
            policy.pop("PredictiveScalingConfiguration", None)
        if policy.get("TargetTrackingConfiguration") is not None:
            policy["TargetTrackingConfiguration"].setdefault("DisableScaleIn", False)


@shape("ec2", "DescribeLaunchTemplateVersions", "CreateLaunchTemplateVersion")
def no_empty_description(call: Call) -> None:
    """A version without a description has no such key."""
    for version in call.answer.get("LaunchTemplateVersions") or [call.answer["LaunchTemplateVersion"]]:
        if not version.get("VersionDescription"):
            version.pop("VersionDescription", None)
