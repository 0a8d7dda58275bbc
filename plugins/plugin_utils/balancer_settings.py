# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Desired and current settings of a load balancer, its listeners and its target group, named as verify reports them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.streamops.red5pro.plugins.plugin_utils.findings import differing_settings

Facts = dict[str, Any]
_NONE = "none"


def desired_balancer(desired: Mapping[str, Any]) -> Facts:
    """All options of elb_application_lb."""
    name, port = desired["name"], desired["port"]
    logs = desired["access_logs_bucket"], desired["access_logs_prefix"]
    return {
        "subnets": desired["subnets"],
        "security groups": [desired["security_group"]],
        "address type": "ipv4",
        "idle timeout": desired["idle_timeout"],
        "deletion protection": desired["deletion_protection"],
        "access logs": _logs(bool(logs[0]), *logs),
        "tags": desired["tags"],
        f"listener {port}": f"HTTP to {name}",
        "listener 443": f"HTTPS to {name}",
        "policy of listener 443": desired["ssl_policy"],
        "certificate of listener 443": desired["certificate"] or _NONE,
    }


def current_balancer(balancer: Facts, listeners: Iterable[Facts], wanted_tags: Mapping[str, Any]) -> Facts:
    """The current settings in the same form; a load balancer of another type does not have all of them."""
    bucket, prefix = (balancer.get(f"access_logs_s3_{key}") or "" for key in ("bucket", "prefix"))
    return {
        "subnets": [zone["subnet_id"] for zone in balancer["availability_zones"]],
        "security groups": balancer.get("security_groups", []),
        "address type": balancer.get("ip_address_type"),
        "idle timeout": balancer.get("idle_timeout_timeout_seconds"),
        "deletion protection": balancer.get("deletion_protection_enabled"),
        "access logs": _logs(balancer.get("access_logs_s3_enabled") == "true", bucket, prefix),
        "tags": own_tags(balancer["tags"], wanted_tags),
        **listener_settings(listeners),
    }


def _logs(kept: bool, bucket: str, prefix: str) -> str:
    """Where access logs are kept; a location that is only set counts too, since AWS would remove it."""
    place = "/".join(filter(None, [bucket, prefix]))
    return place if kept or not place else f"not kept ({place})"


def listener_settings(listeners: Iterable[Facts]) -> dict[str, str]:
    """What the listeners of a load balancer do."""
    found: dict[str, str] = {}
    for one in listeners:
        name = f"listener {one.get('port', 'of every port')}"
        found[name] = f"{one['protocol']} to {', '.join(sorted(map(_leads_to, one['default_actions'])))}"
        found |= {f"policy of {name}": one["ssl_policy"]} if one.get("ssl_policy") else {}
        found |= {f"certificate of {name}": certificate["certificate_arn"] for certificate in one.get("certificates") or []}
    return found


def _leads_to(action: Facts) -> str:
    arn = action.get("target_group_arn")
    return str(arn.split("/")[1] if arn else action["type"])


def desired_target_group(desired: Mapping[str, Any]) -> Facts:
    """The options of community.aws.elb_target_group."""
    return {
        "port": desired["port"],
        "health_check_protocol": "HTTP",
        "health_check_port": "traffic-port",
        **{key: desired[key] for key in ("health_check_path", "health_check_interval", "health_check_timeout")},
        **{key: desired[key] for key in ("healthy_threshold_count", "unhealthy_threshold_count", "deregistration_delay_timeout")},
        "successful_response_codes": _codes(desired["successful_response_codes"]),
        "tags": desired["tags"],
    }


def current_target_group(group: Facts, wanted_tags: Mapping[str, Any]) -> Facts:
    """The current settings in the same form; a target group of another type does not have all of them."""
    return {
        **{key: group.get(key) for key in ("port", "health_check_protocol", "health_check_port", "health_check_path")},
        "health_check_interval": group.get("health_check_interval_seconds"),
        "health_check_timeout": group.get("health_check_timeout_seconds"),
        **{key: group.get(key) for key in ("healthy_threshold_count", "unhealthy_threshold_count")},
        "deregistration_delay_timeout": int(group.get("deregistration_delay_timeout_seconds") or 0),
        "successful_response_codes": _codes(group.get("matcher", {}).get("http_code", "")),
        "tags": own_tags(group["tags"], wanted_tags),
    }


def _codes(codes: str) -> str:
    return ",".join(sorted(str(codes).split(",")))


def own_tags(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, str]:
    """The tags found that are desired too; tags of others are ignored."""
    return {key: str(value) for key, value in found.items() if key in wanted}


def changing(desired: Facts, current: Facts, purges: bool = True) -> list[str]:
    """The settings that a run would change; without purging, undeclared listeners are kept."""
    differing = [one["subject"].strip() for one in differing_settings(desired, current, "")]
    return [key for key in differing if purges or key in desired]
