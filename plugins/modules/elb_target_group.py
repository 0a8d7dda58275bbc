#!/usr/bin/python
# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: elb_target_group
version_added: 0.1.0
short_description: Create a target group together with its tags
description:
  - Creates the target group of an Application Load Balancer for instances, with its tags in the same request, so that a target group
    without tags never exists and an IAM policy can be limited to tagged resources. M(community.aws.elb_target_group) adds the tags with
    a second request.
  - Does not change a target group that exists. Use M(community.aws.elb_target_group) for that, and for health checks and attributes.
author:
  - streamops.red5pro contributors (@streamops)
options:
  name:
    description: The name of the target group.
    type: str
    required: true
  port:
    description: The port of the targets.
    type: int
    required: true
  vpc_id:
    description: The id of the VPC.
    type: str
    required: true
  tags:
    description: The tags.
    type: dict
    required: true
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - streamops.red5pro.attributes
"""

EXAMPLES = r"""
- name: Create the target group of the stream managers
  streamops.red5pro.elb_target_group:
    region: us-east-1
    name: live
    port: 5080
    vpc_id: vpc-0123456789abcdef0
    tags:
      red5pro:deployment: live
"""

RETURN = r"""
target_group_arn:
  description: The ARN of the target group; empty in check mode if it does not exist.
  returned: success
  type: str
  sample: arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/live/0123456789abcdef
"""

try:
    import botocore.exceptions
except ImportError:
    pass  # AnsibleAWSModule reports it

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.amazon.aws.plugins.module_utils.retries import AWSRetry
from ansible_collections.amazon.aws.plugins.module_utils.tagging import ansible_dict_to_boto3_tag_list


def main() -> None:
    """Create the target group if there is none with this name."""
    module = AnsibleAWSModule(
        argument_spec={
            "name": {"type": "str", "required": True},
            "port": {"type": "int", "required": True},
            "vpc_id": {"type": "str", "required": True},
            "tags": {"type": "dict", "required": True},
        },
        supports_check_mode=True,
    )
    name = module.params["name"]
    client = module.client("elbv2", retry_decorator=AWSRetry.jittered_backoff())
    try:
        found = client.describe_target_groups(Names=[name], aws_retry=True)["TargetGroups"]
    except is_boto3_error_code("TargetGroupNotFound"):
        found = []
    except (botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError) as error:  # pylint: disable=duplicate-except
        module.fail_json_aws(error, msg=f"Failed to read the target group {name}")
    created = not found
    if created and not module.check_mode:
        try:
            found = client.create_target_group(
                Name=name,
                Protocol="HTTP",
                Port=module.params["port"],
                VpcId=module.params["vpc_id"],
                TargetType="instance",
                Tags=ansible_dict_to_boto3_tag_list(module.params["tags"]),
                aws_retry=True,
            )["TargetGroups"]
        except (botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError) as error:
            module.fail_json_aws(error, msg=f"Failed to create the target group {name}")
    module.exit_json(changed=created, target_group_arn=found[0]["TargetGroupArn"] if found else "")


if __name__ == "__main__":
    main()
