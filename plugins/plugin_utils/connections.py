# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The connections of a stream manager when it is deregistered, and what happened to them."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

_ESTABLISHED = "01"
Count = int | str | None  # None, or blank in a fact, if unknown


def drain(tables: str, declared: Mapping[str, Any]) -> dict[str, Any]:
    """The number of connections, how long to count them `draining` and `afterwards`, and the `note` of what happened to them.

    tables are the host's /proc/net/tcp and tcp6. Declared has the `host`, `port` and `address`, the `deregistration_delay`,
    `connection_timeout` and `poll_interval`, and if they were counted, the numbers `before` and `closing`, and the seconds after which
    that was (`counted_after`).
    """
    found = established_connections(tables, declared["port"], declared["address"])
    delay, before, closing = declared["deregistration_delay"], declared["before"], declared["closing"]
    return {
        "connections": found,
        **connection_waits(delay, declared["connection_timeout"], declared["poll_interval"]),
        "note": connections_note(declared["host"], before, closing, found, delay, declared["counted_after"]),
    }


def established_connections(tables: str, port: int, address: str = "") -> int | None:
    """The number of established connections to a port, from Linux's /proc/net/tcp and tcp6; with an address, only those to it.

    None if nothing was read: even without connections the files have a heading.
    """
    if not tables.strip():
        return None
    wanted = ip_address(address) if address else None
    rows = [line.split() for line in tables.splitlines()]
    locals_ = [row[1].split(":") for row in rows if len(row) > 3 and row[3] == _ESTABLISHED and ":" in row[1]]
    return sum(int(number, 16) == int(port) and wanted in (None, _address(packed)) for packed, number in locals_)


def _address(packed: str) -> IPv4Address | IPv6Address:
    """An address as the kernel writes it, in words in the machine's byte order."""
    words = [bytes.fromhex(packed[place : place + 8])[::-1] for place in range(0, len(packed), 8)]
    found = ip_address(b"".join(words))
    return getattr(found, "ipv4_mapped", None) or found


def connection_waits(delay: int, timeout: int, interval: int) -> dict[str, int]:
    """How many seconds to count during the drain, until shortly before the load balancer closes the rest, and how many after it."""
    margin = max(2 * int(interval), 5)  # a check takes time, too
    return {"draining": max(int(delay) - margin, 0), "afterwards": max(int(timeout) - int(delay), 0)}


def connections_note(host: str, before: Count, closing: Count, left: Count, delay: int, counted_after: float = 0) -> str:
    """What happened to the connections: counted before, shortly before the load balancer closed them, and at the end.

    If the second count failed, or was after the load balancer had closed them, all from before count as cut.
    """
    if before in (None, ""):
        return f"The number of connections of {host} when it was deregistered is unknown: the host was unreadable."
    known = closing not in (None, "") and float(counted_after) < int(delay)
    left = int(left or 0)
    closed = max(int((closing if known else before) or 0) - left, 0)
    cut = closed + left
    ended = max(int(before or 0) - cut, 0)
    if not cut:
        return f"{host} had {_counted(ended)} when it was deregistered. None was cut."
    by = [f"{closed} by the load balancer after red5pro_deregistration_delay={delay} seconds"] * bool(closed)
    by += [f"{left} by this change after red5pro_connection_timeout"] * bool(left)
    return f"{host} had {_counted(max(int(before or 0), cut))} when it was deregistered. {_counted(cut)} cut: {', '.join(by)}."


def _counted(number: int) -> str:
    return f"{number} connection{'' if int(number) == 1 else 's'}"
