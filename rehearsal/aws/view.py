# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The state of the emulated AWS for the other parts of the rehearsal; all functions may be called from any thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from ipaddress import IPv4Network
from typing import Any, ParamSpec, TypeVar

from moto.acm.models import acm_backends
from moto.ec2.models import ec2_backends
from moto.elbv2.models import elbv2_backends
from moto.rds.models import rds_backends
from moto.route53.models import route53_backends

from rehearsal import settings
from rehearsal.model import Balancer, Certificate, DatabaseInstance, Instance, Networks, Record, TargetGroup

from . import clock, seen

REGIONS = (settings.REGION, settings.SECOND_REGION)
P = ParamSpec("P")
R = TypeVar("R")


def _in_one_moment(function: Callable[P, R]) -> Callable[P, R]:
    """What the function returns at this moment, which is found out once: the parts of the rehearsal ask several times a second."""
    known: dict[Any, tuple[int, R]] = {}

    @wraps(function)
    def locked(*args: P.args, **kwargs: P.kwargs) -> R:
        key = (args, *kwargs.items())
        with clock.lock:
            if key not in known or known[key][0] != clock.changes:
                known[key] = clock.changes, function(*args, **kwargs)
            return known[key][1]

    return locked


def moment() -> int:
    """A number that changes whenever anything may have changed."""
    return clock.changes


@_in_one_moment
def instances(region: str = settings.REGION) -> tuple[Instance, ...]:
    """All instances of a region, for an hour also the terminated ones."""
    backend = ec2_backends[settings.ACCOUNT][region]
    return tuple(seen.instance(instance, backend) for instance in backend.all_instances())


@_in_one_moment
def balancers() -> tuple[Balancer, ...]:
    """All load balancers of both regions."""
    return tuple(
        Balancer(
            arn=balancer.arn,
            dns_name=balancer.dns_name,
            state=balancer.state,
            addresses=tuple(node.public_ip or node.private_ip_address for node in balancer.nodes.values()),
            idle_timeout=int(balancer.attrs["idle_timeout.timeout_seconds"]),
            listeners=tuple(seen.listener(backend, listener) for listener in balancer.listeners.values()),
        )
        for backend in _each(elbv2_backends)
        for balancer in backend.load_balancers.values()
    )


@_in_one_moment
def target_groups() -> tuple[TargetGroup, ...]:
    """All target groups of both regions, with the targets that still drain."""
    return tuple(
        TargetGroup(
            arn=group.arn,
            name=group.name,
            path=group.health_check_path,
            matcher=group.matcher["HttpCode"],
            interval=int(group.health_check_interval_seconds),
            timeout=int(group.health_check_timeout_seconds),
            healthy_threshold=int(group.healthy_threshold_count),
            unhealthy_threshold=int(group.unhealthy_threshold_count),
            targets=tuple(seen.targets(group, backend.ec2_backend)),
        )
        for backend in _each(elbv2_backends)
        for group in backend.target_groups.values()
    )


@_in_one_moment
def certificates() -> tuple[Certificate, ...]:
    """All certificates of both regions."""
    return tuple(
        Certificate(bundle.arn, bundle.status, tuple(getattr(bundle, "names", bundle.sans)))
        for backend in _each(acm_backends)
        for bundle in backend._certificates.values()
    )


@_in_one_moment
def records() -> tuple[Record, ...]:
    """The records of all public zones."""
    zones = route53_backends[settings.ACCOUNT]["aws"].zones.values()
    return tuple(
        Record(
            name=record.name.rstrip("."),
            type=str(record.type),
            ttl=int(record.ttl or 0),
            values=tuple(record.records),
            alias=record.alias_target["DNSName"].rstrip(".") if record.alias_target else None,
        )
        for zone in zones
        if not zone.private_zone
        for record in zone.rrsets
    )


@_in_one_moment
def databases() -> tuple[DatabaseInstance, ...]:
    """All DB instances of both regions."""
    return tuple(seen.database(instance) for backend in _each(rds_backends) for instance in backend.databases.values())


@_in_one_moment
def admitted(group: str, port: int) -> Networks:
    """Who may reach a TCP port through the security groups of this id or name: ranges, and each address of the members of source groups."""
    networks: dict[IPv4Network, None] = {}
    for backend in _each(ec2_backends):
        groups = [one for of_vpc in backend.groups.values() for one in of_vpc.values() if group in (one.id, one.name)]
        for rule in (rule for group in groups for rule in group.ingress_rules):
            if rule.ip_protocol == "-1" or (rule.ip_protocol == "tcp" and rule.from_port <= port <= rule.to_port):
                networks.update(dict.fromkeys(seen.sources(rule, backend)))
    return tuple(networks)


def set_target_health(target_group_arn: str, instance_id: str, port: int, state: str, reason: str | None = None) -> None:
    """Set what describe-target-health returns for a target: `initial`, `healthy` or `unhealthy`, and the reason for it.

    Nothing happens if it is no longer registered on that port.
    """
    with clock.lock:
        for backend in _each(elbv2_backends):
            group = backend.target_groups.get(target_group_arn)
            if group and instance_id in group.targets and int(group.targets[instance_id].get("Port", group.port)) == port:
                group.reported[instance_id] = (state, reason)


def _each(backends: Any) -> Iterable[Any]:
    return [backends[settings.ACCOUNT][region] for region in REGIONS]
