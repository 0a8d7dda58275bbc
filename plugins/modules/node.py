#!/usr/bin/python
# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: node
short_description: Take a node of Red5 Pro Stream Manager out of service, or delete it
version_added: 0.2.0
description:
  - Sunsets or deletes one node of a node group over the Stream Manager API 4.0.
  - The node group launches a replacement if its scale policy requires one.
  - Whether a node exists is decided by the list of its node group. If it does not exist, or is already being sunset or terminated, the
    module changes nothing.
author:
  - streamops.red5pro contributors (@streamops)
extends_documentation_fragment:
  - streamops.red5pro.stream_manager
  - streamops.red5pro.attributes
  - streamops.red5pro.attributes.stream_manager
options:
  node_group:
    description: Name of the node group.
    type: str
    required: true
  identifier:
    description: Id of the node. Either this or O(address) is required.
    type: str
  address:
    description:
      - Public address of the node, as the node group's list has it.
      - If several nodes have it, the one that is not terminating is selected.
    type: str
  state:
    description:
      - With V(sunset), the node gets no new subscribers, and is terminated when it has no connections. It must be in service.
        The API documents it for edges; the module warns about other roles.
      - With V(absent), the node is terminated immediately, with its connections. It must be in service unless O(force=true).
    type: str
    required: true
    choices: [sunset, absent]
  force:
    description:
      - With O(state=absent), whether to delete a node that is not in service, or whose sunset or termination is stuck.
      - If V(false), no request is sent for a node that is already being sunset or terminated.
    type: bool
    default: false
  wait:
    description:
      - Whether to wait until the list of the node group no longer contains the node.
      - By default V(true) with O(state=absent), and V(false) with O(state=sunset), since subscribers may stay for hours.
    type: bool
  wait_timeout:
    description: Maximum number of seconds to wait.
    type: int
    default: 1800
  wait_interval:
    description: Seconds between two polls, at most O(wait_timeout).
    type: int
    default: 15
seealso:
  - module: streamops.red5pro.node_info
  - module: streamops.red5pro.node_group
"""

EXAMPLES = r"""
- name: Take an edge out of service, and wait up to four hours until its subscribers have left
  streamops.red5pro.node:
    api_url: https://streammanager.example.com
    access_token: "{{ red5pro_access_token }}"
    node_group: live
    address: 203.0.113.10
    state: sunset
    wait: true
    wait_timeout: 14400

- name: Delete a node that is stuck
  streamops.red5pro.node:
    api_url: https://streammanager.example.com
    access_token: "{{ red5pro_access_token }}"
    node_group: live
    identifier: node-edge-0123456789ab
    state: absent
    force: true
"""

RETURN = r"""
node:
  description: The node; in check mode, as it would be. V(null) if it does not exist.
  returned: success
  type: dict
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
"""

from ansible_collections.streamops.red5pro.plugins.module_utils._answers import Object, ends
from ansible_collections.streamops.red5pro.plugins.module_utils._client import Client
from ansible_collections.streamops.red5pro.plugins.module_utils._engine import Result, result, run
from ansible_collections.streamops.red5pro.plugins.module_utils._module import Module
from ansible_collections.streamops.red5pro.plugins.module_utils._node import NODE, NodeStore, refuse
from ansible_collections.streamops.red5pro.plugins.module_utils._node_launch import wait_for
from ansible_collections.streamops.red5pro.plugins.module_utils._nodes import called


def _act(module: Module, client: Client) -> Result:
    params, store = module.params, NodeStore(client, module.params)
    state, force = params["state"], params["force"]
    node = store.find()
    before: Object = node or {}
    after = before
    if node and (not ends(node["state"]) or (state == "absent" and force)):
        after = NODE.declare(params, node)
        refuse(node, state, force)
        if state == "sunset" and node["role"] != "edge":
            module.warn(f"The API documents sunset for edges, and {called(node)} is of the role {node['role']}.")
        if not module.check_mode:
            store.end(node, state, force)
    wait = state == "absent" if params["wait"] is None else params["wait"]
    if node and wait and not module.check_mode:
        wait_for(params, called(node), "the node's connections (node_info), force", lambda: store.remains(node))
    return result(NODE, before, after, None if wait or state == "absent" else after or None)


def main() -> None:
    """Run the module."""
    run(NODE, _act)


if __name__ == "__main__":
    main()
