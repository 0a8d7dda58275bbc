# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the role `load_balancer` reads, and what AWS would refuse to change. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._messages import refusing

from .findings import check
from .hosted_zones import hosted_zone, managed_problems, record_problems, record_readings, zone_problems

Facts = dict[str, Any]

_FIXED = {  # what AWS cannot change, by the kind of resource
    "load balancer": {"type": "application", "scheme": "internet-facing"},
    "target group": {"target_type": "instance", "protocol": "HTTP", "protocol_version": "HTTP1"},
}


def balancer_reading(name: str) -> Facts:
    """The deployment's load balancer, with its attributes and tags."""
    return {"kind": "load_balancers", "parameters": {"Names": [name]}, "details": ["attributes", "tags"]}


def readings(name: str, domain: str, auto_scaling_group: str = "") -> list[Facts]:
    """All that the role reads."""
    group = {"kind": "auto_scaling_groups", "name": "target_group_members", "parameters": {"AutoScalingGroupNames": [auto_scaling_group]}}
    return [
        *([group] if auto_scaling_group else ()),
        balancer_reading(name),
        {"kind": "listeners", "each_of": {"LoadBalancerArn": "load_balancers.load_balancer_arn"}},
        {"kind": "target_groups", "parameters": {"Names": [name]}, "details": ["attributes", "tags"]},
        {"kind": "target_health", "each_of": {"TargetGroupArn": "target_groups.target_group_arn"}},
        *(record_readings(domain) if domain else ()),
    ]


def port_problems(target_group: Facts, port: int) -> list[str]:
    """Why the port of a target group must not change: AWS cannot change it, and targets keep the port of their registration."""
    found = target_group.get("port", port)
    if int(found) == int(port):
        return []
    name = target_group["target_group_name"]
    reason = f"the target group {name} and its targets use port {found}, and AWS cannot change the port of a target group"
    remedy = f"Set red5pro_http_port={found}, or deploy with another red5pro_name and destroy {name} afterwards"
    return [refusing(f"change red5pro_http_port to {port}", reason, remedy)]


def fixed_checks(load_balancer: Facts, target_group: Facts, desired: Mapping[str, Any]) -> list[Facts]:
    """What of the deployment's load balancer and target group differs and cannot be changed, since somebody created them anew by hand."""
    found = {"load balancer": load_balancer, "target group": target_group}
    return [
        {**check(f"{kind} {desired['name']} {key.replace('_', ' ')}", wanted, one[key]), "kind": kind, "key": key.replace("_", " ")}
        for kind, one in found.items()
        for key, wanted in {**_FIXED[kind], "vpc_id": desired.get("vpc_id")}.items()
        if wanted and one.get(key, wanted) != wanted
    ]


def fixed_problems(checks: Iterable[Facts], name: str) -> list[str]:
    """Why a run cannot continue with these, each with what to do."""
    remedy = "Delete it and the listeners that forward to it, then run the playbook again"
    return [
        refusing(
            f"use the {one['kind']} {name}",
            f"its {one['key']} is {one['found']} instead of {one['expected']}, and AWS cannot change it",
            remedy,
        )
        for one in checks
    ]


def load_balancer_problems(current: Facts, desired: Mapping[str, Any]) -> list[str]:
    """Why the load balancer of a deployment must not be created or changed as desired.

    current has `zones`, `record_sets` of the domain's zone, `load_balancer` (the deployment's own) and `target_group`, each
    optional; desired has `name`, `domain`, `hosted_zone`, `port` and `replace_record`, and `vpc_id` if it is known.
    """
    zones, domain, wanted = current["zones"], desired["domain"], desired["hosted_zone"]
    unclear = zone_problems(zones, [domain], wanted) or managed_problems(zones, [domain], wanted)
    target, replace = current["load_balancer"].get("dns_name", ""), desired["replace_record"]
    records = [] if unclear else record_problems(current["record_sets"], domain, hosted_zone(zones, domain, wanted), target, replace)
    users = sorted(set(current["target_group"].get("load_balancer_arns", ())) - {current["load_balancer"].get("load_balancer_arn")})
    fixed = [
        refusing(
            f"use the target group {desired['name']}",
            f"{', '.join(users)} forwards to it, and AWS allows a target group only one load balancer",
            "Remove the listener or rule that forwards to it",
        )
        for _one in users[:1]
    ]
    fixed += fixed_problems(fixed_checks(current["load_balancer"], current["target_group"], desired), desired["name"])
    return unclear + records + (fixed or port_problems(current["target_group"], desired["port"]))
