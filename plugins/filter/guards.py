# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters that compare a deployment's prefix, passwords, token and ports with the account and the hosts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.streamops.red5pro.plugins.plugin_utils import guards


def prefix_refusals(properties: guards.Facts, name: str, resources: guards.Facts, force: Any = False) -> list[str]:
    """Why a declared prefix is refused before anything changes."""
    return guards.prefix_refusals(properties, name, _of(resources, "instances"), _of(resources, "addresses"), bool(force))


def host_refusals(
    hosts: guards.Facts,
    properties: guards.Facts,
    name: str,
    resources: guards.Facts,
    salt: str,
    api_token: str = "",
    force: Any = False,
) -> list[str]:
    """Why the stream managers must not be changed, from their current state."""
    return guards.host_refusals(hosts, properties, name, _of(resources, "instances"), salt, api_token, bool(force))


def guard_checks(hosts: guards.Facts, name: str, reading: guards.Facts, ports: guards.Facts) -> list[dict[str, Any]]:
    """The checks of prefixes and ports that do not hold, or that AWS is unreadable."""
    if "resources" not in reading:
        why = str(reading.get("msg") or "no reason given")
        return [{"subject": "prefixes and ports", "expected": "can be read", "found": why, "holds": False}]
    instances, addresses, groups = (_of(reading["resources"], kind) for kind in ("instances", "addresses", "groups"))
    return guards.guard_checks(hosts, name, instances, addresses, groups, ports)


def password_refusal(found: str | None, image: str, password: str, salt: str, read: str | None = None) -> str:
    """Why no node image must be created, from the cluster passwords."""
    return guards.password_refusal(image, found, str(password), salt, read)


def _of(resources: guards.Facts, kind: str) -> list[guards.Facts]:
    return guards.resources(resources, kind)


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {
            "guard_ports": guards.documented_ports,
            "guard_resources": guards.slim,
            "guard_checks": guard_checks,
            "host_refusals": host_refusals,
            "password_refusal": password_refusal,
            "prefix_refusals": prefix_refusals,
        }
