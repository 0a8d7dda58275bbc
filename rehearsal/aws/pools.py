# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The addresses the emulated AWS gives out: each once, in order, all of 127.0.0.0/8."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network

from rehearsal import settings


class Pool:
    """Addresses of one network, one after the other, beginning again at its end."""

    def __init__(self, cidr: str) -> None:
        self._network = IPv4Network(cidr)
        self.reset()

    def reset(self) -> None:
        """Begin again with the first address."""
        self._addresses: Iterator[str] = self._endless()

    def take(self) -> str:
        """The next address."""
        return next(self._addresses)

    def _endless(self) -> Iterator[str]:
        while True:
            yield from (str(address) for address in self._network.hosts())


public = Pool(settings.PUBLIC_POOL)
elastic = Pool(settings.ELASTIC_POOL)
balancer = Pool(settings.BALANCER_POOL)


def set_up() -> None:
    """Begin again in every pool."""
    for pool in (public, elastic, balancer):
        pool.reset()
