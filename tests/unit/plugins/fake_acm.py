# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""ACM behind botocore: parameters are checked against AWS's own service model, time passes only while someone sleeps."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError
from botocore.model import ServiceModel
from botocore.validate import validate_parameters

READS = {"ListCertificates", "DescribeCertificate", "ListTagsForCertificate"}
LISTED_UNASKED = ["RSA_1024", "RSA_2048"]
PAGE = 2
TOKEN_LIFE = 3600.0  # seconds
EPOCH = datetime(2026, 1, 31, tzinfo=UTC)


class Clock:
    """Seconds that pass only while someone sleeps, and what happens at a moment."""

    def __init__(self) -> None:
        self.now = 0.0
        self._at: list[tuple[float, Callable[[], Any]]] = []

    def monotonic(self) -> float:
        return self.now

    def at(self, moment: float, action: Callable[[], Any]) -> None:
        """Runs an action at a time."""
        self._at.append((moment, action))

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        due = [event for event in self._at if event[0] <= self.now]
        self._at = [event for event in self._at if event not in due]
        for _moment, action in due:
            action()


class FakeAcm:
    """The certificates of one region. A fault is answered instead of the next call of its operation."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.certificates: dict[str, dict[str, Any]] = {}
        self.tags: dict[str, dict[str, str]] = {}
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.faults: list[tuple[str, str]] = []
        self.unlisted: set[str] = set()
        self.visible_after = self.records_after = 0.0  # seconds after the request
        self._serials = itertools.count(1)
        self._tokens: dict[str, tuple[str, float]] = {}

    @property
    def arns(self) -> list[str]:
        return list(self.certificates)

    @property
    def changes(self) -> list[str]:
        return [operation for operation, _parameters in self.calls if operation not in READS]

    def fail(self, operation: str, code: str, times: int = 1) -> None:
        """Answers the next calls of the operation with this error code; LostAnswer takes effect without an answer."""
        self.faults += [(operation, code)] * times

    def say(self, arn: str, **detail: Any) -> None:
        """Changes the answer of describe."""
        self.certificates[arn].update(detail)

    def request(self, *names: str, tags: dict[str, str] | None = None, **detail: Any) -> str:
        """A certificate of somebody else, with these values in describe."""
        arn = self._add({"DomainName": names[0], "SubjectAlternativeNames": list(names[1:])})
        self.tags[arn] = tags or {}
        self.say(arn, **detail)
        return arn

    def call(self, model: ServiceModel, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """Answers as botocore would. Raises its errors, also for parameters that AWS's model does not know."""
        validate_parameters(parameters, model.operation_model(operation).input_shape)
        self.calls.append((operation, parameters))
        fault = next((fault for fault in self.faults if fault[0] == operation), None)
        if fault:
            self.faults.remove(fault)
        if fault and fault[1] != "LostAnswer":
            raise _error(operation, fault[1])
        arn = parameters.get("CertificateArn")
        if arn and not self._visible(arn):
            raise _error(operation, "ResourceNotFoundException")
        answer = getattr(self, f"_{operation}")(**parameters)
        if fault:
            raise ReadTimeoutError(endpoint_url="https://acm.invalid")
        return answer or {}

    def _visible(self, arn: str) -> bool:
        return arn in self.certificates and self.clock.now >= self._age_zero(arn) + self.visible_after

    def _age_zero(self, arn: str) -> float:
        return (self.certificates[arn]["CreatedAt"] - EPOCH).total_seconds()

    def _add(self, parameters: dict[str, Any]) -> str:
        arn = f"arn:aws:acm:us-east-1:123456789012:certificate/{next(self._serials):032x}"
        names = list(dict.fromkeys([parameters["DomainName"], *parameters.get("SubjectAlternativeNames", [])]))
        method = parameters.get("ValidationMethod", "DNS")
        self.certificates[arn] = {
            "CertificateArn": arn,
            "DomainName": names[0],
            "SubjectAlternativeNames": names,
            "DomainValidationOptions": [_validation(name, method) for name in names],
            "Type": "AMAZON_ISSUED",
            "Status": "PENDING_VALIDATION",
            "KeyAlgorithm": parameters.get("KeyAlgorithm", "RSA_2048").replace("_", "-", 1),
            "InUseBy": [],
            "CreatedAt": EPOCH + timedelta(seconds=self.clock.now),
        }
        return arn

    def _RequestCertificate(self, IdempotencyToken: str, Tags: tuple[dict[str, str], ...] = (), **parameters: Any) -> dict[str, Any]:
        known, end = self._tokens.get(IdempotencyToken, ("", 0.0))
        if known and self.clock.now < end:
            return {"CertificateArn": known}  # deleted or not
        arn = self._add(parameters)
        self.tags[arn] = {tag["Key"]: tag["Value"] for tag in Tags}
        self._tokens[IdempotencyToken] = (arn, self.clock.now + TOKEN_LIFE)
        return {"CertificateArn": arn}

    def _DescribeCertificate(self, CertificateArn: str) -> dict[str, Any]:
        detail = dict(self.certificates[CertificateArn])
        if self.clock.now < self._age_zero(CertificateArn) + self.records_after:
            del detail["DomainValidationOptions"]
        return {"Certificate": detail}

    def _ListCertificates(self, Includes: dict[str, Any] | None = None, NextToken: str = "0") -> dict[str, Any]:
        types = (Includes or {}).get("keyTypes", LISTED_UNASKED)
        listed = [
            {key: one[key] for key in ("CertificateArn", "DomainName", "Status", "Type", "KeyAlgorithm")}
            for arn, one in self.certificates.items()
            if arn not in self.unlisted and one["KeyAlgorithm"].replace("-", "_") in types
        ]
        start = int(NextToken)
        following = {"NextToken": str(start + PAGE)} if len(listed) > start + PAGE else {}
        return {"CertificateSummaryList": listed[start : start + PAGE], **following}

    def _ListTagsForCertificate(self, CertificateArn: str) -> dict[str, Any]:
        return {"Tags": [{"Key": key, "Value": value} for key, value in self.tags[CertificateArn].items()]}

    def _AddTagsToCertificate(self, CertificateArn: str, Tags: list[dict[str, str]]) -> None:
        self.tags[CertificateArn] |= {tag["Key"]: tag["Value"] for tag in Tags}

    def _RemoveTagsFromCertificate(self, CertificateArn: str, Tags: list[dict[str, str]]) -> None:
        for tag in Tags:
            self.tags[CertificateArn].pop(tag["Key"])

    def _DeleteCertificate(self, CertificateArn: str) -> None:
        if self.certificates[CertificateArn]["InUseBy"]:
            raise _error("DeleteCertificate", "ResourceInUseException")
        del self.certificates[CertificateArn]


def _validation(name: str, method: str) -> dict[str, Any]:
    domain = name.lower().removeprefix("*.")
    proof: dict[str, Any] = {"ValidationEmails": [f"admin@{domain}"]}
    if method == "DNS":
        digest = hashlib.md5(domain.encode()).hexdigest()
        proof = {"ResourceRecord": {"Name": f"_{digest}.{domain}.", "Type": "CNAME", "Value": f"_{digest[::-1]}.acm-validations.aws."}}
    return {"DomainName": name, "ValidationStatus": "PENDING_VALIDATION", "ValidationMethod": method, **proof}


def _error(operation: str, code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "because"}}, operation)
