# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What every region has: a VPC with its subnets, security groups and the key pair."""

from __future__ import annotations

import boto3

from rehearsal import account

from .common import tagged


class Region:
    """One region, made by `build()`."""

    def __init__(self, region: str) -> None:
        self._ec2 = boto3.client("ec2", region_name=region)
        self._cidr, self._subnets = account.NETWORKS[region]
        self._groups = account.GROUPS[region]

    def build(self, public_key: bytes) -> dict[str, str]:
        """Name -> id of its VPC (named account.NAME), subnets and groups."""
        self._ec2.import_key_pair(KeyName=account.NAME, PublicKeyMaterial=public_key)
        vpc = self._ec2.create_vpc(CidrBlock=self._cidr, TagSpecifications=tagged("vpc", account.NAME))["Vpc"]["VpcId"]
        for attribute in ("EnableDnsSupport", "EnableDnsHostnames"):
            self._ec2.modify_vpc_attribute(VpcId=vpc, **{attribute: {"Value": True}})
        public = self._public_routes(vpc)
        ids = {account.NAME: vpc}
        for name, (cidr, zone, is_public) in self._subnets.items():
            ids[name] = self._subnet(vpc, name, cidr, zone)
            if is_public:
                self._ec2.modify_subnet_attribute(SubnetId=ids[name], MapPublicIpOnLaunch={"Value": True})
                self._ec2.associate_route_table(SubnetId=ids[name], RouteTableId=public)
        for name, (description, rules) in self._groups.items():
            ids[name] = self._group(vpc, name, description, rules)
        return ids

    def _public_routes(self, vpc: str) -> str:
        tags = tagged("internet-gateway", account.NAME)
        gateway = self._ec2.create_internet_gateway(TagSpecifications=tags)["InternetGateway"]["InternetGatewayId"]
        self._ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        tags = tagged("route-table", f"{account.NAME}-public")
        table = self._ec2.create_route_table(VpcId=vpc, TagSpecifications=tags)["RouteTable"]["RouteTableId"]
        self._ec2.create_route(RouteTableId=table, DestinationCidrBlock=account.ANYWHERE, GatewayId=gateway)
        return str(table)

    def _subnet(self, vpc: str, name: str, cidr: str, zone: str) -> str:
        tags = tagged("subnet", name)
        return str(self._ec2.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone=zone, TagSpecifications=tags)["Subnet"]["SubnetId"])

    def _group(self, vpc: str, name: str, description: str, rules: tuple[tuple[int, str, str], ...]) -> str:
        tags = tagged("security-group", name)
        created = self._ec2.create_security_group(VpcId=vpc, GroupName=name, Description=description, TagSpecifications=tags)
        permissions = [
            {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": cidr, "Description": text}]}
            for port, cidr, text in rules
        ]
        self._ec2.authorize_security_group_ingress(GroupId=created["GroupId"], IpPermissions=permissions)
        return str(created["GroupId"])
