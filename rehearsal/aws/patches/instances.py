# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Instances: what is left when they are terminated, their status checks, their groups."""

from __future__ import annotations

from copy import copy
from typing import Any

from moto.ec2.models.instances import Instance, InstanceBackend

from .addresses import elastic_ip_of, part
from .patching import patch, patch_property

GONE = ("shutting-down", "terminated")


@patch(Instance, "terminate")
def end_once(original: Any, instance: Any) -> Any:
    """The Elastic IP is freed; an instance that is already terminated is not changed."""
    if instance.state in GONE:
        return copy(instance._state)
    for interface in instance.nics.values():
        address = elastic_ip_of(interface)
        if address is not None:
            part(address)
        interface.delete_on_termination = False  # moto would delete it while the instance still shows it
    return original(instance)


@patch(InstanceBackend, "run_instances")
def all_or_nothing(original: Any, backend: Any, *args: Any, **kwargs: Any) -> Any:
    """A launch of several that fails on the way leaves nothing; moto keeps those before."""
    before = set(backend.reservations)
    try:
        return original(backend, *args, **kwargs)
    except Exception:
        for reservation_id in set(backend.reservations) - before:
            for instance in backend.reservations[reservation_id].instances:
                instance.teardown_defaults()
                forget_network(instance)
            del backend.reservations[reservation_id]
        raise


def forget_network(instance: Any) -> None:
    """A terminated instance has no interface, so it holds no group and no address."""
    for interface in instance.nics.values():
        if interface.id in instance.ec2_backend.enis:
            interface.delete()
    instance.nics, instance._subnet_id, instance.security_groups = {}, None, []


def _status(instance: Any) -> dict[str, Any]:
    if instance.state != "running":
        return {"Status": "not-applicable"}
    checked = getattr(instance, "checked", True)
    detail = {"Name": "reachability", "Status": "passed" if checked else "initializing"}
    return {"Details": [detail], "Status": "ok" if checked else "initializing"}


for _name in ("instance_status", "system_status"):
    patch_property(Instance, _name)(_status)


def _primary(name: str) -> Any:
    return lambda instance: getattr(instance.nics.get(0), name, None)


patch_property(Instance, "private_ip")(_primary("private_ip_address"))
patch_property(Instance, "private_ip_address")(_primary("private_ip_address"))
patch_property(Instance, "public_ip")(_primary("public_ip"))
patch_property(Instance, "public_ip_address")(_primary("public_ip"))
patch_property(Instance, "subnet_id")(lambda instance: instance._subnet_id)
patch_property(Instance, "private_dns_name")(
    lambda instance: f"ip-{instance.private_ip.replace('.', '-')}.ec2.internal" if instance.private_ip else ""
)


@patch(InstanceBackend, "modify_instance_security_groups")
def groups_of_interface_too(original: Any, backend: Any, instance_id: str, group_ids: list[str]) -> Any:
    """The primary interface carries the groups; moto would leave it in the former ones."""
    instance = original(backend, instance_id, group_ids)
    instance.nics[0]._group_set = list(instance.security_groups)
    return instance
