# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Load balancers and listeners: rules 1 to 5, 18, 19 and 26."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rehearsal import aws, settings
from rehearsal.aws import limits


@pytest.mark.parametrize("name", ["", "a" * 33, "-a", "a-", "a_b", "a b"])
def test_rule_01_names(cloud: Any, refused: Any, name: str) -> None:
    with refused("ValidationError"):
        cloud.balancer(name)
    with refused("ValidationError"):
        cloud.target_group(name)


def test_rule_01_internal_is_reserved_for_aws_and_long_names_are_not(cloud: Any, refused: Any) -> None:
    with refused("ValidationError"):
        cloud.balancer("internal-a")
    assert cloud.balancer("a" * 32)
    assert cloud.target_group("internal-a")


@pytest.mark.parametrize("names", [["a"], ["a", "a2"], ["a", "a2", "b"]])
def test_rule_02_one_subnet_in_each_of_two_zones(cloud: Any, refused: Any, names: list[str]) -> None:
    with refused("InvalidConfigurationRequest"):
        cloud.balancer(Subnets=[cloud.subnets[name] for name in names])
    front = cloud.balancer()
    with refused("InvalidConfigurationRequest"):
        cloud.elbv2.set_subnets(LoadBalancerArn=front, Subnets=[cloud.subnets[name] for name in names])


def test_rule_03_internet_facing_needs_a_route_to_the_internet(cloud: Any, refused: Any) -> None:
    subnets = [cloud.subnets["private"], cloud.subnets["b"]]
    with refused("InvalidSubnet"):
        cloud.balancer(Subnets=subnets)
    assert cloud.balancer(Subnets=subnets, Scheme="internal")


def test_rule_03_eight_free_addresses(cloud: Any, refused: Any) -> None:
    small = cloud.ec2.create_subnet(VpcId=cloud.vpc, CidrBlock="127.10.9.0/28", AvailabilityZone="us-east-1d")["Subnet"]["SubnetId"]
    table = cloud.ec2.describe_route_tables(Filters=[{"Name": "route.destination-cidr-block", "Values": ["0.0.0.0/0"]}])
    cloud.ec2.associate_route_table(RouteTableId=table["RouteTables"][0]["RouteTableId"], SubnetId=small)
    subnets = [cloud.subnets["a"], small]
    cloud.subnets["small"] = small
    assert cloud.balancer("enough", Subnets=subnets)  # 11 free
    cloud.running("small")
    cloud.running("small")
    assert cloud.balancer("just-enough", Subnets=subnets)  # 8 free
    with refused("InvalidSubnet"):
        cloud.balancer("one-too-many", Subnets=subnets)


def test_rule_04_provisioning_then_active(cloud: Any) -> None:
    front = cloud.balancer()

    def shown() -> dict[str, Any]:
        return dict(cloud.elbv2.describe_load_balancers(LoadBalancerArns=[front])["LoadBalancers"][0])

    assert shown()["DNSName"].startswith("front-")
    assert shown()["DNSName"].endswith(f".{settings.REGION}.elb.amazonaws.com")
    cloud.wait(119)
    assert shown()["State"]["Code"] == "provisioning"
    cloud.wait(1)
    assert shown()["State"]["Code"] == "active"
    assert aws.view.balancers()[0].state == "active"


def https(arn: str) -> dict[str, Any]:
    return {"Protocol": "HTTPS", "Certificates": [{"CertificateArn": arn}]}


