#!/usr/bin/python
# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: launch_config
short_description: Manage a launch configuration of Red5 Pro Stream Manager
version_added: 0.1.0
description:
  - Creates, updates and deletes a launch configuration over the Stream Manager API 4.0.
  - A launch configuration defines the image and the instance type of the nodes of each role.
  - The options are compared with the API by meaning. Another order, V(2000) or V("2000"), missing or empty properties and
    an answer without its wrapper make no difference.
  - Attributes of the API that this module does not know are kept.
author:
  - streamops.red5pro contributors (@streamops)
extends_documentation_fragment:
  - streamops.red5pro.stream_manager
  - streamops.red5pro.attributes
  - streamops.red5pro.attributes.stream_manager
options:
  name:
    description: Name of the launch configuration. Spaces, slashes and non-ASCII letters are allowed.
    type: str
    required: true
  state:
    description:
      - V(present) creates the launch configuration or updates it.
      - V(absent) deletes it. The module fails if a node group uses it.
    type: str
    choices: [present, absent]
    default: present
  description:
    description: Free text. If it is not given, it is kept, and is empty in a new launch configuration.
    type: str
  version:
    description: Version of the configuration's format, three numbers.
    type: str
    default: 0.0.3
  image:
    description:
      - Name, not id, of the image of the nodes, 3 to 128 characters.
      - Required if O(state=present).
    type: str
  targets:
    description:
      - The roles that can be launched, each once. A role that is not in the list is removed.
      - Required if O(state=present).
    type: list
    elements: dict
    suboptions:
      role:
        description: Role of the nodes.
        type: str
        required: true
        choices: [origin, edge, relay, transcoder]
      instance_type:
        description: Type of the instances.
        type: str
        required: true
      connection_capacity:
        description: How many connections a node accepts, V(1) or more.
        type: int
        required: true
      image:
        description: Name of another image for this role. The default is O(image).
        type: str
  properties:
    description:
      - All properties of the launch configuration. A property that is not given is removed.
      - Values are text, numbers or booleans.
      - Passwords, tokens and secrets, recognized by the property's name, are hidden in diffs.
    type: dict
    default: {}
  metadata:
    description:
      - All tags for the nodes, except those that the Stream Manager sets itself. A tag that is not given is removed.
      - Values are text, numbers or booleans.
    type: dict
    default: {}
  user_data:
    description:
      - EC2 user data for the nodes, at most 16 KiB. Sent as the property C(UserData), in base64.
      - Data that is not UTF-8, such as a compressed file that P(ansible.builtin.file#lookup) reads with C(rstrip=false), is sent byte
        for byte and returned as this property.
      - Mutually exclusive with O(user_data_file).
    type: str
  user_data_file:
    description:
      - Absolute path of a file on the stream managers with EC2 user data for the nodes. Sent as the property C(UserData).
      - Mutually exclusive with O(user_data).
    type: str
seealso:
  - module: streamops.red5pro.launch_config_info
  - module: streamops.red5pro.node_group
"""

EXAMPLES = r"""
- name: Create a launch configuration for all roles
  streamops.red5pro.launch_config:
    api_url: https://streammanager.example.com
    access_token: "{{ red5pro_access_token }}"
    name: all-nodes-launch
    description: Sample Launch Config with all four nodetypes
    image: red5pro-image-name
    targets:
      - {role: origin, instance_type: c5.large, connection_capacity: 2000}
      - {role: edge, instance_type: c5.large, connection_capacity: 2000}
      - {role: relay, instance_type: c5.large, connection_capacity: 2000}
      - {role: transcoder, instance_type: c5.xlarge, connection_capacity: 2000}
    properties:
      property-name: property-value
    metadata:
      environment: production

- name: Use another image for transcoders, and run a script when a node starts
  streamops.red5pro.launch_config:
    api_url: https://streammanager.example.com
    access_token: "{{ red5pro_access_token }}"
    name: with-transcoders
    image: red5pro-node-11
    targets:
      - {role: origin, instance_type: c5.large, connection_capacity: 2000}
      - {role: edge, instance_type: c5.large, connection_capacity: 2000}
      - {role: transcoder, instance_type: c5.2xlarge, connection_capacity: 200, image: red5pro-transcoder-11}
    user_data: |
      #!/bin/bash
      timedatectl set-timezone Europe/Lisbon

- name: Delete the launch configuration of last year
  streamops.red5pro.launch_config:
    api_url: https://streammanager.example.com
    access_token: "{{ red5pro_access_token }}"
    name: all-nodes-2025
    state: absent
"""

RETURN = r"""
launch_config:
  description: The launch configuration as the API has it. In check mode, the predicted one. V(null) if O(state=absent).
  returned: success
  type: dict
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

from ansible_collections.streamops.red5pro.plugins.module_utils._engine import run
from ansible_collections.streamops.red5pro.plugins.module_utils._launch_config import LAUNCH_CONFIG


def main() -> None:
    """Run the module."""
    run(LAUNCH_CONFIG)


if __name__ == "__main__":
    main()
