# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The emulated AWS on a port of its own, emptied for each test, with a clock that the test sets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from rehearsal import aws, settings
from rehearsal.aws import facts
from rehearsal.aws.server import Server, reset

ONCE = Config(retries={"total_max_attempts": 1})


class Cloud:
    """An account with one VPC, with short calls to break a rule."""

    def __init__(self, server: Server, log: Path) -> None:
        self.url, self.log, self.time = server.url, log, 0.0

    def client(self, service: str, region: str = settings.REGION, key: str = settings.OPERATOR_ACCESS_KEY) -> Any:
        """A boto3 client without retries; with policies, the operator's key is limited to them."""
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=region,
            aws_access_key_id=key,
            aws_secret_access_key=settings.SECRET_KEY,
            config=ONCE,
        )

    def wait(self, seconds: float) -> None:
        """Let this time pass."""
        self.time += seconds
        aws.clock.tick()

    def build(self) -> None:
        """VPC with an internet gateway, subnets `a`, `a2`, `b`, `c` and a private one, a group, a key, an image."""
        self.ec2, self.elbv2, self.acm, self.route53 = (self.client(name) for name in ("ec2", "elbv2", "acm", "route53"))
        self.vpc = self.ec2.create_vpc(CidrBlock=settings.VPC_CIDR)["Vpc"]["VpcId"]
        gateway = self.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        self.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=self.vpc)
        table = self.ec2.create_route_table(VpcId=self.vpc)["RouteTable"]["RouteTableId"]
        self.ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
        self.subnets = {}
        for number, name in enumerate(("a", "a2", "b", "c", "private")):
            zone = f"{settings.REGION}{'a' if name == 'private' else name[0]}"
            subnet = self.ec2.create_subnet(VpcId=self.vpc, CidrBlock=f"127.10.{number}.0/24", AvailabilityZone=zone)
            self.subnets[name] = subnet["Subnet"]["SubnetId"]
            if name != "private":
                self.ec2.associate_route_table(RouteTableId=table, SubnetId=self.subnets[name])
                self.ec2.modify_subnet_attribute(SubnetId=self.subnets[name], MapPublicIpOnLaunch={"Value": True})
        self.group = self.new_group("servers")
        self.image = self.ec2.register_image(
            Name="original", RootDeviceName="/dev/sda1", BlockDeviceMappings=[{"DeviceName": "/dev/sda1", "Ebs": {"VolumeSize": 16}}]
        )["ImageId"]

    def new_group(self, name: str) -> str:
        """A security group of the VPC."""
        return str(self.ec2.create_security_group(GroupName=name, Description=name, VpcId=self.vpc)["GroupId"])

    def launch(self, subnet: str = "a", **more: Any) -> str:
        """An instance, just launched."""
        wanted = {"ImageId": self.image, "InstanceType": "t3.medium", "SubnetId": self.subnets[subnet], "SecurityGroupIds": [self.group]}
        answer = self.ec2.run_instances(MinCount=1, MaxCount=1, **(wanted | more))
        return str(answer["Instances"][0]["InstanceId"])

    def running(self, subnet: str = "a", **more: Any) -> str:
        """An instance whose checks have passed."""
        instance = self.launch(subnet, **more)
        self.wait(100)
        return instance

    def instance(self, instance: str) -> dict[str, Any]:
        """What describe-instances says of one, found by a filter."""
        found = self.ec2.describe_instances(Filters=[{"Name": "instance-id", "Values": [instance]}])
        return found["Reservations"][0]["Instances"][0] if found["Reservations"] else {}

    def state(self, instance: str) -> str:
        """The state of an instance."""
        return str(self.instance(instance)["State"]["Name"])

    def balancer(self, name: str = "front", **more: Any) -> str:
        """An internet-facing load balancer over two zones; its ARN."""
        wanted = {"Subnets": [self.subnets["a"], self.subnets["b"]], "SecurityGroups": [self.group]}
        return str(self.elbv2.create_load_balancer(Name=name, **(wanted | more))["LoadBalancers"][0]["LoadBalancerArn"])

    def target_group(self, name: str = "managers") -> str:
        """An HTTP target group on port 5080; its ARN."""
        answer = self.elbv2.create_target_group(Name=name, Protocol="HTTP", Port=5080, VpcId=self.vpc)
        return str(answer["TargetGroups"][0]["TargetGroupArn"])

    def listen(self, balancer: str, group: str, port: int = 5080, **more: Any) -> str:
        """A listener that forwards to a target group; its ARN."""
        wanted = {"Protocol": "HTTP", "DefaultActions": [{"Type": "forward", "TargetGroupArn": group}]}
        answer = self.elbv2.create_listener(LoadBalancerArn=balancer, Port=port, **(wanted | more))
        return str(answer["Listeners"][0]["ListenerArn"])

    def zone(self, name: str = "example.com") -> str:
        """A public hosted zone; its id."""
        return str(self.route53.create_hosted_zone(Name=name, CallerReference=name)["HostedZone"]["Id"])

    def change(self, zone: str, *changes: tuple[str, str, str, str]) -> dict[str, Any]:
        """Change records: action, name, type and value of each."""
        batch = [
            {
                "Action": action,
                "ResourceRecordSet": {"Name": name, "Type": kind, "TTL": 300, "ResourceRecords": [{"Value": value}]},
            }
            for action, name, kind, value in changes
        ]
        answer = self.route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": batch})
        return dict(answer["ChangeInfo"])

    def request(self, name: str = "*.example.com", method: str = "DNS", **more: Any) -> str:
        """A certificate, just requested; its ARN."""
        return str(self.acm.request_certificate(DomainName=name, ValidationMethod=method, **more)["CertificateArn"])

    def certificate(self, arn: str) -> dict[str, Any]:
        """What describe-certificate says."""
        return dict(self.acm.describe_certificate(CertificateArn=arn)["Certificate"])

    def record_of(self, arn: str, place: int = 0) -> tuple[str, str]:
        """Name and value of the validation record; the first answer may not have it."""
        self.certificate(arn)
        record = self.certificate(arn)["DomainValidationOptions"][place]["ResourceRecord"]
        return record["Name"], record["Value"]

    def issued(self, name: str = "*.example.com") -> str:
        """A certificate that was validated; its ARN."""
        arn = self.request(name, "EMAIL")
        aws.approve_email(arn)
        return arn


