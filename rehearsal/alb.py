# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The Application Load Balancers: HAProxy, configured from the emulated ELBv2, to which it reports the health of targets."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Protocol

from rehearsal import alb_config
from rehearsal.alb_slots import Slots
from rehearsal.haproxy import Haproxy, Servers
from rehearsal.model import Balancer, Certificate, TargetGroup
from rehearsal.pki import Authority

_LOOK = 0.25  # seconds between two checks of the targets' health


class View(Protocol):
    """What the load balancers read from and write to the emulated AWS."""

    def moment(self) -> int:
        """A number that changes whenever anything else here may."""

    def balancers(self) -> Iterable[Balancer]:
        """All load balancers."""

    def target_groups(self) -> Iterable[TargetGroup]:
        """All target groups."""

    def certificates(self) -> Iterable[Certificate]:
        """All certificates."""

    def set_target_health(self, target_group_arn: str, instance_id: str, port: int, state: str, reason: str | None = None) -> None:
        """Store the result of a health check."""


class LoadBalancers:
    """All load balancers, from the creation of this object until `close()`; `pace` scales the intervals of health checks."""

    def __init__(self, view: View, authority: Authority, directory: Path, pace: float = 0) -> None:
        self._view = view
        self._authority = authority
        self._haproxy = Haproxy(directory)
        self._pace = pace
        self._shape: str | None = None  # the current configuration, without the targets of its servers
        self._slots: dict[str, Slots] = {}
        self._moment = -1
        self._next_look = 0.0

    def tick(self) -> None:
        """Follow what AWS holds: structure by a new configuration, targets while it runs; report their health."""
        moment = self._view.moment()
        if moment == self._moment and time.monotonic() < self._next_look:
            return
        self._moment = moment
        balancers = [balancer for balancer in self._view.balancers() if balancer.state == "active"]
        idle = {listener.target_group_arn: balancer.idle_timeout for balancer in balancers for listener in balancer.listeners}
        groups = [group for group in self._view.target_groups() if group.arn in idle]
        self._slots = {group.arn: self._slots.get(group.arn) or Slots(alb_config.backend_name(group.arn)) for group in groups}
        moved = [self._slots[group.arn].follow(group.targets) for group in groups]
        self._reshape(
            [*self._frontends(balancers)], {group.arn: alb_config.backend(group, idle[group.arn], self._pace) for group in groups}
        )
        if any(moved) or time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + _LOOK
            self._look(groups)

    def _frontends(self, balancers: Iterable[Balancer]) -> Iterator[str]:
        certificates = {one.arn: one for one in self._view.certificates() if one.status == "ISSUED"}
        for balancer in balancers:
            for listener in balancer.listeners:
                issued = [certificates[arn] for arn in listener.certificate_arns if arn in certificates]
                if issued or listener.protocol != "HTTPS":
                    files = [self._authority.certificate(certificate.names) for certificate in issued]
                    yield alb_config.frontend(balancer, listener, files)

    def _reshape(self, frontends: Iterable[str], backends: Mapping[str, str]) -> None:
        """Load a new configuration if it differs from the current one in more than the servers' addresses."""

        def render(servers: Servers) -> str:
            groups = [text + self._slots[arn].config(servers) for arn, text in backends.items()]
            return "".join([alb_config.DEFAULTS, *frontends, *groups])

        shape = render({})
        if shape != self._shape:
            self._shape = shape  # also if HAProxy refuses it, as it would at every tick
            self._haproxy.configure(render(self._haproxy.servers()))

    def _look(self, groups: Iterable[TargetGroup]) -> None:
        """Update the servers from the targets, and report the targets' health to AWS."""
        servers = self._haproxy.servers()
        commands = [command for slots in self._slots.values() for command in slots.commands(servers)]
        for command in commands:
            self._haproxy.command(command)
        if commands:
            servers = self._haproxy.servers()
        for group in groups:
            patience = group.unhealthy_threshold * alb_config.interval(group, self._pace)
            for target, state, reason in self._slots[group.arn].health(servers, patience):
                self._view.set_target_health(group.arn, target.instance_id, target.port, state, reason)

    def in_flight(self, target_group_arn: str, instance_id: str) -> bool:
        """Whether a target still gets or answers requests."""
        slots = self._slots.get(target_group_arn)
        return slots is not None and slots.in_flight(instance_id, self._haproxy.servers())

    def close(self) -> None:
        """Stop all of them."""
        self._haproxy.close()
