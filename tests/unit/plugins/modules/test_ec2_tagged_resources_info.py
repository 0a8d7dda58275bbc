# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""ec2_tagged_resources_info through botocore against moto, in this process."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import botocore.client
import botocore.exceptions
import botocore.loaders
import pytest
from ansible.module_utils import basic
from ansible_collections.streamops.red5pro.plugins.modules import ec2_tagged_resources_info
from module_runner import arguments
from moto import mock_aws

LOADER = botocore.loaders.create_loader()
Module = Callable[..., dict[str, Any]]
REGIONS = ["us-east-1", "us-west-2"]


def network(region: str, **tags: str) -> str:
    """A VPC with these tags; its id."""
    specification: Any = {"ResourceType": "vpc", "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}
    client = boto3.client("ec2", region_name=region)
    return str(client.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=[specification])["Vpc"]["VpcId"])


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Callable[[Any, dict[str, Any]], Any]]]:
    """Operation -> what answers it instead of moto, if anything does."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    for name in ("AWS_URL", "AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    instead: dict[str, Callable[[Any, dict[str, Any]], Any]] = {}
    original = botocore.client.BaseClient._make_api_call

    def answer(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
        if operation in instead:
            return instead[operation](client, parameters)
        return original(client, operation, parameters)

    monkeypatch.setattr("botocore.session.create_loader", lambda path=None: LOADER)  # otherwise each run reads the API's model again
    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", answer)
    with mock_aws():
        yield instead


@pytest.fixture
def run(answers: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Module:
    monkeypatch.setattr(basic.AnsibleModule, "_log_invocation", lambda self: None)  # writes to the system's journal

    def call(**options: Any) -> dict[str, Any]:
        values = {"tag": "red5pro:deployment", "value": "live", "regions": REGIONS, **options}
        given = {key: value for key, value in values.items() if value is not None}
        with arguments(given), pytest.raises(SystemExit):
            ec2_tagged_resources_info.main()
        result: dict[str, Any] = json.loads(capsys.readouterr().out)
        return result

    return call


def refusing(code: str, *regions: str) -> Callable[[Any, dict[str, Any]], Any]:
    """Lets describe_tags fail in these regions, and find nothing in others."""

    def answer(client: Any, _parameters: dict[str, Any]) -> Any:
        if client.meta.region_name in regions:
            raise botocore.exceptions.ClientError({"Error": {"Code": code, "Message": "no"}}, "DescribeTags")
        return {"Tags": []}

    return answer


def test_finds_what_bears_the_tag_in_each_region_and_nothing_else(run: Module) -> None:
    mark = {"red5pro:deployment": "live"}
    own = {(region, "vpc", network(region, **mark)) for region in REGIONS}
    network("us-east-1", **{"red5pro:deployment": "live-eu"})
    network("us-east-1", Name="live")
    result = run()
    assert {(one["region"], one["type"], one["id"]) for one in result["resources"]} == own
    assert [one["region"] for one in result["resources"]] == REGIONS
    assert (result["changed"], result["unread_regions"]) == (False, [])


def test_a_value_is_no_pattern(run: Module) -> None:
    network("us-east-1", **{"red5pro:deployment": "live"})
    assert run(value="l*")["resources"] == []


def test_all_regions_that_are_enabled_are_asked_and_every_page_is_read(run: Module, answers: Any) -> None:
    asked = []

    def answer(client: Any, parameters: dict[str, Any]) -> Any:
        asked.append(client.meta.region_name)
        tag = {"Key": "red5pro:deployment", "Value": "live", "ResourceType": "image"}
        if client.meta.region_name == "eu-west-1" and "NextToken" not in parameters:
            return {"Tags": [{**tag, "ResourceId": "ami-2"}], "NextToken": "more"}
        return {"Tags": [{**tag, "ResourceId": "ami-1"}] if parameters.get("NextToken") == "more" else []}

    answers["DescribeTags"] = answer
    answers["DescribeRegions"] = lambda _client, _parameters: {"Regions": [{"RegionName": "us-east-1"}, {"RegionName": "eu-west-1"}]}
    result = run(regions=None)
    assert asked == ["eu-west-1", "eu-west-1", "us-east-1"]
    assert [one["id"] for one in result["resources"]] == ["ami-1", "ami-2"]


def test_a_region_that_refuses_is_named(run: Module, answers: Any) -> None:
    answers["DescribeTags"] = refusing("UnauthorizedOperation", "us-west-2")
    result = run()
    assert result["unread_regions"] == ["us-west-2"]
    assert any("Failed to read us-west-2, which is left out" in str(warning) for warning in result["warnings"])


def test_the_region_itself_must_answer(run: Module, answers: Any) -> None:
    answers["DescribeTags"] = refusing("UnauthorizedOperation", "us-east-1")
    result = run()
    assert result["failed"]
    assert "Failed to read the resources with the tag red5pro:deployment in us-east-1" in result["msg"]
