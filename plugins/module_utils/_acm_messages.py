# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is said of a certificate that is not issued, or cannot be deleted."""

from __future__ import annotations

from ansible_collections.streamops.red5pro.plugins.module_utils._acm_certificate import Certificate
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import refusing

_HINTS = {
    "CAA_ERROR": "A CAA record of the domain or a parent domain forbids Amazon. Add one that allows amazon.com, and run again.",
    "ADDITIONAL_VERIFICATION_REQUIRED": "AWS must verify the domain manually. Open a case in the AWS Support Center.",
    "DOMAIN_NOT_ALLOWED": "The domain is on a list of unsafe domains. Have it removed there, then open a case in the AWS Support Center.",
    "INVALID_PUBLIC_DOMAIN": "The domain's last label is not a public top-level domain. Check its spelling.",
    "NO_AVAILABLE_CONTACTS": "No mailbox for email validation can be reached. Use DNS validation.",
    "DOMAIN_VALIDATION_DENIED": "The domain's owner rejected the request. Ask them, and run again.",
}


def explain(certificate: Certificate | None, arn: str, timeout: int) -> str:
    """Why a certificate is not issued, and what to check."""
    if not certificate:
        return f"Certificate {arn} was deleted by somebody else while this run waited until it is issued. Run again."
    status, reason = certificate["status"], certificate["failure_reason"]
    text = f"Certificate {arn} for {certificate['domain_name']} is {status}" + (f" ({reason})" if reason else "")
    if status == "PENDING_VALIDATION":
        text = f"Waited {timeout} s until certificate {arn} for {certificate['domain_name']} is issued. Its status is {status}"
    if reason in _HINTS:
        return f"{text}. {_HINTS[reason]}"
    missing = [f"{r['name']} {r['type']} {r['value']}" for r in certificate["validation_records"] if r["status"] != "SUCCESS"]
    if missing:
        return f"{text}. Public DNS must have: {'; '.join(missing)}."
    if certificate["validation_emails"]:
        return f"{text}. To approve it, follow the link in the mail to {', '.join(certificate['validation_emails'])}."
    return f"{text}."


def in_use(certificate: Certificate) -> str:
    """Why a certificate cannot be deleted."""
    users = ", ".join(certificate["in_use_by"]) or "a resource that ACM does not name"
    return refusing(f"delete certificate {certificate['arn']}", f"it is in use by {users}", "Remove it there first, or set wait=true")
