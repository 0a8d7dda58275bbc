# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is untagged has no Tags; only route tables, key pairs and security group rules have an empty list then."""

from __future__ import annotations

from typing import Any

from ..registry import Call, shape

WITH_AN_EMPTY_LIST = {"KeyPairs", "RouteTable", "RouteTables", "SecurityGroupRules"}
NEVER = {"AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress"}  # not even then in these answers


@shape("ec2", "*")
def no_empty_tags(call: Call) -> None:
    """At any depth; DescribeTags, whose Tags are the answer itself, keeps them."""
    for key, value in call.answer.items():
        if key not in WITH_AN_EMPTY_LIST or call.action in NEVER:
            _without(value)


def _without(value: Any) -> None:
    if isinstance(value, list):
        for item in value:
            _without(item)
    elif isinstance(value, dict):
        if value.get("Tags") == []:
            del value["Tags"]
        for item in value.values():
            _without(item)
