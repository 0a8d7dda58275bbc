# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What every region has: a VPC with its subnets, security groups and the key pair."""

from __future__ import annotations

from typing import Any

import boto3

from rehearsal.accounts.default import ANYWHERE, NAME
from rehearsal.accounts.model import Account, Subnet

from .common import tagged


class Region:
    """One region, made by `build()`."""

    def __init__(self, account: Account, region: str) -> None:
        self._ec2 = boto3.client("ec2", region_name=region)
        self._cidr, self._subnets = account.networks[region]
        self._groups = account.groups[region]

    def build(self, public_key: bytes) -> dict[str, str]:
        """Name -> id of its VPC (named NAME), subnets and groups."""
        self._ec2.import_key_pair(KeyName=NAME, PublicKeyMaterial=public_key)
        vpc = self._ec2.create_vpc(CidrBlock=self._cidr, TagSpecifications=tagged("vpc", NAME))["Vpc"]["VpcId"]
        for attribute in ("EnableDnsSupport", "EnableDnsHostnames"):
            self._ec2.modify_vpc_attribute(VpcId=vpc, **{attribute: {"Value": True}})
        public = self._public_routes(vpc)
        ids = {NAME: vpc}
        for name, subnet in self._subnets.items():
            ids[name] = self._subnet(vpc, name, subnet)
            if subnet.public:
                self._ec2.modify_subnet_attribute(SubnetId=ids[name], MapPublicIpOnLaunch={"Value": subnet.maps})
                self._ec2.associate_route_table(SubnetId=ids[name], RouteTableId=public)
        for name, (description, rules) in self._groups.items():
            ids[name] = self._group(vpc, name, description, rules)
        return ids

    def _public_routes(self, vpc: str) -> str:
        tags = tagged("internet-gateway", NAME)
        gateway = self._ec2.create_internet_gateway(TagSpecifications=tags)["InternetGateway"]["InternetGatewayId"]
        self._ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        tags = tagged("route-table", f"{NAME}-public")
        table = self._ec2.create_route_table(VpcId=vpc, TagSpecifications=tags)["RouteTable"]["RouteTableId"]
        self._ec2.create_route(RouteTableId=table, DestinationCidrBlock=ANYWHERE, GatewayId=gateway)
        return str(table)

    def _subnet(self, vpc: str, name: str, subnet: Subnet) -> str:
        cidr: Any = {"CidrBlock": subnet.cidr} if subnet.cidr else {"Ipv6Native": True}
        where = {**cidr, **({"Ipv6CidrBlock": subnet.ipv6} if subnet.ipv6 else {}), "AvailabilityZone": subnet.zone}
        return str(self._ec2.create_subnet(VpcId=vpc, TagSpecifications=tagged("subnet", name), **where)["Subnet"]["SubnetId"])

    def _group(self, vpc: str, name: str, description: str, rules: tuple[tuple[int | tuple[int, int], str, str], ...]) -> str:
        tags = tagged("security-group", name)
        created = self._ec2.create_security_group(VpcId=vpc, GroupName=name, Description=description, TagSpecifications=tags)
        permissions: Any = [
            {"IpProtocol": protocol, "FromPort": first, "ToPort": last, "IpRanges": [{"CidrIp": cidr, "Description": text}]}
            for port, cidr, text in rules
            for protocol, first, last in [("tcp", port, port) if isinstance(port, int) else ("udp", *port)]
        ]
        self._ec2.authorize_security_group_ingress(GroupId=created["GroupId"], IpPermissions=permissions)
        return str(created["GroupId"])
