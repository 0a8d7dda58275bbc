# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters for load balancers and the names that lead to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any


def hosted_zone(zones: Iterable[dict[str, Any]], domain: str, wanted: str = "") -> dict[str, Any]:
    """The public hosted zone nearest above a domain, or the wanted one (an id or a name) if it is above it; empty if there is none."""
    name = f".{domain.lower().rstrip('.')}."
    above = [
        zone
        for zone in zones
        if not zone["config"]["private_zone"]
        and name.endswith(f".{zone['name'].lower().rstrip('.')}.")
        and wanted in ("", zone["id"].rsplit("/", 1)[-1], zone["name"], zone["name"].rstrip("."))
    ]
    return max(above, key=lambda zone: len(zone["name"]), default={})


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
        return {"hosted_zone": hosted_zone, "target": target, "answer_statement": answer_statement}
