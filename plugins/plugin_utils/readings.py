# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What one reading of AWS holds for another that comes later: a role reads only what nobody has read in this run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Facts = dict[str, Any]

_DEFAULTS: Facts = {"filters": {}, "filters_of": {}, "parameters": {}, "each_of": {}, "details": [], "suffix_of": [], "only": {}}


def _whole(reading: Mapping[str, Any], region: str) -> Facts:
    """A reading with its defaults, as aws_resources_info returns it."""
    return {**_DEFAULTS, **reading, "name": reading.get("name") or reading["kind"], "region": reading.get("region") or region}


def together(*readings: Iterable[Mapping[str, Any]]) -> list[Facts]:
    """The readings of several roles as one list, in which each is there once. Raises ValueError if two that differ have one name."""
    found: dict[str, Facts] = {}
    for reading in (dict(one) for each in readings for one in each):
        name = reading.get("name") or reading["kind"]
        if _whole(found.setdefault(name, reading), "") != _whole(reading, ""):
            raise ValueError(f"two readings are called {name}")
    return list(found.values())


def already(read: Mapping[str, Any], wanted: Iterable[Mapping[str, Any]], region: str) -> dict[str, list[Facts]]:
    """The resources of the wanted readings, if all of them are in what aws_resources_info has returned; nothing if one is not."""
    asked = {one["name"]: one for one in read.get("readings") or ()}
    whole = [_whole(one, region) for one in wanted]
    if any(asked.get(one["name"]) != one for one in whole):
        return {}
    return {one["name"]: read["resources"][one["name"]] for one in whole}


def evaluated(value: Any) -> Any:
    """Ansible's lazy containers as plain ones, which are faster to look into and to compare."""
    if isinstance(value, Mapping):
        return {key: evaluated(one) for key, one in value.items()}
    return [evaluated(one) for one in value] if isinstance(value, (list, tuple)) else value
