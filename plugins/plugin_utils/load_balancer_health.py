# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The targets of the load balancer by their health, and which of them to register. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .load_balancer import target_problems

Facts = dict[str, Any]
_COMING = ("healthy", "initial", "draining")  # a target that was just registered is initial, not unhealthy


def health(resources: Mapping[str, list[Facts]], members: Mapping[str, str], instances: Iterable[str], port: int) -> Facts:
    """The targets by state, and what the desired instances need.

    resources have `target_health`, if it was read; members maps the names of stream managers to their instances. The answer has the
    `states` of all targets, those that are `registered`, `healthy`, `draining` and `unhealthy`; which of the instances are not healthy
    (`missing`) or never will be (`unserved`), as text; which to `register` and to `deregister`; and in the form of the ELB API, the
    targets of the target group when these are added (`added`) and when only they stay (`staying`). If `target_group_members` were read, an
    Auto Scaling group registers its instances: `serving_members` without those that it terminates, and the targets that are `outsiders`.
    """
    descriptions, wanted = resources.get("target_health") or [], list(instances)
    states = {one["target"]["id"]: one["target_health"]["state"] for one in descriptions}
    members_of_group = [one for group in resources.get("target_group_members") or [] for one in group["instances"]]
    outsiders = sorted({*states} - {one["instance_id"] for one in members_of_group})
    registered, draining = ([one for one in states if (states[one] == "draining") == ends] for ends in (False, True))
    return {
        "states": states,
        "registered": registered,
        "draining": draining,
        "healthy": [one for one, state in states.items() if state == "healthy"],
        "unhealthy": [one for one, state in states.items() if state not in _COMING],
        **target_problems(descriptions, members, wanted),
        "register": sorted({*wanted} - {*registered}),
        "deregister": sorted({*registered} - {*wanted}),
        "added": _targets([*wanted, *states], port),
        "staying": _targets([*wanted, *draining], port),
        "serving_members": [one["instance_id"] for one in members_of_group if not one["lifecycle_state"].startswith("Terminat")],
        "outsiders": outsiders,
        "outsiders_registered": [one for one in outsiders if one not in draining],
    }


def _targets(instances: Iterable[str], port: int) -> list[Facts]:
    return [{"Id": one, "Port": port} for one in dict.fromkeys(instances)]
