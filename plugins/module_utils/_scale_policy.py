# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Scale policies: how many nodes of each role a node group keeps and may grow to, for each region."""

from __future__ import annotations

import typing as t

from ansible_collections.streamops.red5pro.plugins.module_utils._answers import Object, body, items, mapping
from ansible_collections.streamops.red5pro.plugins.module_utils._features import FEATURES, feature_problems
from ansible_collections.streamops.red5pro.plugins.module_utils._fields import (
    DESCRIPTION,
    NAME,
    ROLE,
    STATE,
    VERSION,
    Field,
    by,
    meant,
    number,
    options,
    others,
    read,
    read_targets,
    targets_option,
    write,
    write_targets,
)
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import Problem
from ansible_collections.streamops.red5pro.plugins.module_utils._node_group import NODE_GROUP
from ansible_collections.streamops.red5pro.plugins.module_utils._regions import BY_PLACE, DEFAULT_REGION, counterparts, region_name
from ansible_collections.streamops.red5pro.plugins.module_utils._resource import Params, Problems, Resource
from ansible_collections.streamops.red5pro.plugins.module_utils._rules import (
    target_problems,
    unique_problems,
    version,
    version_problems,
    word_problems,
)

WAVELENGTH_VERSION = (0, 0, 4)

_TARGET = (
    ROLE,
    Field("min_limit", "minLimit", number(required=True), low=0, left_out=0),
    Field("max_limit", "maxLimit", number(required=True), low=0),
    Field("scale_adjustment", "scaleAdjustment", number(1), low=1),
    Field("scale_in_wait_time", "scaleInWaitTime", number(0), low=0, left_out=0, always=False),
    Field("scale_out_wait_time", "scaleOutWaitTime", number(0), low=0, left_out=0, always=False),
    Field("estimated_warm_up_time", "estimatedWarmUpTime", number(), low=0, left_out=0, always=False),
    Field("cool_down_period", "coolDownPeriod", number(), low=0, left_out=0, always=False),
)
_REGION = (Field("name", "name", {"type": "str", "default": DEFAULT_REGION}), Field("subnet", "subnet"), Field("vpc", "vpc"))
_POLICY = (
    NAME,
    DESCRIPTION,
    Field("type", "type", {"type": "str", "default": "com.red5pro.services.autoscaling.model.ScalePolicyMaster"}),
    VERSION,
)


def _raw_regions(policy: Object) -> list[Object]:
    """Return the regions in the API's form; targets without a region, the older form, are those of the default region."""
    targets = mapping(policy.get("targets"), "policy.targets")
    if not targets.get("region") and targets.get("target"):
        return [{"name": DEFAULT_REGION, "target": targets["target"]}]
    return [mapping(region, "policy.targets.region[]") for region in items(targets.get("region"), "policy.targets.region")]


def _region(raw: Object, where: str) -> Object:
    region = read(_REGION, raw, where)
    return {**region, "name": region_name(region["name"] or DEFAULT_REGION)}


def _read(answer: t.Any) -> Object:
    policy = body(answer, "policy")
    regions = []
    for index, raw in enumerate(_raw_regions(policy)):
        where = f"policy.targets.region[{index}]"
        regions.append({**_region(raw, where), "targets": read_targets(_TARGET, raw.get("target"), f"{where}.target")})
    return {**read(_POLICY, policy, "policy"), "regions": sorted(regions, key=BY_PLACE)}


def _declare(params: Params, held: Object) -> Object:
    wanted = [
        {**region, "name": region_name(region["name"]), "subnet": region["subnet"] or None, "vpc": region["vpc"] or None}
        for region in params["regions"]
    ]
    stored = held.get("regions", [])
    regions = []
    for region, index in zip(wanted, counterparts(wanted, stored), strict=True):
        own = stored[index] if index is not None else {"targets": [], "subnet": None, "vpc": None}
        kept = {target["role"]: target for target in own["targets"]}
        targets = [meant(_TARGET, target, kept.get(target["role"], {})) for target in region["targets"]]
        vpc = region["vpc"] or (own["vpc"] if own["subnet"] == region["subnet"] else None)
        regions.append({**region, "vpc": vpc, "targets": sorted(targets, key=by("role"))})
    return {**meant(_POLICY, params, held), "regions": sorted(regions, key=BY_PLACE)}


