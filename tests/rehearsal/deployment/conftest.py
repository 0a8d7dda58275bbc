# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the tests of the deployment share: AWS calls and playbooks inside the rehearsal."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

_CALL = """
import boto3, json, sys
service, operation, parameters = json.loads(sys.argv[1])
print(json.dumps(getattr(boto3.client(service), operation)(**parameters), default=str))
"""

Aws = Callable[..., Any]
Play = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def aws(rehearsal: Any) -> Aws:
    """Call an operation of a boto3 client: aws("ec2", "describe_instances", InstanceIds=[...])."""

    def call(service: str, operation: str, **parameters: Any) -> Any:
        return json.loads(rehearsal.run(["python", "-c", _CALL, json.dumps([service, operation, parameters])]).stdout)

    return call


@pytest.fixture(scope="session")
def play(rehearsal: Any) -> Play:
    """Run a playbook with extra variables and options of ansible-playbook."""

    def run(playbook: str, *options: str, check: bool = True, **variables: Any) -> subprocess.CompletedProcess[str]:
        command = ["ansible-playbook", "-i", "inventories/rehearsal", str(playbook), *options, "-e", json.dumps(variables)]
        result: subprocess.CompletedProcess[str] = rehearsal.run(command, check=False)
        assert not check or result.returncode == 0, result.stdout + result.stderr
        return result

    return run
