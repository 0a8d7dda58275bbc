# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Node groups: nodes of one launch configuration and scale policy, in some regions."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.streamops.red5pro.plugins.module_utils._answers import Object, body, entries, items, text
from ansible_collections.streamops.red5pro.plugins.module_utils._errors import ShapeError
from ansible_collections.streamops.red5pro.plugins.module_utils._fields import NAME, STATE, Field, meant, number, options, read, write
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import Problem
from ansible_collections.streamops.red5pro.plugins.module_utils._nodes import read_nodes
from ansible_collections.streamops.red5pro.plugins.module_utils._regions import region_name
from ansible_collections.streamops.red5pro.plugins.module_utils._resource import Members, Params, Problems, Resource
from ansible_collections.streamops.red5pro.plugins.module_utils._rules import (
    length_problems,
    range_problems,
    unique_problems,
    word_problems,
)

_GROUP = (NAME, Field("launch_config", "launchConfig"), Field("scale_policy", "scalePolicy"))
WAIT = (Field("wait_timeout", "", number(1800), low=1), Field("wait_interval", "", number(15), low=1))
_RUN = (Field("origins", "", number(1), low=0), *WAIT)  # options of the run, not attributes of the API
_FOUND = (*_GROUP, Field("id", "id"), Field("state", "state", word=True), Field("origin_connections", "originConnections", number()))


def _read_regions(group: Object) -> list[str]:
    """Return the regions of a group, each once: texts or objects that name them, under either key."""
    raw = group.get("regions") or group.get("region")
    found = re.findall(r"[^\s,;]+", raw) if isinstance(raw, str) else items(raw, "nodegroup.regions")
    named = [entry.get("name") or entry.get("region") if isinstance(entry, dict) else entry for entry in found]
    return sorted({region_name(text(entry, "nodegroup.regions[]")) for entry in named})


def _read(answer: t.Any) -> Object:
    group = body(answer, "nodegroup")
    found = read(_FOUND, group, "nodegroup")
    lacking = [name for name in ("launch_config", "scale_policy") if found[name] is None]
    if lacking:
        raise ShapeError(f"it has no {', '.join(lacking)}")
    return {**found, "regions": _read_regions(group)}


def _entries(answer: t.Any) -> list[Object]:
    """Return the node groups of a list in the API's form."""
    known = {field.wire for field in _FOUND} - {"name"}
    found = entries(answer, (*known, "regions", "region", "nodegroup"), "node group")
    return [entry["nodegroup"] if isinstance(entry.get("nodegroup"), dict) else entry for entry in found]


def _declare(params: Params, held: Object) -> Object:
    return {**meant(_FOUND, {**params, "state": None}, held), "regions": sorted(map(region_name, params["regions"]))}


def _write(group: Object, held: Object) -> Object:
    return write(_GROUP, group, held, regions=group["regions"])


def _check(params: Params, path: str) -> Problems:
    regions = params.get("regions")
    if regions is not None:
        if not regions:
            yield Problem(f"{path}regions", regions, "at least one AWS region")
        for index, region in enumerate(regions):
            yield from word_problems(region, f"{path}regions[{index}]")
        yield from unique_problems(regions, f"{path}regions", "", "region")
    for option in ("launch_config", "scale_policy"):
        yield from length_problems(params.get(option) or "", f"{path}{option}")
    yield from range_problems(_RUN[:1], params, path)
    yield from wait_problems(params, path)


def wait_problems(params: Params, path: str) -> Problems:
    """Yield what is wrong with the times of a wait."""
    yield from range_problems(WAIT, params, path)
    if 1 <= params["wait_timeout"] < params["wait_interval"]:
        yield Problem(f"{path}wait_interval", params["wait_interval"], f"at most wait_timeout, which is {params['wait_timeout']}")


NODE_GROUP = Resource(
    key="node_group",
    plural="node_groups",
    noun="node group",
    nouns="node groups",
    path=("admin", "nodegroup"),
    wrapper="nodegroup",
    options={
        **options(_GROUP),
        **options(_RUN),
        **STATE,
        "regions": {"type": "list", "elements": "str"},
        "wait": {"type": "bool", "default": False},
        "drain": {"type": "bool", "default": False},
    },
    needed=("regions", "launch_config", "scale_policy"),
    never_empty=("launch_config", "scale_policy"),
    read=_read,
    declare=_declare,
    write=_write,
    check=_check,
    longest_path=("node", "origin"),
    lingers=True,
    entries=_entries,
    lists_all=True,
    members=Members("nodes", read_nodes, "node"),
)
