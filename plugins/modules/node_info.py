#!/usr/bin/python
# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: node_info
short_description: Read nodes of Red5 Pro Stream Manager with their statistics
version_added: 0.2.0
description:
  - Reads the nodes of one node group or of all node groups over the Stream Manager API 4.0, each with its statistics.
  - Unreadable statistics are V(null), with a warning if the node is in service.
author:
  - streamops.red5pro contributors (@streamops)
extends_documentation_fragment:
  - streamops.red5pro.stream_manager
  - streamops.red5pro.attributes.info
  - streamops.red5pro.attributes.stream_manager
options:
  node_group:
    description: Name of the node group. By default, the nodes of all node groups are read.
    type: str
  identifier:
    description: Id of the node. By default, all nodes are read.
    type: str
  address:
    description: Public address of the node. By default, all nodes are read.
    type: str
  statistics:
    description: Whether to read the statistics, with one request for each node.
    type: bool
    default: true
seealso:
  - module: streamops.red5pro.node
  - module: streamops.red5pro.node_group_info
"""

EXAMPLES = r"""
- name: Read the nodes of a group with their connections
  streamops.red5pro.node_info:
    api_url: https://streammanager.example.com
    access_token: "{{ red5pro_access_token }}"
    node_group: live
  register: live

- name: Show the nodes that have connections
  ansible.builtin.debug:
    msg: "{{ live.nodes | selectattr('statistics.total_connections', 'gt', 0) | map(attribute='identifier') }}"
"""

RETURN = r"""
nodes:
  description: The nodes, sorted by node group, role and identifier. Empty if there is none, or none that matches.
  returned: success
  type: list
  elements: dict
  contains:
    node_group:
      description: Name of its node group.
      type: str
      returned: success
      sample: live
    identifier:
      description: Id of the instance.
      type: str
      returned: success
      sample: i-0123456789abcdef0
    role:
      description: Role of the node.
      type: str
      returned: success
      sample: edge
    availability_zone:
      description: Availability zone of the node.
      type: str
      returned: success
      sample: us-east-1a
    address:
      description: Public address of the node.
      type: str
      returned: success
      sample: 203.0.113.10
    state:
      description: State of the node, as V(pending), V(running), V(inservice), V(sunset) or V(terminating).
      type: str
      returned: success
      sample: inservice
    launch_config:
      description: Launch configuration of the node.
      type: str
      returned: success
      sample: all-nodes-launch
    capacity:
      description: Connections that the node takes.
      type: int
      returned: success
      sample: 2000
    statistics:
      description: The API's statistics of the node, with its other attributes in snake case. V(null) if it has none.
      type: dict
      returned: O(statistics=true)
      contains:
        total_connections:
          description: Open connections; V(null) if the API does not return them.
          type: int
          returned: success
          sample: 12
        last_ping:
          description: When the node last reported, in milliseconds since 1970.
          type: int
          returned: success
          sample: 1792000000000
        parents:
          description: The nodes from which it gets its streams, in the API's form.
          type: list
          elements: raw
          returned: success
          sample: []
"""

from ansible_collections.streamops.red5pro.plugins.module_utils._answers import Object
from ansible_collections.streamops.red5pro.plugins.module_utils._client import Client
from ansible_collections.streamops.red5pro.plugins.module_utils._engine import Result, run_reading
from ansible_collections.streamops.red5pro.plugins.module_utils._fields import by
from ansible_collections.streamops.red5pro.plugins.module_utils._module import Module
from ansible_collections.streamops.red5pro.plugins.module_utils._node import NODE, chosen, listed
from ansible_collections.streamops.red5pro.plugins.module_utils._node_group import NODE_GROUP
from ansible_collections.streamops.red5pro.plugins.module_utils._reader import Reader
from ansible_collections.streamops.red5pro.plugins.module_utils._statistics import all_statistics

_OPTIONS: Object = {
    **{option: {"type": "str"} for option in ("node_group", "identifier", "address")},
    "statistics": {"type": "bool", "default": True},
}


def _read(module: Module, client: Client) -> Result:
    params, groups = module.params, Reader(client, NODE_GROUP)
    names = [params["node_group"]] if params["node_group"] else groups.names()
    nodes = chosen((node for each in groups.readable(names, lambda name: listed(groups, name)) for node in each), params)
    if params["statistics"]:
        nodes = [{**node, "statistics": found} for node, found in zip(nodes, all_statistics(client, nodes), strict=True)]
    return {"nodes": sorted(nodes, key=by("node_group", "role", "identifier"))}


def main() -> None:
    """Run the module."""
    run_reading(NODE, _OPTIONS, _read)


if __name__ == "__main__":
    main()
