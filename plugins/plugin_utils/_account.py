# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What was read of the account of a deployment, by aws_resources_info."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._messages import Problem

from .ownership import is_own, owner

Facts = dict[str, Any]
Problems = Iterator[Problem]


@dataclass(frozen=True)
class Account:
    """What was read, for the deployment of this name."""

    name: str
    resources: Mapping[str, list[Facts]]
    elsewhere: Mapping[str, list[Facts]]  # region -> the images read there

    def all(self, reading: str) -> list[Facts]:
        return self.resources.get(reading, [])

    @property
    def load_balancer(self) -> Facts:
        """The deployment's own load balancer, if there is one."""
        return next((one for one in self.all("load_balancers") if is_own(one, self.name)), {})

    @property
    def served(self) -> dict[str, str]:
        """The subnets that the load balancer has, with their zones."""
        return {one["subnet_id"]: one["zone_name"] for one in self.load_balancer.get("availability_zones", [])}

    def zone_type(self, zone: str) -> str:
        types = {one["zone_name"]: one.get("zone_type", "availability-zone") for one in self.all("availability_zones")}
        return str(types.get(zone, "availability-zone"))

    def offers(self, zone: str, instance_type: str) -> bool:
        return any((one["location"], one["instance_type"]) == (zone, instance_type) for one in self.all("instance_type_offerings"))

    def instance(self, instance_id: str) -> Facts:
        return next((one for one in self.all("instances") if one["instance_id"] == instance_id), {})


def is_id(text: str, kind: str) -> bool:
    """Whether a text is an id of AWS such as vpc-0123456789abcdef0."""
    return re.fullmatch(rf"{kind}-[0-9a-f]{{8,17}}", text) is not None


def name_problems(account: Account) -> Problems:
    """Names that begin with each other, since resources and nodes are found by that, or that differ in letter case only."""
    tags = [owner(one) for one in (*account.all("instances"), *account.all("addresses"))]
    others = sorted({name for name in tags if name and name != account.name})
    if colliding := [name for name in others if name.startswith(account.name) or account.name.startswith(name)]:
        yield Problem(
            "red5pro_name",
            account.name,
            "a name that is not the beginning of another deployment's, nor the reverse, since resources are found by it; "
            f"there is {', '.join(colliding)}",
        )
    if alike := [name for name in others if name.lower() == account.name.lower()]:
        yield Problem(
            "red5pro_name",
            account.name,
            "a name that differs from another deployment's in more than letter case, which RDS and Elastic Load Balancing ignore; "
            f"there is {', '.join(alike)}",
        )
