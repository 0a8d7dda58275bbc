# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The zones of validation records, whether they are in place, and which may be deleted."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.streamops.red5pro.plugins.plugin_utils.certificate import (
    certificate_problems,
    compared_records,
    existing_certificates,
    needed_records,
    placed_records,
    record_notes,
    region_readings,
    removable_records,
    zones_of,
)

NAME = "_0a1b.sm.example.com"
RECORD = {"name": NAME, "type": "CNAME", "value": "_c9.acm-validations.aws", "zone_id": "Z1"}


def _zone(zone_id: str, name: str, private: bool = False) -> dict[str, Any]:
    return {"id": f"/hostedzone/{zone_id}", "name": f"{name}.", "config": {"private_zone": private}}


COM, EXAMPLE, SM = _zone("ZCOM", "com"), _zone("ZEXAMPLE", "example.com"), _zone("ZSM", "sm.example.com")


@pytest.mark.parametrize(
    ("zones", "wanted", "expected"),
    [
        ([], "", ""),
        ([EXAMPLE], "", "ZEXAMPLE"),
        ([COM, SM, EXAMPLE], "", "ZSM"),
        ([EXAMPLE, _zone("ZPRIVATE", "sm.example.com", private=True)], "", "ZEXAMPLE"),
        ([EXAMPLE, _zone("ZPRIVATE", "example.com", private=True)], "", "ZEXAMPLE"),
        ([_zone("ZOTHER", "ple.com"), _zone("ZORG", "example.org")], "", ""),
        ([_zone("ZUPPER", "Example.COM")], "", "ZUPPER"),
        ([EXAMPLE, SM], "ZEXAMPLE", "ZEXAMPLE"),
        ([EXAMPLE, SM], "example.com", "ZEXAMPLE"),
        ([EXAMPLE, SM], "example.com.", "ZEXAMPLE"),
        ([EXAMPLE, SM], "example.org", ""),
        ([EXAMPLE, _zone("ZTWIN", "example.com")], "ZTWIN", "ZTWIN"),
    ],
)
def test_a_record_is_placed_in_the_nearest_public_zone(zones: list[dict[str, Any]], wanted: str, expected: str) -> None:
    assert placed_records([{"name": NAME}], zones, wanted) == [{"name": NAME, "zone_id": expected}]
    assert zones_of(["SM.example.com", "*.sm.example.com"], zones, wanted) == [expected, expected]


def test_two_public_zones_of_one_name_are_not_chosen_between() -> None:
    with pytest.raises(AnsibleFilterError, match=r"public hosted zones named example\.com: ZEXAMPLE, ZTWIN\."):
        placed_records([{"name": NAME}], [EXAMPLE, _zone("ZTWIN", "example.com"), COM])


@pytest.mark.parametrize(
    ("standing", "state", "holds"),
    [
        ([], "missing", ""),
        ([{"name": "_z.example.com.", "type": "CNAME", "resource_records": [{"value": "x"}]}], "missing", ""),
        ([{"name": f"{NAME.upper()}.", "type": "CNAME", "resource_records": [{"value": "_C9.acm-validations.aws."}]}], "same", None),
        ([{"name": f"{NAME}.", "type": "CNAME", "resource_records": [{"value": "other."}]}], "foreign", "CNAME other"),
        ([{"name": f"{NAME}.", "type": "TXT", "resource_records": [{"value": "_c9.acm-validations.aws"}]}], "foreign", None),
        ([{"name": f"{NAME}.", "type": "A", "alias_target": {"dns_name": "x"}}], "foreign", "A alias of x"),
        (
            [{"name": f"{NAME}.", "type": "CNAME", "set_identifier": "a", "weight": 1, "resource_records": [{"value": RECORD["value"]}]}],
            "routed",
            f"CNAME {RECORD['value']} (weighted record a)",
        ),
    ],
)
def test_the_current_value_of_a_record(standing: list[dict[str, Any]], state: str, holds: str | None) -> None:
    (compared,) = compared_records([{"item": RECORD, "resources": {"record_sets": standing}}, {"item": RECORD, "failed": True}])
    assert compared["state"] == state
    assert holds is None or compared["holds"] == holds
    assert RECORD.items() <= compared.items()


def _certificate(arn: str, *labels: str, status: str = "ISSUED", notes: dict[str, str] | None = None) -> dict[str, Any]:
    options = [
        {"domain_name": f"*.{label}.org", "resource_record": {"name": f"_{label}.{label}.org.", "type": "CNAME", "value": f"_{label}.aws."}}
        for label in labels
    ]
    names = [option["domain_name"] for option in options]
    tags = {"Name": "x", **(notes or {})}
    return {
        "certificate_arn": arn,
        "type": "AMAZON_ISSUED",
        "status": status,
        "tags": tags,
        "subject_alternative_names": names,
        "domain_validation_options": options,
    }


A, B = ("_a.a.org.", "ZA"), ("_b.b.org.", "ZB")
NOTES = record_notes([{"name": "_a.a.org", "zone_id": "ZA"}, {"name": "_B.b.org.", "zone_id": "ZB"}])


