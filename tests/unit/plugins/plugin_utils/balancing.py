# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A load balancer in its desired state, as aws_resources_info reads it."""

from __future__ import annotations

from typing import Any

Facts = dict[str, Any]
ARN = "arn:aws:elasticloadbalancing:us-east-1:123456789012"
DNS = "live-1.us-east-1.elb.amazonaws.com"
TAGS = {"red5pro:deployment": "live", "Name": "live"}

DESIRED: Facts = {
    "name": "live",
    "region": "us-east-1",
    "domain": "sm.example.com",
    "hosted_zone": "",
    "record_ttl": 300,
    "replace_record": False,
    "instances": ["i-1", "i-2"],
    "subnets": ["subnet-a", "subnet-b"],
    "security_group": "sg-1",
    "port": 5080,
    "certificate": "arn:1",
    "ssl_policy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
    "purge_listeners": False,
    "idle_timeout": 3600,
    "deletion_protection": False,
    "access_logs_bucket": "",
    "access_logs_prefix": "",
    "health_check_path": "/",
    "health_check_interval": 10,
    "health_check_timeout": 5,
    "healthy_threshold_count": 3,
    "unhealthy_threshold_count": 2,
    "successful_response_codes": "200",
    "deregistration_delay_timeout": 120,
    "tags": TAGS,
}
BALANCER: Facts = {
    "load_balancer_arn": f"{ARN}:loadbalancer/app/live/1",
    "load_balancer_name": "live",
    "dns_name": DNS,
    "state": {"code": "active"},
    "availability_zones": [{"subnet_id": f"subnet-{zone}", "zone_name": f"us-east-1{zone}"} for zone in "ab"],
    "security_groups": ["sg-1"],
    "ip_address_type": "ipv4",
    "idle_timeout_timeout_seconds": "3600",
    "deletion_protection_enabled": "false",
    "access_logs_s3_enabled": "false",
    "access_logs_s3_bucket": "",
    "access_logs_s3_prefix": "",
    "tags": TAGS,
}
FORWARD: Facts = {"type": "forward", "target_group_arn": f"{ARN}:targetgroup/live/0a", "forward_config": {}}
LISTENERS: list[Facts] = [
    {"protocol": "HTTP", "port": 5080, "default_actions": [FORWARD]},
    {
        "protocol": "HTTPS",
        "port": 443,
        "default_actions": [FORWARD],
        "ssl_policy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
        "certificates": [{"certificate_arn": "arn:1"}],
    },
]
GROUP: Facts = {
    "target_group_arn": f"{ARN}:targetgroup/live/0a",
    "target_group_name": "live",
    "load_balancer_arns": [BALANCER["load_balancer_arn"]],
    "port": 5080,
    "health_check_protocol": "HTTP",
    "health_check_port": "traffic-port",
    "health_check_path": "/",
    "health_check_interval_seconds": 10,
    "health_check_timeout_seconds": 5,
    "healthy_threshold_count": 3,
    "unhealthy_threshold_count": 2,
    "matcher": {"http_code": "200"},
    "deregistration_delay_timeout_seconds": "120",
    "tags": TAGS,
}
RECORD: Facts = {
    "name": "sm.example.com.",
    "type": "CNAME",
    "ttl": 300,
    "resource_records": [{"value": DNS}],
    "hosted_zone_id": "/hostedzone/Z1",
}


def health(**states: str) -> list[Facts]:
    """The health of targets, by instance with underscores for hyphens."""
    return [{"target": {"id": one.replace("_", "-"), "port": 5080}, "target_health": {"state": state}} for one, state in states.items()]


CURRENT: dict[str, list[Facts]] = {
    "load_balancers": [BALANCER],
    "listeners": LISTENERS,
    "target_groups": [GROUP],
    "target_health": health(i_1="healthy", i_2="healthy"),
    "domain_zones": [{"id": "/hostedzone/Z1", "name": "example.com.", "config": {"private_zone": False}}],
    "record_sets": [RECORD],
}
