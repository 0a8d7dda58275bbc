# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The image from which the instances of a group are launched: with the properties, by a digest of them. Pure functions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._host import digest
from ansible_collections.streamops.red5pro.plugins.module_utils._properties import value_text

from .images import failed_images, failure_reason, usable_image

Facts = Mapping[str, Any]
Current = Mapping[str, list[dict[str, Any]]]


def image_name(declared: Facts) -> str:
    """The image with the properties, by a digest of them; empty if the source has all that is needed.

    The digest is keyed with a secret, since whoever may list images could guess short passwords from a plain one.
    """
    if not declared["properties"]:
        return ""
    values = {str(key): value_text(value) for key, value in declared["properties"].items()}
    inputs = json.dumps([declared["source"], declared["home"], values], sort_keys=True)
    return f"{declared['name']}-stream-manager-group-{digest(declared['secret'], inputs)[:12]}"


def image(declared: Facts, current: Current) -> dict[str, Any]:
    """The image to launch from: the source, or the one with the properties."""
    wanted, images = image_name(declared), current["stream_manager_group_images"]
    found = usable_image(images, wanted) if wanted else {}
    failures = failed_images(images, declared["name"], wanted) if wanted else []
    available = found.get("image_id", "") if found.get("state") == "available" else ""
    return {
        "image_name": wanted,
        "image": found,
        "image_id": available if wanted else declared["source_id"],
        "builds": bool(wanted) and not found,
        "image_failures": failures,
        "image_failure": failure_reason(failures),
        "builder_name": f"builder-{wanted}",
        "builders": [one["instance_id"] for one in current["stream_manager_group_builders"]],
    }
