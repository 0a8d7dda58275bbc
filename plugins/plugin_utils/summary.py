# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The summary at the end of a run: the deployment in a few lines, as far as the run knows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

Facts = dict[str, Any]


def summary(given: Mapping[str, Any]) -> list[str]:
    """The lines about a deployment.

    given has `name`, `region`, `url`, `port`, `stream_managers` (each with name, instance_id, availability_zone and public_ip),
    `node_image`, `role_images` by role, and `node_groups` as stream_manager_api_info returns them. Empty values are left out.
    """
    return [f"{given['name']} in {given['region']}", *_lines(given)]


def _lines(given: Mapping[str, Any]) -> Iterator[str]:
    if url := given["url"]:
        yield f"stream manager API: {url}"
        yield f"stream manager on HTTP: {url.replace('https:', 'http:', 1)}:{given['port']}"
    for one in given["stream_managers"]:
        place = " ".join(str(one[key]) for key in ("instance_id", "availability_zone", "public_ip") if one.get(key))
        yield f"stream manager {one['name']}: {place}"
    if image := given["node_image"]:
        yield f"node image: {image}"
    for role, image in sorted(given.get("role_images", {}).items()):
        yield f"node image of {role}: {image}"
    for group in given["node_groups"]:
        states = Counter((node["role"], node["state"]) for node in group["nodes"])
        nodes = ", ".join(f"{count} {role} {state}" for (role, state), count in sorted(states.items())) or "no nodes"
        yield f"node group {group['name']}: {nodes}"
