# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Rules 46 to 48: the operator's key is limited to docs/iam-policy*.json, which allow no change of resources of others."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from iam_policy import documents
from moto.ec2.models import ec2_backends
from moto.kms.models import kms_backends

from rehearsal import settings
from rehearsal.aws import calllog, gate, limits
from rehearsal.aws.iam import Guard, Judge, Request
from rehearsal.aws.iam.keys import ACTIONS
from rehearsal.aws.patches.encryption import encrypt

OWN = {"red5pro:deployment": "live"}
MARK = {"red5pro:associated-by": "live"}
DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation")
ARN = f"arn:aws:{{}}:us-east-1:{settings.ACCOUNT}:{{}}"
KEY = ARN.format("kms", "key/0")
ROLE = f"arn:aws:iam::{settings.ACCOUNT}:role/{{}}"
BALANCERS_ROLE = ROLE.format("aws-service-role/elasticloadbalancing.amazonaws.com/AWSServiceRoleForElasticLoadBalancing")

SCALING_ROLE = ROLE.format("aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling")
DATABASES_ROLE = ROLE.format("aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS")
DATABASE = f"arn:aws:rds:us-east-1:{settings.ACCOUNT}:{{}}:live-database"


def listed(tags: dict[str, str]) -> list[dict[str, str]]:
    """Tags as AWS takes them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def specified(tags: dict[str, str], *kinds: str) -> list[dict[str, Any]]:
    """Tags of what is being made in EC2."""
    return [{"ResourceType": kind, "Tags": listed(tags)} for kind in kinds]


def launching(template: str, subnet: str) -> dict[str, Any]:
    """What a group without instances needs."""
    return {"LaunchTemplate": {"LaunchTemplateId": template}, "MinSize": 0, "MaxSize": 0, "VPCZoneIdentifier": subnet}


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    one = Judge(list(documents().values()))
    yield one
    one.close()


class Account:
    """An account with a resource of each kind: without tags if it is somebody else's, or with those of the deployment."""

    def __init__(self, cloud: Any) -> None:
        self.cloud = cloud
        self.made: dict[str, str] = {}

    def make(self, tags: dict[str, str]) -> dict[str, str]:
        """Kind -> id or ARN; made by the administrator."""
        ec2, elbv2, name = self.cloud.ec2, self.cloud.elbv2, "own" if tags else "other"
        instance = self.cloud.running()
        group = self.cloud.target_group(name)
        balancer = self.cloud.balancer(name)
        image = ec2.create_image(InstanceId=instance, Name=f"{name}-image")["ImageId"]
        self.cloud.wait(1000)
        snapshot = ec2.describe_images(ImageIds=[image])["Images"][0]["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]
        address = ec2.allocate_address(Domain="vpc")
        associated = ec2.associate_address(AllocationId=address["AllocationId"], InstanceId=instance)["AssociationId"]
        certificate = self.cloud.request(f"{name}.example.com")
        data = {"ImageId": self.cloud.image, "InstanceType": "t3.medium", "TagSpecifications": specified(OWN, "instance")}
        template = ec2.create_launch_template(LaunchTemplateName=name, LaunchTemplateData=data)["LaunchTemplate"]["LaunchTemplateId"]
        scaling = self.cloud.client("autoscaling", key=settings.ADMINISTRATOR_ACCESS_KEY)
        scaling.create_auto_scaling_group(AutoScalingGroupName=name, Tags=listed(tags), **launching(template, self.cloud.subnets["a"]))
        if tags:
            ec2.create_tags(Resources=[template], Tags=listed(tags))
            ec2.create_tags(Resources=[instance, image, snapshot, address["AllocationId"]], Tags=listed(tags))
            elbv2.add_tags(ResourceArns=[group, balancer], Tags=listed(tags))
            self.cloud.acm.add_tags_to_certificate(CertificateArn=certificate, Tags=listed(tags))
        return {
            "instance": instance, "image": image, "snapshot": snapshot, "address": address["AllocationId"], "association": associated,
            "group": group, "balancer": balancer, "certificate": certificate, "template": template, "scaling": name,
            "subnet": self.cloud.subnets["a"],
        }  # fmt: skip


@pytest.fixture
def account(cloud: Any, judge: Judge, monkeypatch: pytest.MonkeyPatch) -> Account:
    """The account's own clients are the administrator's; `operator` is limited to the policies."""
    administrator = settings.ADMINISTRATOR_ACCESS_KEY
    for service in ("ec2", "elbv2", "acm", "route53"):
        setattr(cloud, service, cloud.client(service, key=administrator))
    monkeypatch.setattr(gate, "authorize", Guard(judge).check)
    return Account(cloud)


Attempt = tuple[str, str, Callable[[dict[str, str]], dict[str, Any]]]

# What the operator may do to what is tagged, and to nothing else: service, operation, parameters.
ONLY_OWN: dict[str, Attempt] = {
    "add a tag to an image": ("ec2", "create_tags", lambda it: {"Resources": [it["image"]], "Tags": listed({"team": "x"})}),
    "add a tag to an instance": ("ec2", "create_tags", lambda it: {"Resources": [it["instance"]], "Tags": listed({"team": "x"})}),
    "add a tag to a snapshot": ("ec2", "create_tags", lambda it: {"Resources": [it["snapshot"]], "Tags": listed({"team": "x"})}),
    "add a tag to an address": ("ec2", "create_tags", lambda it: {"Resources": [it["address"]], "Tags": listed({"team": "x"})}),
    "add a tag to a certificate": (
        "acm", "add_tags_to_certificate", lambda it: {"CertificateArn": it["certificate"], "Tags": listed({"team": "x"})}
    ),
    "add a tag to a load balancer": ("elbv2", "add_tags", lambda it: {"ResourceArns": [it["balancer"]], "Tags": listed({"team": "x"})}),
    "claim a target group": ("elbv2", "add_tags", lambda it: {"ResourceArns": [it["group"]], "Tags": listed(OWN)}),
    "change a target group's attributes": (
        "elbv2", "modify_target_group_attributes",
        lambda it: {"TargetGroupArn": it["group"], "Attributes": [{"Key": "deregistration_delay.timeout_seconds", "Value": "1"}]},
    ),
    "let somebody else's address go": ("ec2", "disassociate_address", lambda it: {"AssociationId": it["association"]}),
    "make a load balancer dual-stack": (
        "elbv2", "set_ip_address_type", lambda it: {"LoadBalancerArn": it["balancer"], "IpAddressType": "ipv4"}
    ),
    "delete a load balancer": ("elbv2", "delete_load_balancer", lambda it: {"LoadBalancerArn": it["balancer"]}),
    "delete a target group": ("elbv2", "delete_target_group", lambda it: {"TargetGroupArn": it["group"]}),
    "delete a certificate": ("acm", "delete_certificate", lambda it: {"CertificateArn": it["certificate"]}),
    "terminate an instance": ("ec2", "terminate_instances", lambda it: {"InstanceIds": [it["instance"]]}),
    "deregister an image": ("ec2", "deregister_image", lambda it: {"ImageId": it["image"]}),
    "delete a snapshot": ("ec2", "delete_snapshot", lambda it: {"SnapshotId": it["snapshot"]}),
    "change a launch template": (
        "ec2", "create_launch_template_version",
        lambda it: {"LaunchTemplateId": it["template"], "LaunchTemplateData": {"InstanceType": "t3.large"}},
    ),
    "change an Auto Scaling group": (
        "autoscaling", "update_auto_scaling_group", lambda it: {"AutoScalingGroupName": it["scaling"], "MaxSize": 1}
    ),
    "delete an Auto Scaling group": ("autoscaling", "delete_auto_scaling_group", lambda it: {"AutoScalingGroupName": it["scaling"]}),
    "delete a launch template": ("ec2", "delete_launch_template", lambda it: {"LaunchTemplateId": it["template"]}),
    "release an address": ("ec2", "release_address", lambda it: {"AllocationId": it["address"]}),
}  # fmt: skip

# What the operator may do to nothing at all.
NEVER: dict[str, Attempt] = {
    "claim an instance": ("ec2", "create_tags", lambda it: {"Resources": [it["instance"]], "Tags": listed(OWN)}),
    "claim an address": ("ec2", "create_tags", lambda it: {"Resources": [it["address"]], "Tags": listed(OWN)}),
    "claim an address while marking it": ("ec2", "create_tags", lambda it: {"Resources": [it["address"]], "Tags": listed(OWN | MARK)}),
    "strip an address of all tags": ("ec2", "delete_tags", lambda it: {"Resources": [it["address"]]}),
    "strip an image of its tags": ("ec2", "delete_tags", lambda it: {"Resources": [it["image"]], "Tags": [{"Key": "Name"}]}),
    "reserve an address without a tag": ("ec2", "allocate_address", lambda it: {"Domain": "vpc"}),
    "launch without a tag": ("ec2", "run_instances", lambda it: {"ImageId": it["image"], "MinCount": 1, "MaxCount": 1}),
    "make an image without a tag": ("ec2", "create_image", lambda it: {"InstanceId": it["instance"], "Name": "untagged"}),
    "request a certificate without a tag": ("acm", "request_certificate", lambda it: {"DomainName": "x.example.com"}),
    "make a target group without a tag": ("elbv2", "create_target_group", lambda it: {"Name": "x", "Protocol": "HTTP", "Port": 80}),
    "make a launch template without a tag": (
        "ec2", "create_launch_template", lambda it: {"LaunchTemplateName": "untagged", "LaunchTemplateData": {"ImageId": it["image"]}}
    ),
    "make an Auto Scaling group without a tag": (
        "autoscaling", "create_auto_scaling_group",
        lambda it: {"AutoScalingGroupName": "untagged", **launching(it["template"], it["subnet"])},
    ),
    "make an alarm without a tag": (
        "cloudwatch", "put_metric_alarm",
        lambda _it: {"AlarmName": "untagged", "Namespace": "AWS/ApplicationELB", "MetricName": "UnHealthyHostCount", "Statistic": "Maximum",
                     "Period": 60, "EvaluationPeriods": 1, "Threshold": 1, "ComparisonOperator": "GreaterThanThreshold"},
    ),
    "make a VPC without a tag": ("ec2", "create_vpc", lambda _it: {"CidrBlock": "10.9.0.0/16"}),
    "claim a launch template": ("ec2", "create_tags", lambda it: {"Resources": [it["template"]], "Tags": listed(OWN)}),
    "claim a subnet": ("ec2", "create_tags", lambda it: {"Resources": [it["subnet"]], "Tags": listed(OWN)}),
    "delete a subnet without the tag": ("ec2", "delete_subnet", lambda it: {"SubnetId": it["subnet"]}),
    "stop an instance": ("ec2", "stop_instances", lambda it: {"InstanceIds": [it["instance"]]}),
    "write a mail record": (
        "route53", "change_resource_record_sets",
        lambda it: {"HostedZoneId": "Z1", "ChangeBatch": {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": {
            "Name": "example.com", "Type": "MX", "TTL": 60, "ResourceRecords": [{"Value": "1 x.example.com"}]}}]}},
    ),
}  # fmt: skip

