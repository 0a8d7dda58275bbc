# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A requested certificate and how it is found, as tables, without AWS."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.streamops.red5pro.plugins.module_utils._acm_certificate import Wanted, declared, serialize, settled, token
from ansible_collections.streamops.red5pro.plugins.module_utils._acm_messages import explain, in_use
from ansible_collections.streamops.red5pro.plugins.module_utils._acm_params import COMMON_NAME_LENGTH, check_domain, check_params
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import shown

ARN = "arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f"
LONG = ".".join(["a" * 63, "b" * 63, "c" * 63])
RECORD = {"Name": "_0a.example.com.", "Type": "CNAME", "Value": "_1b.acm-validations.aws."}
DETAIL: dict[str, Any] = {
    "CertificateArn": ARN,
    "DomainName": "*.Example.com",
    "SubjectAlternativeNames": ["*.Example.com", "example.com", "B.example.com"],
    "DomainValidationOptions": [
        {"DomainName": "example.com", "ValidationStatus": "PENDING_VALIDATION", "ValidationMethod": "DNS", "ResourceRecord": RECORD},
        {"DomainName": "*.Example.com", "ValidationStatus": "SUCCESS", "ValidationMethod": "DNS", "ResourceRecord": RECORD},
        {"DomainName": "B.example.com", "ValidationStatus": "FAILED", "ValidationMethod": "DNS"},
    ],
    "Type": "AMAZON_ISSUED",
    "Status": "PENDING_VALIDATION",
    "KeyAlgorithm": "RSA-2048",
    "InUseBy": ["arn:b", "arn:a"],
    "CreatedAt": datetime(2026, 1, 31, 12, tzinfo=UTC),
}
WANTED = Wanted("*.example.com", frozenset({"example.com", "b.example.com"}), "DNS", "RSA_2048", {"owner": "me"})
TAGS = [{"Key": "owner", "Value": "me"}, {"Key": "more", "Value": "1"}]
PARAMS: dict[str, Any] = {
    "domain_name": "*.Example.com",
    "subject_alternative_names": [],
    "validation_method": "DNS",
    "key_algorithm": "RSA_2048",
    "match_tags": {},
    "certificate_arn": None,
    "tags": None,
    "wait_timeout": 1800,
    "wait_interval": 10,
}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("example.com", "example.com"),
        ("*.Example.COM", "*.example.com"),
        ("a-b.xn--mller-kva.example", "a-b.xn--mller-kva.example"),
        ("1.2.example.com", "1.2.example.com"),
        (f"{LONG}.{'d' * 61}", f"{LONG}.{'d' * 61}"),
    ],
)
def test_domain_names_that_acm_takes(name: str, expected: str) -> None:
    assert check_domain("domain_name", name) == expected


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("", "unlike ''"),
        ("example", "fully qualified"),
        ("*.com", "fully qualified"),
        ("*", r"a \* only"),
        ("a.*.example.com", r"a \* only"),
        ("*.*.example.com", r"a \* only"),
        ("a*.example.com", r"a \* only"),
        ("example.com.", "unlike ''"),
        (".example.com", "unlike ''"),
        ("-a.example.com", "unlike '-a'"),
        ("a-.example.com", "unlike 'a-'"),
        ("a_b.example.com", "unlike 'a_b'"),
        ("a b.example.com", "unlike 'a b'"),
        ("müller.example.com", "unlike 'müller'"),
        (f"{'a' * 64}.example.com", "unlike 'aaa"),
        (f"{LONG}.{'d' * 62}", "at most 253 characters; this one has 254"),
        ("https://example.com", "unlike 'https://example'"),
        ("192.0.2.10", "fully qualified"),
        ("example.c", "fully qualified"),
        ("example.com\n", "unlike 'com"),
    ],
)
def test_domain_names_that_acm_refuses(name: str, complaint: str) -> None:
    with pytest.raises(
        AnsibleAWSError, match=rf"^Invalid subject_alternative_names\[1\]: {re.escape(shown(name))}\. Expected: .*{complaint}"
    ):
        check_domain("subject_alternative_names[1]", name)


