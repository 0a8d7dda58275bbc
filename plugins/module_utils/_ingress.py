# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which networks and members of groups a security group admits to a port, and what to change so that it admits the desired ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._messages import invalid

_GROUP = re.compile(r"sg-[0-9a-f]+")
_DESCRIPTION = re.compile(r"[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]{0,255}")  # EC2, CreateSecurityGroup


@dataclass(frozen=True)
class Ingress:
    """Networks, or ids of security groups, with the descriptions of their rules."""

    before: Mapping[str, str]  # all that are admitted, by any rule
    new: Mapping[str, str]
    renamed: Mapping[str, str]
    gone: Mapping[str, str]

    @property
    def changed(self) -> bool:
        return bool(self.new or self.renamed or self.gone)

    @property
    def after(self) -> dict[str, str]:
        kept = {network: text for network, text in self.before.items() if network not in self.gone}
        return {**kept, **self.new, **self.renamed}


def compare(group: Mapping[str, Any], port: int, owner: str, addresses: Mapping[str, str]) -> Ingress:
    """Compares a group, in snake case, with the owner's desired addresses. Raises ValueError for what EC2 would refuse."""
    before, wanted = _admitted(group, port), _wanted(owner, addresses)
    own = _own(before, owner)
    return Ingress(
        before,
        new={network: text for network, text in wanted.items() if network not in before},
        renamed={network: text for network, text in wanted.items() if network in own and own[network] != text},
        gone={network: text for network, text in own.items() if network not in wanted},
    )


def at_other_ports(group: Mapping[str, Any], port: int, owner: str) -> dict[int, dict[str, str]]:
    """The owner's rules for other single TCP ports, such as a former one, with their descriptions by port."""
    permissions = [one for one in group["ip_permissions"] if one["ip_protocol"] == "tcp" and one.get("from_port") == one.get("to_port")]
    found = {int(one["from_port"]): _own(_admitted(group, one["from_port"]), owner) for one in permissions}
    return {other: rules for other, rules in sorted(found.items()) if rules and other != port}


def _own(admitted: Mapping[str, str], owner: str) -> dict[str, str]:
    return {network: text for network, text in admitted.items() if text.endswith(f"({owner})")}


def _wanted(owner: str, addresses: Mapping[str, str]) -> dict[str, str]:
    wanted = {}
    for address, purpose in addresses.items():
        try:
            network = address if _GROUP.fullmatch(address) else str(IPv4Network(address))
        except ValueError as error:
            raise ValueError(
                invalid("addresses", address, f"an IPv4 address or network; {error}; or the id of a security group")
            ) from error
        wanted[network] = f"{purpose} ({owner})"
        if not _DESCRIPTION.fullmatch(wanted[network]):
            raise ValueError(
                invalid(
                    f"addresses[{address!r}]",
                    wanted[network],
                    "a description for EC2, at most 255 of a-z, A-Z, 0-9, spaces, and ._-:/()#,@[]+=&;{}!$*",
                )
            )
    return wanted


def _admitted(group: Mapping[str, Any], port: int) -> dict[str, str]:
    """What rules for exactly this port admit, with their descriptions."""
    return {
        entry.get("cidr_ip") or entry["group_id"]: entry.get("description", "")
        for permission in group["ip_permissions"]
        if (permission["ip_protocol"], permission.get("from_port"), permission.get("to_port")) == ("tcp", port, port)
        for entry in (*permission["ip_ranges"], *permission.get("user_id_group_pairs", ()))
    }


def sources(networks: Mapping[str, str]) -> dict[str, list[dict[str, str]]]:
    """Networks and groups with their descriptions as parts of a permission of EC2."""
    return {
        kind: [{key: one, "Description": text} for one, text in networks.items() if bool(_GROUP.fullmatch(one)) == is_group]
        for kind, key, is_group in (("IpRanges", "CidrIp", False), ("UserIdGroupPairs", "GroupId", True))
        if any(bool(_GROUP.fullmatch(one)) == is_group for one in networks)
    }
