# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The tags by which a deployment finds its own resources. Pure functions; resources are as aws_resources_info returns them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DEPLOYMENT, ROLE, PREFIX = "red5pro:deployment", "red5pro:role", "red5pro:prefix"
NODE_ROLE = "red5pro:node-role"  # of an image for the nodes of one role


def owner(resource: Mapping[str, Any]) -> str:
    """The deployment that a resource belongs to; empty if it has no such tag."""
    return str((resource.get("tags") or {}).get(DEPLOYMENT, ""))


def tag_hint(resource: Mapping[str, Any], deployment: str) -> str:
    """What to do with a resource of the deployment whose tags were removed; empty if another deployment owns it."""
    return "" if owner(resource) else f" If it belongs to this deployment, tag it {DEPLOYMENT}={deployment}."


def is_own(resource: Mapping[str, Any], deployment: str, role: str = "") -> bool:
    """Whether a resource belongs to a deployment, and with a role, whether it is what the role says."""
    return owner(resource) == deployment and role in ("", (resource.get("tags") or {}).get(ROLE))


def tag_filters(deployment: str, role: str = "") -> dict[str, Any]:
    """AWS's filters for a deployment's resources, or for those with a role."""
    return {f"tag:{DEPLOYMENT}": deployment, **({f"tag:{ROLE}": role} if role else {})}
