# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A load balancer, its listeners and its target group, desired and current."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.plugin_utils import balancer_settings as settings
from balancing import BALANCER, DESIRED, FORWARD, GROUP, LISTENERS

TAGS = DESIRED["tags"]
REDIRECT = {"type": "redirect", "redirect_config": {"port": "443"}}


def changing(listeners: list[dict[str, Any]] | None = None, purges: bool = False, **balancer: Any) -> list[str]:
    """The changes for this current state, otherwise as desired."""
    standing = settings.current_balancer({**BALANCER, **balancer}, LISTENERS if listeners is None else listeners, TAGS)
    return settings.changing(settings.desired_balancer(DESIRED), standing, purges)


def test_what_is_as_desired_is_not_changed() -> None:
    assert changing() == []
    assert changing(purges=True) == []
    assert changing(availability_zones=BALANCER["availability_zones"][::-1], listeners=LISTENERS[::-1]) == []


@pytest.mark.parametrize(
    ("key", "value", "name"),
    [
        ("availability_zones", BALANCER["availability_zones"][:1], "subnets"),
        ("security_groups", ["sg-1", "sg-2"], "security groups"),
        ("security_groups", None, "security groups"),
        ("ip_address_type", "dualstack", "address type"),
        ("idle_timeout_timeout_seconds", "60", "idle timeout"),
        ("deletion_protection_enabled", "true", "deletion protection"),
        ("access_logs_s3_enabled", "true", "access logs"),
        ("access_logs_s3_bucket", "logs", "access logs"),
        ("access_logs_s3_prefix", "live", "access logs"),
        ("tags", {"red5pro:deployment": "live", "Name": "other"}, "tags"),
        ("tags", {"red5pro:deployment": "live"}, "tags"),
    ],
)
def test_each_setting_is_status(key: str, value: Any, name: str) -> None:
    if (key, value) == ("access_logs_s3_enabled", "true"):
        assert changing(access_logs_s3_enabled="true", access_logs_s3_bucket="logs") == [name]
    elif value is None:
        assert settings.current_balancer({one: BALANCER[one] for one in BALANCER if one != key}, [], TAGS)[name] == []
    else:
        assert changing(**{key: value}) == [name]


def test_where_access_logs_are_kept() -> None:
    declared = settings.desired_balancer({**DESIRED, "access_logs_bucket": "logs", "access_logs_prefix": "live"})
    logs = {"access_logs_s3_enabled": "true", "access_logs_s3_bucket": "logs", "access_logs_s3_prefix": "live"}
    assert settings.changing(declared, settings.current_balancer({**BALANCER, **logs}, LISTENERS, TAGS)) == []
    off = settings.current_balancer({**BALANCER, **logs, "access_logs_s3_enabled": "false"}, LISTENERS, TAGS)
    assert off["access logs"] == "not kept (logs/live)"
    assert settings.changing(declared, off) == ["access logs"]


@pytest.mark.parametrize(
    ("port", "change", "names"),
    [
        (5080, {"protocol": "HTTPS"}, ["listener 5080"]),
        (5080, {"default_actions": [REDIRECT]}, ["listener 5080"]),
        (443, {"default_actions": [FORWARD, REDIRECT]}, ["listener 443"]),
        (443, {"default_actions": [{"type": "forward", "forward_config": {"target_groups": []}}]}, ["listener 443"]),
        (443, {"ssl_policy": "ELBSecurityPolicy-2016-08"}, ["policy of listener 443"]),
        (443, {"certificates": [{"certificate_arn": "arn:2"}]}, ["certificate of listener 443"]),
        (443, {"certificates": []}, ["certificate of listener 443"]),
        (443, {"port": 8443}, ["certificate of listener 443", "listener 443", "policy of listener 443"]),
    ],
)
def test_what_a_listener_does(port: int, change: dict[str, Any], names: list[str]) -> None:
    listeners = [{**one, **change} if one["port"] == port else one for one in LISTENERS]
    assert changing(listeners) == names


def test_a_listener_of_somebody_else_is_deleted_only_if_listeners_are_purged() -> None:
    listeners = [*LISTENERS, {"protocol": "HTTP", "port": 80, "default_actions": [REDIRECT]}]
    assert changing(listeners) == []
    assert changing(listeners, purges=True) == ["listener 80"]
    assert settings.listener_settings(listeners) == {
        "listener 5080": "HTTP to live",
        "listener 443": "HTTPS to live",
        "policy of listener 443": "ELBSecurityPolicy-TLS13-1-2-2021-06",
        "certificate of listener 443": "arn:1",
        "listener 80": "HTTP to redirect",
    }


def test_a_certificate_that_is_still_to_be_requested_differs() -> None:
    declared = settings.desired_balancer({**DESIRED, "certificate": ""})
    assert settings.changing(declared, settings.current_balancer(BALANCER, LISTENERS, TAGS)) == ["certificate of listener 443"]


@pytest.mark.parametrize(
    ("key", "value", "names"),
    [
        ("target_group_name", "other", []),
        ("tags", {**GROUP["tags"], "seen-by": "auto-tagger"}, []),
        ("matcher", {"http_code": "302,200"}, []),
        ("port", 8080, ["port"]),
        ("health_check_protocol", "HTTPS", ["health_check_protocol"]),
        ("health_check_port", "80", ["health_check_port"]),
        ("health_check_path", "/live", ["health_check_path"]),
        ("health_check_interval_seconds", 30, ["health_check_interval"]),
        ("health_check_timeout_seconds", 6, ["health_check_timeout"]),
        ("healthy_threshold_count", 5, ["healthy_threshold_count"]),
        ("unhealthy_threshold_count", 5, ["unhealthy_threshold_count"]),
        ("matcher", {"http_code": "200"}, ["successful_response_codes"]),
        ("matcher", {}, ["successful_response_codes"]),
        ("deregistration_delay_timeout_seconds", "300", ["deregistration_delay_timeout"]),
        ("tags", {}, ["tags"]),
    ],
)
def test_each_setting_of_the_target_group_is_status(key: str, value: Any, names: list[str]) -> None:
    declared = settings.desired_target_group({**DESIRED, "successful_response_codes": "200,302"})
    group = {**GROUP, "matcher": {"http_code": "200,302"}, key: value}
    assert settings.changing(declared, settings.current_target_group(group, TAGS)) == names


def test_tags_of_others_do_not_count() -> None:
    assert settings.own_tags({"team": "video", "seen-by": "auto-tagger"}, {"team": "audio", "owner": "x"}) == {"team": "video"}
