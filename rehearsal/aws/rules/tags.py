# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tags of load balancers and certificates: their alphabet, their lengths, how many (rule 44)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any

from ..registry import Call, Refusal, rule

MOST, LONGEST_KEY, LONGEST_VALUE = 50, 128, 256
PUNCTUATION = frozenset("_.:/=+-@")
# The codes of each service: what is malformed, too many.
CODES = {"elbv2": ("ValidationError", "TooManyTags"), "acm": ("ValidationException", "TooManyTagsException")}


@rule(44, "elbv2", "CreateLoadBalancer", "CreateTargetGroup", "CreateListener", "CreateRule", "AddTags")
def tags_of_balancers(call: Call) -> None:
    """Letters, digits, blanks and some signs; nothing of AWS's own."""
    held = [set(vars(call.elbv2.tagging_service)["tags"].get(arn, ())) for arn in call.params.get("ResourceArns", ())]
    _check(call, held)


@rule(44, "acm", "RequestCertificate", "ImportCertificate", "AddTagsToCertificate")
def tags_of_certificates(call: Call) -> None:
    """The same alphabet."""
    bundle = call.acm._certificates.get(call.params.get("CertificateArn"))
    _check(call, [set(bundle.tags)] if bundle else [])


def _check(call: Call, held: Iterable[set[str]]) -> None:
    malformed, too_many = CODES[call.service]
    tags: list[dict[str, Any]] = call.params.get("Tags") or []
    for tag in tags:
        key, value = tag["Key"], tag.get("Value") or ""
        if not 1 <= len(key) <= LONGEST_KEY or len(value) > LONGEST_VALUE or not _allowed(key + value):
            raise Refusal(malformed, f"Value '{tag}' at 'tags' failed to satisfy constraint: characters or length not allowed")
        if key.lower().startswith("aws:"):
            raise Refusal(malformed, f"The tag key '{key}' is reserved: aws: prefixed tag key names are not allowed for external use")
    keys = {tag["Key"] for tag in tags}
    if len(keys) < len(tags):
        raise Refusal("DuplicateTagKeys" if call.service == "elbv2" else malformed, "A tag key was specified more than once")
    if any(len(keys | kept) > MOST for kept in [*held, set()]):
        raise Refusal(too_many, f"The limit of {MOST} tags has been reached")


def _allowed(text: str) -> bool:
    return all(sign in PUNCTUATION or unicodedata.category(sign)[0] in "LZN" for sign in text)
