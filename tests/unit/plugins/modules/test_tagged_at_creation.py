# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""elb_target_group and ec2_image_copy through botocore against moto: what they create is tagged by the first request."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import botocore.client
import botocore.loaders
import pytest
from ansible.module_utils import basic
from ansible_collections.streamops.red5pro.plugins.modules import ec2_image_copy, elb_target_group
from botocore.exceptions import ClientError
from module_runner import arguments
from moto import mock_aws

TAGS = {"red5pro:deployment": "live", "number": "1"}
AS_LIST = [{"Key": key, "Value": value} for key, value in TAGS.items()]
ENVIRONMENT = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"}
LOADER = botocore.loaders.create_loader()


class Calls(list[tuple[str, dict[str, Any]]]):
    """The calls that were made; `refused` is the operation that AWS does not allow."""

    refused = ""

    @property
    def names(self) -> list[str]:
        return [name for name, _parameters in self]


Run = Callable[..., dict[str, Any]]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Iterator[Calls]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_URL", "AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    made = Calls()
    original = botocore.client.BaseClient._make_api_call

    def noted(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
        made.append((operation, parameters))
        if operation == made.refused:
            raise ClientError({"Error": {"Code": "UnauthorizedOperation", "Message": "denied"}}, operation)
        return original(client, operation, parameters)

    monkeypatch.setattr("botocore.session.create_loader", lambda path=None: LOADER)
    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", noted)
    with mock_aws():
        yield made


@pytest.fixture
def run(calls: Calls, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(basic.AnsibleModule, "_log_invocation", lambda self: None)  # writes to the system's journal

    def call(module: Any, check: bool = False, **options: Any) -> dict[str, Any]:
        calls.clear()
        with arguments({**options, "_ansible_check_mode": check}), pytest.raises(SystemExit):
            module.main()
        answer: dict[str, Any] = json.loads(capsys.readouterr().out)
        return answer

    return call


@pytest.fixture
def target_group(run: Run) -> Callable[..., dict[str, Any]]:
    vpc = boto3.client("ec2", region_name="us-east-1").describe_vpcs()["Vpcs"][0]["VpcId"]
    return lambda **more: run(elb_target_group, name="live", port=5080, vpc_id=vpc, tags=TAGS, region="us-east-1", **more)


@pytest.fixture
def image_copy(run: Run) -> Callable[..., dict[str, Any]]:
    source = boto3.client("ec2", region_name="us-east-1").register_image(Name="node", RootDeviceName="/dev/sda1")["ImageId"]
    options = {"source_region": "us-east-1", "source_image_id": source, "name": "node", "tags": TAGS, "region": "us-west-2"}
    return lambda **more: run(ec2_image_copy, **options, **more)


def test_a_target_group_is_created_with_its_tags(target_group: Run, calls: Calls) -> None:
    result = target_group()
    assert result["changed"]
    assert calls.names == ["DescribeTargetGroups", "CreateTargetGroup"]
    created = calls[-1][1]
    assert (created["Tags"], created["Protocol"], created["Port"], created["TargetType"]) == (AS_LIST, "HTTP", 5080, "instance")
    client = boto3.client("elbv2", region_name="us-east-1")
    assert client.describe_tags(ResourceArns=[result["target_group_arn"]])["TagDescriptions"][0]["Tags"] == AS_LIST


def test_a_target_group_has_its_settings_from_the_beginning(target_group: Run, calls: Calls) -> None:
    checks = {"health_check_path": "/live", "health_check_interval": 10, "health_check_timeout": 5}
    counts = {"healthy_threshold_count": 3, "unhealthy_threshold_count": 2}
    target_group(**checks, **counts, successful_response_codes="200-299", deregistration_delay_timeout=0)
    assert calls.names == ["DescribeTargetGroups", "CreateTargetGroup", "ModifyTargetGroupAttributes"]
    created, changed = calls[1][1], calls[2][1]
    assert [created[f"HealthCheck{key}"] for key in ("Path", "IntervalSeconds", "TimeoutSeconds")] == ["/live", 10, 5]
    assert [created[key] for key in ("HealthyThresholdCount", "UnhealthyThresholdCount", "Matcher")] == [3, 2, {"HttpCode": "200-299"}]
    assert changed["Attributes"] == [{"Key": "deregistration_delay.timeout_seconds", "Value": "0"}]


def test_a_target_group_that_exists_is_left_as_it_is(target_group: Run, calls: Calls) -> None:
    arn = target_group()["target_group_arn"]
    second = target_group()
    assert (second["changed"], second["target_group_arn"], calls.names) == (False, arn, ["DescribeTargetGroups"])


def test_check_mode_creates_no_target_group(target_group: Run, calls: Calls) -> None:
    predicted = target_group(check=True)
    assert (predicted["changed"], predicted["target_group_arn"], calls.names) == (True, "", ["DescribeTargetGroups"])


def test_an_image_is_copied_with_its_tags_and_those_of_its_snapshots(image_copy: Run, calls: Calls) -> None:
    result = image_copy(description="nodes", encrypted=True, kms_key_id="alias/nodes")
    assert result["changed"]
    assert calls.names == ["DescribeImages", "CopyImage"]
    copied = calls[-1][1]
    assert copied["TagSpecifications"] == [{"ResourceType": kind, "Tags": AS_LIST} for kind in ("image", "snapshot")]
    assert (copied["Encrypted"], copied["KmsKeyId"], copied["Description"], copied["Name"]) == (True, "alias/nodes", "nodes", "node")


def test_an_image_is_copied_once(image_copy: Run, calls: Calls) -> None:
    image = image_copy()["image_id"]
    assert "KmsKeyId" not in calls[-1][1]
    second = image_copy()
    assert (second["changed"], second["image_id"], calls.names) == (False, image, ["DescribeImages"])


def test_check_mode_copies_no_image(image_copy: Run, calls: Calls) -> None:
    predicted = image_copy(check=True)
    assert (predicted["changed"], predicted["image_id"], calls.names) == (True, "", ["DescribeImages"])


@pytest.mark.parametrize(
    ("operation", "message"),
    [("DescribeTargetGroups", "Failed to read the target group live: "), ("CreateTargetGroup", "Failed to create the target group live: ")],
)
def test_what_aws_refuses_about_a_target_group(target_group: Run, calls: Calls, operation: str, message: str) -> None:
    calls.refused = operation
    failed = target_group()
    assert failed["failed"]
    assert failed["msg"].startswith(message)


@pytest.mark.parametrize("operation", ["DescribeImages", "CopyImage"])
def test_what_aws_refuses_about_a_copy(image_copy: Run, calls: Calls, operation: str) -> None:
    calls.refused = operation
    failed = image_copy()
    assert failed["failed"]
    assert failed["msg"].startswith("Failed to copy the image ami-")