# What no call of this collection leads to, only manual ones: AWS's own roles for other services, and keys used directly.
BY_HAND = [
    Request("iam:CreateServiceLinkedRole", SCALING_ROLE, {"iam:AWSServiceName": "x"}),
    Request("iam:CreateServiceLinkedRole", BALANCERS_ROLE, {"iam:AWSServiceName": "x"}),
    Request("iam:PassRole", ROLE.format("admin"), {"iam:PassedToService": "lambda.amazonaws.com"}),
    Request("kms:Decrypt", KEY, {}),
    Request("kms:CreateGrant", KEY, {"kms:ViaService": "ec2.us-east-1.amazonaws.com", "kms:GrantIsForAWSResource": "false"}),
    Request("ec2:TerminateInstances", ARN.format("ec2", "instance/i-1"), {"aws:ResourceTag/identifier": "x"}),
    Request("ec2:TerminateInstances", ARN.format("ec2", "instance/i-1"), {"aws:ResourceTag/connectionCapacity": "1"}),
    Request("rds:CreateDBParameterGroup", DATABASE.format("pg"), {}),
    Request("rds:AddTagsToResource", DATABASE.format("db"), {"aws:RequestTag/red5pro:role": "database"}),
    Request("rds:DeleteDBInstance", DATABASE.format("db"), {"aws:ResourceTag/red5pro:role": "database"}),
    Request("iam:CreateServiceLinkedRole", DATABASES_ROLE, {"iam:AWSServiceName": "x"}),
    Request("kms:CreateGrant", KEY, {"kms:ViaService": "lambda.us-east-1.amazonaws.com", "kms:GrantIsForAWSResource": "true"}),
    Request("kms:CreateGrant", KEY, {"kms:ViaService": "rds.us-east-1.amazonaws.com", "kms:GrantIsForAWSResource": "false"}),
]


