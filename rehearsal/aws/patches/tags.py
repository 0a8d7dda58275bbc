# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tags of a resource of EC2 are looked up; moto compares its id with that of every tag in the account, by a regular expression."""

from __future__ import annotations

from typing import Any

from moto.ec2.models.core import TaggedEC2Resource
from moto.ec2.utils import EC2_PREFIX_TO_RESOURCE, get_prefix

from .patching import patch


@patch(TaggedEC2Resource, "get_tags")
def looked_up(_original: Any, resource: Any) -> list[dict[str, str]]:
    tags = resource.ec2_backend.tags.get(resource.id, {}) if resource.id else {}
    kind = EC2_PREFIX_TO_RESOURCE.get(get_prefix(resource.id), "") if tags else ""
    return [{"resource_id": resource.id, "key": key, "value": value, "resource_type": kind} for key, value in tags.items()]
