# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How rules and effects are written down: small functions over one call, registered by service and action."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from moto.acm.models import acm_backends
from moto.core.exceptions import ServiceException
from moto.ec2.models import ec2_backends
from moto.elbv2.models import elbv2_backends
from moto.rds.models import rds_backends
from moto.route53.models import route53_backends

from rehearsal import settings


class Refusal(ServiceException):
    """An error AWS answers: `Refusal(code, message)`; moto writes it in the protocol of the service."""


@dataclass
class Call:
    """One API call: what was asked; once moto has answered, `result`: moto's own object or dictionary; then `answer`."""

    service: str
    action: str
    params: dict[str, Any]
    region: str
    access_key: str
    result: Any = None
    error: str | None = None
    answer: dict[str, Any] = field(default_factory=dict)  # as a client reads it; shapes may change it
    requests: list[dict[str, Any]] = field(default_factory=list)  # what IAM decided on
    later: list[Callable[[], object]] = field(default_factory=list)  # done after the answer is ready, without the lock

    @property
    def ec2(self) -> Any:
        """The EC2 backend of the call's region."""
        return ec2_backends[settings.ACCOUNT][self.region]

    @property
    def elbv2(self) -> Any:
        """The load balancer backend of the call's region."""
        return elbv2_backends[settings.ACCOUNT][self.region]

    @property
    def acm(self) -> Any:
        """The certificate backend of the call's region."""
        return acm_backends[settings.ACCOUNT][self.region]

    @property
    def rds(self) -> Any:
        """The database backend of the call's region."""
        return rds_backends[settings.ACCOUNT][self.region]

    @property
    def route53(self) -> Any:
        """The one Route 53 backend."""
        return route53_backends[settings.ACCOUNT]["aws"]


Check = Callable[[Call], None]


@dataclass(frozen=True)
class Rule:
    """A check before a call: `number` is the row of the rule it keeps, None for what AWS does besides those rows."""

    number: int | None
    service: str
    actions: tuple[str, ...]
    check: Check

    def covers(self, call: Call) -> bool:
        """Whether this rule applies to that call."""
        return self.service in ("*", call.service) and (call.action in self.actions or "*" in self.actions)


RULES: list[Rule] = []
EFFECTS: list[Rule] = []
SHAPES: list[Rule] = []


def rule(number: int | None, service: str, *actions: str) -> Callable[[Check], Check]:
    """Register a check that runs before these actions and raises `Refusal`; it may also complete `call.params`."""
    return _register(RULES, number, service, actions)


def effect(number: int | None, service: str, *actions: str) -> Callable[[Check], Check]:
    """Register what follows when one of these actions has succeeded; it may change `call.result`."""
    return _register(EFFECTS, number, service, actions)


def shape(service: str, *actions: str) -> Callable[[Check], Check]:
    """Register what AWS's answers to these actions look like otherwise than moto's: it changes `call.answer`."""
    return _register(SHAPES, None, service, actions)


def matching(rules: list[Rule], call: Call) -> Iterator[Rule]:
    """Those of `rules` that cover this call, in the order of their registration."""
    return (entry for entry in rules if entry.covers(call))


def _register(rules: list[Rule], number: int | None, service: str, actions: tuple[str, ...]) -> Callable[[Check], Check]:
    def add(check: Check) -> Check:
        rules.append(Rule(number, service, actions, check))
        return check

    return add
