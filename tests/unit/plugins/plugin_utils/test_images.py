# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Images of the wanted name: which is used, which failed, and whose it is."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.plugin_utils.images import (
    builder_host,
    failed_images,
    failure_reason,
    foreign_images,
    usable_image,
)


def image(number: int, state: str = "available", **more: Any) -> dict[str, Any]:
    own = {"image_id": f"ami-{number}", "name": "live-node", "state": state, "creation_date": f"2026-01-0{number}"}
    return {**own, "tags": {"red5pro:deployment": "live"}, **more}


def test_a_failed_image_is_not_used() -> None:
    assert usable_image([]) == usable_image([image(1, "failed"), image(2, "invalid")]) == {}
    assert usable_image([image(2, "pending"), image(3, "failed"), image(1)])["image_id"] == "ami-2"
    assert usable_image([image(1), image(2, name="other")], "live-node")["image_id"] == "ami-1"


def test_only_the_deployments_own_failed_images_are_replaced() -> None:
    images = [image(1, "failed"), image(2), image(3, "error", tags={}), image(4, "invalid", tags=None), image(5, "failed", name="other")]
    assert [one["image_id"] for one in failed_images(images, "live")] == ["ami-1", "ami-5"]
    assert [one["image_id"] for one in failed_images(images, "live", "live-node")] == ["ami-1"]


@pytest.mark.parametrize(
    ("tags", "whose"),
    [
        (None, "has no tag red5pro:deployment"),
        ({}, "has no tag red5pro:deployment"),
        ({"red5pro:deployment": "b"}, "belongs to the deployment b"),
    ],
)
def test_an_image_of_somebody_else_under_the_wanted_name_is_refused(tags: Any, whose: str) -> None:
    assert foreign_images([image(1), image(2, tags=tags)], "live") == [
        f"Refusing to create the image live-node: ami-2 has that name and {whose}. "
        "Rename or deregister it, or tag it red5pro:deployment=live if it belongs to this deployment."
    ]


def test_the_reason_of_a_failure_is_awss() -> None:
    reason = {"code": "Server.InternalError", "message": "Internal error on creation"}
    assert failure_reason([image(1, "failed", state_reason=reason), image(2, "invalid")]) == (
        "ami-1 failed: Internal error on creation; ami-2 invalid: AWS gives no reason"
    )


def test_the_builder_is_reached_at_the_wanted_kind_of_address() -> None:
    pending = {"instance_id": "i-1", "state": {"name": "pending"}}
    running = {"instance_id": "i-2", "state": {"name": "running"}, "private_ip_address": "127.10.1.4"}
    public = {**running, "public_ip_address": "127.54.0.1"}
    assert builder_host([pending]) == {"instance_id": "", "address": "", "private_ip": ""}
    assert builder_host([pending, public]) == {"instance_id": "i-2", "address": "127.54.0.1", "private_ip": "127.10.1.4"}
    assert builder_host([public], private=True) == {"instance_id": "i-2", "address": "127.10.1.4", "private_ip": "127.10.1.4"}
    assert builder_host([running]) == {"instance_id": "i-2", "address": "", "private_ip": "127.10.1.4"}