def operate(account: Account, attempt: Attempt, it: dict[str, str]) -> str:
    """The error that the operator gets, empty if none."""
    service, operation, parameters = attempt
    try:
        getattr(account.cloud.client(service), operation)(**parameters(it))
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""


def test_rule_46_nothing_of_others_is_changed_and_all_of_the_deployment_is(account: Account) -> None:
    limits.elastic_ips = 9
    other, own = account.make({}), account.make(OWN)
    of_others = {name: operate(account, attempt, other) for name, attempt in ONLY_OWN.items()}
    assert {name: error for name, error in of_others.items() if error not in DENIED} == {}
    never = {name: operate(account, attempt, other) for name, attempt in NEVER.items()}
    assert {name: error for name, error in never.items() if error not in DENIED} == {}
    assert {name: error for name, attempt in ONLY_OWN.items() if (error := operate(account, attempt, own)) in DENIED} == {}


def test_rule_46_each_service_refuses_in_its_own_words(account: Account) -> None:
    own = account.make(OWN)
    said = {}
    for service, operation, parameters in (
        ("ec2", "stop_instances", {"InstanceIds": [own["instance"]]}),
        ("elbv2", "delete_rule", {"RuleArn": ARN.format("elasticloadbalancing", "listener-rule/app/x/1/2/3")}),
        ("acm", "request_certificate", {"DomainName": "x.example.com"}),
    ):
        with pytest.raises(ClientError) as refused:
            getattr(account.cloud.client(service), operation)(**parameters)
        said[refused.value.response["Error"]["Code"]] = refused.value.response["ResponseMetadata"]["HTTPStatusCode"]
        assert f"user/operator is not authorized to perform: {'elasticloadbalancing' if service == 'elbv2' else service}:" in str(
            refused.value
        )
    assert said == {"UnauthorizedOperation": 403, "AccessDenied": 403, "AccessDeniedException": 400}


