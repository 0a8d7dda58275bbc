# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of the role `load_balancer` for a removal: only resources with the deployment's tag, and the record that leads to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._messages import refusing

from . import cloudwatch_alarms
from .blockers import user_blockers
from .hosted_zones import domain_records
from .load_balancer_plan import existing
from .removal import Current, Facts


def plan(declared: Mapping[str, Any], current: Current) -> Facts:
    """What is deleted, with the `url` of the load balancer, its `certificates`, and the `problems` that refuse the run.

    Declared has `name`, `region`, `domain`, `hosted_zone` and `delete_protected`. If Route 53 does not host the domain, it is
    unknown whether it leads to the load balancer.
    """
    name, domain, region = declared["name"], declared["domain"], declared["region"]
    found = existing(current, name, domain, declared["hosted_zone"])
    balancer, records = found["load_balancer"] if found["is_own"] else {}, found["records"]
    group = found["target_group"] if found["target_group_is_own"] else {}
    protected = str(balancer.get("deletion_protection_enabled", "")).lower() == "true"
    leads_here = balancer and (records["own"] or not found["zone"])
    record = [{"name": domain, "hosted_zone_id": found["zone"], "target": balancer["dns_name"]}] if records["own"] else []
    alarms = cloudwatch_alarms.own(current.get("metric_alarms", ()), name)
    deleted = [
        *({"what": "record of the domain", "name": one["name"], "id": one["hosted_zone_id"]} for one in record),
        *([{"what": "load balancer", "name": name, "id": balancer["dns_name"], "region": region}] if balancer else []),
        *([{"what": "target group", "name": name, "region": region}] if group else []),
        *({"what": "CloudWatch alarm", "name": alarm, "region": region} for alarm in alarms),
    ]
    return {
        "deployment": name,
        "problems": found["zone_problems"] if balancer else [],
        "rows": deleted,
        "blockers": [
            *([_protected(name)] if protected and not declared["delete_protected"] else []),
            *user_blockers(group.get("load_balancer_arns", []), name, f"target group {name}"),
        ],
        "kept": _kept(found, name, domain),
        "url": f"https://{domain}" if leads_here else "",
        "certificates": sorted({one["certificate_arn"] for each in found["listeners"] for one in each.get("certificates", [])})
        if balancer
        else [],
        "records": record,
        "protected": [balancer] if protected else [],
        "load_balancer": bool(balancer),
        "alarms": alarms,
        "target_group": group.get("target_group_arn", ""),
    }


def _protected(name: str) -> str:
    return refusing(f"delete load balancer {name}", "deletion protection is on", "Turn it off, or set red5pro_destroy_protected=true")


def _kept(found: Facts, name: str, domain: str) -> list[str]:
    others = [
        (f"the load balancer {name}", found["load_balancer"] and not found["is_own"]),
        (f"the target group {name}", found["target_group"] and not found["target_group_is_own"]),
        (f"the record {domain} {'; '.join(found['records']['others'])}", found["records"]["others"]),
    ]
    lost = [] if found["load_balancer"] else domain_records(found["record_sets"], domain, "")["others"]
    return [
        *(f"{one}, of somebody else" for one, exists in others if exists),
        *(f"the record {one}, which then leads nowhere; delete it if nobody needs it" for one in found["further_records"]),
        *(f"the record {domain} {one}, since there is no load balancer {name} that it leads to" for one in lost),
    ]
