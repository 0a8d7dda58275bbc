# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Keys of listeners and certificates that AWS has and moto has not, or the other way round."""

from __future__ import annotations

from typing import Any

from ..registry import Call, shape

USAGES = ({"Name": "DIGITAL_SIGNATURE"}, {"Name": "KEY_ENCIPHERMENT"})  # of a certificate that was issued
PURPOSES = ({"Name": "TLS_WEB_SERVER_AUTHENTICATION", "OID": "1.3.6.1.5.5.7.3.1"},)


@shape("elbv2", "CreateListener", "ModifyListener", "DescribeListeners")
def no_alpn_policy(call: Call) -> None:
    """Only listeners of network load balancers have one."""
    for listener in call.answer["Listeners"]:
        listener.pop("AlpnPolicy", None)


@shape("acm", "DescribeCertificate")
def usages(call: Call) -> None:
    """What a certificate may be used for, empty until it is issued."""
    _complete(call.answer["Certificate"], list(USAGES), list(PURPOSES))


@shape("acm", "ListCertificates")
def summaries(call: Call) -> None:
    """The same by their names alone, and that no names were left out."""
    for summary in call.answer["CertificateSummaryList"]:
        _complete(summary, [one["Name"] for one in USAGES], [one["Name"] for one in PURPOSES])
        summary.setdefault("HasAdditionalSubjectAlternativeNames", False)


def _complete(certificate: dict[str, Any], key_usages: list[Any], purposes: list[Any]) -> None:
    issued = certificate["Status"] in ("ISSUED", "EXPIRED")
    certificate["KeyUsages"] = key_usages if issued else []
    certificate["ExtendedKeyUsages"] = purposes if issued else []
