# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The gate: rule 22, the log, dry runs, what is not there; the clock; and that every rule has its test."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import boto3
import pytest

from rehearsal import aws, settings
from rehearsal.aws import calllog
from rehearsal.aws.registry import EFFECTS, RULES, Rule
from rehearsal.aws.server import Server

NUMBERS = set(range(1, 28))  # the later ones are shapes, or have only a test
# Kept by moto itself, and a default among the attributes of a load balancer.
NOT_CHECKED_BY_A_FUNCTION = {18, 26}


@pytest.mark.parametrize(
    ("service", "method", "code"),
    [
        ("ec2", "describe_vpcs", "RequestLimitExceeded"),
        ("elbv2", "describe_load_balancers", "Throttling"),
        ("acm", "list_certificates", "ThrottlingException"),
        ("route53", "list_hosted_zones", "Throttling"),
    ],
)
def test_rule_22_any_call_may_be_throttled(empty: Any, refused: Any, service: str, method: str, code: str) -> None:
    client = empty.client(service)
    action = client.meta.method_to_api_mapping[method]
    aws.faults.throttle(action, 2)
    for _unused in range(2):
        with refused(code):
            getattr(client, method)()
    getattr(client, method)()


def test_rule_22_botocore_takes_it_for_throttling(empty: Any) -> None:
    aws.faults.throttle("DescribeVpcs", 1)
    client = boto3.client("ec2", endpoint_url=empty.url, region_name=settings.REGION, aws_access_key_id="a", aws_secret_access_key="b")
    answer = client.describe_vpcs()
    assert answer["ResponseMetadata"]["RetryAttempts"] == 1


def test_calls_can_be_made_to_fail(empty: Any, refused: Any) -> None:
    client = empty.client("ec2")
    aws.faults.fail("DescribeVpcs", "UnauthorizedOperation")
    with refused("UnauthorizedOperation"):
        client.describe_vpcs()
    assert client.describe_vpcs()["Vpcs"] == []


def test_every_call_is_logged(cloud: Any, refused: Any) -> None:
    cloud.log.write_text("")
    cloud.zone("example.org")
    cloud.request("example.org", IdempotencyToken="once")
    cloud.ec2.describe_vpcs(VpcIds=[cloud.vpc])
    with refused("InvalidKeyPair.NotFound"):
        cloud.launch(KeyName="nobody", UserData="password=sesame")
    with refused("DryRunOperation"):
        cloud.launch(DryRun=True)
    calls = calllog.read(cloud.log)
    assert [(call["service"], call["action"], call["code"], call["error"]) for call in calls] == [
        ("route53", "CreateHostedZone", 201, None),
        ("acm", "RequestCertificate", 200, None),
        ("ec2", "DescribeVpcs", 200, None),
        ("ec2", "RunInstances", 400, "InvalidKeyPair.NotFound"),
        ("ec2", "RunInstances", 412, "DryRunOperation"),
    ]
    assert [call["action"] for call in calllog.mutating(calls)] == ["CreateHostedZone", "RequestCertificate", "RunInstances"]
    assert (calls[2]["params"], calls[2]["access_key"]) == ({"VpcIds": [cloud.vpc]}, settings.OPERATOR_ACCESS_KEY)
    assert (calls[1]["params"]["DomainName"], calls[1]["params"]["IdempotencyToken"]) == ("example.org", "once")
    assert "sesame" not in cloud.log.read_text()


def test_a_call_is_read_when_it_is_written_whole(tmp_path: Path) -> None:
    assert calllog.read(tmp_path / "aws.jsonl") == []
    (tmp_path / "aws.jsonl").write_text('{"action": "RunInstances"}\n{"action": "Ru', encoding="utf-8")
    assert calllog.read(tmp_path / "aws.jsonl") == [{"action": "RunInstances"}]


def test_what_is_not_there_is_an_error_of_aws(empty: Any, refused: Any) -> None:
    client = empty.client("ec2")
    with refused("InvalidAction"):
        client.describe_traffic_mirror_filter_rules()
    with refused("UnsupportedOperation"):
        client.describe_volume_status()


def test_a_defect_of_the_rehearsal_is_an_internal_error_and_on_stderr(
    empty: Any, refused: Any, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(call: object) -> None:
        raise ZeroDivisionError("a rule is broken")

    monkeypatch.setattr("rehearsal.aws.gate.RULES", [Rule(None, "ec2", ("DescribeVpcs",), broken)])
    with refused("InternalError"):
        empty.client("ec2").describe_vpcs()
    assert "a rule is broken" in capfd.readouterr().err


def test_both_regions_and_the_small_services_are_there(empty: Any) -> None:
    assert empty.client("sts").get_caller_identity()["Account"] == settings.ACCOUNT
    for region in (settings.REGION, settings.SECOND_REGION):
        client = empty.client("ec2", region)
        assert client.describe_vpcs()["Vpcs"] == client.describe_images()["Images"] == []
        assert client.create_vpc(CidrBlock=settings.SECOND_VPC_CIDR)["Vpc"]["State"] in ("pending", "available")
    storage = empty.client("s3")
    storage.create_bucket(Bucket="access-logs")
    storage.put_object(Bucket="access-logs", Key="a/b", Body=b"line")
    assert storage.get_object(Bucket="access-logs", Key="a/b")["Body"].read() == b"line"
    assert calllog.read(empty.log)[-1]["action"] == "GetObject"


def test_a_taken_address_is_an_error_and_a_closed_server_gives_it_back(empty: Any) -> None:
    host, port = empty.url.removeprefix("http://").split(":")
    with pytest.raises(OSError, match="in use"):
        Server((host, int(port)))
    other = Server((host, 0))
    address = (host, int(other.url.rpartition(":")[2]))
    other.close()
    Server(address).close()


def test_what_happens_at_a_tick_waits_for_the_next_one(empty: Any) -> None:
    happened: list[str] = []
    aws.clock.after(0, lambda: (happened.append("first"), aws.clock.after(0, lambda: happened.append("second"))))
    assert happened == []
    aws.clock.tick()
    assert happened == ["first"]
    aws.clock.tick()
    assert happened == ["first", "second"]


def test_the_pace_scales_what_aws_does_and_not_its_deadlines() -> None:
    aws.clock.set_up(0.5)
    assert (aws.clock.scaled(60), aws.clock.patience(60)) == (30, 30)
    aws.clock.set_up(0)
    assert (aws.clock.scaled(60), aws.clock.patience(60)) == (0, 60)
    with pytest.raises(ValueError, match="pace"):
        aws.clock.set_up(-1)


def test_every_rule_has_its_test_and_its_function() -> None:
    names = [
        node.name
        for path in Path(__file__).parent.glob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    ]
    tested = {int(found[1]) for name in names if (found := re.match(r"test_rule_(\d\d)_", name))}
    checked = {entry.number for entry in (*RULES, *EFFECTS) if entry.number}
    assert tested >= NUMBERS | checked
    assert checked >= NUMBERS - NOT_CHECKED_BY_A_FUNCTION
