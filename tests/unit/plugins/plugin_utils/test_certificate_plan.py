# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which certificate is used, and when nothing is left to do for it."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.plugin_utils import certificate_plan as planning

Facts = dict[str, Any]
NOW = "2026-01-31T12:00:00+00:00"
ARN = "arn:aws:acm:us-east-1:123456789012:certificate"
OWN = {"red5pro:deployment": "live"}
NAME = "_0a.example.com"
DESIRED: Facts = {
    "arn": "",
    "find_existing": False,
    "names": ["*.Example.com", "example.com"],
    "validation_method": "DNS",
    "key_algorithm": "RSA_2048",
    "match_tags": OWN,
    "tags": {**OWN, "Name": "live"},
    "hosted_zone": "",
    "days": "30",
}
RECORD: Facts = {
    "name": f"{NAME}.",
    "type": "CNAME",
    "ttl": 300,
    "resource_records": [{"value": "_1b.acm-validations.aws."}],
    "hosted_zone_id": "/hostedzone/Z1",
    "start_record_name": f"{NAME}.",
}
ZONE: Facts = {"id": "/hostedzone/Z1", "name": "example.com.", "config": {"private_zone": False}}


def certificate(number: int = 1, names: tuple[str, ...] = ("*.example.com", "example.com"), **more: Any) -> Facts:
    """A certificate as aws_resources_info gives it with description and tags."""
    source = {"name": f"{NAME}.", "type": "CNAME", "value": "_1b.acm-validations.aws."}
    option = {"validation_method": "DNS", "validation_status": "SUCCESS", "resource_record": source}
    return {
        "certificate_arn": f"{ARN}/{number}",
        "domain_name": names[0],
        "subject_alternative_names": list(names),
        "type": "AMAZON_ISSUED",
        "status": "ISSUED",
        "key_algorithm": "RSA-2048",
        "created_at": f"2026-01-0{number}T12:00:00+00:00",
        "not_after": "2027-01-01T12:00:00+00:00",
        "domain_validation_options": [{**option, "domain_name": name} for name in names],
        "tags": {**OWN, "Name": "live", "seen-by": "auto-tagger"},
        **more,
    }


def planned(*found: Facts, current: Facts | None = None, requested: Facts | None = None, **desired: Any) -> Facts:
    read = {"own_certificates": list(found), "hosted_zones": [ZONE], "certificate_zones": [ZONE], "validation_record_sets": [RECORD]}
    return planning.plan({**read, **(current or {})}, {**DESIRED, **desired}, NOW, requested or {})


def test_one_that_is_issued_with_its_records_is_answered_as_the_module_would() -> None:
    found = planned(certificate())
    assert (found["problems"], found["adopted"], found["arn"]) == ([], "", f"{ARN}/1")
    answer = found["answer"]
    assert (answer["changed"], answer["certificate"]["status"], answer["certificate"]["key_algorithm"]) == (False, "ISSUED", "RSA_2048")
    assert answer["certificate"]["subject_alternative_names"] == ["example.com"]
    assert answer["diff"]["before"] == answer["diff"]["after"] != {}
    assert answer["validation_records"] == [
        {
            "name": NAME,
            "type": "CNAME",
            "value": "_1b.acm-validations.aws",
            "status": "SUCCESS",
            "domain_names": ["*.example.com", "example.com"],
        }
    ]
    assert answer["validation_emails"] == []
    assert "validation_records" not in answer["certificate"]


@pytest.mark.parametrize(
    "change",
    [
        {"status": "PENDING_VALIDATION"},
        {"tags": OWN},
        {"tags": {**OWN, "Name": "other"}},
    ],
)
def test_one_that_is_not_done_is_left_to_the_module(change: Facts) -> None:
    found = planned(certificate(**change))
    assert (found["arn"], found["answer"]) == (f"{ARN}/1", {})


@pytest.mark.parametrize(
    "change",
    [
        {"status": "FAILED"},
        {"status": "EXPIRED"},
        {"tags": {"red5pro:deployment": "staging"}},
        {"type": "IMPORTED"},
        {"key_algorithm": "EC_prime256v1"},
        {"subject_alternative_names": ["*.example.com", "example.com", "live.example.com"]},
        {"domain_validation_options": [{"domain_name": "example.com", "validation_method": "EMAIL"}]},
    ],
)
def test_another_certificate_is_not_taken(change: Facts) -> None:
    found = planned(certificate(**change))
    assert (found["problems"], found["arn"], found["answer"]) == ([], "", {})


