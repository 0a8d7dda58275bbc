# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What AWS's answers look like: load balancing, certificates, names, databases, Auto Scaling groups; and rules about them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import botocore.client
import pytest
from cryptography.hazmat.primitives import serialization
from moto.acm.models import CertBundle

from rehearsal import aws, settings
from rehearsal.aws import facts, limits


@pytest.fixture(autouse=True)
def as_the_table_says(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every answer in these tests has the keys that the table of facts says."""
    found: list[str] = []
    original = botocore.client.BaseClient._make_api_call

    def compared(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
        answer = original(client, operation, parameters)
        service = client.meta.service_model.service_name
        if service in facts.KNOWN and service not in ("ec2", "rds"):
            plain = {key: value for key, value in answer.items() if key != "ResponseMetadata"}
            found.extend(facts.differences(service, operation, plain))
        return answer

    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", compared)
    yield
    assert sorted(set(found)) == []


@pytest.fixture
def served(cloud: Any) -> Any:
    """A load balancer over the zones a and b, its group and its listener."""
    cloud.front = cloud.balancer()
    cloud.managers = cloud.target_group()
    cloud.listen(cloud.front, cloud.managers)
    return cloud


def health(cloud: Any, **more: Any) -> dict[str, dict[str, Any]]:
    """Instance -> what describe-target-health says of it."""
    found = cloud.elbv2.describe_target_health(TargetGroupArn=cloud.managers, **more)["TargetHealthDescriptions"]
    return {one["Target"]["Id"]: one for one in found}


def imported(cloud: Any, chain: bool) -> str:
    """A certificate that somebody imported, with or without a chain; its ARN."""
    made = CertBundle.generate_cert("shop.example.com", settings.ACCOUNT, settings.REGION)
    private = made._key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    more = {"CertificateChain": made.cert} if chain else {}
    return str(cloud.acm.import_certificate(Certificate=made.cert, PrivateKey=private, **more)["CertificateArn"])


@pytest.mark.parametrize("how", ["TargetGroupArn", "ForwardConfig"])
def test_an_action_shows_its_target_group_twice(served: Any, how: str) -> None:
    named = {"TargetGroupArn": served.managers}
    given = named if how == "TargetGroupArn" else {"ForwardConfig": {"TargetGroups": [named]}}
    listener = served.listen(served.front, served.managers, port=80, DefaultActions=[{"Type": "forward", **given}])
    served.elbv2.modify_listener(ListenerArn=listener, DefaultActions=[{"Type": "forward", **given}])
    rule = served.elbv2.create_rule(
        ListenerArn=listener,
        Priority=1,
        Conditions=[{"Field": "path-pattern", "Values": ["/x"]}],
        Actions=[{"Type": "forward", **given}],
    )["Rules"][0]
    (shown,) = served.elbv2.describe_listeners(ListenerArns=[listener])["Listeners"]
    for (action,) in (shown["DefaultActions"], rule["Actions"]):
        assert action["TargetGroupArn"] == served.managers
        assert action["ForwardConfig"] == {
            "TargetGroups": [{"TargetGroupArn": served.managers, "Weight": 1}],
            "TargetGroupStickinessConfig": {"Enabled": False},
        }


def test_target_health_names_the_port_that_is_checked(served: Any) -> None:
    one = served.running()
    served.elbv2.register_targets(TargetGroupArn=served.managers, Targets=[{"Id": one}])
    assert health(served)[one]["HealthCheckPort"] == "5080"
    assert health(served)[one]["AdministrativeOverride"]["State"] == "no_override"
    served.elbv2.deregister_targets(TargetGroupArn=served.managers, Targets=[{"Id": one}])
    draining = health(served)[one]
    assert draining["TargetHealth"]["State"] == "draining"
    assert {"HealthCheckPort", "AdministrativeOverride"} & set(draining) == set()


def test_rule_34_a_target_in_a_zone_without_the_load_balancer_is_never_used(served: Any) -> None:
    there, elsewhere = served.running("b"), served.running("c")
    served.elbv2.register_targets(TargetGroupArn=served.managers, Targets=[{"Id": there}, {"Id": elsewhere}])
    aws.view.set_target_health(served.managers, elsewhere, 5080, "healthy")
    found = health(served)
    assert found[there]["TargetHealth"]["State"] == "initial"
    assert (found[elsewhere]["TargetHealth"]["State"], found[elsewhere]["TargetHealth"]["Reason"]) == ("unused", "Target.NotInUse")
    assert "Availability Zone" in found[elsewhere]["TargetHealth"]["Description"]
    assert "HealthCheckPort" not in found[elsewhere]
    served.elbv2.set_subnets(LoadBalancerArn=served.front, Subnets=[served.subnets[name] for name in "abc"])
    assert health(served)[elsewhere]["TargetHealth"]["State"] == "healthy"


def test_a_target_is_deregistered_only_with_the_port_of_its_registration(served: Any) -> None:
    one = served.running()
    served.elbv2.register_targets(TargetGroupArn=served.managers, Targets=[{"Id": one, "Port": 5080}])
    for unknown in ({"Id": one, "Port": 8080}, {"Id": "i-0123456789abcdef0"}):
        served.elbv2.deregister_targets(TargetGroupArn=served.managers, Targets=[unknown])
    assert health(served)[one]["TargetHealth"]["State"] == "initial"


def test_load_balancer_attributes_have_the_logs_of_health_checks(served: Any) -> None:
    shown = {one["Key"]: one["Value"] for one in served.elbv2.describe_load_balancer_attributes(LoadBalancerArn=served.front)["Attributes"]}
    assert {key: shown[key] for key in shown if key.startswith("health_check_logs")} == {
        "health_check_logs.s3.enabled": "false",
        "health_check_logs.s3.bucket": "",
        "health_check_logs.s3.prefix": "",
    }


def test_rule_26_the_idle_timeout_is_a_minute(served: Any) -> None:
    shown = {one["Key"]: one["Value"] for one in served.elbv2.describe_load_balancer_attributes(LoadBalancerArn=served.front)["Attributes"]}
    assert shown["idle_timeout.timeout_seconds"] == "60"


@pytest.mark.parametrize("asked, answered", [("RSA_2048", "RSA-2048"), ("EC_prime256v1", "EC-prime256v1")])
def test_acm_spells_key_algorithms_in_another_way_than_requests_do(cloud: Any, asked: str, answered: str) -> None:
    arn = cloud.request(KeyAlgorithm=asked)
    assert cloud.certificate(arn)["KeyAlgorithm"] == answered
    (listed,) = cloud.acm.list_certificates(Includes={"keyTypes": [asked]})["CertificateSummaryList"]
    assert (listed["CertificateArn"], listed["KeyAlgorithm"]) == (arn, answered)


@pytest.mark.parametrize("chain", [True, False])
def test_rule_36_an_imported_certificate_has_no_validation_and_perhaps_no_chain(cloud: Any, chain: bool) -> None:
    arn = imported(cloud, chain)
    shown = cloud.certificate(arn)
    assert shown["DomainValidationOptions"] == [{"DomainName": "shop.example.com"}]
    assert {"CreatedAt", "ImportedAt"} <= set(shown)
    assert shown["KeyAlgorithm"] == "RSA-2048"
    assert ("CertificateChain" in cloud.acm.get_certificate(CertificateArn=arn)) == chain


def test_a_certificate_that_failed_says_why(cloud: Any) -> None:
    arn = cloud.request()
    assert "FailureReason" not in cloud.certificate(arn)
    aws.end_certificate(arn, "FAILED", "CAA_ERROR")
    shown = cloud.certificate(arn)
    assert (shown["Status"], shown["FailureReason"]) == ("FAILED", "CAA_ERROR")
    assert "NotAfter" not in shown
    with pytest.raises(ValueError, match="no certificate arn:aws:acm:us-east-1:1:certificate/x"):
        aws.end_certificate("arn:aws:acm:us-east-1:1:certificate/x", "FAILED")


def test_rule_31_the_validation_record_is_the_same_in_every_region(cloud: Any) -> None:
    here = cloud.record_of(cloud.request())
    cloud.acm = cloud.client("acm", settings.SECOND_REGION)
    assert cloud.record_of(cloud.request()) == here


def alias(cloud: Any, action: str, zone: str, **target: Any) -> None:
    balancer = cloud.elbv2.describe_load_balancers(LoadBalancerArns=[cloud.front])["LoadBalancers"][0]
    whole = {"HostedZoneId": balancer["CanonicalHostedZoneId"], "DNSName": balancer["DNSName"], "EvaluateTargetHealth": False}
    record = {"Name": "example.com", "Type": "A", "AliasTarget": {**whole, **target}}
    cloud.route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": [{"Action": action, "ResourceRecordSet": record}]})


def test_rule_30_an_alias_comes_back_in_lower_case_with_a_dot(served: Any) -> None:
    zone = served.zone()
    alias(served, "CREATE", zone, DNSName="Front-1.us-east-1.elb.amazonaws.com")
    sets = served.route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    (found,) = [one for one in sets if one["Type"] == "A"]
    assert found["AliasTarget"]["DNSName"] == "front-1.us-east-1.elb.amazonaws.com."
    assert "TTL" not in found


def test_rule_30_an_alias_is_deleted_with_its_whole_target(served: Any, refused: Any) -> None:
    zone = served.zone()
    alias(served, "CREATE", zone)
    for record in ({}, {"TTL": 300}, {"ResourceRecords": [{"Value": "192.0.2.1"}]}):
        change = {"Action": "DELETE", "ResourceRecordSet": {"Name": "example.com", "Type": "A", **record}}
        with refused("InvalidInput"):
            served.route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": [change]})
    with refused("InvalidChangeBatch"):
        alias(served, "DELETE", zone, DNSName="elsewhere.us-east-1.elb.amazonaws.com")
    alias(served, "DELETE", zone)


def test_a_simple_record_and_a_weighted_one_exclude_each_other(cloud: Any, refused: Any) -> None:
    zone = cloud.zone()
    record = {"Name": "sm.example.com", "Type": "CNAME", "TTL": 60, "ResourceRecords": [{"Value": "old.example.com"}]}

    def put(**more: Any) -> None:
        change = {"Action": "CREATE", "ResourceRecordSet": {**record, **more}}
        cloud.route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": [change]})

    with refused("InvalidInput"):
        put(SetIdentifier="blue")
    put(SetIdentifier="blue", Weight=10)
    with refused("InvalidChangeBatch"):
        put()


BAD_TAGS = {
    "a sign that ELB does not take": [{"Key": "owner", "Value": "Video & Live (EU)"}],
    "of AWS": [{"Key": "aws:team", "Value": "x"}],
    "a long key": [{"Key": "k" * 129, "Value": "x"}],
    "a long value": [{"Key": "k", "Value": "v" * 257}],
}


@pytest.mark.parametrize("tags", BAD_TAGS.values(), ids=BAD_TAGS)
def test_rule_44_tags_have_an_alphabet(cloud: Any, refused: Any, tags: list[dict[str, str]]) -> None:
    front, group, certificate = cloud.balancer(), cloud.target_group(), cloud.request()
    for arn in (front, group):
        with refused("ValidationError"):
            cloud.elbv2.add_tags(ResourceArns=[arn], Tags=tags)
    with refused("ValidationError"):
        cloud.elbv2.create_target_group(Name="tagged", Protocol="HTTP", Port=80, VpcId=cloud.vpc, Tags=tags)
    with refused("ValidationError"):
        cloud.balancer("tagged", Tags=tags)
    with refused("ValidationException"):
        cloud.acm.add_tags_to_certificate(CertificateArn=certificate, Tags=tags)
    with refused("ValidationException"):
        cloud.request("tagged.example.com", Tags=tags)


def test_rule_44_there_are_at_most_50_tags(cloud: Any, refused: Any) -> None:
    front, certificate = cloud.balancer(), cloud.request()
    fifty = [{"Key": f"k{number}", "Value": "Größe 1.0_:/=+-@"} for number in range(50)]
    cloud.elbv2.add_tags(ResourceArns=[front], Tags=fifty)
    cloud.elbv2.add_tags(ResourceArns=[front], Tags=fifty)
    cloud.acm.add_tags_to_certificate(CertificateArn=certificate, Tags=fifty)
    with refused("TooManyTags"):
        cloud.elbv2.add_tags(ResourceArns=[front], Tags=[{"Key": "one-more", "Value": ""}])
    with refused("TooManyTagsException"):
        cloud.acm.add_tags_to_certificate(CertificateArn=certificate, Tags=[{"Key": "one-more", "Value": ""}])
    with refused("DuplicateTagKeys"):
        cloud.elbv2.add_tags(ResourceArns=[cloud.target_group()], Tags=[fifty[0], fifty[0]])


def test_rule_47_the_first_load_balancer_of_an_account_makes_a_role(cloud: Any, refused: Any) -> None:
    limits.service_linked_role = limits.may_create_service_linked_role = 0
    with refused("AccessDenied"):
        cloud.balancer()
    limits.may_create_service_linked_role = 1
    cloud.balancer()
    cloud.balancer("second")
    calls = [json.loads(line) for line in cloud.log.read_text().splitlines()]
    made = [call for call in calls if call["action"] == "CreateServiceLinkedRole"]
    assert [(call["service"], call["access_key"], call["mutating"]) for call in made] == [("iam", settings.OPERATOR_ACCESS_KEY, True)]
