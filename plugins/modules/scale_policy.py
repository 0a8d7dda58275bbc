#!/usr/bin/python
# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: scale_policy
short_description: Manage a scale policy of Red5 Pro Stream Manager
version_added: 0.1.0
description:
  - Creates, updates and deletes a scale policy over the Stream Manager API 4.0.
  - A scale policy defines the minimum and the maximum number of nodes of each role of a node group, for each region.
  - The options are compared with the API by meaning. Another order, V(2) or V("2"), a missing 0 and the older form
    without regions make no difference.
  - Attributes of the API that this module does not know are kept.
author:
  - streamops.red5pro contributors (@streamops)
extends_documentation_fragment:
  - streamops.red5pro.stream_manager
  - streamops.red5pro.attributes
  - streamops.red5pro.attributes.stream_manager
options:
  name:
    description: Name of the scale policy. Spaces, slashes and non-ASCII letters are allowed.
    type: str
    required: true
  state:
    description:
      - V(present) creates the scale policy or updates it.
      - V(absent) deletes it. The module fails if a node group uses it.
    type: str
    choices: [present, absent]
    default: present
  description:
    description: Free text. If it is not given, it is kept, and is empty in a new scale policy.
    type: str
  version:
    description:
      - Version of the policy's format, three numbers. V(0.0.4) is required for a region with O(regions[].subnet) or O(regions[].vpc).
    type: str
    default: 0.0.3
  type:
    description: Java class of the policy in the Stream Manager.
    type: str
    default: com.red5pro.services.autoscaling.model.ScalePolicyMaster
  regions:
    description:
      - All regions of the policy. A region that is not in the list is removed.
      - One must be named V(default). Every region must have every role that another one has, if necessary with
        O(regions[].targets[].min_limit=0).
      - Required if O(state=present).
    type: list
    elements: dict
    suboptions:
      name:
        description: V(default), or an AWS region such as V(us-east-2).
        type: str
        default: default
      subnet:
        description:
          - Subnet of the nodes, for AWS Wavelength. The default is none.
          - A region can be in the list several times, each with another subnet. Name and subnet identify the region in the API.
        type: str
      targets:
        description: The roles of the region, each once. A role that is not in the list is removed.
        type: list
        elements: dict
        required: true
        suboptions:
          role:
            description: Role of the nodes.
            type: str
            required: true
            choices: [origin, edge, relay, transcoder]
          min_limit:
            description: Minimum number of nodes, V(0) or more. Can change while a node group uses the policy.
            type: int
            required: true
          max_limit:
            description: Maximum number of nodes, O(regions[].targets[].min_limit) or more. Can change while a node group uses the policy.
            type: int
            required: true
          scale_adjustment:
            description: How many nodes to add or remove at a time, V(1) or more.
            type: int
            default: 1
          scale_in_wait_time:
            description: How many milliseconds to wait before nodes are removed, V(0) or more.
            type: int
            default: 0
          scale_out_wait_time:
            description: How many milliseconds to wait before nodes are added, V(0) or more.
            type: int
            default: 0
          estimated_warm_up_time:
            description: How many milliseconds a node takes to start, V(0) or more. An older attribute, kept if not given.
            type: int
          cool_down_period:
            description: How many milliseconds to pause between two scalings, V(0) or more. An older attribute, kept if not given.
            type: int
      vpc:
        description: VPC of the nodes, for AWS Wavelength. If it is not given, it is kept as long as the subnet is the same.
        type: str
  features:
    description:
      - The features that the nodes serve. The module fails if their minimums are not met. For other features it only warns.
      - V(clustering) is multi-bitrate streaming, adaptive bitrate subscribing and dynamic clustering. It needs a
        O(regions[].targets[].min_limit) of 2 for V(origin), V(edge) and V(relay).
      - V(transcoding) is VP8 transcoding. It needs a O(regions[].targets[].min_limit) of 2 for V(transcoder).
      - In a policy with regions in addition to V(default), their minimums are added up.
    type: list
    elements: str
    choices: [clustering, transcoding]
    default: []
notes:
  - While a node group uses the policy, the API accepts only changes of O(regions[].targets[].min_limit) and
    O(regions[].targets[].max_limit). The module refuses other changes and names the group.
seealso:
  - module: streamops.red5pro.scale_policy_info
  - module: streamops.red5pro.node_group
"""

EXAMPLES = r"""
- name: Create a scale policy with at least two nodes of each role
  streamops.red5pro.scale_policy:
    api_url: https://streammanager.example.com
    access_token: "{{ red5pro_access_token }}"
    name: default-v3
    description: Sample Scale Config policy with all node types
    features: [clustering, transcoding]
    regions:
      - targets:
          - {role: origin, min_limit: 2, max_limit: 10}
          - {role: edge, min_limit: 2, max_limit: 20, scale_in_wait_time: 300000}
          - {role: relay, min_limit: 2, max_limit: 10}
          - {role: transcoder, min_limit: 2, max_limit: 10}

- name: Manage scale policies with common connection options
  module_defaults:
    group/streamops.red5pro.stream_manager:
      api_url: https://streammanager.example.com
      access_token: "{{ red5pro_access_token }}"
  block:
    - name: Create a scale policy with origins in one region and edges in two
      streamops.red5pro.scale_policy:
        name: oe-multiregion
        regions:
          - name: default
            targets:
              - {role: origin, min_limit: 1, max_limit: 10}
              - {role: edge, min_limit: 1, max_limit: 20}
          - name: us-east-2
            targets:
              - {role: origin, min_limit: 1, max_limit: 10}
              - {role: edge, min_limit: 2, max_limit: 20}
          - name: us-west-2
            targets:
              - {role: origin, min_limit: 0, max_limit: 10}
              - {role: edge, min_limit: 2, max_limit: 20}

    - name: Create a scale policy with edges in two Wavelength zones of one region
      streamops.red5pro.scale_policy:
        name: wavelength
        version: 0.0.4
        regions:
          - name: default
            targets:
              - {role: origin, min_limit: 1, max_limit: 2}
              - {role: edge, min_limit: 0, max_limit: 10}
          - name: us-west-2
            vpc: wavelength-vpc
            subnet: subnet-a
            targets:
              - {role: origin, min_limit: 0, max_limit: 2}
              - {role: edge, min_limit: 1, max_limit: 10}
          - name: us-west-2
            vpc: wavelength-vpc
            subnet: subnet-b
            targets:
              - {role: origin, min_limit: 0, max_limit: 2}
              - {role: edge, min_limit: 1, max_limit: 5}

    - name: Delete the scale policy of last year
      streamops.red5pro.scale_policy:
        name: default-v2
        state: absent
"""

RETURN = r"""
scale_policy:
  description: The scale policy as the API has it. In check mode, the predicted one. V(null) if O(state=absent).
  returned: success
  type: dict
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

from ansible_collections.streamops.red5pro.plugins.module_utils._engine import run
from ansible_collections.streamops.red5pro.plugins.module_utils._scale_policy import SCALE_POLICY


def main() -> None:
    """Run the module."""
    run(SCALE_POLICY)


if __name__ == "__main__":
    main()
