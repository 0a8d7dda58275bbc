# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Certificates and names: rules 6 to 8 and 25."""

from __future__ import annotations

from typing import Any

import pytest

from rehearsal import aws, settings
from rehearsal.aws.server import reset

HOURS_72 = 72 * 3600


def status(cloud: Any, arn: str) -> str:
    return str(cloud.certificate(arn)["Status"])


def test_rule_06_issued_two_minutes_after_the_record_and_never_before(cloud: Any) -> None:
    zone, arn = cloud.zone(), cloud.request()
    record, value = cloud.record_of(arn)
    cloud.wait(1000)
    assert status(cloud, arn) == "PENDING_VALIDATION"
    cloud.change(zone, ("UPSERT", record, "CNAME", value))
    cloud.wait(0)
    cloud.wait(119)
    assert status(cloud, arn) == "PENDING_VALIDATION"
    assert "NotAfter" not in cloud.certificate(arn)
    cloud.wait(1)
    assert status(cloud, arn) == "ISSUED"
    assert "NotAfter" in cloud.certificate(arn)
    assert {option["ValidationStatus"] for option in cloud.certificate(arn)["DomainValidationOptions"]} == {"SUCCESS"}
    assert aws.view.certificates()[0].status == "ISSUED"


def test_rule_06_a_wrong_value_a_private_or_a_less_specific_zone_does_not_count(cloud: Any) -> None:
    zone, arn = cloud.zone(), cloud.request("*.live.example.com")
    record, value = cloud.record_of(arn)
    cloud.change(zone, ("UPSERT", record, "CNAME", "_other.acm-validations.aws."))
    cloud.wait(0)
    cloud.wait(1000)
    assert status(cloud, arn) == "PENDING_VALIDATION"
    nearer = cloud.zone("live.example.com")
    cloud.change(zone, ("UPSERT", record, "CNAME", value))
    cloud.wait(0)
    cloud.wait(1000)
    assert status(cloud, arn) == "PENDING_VALIDATION", "live.example.com answers for the name, and it has no such record"
    cloud.change(nearer, ("UPSERT", record, "CNAME", value))
    cloud.wait(0)
    cloud.wait(1000)
    assert status(cloud, arn) == "ISSUED"


def test_rule_06_a_deleted_record_restarts_the_wait(cloud: Any) -> None:
    zone, arn = cloud.zone(), cloud.request()
    record, value = cloud.record_of(arn)
    for action, seconds in (("UPSERT", 100), ("DELETE", 10), ("UPSERT", 100)):
        cloud.change(zone, (action, record, "CNAME", value))
        cloud.wait(0)
        cloud.wait(seconds)
    assert status(cloud, arn) == "PENDING_VALIDATION"
    cloud.wait(20)
    assert status(cloud, arn) == "ISSUED"


def test_rule_06_every_name_must_be_proved(cloud: Any) -> None:
    zone, arn = cloud.zone(), cloud.request("a.example.com", SubjectAlternativeNames=["b.example.com"])
    first, second = cloud.record_of(arn, 0), cloud.record_of(arn, 1)
    assert first != second
    for record in (first, second):
        assert status(cloud, arn) == "PENDING_VALIDATION"
        cloud.change(zone, ("UPSERT", record[0], "CNAME", record[1]))
        cloud.wait(0)
        cloud.wait(120)
    assert status(cloud, arn) == "ISSUED"


def test_rule_06_the_first_answer_has_no_record(cloud: Any) -> None:
    arn = cloud.request()
    cloud.acm.list_certificates()
    aws.view.certificates()
    assert "ResourceRecord" not in cloud.certificate(arn)["DomainValidationOptions"][0]
    assert "ResourceRecord" in cloud.certificate(arn)["DomainValidationOptions"][0]


@pytest.mark.parametrize("pace", [0, 1])
def test_rule_06_times_out_after_72_hours(empty: Any, pace: float) -> None:
    reset(pace, lambda: empty.time)
    empty.build()
    arn = empty.request()
    empty.wait(HOURS_72 - 1)
    assert status(empty, arn) == "PENDING_VALIDATION"
    empty.wait(1)
    assert status(empty, arn) == "VALIDATION_TIMED_OUT"
    assert {option["ValidationStatus"] for option in empty.certificate(arn)["DomainValidationOptions"]} == {"FAILED"}


