# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of the role `load_balancer`: its current state, what differs from the desired state, and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._domain_record import plan as plan_record
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import finding, invalid, refusing
from ansible_collections.streamops.red5pro.plugins.plugin_utils.findings import differing_settings

from . import balancer_settings as settings
from .hosted_zones import domain_records, further_records, hosted_zone, read_sets, record_checks, sets_of, zone_id, zone_problems
from .load_balancer import fixed_checks, load_balancer_problems
from .ownership import is_own, tag_hint
from .partitions import domain as aws_domain
from .targets import target_checks, targets_at_port

Facts = dict[str, Any]
Current = Mapping[str, Sequence[Facts]]
SERVING = ("active", "active_impaired")  # the latter lacks addresses to scale; only AWS ends that
_SOUND = ("healthy", "initial", "draining")  # states in which a target does not count as unhealthy


def existing(current: Current, name: str, domain: str, wanted_zone: str = "") -> Facts:
    """The current resources of a deployment's load balancer and their owners; current has the resources by the names of readings."""
    balancer, group = (next(iter(current.get(kind, ())), {}) for kind in ("load_balancers", "target_groups"))
    zones = list(current.get("domain_zones", ()))
    zone = hosted_zone(zones, domain, wanted_zone)
    held_by = zone_id(zone) if zone else ""
    sets = sets_of(held_by, read_sets(current))
    own = is_own(balancer, name)
    used = balancer.get("load_balancer_arn") in group.get("load_balancer_arns", [])
    served, strays = targets_at_port(current.get("target_health", ()), group.get("port", 0))
    states = {one["target"]["id"]: one["target_health"]["state"] for one in served}
    return {
        "load_balancer": balancer,
        "state": balancer.get("state", {}).get("code", "missing"),
        "listeners": [dict(one) for one in current.get("listeners", ())],
        "target_group": group,
        "states": states,
        "strays": strays,
        "targets": [target for target, state in states.items() if state != "draining"],
        "unhealthy": [target for target, state in states.items() if state not in _SOUND],
        "zone": held_by,
        "zone_problems": zone_problems(zones, [domain], wanted_zone),
        "record_sets": sets,
        "records": domain_records(sets if own else [], domain, balancer.get("dns_name", "")),
        "further_records": further_records(current.get("zone_records", ()) if own else (), domain, held_by, balancer.get("dns_name", "")),
        "is_own": own,
        "target_group_is_own": bool(group) and (is_own(group, name) or (own and used)),
    }


def plan(current: Current, desired: Mapping[str, Any]) -> Facts:
    """The current state, the `problems` that refuse the run, what differs, the steps to do (`acts`), the `status` and the `checks` of it.

    desired has `name`, `region`, `domain`, `hosted_zone`, `record_ttl`, `replace_record`, `instances`, `purge_listeners`, and what
    desired_balancer and desired_target_group take. With only `name`, `domain` and `hosted_zone`, the answer has only the current state.
    The members of an `auto_scaling_group` are the instances that it registers. It may have as `answers` what the listeners answered to
    ansible.builtin.uri, the stream managers that were `moved` in this run and the `age` of what was read in seconds: the answer says
    whether that is `stale`, since something was or is being created, targets changed, or a minute passed.
    """
    found = existing(current, desired["name"], desired["domain"], desired["hosted_zone"])
    if "instances" not in desired:
        return found
    if desired.get("auto_scaling_group"):
        desired = {**desired, "instances": members(current)}
    placeholder = f"{desired['name']}-to-be-made.{desired['region']}.elb.{aws_domain(desired['region'])}"
    planned = {
        **found,
        "instances": desired["instances"],
        "dns_name": found["load_balancer"].get("dns_name", placeholder),
        "problems": _foreign(found, desired["name"]) or _failed(found, desired["name"]) or _problems(current, found, desired),
        **_compared(found, desired),
    }
    return {
        **planned,
        "stale": _stale(planned, desired),
        "acts": _acts(planned, desired),
        "status": summary(planned, desired),
        "checks": [*checks(planned, desired, current.get("target_health", [])), *map(_answer, desired.get("answers", ()))],
    }


def members(current: Current) -> list[str]:
    """The instances of the Auto Scaling group, if one was read; those that it terminates drain first."""
    every = [one for group in current.get("target_group_members", ()) for one in group["instances"]]
    return sorted(one["instance_id"] for one in every if not one["lifecycle_state"].startswith("Terminat"))


