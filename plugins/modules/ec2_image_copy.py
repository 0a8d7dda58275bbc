#!/usr/bin/python
# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: ec2_image_copy
version_added: 0.1.0
short_description: Copy an image to another region together with its tags
description:
  - Copies an image under a name. The same request sets the tags of the copy and of its snapshots, so that neither ever exists without
    tags and an IAM policy can be limited to tagged resources. M(community.aws.ec2_ami_copy) adds the image's tags with a second request,
    and none to the snapshots.
  - Does nothing if the account has an image with this name in the region that did not fail. Does not wait until the copy is available.
author:
  - streamops.red5pro contributors (@streamops)
options:
  source_region:
    description: The region of the image.
    type: str
    required: true
  source_image_id:
    description: The id of the image.
    type: str
    required: true
  name:
    description: The name of the copy.
    type: str
    required: true
  description:
    description: The description of the copy.
    type: str
    default: ""
  encrypted:
    description: Whether the copy's snapshots are encrypted. AWS requires it if those of the image are encrypted.
    type: bool
    default: false
  kms_key_id:
    description: The id, alias or ARN of the AWS KMS key. The default is the region's key for EBS.
    type: str
  tags:
    description: The tags of the copy and of its snapshots.
    type: dict
    required: true
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - streamops.red5pro.attributes
"""

EXAMPLES = r"""
- name: Copy the node image
  streamops.red5pro.ec2_image_copy:
    region: us-west-2
    source_region: us-east-1
    source_image_id: ami-0123456789abcdef0
    name: live-node-0123456789ab
    tags:
      red5pro:deployment: live
"""

RETURN = r"""
image_id:
  description: The id of the copy; empty in check mode if it does not exist.
  returned: success
  type: str
  sample: ami-0fedcba9876543210
"""

try:
    import botocore.exceptions
except ImportError:
    pass  # AnsibleAWSModule reports it

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.amazon.aws.plugins.module_utils.retries import AWSRetry
from ansible_collections.amazon.aws.plugins.module_utils.tagging import boto3_tag_specifications


def main() -> None:
    """Copy the image if there is none with this name."""
    module = AnsibleAWSModule(
        argument_spec={
            "source_region": {"type": "str", "required": True},
            "source_image_id": {"type": "str", "required": True},
            "name": {"type": "str", "required": True},
            "description": {"type": "str", "default": ""},
            "encrypted": {"type": "bool", "default": False},
            "kms_key_id": {"type": "str"},
            "tags": {"type": "dict", "required": True},
        },
        supports_check_mode=True,
    )
    name = module.params["name"]
    key = {"KmsKeyId": module.params["kms_key_id"]} if module.params["kms_key_id"] else {}
    client = module.client("ec2", retry_decorator=AWSRetry.jittered_backoff())
    try:
        named = client.describe_images(Owners=["self"], Filters=[{"Name": "name", "Values": [name]}], aws_retry=True)["Images"]
        image_id = next((image["ImageId"] for image in named if image["State"] in ("available", "pending")), "")
        copied = not image_id
        if copied and not module.check_mode:
            image_id = client.copy_image(
                SourceRegion=module.params["source_region"],
                SourceImageId=module.params["source_image_id"],
                Name=name,
                Description=module.params["description"],
                Encrypted=module.params["encrypted"],
                TagSpecifications=boto3_tag_specifications(module.params["tags"], types=["image", "snapshot"]),
                **key,
                aws_retry=True,
            )["ImageId"]
    except (botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError) as error:
        module.fail_json_aws(error, msg=f"Failed to copy the image {module.params['source_image_id']} as {name}")
    module.exit_json(changed=copied, image_id=image_id)


if __name__ == "__main__":
    main()
