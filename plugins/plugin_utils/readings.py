# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reuse of readings of AWS: a role reads only what was not read before in this run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Facts = dict[str, Any]

LIVE = ["pending", "running", "stopping", "stopped"]  # states of instances that are not terminated
_BY_ID = {"security_groups": "group", "instances": "instance", "images": "image"}
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
    """The resources of the wanted readings if aws_resources_info already returned all of them; empty if not."""
    asked = {one["name"]: one for one in read.get("readings") or ()}
    found: dict[str, list[Facts]] = {}
    for one in (_whole(one, region) for one in wanted):
        same = one["name"] in asked and one in (asked[one["name"]], _resolved(asked[one["name"]], read["resources"]))
        resources = read["resources"][one["name"]] if same else _by_ids(read, one)
        if resources is None:
            return {}
        found[one["name"]] = resources
    return found


def _resolved(reading: Facts, resources: Mapping[str, list[Facts]]) -> Facts:
    """A reading with the values of filters that came from other readings, in their order."""
    sources = {name: source.partition(".") for name, source in reading["filters_of"].items()}
    values = {name: sorted({one[key] for one in resources[of] if one.get(key)}) for name, (of, _dot, key) in sources.items()}
    return {**reading, "filters": {**reading["filters"], **values}, "filters_of": {}}


def _by_ids(read: Mapping[str, Any], wanted: Facts) -> list[Facts] | None:
    """Resources that are wanted only by ids, if the readings of that kind and region have all of them."""
    noun = _BY_ID.get(wanted["kind"], "")
    ids = wanted["filters"].get(f"{noun}-id")
    if wanted != _whole({"kind": wanted["kind"], "name": wanted["name"], "filters": {f"{noun}-id": ids}}, wanted["region"]):
        return None
    readings = [one for one in read.get("readings") or () if (one["kind"], one["region"]) == (wanted["kind"], wanted["region"])]
    held = {found[f"{noun}_id"]: found for one in readings for found in read["resources"][one["name"]]}
    needed = [one for one in (ids if isinstance(ids, list) else [ids]) if one]
    return [held[one] for one in needed] if readings and held.keys() >= set(needed) else None
