#!/usr/bin/python
# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: cloudwatch_alarm
version_added: 0.2.0
short_description: Create or update a CloudWatch alarm of one metric together with its tags
description:
  - Every request that creates or updates the alarm has the tags, so that an IAM policy can be limited to tagged alarms.
    M(amazon.aws.cloudwatch_metric_alarm) cannot set tags. Use it to delete an alarm.
  - Other tags of an existing alarm are kept.
author:
  - streamops.red5pro contributors (@streamops)
options:
  name:
    description: The name of the alarm.
    type: str
    required: true
  description:
    description: What the alarm means.
    type: str
    default: ""
  namespace:
    description: The namespace of the metric.
    type: str
    required: true
  metric_name:
    description: The metric.
    type: str
    required: true
  dimensions:
    description: The dimensions of the metric.
    type: dict
    required: true
  statistic:
    description: The statistic of the metric.
    type: str
    required: true
    choices: [SampleCount, Average, Sum, Minimum, Maximum]
  comparison:
    description: How the statistic is compared with O(threshold).
    type: str
    required: true
    choices: [GreaterThanOrEqualToThreshold, GreaterThanThreshold, LessThanThreshold, LessThanOrEqualToThreshold]
  threshold:
    description: The value to compare with.
    type: float
    required: true
  period:
    description: The seconds of a period.
    type: int
    required: true
  evaluation_periods:
    description: For how many periods the comparison must be true.
    type: int
    required: true
  treat_missing_data:
    description: What a period without data counts as.
    type: str
    required: true
    choices: [breaching, notBreaching, ignore, missing]
  alarm_actions:
    description: The ARNs of actions when the alarm begins or ends, such as SNS topics.
    type: list
    elements: str
    default: []
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
- name: Notify if a target is unhealthy for three minutes
  streamops.red5pro.cloudwatch_alarm:
    region: us-east-1
    name: live-unhealthy-targets
    namespace: AWS/ApplicationELB
    metric_name: UnHealthyHostCount
    dimensions:
      LoadBalancer: app/live/0123456789abcdef
      TargetGroup: targetgroup/live/0123456789abcdef
    statistic: Maximum
    comparison: GreaterThanOrEqualToThreshold
    threshold: 1
    period: 60
    evaluation_periods: 3
    treat_missing_data: notBreaching
    alarm_actions: [arn:aws:sns:us-east-1:123456789012:operators]
    tags:
      red5pro:deployment: live
"""

RETURN = r"""
alarm_name:
  description: The name of the alarm.
  returned: success
  type: str
  sample: live-unhealthy-targets
"""

from typing import Any

try:
    import botocore.exceptions
except ImportError:
    pass  # AnsibleAWSModule reports it

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.amazon.aws.plugins.module_utils.retries import AWSRetry
from ansible_collections.amazon.aws.plugins.module_utils.tagging import ansible_dict_to_boto3_tag_list, boto3_tag_list_to_ansible_dict
from ansible_collections.streamops.red5pro.plugins.module_utils._cloudwatch import ARGUMENTS, differs, settings


def _act(module: AnsibleAWSModule, client: Any) -> bool:
    """Whether something differed."""
    name, tags = module.params["name"], module.params["tags"]
    found = client.describe_alarms(AlarmNames=[name], aws_retry=True)["MetricAlarms"]
    wanted, listed = settings(module.params), ansible_dict_to_boto3_tag_list(tags)
    held = client.list_tags_for_resource(ResourceARN=found[0]["AlarmArn"], aws_retry=True)["Tags"] if found else []
    changes = not found or differs(found[0], wanted)
    untagged = bool(found) and not tags.items() <= boto3_tag_list_to_ansible_dict(held).items()
    if changes and not module.check_mode:
        client.put_metric_alarm(**wanted, Tags=listed, aws_retry=True)
    if untagged and not module.check_mode:  # AWS ignores the tags of a request that updates
        client.tag_resource(ResourceARN=found[0]["AlarmArn"], Tags=listed, aws_retry=True)
    return changes or untagged


def main() -> None:
    """Create or update the alarm if anything differs."""
    module = AnsibleAWSModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    client = module.client("cloudwatch", retry_decorator=AWSRetry.jittered_backoff())
    try:
        module.exit_json(changed=_act(module, client), alarm_name=module.params["name"])
    except (botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError) as error:
        module.fail_json_aws(error, msg=f"Failed to create or update the alarm {module.params['name']}")


if __name__ == "__main__":
    main()
