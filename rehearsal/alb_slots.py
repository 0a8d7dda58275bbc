# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Maps HAProxy servers to the targets of a target group, and their state to the targets' health.

A slot is a pair of servers: `s<n>` is checked; `o<n>` is its backup, which is not checked and serves when no `s` does, because
AWS sends requests to all targets when all of them are unhealthy.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rehearsal.haproxy import Server, Servers
from rehearsal.model import Target

_LEAST = 16
_PLACEHOLDER = "127.0.0.1:1"
_ABSENT = Server("MAINT", _PLACEHOLDER, 0, "")
_NOT_FAILED = frozenset({"", "INI", "UNK", "L4OK", "L6OK", "L7OK", "L7OKC"})
_REASONS = {"L7STS": "Target.ResponseCodeMismatch", "L4TOUT": "Target.Timeout", "L6TOUT": "Target.Timeout", "L7TOUT": "Target.Timeout"}


@dataclass
class _Slot:
    target: Target | None = None
    since: float = 0.0  # when it was registered
    judged: bool = False  # whether it was healthy or unhealthy since then

    def holds(self, target: Target) -> bool:
        return self.target is not None and (self.target.instance_id, self.target.port) == (target.instance_id, target.port)

    def take(self, target: Target | None) -> None:
        registered_anew = target and (self.target is None or (self.target.draining and not target.draining))
        if registered_anew:
            self.since, self.judged = time.monotonic(), False
        self.target = target


class Slots:
    """The slots of one target group's backend; a target keeps its slot as long as it is registered or draining."""

    def __init__(self, backend: str) -> None:
        self._backend = backend
        self._slots = [_Slot() for _unused in range(_LEAST)]

    def follow(self, targets: Iterable[Target]) -> bool:
        """Update the slots from the current targets; return whether anything changed. The number of slots may grow."""
        before = [slot.target for slot in self._slots]
        targets = tuple(targets)
        for slot in self._slots:
            slot.take(next((target for target in targets if slot.holds(target)), None))
        for target in targets:
            if not any(slot.holds(target) for slot in self._slots):
                self._free().take(target)
        return before != [slot.target for slot in self._slots]

    def _free(self) -> _Slot:
        free = next((slot for slot in self._slots if slot.target is None), None)
        if free is None:
            free = _Slot()
            self._slots += [free, *(_Slot() for _unused in range(len(self._slots) - 1))]
        return free

    def config(self, servers: Servers) -> str:
        """The server lines of a new configuration, for these servers; HAProxy adds their state."""
        lines = []
        for number in range(len(self._slots)):
            server = servers.get((self._backend, f"s{number}"), _ABSENT)
            disabled = " disabled" if server.status.startswith("MAINT") else ""
            lines += [
                f"    server s{number} {server.address} check{disabled}\n",
                f"    server o{number} {server.address} backup{disabled}\n",
            ]
        return "".join(lines)

    def commands(self, servers: Servers) -> Iterator[str]:
        """The runtime commands that update these servers from the slots."""
        for number, slot in enumerate(self._slots):
            checked, spare = f"{self._backend}/s{number}", f"{self._backend}/o{number}"
            server = servers[self._backend, f"s{number}"]
            off = server.status.startswith(("MAINT", "DRAIN"))
            if slot.target is None:
                if not server.status.startswith("MAINT"):
                    yield from (f"set server {name} state maint; shutdown sessions server {name}" for name in (checked, spare))
            elif slot.target.draining:
                if not off:
                    yield from (f"set server {name} state drain" for name in (checked, spare))
            elif off or server.address != f"{slot.target.private_ip}:{slot.target.port}":
                address = f"addr {slot.target.private_ip} port {slot.target.port}"
                # A ready server counts as up until its first check: its weight keeps requests away until then.
                yield f"set server {checked} state maint; set server {checked} {address}; set server {checked} weight 0"
                yield f"set server {checked} state ready; set server {checked} health down; set server {checked} weight 100%"
                yield f"set server {spare} state maint; set server {spare} {address}; set server {spare} state ready"

    def in_flight(self, instance_id: str, servers: Servers) -> bool:
        """Whether a target still gets or answers requests."""
        for number, slot in enumerate(self._slots):
            if slot.target and slot.target.instance_id == instance_id:
                checked, spare = (servers.get((self._backend, f"{kind}{number}"), _ABSENT) for kind in "so")
                if not slot.target.draining or checked.status.startswith("UP") or checked.sessions + spare.sessions:
                    return True
        return False

    def health(self, servers: Servers, patience: float) -> Iterator[tuple[Target, str, str | None]]:
        """State and reason of each registered target; a new one is `initial` until it is healthy, for `patience` seconds at most."""
        for number, slot in enumerate(self._slots):
            if slot.target is None or slot.target.draining:
                continue
            server = servers[self._backend, f"s{number}"]
            healthy = server.status.startswith("UP")
            failed = server.check not in _NOT_FAILED and time.monotonic() > slot.since + patience
            slot.judged = slot.judged or healthy or failed
            if healthy:
                yield slot.target, "healthy", None
            elif slot.judged:
                yield slot.target, "unhealthy", _REASONS.get(server.check, "Target.FailedHealthChecks")
            else:
                yield slot.target, "initial", "Elb.InitialHealthChecking"
