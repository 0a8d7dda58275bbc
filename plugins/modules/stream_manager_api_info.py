#!/usr/bin/python
# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: stream_manager_api_info
short_description: Read all objects of a Red5 Pro Stream Manager
version_added: 0.2.0
description:
  - Reads all scale policies, launch configurations and node groups with their nodes over the Stream Manager API 4.0, in one process and
    with several requests at the same time.
  - Unreadable objects are left out, with a warning.
author:
  - streamops.red5pro contributors (@streamops)
extends_documentation_fragment:
  - streamops.red5pro.stream_manager
  - streamops.red5pro.attributes.info
  - streamops.red5pro.attributes.stream_manager
options:
  alarm_thresholds:
    description: The roles whose alarm thresholds are also read, with one request for each.
    type: list
    elements: str
    choices: [origin, edge, relay, transcoder]
    default: []
  connections:
    description: Whether to also count the connections of the nodes. If they cannot be read, the module fails.
    type: bool
    default: false
seealso:
  - module: streamops.red5pro.scale_policy_info
  - module: streamops.red5pro.launch_config_info
  - module: streamops.red5pro.node_group_info
  - module: streamops.red5pro.alarm_threshold_info
"""

EXAMPLES = r"""
- name: Read all objects of the Stream Manager
  streamops.red5pro.stream_manager_api_info:
    api_url: https://streammanager.example.com
    access_token: "{{ red5pro_access_token }}"
  register: held

- name: Show the node groups by name
  ansible.builtin.debug:
    msg: "{{ held.node_groups | map(attribute='name') }}"
"""

RETURN = r"""
scale_policies:
  description: The scale policies, sorted by name, each as M(streamops.red5pro.scale_policy) returns it.
  returned: success
  type: list
  elements: dict
launch_configs:
  description: The launch configurations, sorted by name, each as M(streamops.red5pro.launch_config) returns it.
  returned: success
  type: list
  elements: dict
node_groups:
  description: The node groups with their C(nodes), sorted by name, each as M(streamops.red5pro.node_group) returns it.
  returned: success
  type: list
  elements: dict
alarm_thresholds:
  description: The alarm thresholds of O(alarm_thresholds), sorted by role, each as M(streamops.red5pro.alarm_threshold) returns it.
  returned: success
  type: list
  elements: dict
connections:
  description: The number of connections of the nodes of each node group, by its name.
  returned: O(connections=true)
  type: dict
  sample: {live-group: 12}
"""

import typing as t

from ansible_collections.streamops.red5pro.plugins.module_utils._alarm_threshold import read_thresholds
from ansible_collections.streamops.red5pro.plugins.module_utils._client import Client
from ansible_collections.streamops.red5pro.plugins.module_utils._engine import Result, run_infos
from ansible_collections.streamops.red5pro.plugins.module_utils._fields import ROLES
from ansible_collections.streamops.red5pro.plugins.module_utils._launch_config import LAUNCH_CONFIG
from ansible_collections.streamops.red5pro.plugins.module_utils._module import Module
from ansible_collections.streamops.red5pro.plugins.module_utils._node_group import NODE_GROUP
from ansible_collections.streamops.red5pro.plugins.module_utils._scale_policy import SCALE_POLICY
from ansible_collections.streamops.red5pro.plugins.module_utils._statistics import open_connections

_OPTIONS: t.Any = {
    "alarm_thresholds": {"type": "list", "elements": "str", "choices": list(ROLES), "default": []},
    "connections": {"type": "bool", "default": False},
}


def _more(module: Module, client: Client) -> Result:
    thresholds = read_thresholds(client, module.params["alarm_thresholds"])
    return {"alarm_thresholds": thresholds, **({"connections": open_connections(client)} if module.params["connections"] else {})}


def main() -> None:
    """Run the module."""
    run_infos(SCALE_POLICY, LAUNCH_CONFIG, NODE_GROUP, options=_OPTIONS, more=_more)


if __name__ == "__main__":
    main()
