# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Decisions of the role `load_balancer`: the hosted zone, the owners of records, and targets that are never served."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._domain_record import LEADING, Plan, Record, plain, plan
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import invalid, refusing

from .findings import check

Facts = dict[str, Any]
ANOTHER_ZONE = "Availability Zone"  # ELB has one reason code for all unused targets, so only its text shows which are never used

_FIXED = {  # what AWS cannot change, by the kind of resource
    "load balancer": {"type": "application", "scheme": "internet-facing"},
    "target group": {"target_type": "instance", "protocol": "HTTP", "protocol_version": "HTTP1"},
}


def balancer_reading(name: str) -> Facts:
    """The deployment's load balancer, with its attributes and tags."""
    return {"kind": "load_balancers", "parameters": {"Names": [name]}, "details": ["attributes", "tags"]}


def record_readings(domain: str) -> list[Facts]:
    """The hosted zones above a domain, and the domain's records in each of them; one name never has more than a page."""
    page = {"StartRecordName": domain, "MaxItems": "100"}
    return [
        {"kind": "hosted_zones", "name": "domain_zones", "suffix_of": [domain]},
        {"kind": "record_sets", "each_of": {"HostedZoneId": "domain_zones.id"}, "parameters": page},
    ]


def zone_reading() -> Facts:
    """All records of these hosted zones that lead to a server, which takes a while in large zones."""
    each = {"HostedZoneId": "domain_zones.id"}
    return {"kind": "record_sets", "name": "zone_records", "each_of": each, "only": {"Type": list(LEADING)}}


def readings(name: str, domain: str, auto_scaling_group: str = "") -> list[Facts]:
    """All that the role reads."""
    group = {"kind": "auto_scaling_groups", "name": "target_group_members", "parameters": {"AutoScalingGroupNames": [auto_scaling_group]}}
    return [
        *([group] if auto_scaling_group else ()),
        balancer_reading(name),
        {"kind": "listeners", "each_of": {"LoadBalancerArn": "load_balancers.load_balancer_arn"}},
        {"kind": "target_groups", "parameters": {"Names": [name]}, "details": ["attributes", "tags"]},
        {"kind": "target_health", "each_of": {"TargetGroupArn": "target_groups.target_group_arn"}},
        *(record_readings(domain) if domain else ()),
    ]


def zone_id(zone: Facts) -> str:
    """The id of a hosted zone, without the path that Route 53 puts before it."""
    return str(zone["id"]).rsplit("/", 1)[-1]


def sets_of(zone: str, sets: Iterable[Facts]) -> list[Facts]:
    """The record sets of the hosted zone with this id, out of those of several zones."""
    return [one for one in sets if zone_id({"id": one["hosted_zone_id"]}) == zone]


def is_wanted(zone: Facts, wanted: str) -> bool:
    """Whether a hosted zone is the given one, by its id or name; always true if none is given."""
    return not wanted or zone_id(zone) == wanted.rsplit("/", 1)[-1] or plain(zone["name"]) == plain(wanted)


def zones_above(zones: Iterable[Facts], domain: str, wanted: str = "") -> list[Facts]:
    """The nearest public hosted zones above a domain, limited to the given one; several if they have the same name."""
    name = f".{plain(domain)}"
    above = [
        zone
        for zone in zones
        if not zone["config"]["private_zone"] and name.endswith(f".{plain(zone['name'])}") and is_wanted(zone, wanted)
    ]
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


def record_problems(sets: Iterable[Facts], domain: str, zone: Facts, target: str, replace: bool) -> list[str]:
    """Why the record of a domain must not be created in its hosted zone; empty if Route 53 does not host the domain."""
    if not zone:
        return []
    found, where = plan(sets, domain, target), f"the hosted zone {zone_id(zone)}"
    if found.delegation:
        delegated = f"{where} delegates it to {found.delegation}"
        return [
            refusing(f"create the record of {domain}", delegated, "Set red5pro_hosted_zone to the hosted zone that is authoritative for it")
        ]
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


def port_problems(target_group: Facts, port: int) -> list[str]:
    """Why the port of a target group must not change: AWS cannot change it, and targets keep the port of their registration."""
    found = target_group.get("port", port)
    if int(found) == int(port):
        return []
    name = target_group["target_group_name"]
    reason = f"the target group {name} and its targets use port {found}, and AWS cannot change the port of a target group"
    remedy = f"Set red5pro_http_port={found}, or deploy with another red5pro_name and destroy {name} afterwards"
    return [refusing(f"change red5pro_http_port to {port}", reason, remedy)]


