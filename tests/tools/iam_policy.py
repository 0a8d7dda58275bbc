# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads docs/iam-policy.json: who may do what."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

POLICY = Path(__file__).resolve().parents[2] / "docs" / "iam-policy.json"
_PREFIXES = {"elbv2": "elasticloadbalancing"}  # where IAM calls a service otherwise than its API


def statements() -> list[dict[str, Any]]:
    """The policy's statements, the actions of each as a list."""
    found = json.loads(POLICY.read_text(encoding="utf-8"))["Statement"]
    return [one | {"Action": [one["Action"]] if isinstance(one["Action"], str) else one["Action"]} for one in found]


def allowed() -> set[str]:
    """Every action that is allowed on something."""
    return {action for one in statements() for action in one["Action"]}


def iam_action(service: str, action: str) -> str:
    """The name that a policy has for an action of an API."""
    return f"{_PREFIXES.get(service, service)}:{action}"
