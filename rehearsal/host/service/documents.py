# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Scale policies, launch configurations and node groups: what the API accepts, in the one form in which it is kept."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

Document = dict[str, Any]
ROLES = ("origin", "edge", "relay", "transcoder")
_POLICY_TYPE = "com.red5pro.services.autoscaling.model.ScalePolicyMaster"
_LIMITS = ("minLimit", "maxLimit")
_NAME_LENGTH = 254
_JSON_LENGTH = 65535  # of what a column of the database holds
# Numbers of a target with their minimum; the ones with a default may be left out.
_NUMBERS = {"minLimit": 0, "maxLimit": 0, "scaleAdjustment": 1, "scaleInWaitTime": 0, "scaleOutWaitTime": 0}
_DEFAULTS = {"scaleAdjustment": 1, "scaleInWaitTime": 0, "scaleOutWaitTime": 0}


class Invalid(ValueError):
    """An invalid request; the text says why."""


def policy(body: Any) -> Document:
    """The scale policy of a request body, its targets by region."""
    found = _member(body, "policy", dict)
    document = {key: _text(found, key) for key in ("name", "type", "version")} | {"description": str(found.get("description", ""))}
    if document["type"] != _POLICY_TYPE:
        raise Invalid(f"unknown policy type {document['type']}")
    targets = _member(found, "targets", dict)
    regions = targets.get("region", [{"name": "default", "target": targets.get("target")}])
    kept = [_region(region, document["version"]) for region in _list(regions, "region")]
    names = [region["name"] for region in kept]
    if "default" not in names:
        raise Invalid("a scale policy needs the region default")
    _unique([(region["name"], region.get("subnet")) for region in kept], "region")
    several = [region for region in kept if names.count(region["name"]) > 1]
    if any(not region.get("subnet") for region in several):
        raise Invalid(f"region {several[0]['name']} is there twice, and not always with a subnet")
    roles = [{target["role"] for target in region["target"]} for region in kept]
    for name, present in zip(names, roles, strict=True):
        if missing := set().union(*roles) - present:
            raise Invalid(f"region {name} does not name the role {min(missing)}")
    return document | {"targets": {"region": kept}}


def _region(region: Any, version: str) -> Document:
    kept: Document = {"name": _text(region, "name"), **region}
    for key in ("subnet", "vpc"):
        if key in region and version != "0.0.4":
            raise Invalid(f"a region's {key} needs policy version 0.0.4, not {version}")
    kept["target"] = [_policy_target(target) for target in _list(region.get("target"), "target")]
    _unique([target["role"] for target in kept["target"]], "role")
    return kept


def _policy_target(target: Any) -> Document:
    kept = {**_DEFAULTS, **_role(target)}
    for name, least in _NUMBERS.items():
        kept[name] = _number(kept, name, least)
    if kept["minLimit"] > kept["maxLimit"]:
        raise Invalid(f"minLimit {kept['minLimit']} of {kept['role']} exceeds its maxLimit {kept['maxLimit']}")
    return kept


def launch_config(body: Any) -> Document:
    """The launch configuration of a request body."""
    found = _member(body, "launchconfig", dict)
    document: Document = {key: _text(found, key) for key in ("name", "image", "version")}
    document["description"] = str(found.get("description", ""))
    targets = [_launch_target(target) for target in _list(_member(found, "targets", dict).get("target"), "target")]
    _unique([target["role"] for target in targets], "role")
    document["targets"] = {"target": targets}
    for outer, inner, key in (("properties", "property", "name"), ("metadata", "meta", "key")):
        pairs = _member(found, outer, dict).get(inner, [])
        document[outer] = {inner: [{key: _text(pair, key), "value": str(pair.get("value", ""))} for pair in pairs]}
        _unique([pair[key] for pair in document[outer][inner]], inner)
        if len(json.dumps(document[outer], ensure_ascii=False)) > _JSON_LENGTH:
            raise Invalid(f"{outer} are longer than {_JSON_LENGTH} characters")
    return document


