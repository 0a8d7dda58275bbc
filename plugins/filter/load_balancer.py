# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters for load balancers and the names that lead to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.streamops.red5pro.plugins.plugin_utils.load_balancer import (
    domain_records,
    hosted_zone,
    load_balancer_problems,
    own_tags,
    record_statements,
    target_problems,
)


def target(instance_id: str, port: int) -> dict[str, Any]:
    """An instance as a target of a target group, in the words of the ELB API."""
    return {"Id": instance_id, "Port": int(port)}


def answer_statement(answer: dict[str, Any]) -> dict[str, Any]:
    """What an answer of ansible.builtin.uri says about its address, in the form that C(findings) takes."""
    address, status, said = answer.get("url") or answer["item"], answer["status"], answer["msg"]
    return {"subject": address, "declared": 200, "stands": status, "message": f"{address} answers {status}: {said}"}


class FilterModule:
    """The filters of the `load_balancer` role."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {
            "answer_statement": answer_statement,
            "domain_records": domain_records,
            "hosted_zone": hosted_zone,
            "load_balancer_problems": load_balancer_problems,
            "own_tags": own_tags,
            "record_statements": record_statements,
            "target": target,
            "target_problems": target_problems,
        }
