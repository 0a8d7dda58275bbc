# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters of the role `load_balancer`, whose decisions are in plugin_utils."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._messages import finding
from ansible_collections.streamops.red5pro.plugins.module_utils._plain import plain
from ansible_collections.streamops.red5pro.plugins.plugin_utils import load_balancer_plan as planning
from ansible_collections.streamops.red5pro.plugins.plugin_utils.load_balancer import readings, target_problems

Facts = dict[str, Any]


def load_balancer_readings(name: str, domain: str = "") -> list[Facts]:
    """The readings of a load balancer, its target group and the domain's record."""
    return readings(name, domain)


def load_balancer_resources(current: Facts, name: str, domain: str, hosted_zone: str = "") -> Facts:
    """The current resources and their owners."""
    return planning.existing(plain(current), name, domain, hosted_zone)


def load_balancer_plan(current: Facts, desired: Facts) -> Facts:
    """The current state, why it must not be changed as desired, what differs, and what to do."""
    return planning.plan(plain(current), plain(desired))


def load_balancer_report(current: Facts, desired: Facts) -> Facts:
    """The status, for a report, and the checks."""
    current, desired = plain(current), plain(desired)
    planned = planning.plan(current, desired)
    said = planning.checks(planned, desired, current.get("target_health", []))
    return {"seen": planning.summary(planned, desired), "checks": said}


def target(instance_id: str, port: int) -> dict[str, Any]:
    """An instance as a target of a target group, in the form of the ELB API."""
    return {"Id": instance_id, "Port": int(port)}


def answer_check(answer: dict[str, Any]) -> dict[str, Any]:
    """The check of an answer of ansible.builtin.uri, in the form that C(findings) takes."""
    address, status, said = answer.get("url") or answer["item"], answer["status"], answer["msg"]
    return {"subject": address, "expected": 200, "found": status, "message": f"{finding(address, '200', status)}: {said}"}


class FilterModule:
    """The filters of the `load_balancer` role."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {
            "answer_check": answer_check,
            "load_balancer_plan": load_balancer_plan,
            "load_balancer_readings": load_balancer_readings,
            "load_balancer_report": load_balancer_report,
            "load_balancer_resources": load_balancer_resources,
            "target": target,
            "target_problems": target_problems,
        }
