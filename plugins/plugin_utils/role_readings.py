# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What each role reads of AWS, by its name, and the plan of each for a removal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ansible.errors import AnsibleFilterError
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import invalid

from . import (
    autoscaling_removal,
    certificate_plan,
    certificate_removal,
    database,
    database_removal,
    guards,
    load_balancer,
    load_balancer_removal,
    network_readings,
    network_removal,
    node_images,
    node_images_removal,
    removal_readings,
    stream_manager_group,
    stream_manager_group_removal,
    stream_manager_image,
    stream_managers,
    stream_managers_removal,
)
from .removal import Current, Facts

Declared = Mapping[str, Any]

READINGS: dict[str, Callable[[Declared], list[Facts]]] = {
    "certificate": lambda one: certificate_plan.readings(one["names"], one["arn"], one["validation_method"]),
    "database": database.readings,
    "load_balancer": lambda one: load_balancer.readings(one["name"], one["domain"], one.get("auto_scaling_group", "")),
    "network": lambda one: network_readings.step_readings(
        one["variables"], one["all_roles"], one.get("compares", False), one.get("resources")
    ),
    "node_image": lambda one: node_images.all_readings(one["name"], one["regions"]),
    "stream_manager_config": lambda one: guards.readings(one["regions"], one.get("security_group", ""), one.get("hosts")),
    "stream_manager_group": lambda one: stream_manager_group.all_readings(one["name"], one["database_group"]),
    "stream_manager_image": lambda one: stream_manager_image.readings(one["name"]),
    "stream_managers": lambda one: stream_managers.all_readings(one["name"], one["first_instance"], one["database_group"]),
}
REMOVAL_READINGS: dict[str, Callable[[Declared], list[Facts]]] = {**removal_readings.OF_ROLES, "all": removal_readings.readings}
REMOVAL_PLANS: dict[str, Callable[[Declared, Current], Facts]] = {
    "autoscaling": autoscaling_removal.plan,
    "certificate": certificate_removal.plan,
    "database": database_removal.plan,
    "load_balancer": load_balancer_removal.plan,
    "network": lambda one, current: network_removal.plan(one["name"], current),
    "node_image": node_images_removal.plan,
    "stream_manager_group": stream_manager_group_removal.plan,
    "stream_manager_image": stream_manager_image.removal,
    "stream_managers": stream_managers_removal.plan,
}

_Entry = TypeVar("_Entry")


def of_role(table: Mapping[str, _Entry], role: str) -> _Entry:
    """What a role has in one of these tables. Raises AnsibleFilterError with the roles that have something there."""
    if role not in table:
        raise AnsibleFilterError(invalid("role", role, f"one of {', '.join(table)}"))
    return table[role]
