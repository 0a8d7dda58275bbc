# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What verify reports of a certificate."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.plugin_utils.certificate_report import days_until, report
from ansible_collections.streamops.red5pro.plugins.plugin_utils.findings import findings

NOW = "2027-01-01T00:00:00+00:00"
ISSUED = {"arn": "arn:1", "status": "ISSUED", "not_after": "2027-02-01T00:00:00+00:00", "domain_name": "live.example.com"}
RECORD = {"name": "_1.live.example.com", "value": "_2.acm-validations.aws"}


def reported(certificate: dict[str, Any], before: Any = None, after: Any = None, missing: Any = (), days: int = 30) -> dict[str, Any]:
    answer = {"certificate": certificate, "diff": {"before": before or {}, "after": after or {}}}
    return report(answer, missing, "live.example.com", days, NOW)


def messages(found: dict[str, Any]) -> list[str]:
    return [one["message"] for one in findings(found["checks"], "certificate")]


def test_one_that_is_as_desired() -> None:
    found = reported(ISSUED)
    assert (found["status"], messages(found)) == ({**ISSUED, "days": 31}, [])


def test_none() -> None:
    found = reported({}, after={"tags": "Name live"})
    assert found["status"] == {"domain_name": "live.example.com", "days": 0}
    assert messages(found) == ["certificate live.example.com: expected ISSUED, found missing"]


def test_everything_that_differs() -> None:
    found = messages(reported(ISSUED, {"tags": "a"}, {"tags": "b"}, [RECORD], 60))
    assert found == [
        "certificate live.example.com: expected valid for 60 days, found valid for 31 days, until 2027-02-01T00:00:00+00:00",
        "certificate live.example.com tags: expected b, found a",
        "validation record _1.live.example.com: expected _2.acm-validations.aws, found none",
    ]


def test_one_that_is_pending_has_no_end() -> None:
    pending = {"arn": "arn:1", "status": "PENDING_VALIDATION"}
    assert messages(reported(pending)) == ["certificate live.example.com: expected ISSUED, found PENDING_VALIDATION"]


@pytest.mark.parametrize(
    "until, since, days",
    [
        ("2027-01-31T12:00:00+00:00", "2027-01-01T12:00:00", 30),
        ("2027-01-31T12:00:00+00:00", "2027-01-01T12:00:01+00:00", 29),
        ("2027-01-31T14:00:00+02:00", "2027-01-01T12:00:00Z", 30),
        ("2027-01-01T00:00:00", "2027-01-02T00:00:00", -1),
    ],
)
def test_days_until(until: str, since: str, days: int) -> None:
    assert days_until(until, since) == days
