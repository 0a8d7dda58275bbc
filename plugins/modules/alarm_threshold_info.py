#!/usr/bin/python
# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: alarm_threshold_info
short_description: Read alarm thresholds of Red5 Pro Stream Manager
version_added: 0.2.0
description:
  - Reads the load at which the Stream Manager launches another node of a role, over the Stream Manager API 4.0, for one role or all.
author:
  - streamops.red5pro contributors (@streamops)
extends_documentation_fragment:
  - streamops.red5pro.stream_manager
  - streamops.red5pro.attributes.info
  - streamops.red5pro.attributes.stream_manager
options:
  role:
    description: Role of the nodes. By default, the thresholds of all roles are read.
    type: str
    choices: [origin, edge, relay, transcoder]
seealso:
  - module: streamops.red5pro.alarm_threshold
"""

EXAMPLES = r"""
- name: Read the alarm thresholds of all roles
  streamops.red5pro.alarm_threshold_info:
    api_url: https://streammanager.example.com
    access_token: "{{ red5pro_access_token }}"
  register: all

- name: Show them
  ansible.builtin.debug:
    msg: "{{ all.alarm_thresholds | items2dict(key_name='role', value_name='threshold') }}"
"""

RETURN = r"""
alarm_thresholds:
  description: The thresholds, sorted by role, each as M(streamops.red5pro.alarm_threshold) returns it.
  returned: success
  type: list
  elements: dict
  contains:
    role:
      description: Role of the nodes.
      type: str
      returned: success
      sample: edge
    threshold:
      description: The threshold, a percentage.
      type: int
      returned: success
      sample: 60
    metric:
      description: What is measured. V(null) if the API does not return it, like the following ones.
      type: str
      returned: success
      sample: CONNECTIONS
    unit:
      description: In which unit.
      type: str
      returned: success
      sample: PERCENTAGE
    comparator:
      description: How the measured value is compared with the threshold.
      type: str
      returned: success
      sample: GREATERTHAN
    target_type:
      description: Of what it is measured.
      type: str
      returned: success
      sample: GROUP
"""

from ansible_collections.streamops.red5pro.plugins.module_utils._alarm_threshold import ALARM_THRESHOLD, read_threshold, read_thresholds
from ansible_collections.streamops.red5pro.plugins.module_utils._client import Client
from ansible_collections.streamops.red5pro.plugins.module_utils._engine import Result, run_reading
from ansible_collections.streamops.red5pro.plugins.module_utils._fields import ROLES
from ansible_collections.streamops.red5pro.plugins.module_utils._module import Module


def _read(module: Module, client: Client) -> Result:
    role = module.params["role"]
    return {"alarm_thresholds": [read_threshold(client, role)] if role else read_thresholds(client, ROLES)}


def main() -> None:
    """Run the module."""
    run_reading(ALARM_THRESHOLD, {"role": {"type": "str", "choices": list(ROLES)}}, _read)


if __name__ == "__main__":
    main()
