# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Auto Scaling groups: what the service sees of its instances, and which calls it makes next (rehearsal/auto_scaling.py makes them)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from moto.autoscaling.models import InstanceState, autoscaling_backends

from rehearsal import settings

from .. import clock, limits
from ..patches.auto_scaling import forget
from ..patches.targets import health
from ..registry import Call, effect
from .refreshes import Refresh, is_live

RETRY = 10.0  # seconds after a launch that failed
GROUP_TAG = "aws:autoscaling:groupName"


@dataclass(frozen=True)
class Step:
    """A call that the service makes for a group: `launch` into a subnet, `register`, `deregister` or `terminate` an instance."""

    kind: str
    group: Any
    state: Any = None
    place: str = ""  # a subnet, or the ARN of a target group


@effect(47, "autoscaling", "CreateAutoScalingGroup")
def make_service_linked_role(_call: Call) -> None:
    """With the first one of the account."""
    limits.auto_scaling_role = 1


def steps(region: str) -> list[Step]:
    """The next calls for all groups of a region; the lock is held meanwhile."""
    with clock.lock:
        backend: Any = autoscaling_backends[settings.ACCOUNT][region]
        found = [step for group in list(backend.autoscaling_groups.values()) for step in _steps(backend, group)]
        for group in [one for one in backend.autoscaling_groups.values() if one.deleting and not one.instance_states]:
            forget(backend, group.name)
        return found


def launched(group: Any, instance_id: str, version: int) -> None:
    """An instance that was launched for a group is pending."""
    with clock.lock:
        group.ec2_backend.create_tags([instance_id], {GROUP_TAG: group.name})
        instance = group.ec2_backend.get_instance(instance_id)
        state: Any = InstanceState(instance, "Pending", "Healthy", group.new_instances_protected_from_scale_in, group)
        template = group.ec2_launch_template
        state.launched_from = {"LaunchTemplateId": template.id, "LaunchTemplateName": template.name, "Version": str(version)}
        state.registered, state.since, state.launched_at = set(), clock.now(), clock.now()
        group.instance_states.append(state)


def not_launched(group: Any) -> None:
    """A launch that failed is repeated after a while."""
    group.retry_at = clock.now() + clock.patience(RETRY)


def _steps(backend: Any, group: Any) -> Iterator[Step]:
    suspended = {one["ProcessName"] for one in group.suspended_processes}
    for state in list(group.instance_states):
        _look(backend, group, state, suspended)
    if "ReplaceUnhealthy" not in suspended:
        _end([state for state in group.instance_states if is_live(state) and state.health_status == "Unhealthy"])
    refresh = Refresh(group, lambda state: is_ready(backend, group, state))
    _end(refresh.next_victims())
    live = [state for state in group.instance_states if is_live(state)]
    _end(_surplus(live, len(live) - group.desired_capacity - refresh.surge, refresh.version))
    yield from (step for state in group.instance_states for step in _moves(backend, group, state))
    missing = group.desired_capacity + refresh.surge - len(live)
    if missing > 0 and refresh.version and "Launch" not in suspended and not group.deleting and clock.now() >= group.retry_at:
        yield from (Step("launch", group, place=subnet) for subnet in _subnets(group, live, missing))


def _look(backend: Any, group: Any, state: Any, suspended: set[str]) -> None:
    """The life and the health of an instance."""
    instance = backend.ec2_backend.get_instance_by_id(state.instance.id)
    found = instance.state if instance else "terminated"
    if found == "terminated" and state.lifecycle_state == "Terminating":
        group.instance_states.remove(state)
    elif state.lifecycle_state == "Pending" and found == "running":
        state.lifecycle_state, state.since = "InService", clock.now()
    elif is_live(state) and "HealthCheck" not in suspended and (found not in ("pending", "running") or _failing(backend, group, state)):
        state.health_status = "Unhealthy"


def _failing(backend: Any, group: Any, state: Any) -> bool:
    """Whether the load balancer says so, after the grace period; a target that somebody deregistered is unhealthy too."""
    if group.health_check_type != "ELB" or state.lifecycle_state != "InService":
        return False
    said = [health(one, state.instance.id, backend.ec2_backend) for one in _target_groups(backend, state.registered)]
    bad = any(found in ("unhealthy", "draining") or reason == "Target.NotRegistered" for found, reason in said)
    return bad and clock.now() - state.since >= clock.patience(group.health_check_grace_period)


def is_ready(backend: Any, group: Any, state: Any) -> bool:
    """Whether an instance is in service, and healthy at the load balancer if that is asked."""
    if state.lifecycle_state != "InService" or state.health_status != "Healthy" or state.registered != set(group.target_group_arns):
        return False
    asked = _target_groups(backend, state.registered) if group.health_check_type == "ELB" else []
    return all(health(one, state.instance.id, backend.ec2_backend)[0] == "healthy" for one in asked)


def _target_groups(backend: Any, arns: Any) -> list[Any]:
    held = backend.elbv2_backend.target_groups
    return [held[arn] for arn in sorted(arns) if arn in held]


def _end(states: list[Any]) -> None:
    for state in states:
        state.lifecycle_state = "Terminating"


def _surplus(live: list[Any], count: int, version: str) -> list[Any]:
    """Whom a scale-in takes: of the zone with the most, an old version first, then the oldest."""
    zones = Counter(state.availability_zone for state in live)
    free = [state for state in live if not state.protected_from_scale_in]
    free.sort(key=lambda one: (-zones[one.availability_zone], one.launched_from["Version"] == version, one.launched_at))
    return free[: max(count, 0)]


def _moves(backend: Any, group: Any, state: Any) -> Iterator[Step]:
    """In service it is registered; what ends is deregistered, drained and terminated, in that order."""
    ends = state.lifecycle_state == "Terminating"
    attached = set() if ends else set(group.target_group_arns)
    existing = {one.arn for one in _target_groups(backend, state.registered)}
    if not (ends and group.deleting):
        yield from (Step("deregister", group, state, arn) for arn in sorted(existing - attached))
    if state.lifecycle_state == "InService" and state.instance.state == "running":
        yield from (Step("register", group, state, arn) for arn in sorted(attached - state.registered))
    drains = any(state.instance.id in one.draining for one in _target_groups(backend, group.target_group_arns))
    done = group.deleting or not (existing or drains)
    if ends and done and state.instance.state not in ("shutting-down", "terminated"):
        yield Step("terminate", group, state)


def _subnets(group: Any, live: list[Any], count: int) -> Iterator[str]:
    """The zones in turn, the one with the fewest first."""
    subnets = group.ec2_backend.describe_subnets(subnet_ids=group.vpc_zone_identifier.split(","))
    used = Counter(state.availability_zone for state in live)
    for _turn in range(count):
        chosen = min(subnets, key=lambda one: (used[one.availability_zone], one.availability_zone))
        used[chosen.availability_zone] += 1
        yield chosen.id
