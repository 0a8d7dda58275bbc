# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Nothing in docs/iam-policy*.json is superfluous: the runs of the other tests need each action on each resource.

That the policies suffice, the runs themselves show, since the rehearsal refuses what they do not allow. What the conditions prevent
is in tests/rehearsal/aws/test_aws_iam.py.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from iam_policy import statements

from rehearsal.aws.iam import Judge, Request

# What no run of this directory needs, and what does.
ELSEWHERE = {
    "acm:AddTagsToCertificate": "tests/rehearsal/certificate: a tag that came later",
    "cloudwatch:ListTagsForResource": "test_alarms.py: alarms are optional",
    "acm:GetCertificate": "community.aws.acm_certificate_info, which reads a certificate that is given",
    "autoscaling:DescribeInstanceRefreshes": "tests/rehearsal/group: an Auto Scaling group",
    "autoscaling:DescribePolicies": "tests/rehearsal/group: an Auto Scaling group",
    "ec2:DescribeLaunchTemplateVersions": "tests/rehearsal/group: an Auto Scaling group",
    "ec2:DescribeInternetGateways": "destroy.yml, and tests/rehearsal/network",
    "ec2:DescribeNetworkInterfaces": "tests/rehearsal/network: what others have in a VPC to delete",
    "ec2:DescribeVpcAttribute": "molecule: amazon.aws.ec2_vpc_net_info, which finds the network",
    "ec2:StartInstances": "tests/rehearsal/hostile: the first stream manager is stopped",
    "ec2:UpdateSecurityGroupRuleDescriptionsIngress": "tests/unit/plugins/modules/test_security_group_ingress.py",
    "elasticloadbalancing:DescribeSSLPolicies": "tests/rehearsal/deployment: a security policy that is given",
    "elasticloadbalancing:DeregisterTargets": "tests/rehearsal/hostile: a property changes, and a stream manager is removed",
    "elasticloadbalancing:SetIpAddressType": "amazon.aws.elb_application_lb, where somebody made the load balancer dual-stack",
    "iam:GetInstanceProfile": "tests/rehearsal/hostile: the first stream manager has an instance profile",
    "iam:PassRole": "tests/rehearsal/aws/test_aws_iam.py: an instance profile",
    "kms:CreateGrant": "tests/rehearsal/aws/test_aws_iam.py: a customer's key",
    "kms:Decrypt": "tests/rehearsal/aws/test_aws_iam.py: a customer's key",
    "kms:DescribeKey": "tests/rehearsal/aws/test_aws_iam.py: a customer's key",
    "kms:GenerateDataKeyWithoutPlaintext": "tests/rehearsal/aws/test_aws_iam.py: a customer's key",
    "kms:ReEncryptFrom": "tests/rehearsal/aws/test_aws_iam.py: a customer's key",
    "kms:ReEncryptTo": "tests/rehearsal/aws/test_aws_iam.py: a customer's key",
    **dict.fromkeys(
        ("s3:GetBucketLocation", "s3:GetBucketPolicy", "s3:GetEncryptionConfiguration"),
        "tests/rehearsal/deployment: access logs",
    ),
    **dict.fromkeys(
        (
            *("rds:DescribeDBInstances", "rds:DescribeDBParameterGroups", "rds:DescribeDBParameters", "rds:DescribeDBSnapshots"),
            *("rds:DescribeDBSubnetGroups", "rds:ListTagsForResource"),
        ),
        "tests/rehearsal/database",
    ),
    "s3:GetObject": "tests/rehearsal/red5pro: the distribution is an object",
    "ssm:GetParameter": "tests/rehearsal/scratch: a base image by the name of a parameter",
}
# Statements that only tests marked long or in other directories need.
OTHERS = {
    **dict.fromkeys(("MakeAlarmsTagged", "DeleteAlarms"), "test_alarms.py: alarms are optional"),
    **dict.fromkeys(
        ("CreateNetworkTagged", "CreateInVpc", "TagNetwork", "ChangeCreatedNetwork"),
        "tests/rehearsal/network: a network that does not exist yet",
    ),
    **dict.fromkeys(
        (
            *("MakeLaunchTemplatesTagged", "TagLaunchTemplates", "ChangeLaunchTemplates", "LaunchFromTemplates"),
            *("MakeAutoScalingGroupsTagged", "ChangeAutoScalingGroups", "FirstAutoScalingGroup"),
        ),
        "tests/rehearsal/group: an Auto Scaling group",
    ),
    **dict.fromkeys(
        ("CreateDatabaseTagged", "TagDatabase", "ChangeDatabase", "FinalSnapshots", "FirstDatabase", "EncryptDatabaseWithGivenKey"),
        "tests/rehearsal/database: a database that does not exist yet",
    ),
    "CopyNodeImages": "test_nodes.py: copies of the node image in other regions",
    "EndNodes": "test_destroy.py: nodes that no stream manager ends, since the API does not answer",
    "DisassociateGivenElasticIps": "test_destroy.py: a given address is taken back from the instance that stays",
    "MarkGivenElasticIps": "test_destroy.py: a given address is taken back from the instance that stays",
}
# Actions of a statement that other statements need here too.
PARTS = {("ChangeWhatWasMade", "ec2:CreateTags"): "test_nodes.py: copies of the node image of a run that broke off"}
# Resources of a statement that only tests in other directories need.
RESOURCES = {
    ("ReadQuotas", "arn:aws:servicequotas:*:*:acm/L-FB94F0B0"): "tests/rehearsal/deployment: a certificate with more than ten names",
    ("ReadQuotas", "arn:aws:servicequotas:*:*:vpc/L-0EA8095F"): "tests/rehearsal/deployment: a security group with more than 60 rules",
}
Part = tuple[str, str]  # a statement, and one of its resources


