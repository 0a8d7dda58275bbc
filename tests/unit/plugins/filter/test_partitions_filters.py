# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The partitions of AWS."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.streamops.red5pro.plugins.filter import partitions
from iam_policy import documents

FILTERS = partitions.FilterModule().filters()
CHECKOUT = Path(__file__).resolve().parents[4]
POLICIES = list(documents().values())


@pytest.mark.parametrize(
    ("region", "partition", "domain"),
    [
        ("us-east-1", "aws", "amazonaws.com"),
        ("eu-central-1", "aws", "amazonaws.com"),
        ("cn-north-1", "aws-cn", "amazonaws.com.cn"),
        ("us-gov-west-1", "aws-us-gov", "amazonaws.com"),
        ("eusc-de-east-1", "aws-eusc", "amazonaws.eu"),
        ("us-iso-east-1", "aws-iso", "c2s.ic.gov"),
        ("us-isob-east-1", "aws-iso-b", "sc2s.sgov.gov"),
        ("eu-isoe-west-1", "aws-iso-e", "cloud.adc-e.uk"),
        ("us-isof-south-1", "aws-iso-f", "csp.hci.ic.gov"),
        ("", "aws", "amazonaws.com"),
    ],
)
def test_a_region_has_a_partition_and_a_domain(region: str, partition: str, domain: str) -> None:
    assert (FILTERS["aws_partition"](region), partitions.partitions.domain(region)) == (partition, domain)


@pytest.mark.parametrize("document", POLICIES)
def test_the_policies_of_aws_itself_stay_as_they_are(document: Any) -> None:
    assert FILTERS["iam_policy"](document) == document


@pytest.mark.parametrize("partition", ["aws-cn", "aws-us-gov", "aws-eusc"])
@pytest.mark.parametrize("document", POLICIES)
def test_every_arn_is_of_the_partition_and_nothing_else_changes(document: Any, partition: str) -> None:
    made = json.dumps(FILTERS["iam_policy"](document, partition))
    assert set(re.findall(r"arn:([\w-]+):", made)) <= {partition}
    back = made.replace(f"arn:{partition}:", "arn:aws:").replace("amazonaws.com.cn", "amazonaws.com")
    assert json.loads(back) == document


def test_in_china_ec2_has_another_name() -> None:
    made = json.dumps([FILTERS["iam_policy"](document, "aws-cn") for document in POLICIES])
    assert '"iam:PassedToService": "ec2.amazonaws.com.cn"' in made
    assert '"kms:ViaService": "ec2.*.amazonaws.com.cn"' in made
    assert '"iam:AWSServiceName": "elasticloadbalancing.amazonaws.com"' in made


def test_confined_to_one_deployment() -> None:
    made = json.dumps([FILTERS["iam_policy"](document, "aws", "live") for document in POLICIES])
    assert not re.search(r'red5pro:deployment": "\*"', made)
    assert 'red5pro:deployment": "live"' in made
    assert set(re.findall(r":((?:loadbalancer/app|targetgroup|listener/app)/[^\"]*)", made)) == {
        "loadbalancer/app/live/*",
        "targetgroup/live/*",
        "listener/app/live/*",
    }
    assert set(re.findall(r":((?:db|pg|subgrp|snapshot):[^\"]*)", made)) == {
        "db:live-database",
        "pg:live-database",
        "subgrp:live-database",
        "snapshot:live-database-final-*",
    }


def test_an_unknown_partition_is_refused() -> None:
    with pytest.raises(AnsibleFilterError, match=r"^Invalid partition: aws-mars\. Expected: aws, aws-cn, aws-us-gov, aws-eusc\.$"):
        FILTERS["iam_policy"](POLICIES[0], "aws-mars")


def test_the_playbook_writes_the_policies_of_the_regions_partition(tmp_path: Path) -> None:
    variables = {"red5pro_region": "cn-northwest-1", "red5pro_name": "live", "red5pro_iam_policy_dir": str(tmp_path)}
    variables["ansible_python_interpreter"] = sys.executable
    command = [
        CHECKOUT / ".venv/bin/ansible-playbook",
        "-i",
        "localhost,",
        "-c",
        "local",
        "playbooks/iam_policy.yml",
        "-e",
        json.dumps(variables),
    ]
    environment = {**os.environ, "ANSIBLE_CONFIG": str(CHECKOUT / "ansible.cfg")}
    subprocess.run(command, cwd=CHECKOUT, env=environment, check=True, capture_output=True)
    for name, document in documents().items():
        assert json.loads((tmp_path / name).read_text()) == FILTERS["iam_policy"](document, "aws-cn", "live")
