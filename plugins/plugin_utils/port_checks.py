# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The ports that security groups must admit. Pure functions; groups are as aws_resources_info returns them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Facts = Mapping[str, Any]


def documented_ports(node_group: str, group_id: str, listener_ports: Iterable[Any]) -> dict[str, list[list[Any]]]:
    """What the security groups must admit, by id or name: SSH, Red5 Pro and listeners, and on nodes RTMP, RTSP and WebRTC."""
    ports = [["tcp", port, port] for port in sorted({22, *map(int, listener_ports)})]
    return {
        **({node_group: [*([["tcp", port, port] for port in (22, 1935, 5080, 8554)]), ["udp", 40000, 65535]]} if node_group else {}),
        **({group_id: ports} if group_id else {}),
    }


def port_checks(groups: Iterable[Facts], ports: Facts) -> Iterator[dict[str, Any]]:
    """The ports that no rule admits; `ports` has lists of [protocol, first, last] by the name or the id of a security group."""
    for group in sorted(groups, key=lambda one: str(one["group_id"])):
        wanted = ports.get(group["group_id"]) or ports.get(group["group_name"]) or []
        lacking = [text for protocol, first, last in wanted for text in _missing(group, protocol, int(first), int(last))]
        if lacking:
            subject = f"security group {group['group_name']} ({group['group_id']})"
            expected = ", ".join(_range(protocol, int(first), int(last)) for protocol, first, last in wanted)
            yield {"subject": subject, "expected": expected, "found": f"no rule for {', '.join(lacking)}", "holds": False}


def _range(protocol: str, first: int, last: int) -> str:
    return f"{protocol} {first}" if first == last else f"{protocol} {first}-{last}"


def _missing(group: Facts, protocol: str, first: int, last: int) -> Iterator[str]:
    """The parts of a range of ports that no rule admits from any source."""
    at = first
    for start, end in sorted(_admitted(group, protocol)):
        if start > at and at <= last:
            yield _range(protocol, at, min(start - 1, last))
        at = max(at, end + 1)
    if at <= last:
        yield _range(protocol, at, last)


def _admitted(group: Facts, protocol: str) -> Iterator[tuple[int, int]]:
    for rule in group.get("ip_permissions") or ():
        sources = (rule.get(key) for key in ("ip_ranges", "ipv6_ranges", "user_id_group_pairs", "prefix_list_ids"))
        if rule.get("ip_protocol") in (protocol, "-1") and any(sources):
            yield (0, 65535) if rule["ip_protocol"] == "-1" else (int(rule.get("from_port", 0)), int(rule.get("to_port", 65535)))
