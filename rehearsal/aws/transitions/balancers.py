# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Load balancers (rules 4, 19, 47): provisioning, then active; when deleted, their interfaces hold their groups for a while."""

from __future__ import annotations

from typing import Any

from moto.elbv2.models import ELBv2Backend

from .. import clock, gate, limits
from ..patches.patching import patch
from ..registry import Call, effect

ACTIVE = 120.0  # seconds
RELEASED = 60.0


@effect(4, "elbv2", "CreateLoadBalancer")
def provision(call: Call) -> None:
    """It has its DNS name at once and serves later."""
    for balancer in call.result["LoadBalancers"]:
        if balancer.state == "provisioning" and not hasattr(balancer, "ordered"):
            balancer.ordered = True
            clock.after(ACTIVE, lambda ready=balancer: setattr(ready, "state", "active"))  # type: ignore[misc]


@effect(47, "elbv2", "CreateLoadBalancer")
def make_service_linked_role(call: Call) -> None:
    """The first one of the account: what ELB calls for its caller is in the log as a call of that caller."""
    if limits.service_linked_role:
        return
    limits.service_linked_role = 1
    implied = Call("iam", "CreateServiceLinkedRole", {"AWSServiceName": "elasticloadbalancing.amazonaws.com"}, call.region, call.access_key)
    gate.log(implied, 200)


@patch(ELBv2Backend, "delete_load_balancer")
def held_for_a_minute(original: Any, backend: Any, arn: str) -> None:
    """Its interfaces, and so its groups and subnets, are in use a while longer."""
    balancer = backend.load_balancers.get(arn)
    original(backend, arn)
    if balancer is not None:
        clock.after(RELEASED, lambda: [node.delete() for node in balancer.nodes.values()])