def fixed_checks(load_balancer: Facts, target_group: Facts, desired: Mapping[str, Any]) -> list[Facts]:
    """What of the deployment's load balancer and target group differs and cannot be changed, since somebody created them anew by hand."""
    found = {"load balancer": load_balancer, "target group": target_group}
    return [
        {**check(f"{kind} {desired['name']} {key.replace('_', ' ')}", wanted, one[key]), "kind": kind, "key": key.replace("_", " ")}
        for kind, one in found.items()
        for key, wanted in {**_FIXED[kind], "vpc_id": desired.get("vpc_id")}.items()
        if wanted and one.get(key, wanted) != wanted
    ]


def fixed_problems(checks: Iterable[Facts], name: str) -> list[str]:
    """Why a run cannot continue with these, each with what to do."""
    remedy = "Delete it and the listeners that forward to it, then run the playbook again"
    return [
        refusing(
            f"use the {one['kind']} {name}",
            f"its {one['key']} is {one['found']} instead of {one['expected']}, and AWS cannot change it",
            remedy,
        )
        for one in checks
    ]


def load_balancer_problems(current: Facts, desired: Mapping[str, Any]) -> list[str]:
    """Why the load balancer of a deployment must not be created or changed as desired.

    current has `zones`, `record_sets` of the domain's zone, `load_balancer` (the deployment's own) and `target_group`, each
    optional; desired has `name`, `domain`, `hosted_zone`, `port` and `replace_record`, and `vpc_id` if it is known.
    """
    zones, domain, wanted = current["zones"], desired["domain"], desired["hosted_zone"]
    unclear = zone_problems(zones, [domain], wanted)
    target, replace = current["load_balancer"].get("dns_name", ""), desired["replace_record"]
    records = [] if unclear else record_problems(current["record_sets"], domain, hosted_zone(zones, domain, wanted), target, replace)
    users = sorted(set(current["target_group"].get("load_balancer_arns", ())) - {current["load_balancer"].get("load_balancer_arn")})
    fixed = [
        refusing(
            f"use the target group {desired['name']}",
            f"{', '.join(users)} forwards to it, and AWS allows a target group only one load balancer",
            "Remove the listener or rule that forwards to it",
        )
        for _one in users[:1]
    ]
    fixed += fixed_problems(fixed_checks(current["load_balancer"], current["target_group"], desired), desired["name"])
    return unclear + records + (fixed or port_problems(current["target_group"], desired["port"]))


def targets_at_port(health: Iterable[Facts], port: int) -> tuple[list[Facts], list[Facts]]:
    """The targets at the port of their target group, and the `id` and `port` of those at others, where nothing answers for the deployment.

    AWS registers an instance once for each port. One that only drains at another port counts with the first ones, since it is not
    registered again before that ends.
    """
    every = list(health)
    others = [one for one in every if int(one["target"].get("port", port)) != int(port)]
    served = [one for one in every if one not in others]
    ids = {one["target"]["id"] for one in served}
    ending = [one for one in others if one["target_health"]["state"] == "draining"]
    drained = {one["target"]["id"]: one for one in ending if one["target"]["id"] not in ids}
    strays = [{"id": one["target"]["id"], "port": int(one["target"]["port"])} for one in others if one not in ending]
    return [*served, *drained.values()], sorted(strays, key=lambda one: (str(one["id"]), one["port"]))


def target_problems(health: Iterable[Facts], members: Mapping[str, str], wanted: Iterable[str]) -> dict[str, list[str]]:
    """The desired instances that are not healthy (`missing`), and those that never will be (`unserved`), as text.

    members maps the names of stream managers to their instances.
    """
    names = {instance: f"{name} ({instance})" for name, instance in members.items()}
    said = {one["target"]["id"]: one["target_health"] for one in health}
    found: dict[str, list[str]] = {"missing": [], "unserved": []}
    for one in sorted(wanted):
        state = said.get(one, {"state": "not registered"})
        text = ", ".join([f"{names.get(one, one)}: {state['state']}", *filter(None, [state.get("description")])])
        if state["state"] != "healthy":
            found["missing"].append(text)
        if state["state"] == "unused" and ANOTHER_ZONE in (state.get("description") or ""):
            found["unserved"].append(text)
    return found


def target_checks(instances: Iterable[str], health: Iterable[Facts], port: int) -> list[Facts]:
    """The checks of the targets of a target group with this port, from their health, and of instances that are not registered."""
    served, strays = targets_at_port(health, port)
    states = {one["target"]["id"]: one["target_health"] for one in served}
    return [
        *(
            {
                "subject": f"target {one}",
                "expected": "healthy",
                "found": " ".join([state, *(f"({reason})" for reason in [states.get(one, {}).get("description")] if reason)]),
                "holds": state == "healthy",
            }
            for one in sorted(instances)
            for state in [states.get(one, {}).get("state", "not registered")]
        ),
        *(
            {"subject": f"target {one}", "expected": "not registered", "found": state["state"], "holds": state["state"] == "draining"}
            for one, state in sorted(states.items())
            if one not in instances
        ),
        *(check(f"target {one['id']} on port {one['port']}", "not registered", "registered") for one in strays),
    ]
