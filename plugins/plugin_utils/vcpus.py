# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The vCPUs of nodes that are to be launched, and whether the account's quota allows them. Pure functions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._answers import ends
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import refusing
from ansible_collections.streamops.red5pro.plugins.module_utils._nodes import needed_nodes
from ansible_collections.streamops.red5pro.plugins.module_utils._regions import DEFAULT_REGION

Facts = dict[str, Any]
QUOTA = "L-1216C47A"
_FAMILIES = frozenset({"a", "c", "d", "h", "i", "im", "is", "m", "r", "t", "z"})  # that the quota limits
_COUNTED = ["pending", "running"]


def launches(groups: Iterable[Facts], policies: Mapping[str, Facts], configs: Mapping[str, Facts]) -> list[Facts]:
    """The nodes that the groups do not have yet: `region`, `instance_type` and `count`, as far as the quota limits them."""
    missing: Counter[tuple[str, str]] = Counter()
    for group in groups:
        targets = configs.get(group["launch_config"], {}).get("targets") or ()
        types = {target["role"]: str(target["instance_type"]) for target in targets}
        policy = policies.get(group["scale_policy"])
        for region, role, count in needed_nodes(policy, 0) if policy else ():
            for place in [region] if region else (each for each in group["regions"] if each != DEFAULT_REGION):
                running = sum(_runs(node, role, place) for node in group.get("nodes") or ())
                if role in types and _is_limited(types[role]):
                    missing[place, types[role]] += max(count - running, 0)
    return [{"region": region, "instance_type": kind, "count": count} for (region, kind), count in sorted(missing.items()) if count]


def _runs(node: Facts, role: str, region: str) -> bool:
    return str(node["role"]).lower() == role and not ends(node["state"]) and str(node.get("availability_zone") or region).startswith(region)


def _is_limited(instance_type: str) -> bool:
    family = re.match(r"[a-z]+", instance_type)
    return bool(family) and family[0] in _FAMILIES  # type: ignore[index]


def readings(launching: Iterable[Facts]) -> list[Facts]:
    """What to read of each region: its quota, its instances, and the vCPUs of the instance types."""
    types: dict[str, list[str]] = {}
    for one in launching:
        types.setdefault(one["region"], []).append(one["instance_type"])
    return [reading for region, kinds in types.items() for reading in _readings(region, kinds)]


def _readings(region: str, types: list[str]) -> Iterator[Facts]:
    common = {"region": region}
    quota = {"ServiceCode": "ec2", "QuotaCode": QUOTA}
    instances = f"running-{region}"
    yield {**common, "kind": "service_quota", "name": f"quota-{region}", "parameters": quota}
    yield {**common, "kind": "instances", "name": instances, "filters": {"instance-state-name": _COUNTED}}
    yield {**common, "kind": "instance_types", "name": f"types-{region}", "filters": {"instance-type": types}}
    of = {"instance-type": f"{instances}.instance_type"}
    yield {**common, "kind": "instance_types", "name": f"running_types-{region}", "filters_of": of}


def refusals(launching: Iterable[Facts], read: Mapping[str, Any], action: str) -> list[str]:
    """Why the nodes must not be launched; `read` is what aws_resources_info returned for the readings, or its failure."""
    if "resources" not in read:
        reason = f"the quota of vCPUs cannot be read ({str(read.get('msg') or 'no reason given').rstrip('.')})"
        return [refusing(action, reason, "Allow it, or set red5pro_force=true to continue without this check")]
    needs: dict[str, Counter[str]] = {}
    for one in launching:
        needs.setdefault(one["region"], Counter())[one["instance_type"]] += one["count"]
    return [text for region, counts in needs.items() for text in _refusal(region, counts, read["resources"], action)]


def _refusal(region: str, counts: Counter[str], resources: Mapping[str, list[Facts]], action: str) -> Iterator[str]:
    known = [*resources[f"types-{region}"], *resources[f"running_types-{region}"]]
    sizes = {one["instance_type"]: int(one["v_cpu_info"]["default_v_cpus"]) for one in known}
    now = Counter(one["instance_type"] for one in resources[f"running-{region}"] if _counts(one))
    quota = next((int(one["value"]) for one in resources[f"quota-{region}"]), None)
    if unknown := sorted({*now, *counts} - sizes.keys()):
        reason = f"AWS does not return the vCPUs of {', '.join(unknown)} in {region}"
        yield refusing(action, reason, "Set red5pro_force=true to continue without this check")
        return
    running, more = (sum(sizes[kind] * count for kind, count in each.items()) for each in (now, counts))
    if quota is None:
        reason = f"Service Quotas has no quota {QUOTA} in {region}"
        yield refusing(action, reason, "Set red5pro_force=true to continue without this check")
    elif running + more > quota:
        reason = f"{running} vCPUs run in {region} and {more} more are needed, but the quota {QUOTA} is {quota}"
        yield refusing(action, reason, "Use fewer or smaller nodes, or request a higher quota")


def _counts(instance: Facts) -> bool:
    """The quota limits On-Demand Instances; Spot Instances have another one."""
    return _is_limited(instance["instance_type"]) and instance.get("instance_lifecycle") != "spot"
