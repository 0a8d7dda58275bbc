# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The targets of the load balancer's target group, from their health. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .findings import check

Facts = dict[str, Any]

ANOTHER_ZONE = "Availability Zone"  # ELB has one reason code for all unused targets, so only its text shows which are never used


def targets_at_port(health: Iterable[Facts], port: int) -> tuple[list[Facts], list[Facts]]:
    """The targets at the port of their target group, and the `id` and `port` of those at others, where nothing answers for the deployment.

    AWS registers an instance once for each port. One that only drains at another port counts with the first ones, since it is not
    registered again before that ends.
    """
    every = list(health)
    others = [one for one in every if int(one["target"].get("port", port)) != int(port)]
    served = [one for one in every if one not in others]
    ids = {one["target"]["id"] for one in served}
    ending = [one for one in others if one["target_health"]["state"] == "draining"]
    drained = {one["target"]["id"]: one for one in ending if one["target"]["id"] not in ids}
    strays = [{"id": one["target"]["id"], "port": int(one["target"]["port"])} for one in others if one not in ending]
    return [*served, *drained.values()], sorted(strays, key=lambda one: (str(one["id"]), one["port"]))


def target_problems(health: Iterable[Facts], members: Mapping[str, str], wanted: Iterable[str]) -> dict[str, list[str]]:
    """The desired instances that are not healthy (`missing`), and those that never will be (`unserved`), as text.

    members maps the names of stream managers to their instances.
    """
    names = {instance: f"{name} ({instance})" for name, instance in members.items()}
    said = {one["target"]["id"]: one["target_health"] for one in health}
    found: dict[str, list[str]] = {"missing": [], "unserved": []}
    for one in sorted(wanted):
        state = said.get(one, {"state": "not registered"})
        text = ", ".join([f"{names.get(one, one)}: {state['state']}", *filter(None, [state.get("description")])])
        if state["state"] != "healthy":
            found["missing"].append(text)
        if state["state"] == "unused" and ANOTHER_ZONE in (state.get("description") or ""):
            found["unserved"].append(text)
    return found


def target_checks(instances: Iterable[str], health: Iterable[Facts], port: int) -> list[Facts]:
    """The checks of the targets of a target group with this port, from their health, and of instances that are not registered."""
    served, strays = targets_at_port(health, port)
    states = {one["target"]["id"]: one["target_health"] for one in served}
    return [
        *(
            {
                "subject": f"target {one}",
                "expected": "healthy",
                "found": " ".join([state, *(f"({reason})" for reason in [states.get(one, {}).get("description")] if reason)]),
                "holds": state == "healthy",
            }
            for one in sorted(instances)
            for state in [states.get(one, {}).get("state", "not registered")]
        ),
        *(
            {"subject": f"target {one}", "expected": "not registered", "found": state["state"], "holds": state["state"] == "draining"}
            for one, state in sorted(states.items())
            if one not in instances
        ),
        *(check(f"target {one['id']} on port {one['port']}", "not registered", "registered") for one in strays),
    ]
