# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Checks whether the security group of the database has room for the rules of the stream managers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._messages import Problem

from . import _rule_quota
from .deployment import Deployment
from .ownership import DEPLOYMENT

Facts = dict[str, Any]

READING = "rules_quota"
_EACH = 2  # rules of a stream manager: for its private address and for its Elastic IP


def readings(deployment: Deployment, groups: list[Facts]) -> list[Facts]:
    """The account's quota, if the default one is not enough."""
    needed = _needed(deployment, groups)
    return [{**_rule_quota.READING, "name": READING}] if needed > _rule_quota.BY_DEFAULT else []


def rule_problems(deployment: Deployment, groups: list[Facts], elsewhere: Mapping[str, list[Facts]]) -> Iterator[Problem]:
    needed, quota = _needed(deployment, groups), _rule_quota.rule_quota(elsewhere.get(READING, ()))
    if needed > quota:
        expected = f"a security group with room for {_EACH} rules of each stream manager, or a higher quota of VPC"
        counts = f"{needed} rules are needed with those of others, and {quota} are allowed"
        group = deployment.text("database_security_group")
        yield Problem("red5pro_database_security_group", group, f"{expected}; {counts}")


def _needed(deployment: Deployment, groups: list[Facts]) -> int:
    """How many rules the group has with those that are added."""
    wanted, own = deployment.text("database_security_group"), f"({DEPLOYMENT}={deployment.text('name')})"
    found = next((one for one in groups if wanted in (one["group_id"], one["group_name"])), {})
    others = [one for one in _rule_quota.counted(found) if not str(one.get("description") or "").endswith(own)]
    return len(others) + _EACH * len(deployment.numbers)
