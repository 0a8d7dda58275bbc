#!/usr/bin/python
# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: alarm_threshold
short_description: Manage the alarm threshold of a role of Red5 Pro Stream Manager
version_added: 0.2.0
description:
  - Sets the load at which the Stream Manager launches another node of a role, over the Stream Manager API 4.0.
  - The threshold applies to all node groups. The API always has one for each role, V(60) by default.
  - Red5's guide requires that it does not change under traffic. The module therefore counts the connections of all nodes before a change,
    and fails if there are any.
author:
  - streamops.red5pro contributors (@streamops)
extends_documentation_fragment:
  - streamops.red5pro.stream_manager
  - streamops.red5pro.attributes
  - streamops.red5pro.attributes.stream_manager
options:
  role:
    description: Role of the nodes.
    type: str
    required: true
    choices: [origin, edge, relay, transcoder]
  threshold:
    description:
      - Percentage of the connection capacity of a group's nodes of the role, V(1) to V(100).
      - V(20) to V(80) is recommended; the module warns about other values.
    type: int
    required: true
  force:
    description: Whether to change the threshold without counting the open connections.
    type: bool
    default: false
seealso:
  - module: streamops.red5pro.alarm_threshold_info
  - module: streamops.red5pro.scale_policy
"""

EXAMPLES = r"""
- name: Launch another edge when half of the connections are taken
  streamops.red5pro.alarm_threshold:
    api_url: https://streammanager.example.com
    access_token: "{{ red5pro_access_token }}"
    role: edge
    threshold: 50
"""

RETURN = r"""
alarm_threshold:
  description: The threshold in the API; in check mode, the threshold that it would have.
  returned: success
  type: dict
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

from ansible_collections.streamops.red5pro.plugins.module_utils._alarm_threshold import (
    ALARM_THRESHOLD,
    read_threshold,
    refuse_under_traffic,
    set_threshold,
)
from ansible_collections.streamops.red5pro.plugins.module_utils._client import Client
from ansible_collections.streamops.red5pro.plugins.module_utils._engine import Result, result, run
from ansible_collections.streamops.red5pro.plugins.module_utils._module import Module

_SHOWN = ("role", "threshold")


def _set(module: Module, client: Client) -> Result:
    params = module.params
    held = read_threshold(client, params["role"])
    wanted = ALARM_THRESHOLD.declare(params, held)
    found = wanted
    if wanted != held:
        if not params["force"]:
            refuse_under_traffic(client, params["role"])
        if not module.check_mode:
            found = set_threshold(client, wanted)
        if found["threshold"] != wanted["threshold"]:
            module.warn(f"The API accepted the alarm threshold of {params['role']}, but it is {found['threshold']}.")
    before, after = ({key: each[key] for key in _SHOWN} for each in (held, wanted))
    return result(ALARM_THRESHOLD, before, after, found)


def main() -> None:
    """Run the module."""
    run(ALARM_THRESHOLD, _set)


if __name__ == "__main__":
    main()
