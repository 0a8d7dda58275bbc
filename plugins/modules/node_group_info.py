#!/usr/bin/python
# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: node_group_info
short_description: Read node groups of Red5 Pro Stream Manager
version_added: 0.1.0
description:
  - Reads node groups over the Stream Manager API 4.0, one by name or all.
author:
  - streamops.red5pro contributors (@streamops)
extends_documentation_fragment:
  - streamops.red5pro.stream_manager
  - streamops.red5pro.attributes.info
  - streamops.red5pro.attributes.stream_manager
options:
  name:
    description: Name of the node group. The default is to read all.
    type: str
seealso:
  - module: streamops.red5pro.node_group
"""

EXAMPLES = r"""
- name: Read all node groups
  streamops.red5pro.node_group_info:
    api_url: https://streammanager.example.com
    access_token: "{{ red5pro_access_token }}"
  register: all

- name: Read one node group
  streamops.red5pro.node_group_info:
    api_url: https://streammanager.example.com
    access_token: "{{ red5pro_access_token }}"
    name: live
  register: one

- name: Report that it does not exist
  ansible.builtin.debug:
    msg: There is no node group live
  when: not one.node_groups
"""

RETURN = r"""
node_groups:
  description:
    - The node groups, sorted by name, each as M(streamops.red5pro.node_group) returns it.
    - Empty if there is none, or none with that O(name).
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The API's own id of the group.
      type: str
      returned: success
      sample: live
    name:
      description: Name of the node group.
      type: str
      returned: success
      sample: live
    regions:
      description: AWS regions, sorted.
      type: list
      elements: str
      returned: success
      sample: [us-east-1]
    launch_config:
      description: Name of the launch configuration.
      type: str
      returned: success
      sample: all-nodes-launch
    scale_policy:
      description: Name of the scale policy.
      type: str
      returned: success
      sample: default-v3
    state:
      description: State of the group, such as V(new), V(initializing) or V(active).
      type: str
      returned: success
      sample: active
    origin_connections:
      description: Connections to the origins of the group.
      type: int
      returned: success
      sample: 0
    nodes:
      description: The nodes, sorted by role.
      type: list
      elements: dict
      returned: success
      contains:
        identifier:
          description: Id of the instance.
          type: str
          returned: success
          sample: i-0123456789abcdef0
        role:
          description: Role of the node.
          type: str
          returned: success
          sample: origin
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
          description: State of the node, such as V(pending), V(running), V(inservice) or V(terminating).
          type: str
          returned: success
          sample: inservice
        launch_config:
          description: Launch configuration of the node.
          type: str
          returned: success
          sample: all-nodes-launch
        capacity:
          description: How many connections the node accepts.
          type: int
          returned: success
          sample: 2000
"""

from ansible_collections.streamops.red5pro.plugins.module_utils._engine import run_info
from ansible_collections.streamops.red5pro.plugins.module_utils._node_group import NODE_GROUP


def main() -> None:
    """Run the module."""
    run_info(NODE_GROUP)


if __name__ == "__main__":
    main()
