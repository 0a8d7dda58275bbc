# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which hosted zone holds a domain, and what ELB and HTTP are told and say."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.filter import load_balancer


def zone(name: str, number: int = 1, private: bool = False) -> dict[str, Any]:
    return {"id": f"/hostedzone/Z{number}", "name": name, "config": {"private_zone": private}}


APEX, SUB, PRIVATE, OTHER = zone("example.com.", 1), zone("sub.Example.com.", 2), zone("a.sub.example.com.", 3, True), zone("ample.com.", 4)
ZONES = [APEX, SUB, PRIVATE, OTHER]


@pytest.mark.parametrize(
    "domain, wanted, found",
    [
        ("www.example.com", "", APEX),
        ("example.com", "", APEX),
        ("Example.COM.", "", APEX),
        ("*.sub.example.com", "", SUB),
        ("a.sub.example.com", "", SUB),
        ("example.org", "", {}),
        ("com", "", {}),
        ("a.sub.example.com", "Z1", APEX),
        ("a.sub.example.com", "example.com", APEX),
        ("a.sub.example.com", "example.com.", APEX),
        ("a.sub.example.com", "Z3", {}),
        ("www.example.com", "Z2", {}),
    ],
)
def test_hosted_zone(domain: str, wanted: str, found: dict[str, Any]) -> None:
    assert load_balancer.hosted_zone(ZONES, domain, wanted) == found
    assert load_balancer.hosted_zone(reversed(ZONES), domain, wanted) == found


def test_target_has_a_number_for_a_port() -> None:
    assert load_balancer.target("i-1", "5080") == {"Id": "i-1", "Port": 5080}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "answer, address",
    [
        ({"url": "http://a/", "item": "b"}, "http://a/"),
        ({"url": "", "item": "http://b/"}, "http://b/"),
        ({"item": "http://b/"}, "http://b/"),
    ],
)
def test_answer_statement(answer: dict[str, Any], address: str) -> None:
    assert load_balancer.answer_statement({**answer, "status": 503, "msg": "HTTP Error 503"}) == {
        "subject": address,
        "declared": 200,
        "stands": 503,
        "message": f"{address} answers 503: HTTP Error 503",
    }