def _write(policy: Object, held: Object) -> Object:
    own = body(held, "policy") if held else {}
    stored = _raw_regions(own) if held else []
    regions = []
    for region, index in zip(policy["regions"], counterparts(policy["regions"], [_region(each, "") for each in stored]), strict=True):
        raw = stored[index] if index is not None else {}
        regions.append(write(_REGION, region, raw, target=write_targets(_TARGET, region["targets"], raw.get("target"))))
    return {"policy": write(_POLICY, policy, own, targets={**others(own.get("targets"), "region", "target"), "region": regions})}


def _check(params: Params, path: str) -> Problems:
    yield from version_problems(params, path)
    regions = params.get("regions")
    if regions is None:
        return
    names = [region["name"] for region in regions]
    if DEFAULT_REGION not in names:
        yield Problem(f"{path}regions", names, f"one region named {DEFAULT_REGION} among them, also in a multi-region policy")
    yield from _duplicate_regions(regions, names, f"{path}regions")
    for index, region in enumerate(regions):
        yield from _check_region(region, params["version"], f"{path}regions[{index}]")
    yield from _missing_roles(regions, f"{path}regions")
    yield from feature_problems(params, params.get("features") or (), path)


def _duplicate_regions(regions: t.Sequence[Params], names: list[str], where: str) -> Problems:
    """Yield duplicate regions; a Wavelength policy may have them, each with a subnet of its own."""
    subnets = {name: [region["subnet"] for region in regions if region["name"] == name] for name in names}
    yield from unique_problems([None if all(subnets[name]) else name for name in names], where, "name", "region")
    places = [(region["name"], region["subnet"]) for region in regions]
    for index, (name, subnet) in enumerate(places):
        first = places.index((name, subnet))
        if all(subnets[name]) and first != index:
            yield Problem(f"{where}[{index}].subnet", subnet, f"each subnet of {name} once; {where}[{first}] has it too")


def _check_region(region: Params, of_version: str, where: str) -> Problems:
    yield from word_problems(region["name"], f"{where}.name")
    for option in ("subnet", "vpc"):
        if region[option] and () < version(of_version) < WAVELENGTH_VERSION:
            expected = f"none in version {of_version}; a region with a {option} needs version 0.0.4"
            yield Problem(f"{where}.{option}", region[option], expected)
    yield from target_problems(_TARGET, region["targets"], f"{where}.targets")
    for place, target in enumerate(region["targets"]):
        if target["max_limit"] < target["min_limit"]:
            expected = f"at most max_limit, which is {target['max_limit']}"
            yield Problem(f"{where}.targets[{place}].min_limit", target["min_limit"], expected)


def _missing_roles(regions: t.Sequence[Params], where: str) -> Problems:
    first = {target["role"]: index for index, region in reversed(list(enumerate(regions))) for target in region["targets"]}
    for index, region in enumerate(regions):
        for role in sorted(set(first) - {target["role"] for target in region["targets"]}):
            expected = f"every role in every region, also with min_limit 0; {where}[{first[role]}] has this one"
            yield Problem(f"{where}[{index}].targets", f"no role {role}", expected)


def _advise(params: Params) -> Problems:
    """Yield the minimums that are not met for features that are not declared."""
    return feature_problems(params, set(FEATURES) - set(params["features"]), absent=False)


SCALE_POLICY = Resource(
    key="scale_policy",
    plural="scale_policies",
    noun="scale policy",
    nouns="scale policies",
    path=("admin", "configurations", "scalepolicy"),
    wrapper="policy",
    options={
        **options(_POLICY),
        **STATE,
        "regions": {
            "type": "list",
            "elements": "dict",
            "options": {**options(_REGION[:2]), "targets": targets_option(_TARGET, required=True), **options(_REGION[2:])},
        },
        "features": {"type": "list", "elements": "str", "choices": list(FEATURES), "default": []},
    },
    needed=("regions",),
    never_empty=("type", "version"),
    read=_read,
    declare=_declare,
    write=_write,
    check=_check,
    advise=_advise,
    user=(NODE_GROUP, "scalePolicy"),
    free_in_use=frozenset({"min_limit", "max_limit"}),
)
