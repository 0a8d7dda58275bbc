# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Certificates: a validation record for each domain, EMAIL that stays EMAIL, tokens, and who uses one."""

from __future__ import annotations

import hashlib
from typing import Any

from moto.acm.models import AWSCertificateManagerBackend, CertBundle
from moto.acm.responses import AWSCertificateManagerResponse
from moto.core.responses import ActionResult
from moto.elbv2.models import elbv2_backends

from rehearsal import settings

from .. import clock
from .patching import patch, patch_property

TOKEN_LIFE = 3600.0  # seconds
ONLY_WHEN_ISSUED = ("IssuedAt", "NotBefore", "NotAfter", "Serial")
OUTCOME = {"ISSUED": "SUCCESS", "EXPIRED": "SUCCESS", "VALIDATION_TIMED_OUT": "FAILED"}
MAILBOXES = ("administrator", "hostmaster", "postmaster", "webmaster", "admin")


def base_domain(name: str) -> str:
    """What a name is validated as: `*.d` and `d` are one (rule 7)."""
    return name.removeprefix("*.").lower()


def validation_record(name: str) -> tuple[str, str]:
    """Name and value of the CNAME that proves a domain is the account's; always the same for account and domain."""
    digest = hashlib.sha256(f"{settings.ACCOUNT} {base_domain(name)}".encode()).hexdigest()
    suffix = "".join(chr(ord("a") + int(digit, 16)) for digit in digest[-10:])
    return f"_{digest[:32]}.{base_domain(name)}.", f"_{digest[20:52]}.{suffix}.acm-validations.aws."


@patch(AWSCertificateManagerResponse, "request_certificate")
def once_for_a_token(original: Any, response: Any) -> ActionResult:
    """The same request with the same token within an hour is the same certificate."""
    backend, params = response.acm_backend, response.params
    names = [params["DomainName"], *params.get("SubjectAlternativeNames", ())]
    method = params.get("ValidationMethod", "EMAIL")
    key = (params.get("IdempotencyToken"), tuple(sorted(set(names))), method)
    tokens = vars(backend).setdefault("tokens", {})
    arn, end = tokens.get(key, ("", 0.0))
    if key[0] and clock.now() < end and arn in backend._certificates:
        return ActionResult({"CertificateArn": arn})
    backend._idempotency_tokens.clear()  # moto checks only the token
    answer: ActionResult = original(response)
    bundle = backend._certificates[answer.result["CertificateArn"]]  # type: ignore[index]
    bundle.names = list(dict.fromkeys(names))
    bundle.method = method
    bundle.validation_domains = {option["DomainName"]: option["ValidationDomain"] for option in params.get("DomainValidationOptions", ())}
    bundle.key_algorithm = params.get("KeyAlgorithm", "RSA_2048")
    tokens[key] = (bundle.arn, clock.now() + clock.patience(TOKEN_LIFE))
    return answer


@patch(AWSCertificateManagerBackend, "list_certificates")
def of_all_key_types(original: Any, backend: Any, statuses: list[str], includes: dict[str, Any] | None) -> Any:
    """moto compares the key types that are asked for with the spelling of answers; transitions/certificates.py filters them."""
    return original(backend, statuses, {key: value for key, value in (includes or {}).items() if key != "keyTypes"})


@patch(AWSCertificateManagerBackend, "import_certificate")
def with_its_own_chain(original: Any, backend: Any, certificate: bytes, private_key: bytes, chain: bytes | None, **more: Any) -> str:
    """An imported certificate has the chain that was imported with it, perhaps none."""
    arn = str(original(backend, certificate, private_key, chain=chain, **more))
    backend._certificates[arn].chain = chain
    return arn


@patch(AWSCertificateManagerResponse, "get_certificate")
def chain_if_there_is_one(original: Any, response: Any) -> ActionResult:
    """moto cannot answer without a chain."""
    bundle = response.acm_backend.get_certificate(response._get_param("CertificateArn"))
    if bundle.chain is None:
        return ActionResult({"Certificate": bundle.cert.decode()})
    answer: ActionResult = original(response)
    return answer


@patch(CertBundle, "describe")
def described(original: Any, bundle: Any) -> dict[str, Any]:
    """What AWS knows of a certificate of its own while it is not issued is much less than moto shows."""
    answer: dict[str, Any] = original(bundle)
    certificate = answer["Certificate"]
    if hasattr(bundle, "names"):
        certificate |= {"SubjectAlternativeNames": bundle.names, "KeyAlgorithm": bundle.key_algorithm}
        certificate["SignatureAlgorithm"] = "SHA256WITHRSA"
        certificate["DomainValidationOptions"] = [_validation(bundle, name) for name in bundle.names]
        if bundle.status in ("ISSUED", "EXPIRED"):
            certificate["IssuedAt"] = bundle.issued_at
        else:
            for key in ONLY_WHEN_ISSUED:
                certificate.pop(key, None)
    elif bundle.type == "IMPORTED":
        certificate["DomainValidationOptions"] = [{"DomainName": name} for name in bundle.sans]
        certificate["CreatedAt"] = certificate["ImportedAt"]
    if bundle.status == "FAILED":
        certificate["FailureReason"] = bundle.failure_reason
    certificate["KeyAlgorithm"] = certificate["KeyAlgorithm"].replace("_", "-")  # unlike in requests
    return answer


def _validation(bundle: Any, name: str) -> dict[str, Any]:
    option: dict[str, Any] = {
        "DomainName": name,
        "ValidationDomain": bundle.validation_domains.get(name, name),
        "ValidationStatus": OUTCOME.get(bundle.status, bundle.status),
        "ValidationMethod": bundle.method,
    }
    if bundle.method == "EMAIL":
        domain = base_domain(option["ValidationDomain"])
        option["ValidationEmails"] = [f"{mailbox}@{domain}" for mailbox in MAILBOXES]
    else:
        record, value = validation_record(name)
        option["ResourceRecord"] = {"Name": record, "Type": "CNAME", "Value": value}
    return option


@patch_property(CertBundle, "in_use_by")
def balancers_using(bundle: Any) -> list[str]:
    """The ARNs of load balancers with a listener that has it; moto never removes one."""
    backend = elbv2_backends[settings.ACCOUNT][bundle.arn.split(":")[3]]
    return [
        balancer.arn
        for balancer in backend.load_balancers.values()
        if any(bundle.arn in listener.certificates for listener in balancer.listeners.values())
    ]
