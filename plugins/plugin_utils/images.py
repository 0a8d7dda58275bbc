# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Decisions about images with the desired name. Pure functions; images have the form of ec2_ami_info."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._messages import refusing

from .ownership import DEPLOYMENT, owner

Facts = Mapping[str, Any]
FAILED = ("failed", "error", "invalid")


def usable_image(images: Iterable[Facts], name: str = "") -> dict[str, Any]:
    """The newest image that did not fail, with this name if one is given; empty if there is none."""
    usable = [one for one in images if one["state"] not in FAILED and name in ("", one.get("name"))]
    newest: Facts = max(usable, key=lambda one: str(one.get("creation_date", "")), default={})
    return dict(newest)


def failed_images(images: Iterable[Facts], deployment: str, name: str = "") -> list[dict[str, Any]]:
    """The images of a deployment that failed; they keep their name, so that no other can be created with it."""
    return [dict(one) for one in images if one["state"] in FAILED and owner(one) == deployment and name in ("", one.get("name"))]


def foreign_images(images: Iterable[Facts], deployment: str) -> list[str]:
    """A refusal for each image with the desired name that is not the deployment's."""
    return [
        refusing(
            f"create the image {one['name']}",
            f"{one['image_id']} has that name and {_whose(owner(one))}",
            f"Rename or deregister it, or tag it {DEPLOYMENT}={deployment} if it belongs to this deployment",
        )
        for one in images
        if owner(one) != deployment
    ]


def failure_reason(images: Iterable[Facts]) -> str:
    """Why images failed, as AWS reports it."""
    return "; ".join(f"{one['image_id']} {one['state']}: {_reason(one)}" for one in images)


def builder_host(instances: Iterable[Facts], private: bool = False) -> dict[str, str]:
    """Id, address and private address of the running builder; the address is empty if it has none of that kind."""
    running = next((one for one in instances if one["state"]["name"] == "running"), {})
    key = "private_ip_address" if private else "public_ip_address"
    private_ip = running.get("private_ip_address") or ""
    return {"instance_id": running.get("instance_id", ""), "address": running.get(key) or "", "private_ip": private_ip}


def ended_instances(instances: Iterable[Facts], launched: Iterable[str]) -> list[str]:
    """Which of the instances that were launched in this run were terminated, and why; they never run again."""
    ids, ended = set(launched), ("shutting-down", "terminated")
    return [
        f"{one['tags'].get('Name', 'an instance')} ({one['instance_id']}) is {one['state']['name']}: {_reason(one)}"
        for one in instances
        if one["instance_id"] in ids and one["state"]["name"] in ended
    ]


def _reason(image: Facts) -> str:
    return str((image.get("state_reason") or {}).get("message", "AWS gives no reason"))


def _whose(owner: str) -> str:
    return f"belongs to the deployment {owner}" if owner else f"has no tag {DEPLOYMENT}"
