# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Names and values of a network to create that AWS refuses when a part of it exists already. Pure functions."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._messages import Problem

from ._account import is_id

Facts = dict[str, Any]

_GROUP = re.compile(r"(?!sg-)[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]{1,255}")  # EC2, CreateSecurityGroup
_KEY = re.compile(r"[ -~]{1,255}")  # EC2, ImportKeyPair
_TAG = 256


def name_problems(declared: Mapping[str, Any]) -> Iterator[Problem]:
    """Names that neither exist nor can be given."""
    for key, name in declared["groups"].items():
        if not is_id(str(name), "sg") and not _GROUP.fullmatch(str(name)):
            expected = "at most 255 letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*, not beginning with sg-"
            yield Problem(f"red5pro_{key}_security_group", name, f"the id of a security group, or a name for one of {expected}")
    if not _KEY.fullmatch(str(declared["key_name"])):
        yield Problem("red5pro_key_name", declared["key_name"], "a name for an EC2 key pair, of at most 255 characters of ASCII")
    if len(str(declared["vpc"])) > _TAG:
        yield Problem("red5pro_vpc", declared["vpc"], f"the id of a VPC, or a name for one of at most {_TAG} characters")


def creation_problems(groups: list[Facts], key: str, public_key: str) -> Iterator[Problem]:
    """Security groups that cannot be created or would get the rules of each other, and a key pair that cannot be imported.

    A group that is given keeps its rules. The key is the name of the key pair to create, empty if there is one.
    """
    named: dict[str, str] = {}
    for one in (each for each in groups if each["own"]):
        variable = f"red5pro_{one['key']}_security_group"
        if one["name"] == "default":
            yield Problem(variable, one["name"], "another name, which AWS does not reserve for the security group of each VPC")
        elif other := named.get(one["name"]):
            yield Problem(
                variable, one["name"], f"another name than {other} has, since each security group that is created has its own rules"
            )
        named.setdefault(one["name"], variable)
    if key and public_key and not _is_key(public_key):
        yield Problem("red5pro_public_key", public_key, f"a whole public key as ssh-keygen writes it, which {key} is created from")


def _is_key(text: str) -> bool:
    """Whether a public key of SSH is of the type that it begins with."""
    kind, _space, rest = text.partition(" ")
    try:
        blob = base64.b64decode(rest.split(" ")[0], validate=True)
    except binascii.Error:
        return False
    start = len(kind).to_bytes(4, "big") + kind.encode()
    return blob.startswith(start) and len(blob) > len(start) + 4