def test_rule_46_a_launch_is_decided_on_for_each_resource(account: Account) -> None:
    own = account.make(OWN)
    wanted = {
        "ImageId": own["image"],
        "InstanceType": "t3.medium",
        "SubnetId": account.cloud.subnets["a"],
        "SecurityGroupIds": [account.cloud.group],
    }
    account.cloud.client("ec2").run_instances(MinCount=1, MaxCount=1, TagSpecifications=specified(OWN, "instance", "volume"), **wanted)
    asked = [call for call in calllog.read(account.cloud.log) if call["action"] == "RunInstances"][-1]["requests"]
    kinds = [(one["action"], one["resource"].split(":", 5)[5].split("/")[0], one["context"].get("ec2:CreateAction", "")) for one in asked]
    assert sorted(kinds) == [
        ("ec2:CreateTags", "instance", "RunInstances"),
        ("ec2:CreateTags", "volume", "RunInstances"),
        *((("ec2:RunInstances", kind, "")) for kind in ("image", "instance", "network-interface", "security-group", "subnet", "volume")),
    ]


def test_rule_46_a_group_needs_the_permissions_to_launch_what_its_template_describes(account: Account) -> None:
    own = account.make(OWN)
    data = {"ImageId": own["image"], "InstanceType": "t3.medium"}
    tagged = specified(OWN, "launch-template")
    ec2, scaling = account.cloud.client("ec2"), account.cloud.client("autoscaling")
    template = ec2.create_launch_template(LaunchTemplateName="bare", LaunchTemplateData=data, TagSpecifications=tagged)
    wanted = launching(template["LaunchTemplate"]["LaunchTemplateId"], own["subnet"])
    with pytest.raises(ClientError, match="not authorized to perform: ec2:RunInstances"):
        scaling.create_auto_scaling_group(AutoScalingGroupName="bare", Tags=listed(OWN), **wanted)
    scaling.create_auto_scaling_group(AutoScalingGroupName="full", Tags=listed(OWN), **launching(own["template"], own["subnet"]))


def test_rule_47_the_first_load_balancer_makes_a_role(account: Account) -> None:
    limits.service_linked_role = 0
    wanted = {
        "Subnets": [account.cloud.subnets["a"], account.cloud.subnets["b"]],
        "SecurityGroups": [account.cloud.group],
        "Tags": listed(OWN),
    }
    client = account.cloud.client("elbv2")
    for name in ("one", "two"):
        client.create_load_balancer(Name=name, **wanted)
    asked = [
        [one["action"] for one in call["requests"]] for call in calllog.read(account.cloud.log) if call["action"] == "CreateLoadBalancer"
    ]
    made = ["elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:AddTags"]
    assert asked == [[*made, "iam:CreateServiceLinkedRole"], made]


def test_rule_47_the_first_auto_scaling_group_makes_a_role(account: Account) -> None:
    own = account.make(OWN)
    limits.auto_scaling_role = 0
    for name in ("one", "two"):
        wanted = launching(own["template"], own["subnet"])
        account.cloud.client("autoscaling").create_auto_scaling_group(AutoScalingGroupName=name, Tags=listed(OWN), **wanted)
    calls = [call for call in calllog.read(account.cloud.log) if call["action"] == "CreateAutoScalingGroup" and call.get("requests")]
    asked = [[one["resource"] for one in call["requests"] if one["action"] == "iam:CreateServiceLinkedRole"] for call in calls]
    assert asked == [[SCALING_ROLE], []]


