# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The routes of the control port, with which tests control the emulated AWS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rehearsal import aws
from rehearsal.control import Route
from rehearsal.snapshot import snapshot

_FAULTS: Mapping[str, Callable[..., None]] = {
    "throttle": aws.faults.throttle,  # action, times
    "fail": aws.faults.fail,  # action, code, times
    "eventual": lambda on=True: setattr(aws.faults, "eventual", bool(on)),  # on
    "broken_images": lambda times=1: setattr(aws.faults, "broken_images", int(times)),  # times
    "late": lambda answers=2: setattr(aws.faults, "late", int(answers)),  # answers
}
_LIMITS = (
    "elastic_ips",
    "inbound_rules",
    "service_linked_role",
    "auto_scaling_role",
    "may_create_service_linked_role",
    "tokens_required",
    "vcpus",
)


def routes(baseline: str) -> Mapping[str, Route]:
    """Route -> what answers it in a rehearsal that started from this account; see the functions for what the body of a POST holds."""
    return {
        "GET /status": lambda _: {"baseline": baseline, **_status()},
        "GET /snapshot": lambda _: snapshot(),
        "POST /fault": _fault,
        "POST /limits": _limits,
        "POST /approve-email": lambda body: aws.approve_email(**body),  # arn
        "POST /end-certificate": lambda body: aws.end_certificate(**body),  # arn, status, reason
    }


def _status() -> dict[str, Any]:
    instances = [one for region in aws.view.REGIONS for one in aws.view.instances(region)]
    return {
        "pace": aws.clock.pace(),
        "seed": aws.order.seed,
        "instances": [
            f"{one.id} {one.state} {one.zone} {one.private_ip} {one.public_ip or '-'} {one.tags.get('Name', '')}" for one in instances
        ],
        "balancers": [f"{one.dns_name} {one.state} {' '.join(one.addresses)}" for one in aws.view.balancers()],
    }


def _fault(body: dict[str, Any]) -> None:
    """`kind` is a key of _FAULTS; the rest are its arguments."""
    kind = body.pop("kind")
    if kind not in _FAULTS:
        raise ValueError(f"kind must be one of {', '.join(_FAULTS)}, not {kind!r}")
    _FAULTS[kind](**body)


def _limits(body: dict[str, Any]) -> dict[str, Any]:
    """_LIMITS: numbers, 1 or 0 for yes or no; `unsupported_types`: zone -> list of instance types. Answers all limits as they are then."""
    for name, value in body.items():
        if name == "unsupported_types":
            aws.limits.unsupported_types.update({zone: set(types) for zone, types in value.items()})
        elif name in _LIMITS:
            setattr(aws.limits, name, int(value))
        else:
            raise ValueError(f"no limit {name!r}")
    missing = {zone: sorted(types) for zone, types in aws.limits.unsupported_types.items()}
    return {**{name: getattr(aws.limits, name) for name in _LIMITS}, "unsupported_types": missing}
