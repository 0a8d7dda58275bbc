# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Targets (rule 16)."""

from __future__ import annotations

from ..registry import Call, Refusal, rule


@rule(16, "elbv2", "RegisterTargets")
def running_instance_of_the_vpc(call: Call) -> None:
    """A target must run and be in the group's VPC."""
    group = call.elbv2.target_groups.get(call.params["TargetGroupArn"])
    for target in call.params["Targets"] if group and group.target_type == "instance" else ():
        instance = call.ec2.get_instance_by_id(target["Id"])
        if instance is None:
            raise Refusal("InvalidTarget", f"The following targets do not exist: '{target['Id']}'")
        if instance.state != "running":
            raise Refusal("InvalidTarget", f"The following targets are not in a running state and cannot be registered: '{target['Id']}'")
        if instance.vpc_id != group.vpc_id:
            raise Refusal("InvalidTarget", f"The following targets are not in the target group VPC: '{target['Id']}'")
