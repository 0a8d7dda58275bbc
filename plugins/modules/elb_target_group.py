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
  - Does not change a target group that exists. Use M(community.aws.elb_target_group) for that. The other options are the same as there,
    with the same defaults of AWS.
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
  health_check_path:
    description: The path of the health checks.
    type: str
  health_check_interval:
    description: The seconds between two health checks.
    type: int
  health_check_timeout:
    description: The seconds after which a health check fails without an answer.
    type: int
  healthy_threshold_count:
    description: After how many successful health checks a target is healthy.
    type: int
  unhealthy_threshold_count:
    description: After how many failed health checks a target is unhealthy.
    type: int
  successful_response_codes:
    description: The HTTP codes of a healthy target.
    type: str
  deregistration_delay_timeout:
    description: The seconds for which a deregistered target drains.
    type: int
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
    health_check_interval: 10
    deregistration_delay_timeout: 120
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

import typing as t

try:
    import botocore.exceptions
except ImportError:
    pass  # AnsibleAWSModule reports it

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.amazon.aws.plugins.module_utils.retries import AWSRetry
from ansible_collections.amazon.aws.plugins.module_utils.tagging import ansible_dict_to_boto3_tag_list

HEALTH_CHECKS = {
    "health_check_path": ("str", "HealthCheckPath"),
    "health_check_interval": ("int", "HealthCheckIntervalSeconds"),
    "health_check_timeout": ("int", "HealthCheckTimeoutSeconds"),
    "healthy_threshold_count": ("int", "HealthyThresholdCount"),
    "unhealthy_threshold_count": ("int", "UnhealthyThresholdCount"),
}
DELAY = "deregistration_delay.timeout_seconds"


def request(options: dict[str, t.Any]) -> dict[str, t.Any]:
    """The options as CreateTargetGroup takes them."""
    checks = {parameter: options[name] for name, (_type, parameter) in HEALTH_CHECKS.items() if options[name] is not None}
    codes = options["successful_response_codes"]
    return {
        "Name": options["name"],
        "Protocol": "HTTP",
        "Port": options["port"],
        "VpcId": options["vpc_id"],
        "TargetType": "instance",
        "Tags": ansible_dict_to_boto3_tag_list(options["tags"]),
        **checks,
        **({"Matcher": {"HttpCode": codes}} if codes else {}),
    }


def main() -> None:
    """Create the target group if there is none with this name."""
    module = AnsibleAWSModule(
        argument_spec={
            "name": {"type": "str", "required": True},
            "port": {"type": "int", "required": True},
            "vpc_id": {"type": "str", "required": True},
            "tags": {"type": "dict", "required": True},
            **{name: {"type": kind} for name, (kind, _parameter) in HEALTH_CHECKS.items()},
            "successful_response_codes": {"type": "str"},
            "deregistration_delay_timeout": {"type": "int"},
        },
        supports_check_mode=True,
    )
    name, delay = module.params["name"], module.params["deregistration_delay_timeout"]
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
            found = client.create_target_group(**request(module.params), aws_retry=True)["TargetGroups"]
            if delay is not None:
                attributes = [{"Key": DELAY, "Value": str(delay)}]
                client.modify_target_group_attributes(TargetGroupArn=found[0]["TargetGroupArn"], Attributes=attributes, aws_retry=True)
        except (botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError) as error:
            module.fail_json_aws(error, msg=f"Failed to create the target group {name}")
    module.exit_json(changed=created, target_group_arn=found[0]["TargetGroupArn"] if found else "")


if __name__ == "__main__":
    main()