def _foreign(found: Facts, name: str) -> list[str]:
    """Why the deployment's name cannot be used."""
    foreign = [
        (found[what], found[what][arn])
        for what, arn, own in (
            ("load_balancer", "load_balancer_arn", "is_own"),
            ("target_group", "target_group_arn", "target_group_is_own"),
        )
        if found[what] and not found[own]
    ]
    expected = "another name; a load balancer or target group of somebody else has this name"
    return [invalid("red5pro_name", name, f"{expected} ({arn})") + tag_hint(one, name) for one, arn in foreign]


def _failed(found: Facts, name: str) -> list[str]:
    """Why a load balancer will never be active."""
    if found["state"] != "failed":
        return []
    reason = found["load_balancer"]["state"].get("reason") or "AWS gives no reason"
    return [refusing(f"use the load balancer {name}", f"its state is failed: {reason}", "Delete it, then run the playbook again")]


def _problems(current: Current, found: Facts, desired: Mapping[str, Any]) -> list[str]:
    resources = {
        "zones": list(current.get("domain_zones", ())),
        **{key: found[key] for key in ("record_sets", "load_balancer", "target_group")},
    }
    return load_balancer_problems(resources, desired)


def _compared(found: Facts, desired: Mapping[str, Any]) -> Facts:
    """The desired and current settings of the existing resources."""
    balancer, group = found["load_balancer"], found["target_group"]
    return {
        "balancer_settings": {
            "desired": settings.desired_balancer(desired),
            "current": settings.current_balancer(balancer, found["listeners"], desired["tags"]) if balancer else {},
        },
        "target_group_settings": {
            "desired": settings.desired_target_group(desired),
            "current": settings.current_target_group(group, desired["tags"]) if group else {},
        },
    }


def _stale(planned: Facts, desired: Mapping[str, Any]) -> bool:
    created = planned["state"] not in SERVING or not planned["target_group"]
    return bool(
        created
        or planned["strays"]
        or desired.get("moved")
        or set(planned["instances"]) ^ set(planned["targets"])
        or float(desired.get("age", 0)) > 60
    )


def _acts(planned: Facts, desired: Mapping[str, Any]) -> list[str]:
    """The steps with anything to do when the load balancer and its target group exist."""
    instances, states = set(desired["instances"]), planned["states"]
    serving = bool(instances) and states.keys() == instances and set(states.values()) == {"healthy"}
    record = plan_record(planned["record_sets"], desired["domain"], planned["dns_name"])
    due = {
        "target_group": planned["target_group"] and settings.changing(**planned["target_group_settings"]),
        "balancer": planned["load_balancer"] and settings.changing(**planned["balancer_settings"], purges=desired["purge_listeners"]),
        "targets": not serving or planned["strays"],
        "record": not planned["zone"] or record.obstacles or record.changes("", int(desired["record_ttl"])),
    }
    return [step for step, needed in due.items() if needed]


def _answer(answer: Facts) -> Facts:
    address, status, said = answer.get("url") or answer["item"], answer["status"], answer["msg"]
    return {"subject": address, "expected": 200, "found": status, "message": f"{finding(address, '200', status)}: {said}"}


def checks(planned: Facts, desired: Mapping[str, Any], health: Sequence[Facts]) -> list[Facts]:
    """The checks of all resources, in the form that the filter findings takes."""
    name, state = desired["name"], planned["state"]
    subject, group = f"load balancer {name}", f"target group {name}"
    balancer, targets = planned["balancer_settings"], planned["target_group_settings"]
    missing = {"subject": group, "expected": "present", "found": "missing"}
    return [
        {"subject": subject, "expected": "active", "found": state},
        *(differing_settings(balancer["desired"], balancer["current"], subject) if planned["load_balancer"] else ()),
        *fixed_checks(planned["load_balancer"], planned["target_group"], desired),
        *(_of_record(planned, desired) if planned["load_balancer"] else ()),
        *(differing_settings(targets["desired"], targets["current"], group) if planned["target_group"] else [missing]),
        *target_checks(planned["instances"], health, planned["target_group"].get("port", desired["port"])),
    ]


def _of_record(planned: Facts, desired: Mapping[str, Any]) -> list[Facts]:
    if not planned["zone"]:
        return []
    return record_checks(planned["record_sets"], desired["domain"], planned["dns_name"], desired["record_ttl"])


def summary(planned: Facts, desired: Mapping[str, Any]) -> Facts:
    """The status, for a report."""
    balancer = planned["load_balancer"]
    return {
        **{key: desired[key] for key in ("name", "domain", "port")},
        "dns_name": balancer.get("dns_name", ""),
        "state": planned["state"],
        "zones": sorted(zone["zone_name"] for zone in balancer.get("availability_zones", [])),
        "listeners": settings.listener_settings(planned["listeners"]),
        "targets": planned["states"],
    }
