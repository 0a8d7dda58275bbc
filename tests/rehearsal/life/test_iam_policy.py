# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whoever has no more than docs/iam-policy.json can run the playbooks, and the policy has nothing that no playbook needs."""

from __future__ import annotations

from typing import Any

import pytest
from iam_policy import allowed
from playing import operator_actions

# What only other runs than site.yml on the baseline account need, and which.
OTHER_RUNS = {
    "acm:DeleteCertificate": "destroy.yml",
    "acm:GetCertificate": "community.aws.acm_certificate_info, which reads a certificate that is given",
    "ec2:CopyImage": "nodes in another region",
    "ec2:CreateTags": "AWS asks for it where something is made with tags",
    "ec2:DeleteSnapshot": "an image that nothing uses any more",
    "ec2:DeregisterImage": "an image that nothing uses any more",
    "ec2:DeleteTags": "destroy.yml, for a given Elastic IP that was on the first stream manager",
    "ec2:DescribeRegions": "nodes in another region",
    "ec2:DescribeSnapshotAttribute": "destroy.yml",
    "ec2:DescribeSnapshots": "destroy.yml",
    "ec2:DisassociateAddress": "a stream manager that is no longer declared",
    "ec2:ReleaseAddress": "a stream manager that is no longer declared",
    "ec2:RevokeSecurityGroupIngress": "a stream manager that is gone",
    "ec2:StartInstances": "a stream manager that was stopped",
    "elasticloadbalancing:DeleteListener": "a listener that somebody added",
    "elasticloadbalancing:DeleteLoadBalancer": "destroy.yml",
    "elasticloadbalancing:DeleteTargetGroup": "destroy.yml",
    "elasticloadbalancing:DeregisterTargets": "a target that is none of the stream managers",
    "elasticloadbalancing:ModifyListener": "another certificate or security policy",
    "elasticloadbalancing:ModifyTargetGroup": "another health check",
    "elasticloadbalancing:RemoveTags": "a tag that is no longer declared",
    "elasticloadbalancing:SetSecurityGroups": "another security group",
    "elasticloadbalancing:SetSubnets": "other subnets",
}


@pytest.fixture(scope="module")
def called(standing: Any) -> set[str]:
    return operator_actions(standing.called)


def test_policy_suffices(called: set[str]) -> None:
    assert "ec2:RunInstances" in called
    assert called - allowed() == set()


def test_policy_has_nothing_that_nobody_needs(called: set[str]) -> None:
    assert allowed() - called == set(OTHER_RUNS)
