# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Makes the baseline account of account.py, through the AWS APIs as anybody would."""
from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import boto3
import moto.ec2.models.amis
import moto.ec2.models.instances
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from moto.moto_api._internal import mock_random

from rehearsal import account, hosts, settings, trees

_SEED = 20260  # the same ids in every rehearsal
_PATIENCE = 30  # seconds


def private_key(state: Path) -> Path:
    """Where the private key of the account's key pair lies."""
    return state / "ssh" / "id_ed25519"


def define_images(machines: hosts.Hosts) -> None:
    """Say which files the hosts of the account's images start with."""
    layers = {
        "stream_manager": (trees.stream_manager_layer(machines.layer("stream_manager")),),
        "node": (trees.node_layer(machines.layer("node")),),
        "bare": (),
    }
    for image_id, tree in account.IMAGES.values():
        machines.define_image(image_id, layers[tree])


def build(state: Path, tick: Callable[[], None]) -> dict[str, str]:
    """Make the account, calling `tick` while something in it takes time; a TimeoutError says what never came.

    Returns name -> id of the VPC, the subnets and the security groups of the first region.
    """
    mock_random.seed(_SEED)
    public_key = _make_key(private_key(state))
    ids = {region: _Region(region).build(public_key) for region in account.NETWORKS}
    _Home(ids[settings.REGION], tick).build()
    return ids[settings.REGION]


def _make_key(path: Path) -> bytes:
    key = ed25519.Ed25519PrivateKey.generate()
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    public = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    path.with_suffix(".pub").write_bytes(public + b"\n")
    return public


def _tags(name: str) -> list[dict[str, str]]:
    owner = [{"Key": "Owner", "Value": "web-team"}] if name.startswith("other") else []
    return [{"Key": "Name", "Value": name}, *owner]


def _tagged(kind: str, name: str) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": _tags(name)}]


