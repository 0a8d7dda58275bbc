# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Target groups: health is what the load balancer of the rehearsal says, and deregistration takes its delay."""

from __future__ import annotations

from typing import Any

from moto.elbv2.models import ELBv2Backend, FakeHealthStatus, FakeTargetGroup, elbv2_backends

from .patching import patch, patch_property

# What describe-target-group-attributes shows of a new HTTP group besides what moto has.
ATTRIBUTES = {
    "load_balancing.algorithm.anomaly_mitigation": "off",
    "stickiness.lb_cookie.duration_seconds": "86400",
    "stickiness.app_cookie.cookie_name": "",
    "stickiness.app_cookie.duration_seconds": "86400",
    "target_group_health.dns_failover.minimum_healthy_targets.count": "1",
    "target_group_health.dns_failover.minimum_healthy_targets.percentage": "off",
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": "1",
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": "off",
}
ANOTHER_ZONE = "zone"  # a key of DESCRIPTIONS: its reason has the same code as that of an unused group
WITHOUT_PORT = (ANOTHER_ZONE, "Target.InvalidState", "Target.DeregistrationInProgress")  # these are not checked, so no port is shown
OVERRIDE = {
    "State": "no_override",
    "Reason": "AdministrativeOverride.NoOverride",
    "Description": "No override is currently active on target",
}
INITIAL = ("initial", "Elb.RegistrationInProgress")
DESCRIPTIONS = {
    "Elb.RegistrationInProgress": "Target registration is in progress",
    "Elb.InitialHealthChecking": "Initial health checks in progress",
    "Target.DeregistrationInProgress": "Target deregistration is in progress",
    "Target.NotInUse": "Target group is not configured to receive traffic from the load balancer",
    "zone": "Target is in an Availability Zone that is not enabled for the load balancer",
    "Target.InvalidState": "Target is in the stopped state",
    "Target.NotRegistered": "Target is not registered to the target group",
    "Target.FailedHealthChecks": "Health checks failed",
    "Target.ResponseCodeMismatch": "Health checks failed with another code than the matcher's",
    "Target.Timeout": "Request timed out",
}


@patch(FakeTargetGroup, "__init__")
def complete_group(original: Any, group: Any, *args: Any, **kwargs: Any) -> None:
    """With all attributes, and room for what the load balancer says of each target."""
    original(group, *args, **kwargs)
    group.attributes = {key: str(value) for key, value in group.attributes.items()} | ATTRIBUTES
    group.reported = {}  # instance id: (state, reason)
    group.draining = {}  # instance id: the target as it was registered


@patch_property(FakeTargetGroup, "load_balancer_arns")
def balancers_using(group: Any) -> list[str]:
    """Those with a listener that forwards to it; moto keeps the ARNs of deleted ones."""
    backend = elbv2_backends[group.account_id][group.region_name]
    return [
        balancer.arn
        for balancer in backend.load_balancers.values()
        if any(group.arn in forwards_to(backend, listener) for listener in balancer.listeners.values())
    ]


def forwards_to(backend: Any, listener: Any) -> list[str]:
    """The ARNs of the target groups that the rules of a listener name."""
    actions = [action for rule in listener.rules.values() for action in rule.actions]
    return [arn for action in actions for arn in backend._get_target_group_arns_from(action_data=action.data)]


def zones_of(group: Any) -> set[str]:
    """The Availability Zones of the load balancers that use a group: its targets elsewhere get no requests."""
    balancers = elbv2_backends[group.account_id][group.region_name].load_balancers
    return {subnet.availability_zone for arn in group.load_balancer_arns for subnet in balancers[arn].subnets}


def health(group: Any, instance_id: str, backend: Any) -> tuple[str, str | None]:
    """State and reason of one target, as describe-target-health has them."""
    if instance_id in group.draining:
        return "draining", "Target.DeregistrationInProgress"
    if instance_id not in group.targets:
        return "unused", "Target.NotRegistered"
    if not group.load_balancer_arns:
        return "unused", "Target.NotInUse"
    instance = backend.get_instance_by_id(instance_id)
    if instance is not None and instance.state in ("stopping", "stopped"):
        return "unused", "Target.InvalidState"
    if instance is not None and instance.availability_zone not in zones_of(group):
        return "unused", ANOTHER_ZONE
    reported: tuple[str, str | None] = group.reported.get(instance_id, INITIAL)
    return reported


@patch(FakeTargetGroup, "health_for")
def real_health(_original: Any, group: Any, target: dict[str, Any], ec2_backend: Any) -> FakeHealthStatus:
    """moto says healthy of everything."""
    known = group.targets.get(target["Id"]) or group.draining.get(target["Id"]) or target
    state, reason = health(group, target["Id"], ec2_backend)
    port = int(known.get("Port") or group.port)
    checked = port if group.health_check_port in (None, "traffic-port") else group.health_check_port
    code = "Target.NotInUse" if reason == ANOTHER_ZONE else reason
    shown = None if reason in WITHOUT_PORT else str(checked)
    answer = FakeHealthStatus(target["Id"], str(port), shown, state, code, DESCRIPTIONS.get(reason or ""))
    if target["Id"] in group.targets:
        answer.administrative_override = dict(OVERRIDE)  # type: ignore[attr-defined]
    return answer


@patch(FakeTargetGroup, "deregister")
def registered_with_that_port(original: Any, group: Any, targets: list[dict[str, Any]]) -> None:
    """A target is an instance with a port: one that is not registered so is passed over without an error."""
    known = {(instance_id, int(target["Port"])) for instance_id, target in group.targets.items()}
    original(group, [target for target in targets if (target["Id"], int(target.get("Port") or group.port)) in known])


@patch(ELBv2Backend, "describe_target_health")
def draining_shown_too(original: Any, backend: Any, target_group_arn: str, targets: list[dict[str, Any]]) -> Any:
    """Without targets named, those that drain are listed too."""
    group = backend.target_groups.get(target_group_arn)
    if group is not None and not targets:
        targets = [*group.targets.values(), *group.draining.values()]
        if not targets:
            return []
    return original(backend, target_group_arn, targets)