def test_rule_05_only_an_issued_certificate_of_the_region(cloud: Any, refused: Any) -> None:
    front, group = cloud.balancer(), cloud.target_group()
    pending = cloud.request()
    elsewhere = cloud.client("acm", settings.SECOND_REGION).request_certificate(DomainName="example.com", ValidationMethod="EMAIL")
    aws.approve_email(elsewhere["CertificateArn"])
    for arn in (pending, elsewhere["CertificateArn"]):
        with refused("UnsupportedCertificate"):
            cloud.listen(front, group, 443, **https(arn))
    with refused("CertificateNotFound"):
        cloud.listen(front, group, 443, **https(pending[:-4] + "0000"))
    with refused("ValidationError"):
        cloud.listen(front, group, 443, Protocol="HTTPS")
    listener = cloud.listen(front, group, 443, **https(cloud.issued()))
    with refused("UnsupportedCertificate"):
        cloud.elbv2.modify_listener(ListenerArn=listener, Certificates=[{"CertificateArn": pending}])
    with refused("UnsupportedCertificate"):
        cloud.elbv2.add_listener_certificates(ListenerArn=listener, Certificates=[{"CertificateArn": pending}])


def test_rule_18_a_target_group_in_use_stays(cloud: Any, refused: Any) -> None:
    front, group = cloud.balancer(), cloud.target_group()
    cloud.listen(front, group)
    with refused("ResourceInUse"):
        cloud.elbv2.delete_target_group(TargetGroupArn=group)
    cloud.elbv2.delete_load_balancer(LoadBalancerArn=front)
    assert cloud.elbv2.describe_target_groups()["TargetGroups"][0].get("LoadBalancerArns", []) == []
    cloud.elbv2.delete_target_group(TargetGroupArn=group)


def test_rule_19_a_deleted_balancer_holds_its_group_and_subnets_for_a_minute(cloud: Any, refused: Any) -> None:
    group = cloud.new_group("front")
    front = cloud.balancer(SecurityGroups=[group])
    cloud.elbv2.delete_load_balancer(LoadBalancerArn=front)
    cloud.wait(59)
    with refused("DependencyViolation"):
        cloud.ec2.delete_security_group(GroupId=group)
    with refused("DependencyViolation"):
        cloud.ec2.delete_subnet(SubnetId=cloud.subnets["b"])
    cloud.wait(1)
    cloud.ec2.delete_security_group(GroupId=group)
    cloud.ec2.delete_subnet(SubnetId=cloud.subnets["b"])


def test_rule_26_idle_timeout_is_a_minute_unless_set(cloud: Any) -> None:
    front = cloud.balancer()
    attributes = cloud.elbv2.describe_load_balancer_attributes(LoadBalancerArn=front)["Attributes"]
    assert {"Key": "idle_timeout.timeout_seconds", "Value": "60"} in attributes
    assert aws.view.balancers()[0].idle_timeout == 60
    wanted = [{"Key": "idle_timeout.timeout_seconds", "Value": "4000"}]
    cloud.elbv2.modify_load_balancer_attributes(LoadBalancerArn=front, Attributes=wanted)
    assert aws.view.balancers()[0].idle_timeout == 4000


def test_deletion_protection_holds(cloud: Any, refused: Any) -> None:
    front = cloud.balancer()
    for value in ("true", "false"):
        cloud.elbv2.modify_load_balancer_attributes(
            LoadBalancerArn=front, Attributes=[{"Key": "deletion_protection.enabled", "Value": value}]
        )
        if value == "true":
            with refused("OperationNotPermitted"):
                cloud.elbv2.delete_load_balancer(LoadBalancerArn=front)
    cloud.elbv2.delete_load_balancer(LoadBalancerArn=front)
    with refused("LoadBalancerNotFound"):
        cloud.elbv2.describe_load_balancers(Names=["front"])


