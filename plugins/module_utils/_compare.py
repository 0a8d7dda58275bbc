# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where two objects differ, in terms of the options."""

from __future__ import annotations

import typing as t

from ansible_collections.streamops.red5pro.plugins.module_utils._answers import Object


def differences(before: Object, after: Object) -> list[str]:
    """Return the paths at which two objects differ: `regions[default].targets[edge].min_limit`."""
    old, new = flat(before), flat(after)
    return [path for path in sorted({*old, *new}) if path not in old or path not in new or old[path] != new[path]]


def flat(value: t.Any, path: str = "") -> Object:
    """Return the leaves of an object by their paths; members of a list are known by name and subnet, or role, in any order."""
    leaves: Object = {}
    if isinstance(value, dict):
        for key, each in value.items():
            leaves.update(flat(each, f"{path}.{key}" if path else str(key)))
    elif isinstance(value, list):
        for each in value:
            label = _label(each) if isinstance(each, dict) else each
            for where, leaf in flat(each, f"{path}[{label}]").items():
                leaves[where if where not in leaves else f"{where} (again)"] = leaf  # a duplicate name is a difference
    else:
        leaves[path] = value
    return leaves


def _label(each: Object) -> str:
    name = str(each.get("name", each.get("role")))
    return f"{name}, {each['subnet']}" if each.get("subnet") else name


def fixed(before: Object, after: Object, free: t.Collection[str]) -> list[str]:
    """Return the differences other than new values of the attributes in `free`."""
    old, new = flat(before), flat(after)
    return [path for path in differences(before, after) if path.rpartition(".")[2] not in free or not (path in old and path in new)]
