# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A VPC and its internet gateway: what must be deleted first."""

from __future__ import annotations

from typing import Any


def test_a_vpc_is_deleted_last(cloud: Any, refused: Any) -> None:
    vpc = cloud.ec2.create_vpc(CidrBlock="127.40.0.0/16")["Vpc"]["VpcId"]
    gateway = cloud.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    cloud.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    subnet = cloud.ec2.create_subnet(VpcId=vpc, CidrBlock="127.40.1.0/24")["Subnet"]["SubnetId"]
    table = cloud.ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    group = cloud.ec2.create_security_group(GroupName="own", Description="own", VpcId=vpc)["GroupId"]
    for step in (
        lambda: cloud.ec2.delete_security_group(GroupId=group),
        lambda: cloud.ec2.delete_subnet(SubnetId=subnet),
        lambda: cloud.ec2.delete_route_table(RouteTableId=table),
        lambda: cloud.ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc),
    ):
        with refused("DependencyViolation"):
            cloud.ec2.delete_vpc(VpcId=vpc)
        step()
    cloud.ec2.delete_vpc(VpcId=vpc)


def test_a_gateway_stays_while_it_is_in_use(cloud: Any, refused: Any) -> None:
    (gateway,) = cloud.ec2.describe_internet_gateways(Filters=[{"Name": "attachment.vpc-id", "Values": [cloud.vpc]}])["InternetGateways"]
    with refused("DependencyViolation"):
        cloud.ec2.delete_internet_gateway(InternetGatewayId=gateway["InternetGatewayId"])
    instance = cloud.running()
    with refused("DependencyViolation"):
        cloud.ec2.detach_internet_gateway(InternetGatewayId=gateway["InternetGatewayId"], VpcId=cloud.vpc)
    cloud.ec2.terminate_instances(InstanceIds=[instance])
    cloud.wait(100)
    cloud.ec2.detach_internet_gateway(InternetGatewayId=gateway["InternetGatewayId"], VpcId=cloud.vpc)
    cloud.ec2.delete_internet_gateway(InternetGatewayId=gateway["InternetGatewayId"])


def test_tags_are_deleted_with_their_resource(cloud: Any) -> None:
    tags = [{"Key": "team", "Value": "video"}]
    vpc = cloud.ec2.create_vpc(CidrBlock="127.40.0.0/16", TagSpecifications=[{"ResourceType": "vpc", "Tags": tags}])["Vpc"]["VpcId"]
    cloud.ec2.create_key_pair(KeyName="short", TagSpecifications=[{"ResourceType": "key-pair", "Tags": tags}])
    assert len(cloud.ec2.describe_tags()["Tags"]) == 2
    cloud.ec2.delete_vpc(VpcId=vpc)
    cloud.ec2.delete_key_pair(KeyName="short")
    assert cloud.ec2.describe_tags()["Tags"] == []


def test_a_deleted_subnet_is_in_no_route_table(cloud: Any) -> None:
    def associated() -> set[str]:
        tables = cloud.ec2.describe_route_tables()["RouteTables"]
        return {one["SubnetId"] for table in tables for one in table["Associations"] if "SubnetId" in one}

    assert cloud.subnets["a"] in associated()
    cloud.ec2.delete_subnet(SubnetId=cloud.subnets["a"])
    assert cloud.subnets["a"] not in associated()
