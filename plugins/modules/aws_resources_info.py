#!/usr/bin/python
# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: aws_resources_info
version_added: 0.2.0
short_description: Read AWS resources of several kinds, also in several regions, at once
description:
  - Reads what the C(_info) modules of C(amazon.aws) would read in as many tasks, in one process and with all calls at the same time.
  - Resources have the form that those modules give them, with keys in snake_case and tags as a dictionary, also where AWS sends no
    tags at all. No list has a particular order.
  - A call that AWS throttles is repeated. If permissions are missing, the message names every IAM action that is denied.
author:
  - streamops.red5pro contributors (@streamops)
options:
  readings:
    description: What to read.
    type: list
    elements: dict
    required: true
    suboptions:
      kind:
        description: The kind of resources.
        type: str
        required: true
        choices:
          - account_attributes
          - addresses
          - availability_zones
          - certificate
          - certificates
          - hosted_zones
          - images
          - instance_type_offerings
          - instances
          - key_pairs
          - listeners
          - load_balancers
          - record_sets
          - regions
          - route_tables
          - security_groups
          - snapshots
          - subnets
          - target_groups
          - target_health
          - volumes
          - vpcs
      name:
        description: What RV(resources) calls the result, by default O(readings[].kind). Each reading has another name.
        type: str
      region:
        description: The region to read in, by default O(region).
        type: str
      filters:
        description:
          - AWS's filters for this kind, each with a value or a list of values.
          - With a value that is empty nothing is asked, and nothing is found.
        type: dict
        default: {}
      filters_of:
        description:
          - Filters whose values come from another reading, in the form C(NAME.KEY), or C(NAME.KEY.KEY) for what is within.
          - For example V(vpcs.vpc_id) means the ids of the VPCs found.
        type: dict
        default: {}
      parameters:
        description:
          - Further parameters of the AWS operation, in AWS's own words.
          - With C(MaxItems), C(MaxResults) or C(PageSize) only the first page is read.
        type: dict
        default: {}
      each_of:
        description:
          - Parameters whose values come from another reading, in the form C(NAME.KEY). The call is made for each value.
          - Each resource says which one it is of, such as C(hosted_zone_id) for C(HostedZoneId).
        type: dict
        default: {}
      details:
        description:
          - What to read of each resource besides, with a call for each.
          - V(termination_protection) of C(instances), returned as C(disable_api_termination); V(tags) of C(certificates),
            C(load_balancers) and C(target_groups); V(attributes) of the latter two, whose keys have underscores for dots, such as
            C(idle_timeout_timeout_seconds); V(description) of C(certificates), which is what C(certificate) returns.
        type: list
        elements: str
        choices: [attributes, description, tags, termination_protection]
        default: []
      suffix_of:
        description: Leaves out resources whose name is neither one of these domain names nor a domain above one. Made for C(hosted_zones).
        type: list
        elements: str
        default: []
      only:
        description:
          - Leaves out resources whose value of a key, in AWS's own words, is another one than this, or is not in this list.
          - Upper and lower case are the same. It happens before O(readings[].details) are read, so that these are not read of all.
        type: dict
        default: {}
notes:
  - C(certificate) needs C(CertificateArn) among its O(readings[].parameters), and is an empty list if there is no such certificate.
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - streamops.red5pro.attributes.info
"""

EXAMPLES = r"""
- name: Read a VPC with its subnets, and images in two regions
  streamops.red5pro.aws_resources_info:
    region: us-east-1
    readings:
      - kind: vpcs
        filters:
          tag:Name: red5pro
      - kind: subnets
        filters_of:
          vpc-id: vpcs.vpc_id
      - kind: images
        filters:
          name: live-node
      - kind: images
        name: images_in_the_west
        region: us-west-2
        filters:
          name: live-node
  register: aws

- name: Show the zones of the subnets
  ansible.builtin.debug:
    msg: "{{ aws.resources.subnets | map(attribute='availability_zone') | unique }}"
"""

RETURN = r"""
readings:
  description: What was read, with the defaults of all options, by which a later task can tell whether it has to read anything itself.
  returned: success
  type: list
  elements: dict
  sample:
    - {kind: vpcs, name: vpcs, region: us-east-1, filters: {tag:Name: red5pro}, filters_of: {}, parameters: {}, each_of: {}, details: [],
       suffix_of: [], only: {}}
resources:
  description: The resources found, a list for each reading by its name.
  returned: success
  type: dict
  sample:
    vpcs:
      - id: vpc-0123456789abcdef0
        vpc_id: vpc-0123456789abcdef0
        cidr_block: 10.0.0.0/16
        tags: {Name: red5pro}
"""

from functools import cache
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import invalid
from ansible_collections.streamops.red5pro.plugins.module_utils._reading import KINDS, Reading, read_all, share_models

DETAILS = sorted({detail for kind in KINDS.values() for detail in kind.details})
OPTIONS = {
    "kind": {"type": "str", "required": True, "choices": list(KINDS)},
    "name": {"type": "str"},
    "region": {"type": "str"},
    "filters": {"type": "dict", "default": {}},
    "filters_of": {"type": "dict", "default": {}},
    "parameters": {"type": "dict", "default": {}},
    "each_of": {"type": "dict", "default": {}},
    "details": {"type": "list", "elements": "str", "choices": DETAILS, "default": []},
    "suffix_of": {"type": "list", "elements": "str", "default": []},
    "only": {"type": "dict", "default": {}},
}


def _readings(module: AnsibleAWSModule) -> list[Reading]:
    """The readings; fails with the option for one that is invalid."""
    readings = []
    for index, given in enumerate(module.params["readings"]):
        kind = KINDS[given["kind"]]
        unknown = sorted(set(given["details"]) - set(kind.details))
        if unknown:
            module.fail_json(
                msg=invalid(f"readings[{index}].details", ", ".join(unknown), f"for {given['kind']} {', '.join(kind.details) or 'none'}")
            )
        named = {"name": given["name"] or given["kind"], "region": given["region"] or module.region, "kind": kind}
        readings.append(Reading(**{**given, **named}))
        if named["name"] in [reading.name for reading in readings[:-1]]:
            module.fail_json(msg=invalid(f"readings[{index}].name", named["name"], "another name for each reading"))
    return readings


def main() -> None:
    """Read everything at once."""
    module = AnsibleAWSModule(
        argument_spec={"readings": {"type": "list", "elements": "dict", "required": True, "options": OPTIONS}},
        supports_check_mode=True,
    )
    share_models()

    @cache
    def connect(service: str, region: str) -> Any:
        return module.client(service, region=region)

    try:
        readings = _readings(module)
        asked = [{**given, "name": one.name, "region": one.region} for given, one in zip(module.params["readings"], readings, strict=True)]
        module.exit_json(changed=False, readings=asked, resources=read_all(connect, readings))
    except AnsibleAWSError as error:
        module.fail_json_aws_error(error)


if __name__ == "__main__":
    main()
