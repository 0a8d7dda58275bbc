# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Checks the Elastic IPs of a deployment against its account: whose they are, and how many more it may have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._messages import Problem

from ._account import Account
from .deployment import Deployment
from .ownership import is_own, owner

Facts = dict[str, Any]
Problems = Iterator[Problem]

AMAZON = "amazon"  # the pool of the addresses that the quota counts; addresses that were brought along have another one


def address_problems(account: Account, deployment: Deployment) -> Problems:
    region, given, numbers = deployment.text("region"), deployment.names("allocation_ids"), deployment.numbers
    first = deployment.text("stream_manager_instance")
    addresses = {one["allocation_id"]: one for one in account.all("addresses") if one.get("allocation_id")}
    if unknown := sorted(set(given) - set(addresses)):
        yield Problem("red5pro_allocation_ids", given, f"allocation ids of this account and region; not found: {', '.join(unknown)}")
    if local := [one for one in given if addresses.get(one, {}).get("network_border_group") not in (None, "", region)]:
        yield Problem(
            "red5pro_allocation_ids", given, f"Elastic IPs of {region} itself, not of a Local or Wavelength Zone as {', '.join(local)}"
        )
    for one in given:
        if user := _user(account, addresses.get(one, {}), first):
            yield Problem("red5pro_allocation_ids", given, f"Elastic IPs that nobody else uses; {one} is in use by {user}")
    names = [f"{account.name}-stream-manager-{number}" for number in numbers]
    held = {key for key, one in addresses.items() if is_own(one, account.name) and one["tags"].get("Name") in names}
    held |= {key for key, one in addresses.items() if first and one.get("instance_id") == first}
    needed = max(0, len(numbers) - len(held | set(given)))
    quota = _quota(account)
    if quota is None:
        return
    free = quota - sum(one.get("public_ipv4_pool", AMAZON) == AMAZON for one in account.all("addresses"))
    if needed > free:
        name, value = (
            ("red5pro_stream_manager_numbers", numbers)
            if deployment.names("stream_manager_numbers")
            else ("red5pro_stream_manager_count", len(numbers))
        )
        yield Problem(
            name,
            value,
            f"at most {len(numbers) - needed + max(free, 0)}, or a higher quota: {needed} more Elastic IPs are needed and {max(free, 0)} "
            f"of {quota} are free in {region}",
        )


def _user(account: Account, address: Facts, first: str) -> str:
    """The other user of an address, empty if there is none."""
    deployment = owner(address) or account.name
    if deployment != account.name:
        return f"the deployment {deployment}"
    instance = address.get("instance_id")
    if instance:
        own = instance == first or is_own(account.instance(instance), account.name)
        return "" if own else str(instance)
    return str(address.get("network_interface_id") or address.get("association_id") or "")


def _quota(account: Account) -> int | None:
    """How many Elastic IPs the region may have, if AWS says it."""
    attributes = {one["attribute_name"]: one.get("attribute_values") for one in account.all("account_attributes")}
    return next((int(one["attribute_value"]) for one in attributes.get("vpc-max-elastic-ips") or ()), None)
