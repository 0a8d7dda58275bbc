# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The targets of the load balancer by their health, and which of them to register. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._messages import refusing

from .targets import target_problems, targets_at_port

Facts = dict[str, Any]
_COMING = ("healthy", "initial", "draining")  # a target that was just registered is initial, not unhealthy


def health(resources: Mapping[str, list[Facts]], declared: Mapping[str, Any]) -> Facts:
    """The targets by state, and what the desired instances need.

    resources have `target_health` and `target_groups`, if they were read. Declared has the `port`, and as far as they are needed, the
    `instances` to serve, those that are `awaited`, or that the wait is for an Auto Scaling group (`awaits_group`), the `members`: the names
    of stream managers with their instances, the `host` and its `instance`, which stream managers are `changing`, `force`, the
    `load_balancer`, its `zones` and `target_group`, and the `timeout` of a wait.
    The answer has the `states` of all targets, the `strays` at another port, those that are `registered`, `healthy`, `draining` and
    `unhealthy`; which of the awaited are not healthy (`missing`) or never will be (`unserved`), as text, and the `failure` of the wait
    for them; which to `register` and to `deregister`; in the form of the ELB API, the targets of the target group when these are added
    (`added`) and when only they stay (`staying`); the `names_in_service`, why the host must not be changed (`unhealthy_refusal`,
    `missing_refusal`), and how many seconds a target is `draining_for`. If `target_group_members` were read, an Auto Scaling group
    registers its instances, and other targets are `outsiders`. It is not awaited that those serve which it terminates.
    """
    wanted, port = list(declared.get("instances", ())), int(declared["port"])
    descriptions, strays = targets_at_port(resources.get("target_health") or (), port)
    members = declared.get("members", {})
    states = {one["target"]["id"]: one["target_health"]["state"] for one in descriptions}
    members_of_group = [one for group in resources.get("target_group_members") or [] for one in group["instances"]]
    serving = [one["instance_id"] for one in members_of_group if not one["lifecycle_state"].startswith("Terminat")]
    problems = target_problems(descriptions, members, serving if declared.get("awaits_group") else declared.get("awaited", ()))
    outsiders = sorted({*states} - {one["instance_id"] for one in members_of_group})
    registered, draining = ([one for one in states if (states[one] == "draining") == ends] for ends in (False, True))
    healthy = [one for one, state in states.items() if state == "healthy"]
    unhealthy = [one for one, state in states.items() if state not in _COMING]
    return {
        "states": states,
        "strays": strays,
        "registered": registered,
        "draining": draining,
        "healthy": healthy,
        "unhealthy": unhealthy,
        "names_in_service": sorted(name for name, one in members.items() if one in healthy),
        **problems,
        "failure": _failure(problems, declared) if problems["missing"] else "",
        **_refusals(registered, healthy, unhealthy, declared),
        "draining_for": _delay(resources.get("target_groups") or [declared.get("target_group") or {}]),
        "register": sorted({*wanted} - {*registered}),
        "deregister": sorted({*registered} - {*wanted}),
        "added": _targets([*wanted, *states], port),
        "staying": _targets([*wanted, *draining], port),
        "outsiders": outsiders,
        "outsiders_registered": [one for one in outsiders if one not in draining],
    }


def _failure(problems: Mapping[str, list[str]], declared: Mapping[str, Any]) -> str:
    """Why the wait for the awaited instances ended without them."""
    start = f"The load balancer {declared['load_balancer']} does not serve {'; '.join(problems['unserved'] or problems['missing'])}."
    if problems["unserved"]:
        return f"{start} Its zones are {', '.join(declared['zones'])}: add a subnet of the other zone to red5pro_subnets."
    return f"{start} Timed out after {declared['timeout']} s. Check Red5 Pro on these hosts, then run the playbook again."


def _refusals(registered: list[str], healthy: list[str], unhealthy: list[str], declared: Mapping[str, Any]) -> dict[str, str]:
    """Why the host must not be changed: before the first change, another one is unhealthy; later, another one is not in service."""
    host = declared.get("host", "")
    safe = declared.get("force") or declared.get("instance") not in registered
    others = {name: one for name, one in sorted(declared.get("members", {}).items()) if name != host}
    sick = [name for name, one in others.items() if one in unhealthy]
    gone = [name for name, one in others.items() if one not in healthy]
    wait = "Run the playbook again when the load balancer reports all others as healthy, or set red5pro_force=true"
    fix = refusing(f"change {host}", f"{_are(sick)} unhealthy at the load balancer", "Fix it, or set red5pro_force=true")
    return {
        "unhealthy_refusal": fix if sick and not safe and host in declared.get("changing", ()) else "",
        "missing_refusal": refusing(f"change {host}", f"{_are(gone)} not in service", wait) if gone and not safe else "",
    }


def _are(names: list[str]) -> str:
    return f"{', '.join(names)} {'is' if len(names) == 1 else 'are'}"


def _delay(groups: Iterable[Facts]) -> int:
    """The deregistration delay of the target group."""
    return int(next((one.get("deregistration_delay_timeout_seconds") or 0 for one in groups), 0))


def _targets(instances: Iterable[str], port: int) -> list[Facts]:
    return [{"Id": one, "Port": port} for one in dict.fromkeys(instances)]