def test_of_several_it_is_the_newest_that_is_issued() -> None:
    pending = certificate(3, status="PENDING_VALIDATION")
    assert planned(certificate(1), pending, certificate(2))["arn"] == f"{ARN}/2"
    assert planned(pending, certificate(4, status="FAILED"))["arn"] == f"{ARN}/3"


@pytest.mark.parametrize(
    ("sets", "done"),
    [
        ([RECORD], True),
        ([{**RECORD, "weight": 1, "set_identifier": "a"}], True),
        ([RECORD, {**RECORD, "start_record_name": "_0.example.com."}], True),
        ([], False),
        ([{**RECORD, "hosted_zone_id": "/hostedzone/Z2"}], False),
        ([{**RECORD, "type": "TXT"}], False),
        ([{**RECORD, "resource_records": [{"value": "elsewhere"}]}], False),
    ],
)
def test_its_records_are_in_their_zone(sets: list[Facts], done: bool) -> None:
    assert bool(planned(certificate(), current={"validation_record_sets": sets})["answer"]) is done


def test_a_record_without_a_hosted_zone_is_in_place_if_acm_validated_it() -> None:
    nowhere: Facts = {"hosted_zones": [], "certificate_zones": [], "validation_record_sets": []}
    assert planned(certificate(), current=nowhere)["answer"]
    options = [{**one, "validation_status": "PENDING_VALIDATION"} for one in certificate()["domain_validation_options"]]
    assert planned(certificate(domain_validation_options=options), current=nowhere)["answer"] == {}


ASKED: Facts = {"name": NAME, "type": "CNAME", "value": "_1b.acm-validations.aws", "status": "PENDING_VALIDATION"}
PENDING: Facts = {
    "certificate": {"arn": f"{ARN}/1", "status": "PENDING_VALIDATION"},
    "validation_records": [ASKED, {**ASKED, "name": "_0a.example.org"}, {**ASKED, "name": "_0b.example.org", "status": "SUCCESS"}],
    "diff": {"before": {}, "after": {}},
}


def test_the_records_of_a_requested_certificate_are_read_in_their_zone_or_shown() -> None:
    found = planned(requested={"answer": PENDING})["validation"]
    assert [(one["name"], one["zone_id"]) for one in found["hosted"]] == [(NAME, "Z1")]
    assert [one["name"] for one in found["manual"]] == ["_0a.example.org"], "not one that ACM has validated"
    assert (found["compared"], found["missing"], found["notes"]) == ([], [], {})


def test_missing_records_of_a_requested_certificate_are_noted_and_reported() -> None:
    read = [{"item": {**ASKED, "zone_id": "Z1"}, "resources": {"record_sets": sets}} for sets in ([], [RECORD])]
    found = planned(requested={"answer": PENDING, "records": read})
    assert [one["state"] for one in found["validation"]["compared"]] == ["missing", "same"]
    assert [one["name"] for one in found["validation"]["missing"]] == [NAME]
    assert found["validation"]["notes"] == {"red5pro:record:_0a": "Z1"}
    assert found["status"] == {"domain_name": "*.Example.com", "days": 0, **PENDING["certificate"]}
    assert [(one["subject"], one["found"]) for one in found["checks"] if not one.get("holds")] == [
        ("certificate *.Example.com", "PENDING_VALIDATION"),
        (f"validation record {NAME}", None),
    ]


def test_what_was_requested_earlier_does_not_matter_to_one_that_is_complete() -> None:
    read = [{"item": {**ASKED, "zone_id": "Z1"}, "resources": {"record_sets": []}}]
    found = planned(certificate(), requested={"answer": PENDING, "records": read})
    assert (found["validation"]["hosted"], found["validation"]["missing"]) == ([], [])
    assert (found["status"]["status"], found["status"]["days"]) == ("ISSUED", 335)
    twins: Facts = {"hosted_zones": [ZONE, {**ZONE, "id": "/hostedzone/Z2"}]}
    assert planned(current=twins, requested={"answer": PENDING})["problems"] != [], "which no record can be placed in"


def test_two_zones_of_one_name_are_a_problem() -> None:
    found = planned(certificate(), current={"hosted_zones": [ZONE, {**ZONE, "id": "/hostedzone/Z2"}]})
    assert found["problems"][0].startswith('Invalid red5pro_hosted_zone: "". Expected: the id of one of the public hosted zones')
    assert found["answer"] == {}


TEN = [f"{number}.example.com" for number in range(10)]