@contextmanager
def refused(code: str) -> Iterator[None]:
    """The call inside must be answered with this error code."""
    with pytest.raises(ClientError) as caught:
        yield
    assert caught.value.response["Error"]["Code"] == code, caught.value


@pytest.fixture(name="refused")
def _refused() -> Any:
    return refused


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    """The server, once: moto's state is the process's."""
    log = tmp_path_factory.mktemp("aws") / "aws.jsonl"
    running = aws.start(1, address=("127.0.0.1", 0), log=log)
    yield running, log
    running.close()


@pytest.fixture
def empty(server: tuple[Server, Path]) -> Iterator[Cloud]:
    """An account with nothing in it, as slow as AWS by a clock at 0, where new ids are known at once.

    Every answer in a test must have AWS's keys, if the table of facts has them.
    """
    running, log = server
    answers = log.with_name(aws.calllog.ANSWERS)
    for path in (log, answers):
        path.write_text("")
    cloud = Cloud(running, log)
    reset(1, lambda: cloud.time)
    aws.hooks.set_up()
    aws.faults.eventual = False
    yield cloud
    read = [one for one in aws.calllog.read(answers) if one["service"] in facts.KNOWN]
    found = {line for one in read for line in facts.differences(one["service"], one["action"], one["answer"], complete=False)}
    assert not found, "\n".join(sorted(found))


@pytest.fixture
def cloud(empty: Cloud) -> Cloud:
    """An account with a VPC, at pace 1."""
    empty.build()
    return empty