def test_the_first_name_is_shorter_than_the_others() -> None:
    name = "a" * 52 + ".example.com"
    assert check_domain("domain_name", name, COMMON_NAME_LENGTH) == name
    with pytest.raises(AnsibleAWSError, match=r"Invalid domain_name: .* at most 64 characters; this one has 65"):
        check_domain("domain_name", "a" + name, COMMON_NAME_LENGTH)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"domain_name": "example"}, "Invalid domain_name: example. Expected: a fully"),
        ({"domain_name": "a" * 60 + ".example.com"}, "domain_name: .*at most 64"),
        ({"subject_alternative_names": ["a.example.com", "*"]}, r"subject_alternative_names\[1\]: \*\. Expected: "),
        ({"wait_timeout": 0}, "wait_timeout: 0. Expected"),
        ({"wait_timeout": -5}, "wait_timeout: -5. Expected"),
        ({"wait_interval": 0}, "wait_interval: 0. Expected"),
        (
            {"domain_name": None, "certificate_arn": "arn:aws:iam::123456789012:server-certificate/a"},
            "Invalid certificate_arn: arn:aws:iam",
        ),
        ({"domain_name": None, "certificate_arn": ARN, "match_tags": {"a": "b"}}, "match_tags: .* Expected: none together with"),
        (
            {"domain_name": None, "certificate_arn": ARN, "subject_alternative_names": ["a.example.com"]},
            "^Invalid subject_alternative_names: .* none together",
        ),
        ({"tags": {"a": "b"}, "match_tags": {"a": "c"}}, "tags\\['a'\\]: b. Expected: the value in match_tags, 'c'"),
    ],
)
def test_refused_parameters_name_their_option(change: dict[str, Any], complaint: str) -> None:
    with pytest.raises(AnsibleAWSError, match=complaint):
        check_params(PARAMS | change)


@pytest.mark.parametrize("arn", [ARN, ARN.replace("arn:aws", "arn:aws-us-gov"), ARN.replace("arn:aws", "arn:aws-cn")])
def test_arns_of_every_partition_are_taken(arn: str) -> None:
    assert check_params(PARAMS | {"domain_name": None, "certificate_arn": arn})["certificate_arn"] == arn


@pytest.mark.parametrize(
    ("tags", "match_tags", "expected"),
    [
        (None, {"owner": "me"}, None),
        ({}, {"owner": "me"}, {"owner": "me"}),
        ({"n": 1, "b": True}, {}, {"n": "1", "b": "True"}),
        ({"owner": 7}, {"owner": "7"}, {"owner": "7"}),
    ],
)
def test_tags_are_text_and_hold_match_tags_if_given_at_all(tags: Any, match_tags: Any, expected: Any) -> None:
    assert check_params(PARAMS | {"tags": tags, "match_tags": match_tags})["tags"] == expected


def test_a_certificate_is_returned_in_one_form() -> None:
    assert serialize(DETAIL, TAGS) == {
        "arn": ARN,
        "domain_name": "*.example.com",
        "subject_alternative_names": ["b.example.com", "example.com"],
        "type": "AMAZON_ISSUED",
        "status": "PENDING_VALIDATION",
        "failure_reason": None,
        "validation_method": "DNS",
        "key_algorithm": "RSA_2048",
        "in_use_by": ["arn:a", "arn:b"],
        "created_at": "2026-01-31T12:00:00+00:00",
        "not_after": None,
        "tags": {"owner": "me", "more": "1"},
        "validation_records": [
            {
                "name": "_0a.example.com",
                "type": "CNAME",
                "value": "_1b.acm-validations.aws",
                "status": "PENDING_VALIDATION",
                "domain_names": ["*.example.com", "example.com"],
            }
        ],
        "validation_emails": [],
    }


def test_an_imported_certificate_has_neither_method_nor_records() -> None:
    detail = {key: DETAIL[key] for key in ("CertificateArn", "DomainName", "KeyAlgorithm")} | {"Type": "IMPORTED", "Status": "ISSUED"}
    certificate = serialize(detail | {"ImportedAt": DETAIL["CreatedAt"], "NotAfter": DETAIL["CreatedAt"]}, [])
    assert (certificate["validation_method"], certificate["validation_records"], certificate["tags"]) == (None, [], {})
    assert certificate["created_at"] == certificate["not_after"] == "2026-01-31T12:00:00+00:00"


@pytest.mark.parametrize(
    ("apex", "wildcard", "expected"),
    [
        ("SUCCESS", "SUCCESS", "SUCCESS"),
        ("SUCCESS", "PENDING_VALIDATION", "PENDING_VALIDATION"),
        ("PENDING_VALIDATION", "SUCCESS", "PENDING_VALIDATION"),
        ("SUCCESS", "FAILED", "FAILED"),
    ],
)
def test_a_shared_record_is_done_when_all_its_names_are(apex: str, wildcard: str, expected: str) -> None:
    options = [
        {"DomainName": name, "ValidationStatus": status, "ValidationMethod": "DNS", "ResourceRecord": RECORD}
        for name, status in (("example.com", apex), ("*.example.com", wildcard))
    ]
    assert [record["status"] for record in serialize(DETAIL | {"DomainValidationOptions": options}, [])["validation_records"]] == [expected]


