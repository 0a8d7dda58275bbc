# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is expected instead of an invalid host name, tag, network, key or status code; empty if the value is valid."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._rules import bare

from ._input_kinds import WHITE_SPACE, text_of

REGION = r"[a-z]{2,4}(?:-[a-z]+)+-[0-9]{1,2}"
CIDR = r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}/[0-9]{1,2}"
SERVICES_TAG = "Elastic Load Balancing and ACM"  # their character set is the smallest; EC2 accepts any character
MAXIMUM_TAGS = 50
OWN_TAGS = 6  # the deployment's own on one resource: three on every resource, and those on an image or a certificate
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST_LENGTH = 253
_HOST = re.compile(rf"(?:{_LABEL}\.)+(?:[a-z]{{2,63}}|xn--[a-z0-9-]{{1,59}})", re.IGNORECASE)
_TAG = re.compile(r"[\w .:/=+@-]*")


def host(value: Any, wildcard: bool = False) -> str:
    """What is expected instead of a host name; if it is not in ASCII, its punycode."""
    name = value.removeprefix("*.") if wildcard and isinstance(value, str) else value
    example = "a host name such as streammanager.example.com" + (" or *.example.com" if wildcard else "")
    if isinstance(name, str) and len(value.removesuffix(".")) > _HOST_LENGTH:
        return f"{example}, of at most {_HOST_LENGTH} characters, the limit of DNS"
    if isinstance(name, str) and _HOST.fullmatch(name.removesuffix(".")):
        return ""
    if isinstance(name, str) and name != bare(name):
        return f"{example}, {WHITE_SPACE}"
    if not isinstance(name, str) or name.isascii():
        return example
    try:
        return f"{example}, in punycode: {value[: len(value) - len(name)]}{name.encode('idna').decode()}"
    except UnicodeError:
        return f"{example}, in punycode"


def tags(value: Any) -> str:
    """Tags that EC2, Elastic Load Balancing and ACM accept."""
    if not isinstance(value, dict):
        return "a dictionary of tags"
    if len(value) > MAXIMUM_TAGS - OWN_TAGS:
        return f"at most {MAXIMUM_TAGS - OWN_TAGS} tags, since AWS allows {MAXIMUM_TAGS} on a resource and the deployment sets {OWN_TAGS}"
    if read := [key for key in value if key is None or isinstance(key, bool)]:
        return f"keys in quotes where YAML reads them as something else, such as 'on', unlike {read[0]!r}"
    if len({str(key) for key in value}) < len(value):
        return "each key once, as text"
    return next((problem for key, one in value.items() if (problem := _tag(str(key), one))), "")


def _tag(key: str, value: Any) -> str:
    text = {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else text_of(value)
    if text is None:
        return f"text, a number, a date, true or false as the value of {key!r}"
    if key.lower().startswith(("aws:", "red5pro:")):
        return f"keys that do not begin with {key.partition(':')[0]}:, which is reserved, unlike {key!r}"
    if not 1 <= len(key) <= 128:
        return f"keys of 1 to 128 characters, unlike {key[:20]!r}..., which has {len(key)}"
    if len(text) > 256:
        return f"values of at most 256 characters; that of {key!r} has {len(text)}"
    if not _TAG.fullmatch(key) or not _TAG.fullmatch(text):
        return f"letters, digits, spaces and + - = . _ : / @ in keys and values, the characters of {SERVICES_TAG}, unlike {key}: {text}"
    if key != key.strip() or text != text.strip():
        return f"keys and values {WHITE_SPACE}, unlike {key!r}: {text!r}"
    return ""


def region_networks(value: Any) -> str:
    """A network for each of some regions."""
    example = "a dictionary of networks by region, such as {us-west-2: 10.1.0.0/16}"
    return _by_region(value, example, lambda one: re.fullmatch(CIDR, str(one)) is not None, str)


def region_keys(value: Any) -> str:
    """A KMS key for each of some regions."""
    example = "a dictionary of KMS keys by region, such as {us-west-2: alias/red5pro}"
    return _by_region(value, example, lambda one: isinstance(one, str) and re.fullmatch("[!-~]{1,2048}", one) is not None, repr)


def _by_region(value: Any, example: str, fits: Callable[[Any], bool], show: Callable[[str], str]) -> str:
    """A dictionary by region; blank and null mean that none is given there."""
    if not isinstance(value, dict):
        return example
    wrong = [f"{key}: {one}" for key, one in value.items() if not re.fullmatch(REGION, str(key)) or not (one in (None, "") or fits(one))]
    return f"{example}, unlike {show(wrong[0])}" if wrong else ""


def codes(value: Any) -> str:
    """HTTP codes and ranges of them."""
    text = text_of(value) or ""
    code = r"[2-4][0-9]{2}"
    ranges = re.findall(rf"({code})-({code})", text)
    fits = re.fullmatch(rf"{code}(?:-{code})?(?:,{code}(?:-{code})?)*", text) and all(first <= last for first, last in ranges)
    return "" if fits else "HTTP codes from 200 to 499 such as 200, 200,204 or 200-299"
