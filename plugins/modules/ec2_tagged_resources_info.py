#!/usr/bin/python
# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: ec2_tagged_resources_info
version_added: 0.1.0
short_description: Find all EC2 resources with a tag, in every region
description:
  - Finds the instances, images, snapshots, Elastic IPs and other resources of EC2 with a tag, with one request to each region that is
    enabled for the account. The C(_info) modules of C(amazon.aws) need a call for each kind in each region.
  - Terminated instances may be included for a while.
author:
  - streamops.red5pro contributors (@streamops)
options:
  tag:
    description: The tag's key.
    type: str
    required: true
  value:
    description: The tag's exact value.
    type: str
    required: true
  regions:
    description: The regions to search. The default is all that are enabled for the account.
    type: list
    elements: str
notes:
  - A region that denies access, for example by a policy of the organization, is left out with a warning. O(region) itself must answer.
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - streamops.red5pro.attributes.info
"""

EXAMPLES = r"""
- name: Find the EC2 resources of a deployment
  streamops.red5pro.ec2_tagged_resources_info:
    region: us-east-1
    tag: red5pro:deployment
    value: live
  register: found

- name: Show the regions of its images
  ansible.builtin.debug:
    msg: "{{ found.resources | selectattr('type', 'eq', 'image') | map(attribute='region') | unique }}"
"""

RETURN = r"""
resources:
  description: The resources with the tag, sorted by region, type and id.
  returned: success
  type: list
  elements: dict
  contains:
    region:
      description: Its region.
      type: str
      returned: success
      sample: us-east-1
    type:
      description: Its type as EC2 names it, such as V(instance), V(image), V(snapshot) or V(elastic-ip).
      type: str
      returned: success
      sample: image
    id:
      description: Its id.
      type: str
      returned: success
      sample: ami-0123456789abcdef0
unread_regions:
  description: The regions that denied access, sorted.
  returned: success
  type: list
  elements: str
  sample: []
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

try:
    import botocore.exceptions
except ImportError:
    pass  # AnsibleAWSModule reports it

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.amazon.aws.plugins.module_utils.retries import AWSRetry
from ansible_collections.streamops.red5pro.plugins.module_utils._aws_calls import THREADS, share_models


def _tagged(client: Any, key: str, value: str, region: str) -> list[dict[str, str]]:
    """The resources with the tag in a region. In EC2's filters * and ? are wildcards, so the value is compared again."""
    filters = [{"Name": "key", "Values": [key]}, {"Name": "value", "Values": [value]}]
    found, token = [], ""
    while True:
        page: dict[str, Any] = client.describe_tags(Filters=filters, aws_retry=True, **({"NextToken": token} if token else {}))
        found += [tag for tag in page["Tags"] if (tag["Key"], tag["Value"]) == (key, value)]
        token = page.get("NextToken", "")
        if not token:
            return [{"region": region, "type": tag["ResourceType"], "id": tag["ResourceId"]} for tag in found]


def main() -> None:
    """Read each region once."""
    module = AnsibleAWSModule(
        argument_spec={
            "tag": {"type": "str", "required": True},
            "value": {"type": "str", "required": True},
            "regions": {"type": "list", "elements": "str"},
        },
        supports_check_mode=True,
    )
    share_models()
    resources, unread = [], []
    region = module.region
    try:
        regions = module.params["regions"]
        if regions is None:
            client = module.client("ec2", retry_decorator=AWSRetry.jittered_backoff())
            regions = [one["RegionName"] for one in client.describe_regions(aws_retry=True)["Regions"]]
        clients = {one: module.client("ec2", retry_decorator=AWSRetry.jittered_backoff(), region=one) for one in sorted(set(regions))}
        with ThreadPoolExecutor(THREADS) as pool:
            tag = (module.params["tag"], module.params["value"])
            answers = {one: pool.submit(_tagged, client, *tag, one) for one, client in clients.items()}
        for region, answer in answers.items():
            try:
                resources += answer.result()
            except botocore.exceptions.ClientError as error:
                if region == module.region:
                    raise
                unread.append(region)
                module.warn(f"Failed to read {region}, which is left out: {error}")
    except (botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError) as error:
        module.fail_json_aws(error, msg=f"Failed to read the resources with the tag {module.params['tag']} in {region}")
    resources.sort(key=lambda one: (one["region"], one["type"], one["id"]))
    module.exit_json(changed=False, resources=resources, unread_regions=unread)


if __name__ == "__main__":
    main()
