# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Duplicates of two runs at the same time: which one counts, and how a run detects the other one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .ownership import is_own

Facts = dict[str, Any]


def preferred(instances: Iterable[Facts], addresses: Iterable[Facts]) -> list[Facts]:
    """Instances with one name, the one that counts first, the same for all runs: with an Elastic IP, then the oldest."""
    held = {address.get("instance_id") for address in addresses}
    return sorted(instances, key=lambda one: (one["instance_id"] not in held, str(one.get("launch_time", "")), one["instance_id"]))


def preferred_addresses(addresses: Iterable[Facts]) -> list[Facts]:
    """Elastic IPs with one name, the one that counts first: in use, then by id."""
    return sorted(addresses, key=lambda one: (not one.get("instance_id"), one["allocation_id"]))


def own_ids(instances: Iterable[Facts], addresses: Iterable[Facts], deployment: str) -> list[str]:
    """The ids of the stream managers and Elastic IPs that carry the deployment's tags."""
    return [
        one[key]
        for items, key in ((instances, "instance_id"), (addresses, "allocation_id"))
        for one in items
        if is_own(one, deployment, "stream-manager")
    ]


def concurrent_run(instances: Iterable[Facts], addresses: Iterable[Facts], deployment: str, known: Iterable[str]) -> str:
    """A message about another run if there is a resource that neither existed before nor was created by this run; else empty."""
    known, found = set(known), [*instances, *addresses]
    foreign = sorted(_named(one) for one in found if is_own(one, deployment, "stream-manager") and _id(one) not in known)
    if not foreign:
        return ""
    return (
        f"Another run is changing {deployment} at the same time. It created {', '.join(foreign)}. "
        "Wait until it ends, then run the playbook again. Duplicates are removed."
    )


def _id(thing: Facts) -> str:
    return str(thing.get("allocation_id") or thing["instance_id"])


def _named(thing: Facts) -> str:
    what = f"Elastic IP {thing['public_ip']}" if thing.get("allocation_id") else thing["instance_id"]
    return f"{thing['tags'].get('Name', _id(thing))} ({what})"
