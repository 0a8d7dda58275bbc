# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The security groups of a deployment and the inbound ports that Red5 Pro documents, as data. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Facts = dict[str, Any]
GROUPS = {
    "load_balancer": "Load balancer of the stream managers",
    "stream_manager": "Stream managers",
    "node": "Nodes",
    "database": "Database of the stream managers",
}
HTTP, DATABASE = "http_port", "database_port"  # variables with the port
# group: protocol, first and last port or the variable with it, source (a variable with networks, or a group), description
_PORTS: tuple[tuple[str, str, Any, Any, str, str], ...] = (
    ("load_balancer", "tcp", HTTP, HTTP, "client_sources", "HTTP and API"),
    ("load_balancer", "tcp", 443, 443, "client_sources", "HTTPS"),
    ("stream_manager", "tcp", 22, 22, "ssh_sources", "SSH of administrators"),
    ("stream_manager", "tcp", HTTP, HTTP, "load_balancer", "Load balancer"),
    ("stream_manager", "tcp", HTTP, HTTP, "node", "Nodes"),
    ("stream_manager", "tcp", 443, 443, "tls_sources", "TLS of the stream manager itself"),
    ("node", "tcp", 22, 22, "ssh_sources", "SSH of administrators"),
    ("node", "tcp", 5080, 5080, "client_sources", "HTTP and API"),
    ("node", "tcp", 1935, 1935, "client_sources", "RTMP"),
    ("node", "tcp", 8554, 8554, "client_sources", "RTSP"),
    ("node", "udp", 40000, 65535, "client_sources", "WebRTC"),
    ("node", "udp", 8000, 8001, "client_sources", "ICE and TURN"),
    ("node", "tcp", 5080, 5080, "stream_manager", "Stream managers"),
    ("node", "tcp", 5080, 5080, "node", "Nodes"),
    ("node", "tcp", 1935, 1935, "node", "Nodes"),
    ("database", "tcp", DATABASE, DATABASE, "stream_manager", "Stream managers"),
)


def group_rules(declared: Mapping[str, Any], group: str, ids: Mapping[str, str]) -> list[Facts]:
    """The inbound rules of a group, in the form that amazon.aws.ec2_security_group takes; ids are those of the groups in its region.

    A rule cannot refer to a group of another region. Stream managers, and nodes of other regions, come from public addresses, which no
    reference to a group matches, so they must be among the networks of the clients.
    """
    return list(_rules(declared, group, ids))


def _rules(declared: Mapping[str, Any], group: str, ids: Mapping[str, str]) -> Iterator[Facts]:
    for name, protocol, first, last, source, text in _PORTS:
        if name != group:
            continue
        ports = {
            "proto": protocol,
            "from_port": int(declared.get(first, first)),
            "to_port": int(declared.get(last, last)),
            "rule_desc": text,
        }
        if source in ids:
            yield {**ports, "group_id": ids[source]}
        elif source not in GROUPS:
            yield from ({**ports, "cidr_ip": str(network)} for network in declared[source])


def current_rules(group: Mapping[str, Any]) -> set[tuple[Any, ...]]:
    """The inbound rules of a group as aws_resources_info returned it, one for each source."""
    return {
        (one.get("ip_protocol"), one.get("from_port"), one.get("to_port"), source)
        for one in group.get("ip_permissions", [])
        for source in [
            *(each["cidr_ip"] for each in one.get("ip_ranges", [])),
            *(each["cidr_ipv6"] for each in one.get("ipv6_ranges", [])),
            *(each["group_id"] for each in one.get("user_id_group_pairs", [])),
            *(each["prefix_list_id"] for each in one.get("prefix_list_ids", [])),
        ]
    }


def wanted_rules(rules: list[Facts]) -> set[tuple[Any, ...]]:
    """Rules of `group_rules` in the same form."""
    return {(one["proto"], one["from_port"], one["to_port"], one.get("cidr_ip") or one["group_id"]) for one in rules}
