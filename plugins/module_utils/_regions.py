# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The regions of a scale policy: which of them run nodes, and which ones correspond to each other."""

from __future__ import annotations

import typing as t
from collections import Counter

from ansible_collections.streamops.red5pro.plugins.module_utils._answers import Object
from ansible_collections.streamops.red5pro.plugins.module_utils._fields import by

DEFAULT_REGION = "default"
BY_PLACE = by("name", "subnet", "vpc")


def region_name(name: str) -> str:
    """Return the name of a region, which an answer may have in any letter case."""
    return name.strip().lower()


def running(policy: t.Mapping[str, t.Any]) -> list[tuple[int, Object]]:
    """Return the regions that run nodes, each with its number: those with a name of their own, if there are any."""
    regions: list[tuple[int, Object]] = list(enumerate(policy.get("regions") or ()))
    return [(index, region) for index, region in regions if region["name"] != DEFAULT_REGION] or regions


def counterparts(wanted: list[Object], held: list[Object]) -> list[int | None]:
    """Return the current region for each desired one: that with its name and subnet, or the only one with its name on both sides."""
    free = dict(enumerate(held))
    single = _single(wanted) & _single(held)
    found: list[int | None] = []
    for region in wanted:
        same = [
            index
            for index, other in free.items()
            if other["name"] == region["name"] and (other["subnet"] == region["subnet"] or region["name"] in single)
        ]
        found.append(same[0] if same else None)
        free.pop(same[0] if same else -1, None)
    return found


def _single(regions: list[Object]) -> set[str]:
    return {name for name, count in Counter(region["name"] for region in regions).items() if count == 1}
