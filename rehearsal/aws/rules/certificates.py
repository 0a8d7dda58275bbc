# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Certificates: their names, and not deleting one in use (rule 8)."""

from __future__ import annotations

import re

from ..registry import Call, Refusal, rule

LABEL = r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)"
DOMAIN = re.compile(rf"(\*\.)?({LABEL}\.)+{LABEL}")
NAMES = 10  # a certificate's names by default


@rule(8, "acm", "DeleteCertificate")
def certificate_not_in_use(call: Call) -> None:
    """A listener needs it."""
    bundle = call.acm._certificates.get(call.params["CertificateArn"])
    if bundle is not None and bundle.in_use_by:
        raise Refusal("ResourceInUseException", f"Certificate {bundle.arn} in account is in use.")


@rule(None, "acm", "RequestCertificate")
def well_formed_names(call: Call) -> None:
    """Fully qualified domain names, the first at most 64 characters long, not too many."""
    names = [call.params["DomainName"], *call.params.get("SubjectAlternativeNames", ())]
    for name in names:
        if not DOMAIN.fullmatch(name) or len(name) > 253:
            raise Refusal("ValidationException", f"Value '{name}' failed to satisfy constraint: not a fully qualified domain name")
    if len(names[0]) > 64:
        raise Refusal("InvalidDomainValidationOptionsException", "The first domain name can have no more than 64 characters")
    if len(set(names)) > NAMES:
        raise Refusal("LimitExceededException", f"Number of domain names exceeds the maximum of {NAMES}")