class _Region:
    """What every region has: a VPC with its subnets, security groups and the key pair."""

    def __init__(self, region: str) -> None:
        self._ec2 = boto3.client("ec2", region_name=region)
        self._cidr, self._subnets = account.NETWORKS[region]
        self._groups = account.GROUPS[region]

    def build(self, public_key: bytes) -> dict[str, str]:
        """Name -> id of its VPC (named account.NAME), subnets and groups."""
        self._ec2.import_key_pair(KeyName=account.NAME, PublicKeyMaterial=public_key)
        vpc = self._ec2.create_vpc(CidrBlock=self._cidr, TagSpecifications=_tagged("vpc", account.NAME))["Vpc"]["VpcId"]
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
        tags = _tagged("internet-gateway", account.NAME)
        gateway = self._ec2.create_internet_gateway(TagSpecifications=tags)["InternetGateway"]["InternetGatewayId"]
        self._ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        tags = _tagged("route-table", f"{account.NAME}-public")
        table = self._ec2.create_route_table(VpcId=vpc, TagSpecifications=tags)["RouteTable"]["RouteTableId"]
        self._ec2.create_route(RouteTableId=table, DestinationCidrBlock=account.ANYWHERE, GatewayId=gateway)
        return str(table)

    def _subnet(self, vpc: str, name: str, cidr: str, zone: str) -> str:
        tags = _tagged("subnet", name)
        return str(self._ec2.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone=zone, TagSpecifications=tags)["Subnet"]["SubnetId"])

    def _group(self, vpc: str, name: str, description: str, rules: tuple[tuple[int, str, str], ...]) -> str:
        tags = _tagged("security-group", name)
        created = self._ec2.create_security_group(VpcId=vpc, GroupName=name, Description=description, TagSpecifications=tags)
        permissions = [
            {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": cidr, "Description": text}]}
            for port, cidr, text in rules
        ]
        self._ec2.authorize_security_group_ingress(GroupId=created["GroupId"], IpPermissions=permissions)
        return str(created["GroupId"])


class _Home:
    """What only the first region has: images, instances, addresses, names, and somebody else's load balancer."""

    def __init__(self, ids: dict[str, str], tick: Callable[[], None]) -> None:
        self._ids = ids
        self._tick = tick
        self._ec2 = boto3.client("ec2")
        self._elb = boto3.client("elbv2")
        self._acm = boto3.client("acm")
        self._route53 = boto3.client("route53")

    def build(self) -> None:
        for name, (image_id, _) in account.IMAGES.items():
            self._image(name, image_id)
        for name in account.INSTANCES:
            self._instance(name)
        self._until("the instances run", self._all_run)
        zones = {zone: self._zone(zone, records) for zone, records in account.ZONES.items()}
        self._addresses()
        self._balancer(self._certificate(zones[account.OTHER_DOMAIN]))
        first = self._ec2.describe_instances(InstanceIds=[account.INSTANCES[account.FIRST_STREAM_MANAGER][0]])
        address = first["Reservations"][0]["Instances"][0]["PrivateIpAddress"]
        self._until(f"the first stream manager answers on {address}", lambda: self._answers(address))

    def _until(self, what: str, holds: Callable[[], Any]) -> Any:
        end = time.monotonic() + _PATIENCE
        while not (value := holds()):
            if time.monotonic() > end:
                raise TimeoutError(f"baseline account: waited {_PATIENCE} s until {what}")
            self._tick()
            time.sleep(0.02)
        return value

    def _image(self, name: str, image_id: str) -> None:
        with mock.patch.object(moto.ec2.models.amis, "random_ami_id", return_value=image_id):
            self._ec2.register_image(Name=name, Architecture="x86_64", RootDeviceName="/dev/sda1", VirtualizationType="hvm")
        snapshots = self._ec2.describe_images(ImageIds=[image_id])["Images"][0]["BlockDeviceMappings"]
        self._ec2.create_tags(Resources=[image_id, *(disk["Ebs"]["SnapshotId"] for disk in snapshots)], Tags=_tags(name))

    def _instance(self, name: str) -> None:
        instance_id, image, type_, subnet, group = account.INSTANCES[name]
        with mock.patch.object(moto.ec2.models.instances, "random_instance_id", return_value=instance_id):
            self._ec2.run_instances(
                ClientToken=name,
                ImageId=account.IMAGES[image][0],
                InstanceType=type_,
                KeyName=account.NAME,
                SubnetId=self._ids[subnet],
                SecurityGroupIds=[self._ids[group]],
                MinCount=1,
                MaxCount=1,
                TagSpecifications=_tagged("instance", name) + _tagged("volume", name),
            )

    def _all_run(self) -> bool:
        ids = [instance[0] for instance in account.INSTANCES.values()]
        reservations = self._ec2.describe_instances(InstanceIds=ids)["Reservations"]
        return all(instance["State"]["Name"] == "running" for found in reservations for instance in found["Instances"])

    @staticmethod
    def _answers(address: str) -> bool:
        for port in (settings.SSH_PORT, settings.RED5_PORT):
            try:
                socket.create_connection((address, port), timeout=1).close()
            except OSError:
                return False
        return True

    def _addresses(self) -> None:
        for name in account.OTHER_ADDRESSES:
            address = self._ec2.allocate_address(Domain="vpc", TagSpecifications=_tagged("elastic-ip", name))
            if name in account.INSTANCES:
                self._ec2.associate_address(AllocationId=address["AllocationId"], InstanceId=account.INSTANCES[name][0])

    def _zone(self, name: str, records: tuple[tuple[str, str, int, str], ...]) -> str:
        zone = self._route53.create_hosted_zone(Name=name, CallerReference=name)["HostedZone"]["Id"]
        for record in records:
            self._record(zone, *record)
        return str(zone)

    def _record(self, zone: str, name: str, type_: str, ttl: int, value: str) -> None:
        record = {"Name": name, "Type": type_, "TTL": ttl, "ResourceRecords": [{"Value": value}]}
        changes: Any = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]}
        self._route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=changes)

    def _certificate(self, zone: str) -> str:
        domain = f"*.{account.OTHER_DOMAIN}"
        request: Any = {"DomainName": domain, "ValidationMethod": "DNS", "Tags": _tags(account.OTHER_BALANCER)}
        arn = str(self._acm.request_certificate(**request)["CertificateArn"])

        def described() -> dict[str, Any]:
            return dict(self._acm.describe_certificate(CertificateArn=arn)["Certificate"])

        proof = self._until(
            f"the validation record of {domain} is known", lambda: described()["DomainValidationOptions"][0].get("ResourceRecord")
        )
        self._record(zone, proof["Name"], proof["Type"], 300, proof["Value"])
        self._until(f"the certificate for {domain} is issued", lambda: described()["Status"] == "ISSUED")
        return arn

    def _balancer(self, certificate: str) -> None:
        name = account.OTHER_BALANCER
        health: Any = {"HealthCheckPath": "/", "HealthCheckIntervalSeconds": 300, "HealthCheckTimeoutSeconds": 5}
        group = self._elb.create_target_group(
            Name=name, Protocol="HTTP", Port=80, VpcId=self._ids[account.NAME], TargetType="instance", Tags=_tags(name), **health
        )["TargetGroups"][0]["TargetGroupArn"]
        balancer = self._elb.create_load_balancer(
            Name=name,
            Subnets=[self._ids[subnet] for subnet in account.OTHER_BALANCER_SUBNETS],
            SecurityGroups=[self._ids["other-website"]],
            Scheme="internet-facing",
            Tags=_tags(name),
        )["LoadBalancers"][0]["LoadBalancerArn"]
        forward: Any = [{"Type": "forward", "TargetGroupArn": group}]
        self._elb.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=forward, Tags=_tags(name))
        tls: Any = {"Certificates": [{"CertificateArn": certificate}], "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06"}
        self._elb.create_listener(LoadBalancerArn=balancer, Protocol="HTTPS", Port=443, DefaultActions=forward, Tags=_tags(name), **tls)
        self._elb.register_targets(TargetGroupArn=group, Targets=[{"Id": account.INSTANCES[account.OTHER_INSTANCE][0], "Port": 80}])
