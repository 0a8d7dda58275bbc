# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The drain of a node group before it is deleted: no new subscribers, and those that are there stay."""

from __future__ import annotations

from ansible_collections.streamops.red5pro.plugins.module_utils._node import NodeStore, listed
from ansible_collections.streamops.red5pro.plugins.module_utils._node_launch import wait_for
from ansible_collections.streamops.red5pro.plugins.module_utils._reader import Reader
from ansible_collections.streamops.red5pro.plugins.module_utils._resource import Params
from ansible_collections.streamops.red5pro.plugins.module_utils._statistics import counted, open_connections


def drain(groups: Reader, params: Params) -> None:
    """Sunset the edges, also those that are launched in the meantime, and wait until no node of the group has connections."""
    name, nodes = params["name"], NodeStore(groups.client, params)

    def missing() -> str:
        for node in listed(groups, name):
            if node["role"] == "edge" and node["state"] == "inservice" and node["address"]:
                nodes.end(node, "sunset", force=False)
        count = open_connections(groups.client, name).get(name, 0)
        return counted(count) if count else ""

    wait_for(params, f"the connections of {groups.called(name)} to end", "its nodes (node_info)", missing)
