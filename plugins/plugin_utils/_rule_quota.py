# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How many inbound rules a security group may have: by default, and by the account's quota, which is read only if more are needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Facts = dict[str, Any]

BY_DEFAULT = 60
READING: Facts = {"kind": "service_quota", "parameters": {"ServiceCode": "vpc", "QuotaCode": "L-0EA8095F"}}


def rule_quota(found: Iterable[Mapping[str, Any]]) -> int:
    """The quota as it was read, or else the default."""
    return next((int(one["value"]) for one in found), BY_DEFAULT)


def counted(group: Mapping[str, Any]) -> list[Facts]:
    """The sources of a security group's inbound rules that the quota for IPv4 counts, each with its description."""
    return [
        one
        for permission in group.get("ip_permissions") or ()
        for kind in ("ip_ranges", "user_id_group_pairs", "prefix_list_ids")
        for one in permission.get(kind) or ()
    ]
