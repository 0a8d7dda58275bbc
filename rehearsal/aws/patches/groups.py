# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Security group rules: what makes two of them the same, and what an update of their descriptions answers."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models.security_groups import SecurityGroupRule
from moto.ec2.responses.security_groups import SecurityGroups

from .patching import patch


def identity(rule: Any) -> tuple[Any, ...]:
    """What AWS compares: never the description."""
    ports = (None, None) if rule.ip_protocol == "-1" else (rule.from_port, rule.to_port)
    source = (rule.ip_range.get("CidrIp"), rule.ip_range.get("CidrIpv6"), rule.source_group.get("GroupId"))
    return rule.ip_protocol, *ports, *source, rule.prefix_list_id


@patch(SecurityGroupRule, "__eq__")
def same_rule(_original: Any, rule: Any, other: Any) -> bool:
    """moto counts a described group pair as another rule, and IPv4 ranges as equal to IPv6 ones."""
    return identity(rule) == identity(other)


def _answering_return(original: Any, response: Any) -> ActionResult:
    original(response)
    return ActionResult({"Return": True})


# The module reads `Return` and fails without it.
for _direction in ("ingress", "egress"):
    patch(SecurityGroups, f"update_security_group_rule_descriptions_{_direction}")(_answering_return)
