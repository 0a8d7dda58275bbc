# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What ELB and HTTP are sent and answer."""

from __future__ import annotations

from ansible_collections.streamops.red5pro.plugins.filter import load_balancer
from ansible_collections.streamops.red5pro.plugins.plugin_utils.findings import findings


def test_target_has_a_number_for_a_port() -> None:
    found = load_balancer.load_balancer_health({}, {"instances": ["i-1"], "port": "5080"})
    assert found["added"] == found["staying"] == [{"Id": "i-1", "Port": 5080}]


def test_the_plan_and_what_is_said_of_it() -> None:
    desired = {
        **dict.fromkeys(("hosted_zone", "access_logs_bucket", "access_logs_prefix", "certificate", "ssl_policy", "security_group"), ""),
        **dict.fromkeys(("health_check_path", "health_check_interval", "health_check_timeout", "idle_timeout"), 1),
        **dict.fromkeys(("healthy_threshold_count", "unhealthy_threshold_count", "deregistration_delay_timeout"), 1),
        **dict.fromkeys(("replace_record", "purge_listeners", "deletion_protection"), False),
        **{"name": "live", "region": "us-east-1", "domain": "sm.example.com", "port": 5080, "record_ttl": 300},
        **{"successful_response_codes": "200", "tags": {}, "instances": [], "subnets": []},
    }
    looked_for = {"name": "live", "domain": "sm.example.com", "hosted_zone": ""}
    found = load_balancer.load_balancer_plan({}, looked_for)
    assert (found["state"], found["is_own"], "acts" in found) == ("missing", False, False)
    assert load_balancer.load_balancer_plan({}, desired)["acts"] == ["targets", "record"]
    answers = [
        {"url": "http://a/", "item": "b", "status": 503, "msg": "HTTP Error 503"},
        {"url": "", "item": "http://b/", "status": 200, "msg": "OK"},
        {"item": "http://c/", "status": -1, "msg": "refused"},
    ]
    report = load_balancer.load_balancer_plan({}, {**desired, "answers": answers})
    assert report["status"]["state"] == "missing"
    assert [one["message"] for one in findings(report["checks"], "load_balancer")] == [
        "load balancer live: expected active, found missing",
        "target group live: expected present, found missing",
        "http://a/: expected 200, found 503: HTTP Error 503",
        "http://c/: expected 200, found -1: refused",
    ]
