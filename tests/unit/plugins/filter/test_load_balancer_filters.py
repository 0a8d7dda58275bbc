# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What ELB and HTTP are sent and answer."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.filter import load_balancer


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
def test_answer_check(answer: dict[str, Any], address: str) -> None:
    assert load_balancer.answer_check({**answer, "status": 503, "msg": "HTTP Error 503"}) == {
        "subject": address,
        "expected": 200,
        "found": 503,
        "message": f"{address}: expected 200, found 503: HTTP Error 503",
    }


def test_the_plan_and_what_is_said_of_it() -> None:
    assert load_balancer.load_balancer_readings("live")[0]["parameters"] == {"Names": ["live"]}
    desired = {
        **dict.fromkeys(("hosted_zone", "access_logs_bucket", "access_logs_prefix", "certificate", "ssl_policy", "security_group"), ""),
        **dict.fromkeys(("health_check_path", "health_check_interval", "health_check_timeout", "idle_timeout"), 1),
        **dict.fromkeys(("healthy_threshold_count", "unhealthy_threshold_count", "deregistration_delay_timeout"), 1),
        **dict.fromkeys(("replace_record", "purge_listeners", "deletion_protection"), False),
        **{"name": "live", "region": "us-east-1", "domain": "sm.example.com", "port": 5080, "record_ttl": 300},
        **{"successful_response_codes": "200", "tags": {}, "instances": [], "subnets": []},
    }
    assert load_balancer.load_balancer_resources({}, "live", "sm.example.com")["state"] == "missing"
    assert load_balancer.load_balancer_plan({}, desired)["acts"] == ["targets", "record"]
    report = load_balancer.load_balancer_report({}, desired)
    assert report["seen"]["state"] == "missing"
    assert [one["found"] for one in report["checks"]] == ["missing", "missing"]