def test_rule_06_email_shows_no_record_and_waits_for_its_owner(cloud: Any) -> None:
    arn = cloud.request(method="EMAIL")
    for _unused in range(2):
        option = cloud.certificate(arn)["DomainValidationOptions"][0]
        assert (option["ValidationMethod"], "ResourceRecord" in option) == ("EMAIL", False)
    cloud.wait(HOURS_72 - 1)
    assert status(cloud, arn) == "PENDING_VALIDATION"
    aws.approve_email(arn)
    assert status(cloud, arn) == "ISSUED"
    with pytest.raises(ValueError, match="waits for approval"):
        aws.approve_email(cloud.request())


def test_rule_07_wildcard_and_apex_share_a_record_and_accounts_keep_theirs(cloud: Any) -> None:
    arn = cloud.request(SubjectAlternativeNames=["example.com", "other.example.com"])
    cloud.certificate(arn)
    options = cloud.certificate(arn)["DomainValidationOptions"]
    assert [option["DomainName"] for option in options] == ["*.example.com", "example.com", "other.example.com"]
    records = [option["ResourceRecord"] for option in options]
    assert records[0] == records[1] != records[2]
    assert cloud.record_of(cloud.request("example.com")) == (records[0]["Name"], records[0]["Value"])


def test_rule_07_no_cname_at_the_apex(cloud: Any, refused: Any) -> None:
    zone = cloud.zone()
    with refused("InvalidChangeBatch"):
        cloud.change(zone, ("UPSERT", "example.com", "CNAME", "front.elb.amazonaws.com"))
    alias = {"HostedZoneId": "Z35SXDOTRQ7X7K", "DNSName": "front.elb.amazonaws.com", "EvaluateTargetHealth": False}
    record = {"Name": "example.com", "Type": "A", "AliasTarget": alias}
    cloud.route53.change_resource_record_sets(
        HostedZoneId=zone, ChangeBatch={"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]}
    )
    assert [entry.alias for entry in aws.view.records() if entry.type == "A"] == ["front.elb.amazonaws.com"]


@pytest.mark.parametrize(
    "change",
    [
        ("CREATE", "taken.example.com", "CNAME", "b.example.org"),
        ("CREATE", "taken.example.com", "A", "127.0.0.2"),
        ("UPSERT", "address.example.com", "CNAME", "a.example.org"),
        ("DELETE", "taken.example.com", "CNAME", "b.example.org"),
        ("DELETE", "missing.example.com", "CNAME", "a.example.org"),
        ("UPSERT", "example.org", "A", "127.0.0.2"),
        ("UPSERT", "notexample.com", "A", "127.0.0.2"),
    ],
)
def test_a_batch_that_is_not_possible_changes_nothing(cloud: Any, refused: Any, change: tuple[str, str, str, str]) -> None:
    zone = cloud.zone()
    cloud.change(zone, ("CREATE", "taken.example.com", "CNAME", "a.example.org"), ("CREATE", "address.example.com", "A", "127.0.0.1"))
    before = aws.view.records()
    with refused("InvalidChangeBatch"):
        cloud.change(zone, ("UPSERT", "new.example.com", "A", "127.0.0.3"), change)
    assert aws.view.records() == before
    for action in ("DELETE", "CREATE", "DELETE"):
        cloud.change(zone, (action, "taken.example.com", "CNAME", "a.example.org"))


def test_rule_08_a_certificate_in_use_stays(cloud: Any, refused: Any) -> None:
    arn, front, group = cloud.issued(), cloud.balancer(), cloud.target_group()
    listener = cloud.listen(front, group, 443, Protocol="HTTPS", Certificates=[{"CertificateArn": arn}])
    assert cloud.certificate(arn)["InUseBy"] == [front]
    with refused("ResourceInUseException"):
        cloud.acm.delete_certificate(CertificateArn=arn)
    cloud.elbv2.delete_listener(ListenerArn=listener)
    assert cloud.certificate(arn)["InUseBy"] == []
    cloud.acm.delete_certificate(CertificateArn=arn)


def test_a_token_makes_one_certificate_for_an_hour(cloud: Any) -> None:
    first = cloud.request(IdempotencyToken="one")
    assert cloud.request(IdempotencyToken="one") == first
    assert cloud.request(IdempotencyToken="two") != first
    assert cloud.request("other.example.com", IdempotencyToken="one") != first
    assert cloud.request() != cloud.request()
    cloud.wait(3599)
    assert cloud.request(IdempotencyToken="one") == first
    cloud.wait(1)
    assert cloud.request(IdempotencyToken="one") != first


def test_lists_filter_by_status_and_key_type_and_tags_are_kept(cloud: Any) -> None:
    issued, pending = cloud.issued("a.example.com"), cloud.request("b.example.com", Tags=[{"Key": "red5pro", "Value": "x"}])
    elliptic = cloud.request("c.example.com", KeyAlgorithm="EC_prime256v1")

    def listed(**wanted: Any) -> list[str]:
        return [entry["CertificateArn"] for entry in cloud.acm.list_certificates(**wanted)["CertificateSummaryList"]]

    assert sorted(listed()) == sorted([issued, pending])
    assert listed(CertificateStatuses=["ISSUED"]) == [issued]
    assert listed(Includes={"keyTypes": ["EC_prime256v1"]}) == [elliptic]
    assert cloud.acm.list_tags_for_certificate(CertificateArn=pending)["Tags"] == [{"Key": "red5pro", "Value": "x"}]


@pytest.mark.parametrize("name", ["example", "*.*.example.com", "a_b.example.com", "-a.example.com", "https://example.com"])
def test_only_domain_names(cloud: Any, refused: Any, name: str) -> None:
    with refused("ValidationException"):
        cloud.request(name)


def test_there_is_nothing_to_get_before_it_is_issued(cloud: Any, refused: Any) -> None:
    with refused("RequestInProgressException"):
        cloud.acm.get_certificate(CertificateArn=cloud.request())
    assert "BEGIN CERTIFICATE" in cloud.acm.get_certificate(CertificateArn=cloud.issued())["Certificate"]


def test_rule_25_changes_are_pending_for_a_while(cloud: Any, refused: Any) -> None:
    zone = cloud.zone()
    change = cloud.change(zone, ("CREATE", "a.example.com", "A", "127.0.0.1"))
    other = cloud.change(zone, ("CREATE", "b.example.com", "A", "127.0.0.1"))
    assert (change["Status"], other["Id"] != change["Id"]) == ("PENDING", True)
    for seconds, expected in ((29, "PENDING"), (1, "INSYNC")):
        cloud.wait(seconds)
        assert cloud.route53.get_change(Id=change["Id"])["ChangeInfo"]["Status"] == expected
    with refused("NoSuchChange"):
        cloud.route53.get_change(Id="C00000000")


def test_a_new_zone_has_readable_records(cloud: Any) -> None:
    zone = cloud.zone()
    records = cloud.route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    values = {entry["Type"]: [value["Value"] for value in entry["ResourceRecords"]] for entry in records}
    assert len(values["NS"]) == 4
    assert values["SOA"][0].startswith("ns-")


def test_wildcards_are_escaped_in_lists_as_on_aws(cloud: Any) -> None:
    zone = cloud.zone()
    cloud.change(zone, ("CREATE", "*.example.com", "A", "127.0.0.1"))
    names = [entry["Name"] for entry in cloud.route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]]
    assert "\\052.example.com." in names
    assert "*.example.com" in [entry.name for entry in aws.view.records()]
    cloud.change(zone, ("DELETE", "\\052.example.com.", "A", "127.0.0.1"))
    assert settings.DOMAIN in [entry.name for entry in aws.view.records()]
    assert "*.example.com" not in [entry.name for entry in aws.view.records()]
