# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What verify reports of the certificate. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from .findings import differing_settings

Facts = dict[str, Any]


def report(answer: Mapping[str, Any], missing_records: Iterable[Facts], domain: str, days: int, now: str) -> Facts:
    """The `status` of the certificate and the `checks` of it, in the form that the filter findings takes.

    answer is what acm_certificate_request would answer, days is how long the certificate has to be valid, now is in ISO 8601.
    """
    found = answer["certificate"] if answer.get("certificate", {}).get("arn") else {}
    subject, expires = f"certificate {domain}", found.get("not_after") or ""
    left = days_until(expires, now) if expires else 0
    validity = {"expected": f"valid for {days} days", "found": f"valid for {left} days, until {expires}"}
    records = {record["name"]: record["value"] for record in missing_records}
    return {
        "status": {"domain_name": domain, **found, "days": left},
        "checks": [
            {"subject": subject, "expected": "ISSUED", "found": found.get("status", "missing")},
            {"subject": subject, **validity, "holds": not expires or left >= days},
            *(differing_settings(answer["diff"]["after"], answer["diff"]["before"], subject) if found else ()),
            *differing_settings(records, {}, "validation record"),
        ],
    }


def days_until(until: str, since: str) -> int:
    """Whole days from one moment to another, both in ISO 8601 and without an offset in UTC."""
    first, last = (datetime.fromisoformat(moment) for moment in (since, until))
    first, last = (moment if moment.tzinfo else moment.replace(tzinfo=UTC) for moment in (first, last))
    return (last - first).days
