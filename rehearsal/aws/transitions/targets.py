# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Targets (rule 17): after deregistration they drain for the delay of their group."""

from __future__ import annotations

from typing import Any

from .. import clock, hooks
from ..registry import Call, effect


@effect(17, "elbv2", "RegisterTargets")
def register(call: Call) -> None:
    """A target begins as `initial`, also when it comes back while it drains."""
    group = call.elbv2.target_groups[call.params["TargetGroupArn"]]
    for target in call.params["Targets"]:
        group.draining.pop(target["Id"], None)
        group.deregistered_targets.pop(target["Id"], None)


@effect(17, "elbv2", "DeregisterTargets")
def deregister(call: Call) -> None:
    """It drains, unless no load balancer uses the group."""
    group = call.elbv2.target_groups[call.params["TargetGroupArn"]]
    for target in call.params["Targets"]:
        if gone := group.deregistered_targets.pop(target["Id"], None):
            drain(group, target["Id"], gone)


@effect(17, "ec2", "TerminateInstances")
def instance_gone(call: Call) -> None:
    """A terminated instance is deregistered in the same way."""
    for group in call.elbv2.target_groups.values():
        for instance_id in list(group.terminated_targets):
            drain(group, instance_id, group.terminated_targets.pop(instance_id))


def drain(group: Any, instance_id: str, target: dict[str, Any]) -> None:
    """Let a target that is no longer registered drain."""
    group.reported.pop(instance_id, None)
    if not group.load_balancer_arns:
        return
    group.draining[instance_id] = target
    delay = float(group.attributes["deregistration_delay.timeout_seconds"])
    end = clock.now() + clock.patience(delay)

    def leave() -> None:
        # Pace 0 does not shorten requests that are being answered.
        if clock.now() < end and hooks.in_flight(group.arn, instance_id):
            clock.after(0, leave)
        elif group.draining.get(instance_id) is target:
            del group.draining[instance_id]

    clock.after(delay, leave)
