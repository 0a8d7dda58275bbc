# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Route 53: a batch of changes is carried out as a whole or not at all (rules 7, 30)."""

from __future__ import annotations

from typing import Any

from moto.route53.models import RecordSet

from ..patches.names import canonical, key_of, stored
from ..registry import Call, Refusal, rule

ROUTING = ("Weight", "Region", "Failover", "GeoLocation", "MultiValueAnswer", "GeoProximityLocation", "CidrRoutingConfig")
Records = dict[tuple[str, str, str | None], Any]


@rule(30, "route53", "ChangeResourceRecordSets")
def whole_record_sets(call: Call) -> None:
    """Each change, a deletion too, has the whole record set: values with their TTL, or an alias target without one."""
    for number, change in enumerate(call.params["ChangeBatch"]["Changes"], 1):
        record = change["ResourceRecordSet"]
        alias, values, ttl = record.get("AliasTarget"), record.get("ResourceRecords"), record.get("TTL")
        if bool(alias) == bool(values) or (ttl is None) == bool(values):
            raise Refusal(
                "InvalidInput",
                f"Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], "
                f"but found {'more than one' if alias else 'none'} in Change with [Action={change['Action']}, "
                f"Name={record['Name']}, Type={record['Type']}, SetIdentifier={record.get('SetIdentifier')}] (change {number})",
            )
        routed = any(record.get(key) is not None for key in ROUTING)
        if routed != bool(record.get("SetIdentifier")):
            raise Refusal("InvalidInput", f"Invalid request: SetIdentifier and a routing policy belong together in {record['Name']}")


@rule(7, "route53", "ChangeResourceRecordSets")
def possible_batch(call: Call) -> None:
    """Each change must be possible after those before it."""
    zone = call.route53.get_hosted_zone(call.params["HostedZoneId"])
    records: Records = {key_of(record): record for record in zone.rrsets}
    problems = []
    for change in call.params["ChangeBatch"]["Changes"]:
        wanted = RecordSet(stored(change["ResourceRecordSet"]))  # type: ignore[abstract]  # moto does the same
        problem = _problem(change["Action"], wanted, records, canonical(zone.name))
        if problem:
            problems.append(problem)
        elif change["Action"] == "DELETE":
            del records[key_of(wanted)]
        else:
            records[key_of(wanted)] = wanted
    if problems:
        raise Refusal("InvalidChangeBatch", f"[{', '.join(problems)}]")


def _problem(action: str, wanted: Any, records: Records, apex: str) -> str | None:
    name, present = wanted.name, records.get(key_of(wanted))
    asked = f"[name='{name}', type='{wanted.type}']"
    if action == "DELETE":
        if present is None:
            return f"Tried to delete resource record set {asked} but it was not found"
        if _content(present) != _content(wanted):
            return f"Tried to delete resource record set {asked} but the values provided do not match the current values"
        if name == apex and wanted.type in ("NS", "SOA"):
            return f"A HostedZone must contain its {wanted.type} record"
        return None
    if not f".{name}".endswith(f".{apex}"):
        return f"RRSet with DNS name {name} is not permitted in zone {apex}"
    if action == "CREATE" and present is not None:
        return f"Tried to create resource record set {asked} but it already exists"
    if wanted.set_identifier is None and any(other[:2] == key_of(wanted)[:2] and other[2] for other in records):
        return f"RRSet with DNS name {name}, type {wanted.type} cannot be created as other RRSets exist with the same name and type"
    return _cname_problem(wanted, records, apex)


def _cname_problem(wanted: Any, records: Records, apex: str) -> str | None:
    name = wanted.name
    if wanted.type == "CNAME" and name == apex:
        return f"RRSet of type CNAME with DNS name {name} is not permitted at apex in zone {apex}"
    if wanted.type == "CNAME" and len(wanted.records) > 1:
        return f"RRSet of type CNAME with DNS name {name} has more than one value"
    others = {kind for (other, kind, _set) in records if other == name and kind != wanted.type}
    if others and "CNAME" in {*others, wanted.type}:
        return f"RRSet of type {wanted.type} with DNS name {name} conflicts with other records of that name in zone {apex}"
    return None


def _content(record: Any) -> tuple[Any, ...]:
    alias = record.alias_target or {}
    return str(record.ttl), sorted(record.records), alias.get("DNSName"), alias.get("HostedZoneId")