def test_mail_addresses_are_given_once() -> None:
    mail = {"ValidationMethod": "EMAIL", "ValidationEmails": ["b@x.org", "a@x.org"]}
    options = [{"DomainName": name, **mail} for name in ("x.org", "*.x.org")]
    certificate = serialize(DETAIL | {"DomainValidationOptions": options}, [])
    assert (certificate["validation_emails"], certificate["validation_method"]) == (["a@x.org", "b@x.org"], "EMAIL")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, True),
        ({"status": "FAILED"}, True),
        ({"validation_method": None}, True),
        ({"tags": {"owner": "me"}}, True),
        ({"type": "IMPORTED"}, False),
        ({"type": "PRIVATE"}, False),
        ({"domain_name": "example.com"}, False),
        ({"subject_alternative_names": ["example.com"]}, False),
        ({"subject_alternative_names": ["example.com", "b.example.com", "c.example.com"]}, False),
        ({"validation_method": "EMAIL"}, False),
        ({"key_algorithm": "EC_prime256v1"}, False),
        ({"tags": {}}, False),
        ({"tags": {"owner": "them"}}, False),
    ],
)
def test_which_certificate_is_meant(change: dict[str, Any], expected: bool) -> None:
    assert WANTED.matches(serialize(DETAIL, TAGS) | change) is expected


def test_the_first_name_need_not_be_repeated() -> None:
    repeated = PARAMS | {"subject_alternative_names": ["*.EXAMPLE.com", "Example.com", "example.com"]}
    wanted = Wanted.of(check_params(repeated))
    assert (wanted.domain_name, wanted.alternative_names) == ("*.example.com", frozenset({"example.com"}))


def test_the_prediction_has_the_form_of_the_certificate() -> None:
    certificate, predicted = serialize(DETAIL, TAGS), WANTED.predicted({"more": "1"})
    assert set(certificate) - set(predicted) == {"arn", "created_at"}
    assert declared(predicted) == declared(certificate)
    assert declared(None) == {}


def test_a_request_without_more_names_and_tags_leaves_them_out() -> None:
    assert Wanted("example.com", frozenset(), "DNS", "RSA_2048").parameters({}) == {
        "DomainName": "example.com",
        "ValidationMethod": "DNS",
        "KeyAlgorithm": "RSA_2048",
    }


def test_a_token_distinguishes_requests_and_is_equal_for_equal_ones() -> None:
    parameters = WANTED.parameters({"more": "1"})
    first = token(parameters, ["b", "a"])
    assert re.fullmatch(r"\w{1,32}", first)
    assert token(dict(reversed(parameters.items())), ["a", "b"]) == first
    others = [token(parameters, ["a"]), token(WANTED.parameters({}), ["a", "b"]), token(parameters | {"DomainName": "x.org"}, ["a", "b"])]
    assert len({first, *others}) == 4


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, False),
        ({"subject_alternative_names": ["example.com"]}, True),
        ({"status": "ISSUED"}, True),
        ({"status": "FAILED"}, True),
        ({"validation_method": "EMAIL"}, True),
        ({"validation_method": None, "validation_records": []}, False),
    ],
)
def test_when_the_validation_records_are_complete(change: dict[str, Any], expected: bool) -> None:
    assert settled(serialize(DETAIL, TAGS) | change) is expected


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, ["Waited 30 s until", "_0a.example.com CNAME _1b.acm-validations.aws"]),
        ({"status": "VALIDATION_TIMED_OUT"}, ["VALIDATION_TIMED_OUT.", "_0a.example.com CNAME _1b.acm-validations.aws"]),
        ({"status": "FAILED", "failure_reason": "CAA_ERROR"}, ["FAILED (CAA_ERROR)", "CAA record"]),
        ({"status": "FAILED", "failure_reason": "ADDITIONAL_VERIFICATION_REQUIRED"}, ["AWS Support Center"]),
        ({"status": "FAILED", "failure_reason": "INVALID_PUBLIC_DOMAIN"}, ["top-level domain"]),
        ({"status": "FAILED", "failure_reason": "OTHER", "validation_records": []}, ["is FAILED (OTHER)."]),
        ({"validation_records": [], "validation_emails": ["a@x.org", "b@x.org"]}, ["mail to a@x.org, b@x.org"]),
        ({"status": "REVOKED", "validation_records": []}, ["is REVOKED."]),
    ],
)
def test_what_is_said_of_a_certificate_that_is_not_issued(change: dict[str, Any], said: list[str]) -> None:
    text = explain(serialize(DETAIL, TAGS) | change, ARN, 30)
    assert f"ertificate {ARN} for *.example.com is " in text
    assert [part for part in said if part not in text] == []


def test_what_is_validated_already_is_not_asked_for() -> None:
    done = serialize(DETAIL, TAGS)
    done["validation_records"][0]["status"] = "SUCCESS"
    assert "_0a.example.com" not in explain(done, ARN, 30)


def test_a_certificate_deleted_meanwhile_is_reported() -> None:
    assert explain(None, ARN, 30) == f"Certificate {ARN} was deleted by somebody else while this run waited until it is issued. Run again."


@pytest.mark.parametrize(("users", "said"), [(["arn:b", "arn:a"], "arn:a, arn:b"), ([], "a resource that ACM does not name")])
def test_who_uses_a_certificate_is_named(users: list[str], said: str) -> None:
    assert in_use(serialize(DETAIL | {"InUseBy": users}, [])).startswith(f"Refusing to delete certificate {ARN}: it is in use by {said}. ")
