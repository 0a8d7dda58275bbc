#!/usr/bin/python
# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: scale_policy_info
short_description: Read scale policies of Red5 Pro Stream Manager
version_added: 0.1.0
description:
  - Reads scale policies over the Stream Manager API 4.0, one by name or all.
author:
  - streamops.red5pro contributors (@streamops)
extends_documentation_fragment:
  - streamops.red5pro.stream_manager
  - streamops.red5pro.attributes.info
  - streamops.red5pro.attributes.stream_manager
options:
  name:
    description: Name of the scale policy. The default is to read all.
    type: str
seealso:
  - module: streamops.red5pro.scale_policy
"""

EXAMPLES = r"""
- name: Read all scale policies
  streamops.red5pro.scale_policy_info:
    api_url: https://streammanager.example.com
    access_token: "{{ red5pro_access_token }}"
  register: all

- name: Read one scale policy
  streamops.red5pro.scale_policy_info:
    api_url: https://streammanager.example.com
    access_token: "{{ red5pro_access_token }}"
    name: default-v3
  register: one

- name: Report that it does not exist
  ansible.builtin.debug:
    msg: There is no scale policy default-v3
  when: not one.scale_policies
"""

RETURN = r"""
scale_policies:
  description:
    - The scale policies, sorted by name, each as M(streamops.red5pro.scale_policy) returns it.
    - Empty if there is none, or none with that O(name).
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the scale policy.
      type: str
      returned: success
      sample: default-v3
    description:
      description: Free text.
      type: str
      returned: success
      sample: Sample Scale Config policy with all node types
    version:
      description: Version of the policy's format.
      type: str
      returned: success
      sample: 0.0.3
    type:
      description: Java class of the policy in the Stream Manager.
      type: str
      returned: success
      sample: com.red5pro.services.autoscaling.model.ScalePolicyMaster
    regions:
      description:
        - The regions, sorted by name, with C(name), C(subnet) and C(vpc) or V(null), and C(targets) as in the options, sorted by role.
      type: list
      elements: dict
      returned: success
      sample:
        - name: default
          subnet: null
          vpc: null
          targets:
            - role: edge
              min_limit: 2
              max_limit: 20
              scale_adjustment: 1
              scale_in_wait_time: 0
              scale_out_wait_time: 0
              estimated_warm_up_time: 0
              cool_down_period: 0
"""

from ansible_collections.streamops.red5pro.plugins.module_utils._engine import run_info
from ansible_collections.streamops.red5pro.plugins.module_utils._scale_policy import SCALE_POLICY


def main() -> None:
    """Run the module."""
    run_info(SCALE_POLICY)


if __name__ == "__main__":
    main()
