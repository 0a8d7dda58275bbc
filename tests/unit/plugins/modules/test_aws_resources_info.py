# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""aws_resources_info through botocore against moto, or against answers of the test, in this process."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import boto3
import botocore.client
import botocore.exceptions
import botocore.loaders
import botocore.parsers
import botocore.session
import pytest
import yaml
from ansible.module_utils import basic
from ansible_collections.streamops.red5pro.plugins.module_utils._aws_kinds import KINDS
from ansible_collections.streamops.red5pro.plugins.modules import aws_resources_info
from module_runner import arguments
from moto import mock_aws

LOADER = botocore.loaders.create_loader()
Answers = dict[str, Callable[[Any, dict[str, Any]], Any]]
Module = Callable[..., dict[str, Any]]


@cache
def client_of(service: str) -> Any:
    return boto3.client(service, region_name="us-east-1")


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Answers]:
    """Operation -> what answers it instead of moto, if anything does."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    for name in ("AWS_URL", "AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    instead: Answers = {}
    original = botocore.client.BaseClient._make_api_call

    def answer(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
        return instead[operation](client, parameters) if operation in instead else original(client, operation, parameters)

    monkeypatch.setattr("botocore.session.create_loader", lambda path=None: LOADER)  # otherwise each run reads the API's model again
    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", answer)
    with mock_aws():
        yield instead


@pytest.fixture
def run(answers: Answers, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Module:
    monkeypatch.setattr(basic.AnsibleModule, "_log_invocation", lambda self: None)  # writes to the system's journal
    monkeypatch.setattr("time.sleep", lambda _seconds: None)  # of a retry

    def call(*readings: dict[str, Any], **options: Any) -> dict[str, Any]:
        with arguments({"readings": list(readings), **options}), pytest.raises(SystemExit):
            aws_resources_info.main()
        result: dict[str, Any] = json.loads(capsys.readouterr().out)
        return result

    return call


def error(code: str, operation: str = "Any") -> botocore.exceptions.ClientError:
    return botocore.exceptions.ClientError({"Error": {"Code": code, "Message": "no"}}, operation)


def refusing(code: str, operation: str = "Any") -> Callable[[Any, dict[str, Any]], Any]:
    return failing(error(code, operation))


def failing(error: Exception) -> Callable[[Any, dict[str, Any]], Any]:
    def answer(_client: Any, _parameters: dict[str, Any]) -> Any:
        raise error

    return answer


def test_the_documentation_lists_every_kind() -> None:
    options = yaml.safe_load(aws_resources_info.DOCUMENTATION)["options"]["readings"]["suboptions"]
    assert options["kind"]["choices"] == sorted(KINDS)
    assert set(options["details"]["choices"]) == {detail for kind in KINDS.values() for detail in kind.details}


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_kind_is_one_that_aws_knows(name: str) -> None:
    """Its operation, the path of its result and its parameters, as botocore's model has them."""
    kind = KINDS[name]
    client = client_of(kind.service)
    model = client.meta.service_model
    for operation, path, parameters in (
        (kind.operation, kind.result, set(kind.fixed)),
        *((detail.operation, detail.result, {detail.parameter, *detail.fixed}) for detail in kind.details.values()),
    ):
        described = model.operation_model(client.meta.method_to_api_mapping[operation])
        shape = described.output_shape
        for key in filter(None, path.split(".")):
            shape = shape.member if shape.type_name == "list" else shape
            shape = shape.members[key]
        assert parameters <= set(described.input_shape.members)


def test_resources_are_in_the_form_of_amazon_aws(run: Module) -> None:
    client = boto3.client("ec2", region_name="us-east-1")
    vpc = client.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    client.create_tags(Resources=[vpc], Tags=[{"Key": "CostCenter", "Value": "Q 1"}])
    subnet = client.create_subnet(VpcId=vpc, CidrBlock="10.9.1.0/24", AvailabilityZone="us-east-1a")["Subnet"]["SubnetId"]
    result = run(
        {"kind": "vpcs", "filters": {"vpc-id": vpc}},
        {"kind": "subnets", "filters_of": {"vpc-id": "vpcs.vpc_id"}},
        {"kind": "subnets", "name": "all_subnets"},
        {"kind": "regions"},
        _ansible_check_mode=True,
    )
    assert result["changed"] is False
    resources = result["resources"]
    assert [(one["id"], one["vpc_id"], one["tags"]) for one in resources["vpcs"]] == [(vpc, vpc, {"CostCenter": "Q 1"})]
    assert [(one["id"], one["availability_zone"], one["tags"]) for one in resources["subnets"]] == [(subnet, "us-east-1a", {})]
    assert len(resources["all_subnets"]) > 1
    assert "tags" not in resources["regions"][0]


