#!/usr/bin/python
# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: security_group_ingress
version_added: 0.1.0
short_description: Let a set of IPv4 addresses into a security group that others use too
description:
  - Admits exactly the given addresses to one TCP port of an existing security group, and takes out addresses it admitted earlier
    that are no longer given.
  - What it admits carries its O(owner) in the rule's description, and only such rules are ever changed or taken out.
    M(amazon.aws.ec2_security_group) can add rules beside those of others, but cannot take single ones out again.
  - An address that somebody else's rule for the same port admits already is left to that rule.
author:
  - streamops.red5pro contributors (@streamops)
options:
  group_id:
    description: The id of the security group.
    type: str
    required: true
  port:
    description: The TCP port, from 1 to 65535.
    type: int
    required: true
  addresses:
    description:
      - What to admit. The keys are IPv4 addresses or networks in CIDR notation, an address without a prefix length meaning C(/32);
        the values say what each is, as it will stand in the rule's description.
      - An empty dictionary takes out all that O(owner) admitted.
    type: dict
    required: true
  owner:
    description:
      - Marks the rules that this task answers for. Together with the longest value of O(addresses) and three characters more it may
        have 255 characters of those that EC2 takes in a description.
    type: str
    required: true
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - streamops.red5pro.attributes
"""

EXAMPLES = r"""
- name: Let both stream managers reach the database, by their private and public addresses
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
"""

RETURN = r"""
admitted:
  description: Every network that may reach the port when the task is over, its own and those of others, with the rule's description.
  returned: success
  type: dict
  sample: {"10.0.1.15/32": "live-stream-manager-1 private (red5pro:deployment=live)"}
"""

import re
from ipaddress import IPv4Network
from typing import Any

try:
    import botocore.exceptions
except ImportError:
    pass  # AnsibleAWSModule says so

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.amazon.aws.plugins.module_utils.retries import AWSRetry

_DESCRIPTION = re.compile(r"[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]{0,255}")  # EC2, CreateSecurityGroup


def _wanted(module: AnsibleAWSModule) -> dict[str, str]:
    """The networks to admit with their descriptions, or a failure that names the option."""
    wanted = {}
    for address, purpose in module.params["addresses"].items():
        try:
            network = str(IPv4Network(address))
        except ValueError as error:
            module.fail_json(msg=f"addresses: {address!r} is not an IPv4 address or network: {error}")
        wanted[network] = f"{purpose} ({module.params['owner']})"
        if not _DESCRIPTION.fullmatch(wanted[network]):
            module.fail_json(
                msg=f"addresses[{address!r}]: {wanted[network]!r} is no description EC2 takes: at most 255 of "
                "a-z, A-Z, 0-9, spaces, and ._-:/()#,@[]+=&;{}!$*"
            )
    return wanted


def _admitted(group: dict[str, Any], port: int) -> dict[str, str]:
    """The networks that rules for exactly this port admit, with their descriptions."""
    return {
        entry["CidrIp"]: entry.get("Description", "")
        for permission in group["IpPermissions"]
        if (permission["IpProtocol"], permission.get("FromPort"), permission.get("ToPort")) == ("tcp", port, port)
        for entry in permission["IpRanges"]
    }


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
        module.fail_json(msg=f"port: {port} is not a TCP port, from 1 to 65535")
    wanted = _wanted(module)
    client = module.client("ec2", retry_decorator=AWSRetry.jittered_backoff())

    def permissions(networks: dict[str, str]) -> list[dict[str, Any]]:
        ranges = [{"CidrIp": network, "Description": text} for network, text in networks.items()]
        return [{"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": ranges}]

    try:
        group = client.describe_security_groups(GroupIds=[group_id], aws_retry=True)["SecurityGroups"][0]
        before = _admitted(group, port)
        own = {network: text for network, text in before.items() if text.endswith(f"({module.params['owner']})")}
        new = {network: text for network, text in wanted.items() if network not in before}
        renamed = {network: text for network, text in wanted.items() if network in own and own[network] != text}
        gone = {network: text for network, text in own.items() if network not in wanted}
        for change, method in (
            (new, client.authorize_security_group_ingress),
            (renamed, client.update_security_group_rule_descriptions_ingress),
            (gone, client.revoke_security_group_ingress),
        ):
            if change and not module.check_mode:
                method(GroupId=group_id, IpPermissions=permissions(change), aws_retry=True)
    except (botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError) as error:
        module.fail_json_aws(error, msg=f"Failed to admit addresses to port {port} of security group {group_id}")

    after = {network: text for network, text in before.items() if network not in gone} | new | renamed
    module.exit_json(
        changed=bool(new or renamed or gone),
        admitted=after,
        diff={"before": before, "after": after},
    )


if __name__ == "__main__":
    main()
