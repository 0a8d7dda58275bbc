# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Load balancers: names, attributes and states as AWS has them; a network interface in each zone."""

from __future__ import annotations

import zlib
from typing import Any

from moto.elbv2.models import ELBv2Backend, FakeAction, FakeListener, FakeLoadBalancer

from .. import pools
from .patching import patch

# What describe-load-balancer-attributes shows of a new ALB; rule 26 is the idle timeout.
ATTRIBUTES = {
    "access_logs.s3.enabled": "false",
    "access_logs.s3.bucket": "",
    "access_logs.s3.prefix": "",
    "connection_logs.s3.enabled": "false",
    "connection_logs.s3.bucket": "",
    "connection_logs.s3.prefix": "",
    "client_keep_alive.seconds": "3600",
    "deletion_protection.enabled": "false",
    "health_check_logs.s3.enabled": "false",
    "health_check_logs.s3.bucket": "",
    "health_check_logs.s3.prefix": "",
    "idle_timeout.timeout_seconds": "60",
    "ipv6.deny_all_igw_traffic": "false",
    "load_balancing.cross_zone.enabled": "true",
    "routing.http.desync_mitigation_mode": "defensive",
    "routing.http.drop_invalid_header_fields.enabled": "false",
    "routing.http.preserve_host_header.enabled": "false",
    "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "false",
    "routing.http.xff_client_port.enabled": "false",
    "routing.http.xff_header_processing.mode": "append",
    "routing.http2.enabled": "true",
    "waf.fail_open.enabled": "false",
    "zonal_shift.config.enabled": "false",
}
HOSTED_ZONES = {"us-east-1": "Z35SXDOTRQ7X7K", "us-west-2": "Z1H1FL5HABSF5"}  # for alias records


@patch(ELBv2Backend, "create_load_balancer")
def complete_balancer(original: Any, backend: Any, *args: Any, **kwargs: Any) -> Any:
    """With the name in DNS, the attributes and the network interfaces that AWS gives it at once."""
    balancer = original(backend, *args, **kwargs)
    number = zlib.crc32(balancer.arn.encode())
    balancer.dns_name = f"{balancer.name}-{number}.{backend.region_name}.elb.amazonaws.com"
    balancer.canonical_hosted_zone_id = HOSTED_ZONES.get(backend.region_name, balancer.canonical_hosted_zone_id)
    balancer.attrs = dict(ATTRIBUTES)
    balancer.scheme = balancer.scheme or "internet-facing"
    balancer.nodes = {}
    settle(backend, balancer)
    return balancer


def settle(backend: Any, balancer: Any) -> None:
    """Have one network interface in each of the balancer's subnets, with its groups; a public address if it has one."""
    wanted = {subnet.id: subnet for subnet in balancer.subnets}
    for subnet_id in [known for known in balancer.nodes if known not in wanted]:
        balancer.nodes.pop(subnet_id).delete()
    for subnet_id, subnet in wanted.items():
        if subnet_id not in balancer.nodes:
            node = backend.ec2_backend.create_network_interface(subnet, None, description=f"ELB {balancer.arn.split('loadbalancer/')[1]}")
            node.requester_managed, node.status = True, "in-use"
            node.public_ip = pools.balancer.take() if balancer.scheme == "internet-facing" else None
            balancer.nodes[subnet_id] = node
    groups = [backend.ec2_backend.get_security_group_from_id(group) for group in balancer.security_groups]
    for node in balancer.nodes.values():
        node._group_set = groups


def _settled(original: Any, backend: Any, arn: str, *args: Any) -> Any:
    answer = original(backend, arn, *args)
    settle(backend, backend.load_balancers[arn])
    return answer


for _action in ("set_security_groups", "set_subnets"):
    patch(ELBv2Backend, _action)(_settled)


@patch(FakeLoadBalancer, "activate")
def only_time_activates(_original: Any, _balancer: Any) -> None:
    """moto makes it active when it is described; states/balancers.py does so after a time."""


@patch(FakeListener, "__init__")
def policy_only_for_https(original: Any, listener: Any, *args: Any, **kwargs: Any) -> None:
    """A listener without TLS shows no security policy."""
    original(listener, *args, **kwargs)
    if listener.protocol not in ("HTTPS", "TLS"):
        listener.ssl_policy = None


@patch(FakeAction, "__init__")
def both_ways_to_forward(original: Any, action: Any, data: dict[str, Any]) -> None:
    """An action that forwards to one target group shows it twice, whichever way it was asked for."""
    if data.get("Type") == "forward":
        data = dict(data)
        if "ForwardConfig" not in data:
            data["ForwardConfig"] = {"TargetGroups": [{"TargetGroupArn": data["TargetGroupArn"]}]}
        groups = data["ForwardConfig"]["TargetGroups"]
        if len(groups) == 1:
            data.setdefault("TargetGroupArn", groups[0]["TargetGroupArn"])
    original(action, data)
