# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Launches and terminates the EC2 instances of nodes, in the networks of the stream manager's properties."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .ec2 import Ec2, Ec2Error, Server


@dataclass(frozen=True)
class Network:
    """The network of nodes in one region."""

    vpc: str
    group: str
    subnets: tuple[tuple[str, str], ...]  # zone, subnet id


class Launcher:
    """EC2 for the nodes of one environment: the VPC aws.vpcName and the name prefix instancecontroller.instanceNamePrefix."""

    def __init__(self, properties: Mapping[str, str], endpoint: str) -> None:
        self._properties = properties
        self._endpoint = endpoint
        self._networks: dict[str, Network] = {}
        self.prefix = properties.get("instancecontroller.instanceNamePrefix", "")
        self.default_region = properties.get("aws.defaultzone", "")

    def _ec2(self, region: str) -> Ec2:
        return Ec2(self._endpoint, region, self._properties.get("aws.accessKey", ""))

    def _network(self, region: str) -> Network:
        if region not in self._networks:
            ec2 = self._ec2(region)
            vpc = ec2.first("DescribeVpcs", "vpcSet/item/vpcId", **{"tag:Name": self._properties.get("aws.vpcName", "")})
            group = ec2.first(
                "DescribeSecurityGroups",
                "securityGroupInfo/item/groupId",
                vpc_id=vpc,
                group_name=self._properties.get("aws.ec2SecurityGroup", ""),
            )
            found = ec2.call("DescribeSubnets", Filter__1__Name="vpc-id", Filter__1__Value__1=vpc).iterfind("subnetSet/item")
            public = [item for item in found if item.findtext("mapPublicIpOnLaunch") == "true"]
            subnets = sorted((item.findtext("availabilityZone", ""), item.findtext("subnetId", "")) for item in public)
            if not subnets:
                raise Ec2Error("NotFound", f"VPC {vpc} of {region} has no subnet that gives public addresses")
            self._networks[region] = Network(vpc, group, tuple(subnets))
        return self._networks[region]

    def servers(self, region: str) -> dict[str, Server]:
        """Instance id -> every instance that is not terminated and whose name begins with the prefix, launched by anybody."""
        filters = {"tag:Name": f"{self.prefix}*"} if self.prefix else {}
        found = self._ec2(region).servers(**filters)
        return {server.id: server for server in found if server.state != "terminated"}

    def launch(self, node: Mapping[str, Any], configuration: Mapping[str, Any], turn: int) -> Server:
        """Launch the instance of a node; `turn` (0, 1, ...) spreads nodes over subnets. An Ec2Error says why not."""
        try:
            return self._launch(node, configuration, turn)
        except Ec2Error:
            self._networks.pop(node["region"], None)  # it may have changed
            raise

    def _launch(self, node: Mapping[str, Any], configuration: Mapping[str, Any], turn: int) -> Server:
        ec2, network = self._ec2(node["region"]), self._network(node["region"])
        target = next((target for target in configuration["targets"]["target"] if target["role"] == node["role"]), None)
        if target is None:
            raise Ec2Error("NotFound", f"launch configuration {configuration['name']} has no target for the role {node['role']}")
        image = target.get("image") or configuration["image"]
        tags = {item["key"]: item["value"] for item in configuration["metadata"]["meta"]}
        tags |= {key: str(node[name]) for key, name in (("Name", "identifier"), ("identifier", "identifier"), ("role", "role"))}
        tags["connectionCapacity"] = str(node["capacity"])
        parameters = {
            "ImageId": ec2.first("DescribeImages", "imagesSet/item/imageId", name=image),
            "InstanceType": target["instanceType"],
            "KeyName": self._properties.get("aws.ec2KeyPairName", ""),
            "MinCount": "1",
            "MaxCount": "1",
            "SecurityGroupId__1": network.group,
            "TagSpecification__1__ResourceType": "instance",
            **_user_data(configuration),
        }
        for number, (key, value) in enumerate(tags.items(), 1):
            parameters[f"TagSpecification__1__Tag__{number}__Key"] = key
            parameters[f"TagSpecification__1__Tag__{number}__Value"] = value
        start = turn % len(network.subnets)
        refused = Ec2Error("Unsupported", "there is no subnet")
        for zone, subnet in network.subnets[start:] + network.subnets[:start]:
            try:
                answer = ec2.call("RunInstances", SubnetId=subnet, **parameters)
            except Ec2Error as error:
                if error.code != "Unsupported":
                    raise
                refused = error  # this zone does not have the instance type
                continue
            item = answer.find("instancesSet/item")
            return Server(answer.findtext("instancesSet/item/instanceId", ""), "pending", zone, _text(item, "privateIpAddress"), "", tags)
        raise refused

    def terminate(self, region: str, instance_id: str) -> None:
        """Terminate an instance; one that does not exist is no error."""
        try:
            self._ec2(region).call("TerminateInstances", InstanceId__1=instance_id)
        except Ec2Error as error:
            if error.code != "InvalidInstanceID.NotFound":
                raise


def _text(item: Any, path: str) -> str:
    return "" if item is None else str(item.findtext(path, ""))


def _user_data(configuration: Mapping[str, Any]) -> dict[str, str]:
    """The property UserData, a file of this host or base64, as the parameter of RunInstances."""
    for item in configuration["properties"]["property"]:
        kind, _unused, value = item["value"].partition(":")
        if item["name"] == "UserData" and kind == "base64":
            return {"UserData": value}
        if item["name"] == "UserData" and kind == "file":
            try:
                return {"UserData": base64.b64encode(Path(value).read_bytes()).decode()}
            except OSError as error:
                raise Ec2Error("UserData", f"{value}: {error.strerror}") from error
    return {}
