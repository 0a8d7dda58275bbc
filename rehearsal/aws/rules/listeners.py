# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Listeners: their certificates, ports and policies (rule 5)."""

from __future__ import annotations

from typing import Any

from moto.elbv2.ssl_policies import SSL_POLICIES

from ..registry import Call, Refusal, rule


@rule(5, "elbv2", "CreateListener", "ModifyListener", "AddListenerCertificates")
def issued_certificate_of_the_region(call: Call) -> None:
    """HTTPS needs a certificate, and it must be ISSUED and of the same region."""
    arns = [entry["CertificateArn"] for entry in call.params.get("Certificates", ())]
    known = _listener(call)
    protocol = call.params.get("Protocol") or (known.protocol if known else None)
    if protocol == "HTTPS" and not arns and not (known and known.certificates):
        raise Refusal("ValidationError", "A certificate must be specified for HTTPS listeners")
    for arn in arns:
        if arn.split(":")[2:3] != ["acm"]:
            continue
        if arn.split(":")[3] != call.region:
            raise Refusal("UnsupportedCertificate", f"The certificate '{arn}' is not in the region {call.region}")
        bundle = call.acm._certificates.get(arn)
        if bundle is None:
            raise Refusal("CertificateNotFound", f"Certificate '{arn}' not found")
        if bundle.status != "ISSUED":
            raise Refusal(
                "UnsupportedCertificate",
                f"The certificate '{arn}' must have a fully-qualified domain name, a supported signature, and a supported key size.",
            )


@rule(None, "elbv2", "CreateListener", "ModifyListener")
def port_not_taken(call: Call) -> None:
    """One listener for a port."""
    known = _listener(call)
    arn = known.load_balancer_arn if known else call.params.get("LoadBalancerArn")
    balancer = call.elbv2.load_balancers.get(arn)
    listeners = balancer.listeners.values() if balancer else ()
    if any(other is not known and str(other.port) == str(call.params.get("Port")) for other in listeners):
        raise Refusal("DuplicateListener", f"A listener already exists on port {call.params['Port']} for this load balancer")


@rule(None, "elbv2", "CreateListener", "ModifyListener")
def known_policy(call: Call) -> None:
    """A predefined security policy."""
    policy = call.params.get("SslPolicy")
    if policy and policy not in SSL_POLICIES:
        raise Refusal("SSLPolicyNotFound", f"SSL policy '{policy}' not found")


def _listener(call: Call) -> Any:
    arn = call.params.get("ListenerArn")
    balancers = call.elbv2.load_balancers.values()
    return next((balancer.listeners[arn] for balancer in balancers if arn in balancer.listeners), None)
