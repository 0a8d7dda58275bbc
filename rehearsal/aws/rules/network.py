# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What of a VPC can be deleted only after something else."""

from __future__ import annotations

from ..registry import Call, Refusal, effect, rule


@rule(None, "ec2", "DeleteVpc")
def empty_vpc(call: Call) -> None:
    """No subnet, gateway, or security group and route table of one's own is left."""
    vpc = call.params["VpcId"]
    ec2 = call.ec2
    left = [
        *(one.id for one in ec2.describe_subnets() if one.vpc_id == vpc),
        *(one.id for one in ec2.internet_gateways.values() if one.vpc and one.vpc.id == vpc),
        *(one.id for one in ec2.describe_security_groups() if one.vpc_id == vpc and not one.is_default),
        *(one.id for one in ec2.route_tables.values() if one.vpc_id == vpc and not one.main_association_id),
    ]
    if left:
        raise Refusal("DependencyViolation", f"The vpc '{vpc}' has dependencies and cannot be deleted.")


@rule(None, "ec2", "DetachInternetGateway")
def no_public_address(call: Call) -> None:
    """Nothing in the VPC has a public address."""
    vpc = call.params["VpcId"]
    if any(one.public_ip and one.vpc_id == vpc for one in call.ec2.all_instances() if one.state in ("pending", "running", "stopping")):
        raise Refusal("DependencyViolation", f"Network {vpc} has some mapped public address(es). Unmap those before detaching the gateway.")


@rule(None, "ec2", "DeleteInternetGateway")
def detached_gateway(call: Call) -> None:
    """It is attached to no VPC."""
    gateway = call.ec2.internet_gateways.get(call.params["InternetGatewayId"])
    if gateway and gateway.vpc:
        raise Refusal("DependencyViolation", f"The internetGateway '{gateway.id}' has dependencies and cannot be deleted.")


@effect(None, "ec2", "DeleteVpc", "DeleteSubnet", "DeleteInternetGateway", "DeleteRouteTable", "DeleteSecurityGroup", "DeleteKeyPair")
def tags_go_too(call: Call) -> None:
    """DescribeTags does not return those of what was deleted."""
    keys = {one.id for one in call.ec2.key_pairs.values()}
    gone = {str(value) for value in call.params.values()} | {one for one in call.ec2.tags if one.startswith("key-") and one not in keys}
    for one in gone:
        call.ec2.tags.pop(one, None)


@effect(None, "ec2", "DeleteSubnet")
def associations_go_too(call: Call) -> None:
    """No route table is associated with a subnet that was deleted."""
    for table in call.ec2.route_tables.values():
        for key in [key for key, target in table._associations.items() if target == call.params["SubnetId"]]:
            del table._associations[key]
