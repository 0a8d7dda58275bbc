# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Keys that every resource of a kind has in EC2's answers, and those that are absent where moto has an empty list or text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rehearsal import settings

from ..registry import Call, shape

_SUBNET = {"EnableDns64": False, "MapCustomerOwnedIpOnLaunch": False, "BlockPublicAccessStates": {"InternetGatewayBlockMode": "off"}}
_ADDRESS = {"PublicIpv4Pool": "amazon", "NetworkBorderGroup": "{region}"}
_ROUTES: Mapping[str, Any] = {"PropagatingVgws": []}
_GROUP = {"SecurityGroupArn": "arn:aws:ec2:{region}:{account}:security-group/{GroupId}"}
_GROUP_RULE = {"GroupOwnerId": "{account}"}
# The key that holds resources of a kind -> what each of them has besides; texts may name its own keys.
ADDED: Mapping[str, Mapping[str, Any]] = {
    "Addresses": _ADDRESS,
    "RouteTable": _ROUTES,
    "RouteTables": _ROUTES,
    "SecurityGroupRules": _GROUP_RULE,
    "SecurityGroups": _GROUP,
    "Subnet": _SUBNET,
    "Subnets": _SUBNET,
    "Volumes": {"MultiAttachEnabled": False},
}
ABSENT_IF_EMPTY: Mapping[str, tuple[str, ...]] = {
    "Vpc": ("Ipv6CidrBlockAssociationSet",),
    "Vpcs": ("Ipv6CidrBlockAssociationSet",),
    "Volumes": ("KmsKeyId",),
}


@shape("ec2", "*")
def keys_of_every_resource(call: Call) -> None:
    """In lists of them, and where there is one."""
    for kind in call.answer.keys() & (ADDED.keys() | ABSENT_IF_EMPTY.keys()):
        found = call.answer[kind]
        for one in found if isinstance(found, list) else [found]:
            add(call, one, ADDED.get(kind, {}))
            for key in ABSENT_IF_EMPTY.get(kind, ()):
                if not one.get(key):
                    one.pop(key, None)


@shape("ec2", "AllocateAddress")
def pool_of_a_new_address(call: Call) -> None:
    """What describe-addresses says of it too."""
    add(call, call.answer, _ADDRESS)


@shape("ec2", "AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress")
def arn_of_a_new_rule(call: Call) -> None:
    """Only where it is made."""
    for one in call.answer["SecurityGroupRules"]:
        add(call, one, {"SecurityGroupRuleArn": "arn:aws:ec2:{region}:{account}:security-group-rule/{SecurityGroupRuleId}"})


def add(call: Call, one: dict[str, Any], keys: Mapping[str, Any]) -> None:
    """Give a resource the keys that it lacks."""
    for key, value in keys.items():
        text = value.format(region=call.region, account=settings.ACCOUNT, **one) if isinstance(value, str) else value
        one.setdefault(key, text)
