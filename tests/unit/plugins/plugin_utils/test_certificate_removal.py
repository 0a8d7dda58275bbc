# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which certificates are deleted, and which of their validation records."""

from __future__ import annotations

from typing import Any

from ansible_collections.streamops.red5pro.plugins.plugin_utils.certificate_removal import (
    elsewhere_readings,
    plan,
    readings,
    record_readings,
)

HERE, NAME = "us-east-1", "_a.sm.example.com."
DECLARED: dict[str, Any] = {"name": "live", "region": HERE, "in_use": [], "elsewhere": {}, "records": {}}
RECORD = {"name": NAME, "type": "CNAME", "value": "_c9.acm-validations.aws."}
OWN: dict[str, Any] = {
    "certificate_arn": "arn:own",
    "domain_name": "sm.example.com",
    "type": "AMAZON_ISSUED",
    "status": "ISSUED",
    "tags": {"red5pro:deployment": "live", "red5pro:record:_a": "Z1"},
    "domain_validation_options": [{"domain_name": "sm.example.com", "resource_record": RECORD}],
}
OTHER = {**OWN, "certificate_arn": "arn:other", "domain_name": "b.example.org", "tags": {}, "domain_validation_options": []}
CURRENT: dict[str, list[dict[str, Any]]] = {
    "certificates": [OWN, OTHER],
    "hosted_zones": [{"id": "/hostedzone/Z1"}],
    "regions": [{"region_name": HERE}, {"region_name": "us-west-2"}, {"region_name": "eu-west-1"}],
}
ELSEWHERE: dict[str, Any] = {"resources": {"us-west-2": []}}
SETS = {f"Z1 {NAME}": [{"name": NAME, "type": "CNAME", "resource_records": [{"value": RECORD["value"]}]}]}
NO_SETS: dict[str, list[dict[str, Any]]] = {f"Z1 {NAME}": []}
READ = {**DECLARED, "elsewhere": ELSEWHERE, "records": SETS}


def test_certificates_are_read_with_what_their_records_need() -> None:
    assert [one["kind"] for one in readings(HERE)] == ["certificates", "hosted_zones", "regions"]
    assert readings(HERE)[0]["details"] == ["description", "tags"]


def test_other_regions_are_read_only_if_there_is_a_certificate() -> None:
    assert [one["region"] for one in elsewhere_readings(DECLARED, CURRENT)] == ["eu-west-1", "us-west-2"]
    assert elsewhere_readings(DECLARED, {**CURRENT, "certificates": [OTHER]}) == []


def test_each_record_is_read_in_its_zone() -> None:
    page = {"HostedZoneId": "Z1", "StartRecordName": NAME, "MaxItems": "100"}
    assert record_readings(DECLARED, CURRENT, ELSEWHERE) == [{"kind": "record_sets", "name": f"Z1 {NAME}", "parameters": page}]
    assert record_readings(DECLARED, CURRENT, {"skipped": True}) != [], "an account with one region"
    assert record_readings(DECLARED, CURRENT, {"msg": "denied"}) == []
    assert record_readings(DECLARED, {**CURRENT, "hosted_zones": []}, ELSEWHERE) == [], "a zone that was deleted"


def test_the_plan_says_what_must_still_be_read() -> None:
    first = plan(DECLARED, CURRENT)
    assert (first["elsewhere_readings"], first["records"]) == (elsewhere_readings(DECLARED, CURRENT), [])
    assert plan({**DECLARED, "elsewhere": ELSEWHERE}, CURRENT)["record_readings"] == record_readings(DECLARED, CURRENT, ELSEWHERE)


def test_the_certificate_is_deleted_with_its_record() -> None:
    found = plan({**READ, "in_use": ["arn:given", "arn:own"]}, CURRENT)
    assert [(row["what"], row["name"], row["id"], row["region"]) for row in found["rows"]] == [
        ("certificate", "sm.example.com", "arn:own", HERE),
        ("validation record", NAME, "Z1", ""),
    ]
    assert (found["deployment"], found["certificates"], found["blockers"]) == ("live", ["arn:own"], [])
    assert [(one["name"], one["zone_id"], one["type"]) for one in found["records"]] == [(NAME, "Z1", "CNAME")]
    assert found["kept"] == ["the certificate of somebody else, arn:given"]


def test_a_record_that_is_gone_is_not_named_and_one_that_was_changed_is_kept() -> None:
    gone = plan({**READ, "records": NO_SETS}, CURRENT)
    assert (gone["records"], gone["kept"]) == ([], [])
    sets = {f"Z1 {NAME}": [{"name": NAME, "type": "CNAME", "resource_records": [{"value": "elsewhere"}]}]}
    changed = plan({**READ, "records": sets}, CURRENT)
    assert (changed["records"], changed["kept"]) == ([], [f"the validation record {NAME}, changed by somebody else"])


def test_a_record_that_a_certificate_of_another_region_needs_is_kept() -> None:
    summary = {"certificate_arn": "arn:west", "type": "AMAZON_ISSUED", "status": "ISSUED", "domain_name": "sm.example.com"}
    names = {"subject_alternative_name_summaries": ["sm.example.com"], "has_additional_subject_alternative_names": False}
    found = plan({**DECLARED, "elsewhere": {"resources": {"us-west-2": [{**summary, **names}]}}}, CURRENT)
    assert (found["records"], found["kept"]) == ([], ["the validation record _a.sm.example.com, which arn:west needs"])


def test_regions_that_could_not_be_read_may_need_the_records() -> None:
    found = plan({**DECLARED, "elsewhere": {"msg": "No permission for acm:ListCertificates in us-west-2"}}, CURRENT)
    assert [row["what"] for row in found["rows"]] == ["certificate"]
    why = "since certificates of other regions may need them: No permission for acm:ListCertificates in us-west-2"
    assert found["kept"] == [f"the validation records, {why}"]


def test_another_user_of_the_certificate_blocks() -> None:
    used = {**OWN, "in_use_by": ["arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/live/1", "arn:cloudfront"]}
    found = plan(READ, {**CURRENT, "certificates": [used]})
    assert found["blockers"] == ["Refusing to delete the certificate of live: arn:cloudfront uses it. Remove it there first."]
