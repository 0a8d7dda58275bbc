# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters of the role `load_balancer`, whose decisions are in plugin_utils."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._plain import plain
from ansible_collections.streamops.red5pro.plugins.plugin_utils import cloudwatch_alarms
from ansible_collections.streamops.red5pro.plugins.plugin_utils import load_balancer_health as targets
from ansible_collections.streamops.red5pro.plugins.plugin_utils import load_balancer_plan as planning

Facts = dict[str, Any]


def load_balancer_plan(current: Facts, desired: Facts) -> Facts:
    """The current state, why it must not be changed as desired, what differs, and what to do."""
    return planning.plan(plain(current), plain(desired))


def load_balancer_health(resources: Facts, declared: Facts) -> Facts:
    """The targets by their health, and which to register."""
    return targets.health(plain(resources), plain(declared))


def cloudwatch_alarms_plan(found: list[Facts], desired: Facts) -> Facts:
    """The CloudWatch alarms that differ, and the checks of all."""
    return cloudwatch_alarms.plan(plain(found), plain(desired))


class FilterModule:
    """The filters of the `load_balancer` role."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {
            "cloudwatch_alarms_plan": cloudwatch_alarms_plan,
            "load_balancer_health": load_balancer_health,
            "load_balancer_plan": load_balancer_plan,
        }