def test_the_notes_have_the_zone_of_each_record() -> None:
    assert NOTES == {"red5pro:record:_a": "ZA", "red5pro:record:_b": "ZB"}


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ([], [A, B]),
        ([_certificate("other", "b")], [A]),
        ([_certificate("other", "b", status="PENDING_VALIDATION")], [A]),
        ([_certificate("other", "b", status="EXPIRED")], [A, B]),
        ([_certificate("other", "b") | {"type": "IMPORTED"}], [A, B]),
        ([_certificate("other", "a", "b", notes=NOTES)], []),
        ([_certificate("other") | {"subject_alternative_names": ["x.org", "B.org"]}], [A]),  # its record is not shown yet
        ([_certificate("other") | {"subject_alternative_names": ["x.b.org", "xa.org"]}], [A, B]),
    ],
)
def test_only_records_made_here_and_needed_by_nobody_else_may_go(others: list[dict[str, Any]], expected: list[tuple[str, str]]) -> None:
    own = [_certificate("own", "a", "b", "standing", notes=NOTES), _certificate("failed", "a", status="FAILED", notes=NOTES)]
    removable = removable_records([*others, *own], ["own", "failed"])
    assert [(record["name"], record["zone_id"]) for record in removable] == expected
    assert all(record["value"].endswith(".aws.") and record["type"] == "CNAME" for record in removable)


def summary(arn: str, *names: str, **more: Any) -> dict[str, Any]:
    """A certificate of another region, as ACM lists it."""
    listed = {"subject_alternative_name_summaries": list(names), "has_additional_subject_alternative_names": False}
    return {"certificate_arn": arn, "type": "AMAZON_ISSUED", "status": "ISSUED", "domain_name": names[0], **listed, **more}


@pytest.mark.parametrize(
    ("elsewhere", "kept"),
    [
        ([], []),
        ([summary("west", "a.org")], ["west"]),
        ([summary("west", "x.org", "*.A.org"), summary("south", "a.org", status="PENDING_VALIDATION")], ["south, west"]),
        ([summary("west", "a.org", status="VALIDATION_TIMED_OUT"), summary("east", "a.org", type="IMPORTED")], []),
        ([summary("west", "x.a.org")], []),
        ([summary("west", "x.org", has_additional_subject_alternative_names=True)], ["west"]),  # it may be among those not shown
    ],
)
def test_rule_31_a_record_that_a_certificate_of_another_region_needs_stays(elsewhere: list[dict[str, Any]], kept: list[str]) -> None:
    own = [_certificate("own", "a", notes=NOTES)]
    assert [record["name"] for record in removable_records(own, ["own"], elsewhere)] == ([] if kept else [A[0]])
    assert needed_records(own, ["own"], elsewhere) == [f"the validation record _a.a.org, which {arns} needs" for arns in kept]


def test_each_region_is_read() -> None:
    assert region_readings(["a", "b"]) == [{"kind": "certificates", "name": one, "region": one} for one in "ab"]


def test_a_certificate_that_exists_has_all_of_the_names() -> None:
    found = [
        summary("short", "sm.example.com", not_after="2026-01-01T00:00:00+00:00"),
        summary("long", "SM.example.com", "b.example.com", not_after="2027-01-01T00:00:00+00:00"),
        summary("other", "b.example.com", "sm.example.com", not_after="2028-01-01T00:00:00+00:00"),
    ]
    assert existing_certificates(found, ["sm.example.com"]) == ["long", "short"]
    assert existing_certificates(found, ["sm.example.com", "b.example.com"]) == ["long"]
    assert existing_certificates([], ["sm.example.com"]) == []


@pytest.mark.parametrize("algorithm", ["RSA_1024", "RSA-1024"])
def test_a_certificate_that_no_load_balancer_takes_is_passed_over(algorithm: str) -> None:
    found = [summary("short", "sm.example.com"), {**summary("weak", "sm.example.com", not_after="2030-01-01"), "key_algorithm": algorithm}]
    assert existing_certificates(found, ["sm.example.com"]) == ["short"]


def test_of_certificates_that_are_valid_equally_long_each_run_takes_the_same() -> None:
    twins = [summary(arn, "sm.example.com", not_after="2027-01-01T00:00:00+00:00") for arn in ("a", "b")]
    assert existing_certificates(twins, ["sm.example.com"]) == existing_certificates(twins[::-1], ["sm.example.com"])


ARN = "arn:aws:acm:us-east-1:123456789012:certificate/one"


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([], "the ARN of a certificate that exists in us-east-1."),
        ([{"status": "PENDING_VALIDATION"}], "the ARN of a certificate with the status ISSUED; this one is PENDING_VALIDATION."),
        ([{"status": "ISSUED", "key_algorithm": "RSA-1024"}], "a certificate with a key that a load balancer takes, unlike RSA-1024."),
        (
            [{"status": "FAILED", "failure_reason": "CAA_ERROR"}],
            "the ARN of a certificate with the status ISSUED; this one is FAILED (CAA_ERROR).",
        ),
        (
            [{"status": "ISSUED", "not_after": "2026-01-31T00:00:00+00:00"}],
            "the ARN of a certificate with the status ISSUED; this one is EXPIRED (since 2026-01-31T00:00:00+00:00).",
        ),
    ],
)
def test_a_given_certificate_that_cannot_be_used(found: list[dict[str, Any]], expected: str) -> None:
    message = f"Invalid red5pro_certificate_arn: {ARN}. Expected: {expected}"
    assert certificate_problems(found, ARN, "2026-01-31T00:00:01") == [message]


@pytest.mark.parametrize("until", [None, "2026-01-31T00:00:02+00:00"])
def test_a_given_certificate_that_can_be_used(until: str | None) -> None:
    assert certificate_problems([{"status": "ISSUED", "not_after": until}], ARN, "2026-01-31T00:00:01") == []
