# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The modules and the inventory of amazon.aws and community.aws against the emulated AWS, run as a user runs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from rehearsal import aws, settings
from rehearsal.aws import calllog
from rehearsal.aws.server import reset

HERE = Path(__file__).parent
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB+onjUkZopoKhb6xZUBC0p3BdQBpWNV9RG9Y39AEo5d tester"
BIN = Path(sys.executable).parent


@pytest.fixture
def account(empty: Any) -> Any:
    """The account of the smoke test: a VPC, a zone, a key, at pace 0."""
    reset(0, lambda: empty.time)
    empty.build()
    empty.zone()
    empty.ec2.import_key_pair(KeyName="smoke", PublicKeyMaterial=KEY)
    return empty


def run(cloud: Any, *command: str) -> str:
    """Run a command of Ansible in this account; its output."""
    env = os.environ | {
        "AWS_ENDPOINT_URL": cloud.url,
        "AWS_URL": cloud.url,
        "AWS_ACCESS_KEY_ID": settings.OPERATOR_ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": settings.SECRET_KEY,
        "AWS_REGION": settings.REGION,
        "AWS_DEFAULT_REGION": settings.REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_NOCOLOR": "true",
    }
    done = subprocess.run([str(BIN / command[0]), *command[1:]], env=env, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def play(cloud: Any, variables: dict[str, Any], *options: str) -> str:
    """Run the smoke playbook; its recap."""
    given = json.dumps(variables | {"ansible_connection": "local", "ansible_python_interpreter": sys.executable})
    return run(cloud, "ansible-playbook", "-i", "localhost,", "-e", given, *options, str(HERE / "smoke.yml"))


@pytest.mark.long
def test_a_second_run_changes_nothing_and_asks_for_no_change(account: Any, tmp_path: Path) -> None:
    variables = {
        "vpc_id": account.vpc,
        "group_id": account.group,
        "image_id": account.image,
        "subnet_ids": [account.subnets["a"], account.subnets["b"]],
        "certificate_arn": account.issued(),
        "rule_description": "before",
    }
    assert "changed=8" in play(account, variables)
    account.log.write_text("")
    second = play(account, variables)
    assert "changed=0" in second, second
    assert [call["action"] for call in calllog.mutating(calllog.read(account.log))] == []
    third = play(account, variables | {"rule_description": "after"}, "--tags", "rules")
    assert "changed=1" in third, third
    assert [call["action"] for call in calllog.mutating(calllog.read(account.log))] == ["UpdateSecurityGroupRuleDescriptionsIngress"]

    inventory = tmp_path / "smoke.aws_ec2.yml"
    inventory.write_text("plugin: amazon.aws.aws_ec2\nregions: [us-east-1]\nhostnames: [tag:Name]\nfilters: {'tag:red5pro': smoke}\n")
    hosts = json.loads(run(account, "ansible-inventory", "-i", str(inventory), "--list"))["_meta"]["hostvars"]
    (instance,) = aws.view.instances()
    assert list(hosts) == ["smoke-2"]
    assert f'"{instance.public_ip}"' in json.dumps(hosts["smoke-2"]["public_ip_address"])  # marked as unsafe by newer releases