def test_rule_48_a_launch_uses_a_customers_key_and_an_instance_profile_passes_its_role(account: Account) -> None:
    administrator = settings.ADMINISTRATOR_ACCESS_KEY
    key = account.cloud.client("kms", key=administrator).create_key()["KeyMetadata"]["Arn"]
    iam = account.cloud.client("iam", key=administrator)
    role = iam.create_role(RoleName="server", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    iam.create_instance_profile(InstanceProfileName="server")
    iam.add_role_to_instance_profile(InstanceProfileName="server", RoleName="server")
    account.cloud.client("ec2").run_instances(
        ImageId=account.cloud.image, InstanceType="t3.medium", SubnetId=account.cloud.subnets["a"], MinCount=1, MaxCount=1,
        TagSpecifications=specified(OWN, "instance"), IamInstanceProfile={"Name": "server"},
        BlockDeviceMappings=[{"DeviceName": "/dev/sda1", "Ebs": {"Encrypted": True, "KmsKeyId": key}}],
    )  # fmt: skip
    asked = [call for call in calllog.read(account.cloud.log) if call["action"] == "RunInstances"][-1]["requests"]
    used = {one["action"] for one in asked if one["resource"] == key}
    assert used == {
        f"kms:{action}"
        for action in ("CreateGrant", "Decrypt", "DescribeKey", "GenerateDataKeyWithoutPlaintext", "ReEncryptFrom", "ReEncryptTo")
    }
    assert [one["context"] for one in asked if one["resource"] == role] == [{"iam:PassedToService": "ec2.amazonaws.com"}]
    assert kms_backends[settings.ACCOUNT][settings.REGION].keys


def test_rule_48_a_launch_from_an_encrypted_image_uses_its_key(account: Account) -> None:
    key = account.cloud.client("kms", key=settings.ADMINISTRATOR_ACCESS_KEY).create_key()["KeyMetadata"]["Arn"]
    encrypt(ec2_backends[settings.ACCOUNT][settings.REGION].amis[account.cloud.image], key)
    account.cloud.client("ec2").run_instances(
        ImageId=account.cloud.image, InstanceType="t3.medium", SubnetId=account.cloud.subnets["a"], MinCount=1, MaxCount=1,
        TagSpecifications=specified(OWN, "instance"),
    )  # fmt: skip
    asked = [call for call in calllog.read(account.cloud.log) if call["action"] == "RunInstances"][-1]["requests"]
    assert {one["action"] for one in asked if one["resource"] == key} == {f"kms:{action}" for action in ACTIONS}


def test_what_nobody_may_do_by_hand(judge: Judge) -> None:
    assert judge.denied(BY_HAND) == BY_HAND


@pytest.mark.long
def test_no_condition_can_be_removed(account: Account) -> None:
    limits.elastic_ips = 9
    other = account.make({})
    attempts = [*ONLY_OWN.values(), *NEVER.values()]
    for attempt in attempts:
        operate(account, attempt, other)
    refused = [call for call in calllog.read(account.cloud.log) if call["error"] in DENIED]
    asked = [*(Request(**one) for call in refused for one in call["requests"]), *BY_HAND]
    policies = list(documents().values())
    judge = Judge(policies)
    denied = judge.denied(asked)
    useless = []
    for policy, statement, operator, key in conditions(policies):
        changed = copy.deepcopy(policies)
        del changed[policy]["Statement"][statement]["Condition"][operator][key]
        if not changed[policy]["Statement"][statement]["Condition"][operator]:
            del changed[policy]["Statement"][statement]["Condition"][operator]
        judge.use(changed)
        if judge.denied(denied) == denied:
            useless.append((policies[policy]["Statement"][statement]["Sid"], operator, key))
    judge.close()
    assert useless == []


def conditions(policies: list[Any]) -> Iterator[tuple[int, int, str, str]]:
    """Where each condition is: policy, statement, operator and key."""
    for number, policy in enumerate(policies):
        for place, statement in enumerate(policy["Statement"]):
            for operator, keys in statement.get("Condition", {}).items():
                yield from ((number, place, operator, key) for key in keys)


def test_what_aws_does_not_know_is_an_error(judge: Judge) -> None:
    with pytest.raises(ValueError, match="ec2:LaunchInstances"):
        judge.denied([Request("ec2:LaunchInstances", "*")])
