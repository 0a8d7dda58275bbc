# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reuse of readings of AWS: a role reads only what was not read before in this run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Facts = dict[str, Any]
Held = list[tuple[Facts, list[Facts]]]  # readings and the resources of each

LIVE = ["pending", "running", "stopping", "stopped"]  # states of instances that are not terminated
_IDS = {"security_groups": "group-id", "instances": "instance-id", "images": "image-id"}  # filters by the key of the same name
_NAMES = {"group-name": "group_name"}  # filters by the text that resources have under this key
_ATTACHED = "attachment.instance-id"  # the filter of volumes by their instances
_DEFAULTS: Facts = {"filters": {}, "filters_of": {}, "parameters": {}, "each_of": {}, "details": [], "suffix_of": [], "only": {}}


def _whole(reading: Mapping[str, Any], region: str) -> Facts:
    """A reading with its defaults, as aws_resources_info returns it."""
    return {**_DEFAULTS, **reading, "name": reading.get("name") or reading["kind"], "region": reading.get("region") or region}


def together(*readings: Iterable[Mapping[str, Any]]) -> list[Facts]:
    """The readings of several roles as one list without duplicates. Raises ValueError if two different ones have the same name."""
    found: dict[str, Facts] = {}
    for reading in (dict(one) for each in readings for one in each):
        name = reading.get("name") or reading["kind"]
        if _whole(found.setdefault(name, reading), "") != _whole(reading, ""):
            raise ValueError(f"Invalid readings: two different ones are named {name}. Expected: unique names.")
    return list(found.values())


def already(read: Mapping[str, Any], wanted: Iterable[Mapping[str, Any]], region: str) -> dict[str, list[Facts]]:
    """The resources of the wanted readings if aws_resources_info already returned all of them; empty if not.

    A reading counts under any name, and also if what is wanted is a part of it: resources with given ids, names or attachments.
    """
    found: dict[str, list[Facts]] = {}
    for one in (_resolved(_whole(each, region), found) for each in wanted):
        alike = [held for held in read.get("readings") or () if (held["kind"], held["region"]) == (one["kind"], one["region"])]
        resources = _held([(form, read["resources"][held["name"]]) for held in alike for form in _forms(held, read["resources"])], one)
        if resources is None:
            return {}
        found[one["name"]] = resources
    return found


def _forms(reading: Facts, resources: Mapping[str, list[Facts]]) -> list[Facts]:
    """A reading as it was asked for, and with the values of its filters."""
    return [reading, _resolved(reading, resources)] if reading["filters_of"] else [reading]


def _resolved(reading: Facts, resources: Mapping[str, list[Facts]]) -> Facts:
    """A reading with the values of filters that come from these other readings, in their order."""
    sources = {name: source.partition(".") for name, source in reading["filters_of"].items()}
    values = {name: _values(resources[of], key) for name, (of, _dot, key) in sources.items() if of in resources}
    left = {name: source for name, source in reading["filters_of"].items() if name not in values}
    return {**reading, "filters": {**reading["filters"], **values}, "filters_of": left}


def _values(resources: Iterable[Facts], key: str) -> list[Any]:
    return sorted({one[key] for one in resources if one.get(key)})


def _held(held: Held, wanted: Facts) -> list[Facts] | None:
    if any(value in (None, "", []) for value in wanted["filters"].values()):
        return []  # aws_resources_info does not ask either
    for reading, resources in held:
        left = _left(reading, wanted)
        if left is not None and left.keys() <= _NAMES.keys() and not any(set("*?") & set(one) for each in left.values() for one in each):
            return [one for one in resources if all(one[_NAMES[name]] in values for name, values in left.items())]
    [(name, ids), *more] = _filters(wanted).items() or [("", [])]
    if more or _left(_whole({"kind": wanted["kind"]}, wanted["region"]), {**wanted, "details": []}) is None:
        return None
    detailed = [one for one in held if _detailed(one[0], wanted)]
    return _attached(detailed, ids) if name == _ATTACHED else _by_ids(detailed, name, ids) if name == _IDS.get(wanted["kind"]) else None


def _left(reading: Facts, wanted: Facts) -> dict[str, list[Any]] | None:
    """The filters of the wanted reading that an earlier one does not have; nothing if that one is without what is wanted."""
    had, asked = _filters(reading), _filters(wanted)
    same = all(reading[key] == wanted[key] for key in ("kind", "region", *_DEFAULTS) if key not in ("filters", "details"))
    if not same or not _detailed(reading, wanted) or any(asked.get(name) != values for name, values in had.items()):
        return None
    return {name: values for name, values in asked.items() if name not in had}


def _filters(reading: Facts) -> dict[str, list[Any]]:
    return {name: value if isinstance(value, list) else [value] for name, value in reading["filters"].items()}


def _detailed(reading: Facts, wanted: Facts) -> bool:
    return set(wanted["details"]) <= set(reading["details"])


def _by_ids(held: Held, name: str, ids: list[Any]) -> list[Facts] | None:
    """Resources that are wanted by their ids, if the readings together have all of them."""
    found = {one[name.replace("-", "_")]: one for _reading, resources in held for one in resources}
    needed = [one for one in ids if one]
    return [found[one] for one in needed] if held and found.keys() >= set(needed) else None


def _attached(held: Held, ids: list[Any]) -> list[Facts] | None:
    """The volumes of instances, if those of each were read."""
    read = {one for reading, _volumes in held for one in _filters(reading).get(_ATTACHED, ())}
    if not read >= set(ids):
        return None
    volumes = {one["volume_id"]: one for _reading, resources in held for one in resources}
    return [one for one in volumes.values() if any(end["instance_id"] in ids for end in one["attachments"])]
