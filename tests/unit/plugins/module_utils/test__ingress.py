# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Compares a security group with the desired addresses; EC2's part is in test_security_group_ingress.py."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.module_utils._ingress import at_other_ports, compare

OWNER = "red5pro:deployment=live"
MINE = {"cidr_ip": "10.0.0.1/32", "description": f"one private ({OWNER})"}
THEIRS = {"cidr_ip": "10.0.0.9/32"}


def group(*ranges: dict[str, str], **rule: Any) -> dict[str, Any]:
    return {"ip_permissions": [{"ip_protocol": "tcp", "from_port": 3306, "to_port": 3306, **rule, "ip_ranges": list(ranges)}]}


def test_nothing_differs() -> None:
    found = compare(group(MINE, THEIRS), 3306, OWNER, {"10.0.0.1": "one private"})
    assert not found.changed
    assert found.before == found.after == {"10.0.0.1/32": f"one private ({OWNER})", "10.0.0.9/32": ""}


def test_what_differs() -> None:
    found = compare(group(MINE, THEIRS), 3306, OWNER, {"10.0.0.2": "two private", "10.0.0.9": "nine"})
    assert found.changed
    assert (found.new, found.renamed, found.gone) == (
        {"10.0.0.2/32": f"two private ({OWNER})"},
        {},
        {"10.0.0.1/32": f"one private ({OWNER})"},
    )
    assert found.after == {"10.0.0.2/32": f"two private ({OWNER})", "10.0.0.9/32": ""}


def test_a_description_of_its_own_that_differs() -> None:
    found = compare(group(MINE), 3306, OWNER, {"10.0.0.1": "one public"})
    assert (found.new, found.renamed, found.gone) == ({}, {"10.0.0.1/32": f"one public ({OWNER})"}, {})


def test_rules_at_other_ports() -> None:
    permissions = [one for port in (3306, 3307) for one in group(MINE, THEIRS, from_port=port, to_port=port)["ip_permissions"]]
    permissions += group(MINE, from_port=1, to_port=2)["ip_permissions"] + group(MINE, ip_protocol="udp")["ip_permissions"]
    permissions += [{"ip_protocol": "-1", "ip_ranges": [MINE]}, *group(THEIRS, from_port=9, to_port=9)["ip_permissions"]]
    assert at_other_ports({"ip_permissions": permissions}, 3306, OWNER) == {3307: {MINE["cidr_ip"]: MINE["description"]}}
    assert at_other_ports({"ip_permissions": permissions}, 3306, "red5pro:deployment=live-eu") == {}


@pytest.mark.parametrize("rule", [{"to_port": 3307}, {"ip_protocol": "udp"}, {"from_port": None, "to_port": None, "ip_protocol": "-1"}])
def test_only_rules_for_exactly_the_port_count(rule: dict[str, Any]) -> None:
    assert compare(group(MINE, **rule), 3306, OWNER, {}).before == {}


@pytest.mark.parametrize(
    ("addresses", "why"),
    [({"10.0.0": "one"}, "10.0.0. Expected: an IPv4 address or network"), ({"10.0.0.1": "one?"}, "Expected: a description for EC2")],
)
def test_what_ec2_would_refuse(addresses: dict[str, str], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        compare(group(), 3306, OWNER, addresses)
