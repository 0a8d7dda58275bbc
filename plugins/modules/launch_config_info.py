#!/usr/bin/python
# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: launch_config_info
short_description: Read launch configurations of Red5 Pro Stream Manager
version_added: 0.1.0
description:
  - Reads launch configurations over the Stream Manager API 4.0, one by name or all.
author:
  - streamops.red5pro contributors (@streamops)
extends_documentation_fragment:
  - streamops.red5pro.stream_manager
  - streamops.red5pro.attributes.info
  - streamops.red5pro.attributes.stream_manager
options:
  name:
    description: Name of the launch configuration. The default is to read all.
    type: str
seealso:
  - module: streamops.red5pro.launch_config
"""

EXAMPLES = r"""
- name: Read all launch configurations
  streamops.red5pro.launch_config_info:
    api_url: https://streammanager.example.com
    access_token: "{{ red5pro_access_token }}"
  register: all

- name: Read one launch configuration
  streamops.red5pro.launch_config_info:
    api_url: https://streammanager.example.com
    access_token: "{{ red5pro_access_token }}"
    name: all-nodes-launch
  register: one

- name: Report that it does not exist
  ansible.builtin.debug:
    msg: There is no launch configuration all-nodes-launch
  when: not one.launch_configs
"""

RETURN = r"""
launch_configs:
  description:
    - The launch configurations, sorted by name, each as M(streamops.red5pro.launch_config) returns it.
    - Empty if there is none, or none with that O(name).
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the launch configuration.
      type: str
      returned: success
      sample: all-nodes-launch
    description:
      description: Free text.
      type: str
      returned: success
      sample: Sample Launch Config with all four nodetypes
    version:
      description: Version of the configuration's format.
      type: str
      returned: success
      sample: 0.0.3
    image:
      description: Name of the image.
      type: str
      returned: success
      sample: red5pro-image-name
    targets:
      description: The roles, sorted; C(image) is V(null) for roles with the general image.
      type: list
      elements: dict
      returned: success
      sample:
        - role: edge
          instance_type: c5.large
          connection_capacity: 2000
          image: null
    properties:
      description: The properties, values as text, without the user data.
      type: dict
      returned: success
      sample: {property-name: property-value}
    metadata:
      description: The tags for the nodes, values as text.
      type: dict
      returned: success
      sample: {meta-name: meta-value}
    user_data:
      description: EC2 user data as text, V(null) if there is none.
      type: str
      returned: success
      sample: "#!/bin/bash\n"
    user_data_file:
      description: Path of a file with EC2 user data on the stream managers, V(null) if there is none.
      type: str
      returned: success
      sample: /etc/red5pro/user-data
"""

from ansible_collections.streamops.red5pro.plugins.module_utils._engine import run_info
from ansible_collections.streamops.red5pro.plugins.module_utils._launch_config import LAUNCH_CONFIG


def main() -> None:
    """Run the module."""
    run_info(LAUNCH_CONFIG)


if __name__ == "__main__":
    main()