@pytest.fixture(scope="module")
def requests(deployed: Any, rehearsal: Any) -> list[Request]:
    """Every request that IAM allowed the operator since the first test."""
    return [Request(**json.loads(one)) for one in sorted(rehearsal.requested())]


@pytest.fixture(scope="module")
def allowing(requests: list[Request]) -> list[tuple[Request, set[Part]]]:
    """Each request with the parts of the policies that allow it, alone."""
    judge = Judge([])
    found: defaultdict[int, set[Part]] = defaultdict(set)
    for statement in statements():
        asked = {number: one for number, one in enumerate(requests) if one.action in statement["Action"]}
        for resource in statement["Resource"]:
            judge.use([{"Version": "2012-10-17", "Statement": [statement | {"Resource": resource}]}])
            denied = judge.denied(list(asked.values()))
            for number, one in asked.items():
                if one not in denied:
                    found[number].add((statement["Sid"], resource))
    judge.close()
    return [(one, found[number]) for number, one in enumerate(requests)]


def _parts() -> Iterator[tuple[dict[str, Any], str]]:
    for statement in statements():
        yield from ((statement, resource) for resource in statement["Resource"])


def test_all_that_was_asked_is_allowed(allowing: list[tuple[Request, set[Part]]]) -> None:
    assert any(one.action == "ec2:RunInstances" for one, _parts in allowing)
    assert [one for one, parts in allowing if not parts] == []


def test_no_action_can_be_removed(allowing: list[tuple[Request, set[Part]]]) -> None:
    needed = {(sid, one.action) for one, parts in allowing for sid in {part[0] for part in parts} if len({part[0] for part in parts}) == 1}
    unneeded = {(one["Sid"], action) for one in statements() for action in one["Action"]} - needed
    assert {part for part in unneeded - PARTS.keys() if part[1] not in ELSEWHERE and part[0] not in OTHERS} == set()


def test_no_resource_can_be_removed(allowing: list[tuple[Request, set[Part]]]) -> None:
    needed = {part for _one, parts in allowing if len(parts) == 1 for part in parts}
    parts = {(one["Sid"], resource) for one, resource in _parts() if one["Sid"] not in OTHERS and not set(one["Action"]) <= set(ELSEWHERE)}
    assert parts - needed - RESOURCES.keys() == set()