def _launch_target(target: Any) -> Document:
    kept = {**_role(target), "instanceType": _text(target, "instanceType")}
    return kept | {"connectionCapacity": _number(target, "connectionCapacity", 1)}


def group(body: Any, policies: Mapping[str, Document], configurations: Mapping[str, Document]) -> Document:
    """The node group of a request body, which names one of these policies and configurations."""
    name = body.get("name") or f"group-{uuid.uuid4()}" if isinstance(body, dict) else ""
    regions = [str(region) for region in _list(_member(body, "regions", list), "regions")]
    _unique(regions, "region")
    chosen = {}
    for key, known, what in (("scalePolicy", policies, "scale policy"), ("launchConfig", configurations, "launch configuration")):
        chosen[key] = _text(body, key)
        if chosen[key] not in known:
            raise Invalid(f"{what} {chosen[key]} does not exist")
    others = {region["name"] for region in policies[chosen["scalePolicy"]]["targets"]["region"]} - {"default"}
    if others and others != set(regions):
        raise Invalid(f"scale policy {chosen['scalePolicy']} is for the regions {sorted(others)}, the group for {sorted(regions)}")
    if missing := roles(policies[chosen["scalePolicy"]]) - roles(configurations[chosen["launchConfig"]]):
        raise Invalid(f"launch configuration {chosen['launchConfig']} has no target for the role {min(missing)}")
    if len(str(name)) > _NAME_LENGTH:
        raise Invalid(f"name has {len(str(name))} characters, more than {_NAME_LENGTH}")
    return {"name": str(name), "regions": regions, **chosen}


def roles(document: Document) -> set[str]:
    """The roles that a policy or configuration has targets for; those with minLimit 0 need never run and do not count."""
    targets = document["targets"]
    found = [target for region in targets.get("region", []) for target in region["target"]] + targets.get("target", [])
    return {target["role"] for target in found if target.get("minLimit", 1)}


def most_origins(policy: Document, names: list[str]) -> int:
    """How many origins a group in these regions can have at most."""
    regions = policy["targets"]["region"]
    own = [region for region in regions if region["name"] in names] or [region for region in regions if region["name"] == "default"] * len(
        names
    )
    return sum(target["maxLimit"] for region in own for target in region["target"] if target["role"] == "origin")


def only_limits_differ(old: Document, new: Document) -> bool:
    """Whether two policies have all but minLimit and maxLimit in common."""

    def rest(document: Document) -> Document:
        regions = {
            (region["name"], region.get("subnet")): {
                **{key: value for key, value in region.items() if key != "target"},
                **{
                    f"role {target['role']}": {key: value for key, value in target.items() if key not in _LIMITS}
                    for target in region["target"]
                },
            }
            for region in document["targets"]["region"]
        }
        return document | {"targets": regions}

    return rest(old) == rest(new)


def _role(target: Any) -> Document:
    if _text(target, "role") not in ROLES:
        raise Invalid(f"unknown role {target['role']}")
    return dict(target)


def _member(body: Any, key: str, type_: type) -> Any:
    if not isinstance(body, dict) or not isinstance(body.get(key), type_):
        raise Invalid(f"{key} is missing or malformed")
    return body[key]


def _text(body: Any, key: str) -> str:
    value = str(_member(body, key, str))
    if not value:
        raise Invalid(f"{key} is empty")
    if key == "name" and len(value) > _NAME_LENGTH:
        raise Invalid(f"{key} has {len(value)} characters, more than {_NAME_LENGTH}")
    return value


def _list(value: Any, what: str) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise Invalid(f"{what} is missing or empty")
    return value


def _number(body: Document, key: str, least: int) -> int:
    try:
        number = float(body[key])
    except (KeyError, TypeError, ValueError):
        raise Invalid(f"{key} is missing or not a number") from None
    if number != int(number) or number < least:
        raise Invalid(f"{key} is {body[key]}, which is not a whole number from {least}")
    return int(number)


def _unique(values: list[Any], what: str) -> None:
    if twice := [value for value in values if values.count(value) > 1]:
        raise Invalid(f"{what} {twice[0]} is there twice")
