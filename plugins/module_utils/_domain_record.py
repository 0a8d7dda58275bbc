# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The records of one name in Route 53: which of them lead to a load balancer, and what has to change. No calls here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ansible.module_utils.common.dict_transformations import camel_dict_to_snake_dict

Facts = dict[str, Any]
LEADING = ("A", "AAAA", "CNAME")  # the records that a client follows to a server
DUALSTACK = "dualstack."  # before the DNS name of a load balancer, which then has IPv6 addresses too if it has any
ROUTING = {
    "weight": "weighted",
    "region": "latency",
    "failover": "failover",
    "geo_location": "geolocation",
    "geo_proximity_location": "geoproximity",
    "multi_value_answer": "multivalue",
    "cidr_routing_config": "IP-based",
}


def plain(name: str) -> str:
    """A DNS name for comparing: in lower case, without the dot at its end, with a real asterisk."""
    return name.lower().rstrip(".").replace("\\052", "*")


@dataclass(frozen=True)
class Record:
    """What matters here of a record set, as boto3 or an info module returns it."""

    name: str
    kind: str
    values: tuple[str, ...]
    alias: str  # the name it is an alias of
    ttl: int
    routing: str  # its routing policy, empty if it is simple
    identifier: str
    raw: Facts

    @classmethod
    def of(cls, raw: Facts) -> Record:
        """From a record set, which `raw` keeps as it is."""
        facts: Facts = camel_dict_to_snake_dict(raw)
        return cls(
            name=plain(facts["name"]),
            kind=facts["type"],
            values=tuple(plain(one["value"]) for one in facts.get("resource_records") or ()),
            alias=plain((facts.get("alias_target") or {}).get("dns_name", "")).removeprefix(DUALSTACK),
            ttl=int(facts.get("ttl") or 0),
            routing=next((text for key, text in ROUTING.items() if facts.get(key) is not None), ""),
            identifier=facts.get("set_identifier") or "",
            raw=raw,
        )

    @property
    def text(self) -> str:
        """For messages: `CNAME old.example.com`."""
        routing = f" ({self.routing} record {self.identifier})" if self.routing else ""
        return f"{self.kind} {f'alias of {self.alias}' if self.alias else ', '.join(self.values)}{routing}"

    def leads_to(self, target: str) -> bool:
        """Whether it is a simple record that leads there and nowhere else."""
        return not self.routing and self.names(target)

    def names(self, target: str) -> bool:
        """Whether it leads there, if its routing policy chooses it."""
        led = (self.alias,) if self.alias else self.values if self.kind == "CNAME" else ()
        found = tuple(one.removeprefix(DUALSTACK) for one in led)
        return bool(target) and self.kind in LEADING and found == (plain(target),)


@dataclass(frozen=True)
class Plan:
    """The records of a name: own ones lead to the target, obstacles elsewhere; others, such as TXT, lead nowhere."""

    name: str
    target: str
    own: tuple[Record, ...]
    obstacles: tuple[Record, ...]
    others: tuple[Record, ...]

    @property
    def apex(self) -> bool:
        """Whether the name is that of the zone, which has a SOA record there and nowhere else."""
        return any(one.kind == "SOA" for one in self.others)

    @property
    def delegation(self) -> str:
        """The name servers that answer for the name instead of this zone."""
        return "" if self.apex else ", ".join(value for one in self.others if one.kind == "NS" for value in one.values)

    def wanted(self, target_zone_id: str, ttl: int) -> Facts:
        """The record to create. A CNAME is not possible at the apex of a zone or beside any other record, an alias is."""
        if self.apex or self.others or self.own:
            alias = {"HostedZoneId": target_zone_id, "DNSName": f"{plain(self.target)}.", "EvaluateTargetHealth": False}
            return {"Name": f"{self.name}.", "Type": "A", "AliasTarget": alias}
        return {"Name": f"{self.name}.", "Type": "CNAME", "TTL": ttl, "ResourceRecords": [{"Value": self.target}]}

    def changes(self, target_zone_id: str, ttl: int) -> list[Facts]:
        """One batch after which the name has a record of its own and no obstacles; empty if that is the current state."""
        batch = [{"Action": "DELETE", "ResourceRecordSet": one.raw} for one in self.obstacles]
        serving = [one for one in self.own if one.kind != "AAAA"]
        if not serving:
            return [*batch, {"Action": "CREATE", "ResourceRecordSet": self.wanted(target_zone_id, ttl)}]
        other = [one for one in serving if not one.alias and (one.ttl, one.values) != (ttl, (plain(self.target),))]
        wanted = {"TTL": ttl, "ResourceRecords": [{"Value": self.target}]}
        return [*batch, *({"Action": "UPSERT", "ResourceRecordSet": {**one.raw, **wanted}} for one in other)]

    def removal(self) -> list[Facts]:
        """One batch that deletes the own records, each exactly as Route 53 returned it."""
        return [{"Action": "DELETE", "ResourceRecordSet": one.raw} for one in self.own]


def plan(record_sets: Iterable[Facts], name: str, target: str) -> Plan:
    """From the record sets of a zone, in any order; those of other names are ignored."""
    of_name = [one for one in map(Record.of, record_sets) if one.name == plain(name)]
    leading = [one for one in of_name if one.kind in LEADING]
    own = tuple(one for one in leading if one.leads_to(target))
    obstacles = tuple(one for one in leading if one not in own)
    others = tuple(one for one in of_name if one.kind not in LEADING)
    return Plan(plain(name), target, own, obstacles, others)
