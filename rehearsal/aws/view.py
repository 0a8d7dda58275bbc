# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the emulated AWS holds, as the other parts of the rehearsal see it; all functions may be called from any thread."""
from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from functools import wraps
from ipaddress import IPv4Network
from typing import Any, ParamSpec, TypeVar

from moto.acm.models import acm_backends
from moto.ec2.models import ec2_backends
from moto.elbv2.models import elbv2_backends
from moto.route53.models import route53_backends

from rehearsal import settings
from rehearsal.model import Balancer, Certificate, Instance, Listener, Networks, Record, Target, TargetGroup

from . import clock
from .mends.targets import forwards_to

REGIONS = (settings.REGION, settings.SECOND_REGION)
P = ParamSpec("P")
R = TypeVar("R")


def _in_one_moment(function: Callable[P, R]) -> Callable[P, R]:
    @wraps(function)
    def locked(*args: P.args, **kwargs: P.kwargs) -> R:
        with clock.lock:
            return function(*args, **kwargs)

    return locked


@_in_one_moment
def instances(region: str = settings.REGION) -> tuple[Instance, ...]:
    """All instances of a region, for an hour also the terminated ones."""
    backend = ec2_backends[settings.ACCOUNT][region]
    return tuple(_instance(instance, backend) for instance in backend.all_instances())


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
            listeners=tuple(_listener(backend, listener) for listener in balancer.listeners.values()),
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
            targets=tuple(_targets(group, backend.ec2_backend)),
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
def admitted(group_id: str, port: int) -> Networks:
    """Who may reach a TCP port through a security group: its ranges, and each address of the members of its source groups."""
    networks: dict[IPv4Network, None] = {}
    for backend in _each(ec2_backends):
        group = backend.get_security_group_from_id(group_id)
        for rule in group.ingress_rules if group else ():
            if rule.ip_protocol == "-1" or (rule.ip_protocol == "tcp" and rule.from_port <= port <= rule.to_port):
                networks.update(dict.fromkeys(_sources(rule, backend)))
    return tuple(networks)


@_in_one_moment
def set_target_health(target_group_arn: str, instance_id: str, port: int, state: str, reason: str | None = None) -> None:
    """Say what describe-target-health answers of a target: `initial`, `healthy` or `unhealthy`, and the reason for it.

    Nothing happens if it is not registered on that port any more.
    """
    for backend in _each(elbv2_backends):
        group = backend.target_groups.get(target_group_arn)
        if group and instance_id in group.targets and int(group.targets[instance_id].get("Port", group.port)) == port:
            group.reported[instance_id] = (state, reason)


def _each(backends: Any) -> Iterable[Any]:
    return [backends[settings.ACCOUNT][region] for region in REGIONS]


def _instance(instance: Any, backend: Any) -> Instance:
    key = backend.key_pairs.get(instance.key_name)
    return Instance(
        id=instance.id,
        region=backend.region_name,
        state=instance.state,
        ready=instance.ready,
        image_id=instance.image_id,
        private_ip=instance.private_ip or "",
        public_ip=instance.public_ip,
        zone=instance.availability_zone,
        vpc_id=instance.vpc_id or "",
        group_ids=tuple(group.id for group in instance.security_groups),
        public_key=key.material_public.decode().strip() if key else None,
        user_data=base64.b64decode(instance.user_data.as_bytes()) if instance.user_data else b"",
        tags={tag["key"]: tag["value"] for tag in instance.get_tags()},
    )


def _listener(backend: Any, listener: Any) -> Listener:
    return Listener(
        port=int(listener.port),
        protocol=listener.protocol,
        certificate_arns=tuple(listener.certificates),
        target_group_arn=next(iter(forwards_to(backend, listener)), ""),
    )


def _targets(group: Any, backend: Any) -> Iterable[Target]:
    for registered, draining in ((group.targets, False), (group.draining, True)):
        for target in registered.values():
            instance = backend.get_instance_by_id(target["Id"])
            address = instance.private_ip if instance else target["Id"]
            yield Target(target["Id"], address or "", int(target.get("Port", group.port)), draining)


def _sources(rule: Any, backend: Any) -> Iterable[IPv4Network]:
    if "CidrIp" in rule.ip_range:
        yield IPv4Network(rule.ip_range["CidrIp"], strict=False)
    source = rule.source_group.get("GroupId")
    for interface in backend.enis.values() if source else ():
        if any(group.id == source for group in interface.group_set):
            for address in (interface.private_ip_address, interface.public_ip):
                if address:
                    yield IPv4Network(address)
