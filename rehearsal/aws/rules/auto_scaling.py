# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Auto Scaling groups and launch templates: what AWS checks when they are created or changed."""

from __future__ import annotations

from typing import Any

from moto.autoscaling.models import autoscaling_backends

from rehearsal import settings

from ..registry import Call, Refusal, rule


def groups(region: str) -> dict[str, Any]:
    """The groups of a region by name."""
    held: dict[str, Any] = autoscaling_backends[settings.ACCOUNT][region].autoscaling_groups
    return held


@rule(None, "autoscaling", "CreateAutoScalingGroup")
def name_once(call: Call) -> None:
    """A name is unique, also while its group is being deleted."""
    if call.params["AutoScalingGroupName"] in groups(call.region):
        raise Refusal("AlreadyExists", "AutoScalingGroup by this name already exists - A group with this name already exists")


@rule(None, "autoscaling", "CreateAutoScalingGroup", "UpdateAutoScalingGroup")
def sizes(call: Call) -> None:
    """minimum <= desired <= maximum."""
    held = groups(call.region).get(call.params["AutoScalingGroupName"])
    minimum, maximum = (
        int(call.params.get(key, getattr(held, name, 0))) for key, name in (("MinSize", "min_size"), ("MaxSize", "max_size"))
    )
    desired = call.params.get("DesiredCapacity")
    if minimum > maximum:
        raise Refusal("ValidationError", f"Max bound, {maximum}, must be greater than or equal to min bound, {minimum}")
    if desired is not None and not minimum <= int(desired) <= maximum:
        raise Refusal(
            "ValidationError", f"Desired capacity:{desired} must be between the specified min size:{minimum} and max size:{maximum}"
        )


@rule(None, "autoscaling", "CreateAutoScalingGroup", "UpdateAutoScalingGroup")
def launchable(call: Call) -> None:
    """The version of the template exists, with an image that exists."""
    wanted = call.params.get("LaunchTemplate")
    if not wanted:
        return
    held = {key: one for one in call.ec2.launch_templates.values() for key in (one.id, one.name)}
    template = held.get(wanted.get("LaunchTemplateId") or wanted.get("LaunchTemplateName"))
    version = str(wanted.get("Version", "$Default"))
    if template is None or (not version.startswith("$") and version not in {str(one.number) for one in template.versions}):
        raise Refusal("ValidationError", "You must use a valid fully-formed launch template. The specified launch template does not exist.")
    image = template.get_version(version).image_id
    if image not in call.ec2.amis or call.ec2.amis[image].state != "available":
        problem = f"The image id '[{image}]' does not exist"
        raise Refusal("ValidationError", f"You must use a valid fully-formed launch template. {problem}")


@rule(None, "autoscaling", "CreateAutoScalingGroup", "AttachLoadBalancerTargetGroups")
def target_groups_exist(call: Call) -> None:
    """A target group is attached by its ARN."""
    if missing := [arn for arn in call.params.get("TargetGroupARNs", ()) if arn not in call.elbv2.target_groups]:
        raise Refusal("ValidationError", f"Provided Target Groups may not be valid. Please ensure they exist and try again: {missing[0]}")


@rule(None, "autoscaling", "CreateAutoScalingGroup", "UpdateAutoScalingGroup")
def subnets_exist(call: Call) -> None:
    """All subnets exist."""
    for subnet in filter(None, call.params.get("VPCZoneIdentifier", "").split(",")):
        if not any(subnet in subnets for subnets in call.ec2.subnets.values()):
            raise Refusal("ValidationError", f"The subnet ID '{subnet}' does not exist")


@rule(None, "autoscaling", "UpdateAutoScalingGroup", "PutScalingPolicy", "StartInstanceRefresh")
def not_being_deleted(call: Call) -> None:
    """A group that is being deleted cannot be changed."""
    held = groups(call.region).get(call.params["AutoScalingGroupName"])
    if held is None:
        raise Refusal("ValidationError", "AutoScalingGroup name not found - null")
    if held.deleting:
        raise Refusal("ScalingActivityInProgress", "AutoScalingGroup is pending delete")


@rule(None, "autoscaling", "StartInstanceRefresh")
def percentages(call: Call) -> None:
    """0 to 100 and 100 to 200, at most 100 apart."""
    given = call.params.get("Preferences", {})
    minimum, maximum = int(given.get("MinHealthyPercentage", 90)), int(given.get("MaxHealthyPercentage", 100))
    if not 0 <= minimum <= 100 or not 100 <= maximum <= 200 or maximum - minimum > 100:
        raise Refusal("ValidationError", "The minimum and maximum healthy percentages are not valid.")
