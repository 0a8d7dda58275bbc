#!/usr/bin/python
# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: security_group_ingress
version_added: 0.1.0
short_description: Admit IPv4 addresses and members of other groups to a shared security group
description:
  - Admits exactly the given addresses to one TCP port of an existing security group, and revokes rules of an earlier run for
    addresses that are no longer given.
  - The description of its rules contains O(owner), and only such rules are changed or revoked.
    M(amazon.aws.ec2_security_group) can add rules to those of others, but cannot revoke single rules.
  - No rule is added for an address that a rule of somebody else already admits to the same port.
author:
  - streamops.red5pro contributors (@streamops)
options:
  group_id:
    description: The id of the security group. In check mode, one that does not exist yet is taken for one without rules.
    type: str
    required: true
  port:
    description: The TCP port, from 1 to 65535.
    type: int
    required: true
  addresses:
    description:
      - The addresses to admit. The keys are IPv4 addresses or networks in CIDR notation, or ids of security groups, whose members are
        admitted. An address without a prefix length means C(/32). The values are the first part of the rules' descriptions.
      - An empty dictionary revokes all rules of O(owner).
    type: dict
    required: true
  owner:
    description:
      - Identifies the rules that this task manages. Together with the longest value of O(addresses) and three more characters it can
        have 255 of the characters that EC2 accepts in a description.
    type: str
    required: true
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - streamops.red5pro.attributes
"""

EXAMPLES = r"""
- name: Admit both stream managers to the database, by their private and public addresses
  streamops.red5pro.security_group_ingress:
    region: us-east-1
    group_id: sg-0123456789abcdef0
    port: 3306
    owner: red5pro:deployment=live
    addresses:
      10.0.1.15: live-stream-manager-1 private
      203.0.113.15: live-stream-manager-1 public
      10.0.2.27: live-stream-manager-2 private
      203.0.113.27: live-stream-manager-2 public

- name: Admit all members of a security group to the database
  streamops.red5pro.security_group_ingress:
    region: us-east-1
    group_id: sg-0123456789abcdef0
    port: 3306
    owner: red5pro:group=live
    addresses:
      sg-0fedcba9876543210: all stream managers
"""

RETURN = r"""
admitted:
  description:
    - All networks and security groups that are admitted to the port after the task, including those of others, with the rules'
      descriptions.
  returned: success
  type: dict
  sample: {"10.0.1.15/32": "live-stream-manager-1 private (red5pro:deployment=live)"}
"""

from collections.abc import Mapping
from typing import Any

try:
    import botocore.exceptions
except ImportError:
    pass  # AnsibleAWSModule says so

from ansible.module_utils.common.dict_transformations import camel_dict_to_snake_dict
from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.amazon.aws.plugins.module_utils.retries import AWSRetry
from ansible_collections.streamops.red5pro.plugins.module_utils._ingress import compare, sources
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import invalid


def _group(client: Any, group_id: str, check_mode: bool) -> Mapping[str, Any]:
    """The group in snake case; in check mode, one that does not exist yet has no rules."""
    try:
        group: Mapping[str, Any] = client.describe_security_groups(GroupIds=[group_id], aws_retry=True)["SecurityGroups"][0]
    except is_boto3_error_code("InvalidGroup.NotFound"):
        if not check_mode:
            raise
        return {"ip_permissions": []}
    found: Mapping[str, Any] = camel_dict_to_snake_dict(group)
    return found


def main() -> None:
    """Read the group once, and send only what differs."""
    module = AnsibleAWSModule(
        argument_spec={
            "group_id": {"type": "str", "required": True},
            "port": {"type": "int", "required": True},
            "addresses": {"type": "dict", "required": True},
            "owner": {"type": "str", "required": True},
        },
        supports_check_mode=True,
    )
    group_id, port = module.params["group_id"], module.params["port"]
    if not 1 <= port <= 65535:
        module.fail_json(msg=invalid("port", port, "a TCP port, a whole number from 1 to 65535"))
    owner, addresses = module.params["owner"], module.params["addresses"]
    client = module.client("ec2", retry_decorator=AWSRetry.jittered_backoff())

    def permissions(networks: Mapping[str, str]) -> list[dict[str, Any]]:
        return [{"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **sources(networks)}]

    try:
        compare({"ip_permissions": []}, port, owner, addresses)  # refuses invalid input before any request
        found = compare(_group(client, group_id, module.check_mode), port, owner, addresses)
        for change, method in (
            (found.new, client.authorize_security_group_ingress),
            (found.renamed, client.update_security_group_rule_descriptions_ingress),
            (found.gone, client.revoke_security_group_ingress),
        ):
            if change and not module.check_mode:
                method(GroupId=group_id, IpPermissions=permissions(change), aws_retry=True)
    except ValueError as error:
        module.fail_json(msg=str(error))
    except (botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError) as error:
        module.fail_json_aws(error, msg=f"Failed to admit addresses to port {port} of security group {group_id}")

    module.exit_json(changed=found.changed, admitted=found.after, diff={"before": dict(found.before), "after": found.after})


if __name__ == "__main__":
    main()
