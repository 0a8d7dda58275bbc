# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How moto's objects become the records of `rehearsal.model`; the lock is held by `view`."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from ipaddress import IPv4Network
from typing import Any

from moto.ec2.models.instance_types import INSTANCE_TYPES

from rehearsal.model import DatabaseInstance, Instance, Listener, Target

from .patches.targets import forwards_to


def instance(held: Any, backend: Any) -> Instance:
    """An instance of EC2 as the hosts use it."""
    key = backend.key_pairs.get(held.key_name)
    return Instance(
        id=held.id,
        region=backend.region_name,
        state=held.state,
        ready=held.ready,
        image_id=held.image_id,
        private_ip=held.private_ip or "",
        public_ip=held.public_ip,
        zone=held.availability_zone,
        vpc_id=held.vpc_id or "",
        group_ids=tuple(group.id for group in held.security_groups),
        public_key=key.material_public.decode().strip() if key else None,
        user_data=base64.b64decode(held.user_data.as_bytes()) if held.user_data else b"",
        tags={tag["key"]: tag["value"] for tag in held.get_tags()},
        memory=INSTANCE_TYPES[held.instance_type]["MemoryInfo"]["SizeInMiB"],
    )


def listener(backend: Any, held: Any) -> Listener:
    """A listener with the first target group it forwards to."""
    return Listener(
        port=int(held.port),
        protocol=held.protocol,
        certificate_arns=tuple(held.certificates),
        target_group_arn=next(iter(forwards_to(backend, held)), ""),
    )


def targets(group: Any, backend: Any) -> Iterable[Target]:
    """The targets of a group, then those that drain."""
    for registered, draining in ((group.targets, False), (group.draining, True)):
        for target in registered.values():
            instance = backend.get_instance_by_id(target["Id"])
            address = instance.private_ip if instance else target["Id"]
            yield Target(target["Id"], address or "", int(target.get("Port", group.port)), draining)


def database(held: Any) -> DatabaseInstance:
    """A DB instance as the server behind it uses it."""
    return DatabaseInstance(
        name=held.db_instance_identifier,
        host=held.address,
        address=held.interface.private_ip_address,
        port=int(held.port),
        reachable=held.reachable and held.status != "deleting",
        group_ids=tuple(held.vpc_security_group_ids),
        user=held.master_username,
        password=held._master_user_password,
        schema=held.db_name or "",
    )


def sources(rule: Any, backend: Any) -> Iterable[IPv4Network]:
    """The networks a rule of a security group admits."""
    if "CidrIp" in rule.ip_range:
        yield IPv4Network(rule.ip_range["CidrIp"], strict=False)
    source = rule.source_group.get("GroupId")
    for interface in backend.enis.values() if source else ():
        if any(group.id == source for group in interface.group_set):
            for address in (interface.private_ip_address, interface.public_ip):
                if address:
                    yield IPv4Network(address)
