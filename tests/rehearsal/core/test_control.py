# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The control port, and the loop that keeps the parts going."""

from __future__ import annotations

import logging
import threading

import pytest
from runner import ADMINISTRATOR

from rehearsal import core
from rehearsal.accounts import default as account
from rehearsal.control import _call
from tests.rehearsal.conftest import Rehearsal

CALL = [*ADMINISTRATOR, "env", "AWS_MAX_ATTEMPTS=1", "aws"]


def test_status_lists_what_runs(rehearsal: Rehearsal) -> None:
    status = rehearsal.control("/status")
    assert status["pace"] == 0
    first = account.INSTANCES[account.FIRST_STREAM_MANAGER][0]
    assert f"{first} running us-east-1a 127.10.1.4 127.54.0.1 {account.FIRST_STREAM_MANAGER}" in status["instances"]
    assert [line.split()[1:] for line in status["balancers"]] == [["active", "127.56.0.1", "127.56.0.2"]]


def test_a_planned_fault_meets_the_next_call_only(rehearsal: Rehearsal) -> None:
    rehearsal.control("/fault", {"kind": "fail", "action": "DescribeVpcs", "code": "InternalError"})
    rehearsal.control("/fault", {"kind": "throttle", "action": "DescribeSubnets", "times": 2})
    assert "InternalError" in rehearsal.run([*CALL, "ec2", "describe-vpcs"], check=False).stderr
    rehearsal.run([*CALL, "ec2", "describe-vpcs"])
    for code in ("RequestLimitExceeded", "RequestLimitExceeded", None):
        assert (code or "") in rehearsal.run([*CALL, "ec2", "describe-subnets"], check=code is None).stderr


def test_quotas_may_be_changed(rehearsal: Rehearsal) -> None:
    before = rehearsal.control("/limits", {})
    limits = rehearsal.control("/limits", {"elastic_ips": 2, "unsupported_types": {"us-east-1c": ["c5.large"]}})
    assert limits == before | {"elastic_ips": 2, "unsupported_types": {"us-east-1c": ["c5.large"]}} != before
    assert "AddressLimitExceeded" in rehearsal.run([*CALL, "ec2", "allocate-address"], check=False).stderr
    rehearsal.control("/limits", {"elastic_ips": 5, "unsupported_types": {"us-east-1c": []}})


def test_a_certificate_that_waits_for_a_mail_is_approved(rehearsal: Rehearsal) -> None:
    request = ["acm", "request-certificate", "--domain-name", "mail.example.com", "--validation-method", "EMAIL"]
    arn = rehearsal.run([*CALL, *request, "--query", "CertificateArn", "--output", "text"]).stdout.strip()
    status = [*CALL, "acm", "describe-certificate", "--certificate-arn", arn, "--query", "Certificate.Status", "--output", "text"]
    assert rehearsal.run(status).stdout == "PENDING_VALIDATION\n"
    rehearsal.control("/approve-email", {"arn": arn})
    assert rehearsal.run(status).stdout == "ISSUED\n"
    rehearsal.run([*CALL, "acm", "delete-certificate", "--certificate-arn", arn])


@pytest.mark.parametrize(
    ("route", "body", "text"),
    [
        ("/fault", {"kind": "earthquake"}, "kind must be one of throttle, fail, eventual, broken_images, late, not 'earthquake'"),
        ("/fault", {"kind": "fail", "action": "DescribeVpcs"}, "missing 1 required positional argument: 'code'"),
        ("/limits", {"elastic_ip": 1}, "no limit 'elastic_ip'"),
        ("/approve-email", {"arn": "arn:aws:acm:us-east-1:123456789012:certificate/none"}, "no certificate waits"),
        ("/nothing", None, "no such route: GET /nothing"),
    ],
)
def test_a_wrong_request_is_refused_with_its_reason(rehearsal: Rehearsal, route: str, body: dict[str, object] | None, text: str) -> None:
    with pytest.raises(AssertionError, match=text):
        rehearsal.control(route, body)


def test_what_goes_wrong_in_a_route_is_answered_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    def broken(_unused: object) -> None:
        raise RuntimeError("no power")

    assert _call({"GET /x": broken}, "GET /x", b"") == (500, {"error": "RuntimeError: no power"})
    assert "RuntimeError: no power" in caplog.text


class _Part:
    def __init__(self, name: str, log: list[str], fails: bool = False) -> None:
        self.name, self.log, self.fails = name, log, fails

    def tick(self) -> None:
        self.log.append(f"tick {self.name}")
        if self.fails:
            raise RuntimeError(f"{self.name} has had enough")

    def close(self) -> None:
        self.log.append(f"close {self.name}")
        if self.fails:
            raise RuntimeError("and does not even end")


def test_a_part_that_fails_keeps_nobody_else_from_ticking_or_closing(caplog: pytest.LogCaptureFixture) -> None:
    log: list[str] = []
    parts = core.Core()
    for name in ("aws", "hosts", "alb"):
        parts.add(name, _Part(name, log, fails=name == "hosts"))
    ended = threading.Event()
    parts.add("last", _Ender(log, ended))
    with caplog.at_level(logging.ERROR):
        parts.run(ended)
        parts.close()
    assert log == ["tick aws", "tick hosts", "tick alb", "tick last", "close last", "close alb", "close hosts", "close aws"]
    assert "a tick of hosts failed" in caplog.text
    assert "Traceback" in caplog.text


class _Ender(_Part):
    def __init__(self, log: list[str], ended: threading.Event) -> None:
        super().__init__("last", log)
        self._ended = ended

    def tick(self) -> None:
        super().tick()
        self._ended.set()
