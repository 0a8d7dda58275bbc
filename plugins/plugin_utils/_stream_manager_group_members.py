# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The instances of an Auto Scaling group, its refreshes, what is awaited of them, and what differs. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .findings import differing_settings
from .stream_manager_config import PASSWORD, PREFIX

Facts = Mapping[str, Any]
Current = Mapping[str, list[dict[str, Any]]]
ACTIVE = ("Pending", "InProgress", "Baking", "Cancelling", "RollbackInProgress")
FAILED = ("Failed", "Cancelled", "RollbackFailed", "RollbackSuccessful")
SURGE = 110  # with all healthy, a new instance comes before an old one goes


def hosts(name: str, group: Facts, current: Current) -> list[dict[str, Any]]:
    """The instances of the group that are not on their way out, with their addresses."""
    known = {one["instance_id"]: one for one in current["stream_manager_members"]}
    return [
        {
            "name": f"{name}-stream-manager-{member['instance_id']}",
            "instance_id": member["instance_id"],
            "state": member["lifecycle_state"],
            "adopted": False,
            "version": str(member.get("launch_template", {}).get("version", "")),
            "availability_zone": member.get("availability_zone", ""),
            "private_ip": instance.get("private_ip_address", ""),
            "public_ip": instance.get("public_ip_address", ""),
            "reachable_ip": instance.get("public_ip_address") or instance.get("private_ip_address", ""),
        }
        for member in sorted(group.get("instances", ()), key=lambda one: str(one["instance_id"]))
        if not member["lifecycle_state"].startswith(("Terminat", "Detach"))
        for instance in [known.get(member["instance_id"], {})]
    ]


def guarded(properties: Facts, members: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One in service, to compare with properties whose change would leave nodes behind; none if there is no such property."""
    serving = [one for one in members if one["state"] == "InService" and one["reachable_ip"]]
    return serving[:1] if {PASSWORD, PREFIX} & set(properties) else []


def refresh(minimum: int, current: Current, group: Facts, version: str) -> dict[str, Any]:
    """The newest refresh, whether another one is needed, and its preferences."""
    newest: Facts = max(current["stream_manager_refreshes"], key=_begins, default={})
    versions = {str(one.get("launch_template", {}).get("version", "")) for one in group.get("instances", ())}
    needed = bool(versions - {version})
    return {
        "needed": needed,
        "id": newest.get("instance_refresh_id", ""),
        "active": newest.get("status") in ACTIVE,
        "failed": needed and newest.get("status") in FAILED,
        "status": " ".join(str(newest[key]) for key in ("status", "status_reason") if newest.get(key)),
        "preferences": {
            "min_healthy_percentage": minimum,
            "skip_matching": True,
            **({"max_healthy_percentage": SURGE} if minimum == 100 else {}),
        },
    }


def _begins(refresh: Facts) -> tuple[bool, str]:
    """When a refresh began; one that is pending has no time yet."""
    return (refresh.get("status") in ACTIVE, str(refresh.get("start_time") or ""))


def unhealthy(instances: list[str], health: list[dict[str, Any]]) -> list[str]:
    """The instances that the load balancer does not serve; a text if there are none at all."""
    healthy = {one["target"]["id"] for one in health if one["target_health"]["state"] == "healthy"}
    return sorted(one for one in instances if one not in healthy) if instances else ["the stream managers that replace it are"]


def awaited(desired: Facts, hosts: list[dict[str, Any]], version: str, health: list[dict[str, Any]]) -> list[str]:
    """What is missing until as many as desired serve, all from the desired template."""
    states = {one["target"]["id"]: one["target_health"]["state"] for one in health}
    missing = max(0, desired["desired capacity"] - len(hosts))
    return [
        *([f"{missing} of {desired['desired capacity']} instances, which are not launched yet"] if missing else []),
        *(
            f"{one['name']}: {one['state']}, {states.get(one['instance_id'], 'not registered')}, version {one['version']}"
            for one in hosts
            if (one["state"], states.get(one["instance_id"]), one["version"]) != ("InService", "healthy", version)
        ),
    ]


def leftover_checks(leftovers: Mapping[str, list[str]]) -> list[dict[str, Any]]:
    """The checks of what is left of a group that is not desired."""
    return [{"subject": f"{what} {one}", "expected": "none", "found": one} for what, names in leftovers.items() for one in names]


def checks(name: str, source: str, image: Facts, compared: Mapping[str, Facts], hosts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What verify reports, in the form that the filter findings takes."""
    wanted = image["image_name"] or source
    return [
        {"subject": f"image {wanted}", "expected": "available", "found": "available" if image["image_id"] else "missing"},
        *({"subject": f"builder {one}", "expected": "none", "found": one} for one in image["builders"]),
        *(
            check
            for what, one in compared.items()
            for check in (
                differing_settings(dict(one["desired"]), dict(one["current"]), f"{what} {name}")
                if one["current"] or not one["desired"]
                else [{"subject": f"{what} {name}", "expected": "present", "found": "missing"}]
            )
        ),
        *({"subject": one["name"], "expected": "InService", "found": one["state"]} for one in hosts),
        *(
            {
                "subject": f"{one['name']} launch template version",
                "expected": compared["launch template"]["version"],
                "found": one["version"],
            }
            for one in hosts
        ),
    ]
