# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""AWS's tables of actions and resource types, as iam-data has them."""

from __future__ import annotations

import functools
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_DATA = Path(__file__).resolve().parent / "node_modules" / "@cloud-copilot" / "iam-data" / "data"
_PREFIXES = {"elbv2": "elasticloadbalancing", "service-quotas": "servicequotas"}  # where IAM calls a service otherwise than its API
# Where both generations of load balancers have an action of a name, the tables have the types of the classic one only.
_CLASSIC, _SECOND = ["loadbalancer"], ("loadbalancer/app/", "targetgroup", "listener/app", "listener-rule/app")
_GAP = re.compile(r"\\\$\\\{\w+\\\}")


@dataclass(frozen=True)
class ResourceType:
    """A type of resources: how its ARNs look, and whether every call of the action has one."""

    name: str
    arn: str
    required: bool

    def matches(self, arn: str) -> bool:
        """Whether an ARN is of this type."""
        return re.fullmatch(_GAP.sub("[^:/]*", re.escape(self.arn)), arn) is not None

    def of(self, region: str, account: str, *ids: str) -> str:
        """The ARN of one, from what fills the gaps behind the account."""
        known = {"Partition": "aws", "Region": region, "Account": account}
        values = iter(ids)
        return re.sub(r"\$\{(\w+)\}", lambda gap: known.get(gap[1]) or next(values), self.arn)


def prefix(service: str) -> str:
    """What IAM calls a service of an API."""
    return _PREFIXES.get(service, service)


@functools.cache
def resource_types(service: str, action: str) -> tuple[ResourceType, ...]:
    """The types that an action knows; none if it is allowed or not as a whole. KeyError if AWS has no such action."""
    used = _table("actions", service)[action.lower()]["resourceTypes"]
    if service == "elasticloadbalancing" and [one["name"] for one in used] == _CLASSIC:
        used = [{"name": name, "required": False} for name in _SECOND]
    types = _table("resourceTypes", service)
    return tuple(ResourceType(one["name"], types[one["name"].lower()]["arn"], one["required"]) for one in used)


@functools.cache
def _table(kind: str, service: str) -> dict[str, Any]:
    table: dict[str, Any] = json.loads((_DATA / kind / f"{service}.json").read_text(encoding="utf-8"))
    return table
