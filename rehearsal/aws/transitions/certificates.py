# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Certificates (rule 6): issued some time after the CNAMEs are in public DNS, or timed out after 72 hours."""

from __future__ import annotations

import time
from typing import Any

from moto.acm.models import acm_backends
from moto.route53.models import route53_backends

from rehearsal import settings

from .. import clock
from ..patches.certificates import validation_record
from ..patches.names import canonical
from ..registry import Call, Refusal, effect

ISSUED = 120.0  # seconds after the records are there
TIMED_OUT = 72 * 3600.0
DEFAULT_KEY_TYPES = ("RSA_1024", "RSA_2048")  # what list-certificates shows unless asked for others


def approve_email(arn: str) -> None:
    """Approve as the domain's owner does with the link in the mail. Raises ValueError if no such certificate is pending."""
    with clock.lock:
        bundle = acm_backends[settings.ACCOUNT][arn.split(":")[3]]._certificates.get(arn)
        if bundle is None or getattr(bundle, "method", "") != "EMAIL" or bundle.status != "PENDING_VALIDATION":
            raise ValueError(f"no certificate waits for approval by mail under {arn}")
        _issue(bundle)


def end(arn: str, status: str, reason: str = "") -> None:
    """End a certificate: FAILED for a reason, EXPIRED, REVOKED, INACTIVE. Raises ValueError if there is none."""
    with clock.lock:
        bundle = acm_backends[settings.ACCOUNT][arn.split(":")[3]]._certificates.get(arn)
        if bundle is None:
            raise ValueError(f"no certificate {arn}")
        vars(bundle).update(status=status, failure_reason=reason)
        vars(bundle).setdefault("issued_at", time.time())


@effect(6, "acm", "RequestCertificate")
def request(call: Call) -> None:
    """From here on, 72 hours are left."""
    bundle = call.acm._certificates[call.result["CertificateArn"]]
    if not hasattr(bundle, "deadline"):
        bundle.described, bundle.proved_at = False, None
        bundle.deadline = clock.now() + clock.patience(TIMED_OUT)


@effect(6, "acm", "DescribeCertificate")
def record_comes_later(call: Call) -> None:
    """The first answer after the request does not have the record to create yet."""
    bundle = call.acm._certificates[call.params["CertificateArn"]]
    if getattr(bundle, "described", True):
        return
    bundle.described = True
    for option in call.result["Certificate"]["DomainValidationOptions"]:
        option.pop("ResourceRecord", None)


@effect(None, "acm", "ListCertificates")
def summaries(call: Call) -> None:
    """Only RSA keys unless others are asked for, and with all names of each."""
    key_types = call.params.get("Includes", {}).get("keyTypes") or DEFAULT_KEY_TYPES
    listed = call.result["CertificateSummaryList"]
    call.result["CertificateSummaryList"] = [
        entry | {"SubjectAlternativeNameSummaries": entry["SubjectAlternativeNames"]}
        for entry in listed
        if entry["KeyAlgorithm"].replace("-", "_") in key_types
    ]


@effect(None, "acm", "GetCertificate")
def nothing_to_get_yet(call: Call) -> None:
    """There is no body before it is issued."""
    bundle = call.acm._certificates[call.params["CertificateArn"]]
    if bundle.status not in ("ISSUED", "EXPIRED"):
        raise Refusal("RequestInProgressException", "Certificate request is in progress.")


def watch() -> None:
    """Check the records and the deadline of every pending certificate."""
    for region in list(acm_backends[settings.ACCOUNT].values()):
        for bundle in region._certificates.values():
            if bundle.status == "PENDING_VALIDATION" and hasattr(bundle, "deadline"):
                _look(bundle)


def _look(bundle: Any) -> None:
    moment = clock.now()
    if moment >= bundle.deadline:
        bundle.status = "VALIDATION_TIMED_OUT"
        clock.changed()
    elif bundle.method != "DNS" or not all(_proved(name) for name in bundle.names):
        bundle.proved_at = None
    elif bundle.proved_at is None:
        bundle.proved_at = moment
    elif moment - bundle.proved_at >= clock.scaled(ISSUED):
        _issue(bundle)


def _proved(name: str) -> bool:
    """Whether the validation CNAME is in the authoritative public zone, with the expected value."""
    record_name, value = validation_record(name)
    zones = [
        zone
        for zone in route53_backends[settings.ACCOUNT]["aws"].zones.values()
        if not zone.private_zone and f".{record_name}".endswith(f".{canonical(zone.name)}")
    ]
    if not zones:
        return False
    zone = max(zones, key=lambda zone: len(zone.name))
    return any(
        record.type == "CNAME" and canonical(record.name) == record_name and [canonical(entry) for entry in record.records] == [value]
        for record in zone.rrsets
    )


def _issue(bundle: Any) -> None:
    bundle.status, bundle.issued_at = "ISSUED", time.time()
    clock.changed()


clock.WATCHERS.append(watch)
