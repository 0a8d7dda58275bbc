# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The account's quotas and what AWS does not offer everywhere; the baseline may change them."""

from __future__ import annotations

elastic_ips: int = 5  # per region, rule 9
inbound_rules: int = 60  # per security group, rule 20
service_linked_role: int = 1  # whether the account had a load balancer before, rule 47
auto_scaling_role: int = 1  # the same of an Auto Scaling group
database_role: int = 1  # and of a DB instance
may_create_service_linked_role: int = 1  # whether the callers may make that role
vcpus: int = 256  # of On-Demand Standard instances in a region; raised for who runs nodes
tokens_required: int = 0  # whether a service control policy denies launches without IMDSv2
unsupported_types: dict[str, set[str]] = {}  # zone: instance types missing there besides those really missing, rule 23


def set_up() -> None:
    """Reset to a new account's limits."""
    global elastic_ips, inbound_rules, service_linked_role, auto_scaling_role, database_role, may_create_service_linked_role
    global tokens_required, vcpus
    elastic_ips, inbound_rules, tokens_required, vcpus = 5, 60, 0, 256
    service_linked_role = auto_scaling_role = database_role = may_create_service_linked_role = 1
    unsupported_types.clear()
