# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads docs/iam-policy*.json: who may do what."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parents[2] / "docs"
_PREFIXES = {"elbv2": "elasticloadbalancing", "service-quotas": "servicequotas"}  # where IAM calls a service otherwise than its API
_ACTIONS = {("s3", "GetBucketEncryption"): "GetEncryptionConfiguration"}  # and an action

OF_STREAM_MANAGERS = "iam-policy-cloud-controller.json"  # which have a key of their own


def published() -> dict[str, dict[str, Any]]:
    """File name -> policy."""
    return {path.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted(DOCS.glob("iam-policy*.json"))}


def documents() -> dict[str, dict[str, Any]]:
    """The operator's; what runs needs all of them, what only reads the one whose name says so."""
    return {name: policy for name, policy in published().items() if name != OF_STREAM_MANAGERS}


def as_list(value: Any) -> list[Any]:
    """What IAM takes alone or in a list, as a list."""
    return value if isinstance(value, list) else [value]


def statements() -> list[dict[str, Any]]:
    """The statements of all policies, the actions and resources of each as lists."""
    found = [one for document in documents().values() for one in document["Statement"]]
    return [one | {"Action": as_list(one["Action"]), "Resource": as_list(one["Resource"])} for one in found]


def allowed() -> set[str]:
    """Every action that is allowed on something."""
    return {action for one in statements() for action in one["Action"]}


def iam_action(service: str, action: str) -> str:
    """The name that a policy has for an action of an API."""
    return f"{_PREFIXES.get(service, service)}:{_ACTIONS.get((service, action), action)}"
