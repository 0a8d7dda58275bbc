# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Security groups and subnets: their rules, and what still uses them (rules 19, 20)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from moto.ec2.models.security_groups import SecurityGroupRule
from moto.ec2.responses.security_groups import parse_sg_attributes_from_dict

from .. import limits
from ..patches.groups import identity
from ..registry import Call, Refusal, rule

DESCRIPTION = re.compile(r"[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]{0,255}")


@rule(19, "ec2", "DeleteSecurityGroup")
def group_not_in_use(call: Call) -> None:
    """Neither an interface nor another group's rule may name it."""
    group = call.ec2.get_security_group_by_name_or_id(call.params.get("GroupId") or call.params.get("GroupName"))
    if group is None:
        return
    if group.is_default:
        raise Refusal("CannotDelete", f'the specified group: "{group.id}" name: "default" cannot be deleted by a user')
    others = [other for other in call.ec2.describe_security_groups() if other is not group]
    named = [entry.source_group.get("GroupId") for other in others for entry in (*other.ingress_rules, *other.egress_rules)]
    if group.id in named or any(group in interface.group_set for interface in call.ec2.enis.values()):
        raise Refusal("DependencyViolation", f"resource {group.id} has a dependent object")


@rule(19, "ec2", "DeleteSubnet")
def subnet_not_in_use(call: Call) -> None:
    """No interface is in it."""
    if any(interface.subnet.id == call.params["SubnetId"] for interface in call.ec2.enis.values()):
        raise Refusal("DependencyViolation", f"The subnet '{call.params['SubnetId']}' has dependencies and cannot be deleted.")


@rule(20, "ec2", "AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress")
def new_rules_within_quota(call: Call) -> None:
    """All of a request or nothing: no duplicate rule, not too many."""
    group = call.ec2.get_security_group_by_name_or_id(call.params.get("GroupId") or call.params.get("GroupName"))
    if group is None:
        return
    present = group.ingress_rules if call.action.endswith("Ingress") else group.egress_rules
    known = {identity(entry) for entry in present}
    for wanted in wanted_rules(call, group):
        if identity(wanted) in known:
            raise Refusal("InvalidPermission.Duplicate", f'the specified rule "{identity(wanted)}" already exists')
        known.add(identity(wanted))
    if len(known) > limits.inbound_rules:
        raise Refusal("RulesPerSecurityGroupLimitExceeded", "The maximum number of rules per security group has been reached.")


@rule(
    20,
    "ec2",
    "AuthorizeSecurityGroupIngress",
    "AuthorizeSecurityGroupEgress",
    "UpdateSecurityGroupRuleDescriptionsIngress",
    "UpdateSecurityGroupRuleDescriptionsEgress",
)
def well_formed_descriptions(call: Call) -> None:
    """At most 255 of the characters AWS allows."""
    permissions = call.params.get("IpPermissions", ())
    sources = [source for entry in permissions for kind in ("IpRanges", "Ipv6Ranges", "UserIdGroupPairs") for source in entry.get(kind, ())]
    for source in sources:
        if not DESCRIPTION.fullmatch(source.get("Description", "")):
            raise Refusal(
                "InvalidParameterValue",
                "Invalid rule description. Valid descriptions are strings less than 256 characters from the following set: "
                "a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*",
            )


@rule(None, "ec2", "CreateSecurityGroup")
def group_of_a_vpc(call: Call) -> None:
    """There is no default VPC, and descriptions have their characters."""
    if not call.params.get("VpcId"):
        raise Refusal("VPCIdNotSpecified", "No default VPC for this user")
    if call.params["VpcId"] not in call.ec2.vpcs:
        raise Refusal("InvalidVpcID.NotFound", f"The vpc ID '{call.params['VpcId']}' does not exist")
    for key in ("GroupName", "Description"):
        if not DESCRIPTION.fullmatch(call.params.get(key, "")):
            raise Refusal("InvalidParameterValue", f"Value ({call.params[key]}) for parameter {key} is invalid.")


@rule(None, "ec2", "ModifyInstanceAttribute")
def known_groups(call: Call) -> None:
    """moto would put an instance into a group that does not exist."""
    instance = call.ec2.get_instance(call.params["InstanceId"])
    for group_id in call.params.get("Groups", ()):
        group = call.ec2.get_security_group_from_id(group_id)
        if group is None or group.vpc_id != instance.vpc_id:
            raise Refusal("InvalidGroup.NotFound", f"The security group '{group_id}' does not exist in VPC '{instance.vpc_id}'")


def wanted_rules(call: Call, group: Any) -> Iterator[SecurityGroupRule]:
    """The rules a request asks for, one for each source."""
    for permission in call.params.get("IpPermissions", [call.params]):
        protocol, first, last, ranges, pairs, prefixes = parse_sg_attributes_from_dict(permission)
        named = [pair | {"GroupId": pair.get("GroupId") or _id_of(call, pair)} for pair in pairs]
        yield from call.ec2._iterate_security_rules(protocol, group.id, first, last, ranges, named, prefixes)


def _id_of(call: Call, pair: dict[str, Any]) -> str | None:
    group = call.ec2.get_security_group_by_name_or_id(pair.get("GroupName"))
    return group.id if group else None
