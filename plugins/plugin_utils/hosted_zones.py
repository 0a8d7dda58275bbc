# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which hosted zone holds a domain, and which of its records lead to a load balancer. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._domain_record import LEADING, Plan, Record, plain, plan
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import invalid, refusing

Facts = dict[str, Any]


_DELEGATIONS = "delegations"
_LEAST = 3  # labels of a name that the zone of somebody's domain, such as example.com, delegates


def record_readings(domain: str) -> list[Facts]:
    """The hosted zones above a domain, and in each of them the domain's records, of which one name never has more than a page.

    Also the name servers of the names between them.
    """
    each, page = {"HostedZoneId": "domain_zones.id"}, {"StartRecordName": domain, "MaxItems": "100"}
    servers = {"StartRecordType": "NS", "MaxItems": "1"}
    return [
        {"kind": "hosted_zones", "name": "domain_zones", "suffix_of": [domain]},
        {"kind": "record_sets", "each_of": each, "parameters": page},
        *(
            {"kind": "record_sets", "name": f"{_DELEGATIONS}-{name}", "each_of": each, "parameters": {"StartRecordName": name, **servers}}
            for name in _names_above(domain)
        ),
    ]


def read_sets(current: Mapping[str, Sequence[Facts]]) -> list[Facts]:
    """What C(record_readings) read of records."""
    return [one for key, found in current.items() if key == "record_sets" or key.startswith(f"{_DELEGATIONS}-") for one in found]


def _names_above(domain: str) -> list[str]:
    labels = plain(domain).split(".")
    return [".".join(labels[number:]) for number in range(1, len(labels) - _LEAST + 1)]


def zone_reading() -> Facts:
    """All records of these hosted zones that lead to a server, which takes a while in large zones."""
    each = {"HostedZoneId": "domain_zones.id"}
    return {"kind": "record_sets", "name": "zone_records", "each_of": each, "only": {"Type": list(LEADING)}}


def zone_id(zone: Facts) -> str:
    """The id of a hosted zone, without the path that Route 53 puts before it."""
    return str(zone["id"]).rsplit("/", 1)[-1]


def sets_of(zone: str, sets: Iterable[Facts]) -> list[Facts]:
    """The record sets of the hosted zone with this id, out of those of several zones."""
    return [one for one in sets if zone_id({"id": one["hosted_zone_id"]}) == zone]


def is_wanted(zone: Facts, wanted: str) -> bool:
    """Whether a hosted zone is the given one, by its id or name; always true if none is given."""
    return not wanted or zone_id(zone) == wanted.rsplit("/", 1)[-1] or plain(zone["name"]) == plain(wanted)


def is_public(zone: Facts) -> bool:
    """Whether public DNS serves a hosted zone."""
    return not (zone.get("config") or {}).get("private_zone")


def zones_above(zones: Iterable[Facts], domain: str, wanted: str = "") -> list[Facts]:
    """The nearest public hosted zones above a domain, limited to the given one; several if they have the same name."""
    name = f".{plain(domain)}"
    above = [zone for zone in zones if is_public(zone) and name.endswith(f".{plain(zone['name'])}") and is_wanted(zone, wanted)]
    longest = max((len(plain(zone["name"])) for zone in above), default=0)
    return sorted((zone for zone in above if len(plain(zone["name"])) == longest), key=zone_id)


def hosted_zone(zones: Iterable[Facts], domain: str, wanted: str = "") -> Facts:
    """The nearest public hosted zone above a domain, or the given one (id or name) if it is above it; empty if there is none."""
    return next(iter(zones_above(zones, domain, wanted)), {})


def zone_problems(zones: list[Facts], domains: Iterable[str], wanted: str = "") -> list[str]:
    """Why the hosted zone of a domain is ambiguous or missing."""
    found = {domain: zones_above(zones, domain, wanted) for domain in domains}
    problems = [
        invalid("red5pro_hosted_zone", wanted, f"the id of one of the public hosted zones named {plain(twins[0]['name'])}: {ids}")
        for twins in found.values()
        if len(twins) > 1
        for ids in [", ".join(map(zone_id, twins))]
    ]
    if wanted and not any(found.values()):
        names = ", ".join(found)
        problems.append(invalid("red5pro_hosted_zone", wanted, f"the id or name of a public hosted zone of this account above {names}"))
    return sorted(set(problems))


def managed_problems(zones: Iterable[Facts], domains: Iterable[str], wanted: str = "") -> list[str]:
    """Why records cannot be created in the hosted zones of domains: Route 53 refuses that where another service manages the zone."""
    found = {zone_id(zone): zone for domain in domains for zone in zones_above(zones, domain, wanted)}
    managed = {one: zone["linked_service"] for one, zone in sorted(found.items()) if zone.get("linked_service")}
    reason = "manages its records, so that Route 53 refuses to change them"
    return [
        invalid("red5pro_hosted_zone", wanted, f"another hosted zone than {one}, since {name} {reason}")
        for one, service in managed.items()
        for name in [service.get("service_principal", "another service")]
    ]


def record_problems(sets: Iterable[Facts], domain: str, zone: Facts, target: str, replace: bool) -> list[str]:
    """Why the record of a domain must not be created in its hosted zone; empty if Route 53 does not host the domain."""
    if not zone:
        return []
    sets = list(sets)
    found, where = plan(sets, domain, target), f"the hosted zone {zone_id(zone)}"
    delegations = {"it": found.delegation}
    delegations |= {name: plan(sets, name, "").delegation for name in _names_above(domain) if len(name) > len(plain(zone["name"]))}
    for name, servers in delegations.items():
        if servers:
            remedy = "Set red5pro_hosted_zone to the hosted zone that is authoritative for it"
            return [refusing(f"create the record of {domain}", f"{where} delegates {name} to {servers}", remedy)]
    if found.obstacles and not replace:
        held = f"{where} holds {'; '.join(one.text for one in found.obstacles)}"
        return [refusing(f"replace the record of {domain}", held, "Delete it, or set red5pro_replace_record=true")]
    return []


def domain_records(sets: Iterable[Facts], domain: str, target: str) -> Facts:
    """The records of a domain as text: `own` lead to the target, `others` elsewhere."""
    found: Plan = plan(sets, domain, target)
    return {"own": [one.text for one in found.own], "others": [one.text for one in found.obstacles]}


def further_records(sets: Iterable[Facts], domain: str, zone: str, target: str) -> list[str]:
    """The records that lead to the load balancer beside the domain's own in its `zone`, such as that of a former domain."""
    found = []
    for raw in sets:
        one, held_by = Record.of(raw), zone_id({"id": raw["hosted_zone_id"]})
        if one.names(target) and (one.name, held_by) != (plain(domain), zone):
            found.append(f"{one.name} {one.text} in the hosted zone {held_by}")
    return sorted(found)


def record_checks(sets: Iterable[Facts], domain: str, target: str, ttl: int) -> list[Facts]:
    """The checks of a domain's records in Route 53, in the form that C(findings) takes."""
    found: Plan = plan(sets, domain, target)
    held = [f"{one.text} for {one.ttl} seconds" if one.ttl not in (0, int(ttl)) else one.text for one in (*found.own, *found.obstacles)]
    holds = not found.obstacles and not found.changes("", int(ttl))
    return [{"subject": f"record {domain}", "expected": target, "found": held, "holds": holds}]
