# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the module for certificates takes, checked before ACM is asked."""

from __future__ import annotations

import re
from typing import Any

from ansible.module_utils.common.text.converters import to_text
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import invalid

COMMON_NAME_LENGTH = 64  # RFC 5280; only alternative names may have the length that DNS allows
DNS_NAME_LENGTH = 253

_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_ARN = re.compile(r"arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate/[\w-]+")


def check_domain(option: str, value: str, limit: int = DNS_NAME_LENGTH) -> str:
    """The name in lower case. Raises AnsibleAWSError, with the option, if ACM would refuse it; limit is in characters."""
    name = value.lower()
    labels = name.removeprefix("*.").split(".")
    malformed = [label for label in labels if not _LABEL.fullmatch(label)]
    if len(name) > limit:
        expected = f"at most {limit} characters; this one has {len(name)}"
    elif "*" in name.removeprefix("*."):
        expected = "a * only as the whole leftmost label, as in *.example.com"
    elif malformed:
        expected = f"labels of 1 to 63 letters, digits and hyphens, without a hyphen at the ends, unlike {malformed[0]!r}"
    elif len(labels) < 2 or len(labels[-1]) < 2 or labels[-1].isdigit():
        expected = "a fully qualified domain name, as in www.example.com"
    else:
        return name
    raise AnsibleAWSError(message=invalid(option, value, expected))


def check_params(params: dict[str, Any]) -> dict[str, Any]:
    """The module's parameters in the form that all other functions take: names in lower case, tags as text, with match_tags in tags.

    Raises AnsibleAWSError with the option for what ACM would refuse.
    """
    names = [check_domain(f"subject_alternative_names[{i}]", name) for i, name in enumerate(params["subject_alternative_names"])]
    domain_name = params["domain_name"] and check_domain("domain_name", params["domain_name"], COMMON_NAME_LENGTH)
    tags = params["tags"] if params["tags"] is None else {key: to_text(value) for key, value in params["tags"].items()}
    match_tags = {key: to_text(value) for key, value in params["match_tags"].items()}
    arn = params["certificate_arn"]
    for option in ("wait_timeout", "wait_interval"):
        if params[option] < 1:
            raise AnsibleAWSError(message=invalid(option, params[option], "a whole number of seconds from 1"))
    for option in ("subject_alternative_names", "match_tags"):
        if arn and params[option]:
            raise AnsibleAWSError(
                message=invalid(option, params[option], "none together with certificate_arn, which identifies one certificate")
            )
    if arn and not _ARN.fullmatch(arn):
        raise AnsibleAWSError(message=invalid("certificate_arn", arn, "an ARN of the form arn:aws:acm:REGION:ACCOUNT:certificate/ID"))
    for key, value in match_tags.items():
        if tags and tags.get(key, value) != value:
            raise AnsibleAWSError(message=invalid(f"tags[{key!r}]", tags[key], f"the value in match_tags, {value!r}"))
    if tags is not None:
        tags |= match_tags
    return {**params, "subject_alternative_names": names, "domain_name": domain_name, "tags": tags, "match_tags": match_tags}