def test_access_logs_need_a_bucket_of_the_region_that_elb_may_write_into(cloud: Any, refused: Any) -> None:
    front, storage = cloud.balancer(), cloud.client("s3")
    values = {"access_logs.s3.enabled": "true", "access_logs.s3.bucket": "logs", "access_logs.s3.prefix": "live"}
    wanted = {"LoadBalancerArn": front, "Attributes": [{"Key": key, "Value": value} for key, value in values.items()]}
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::logs/AWSLogs/123456789012/*",
    }
    right = {**statement, "Resource": "arn:aws:s3:::logs/live/AWSLogs/123456789012/*"}
    for step in (
        lambda: storage.create_bucket(Bucket="logs"),
        lambda: storage.put_bucket_policy(Bucket="logs", Policy=json.dumps({"Statement": [statement]})),
        lambda: storage.put_bucket_policy(Bucket="logs", Policy=json.dumps({"Statement": [right]})),
    ):
        with refused("InvalidConfigurationRequest"):
            cloud.elbv2.modify_load_balancer_attributes(**wanted)
        step()
    cloud.elbv2.modify_load_balancer_attributes(**wanted)
    by_default = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
    storage.put_bucket_encryption(Bucket="logs", ServerSideEncryptionConfiguration={"Rules": [by_default]})
    with refused("InvalidConfigurationRequest"):
        cloud.elbv2.modify_load_balancer_attributes(**wanted)


def test_one_balancer_of_a_name_one_listener_of_a_port_known_policies(cloud: Any, refused: Any) -> None:
    front, group = cloud.balancer(), cloud.target_group()
    with refused("DuplicateLoadBalancerName"):
        cloud.balancer()
    with refused("LoadBalancerNotFound"):
        cloud.elbv2.describe_load_balancers(Names=["front", "back"])
    cloud.listen(front, group)
    with refused("DuplicateListener"):
        cloud.listen(front, group)
    with refused("SSLPolicyNotFound"):
        cloud.listen(front, group, 443, SslPolicy="ELBSecurityPolicy-None", **https(cloud.issued()))
    with refused("SubnetNotFound"):
        cloud.balancer("other", Subnets=[cloud.subnets["a"], "subnet-00000000"])
    with refused("InvalidSecurityGroup"):
        cloud.balancer("other", SecurityGroups=["sg-00000000"])


def test_a_balancer_moved_to_another_group_frees_the_first(cloud: Any, refused: Any) -> None:
    first, second = cloud.new_group("first"), cloud.new_group("second")
    front = cloud.balancer(SecurityGroups=[first])
    cloud.elbv2.set_security_groups(LoadBalancerArn=front, SecurityGroups=[second])
    with refused("DependencyViolation"):
        cloud.ec2.delete_security_group(GroupId=second)
    cloud.ec2.delete_security_group(GroupId=first)


def test_only_a_listener_with_tls_has_a_policy(cloud: Any) -> None:
    front, group = cloud.balancer(), cloud.target_group()
    cloud.listen(front, group)
    cloud.listen(front, group, 443, **https(cloud.issued()))
    listeners = cloud.elbv2.describe_listeners(LoadBalancerArn=front)["Listeners"]
    assert {entry["Port"]: entry.get("SslPolicy") for entry in listeners} == {5080: None, 443: "ELBSecurityPolicy-2016-08"}


def test_the_view_of_a_balancer(cloud: Any) -> None:
    front, group = cloud.balancer(), cloud.target_group()
    certificate = cloud.issued()
    cloud.listen(front, group)
    cloud.listen(front, group, 443, **https(certificate))
    seen = aws.view.balancers()[0]
    assert seen.addresses == ("127.56.0.1", "127.56.0.2")
    assert [(entry.port, entry.protocol, entry.certificate_arns, entry.target_group_arn) for entry in seen.listeners] == [
        (5080, "HTTP", (), group),
        (443, "HTTPS", (certificate,), group),
    ]
    cloud.elbv2.set_subnets(LoadBalancerArn=front, Subnets=[cloud.subnets[name] for name in ("a", "b", "c")])
    assert aws.view.balancers()[0].addresses == ("127.56.0.1", "127.56.0.2", "127.56.0.3")
    nodes = cloud.ec2.describe_network_interfaces()["NetworkInterfaces"]
    assert sorted(node["PrivateIpAddress"] for node in nodes) == ["127.10.0.4", "127.10.2.4", "127.10.3.4"]
    assert limits.elastic_ips == 5, "the addresses of a load balancer are not the account's Elastic IPs"
    assert cloud.ec2.describe_addresses()["Addresses"] == []