def test_a_bucket_is_read_as_far_as_its_account_allows(run: Module, answers: Answers) -> None:
    kinds = ("bucket_location", "bucket_policy", "bucket_encryption")
    of_bucket = [{"kind": kind, "parameters": {"Bucket": "logs"}} for kind in kinds]
    rules = [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}]
    answers["GetBucketLocation"] = lambda _client, _parameters: {"ResponseMetadata": {}, "LocationConstraint": None}
    answers["GetBucketPolicy"] = lambda _client, _parameters: {"ResponseMetadata": {}, "Policy": "{}"}
    answers["GetBucketEncryption"] = lambda _client, _parameters: {"ServerSideEncryptionConfiguration": {"Rules": rules}}
    assert run(*of_bucket)["resources"] == {
        "bucket_location": [{"location_constraint": None}],
        "bucket_policy": [{"policy": "{}"}],
        "bucket_encryption": [{"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}, "bucket_key_enabled": False}],
    }
    for code, answer in (("NoSuchBucket", []), ("AccessDenied", [{"denied": True}])):
        answers["GetBucketLocation"] = answers["GetBucketPolicy"] = answers["GetBucketEncryption"] = refusing(code)
        assert run(*of_bucket)["resources"] == {"bucket_location": answer, "bucket_policy": answer, "bucket_encryption": []}
    answers["GetBucketPolicy"] = refusing("NoSuchBucketPolicy")
    assert run(of_bucket[1])["resources"] == {"bucket_policy": []}


def test_instances_with_their_termination_protection_and_without(run: Module) -> None:
    client = boto3.client("ec2", region_name="us-east-1")
    image = client.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    protected = client.run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    client.modify_instance_attribute(InstanceId=protected, DisableApiTermination={"Value": True})
    other = client.run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    result = run({"kind": "instances", "details": ["termination_protection"]}, {"kind": "instances", "name": "plain"})
    assert {one["instance_id"]: one["disable_api_termination"] for one in result["resources"]["instances"]} == {
        protected: True,
        other: False,
    }
    assert all("disable_api_termination" not in one for one in result["resources"]["plain"])


def test_what_vanished_since_it_was_listed_has_no_details(run: Module, answers: Answers) -> None:
    answers["DescribeInstances"] = lambda _client, _parameters: {"Reservations": [{"Instances": [{"InstanceId": "i-1"}]}]}
    answers["DescribeInstanceAttribute"] = refusing("InvalidInstanceID.NotFound")
    result = run({"kind": "instances", "details": ["termination_protection"]})
    assert result["resources"]["instances"] == [{"instance_id": "i-1", "tags": {}}]


def test_certificates_with_their_description_and_tags(run: Module) -> None:
    client = boto3.client("acm", region_name="us-east-1")
    arn = client.request_certificate(DomainName="a.example.com", ValidationMethod="DNS", Tags=[{"Key": "x", "Value": "y"}])[
        "CertificateArn"
    ]
    result = run(
        {"kind": "certificates", "details": ["description", "tags"]},
        {"kind": "certificate", "parameters": {"CertificateArn": arn}},
        {"kind": "certificate", "name": "none", "parameters": {"CertificateArn": arn[:-1] + ("1" if arn[-1] == "0" else "0")}},
    )["resources"]
    assert [(one["certificate_arn"], one["subject_alternative_names"], one["tags"]) for one in result["certificates"]] == [
        (arn, ["a.example.com"], {"x": "y"})
    ]
    assert [one["domain_name"] for one in result["certificate"]] == ["a.example.com"]
    assert result["none"] == []


def test_attributes_and_what_was_asked(run: Module, answers: Answers) -> None:
    answers["DescribeTargetGroups"] = lambda _client, _parameters: {"TargetGroups": [{"TargetGroupArn": "arn:1", "Port": 5080}]}
    answers["DescribeTargetGroupAttributes"] = lambda _client, _parameters: {
        "Attributes": [{"Key": "deregistration_delay.timeout_seconds", "Value": "30"}]
    }
    result = run({"kind": "target_groups", "details": ["attributes"]}, region="us-east-1")
    assert result["resources"]["target_groups"] == [
        {"target_group_arn": "arn:1", "port": 5080, "deregistration_delay_timeout_seconds": "30", "tags": {}}
    ]
    assert result["readings"] == [
        {"kind": "target_groups", "name": "target_groups", "region": "us-east-1", "details": ["attributes"],
         "filters": {}, "filters_of": {}, "parameters": {}, "each_of": {}, "suffix_of": [], "only": {}}
    ]  # fmt: skip


def test_values_from_within_another_reading(run: Module, answers: Answers) -> None:
    options = [{"ResourceRecord": {"Name": "_a"}}, {"ResourceRecord": {"Name": "_b"}}, {}]
    asked: list[str] = []

    def records(_client: Any, parameters: dict[str, Any]) -> Any:
        asked.append(parameters["StartRecordName"])
        return {"ResourceRecordSets": []}

    answers["DescribeCertificate"] = lambda _client, _parameters: {
        "Certificate": {"CertificateArn": "arn:1", "DomainValidationOptions": options}
    }
    answers["ListResourceRecordSets"] = lambda _client, parameters: (
        asked.append(parameters["StartRecordName"]) or {"ResourceRecordSets": []}
    )
    run(
        {"kind": "certificate", "parameters": {"CertificateArn": "arn:1"}},
        {
            "kind": "record_sets",
            "parameters": {"HostedZoneId": "Z1", "MaxItems": "1"},
            "each_of": {"StartRecordName": "certificate.domain_validation_options.resource_record.name"},
        },
    )
    assert sorted(asked) == ["_a", "_b"]


def test_record_sets_of_the_zones_above_a_name(run: Module, answers: Answers) -> None:
    client = boto3.client("route53", region_name="us-east-1")
    for name in ("example.com", "live.example.com", "other.com", "ample.com"):
        client.create_hosted_zone(Name=name, CallerReference=name)
    asked = []

    def records(_client: Any, parameters: dict[str, Any]) -> Any:
        asked.append(parameters)
        return {"ResourceRecordSets": [{"Name": "stream.live.example.com.", "Type": "A"}], "IsTruncated": True, "MaxItems": "100"}

    answers["ListResourceRecordSets"] = records
    result = run(
        {"kind": "hosted_zones", "suffix_of": "Stream.live.example.com."},
        {
            "kind": "record_sets",
            "each_of": {"HostedZoneId": "hosted_zones.id"},
            "parameters": {"StartRecordName": "stream.live.example.com", "MaxItems": "100"},
        },
    )["resources"]
    assert sorted(one["name"] for one in result["hosted_zones"]) == ["example.com.", "live.example.com."]
    assert len(asked) == 2  # one page of each
    assert sorted(one["hosted_zone_id"] for one in result["record_sets"]) == sorted(one["id"] for one in result["hosted_zones"])
    assert {(one["name"], one["type"]) for one in result["record_sets"]} == {("stream.live.example.com.", "A")}


def test_details_are_read_only_of_what_is_asked_for(run: Module, answers: Answers) -> None:
    names = ["Example.com", "example.org", "example.net", None]
    summaries = [{"CertificateArn": f"arn:{name}", **({"DomainName": name} if name else {})} for name in names]
    asked = []
    answers["ListCertificates"] = lambda _client, _parameters: {"CertificateSummaryList": summaries}
    answers["DescribeCertificate"] = lambda _client, parameters: asked.append(parameters["CertificateArn"]) or {"Certificate": {}}

    def found(value: Any) -> list[str]:
        asked.clear()
        run({"kind": "certificates", "only": {"DomainName": value}, "details": ["description"]})
        return sorted(asked)

    assert found("example.com") == ["arn:Example.com"]
    assert found(["example.com", "EXAMPLE.org"]) == ["arn:Example.com", "arn:example.org"]
    assert found("") == []


def test_the_same_call_is_made_once(run: Module, answers: Answers) -> None:
    asked = []
    zones = {"HostedZones": [{"Id": "Z1", "Name": "example.com."}]}
    answers["ListHostedZones"] = lambda _client, parameters: asked.append(parameters) or zones
    found = run(
        {"kind": "hosted_zones"},
        {"kind": "hosted_zones", "name": "above", "suffix_of": "example.com"},
        {"kind": "hosted_zones", "name": "none", "suffix_of": "example.org"},
    )["resources"]
    assert len(asked) == 1
    assert found == {"hosted_zones": found["above"], "above": [{"id": "Z1", "name": "example.com."}], "none": []}


def test_zones_above_one_of_several_names(run: Module, answers: Answers) -> None:
    zones = [{"Id": name, "Name": name} for name in ("example.com.", "example.org.", "example.net.")]
    answers["ListHostedZones"] = lambda _client, _parameters: {"HostedZones": zones}
    found = run({"kind": "hosted_zones", "suffix_of": ["*.example.com", "live.example.org"]})["resources"]["hosted_zones"]
    assert [one["name"] for one in found] == ["example.com.", "example.org."]


def test_load_balancers_with_their_tags(run: Module, answers: Answers) -> None:
    asked = []
    answers["DescribeLoadBalancers"] = lambda _client, _parameters: {"LoadBalancers": [{"LoadBalancerArn": "arn:1", "DNSName": "a.b"}]}

    def tags(_client: Any, parameters: dict[str, Any]) -> Any:
        asked.append(parameters)
        return {"TagDescriptions": [{"ResourceArn": "arn:1", "Tags": [{"Key": "Name", "Value": "live"}]}]}

    answers["DescribeTags"] = tags
    result = run({"kind": "load_balancers", "details": ["tags"]})
    assert result["resources"]["load_balancers"] == [{"load_balancer_arn": "arn:1", "dns_name": "a.b", "tags": {"Name": "live"}}]
    assert asked == [{"ResourceArns": ["arn:1"]}]


def test_a_load_balancer_that_is_not_there_is_an_empty_list(run: Module) -> None:
    assert run({"kind": "load_balancers", "parameters": {"Names": ["nobody"]}})["resources"] == {"load_balancers": []}


def test_an_empty_filter_asks_nothing(run: Module, answers: Answers) -> None:
    answers["DescribeImages"] = answers["DescribeSubnets"] = refusing("NeverCalled")
    result = run(
        {"kind": "images", "filters": {"image-id": []}},
        {"kind": "vpcs", "filters": {"tag:Name": "nobody"}},
        {"kind": "subnets", "filters_of": {"vpc-id": "vpcs.vpc_id"}},
    )
    assert result["resources"] == {"images": [], "vpcs": [], "subnets": []}


def test_regions_are_read_at_once_and_concurrently(run: Module, answers: Answers) -> None:
    meeting = threading.Barrier(2, timeout=30)

    def images(client: Any, _parameters: dict[str, Any]) -> Any:
        meeting.wait()  # each waits for the other
        return {"Images": [{"ImageId": client.meta.region_name}]}

    answers["DescribeImages"] = images
    result = run({"kind": "images"}, {"kind": "images", "name": "west", "region": "us-west-2"})
    assert [one["image_id"] for name in ("images", "west") for one in result["resources"][name]] == ["us-east-1", "us-west-2"]


def test_every_page_is_read(run: Module, answers: Answers) -> None:
    answers["DescribeSubnets"] = lambda _client, parameters: (
        {"Subnets": [{"SubnetId": "subnet-2"}]}
        if parameters.get("NextToken")
        else {"Subnets": [{"SubnetId": "subnet-1"}], "NextToken": "more"}
    )
    assert [one["id"] for one in run({"kind": "subnets"})["resources"]["subnets"]] == ["subnet-1", "subnet-2"]


def test_a_throttled_call_is_repeated(run: Module, answers: Answers) -> None:
    refusals = [error("RequestLimitExceeded"), error("ThrottlingException")]

    def vpcs(_client: Any, _parameters: dict[str, Any]) -> Any:
        if refusals:
            raise refusals.pop()
        return {"Vpcs": [{"VpcId": "vpc-1"}]}

    answers["DescribeVpcs"] = vpcs
    assert [one["id"] for one in run({"kind": "vpcs"})["resources"]["vpcs"]] == ["vpc-1"]


def test_every_missing_permission_is_named_as_iam_names_it(run: Module, answers: Answers) -> None:
    answers["DescribeVpcs"] = refusing("UnauthorizedOperation")
    answers["DescribeLoadBalancers"] = refusing("AccessDenied")
    answers["DescribeSubnets"] = refusing("InternalError2")
    result = run({"kind": "vpcs"}, {"kind": "load_balancers", "region": "us-west-2"}, {"kind": "subnets"})
    assert result["failed"]
    assert result["msg"].startswith(
        "No permission for ec2:DescribeVpcs in us-east-1, elasticloadbalancing:DescribeLoadBalancers in us-west-2: "
    )


def test_another_error_names_the_action(run: Module, answers: Answers) -> None:
    answers["DescribeVpcs"] = refusing("InvalidParameterValue")
    result = run({"kind": "vpcs"})
    assert result["failed"] and result["msg"].startswith("Failed to call ec2:DescribeVpcs in us-east-1: ")
    assert result["error"]["code"] == "InvalidParameterValue"


def test_a_role_that_may_not_be_assumed_is_named_instead_of_every_action(run: Module, answers: Answers) -> None:
    answers["DescribeVpcs"] = answers["DescribeSubnets"] = refusing("AccessDenied", "AssumeRole")
    result = run({"kind": "vpcs"}, {"kind": "subnets"})
    assert result["failed"] and result["msg"].startswith("No permission for sts:AssumeRole: ")


URL = {"endpoint_url": "https://ec2.us-east-1.amazonaws.com/"}


@pytest.mark.parametrize(
    "failure",
    [
        botocore.exceptions.ReadTimeoutError(**URL),
        botocore.exceptions.ConnectTimeoutError(**URL),
        botocore.exceptions.ConnectionClosedError(**URL),
        botocore.exceptions.SSLError(**URL, error="self-signed certificate in certificate chain"),
        botocore.exceptions.ProxyConnectionError(proxy_url="http://proxy.example.com:3128"),
        botocore.exceptions.HTTPClientError(error="broken pipe"),
    ],
    ids=lambda failure: type(failure).__name__,
)
def test_a_failed_connection_names_the_action(run: Module, answers: Answers, failure: Exception) -> None:
    answers["DescribeVpcs"] = failing(failure)
    result = run({"kind": "vpcs"})
    assert result["failed"] and result["msg"] == f"Failed to call ec2:DescribeVpcs in us-east-1: {failure}"


@pytest.mark.parametrize(
    "failure",
    [
        *map(error, ("AuthFailure", "InvalidClientTokenId", "OptInRequired", "UnrecognizedClientException")),
        botocore.exceptions.EndpointConnectionError(**URL),
    ],
)
def test_a_region_that_may_not_be_enabled_is_named(run: Module, answers: Answers, failure: Exception) -> None:
    answers["DescribeVpcs"] = failing(failure)
    result = run({"kind": "vpcs", "region": "ap-east-1"})
    assert result["failed"] and result["msg"] == (
        "Failed to call ec2:DescribeVpcs in ap-east-1 (check that the region ap-east-1 exists and is enabled for the account, "
        f"and the credentials): {failure}"
    )


def test_an_answer_that_is_not_of_aws_is_told(run: Module, answers: Answers) -> None:
    answers["DescribeVpcs"] = failing(botocore.parsers.ResponseParserError("Unable to parse response, invalid XML received:\n<html>"))
    result = run({"kind": "vpcs"})
    assert result["failed"] and result["msg"].startswith("Failed to call ec2:DescribeVpcs in us-east-1 (something else than AWS answered, ")


def test_an_error_of_ours_is_not_taken_for_one_of_aws(run: Module, answers: Answers) -> None:
    answers["DescribeVpcs"] = lambda _client, _parameters: 1 / 0
    with pytest.raises(ZeroDivisionError):
        run({"kind": "vpcs"})


@pytest.mark.parametrize(
    ("readings", "message"),
    [
        ([{"kind": "vpcs"}, {"kind": "vpcs"}], "Invalid readings[1].name: vpcs. Expected: another name for each reading."),
        ([{"kind": "regions", "details": ["tags"]}], "Invalid readings[0].details: tags. Expected: for regions none."),
        (
            [{"kind": "subnets", "filters_of": {"vpc-id": "vpcs.vpc_id"}}],
            "Failed to read subnets: they refer to missing readings or to each other",
        ),
        ([{"kind": "clouds"}], "value of kind must be one of"),
    ],
)
def test_readings_that_cannot_be_are_refused(run: Module, readings: list[dict[str, Any]], message: str) -> None:
    result = run(*readings)
    assert result["failed"] and message in result["msg"]
