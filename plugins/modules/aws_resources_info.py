#!/usr/bin/python
# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: aws_resources_info
version_added: 0.2.0
short_description: Read AWS resources of several kinds, also in several regions, at once
description:
  - Reads in one task what would take several C(_info) modules of C(amazon.aws). All calls are made at the same time.
  - Resources have the form of those modules, with keys in snake_case and tags as a dictionary, also if AWS returns no
    tags. Lists have no particular order.
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
          - auto_scaling_groups
          - availability_zones
          - bucket_encryption
          - bucket_location
          - bucket_policy
          - certificate
          - certificates
          - db_instances
          - db_parameter_groups
          - db_parameters
          - db_snapshots
          - db_subnet_groups
          - hosted_zones
          - images
          - instance_refreshes
          - instance_type_offerings
          - instance_types
          - instances
          - internet_gateways
          - key_pairs
          - launch_template_versions
          - launch_templates
          - listeners
          - load_balancers
          - metric_alarms
          - network_interfaces
          - parameter
          - record_sets
          - regions
          - route_tables
          - scaling_policies
          - security_groups
          - service_quota
          - snapshots
          - ssl_policies
          - subnets
          - target_groups
          - target_health
          - volumes
          - vpcs
      name:
        description: The key of the result in RV(resources). The default is O(readings[].kind). It must be unique.
        type: str
      region:
        description: The region to read in. The default is O(region).
        type: str
      filters:
        description:
          - AWS's filters for this kind, each with a value or a list of values.
          - If a value is empty, no call is made, and nothing is found.
        type: dict
        default: {}
      filters_of:
        description:
          - Filters whose values come from another reading, in the form C(NAME.KEY), or C(NAME.KEY.KEY) for a nested key.
          - For example V(vpcs.vpc_id) are the ids of the VPCs found.
        type: dict
        default: {}
      parameters:
        description:
          - Further parameters of the AWS operation, named as AWS does.
          - With C(MaxItems), C(MaxResults) or C(PageSize) only the first page is read.
        type: dict
        default: {}
      each_of:
        description:
          - Parameters whose values come from another reading, in the form C(NAME.KEY). The call is made for each value.
          - Each resource has that value too, such as C(hosted_zone_id) for C(HostedZoneId).
        type: dict
        default: {}
      details:
        description:
          - What else to read of each resource, with one call for each.
          - V(termination_protection) of C(instances), returned as C(disable_api_termination); V(tags) of C(certificates),
            C(db_parameter_groups), C(db_subnet_groups), C(load_balancers), C(metric_alarms) and C(target_groups); V(attributes) of
            C(load_balancers) and C(target_groups), with underscores instead of dots in the keys, such as C(idle_timeout_timeout_seconds);
            V(description) of C(certificates), which is what C(certificate) returns; V(dns_support) and V(dns_hostnames) of C(vpcs).
        type: list
        elements: str
        choices: [attributes, description, dns_hostnames, dns_support, tags, termination_protection]
        default: []
      suffix_of:
        description: Leaves out resources whose name is neither one of these domain names nor a parent of one. Use it for C(hosted_zones).
        type: list
        elements: str
        default: []
      only:
        description:
          - Leaves out resources in which a key, named as AWS does, has another value than this one, or a value that is not in this list.
          - Letter case does not matter. It applies before O(readings[].details) are read, so that they are not read for all resources.
        type: dict
        default: {}
notes:
  - C(certificate) needs C(CertificateArn) in O(readings[].parameters), and returns an empty list if the certificate does not exist.
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
  description: The readings with the defaults of all options, so that a later task can check whether it must read anything itself.
  returned: success
  type: list
  elements: dict
  sample:
    - {kind: vpcs, name: vpcs, region: us-east-1, filters: {tag:Name: red5pro}, filters_of: {}, parameters: {}, each_of: {}, details: [],
       suffix_of: [], only: {}}
resources:
  description: The resources found, one list for each reading, by its name.
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
from ansible_collections.streamops.red5pro.plugins.module_utils._aws_calls import share_models
from ansible_collections.streamops.red5pro.plugins.module_utils._aws_kinds import KINDS
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import invalid
from ansible_collections.streamops.red5pro.plugins.module_utils._reading import Reading, read_all

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
