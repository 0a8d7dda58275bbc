# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters of the role `load_balancer`, whose decisions are in plugin_utils."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._plain import plain
from ansible_collections.streamops.red5pro.plugins.plugin_utils import load_balancer_plan as planning
from ansible_collections.streamops.red5pro.plugins.plugin_utils.load_balancer import readings, target_problems

Facts = dict[str, Any]


def load_balancer_readings(name: str, domain: str = "", auto_scaling_group: str = "") -> list[Facts]:
    """The readings of a load balancer, its target group, the Auto Scaling group that registers its targets, and the domain's record."""
    return readings(name, domain, auto_scaling_group)


def load_balancer_resources(current: Facts, name: str, domain: str, hosted_zone: str = "") -> Facts:
    """The current resources and their owners."""
    return planning.existing(plain(current), name, domain, hosted_zone)


def load_balancer_plan(current: Facts, desired: Facts) -> Facts:
    """The current state, why it must not be changed as desired, what differs, and what to do."""
    return planning.plan(plain(current), plain(desired))


def load_balancer_report(current: Facts, desired: Facts, answers: list[Facts]) -> Facts:
    """The status of the load balancer, and the checks of it."""
    return planning.report(plain(current), plain(desired), plain(answers))


def target(instance_id: str, port: int) -> dict[str, Any]:
    """An instance as a target of a target group, in the form of the ELB API."""
    return {"Id": instance_id, "Port": int(port)}


class FilterModule:
    """The filters of the `load_balancer` role."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {
            "load_balancer_plan": load_balancer_plan,
            "load_balancer_readings": load_balancer_readings,
            "load_balancer_report": load_balancer_report,
            "load_balancer_resources": load_balancer_resources,
            "target": target,
            "target_problems": target_problems,
        }
