# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The connections that a stream manager still has when it leaves the load balancer, and what became of them."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

_ESTABLISHED = "01"
Count = int | str | None  # None, or blank in a fact, if nobody knows


def established_connections(tables: str, port: int, address: str = "") -> int | None:
    """How many established connections a port has, by Linux's /proc/net/tcp and tcp6; an address leaves out those to others.

    None if nothing was read, which even without a connection has a heading.
    """
    if not tables.strip():
        return None
    wanted = ip_address(address) if address else None
    rows = [line.split() for line in tables.splitlines()]
    locals_ = [row[1].split(":") for row in rows if len(row) > 3 and row[3] == _ESTABLISHED and ":" in row[1]]
    return sum(int(number, 16) == int(port) and wanted in (None, _address(packed)) for packed, number in locals_)


def _address(packed: str) -> IPv4Address | IPv6Address:
    """An address as the kernel writes it, in words of the machine's own order."""
    words = [bytes.fromhex(packed[place : place + 8])[::-1] for place in range(0, len(packed), 8)]
    found = ip_address(b"".join(words))
    return getattr(found, "ipv4_mapped", None) or found


def connection_waits(delay: int, timeout: int, interval: int) -> dict[str, int]:
    """For how many seconds to count while the load balancer drains, until shortly before it closes what is left, and for how many after."""
    margin = max(2 * int(interval), 5)  # a look takes its time, too
    return {"draining": max(int(delay) - margin, 0), "afterwards": max(int(timeout) - int(delay), 0)}


def connections_note(host: str, before: Count, closing: Count, left: Count, delay: int, counted_after: float = 0) -> str:
    """What became of the connections: there were some before, some were open until the load balancer closed them, some are left.

    Where the second count failed, or came only when the load balancer had closed them, those before were cut, as far as anybody knows.
    """
    if before in (None, ""):
        return f"Nobody knows how many connections {host} had when it left the load balancer: it could not be asked."
    known = closing not in (None, "") and float(counted_after) < int(delay)
    left = int(left or 0)
    closed = max(int((closing if known else before) or 0) - left, 0)
    cut = closed + left
    ended = max(int(before or 0) - cut, 0)
    if not cut:
        return f"{host} had {_counted(ended)} when it left the load balancer. None was cut."
    by = [f"{closed} by the load balancer after red5pro_deregistration_delay={delay} seconds"] * bool(closed)
    by += [f"{left} by this change after red5pro_connection_timeout"] * bool(left)
    return f"{host} had {_counted(max(int(before or 0), cut))} when it left the load balancer. {_counted(cut)} cut: {', '.join(by)}."


def _counted(number: int) -> str:
    return f"{number} connection{'' if int(number) == 1 else 's'}"