@pytest.mark.parametrize(
    ("tags", "names", "problem"),
    [
        (38, TEN, ""),
        (39, TEN, "Expected: at most 38 tags, since AWS allows 50 tags on a certificate, which gets one for each of its 10"),
        (44, ["example.com", "*.example.com", "a.example.com", "b.example.com", "c.example.com"], ""),
        (44, TEN[:5], "Expected: at most 43 tags"),
        (44, [*TEN[:4], *(f"{number}.example.org" for number in range(5))], ""),
        (0, [f"{number}.example.com" for number in range(49)], "Invalid red5pro_certificate_alternative_names: ["),
    ],
)
def test_a_certificate_has_room_for_the_tags_that_note_its_records(tags: int, names: list[str], problem: str) -> None:
    """One for each record that is created in a hosted zone; a wildcard and its apex share one."""
    further = {f"k{number:02}": "v" for number in range(tags)}
    found = planned(names=names, tags={**further, **DESIRED["tags"]})["problems"]
    assert len(found) == bool(problem)
    assert all(problem in one for one in found)


def test_a_certificate_that_is_validated_needs_room_for_missing_records_only() -> None:
    many = {f"k{number:02}": "v" for number in range(47)}
    pending = certificate(status="PENDING_VALIDATION", tags={**OWN, "Name": "live", **many})
    assert planned(pending)["problems"] == []
    (problem,) = planned({**pending, "tags": {**pending["tags"], "k47": "v"}}, current={"validation_record_sets": []})["problems"]
    assert problem.startswith("Invalid red5pro_extra_tags: {}. Expected: at most 0 tags")
    assert planned({**pending, "status": "ISSUED"}, current={"validation_record_sets": []})["problems"] == []


def test_a_zone_that_another_service_manages_is_refused() -> None:
    managed = {**ZONE, "linked_service": {"service_principal": "servicediscovery.amazonaws.com"}}
    (problem,) = planned(current={"hosted_zones": [managed]})["problems"]
    assert problem == (
        'Invalid red5pro_hosted_zone: "". Expected: another hosted zone than Z1, since servicediscovery.amazonaws.com manages its records, '
        "so that Route 53 refuses to change them."
    )


def test_by_email_no_zone_matters() -> None:
    option = {"domain_name": "*.example.com", "validation_method": "EMAIL", "validation_emails": ["admin@example.com"]}
    found = planning.plan(
        {"own_certificates": [certificate(domain_validation_options=[option])]}, {**DESIRED, "validation_method": "EMAIL"}, NOW, {}
    )
    assert found["answer"]["validation_emails"] == ["admin@example.com"]


def test_an_existing_one_is_used_as_it_is() -> None:
    theirs = certificate(2, tags={}, type="IMPORTED", domain_validation_options=[])
    found = planned(certificate(1, status="PENDING_VALIDATION"), theirs, current={"hosted_zones": []}, find_existing=True)
    assert (found["adopted"], found["arn"], found["problems"]) == (f"{ARN}/2", f"{ARN}/2", [])
    assert found["answer"]["certificate"]["type"] == "IMPORTED"
    other = planned(certificate(names=("*.example.com",)), find_existing=True)
    assert (other["adopted"], other["arn"]) == ("", "")


def test_one_that_is_given_by_its_arn() -> None:
    given = {key: value for key, value in certificate(7).items() if key != "tags"}
    found = planning.plan({"certificate": [given]}, {**DESIRED, "arn": f"{ARN}/7"}, NOW, {})
    assert (found["adopted"], found["arn"], found["problems"]) == (f"{ARN}/7", f"{ARN}/7", [])
    assert found["answer"]["certificate"]["arn"] == f"{ARN}/7"
    late = planning.plan({"certificate": [given]}, {**DESIRED, "arn": f"{ARN}/7"}, "2028-01-01T00:00:00", {})
    assert late["problems"][0].endswith("this one is EXPIRED (since 2027-01-01T12:00:00+00:00).")
    assert late["answer"] == {}
    missing = planning.plan({"certificate": []}, {**DESIRED, "arn": f"{ARN}/7"}, NOW, {})
    assert (len(missing["problems"]), missing["arn"], missing["answer"]) == (1, f"{ARN}/7", {})


def test_readings() -> None:
    assert planning.readings(["a"], f"{ARN}/7") == [{"kind": "certificate", "parameters": {"CertificateArn": f"{ARN}/7"}}]
    (own,) = planning.readings(["*.example.com", "a.example.com"], validation_method="EMAIL")
    assert own["only"] == {"DomainName": "*.example.com"}
    found = planning.readings(["*.example.com", "a.example.com"])
    assert [one.get("name", one["kind"]) for one in found] == [
        "own_certificates",
        "hosted_zones",
        "certificate_zones",
        "validation_record_sets",
    ]
    assert found[2]["suffix_of"] == ["*.example.com", "a.example.com"]
