# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""acm_certificate_request through botocore, against an ACM that is as slow and as strict as its documentation says."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import botocore.client
import botocore.loaders
import pytest
from ansible.module_utils import basic
from ansible_collections.amazon.aws.plugins.module_utils import cloud
from ansible_collections.streamops.red5pro.plugins.module_utils import _acm
from ansible_collections.streamops.red5pro.plugins.modules import acm_certificate_request
from fake_acm import EPOCH, TOKEN_LIFE, Clock, FakeAcm

MINE = {"red5pro:deployment": "live"}
WILDCARD = {"domain_name": "*.example.com", "subject_alternative_names": ["example.com", "b.example.com"], "match_tags": MINE}
BALANCER = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/live/0123456789abcdef"
LOADER = botocore.loaders.create_loader()
Module = Callable[..., dict[str, Any]]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(_acm, "time", clock)
    monkeypatch.setattr(cloud.time, "sleep", lambda seconds: None)
    return clock


@pytest.fixture
def acm(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> FakeAcm:
    credentials = {"AWS_ACCESS_KEY_ID": "AKIATEST", "AWS_SECRET_ACCESS_KEY": "test-secret", "AWS_EC2_METADATA_DISABLED": "true"}
    for key, value in credentials.items():
        monkeypatch.setenv(key, value)
    for key in ("AWS_URL", "AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(key, raising=False)
    acm = FakeAcm(clock)

    def api_call(client: Any, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        return acm.call(client.meta.service_model, operation, parameters)

    monkeypatch.setattr("botocore.session.create_loader", lambda path=None: LOADER)  # otherwise each run reads the API's model again
    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", api_call)
    return acm


@pytest.fixture
def module(acm: FakeAcm, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Module:
    """Runs the module as Ansible does, and returns what it prints."""

    def run(check_mode: bool = False, **params: Any) -> dict[str, Any]:
        arguments = {"region": "us-east-1", **params, "_ansible_check_mode": check_mode, "_ansible_diff": True}
        monkeypatch.setattr(basic, "_ANSIBLE_ARGS", json.dumps({"ANSIBLE_MODULE_ARGS": arguments}).encode())
        monkeypatch.setattr(basic, "_ANSIBLE_PROFILE", "legacy", raising=False)
        acm.calls.clear()
        capsys.readouterr()
        with pytest.raises(SystemExit):
            acm_certificate_request.main()
        return json.loads(capsys.readouterr().out)

    return run


# Request, and find again


def test_it_is_requested_once_and_found_again(module: Module, acm: FakeAcm) -> None:
    first = module(**WILDCARD, tags={"n": 1})
    again = module(**WILDCARD, tags={"n": 1})
    assert (first["changed"], again["changed"]) == (True, False)
    assert acm.arns == [first["certificate"]["arn"]] == [again["certificate"]["arn"]]
    assert acm.tags[acm.arns[0]] == first["certificate"]["tags"] == MINE | {"n": "1"}
    assert first["certificate"]["subject_alternative_names"] == ["b.example.com", "example.com"]
    assert [(record["domain_names"], record["type"]) for record in first["validation_records"]] == [
        (["*.example.com", "example.com"], "CNAME"),
        (["b.example.com"], "CNAME"),
    ]
    assert again["validation_records"] == first["validation_records"]
    assert acm.changes == []


def test_check_mode_predicts_what_the_run_does(module: Module, acm: FakeAcm) -> None:
    predicted = module(check_mode=True, **WILDCARD, tags={"n": 1})
    assert (acm.changes, acm.arns) == ([], [])
    made = module(**WILDCARD, tags={"n": 1})
    assert predicted["changed"] is made["changed"] is True
    assert predicted["diff"] == made["diff"]
    assert made["diff"]["before"] == {}
    assert predicted["certificate"] == {key: value for key, value in made["certificate"].items() if key not in ("arn", "created_at")}
    assert predicted["validation_records"] == []
    assert module(check_mode=True, **WILDCARD, tags={"n": 1})["changed"] is False


@pytest.mark.parametrize(
    "same",
    [
        {"subject_alternative_names": ["b.example.com", "example.com"]},
        {"domain_name": "*.EXAMPLE.com", "subject_alternative_names": ["B.example.com", "Example.com"]},
        {"subject_alternative_names": ["*.example.com", "example.com", "b.example.com", "example.com"]},
    ],
)
def test_order_case_and_repetition_of_names_are_no_change(module: Module, acm: FakeAcm, same: dict[str, Any]) -> None:
    module(**WILDCARD)
    assert module(**WILDCARD | same)["changed"] is False
    assert len(acm.arns) == 1


def test_a_name_requested_in_capitals_elsewhere_is_the_same(module: Module, acm: FakeAcm) -> None:
    arn = acm.request("A.Example.com")
    assert module(domain_name="a.example.com")["certificate"]["arn"] == arn


@pytest.mark.parametrize(
    "other",
    [
        {"domain_name": "example.com"},
        {"subject_alternative_names": ["example.com"]},
        {"subject_alternative_names": []},
        {"validation_method": "EMAIL"},
        {"key_algorithm": "EC_prime256v1"},
        {"match_tags": {"red5pro:deployment": "staging"}},
    ],
)
def test_another_certificate_is_another_request(module: Module, acm: FakeAcm, other: dict[str, Any]) -> None:
    module(**WILDCARD)
    made = module(**WILDCARD | other)
    assert made["changed"] is True
    assert len(acm.arns) == 2
    request = dict(acm.calls)["RequestCertificate"]
    assert [request["DomainName"], request["ValidationMethod"], request["KeyAlgorithm"]] == [
        other.get("domain_name", "*.example.com"),
        other.get("validation_method", "DNS"),
        other.get("key_algorithm", "RSA_2048"),
    ]


def test_somebody_elses_certificate_for_the_same_names_is_left_alone(module: Module, acm: FakeAcm) -> None:
    foreign = acm.request("*.example.com", "example.com", "b.example.com", tags={"owner": "them"})
    acm.say(foreign, Status="ISSUED")
    made = module(**WILDCARD, tags={"n": 1})
    assert made["changed"] is True
    assert made["certificate"]["arn"] != foreign
    assert acm.tags[foreign] == {"owner": "them"}
    removed = module(**WILDCARD, state="absent")
    assert [one["arn"] for one in removed["deleted"]] == [made["certificate"]["arn"]]
    assert acm.arns == [foreign]


def test_without_match_tags_the_names_decide_and_tags_not_given_stay(module: Module, acm: FakeAcm) -> None:
    arn = acm.request("a.example.com", tags={"owner": "me"})
    found = module(domain_name="a.example.com")
    assert (found["changed"], found["certificate"]["arn"], found["certificate"]["tags"]) == (False, arn, {"owner": "me"})


def test_an_issued_one_is_preferred_to_a_pending_one_then_the_newest(module: Module, acm: FakeAcm) -> None:
    arns = [acm.request("a.example.com", CreatedAt=EPOCH + timedelta(hours=hours)) for hours in (-4, -2, -1, -3)]
    for arn, status in zip(arns, ("ISSUED", "ISSUED", "PENDING_VALIDATION", "PENDING_VALIDATION"), strict=True):
        acm.say(arn, Status=status)
    order = [module(domain_name="a.example.com")["certificate"]["arn"]]
    for _round in range(3):
        del acm.certificates[order[-1]]
        order.append(module(domain_name="a.example.com")["certificate"]["arn"])
    assert order == [arns[1], arns[0], arns[2], arns[3]]


@pytest.mark.parametrize("status", ["EXPIRED", "FAILED", "VALIDATION_TIMED_OUT", "REVOKED", "INACTIVE"])
def test_a_certificate_that_can_no_longer_be_used_is_requested_again(module: Module, acm: FakeAcm, status: str) -> None:
    old = module(**WILDCARD)["certificate"]["arn"]
    acm.say(old, Status=status)
    made = module(**WILDCARD)  # within the hour in which its token would answer with the old one
    assert (made["changed"], made["certificate"]["status"]) == (True, "PENDING_VALIDATION")
    assert made["certificate"]["arn"] != old
    assert module(**WILDCARD)["changed"] is False


def test_imported_certificates_are_not_taken(module: Module, acm: FakeAcm) -> None:
    imported = acm.request("a.example.com", Type="IMPORTED")
    assert module(domain_name="a.example.com")["certificate"]["arn"] != imported


def test_it_is_found_after_its_token_has_expired(module: Module, acm: FakeAcm, clock: Clock) -> None:
    module(**WILDCARD)
    clock.sleep(TOKEN_LIFE + 1)
    assert module(**WILDCARD)["changed"] is False
    assert len(acm.arns) == 1


def test_a_lost_answer_does_not_make_a_second_certificate(module: Module, acm: FakeAcm) -> None:
    acm.fail("RequestCertificate", "LostAnswer")
    assert module(**WILDCARD)["msg"].startswith("Failed to request certificate: ")
    acm.unlisted = set(acm.arns)  # ACM's list is late
    assert module(**WILDCARD)["certificate"]["arn"] == acm.arns[0]
    assert len(acm.arns) == 1


@pytest.mark.parametrize("deletions", [1, 3])
def test_a_certificate_deleted_within_the_hour_is_requested_again(module: Module, acm: FakeAcm, deletions: int) -> None:
    deleted = []
    for _time in range(deletions):
        deleted.append(module(**WILDCARD)["certificate"]["arn"])
        module(**WILDCARD, state="absent")
    made = module(**WILDCARD)  # its first token is answered with what has been deleted
    assert (made["changed"], acm.arns) == (True, [made["certificate"]["arn"]])
    assert made["certificate"]["arn"] not in deleted
    assert module(**WILDCARD)["changed"] is False


def test_a_certificate_that_never_appears_is_an_error(module: Module, acm: FakeAcm) -> None:
    acm.visible_after = 10**6
    assert "but does not find it" in module(**WILDCARD)["msg"]


def test_a_new_certificate_may_be_unknown_for_some_seconds(module: Module, acm: FakeAcm, clock: Clock) -> None:
    acm.visible_after = 3
    assert module(**WILDCARD)["certificate"]["arn"] == acm.arns[0]
    assert acm.changes == ["RequestCertificate"]
    assert clock.now == 3


# Validation records


def test_records_that_acm_shows_late_are_waited_for(module: Module, acm: FakeAcm, clock: Clock) -> None:
    acm.records_after = 9
    assert len(module(**WILDCARD)["validation_records"]) == 2
    assert clock.now == 9


def test_all_records_are_waited_for(module: Module, acm: FakeAcm, clock: Clock) -> None:
    arn = acm.request("a.example.com", "b.example.com")
    options = acm.certificates[arn]["DomainValidationOptions"]
    acm.say(arn, DomainValidationOptions=[options[0], {"DomainName": "b.example.com", "ValidationMethod": "DNS"}])
    clock.at(5, lambda: acm.say(arn, DomainValidationOptions=options))
    found = module(domain_name="a.example.com", subject_alternative_names=["b.example.com"])
    assert (found["changed"], len(found["validation_records"]), clock.now) == (False, 2, 5)


@pytest.mark.parametrize("check_mode", [False, True])
def test_records_that_never_come_are_an_error_but_nothing_is_awaited_in_check_mode(
    module: Module, acm: FakeAcm, check_mode: bool, clock: Clock
) -> None:
    acm.request("a.example.com")
    acm.records_after = 10**6
    answer = module(check_mode=check_mode, domain_name="a.example.com")
    if check_mode:
        assert (answer["changed"], answer["validation_records"], clock.now) == (False, [], 0)
    else:
        assert answer["msg"].startswith("Waited 60 s for validation records of certificate arn:")
        assert clock.now == 60


def test_validation_by_email_has_addresses_and_no_records(module: Module, acm: FakeAcm, clock: Clock) -> None:
    made = module(domain_name="a.example.com", validation_method="EMAIL")
    assert (made["validation_records"], made["validation_emails"]) == ([], ["admin@a.example.com"])
    again = module(domain_name="a.example.com", validation_method="EMAIL")
    assert (again["changed"], len(acm.arns), clock.now) == (False, 1, 0)


# Waiting


def _becomes(acm: FakeAcm, clock: Clock, moment: float, **details: Any) -> None:
    clock.at(moment, lambda: [acm.say(arn, **details) for arn in acm.arns])


def test_it_waits_until_issued(module: Module, acm: FakeAcm, clock: Clock) -> None:
    _becomes(acm, clock, 100, Status="ISSUED")
    answer = module(**WILDCARD, wait=True, wait_interval=30)
    assert (answer["changed"], answer["certificate"]["status"], clock.now) == (True, "ISSUED", 120)
    assert module(**WILDCARD, wait=True)["changed"] is False
    assert clock.now == 120


def test_without_wait_it_does_not_wait(module: Module, clock: Clock) -> None:
    assert module(**WILDCARD)["certificate"]["status"] == "PENDING_VALIDATION"
    assert clock.now == 0


def test_check_mode_does_not_wait(module: Module, acm: FakeAcm, clock: Clock) -> None:
    module(**WILDCARD)
    assert module(check_mode=True, **WILDCARD, wait=True)["certificate"]["status"] == "PENDING_VALIDATION"
    assert clock.now == 0


def test_waiting_ends_at_its_timeout_with_the_records_that_are_missing(module: Module, clock: Clock) -> None:
    message = module(**WILDCARD, wait=True, wait_timeout=25, wait_interval=10)["msg"]
    assert clock.now == 25
    assert message.startswith("Waited 25 s until certificate arn:")
    assert "status is PENDING_VALIDATION. Public DNS must have: _5ababd603b22780302dd8d83498e5172.example.com CNAME" in message


@pytest.mark.parametrize(
    ("details", "said"),
    [
        ({"Status": "FAILED", "FailureReason": "CAA_ERROR"}, "is FAILED (CAA_ERROR). A CAA record"),
        (
            {"Status": "VALIDATION_TIMED_OUT"},
            "is VALIDATION_TIMED_OUT. Public DNS must have: _5ababd603b22780302dd8d83498e5172.example.com",
        ),
    ],
)
def test_a_failure_ends_the_waiting_and_says_what_to_check(
    module: Module, acm: FakeAcm, clock: Clock, details: dict[str, Any], said: str
) -> None:
    _becomes(acm, clock, 15, **details)
    assert said in module(**WILDCARD, wait=True)["msg"]
    assert clock.now == 20


def test_a_request_that_fails_at_once_is_not_repeated(module: Module, acm: FakeAcm, clock: Clock) -> None:
    acm.visible_after = 1
    _becomes(acm, clock, 1, Status="FAILED", FailureReason="INVALID_PUBLIC_DOMAIN")
    assert "top-level domain" in module(domain_name="a.nosuchtld", wait=True)["msg"]
    assert acm.changes == ["RequestCertificate"]


# Tags


@pytest.mark.parametrize(
    ("tags", "purge", "expected", "changes"),
    [
        (None, True, {"a": "1", "b": "2"}, []),
        ({"a": 1, "b": 2}, True, {"a": "1", "b": "2"}, []),
        ({"a": "1"}, False, {"a": "1", "b": "2"}, []),
        ({"a": "1", "b": "3"}, True, {"a": "1", "b": "3"}, ["AddTagsToCertificate"]),
        ({"a": "1"}, True, {"a": "1"}, ["RemoveTagsFromCertificate"]),
        ({"c": "4"}, True, {"c": "4"}, ["AddTagsToCertificate", "RemoveTagsFromCertificate"]),
        ({"c": "4"}, False, {"a": "1", "b": "2", "c": "4"}, ["AddTagsToCertificate"]),
        ({}, True, {}, ["RemoveTagsFromCertificate"]),
    ],
)
def test_tags_are_kept_as_declared(
    module: Module, acm: FakeAcm, tags: dict[str, Any] | None, purge: bool, expected: dict[str, str], changes: list[str]
) -> None:
    module(**WILDCARD, tags={"a": "1", "b": "2"})
    given = {**WILDCARD, "purge_tags": purge, **({} if tags is None else {"tags": tags})}
    predicted = module(check_mode=True, **given)
    assert acm.changes == []
    made = module(**given)
    assert acm.changes == changes
    assert acm.tags[acm.arns[0]] == made["certificate"]["tags"] == predicted["certificate"]["tags"] == MINE | expected
    assert made["changed"] is predicted["changed"] is bool(changes)
    assert made["diff"] == predicted["diff"]
    assert module(**given)["changed"] is False


# By ARN


def test_an_arn_reads_and_tags_whatever_it_names(module: Module, acm: FakeAcm) -> None:
    arn = acm.request("a.example.com", Type="IMPORTED", Status="EXPIRED")
    read = module(certificate_arn=arn)
    assert (read["changed"], read["certificate"]["status"], read["certificate"]["type"]) == (False, "EXPIRED", "IMPORTED")
    tagged = module(certificate_arn=arn, tags={"a": "1"})
    assert (tagged["changed"], acm.tags[arn]) == (True, {"a": "1"})
    assert "is EXPIRED" in module(certificate_arn=arn, wait=True)["msg"]


def test_an_arn_of_nothing_is_an_error_for_present_and_fine_for_absent(module: Module, acm: FakeAcm) -> None:
    arn = acm.request("a.example.com")
    del acm.certificates[arn]
    assert module(certificate_arn=arn)["msg"] == f"Invalid certificate_arn: {arn}. Expected: the ARN of a certificate in this region."
    assert module(certificate_arn=arn, state="absent")["changed"] is False


# Absent


def test_absent_deletes_once(module: Module, acm: FakeAcm) -> None:
    made = module(**WILDCARD)
    predicted = module(check_mode=True, **WILDCARD, state="absent")
    assert (predicted["changed"], acm.changes, len(acm.arns)) == (True, [], 1)
    removed = module(**WILDCARD, state="absent")
    assert removed == predicted
    assert removed["deleted"] == [made["certificate"]]
    assert removed["validation_records"] == made["validation_records"]
    assert removed["diff"] == [{"before": made["diff"]["after"], "after": {}}]
    gone = module(**WILDCARD, state="absent")
    assert (gone["changed"], gone["deleted"], gone["diff"], acm.changes) == (False, [], [], [])


def test_absent_by_arn(module: Module, acm: FakeAcm) -> None:
    arn = acm.request("a.example.com", Type="IMPORTED")
    other = acm.request("a.example.com")
    assert module(certificate_arn=arn, state="absent")["changed"] is True
    assert acm.arns == [other]


def test_absent_removes_all_that_carry_the_tags_whatever_their_status(module: Module, acm: FakeAcm) -> None:
    for status in ("FAILED", "EXPIRED", "ISSUED"):
        acm.request("a.example.com", tags=MINE, Status=status)
    assert len(module(domain_name="a.example.com", match_tags=MINE, state="absent")["deleted"]) == 3
    assert acm.arns == []


def test_absent_does_not_guess_between_several(module: Module, acm: FakeAcm) -> None:
    arns = [acm.request("a.example.com", tags=tags) for tags in (MINE, {})]
    message = module(domain_name="a.example.com", state="absent")["msg"]
    assert message.startswith("Refusing to delete a certificate: several match, ")
    assert all(arn in message for arn in arns)
    assert (acm.arns, acm.changes) == (arns, [])


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_certificate_in_use_is_not_deleted_and_its_users_are_named(module: Module, acm: FakeAcm, clock: Clock, check_mode: bool) -> None:
    arn = acm.request("a.example.com", InUseBy=[BALANCER])
    message = module(check_mode=check_mode, domain_name="a.example.com", state="absent")["msg"]
    assert message.startswith(f"Refusing to delete certificate {arn}: it is in use by {BALANCER}. ")
    assert (acm.arns, clock.now) == ([arn], 0)


def test_absent_waits_until_it_is_no_longer_in_use(module: Module, acm: FakeAcm, clock: Clock) -> None:
    arn = acm.request("a.example.com", InUseBy=[BALANCER])
    assert module(check_mode=True, domain_name="a.example.com", state="absent", wait=True)["changed"] is True
    clock.at(25, lambda: acm.say(arn, InUseBy=[]))
    assert module(domain_name="a.example.com", state="absent", wait=True)["changed"] is True
    assert (acm.arns, clock.now) == ([], 30)


def test_absent_waits_no_longer_than_its_timeout(module: Module, acm: FakeAcm, clock: Clock) -> None:
    acm.request("a.example.com", InUseBy=[BALANCER])
    assert f"is in use by {BALANCER}" in module(domain_name="a.example.com", state="absent", wait=True, wait_timeout=45)["msg"]
    assert clock.now == 45


@pytest.mark.parametrize("wait", [True, False])
def test_absent_with_wait_lasts_until_acm_no_longer_shows_it(
    module: Module, acm: FakeAcm, clock: Clock, monkeypatch: pytest.MonkeyPatch, wait: bool
) -> None:
    arn = acm.request("a.example.com")
    monkeypatch.setattr(acm, "_DeleteCertificate", lambda CertificateArn: None)
    clock.at(20, lambda: acm.certificates.pop(arn))
    assert module(domain_name="a.example.com", state="absent", wait=wait)["changed"] is True
    assert (acm.arns, clock.now) == (([], 20) if wait else ([arn], 0))


def test_absent_does_not_wait_for_ever_until_acm_no_longer_shows_it(
    module: Module, acm: FakeAcm, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    acm.request("a.example.com")
    monkeypatch.setattr(acm, "_DeleteCertificate", lambda CertificateArn: None)
    assert "Waited 15 s until certificate arn:" in module(domain_name="a.example.com", state="absent", wait=True, wait_timeout=15)["msg"]
    assert clock.now == 15


def test_what_is_deleted_by_somebody_else_meanwhile_is_gone(module: Module, acm: FakeAcm) -> None:
    acm.request("a.example.com")
    acm.fail("DeleteCertificate", "ResourceNotFoundException")
    assert "msg" not in module(domain_name="a.example.com", state="absent")


# Errors


@pytest.mark.parametrize("code", ["ThrottlingException", "Throttling", "RequestLimitExceeded", "RequestInProgressException"])
@pytest.mark.parametrize("operation", ["ListCertificates", "DescribeCertificate", "RequestCertificate", "DeleteCertificate"])
def test_throttled_calls_are_repeated(module: Module, acm: FakeAcm, operation: str, code: str) -> None:
    acm.fail(operation, code, times=2)
    assert module(**WILDCARD)["changed"] is True
    assert module(**WILDCARD, state="absent")["changed"] is True
    assert (acm.faults, acm.arns) == ([], [])


@pytest.mark.parametrize(
    ("operation", "params", "said"),
    [
        ("ListCertificates", {}, "Failed to list certificates: "),
        ("DescribeCertificate", {"tags": {"a": "b"}}, "Failed to describe certificate: "),
        ("ListTagsForCertificate", {}, "Failed to describe certificate: "),
        ("AddTagsToCertificate", {"tags": {"a": "b"}}, "Failed to add tags to certificate: "),
        ("RemoveTagsFromCertificate", {"tags": {}}, "Failed to remove tags from certificate: "),
        ("RequestCertificate", {"domain_name": "new.example.com"}, "Failed to request certificate: "),
        ("DeleteCertificate", {"state": "absent"}, "Failed to delete certificate: "),
    ],
)
def test_what_aws_denies_is_said_with_what_was_being_done(
    module: Module, acm: FakeAcm, operation: str, params: dict[str, Any], said: str
) -> None:
    acm.request("a.example.com", tags={"old": "1"})
    acm.fail(operation, "AccessDeniedException")
    answer = module(**{"domain_name": "a.example.com", **params})
    assert answer["failed"] is True
    assert answer["msg"].startswith(said)
    assert answer["error"]["code"] == "AccessDeniedException"


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({}, "one of the following is required: domain_name, certificate_arn"),
        ({"domain_name": "a.example.com", "certificate_arn": "arn:aws:acm:us-east-1:123456789012:certificate/a"}, "mutually exclusive"),
        ({"domain_name": "*.*.example.com"}, "Invalid domain_name: *.*.example.com. Expected: a *"),
        (
            {"domain_name": "a.example.com", "subject_alternative_names": ["ok.example.com", "no"]},
            "Invalid subject_alternative_names[1]: no",
        ),
        ({"domain_name": "a.example.com", "validation_method": "HTTP"}, "value of validation_method must be one of: DNS, EMAIL"),
        ({"domain_name": "a.example.com", "wait_timeout": 0}, "wait_timeout: 0"),
    ],
)
def test_bad_input_is_refused_before_any_call(module: Module, acm: FakeAcm, params: dict[str, Any], said: str) -> None:
    answer = module(**params)
    assert answer["failed"] is True
    assert said in answer["msg"]
    assert acm.calls == []


def test_the_list_is_read_to_its_end_and_for_every_kind_of_key(module: Module, acm: FakeAcm) -> None:
    for number in range(5):
        acm.request(f"{number}.example.com")
    made = module(domain_name="a.example.com", key_algorithm="EC_prime256v1")
    assert made["certificate"]["key_algorithm"] == "EC_prime256v1"
    assert module(domain_name="a.example.com", key_algorithm="EC_prime256v1")["changed"] is False
    assert [operation for operation, _parameters in acm.calls].count("ListCertificates") == 3
