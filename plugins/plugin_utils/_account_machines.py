# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Checks key pair, images and the first stream manager of a deployment against its account."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._messages import Problem

from ._account import Account
from .deployment import Deployment
from .ownership import is_own

Facts = dict[str, Any]
Problems = Iterator[Problem]


def machine_problems(account: Account, deployment: Deployment, chosen: Sequence[Facts]) -> Problems:
    region, key = deployment.text("region"), deployment.text("key_name")
    if key not in [one["key_name"] for one in account.all("key_pairs")]:
        yield Problem("red5pro_key_name", key, f"the name of an EC2 key pair in {region}")
    yield from _first_instance(account, deployment.text("stream_manager_instance"), chosen)
    images = {one["image_id"]: one["state"] for one in account.all("images")}
    for name in ("stream_manager_image", "node_image"):
        wanted = deployment.text(name)
        if wanted and images.get(wanted) != "available":
            found = f"this one is {images[wanted]}" if wanted in images else "there is none with this id"
            yield Problem(f"red5pro_{name}", wanted, f"the id of an available image in {region}; {found}")
    yield from _base_image(account, deployment)
    for image in account.all("own_images") if deployment.launches and deployment.text("stream_manager_instance") else []:
        if image["name"] == deployment.image_name and not is_own(image, account.name):
            yield Problem(
                "red5pro_stream_manager_release",
                deployment.text("stream_manager_release"),
                f"another one, since the image {image['image_id']}, which this deployment did not create, is named {image['name']}",
            )


def base_image_readings(wanted: str) -> list[Facts]:
    """What to read for a base image: by its id, or by a public parameter of Systems Manager, as Canonical publishes them for Ubuntu."""
    if not wanted.startswith("/"):
        return [{"kind": "images", "name": "base_image", "filters": {"image-id": wanted}}] if wanted else []
    return [
        {"kind": "parameter", "name": "base_image_parameter", "parameters": {"Name": wanted}},
        {"kind": "images", "name": "base_image", "filters_of": {"image-id": "base_image_parameter.value"}},
    ]


def architecture_problems(account: Account, deployment: Deployment) -> Problems:
    """Instance types for other processors than the image that they are launched with."""
    images = {one["image_id"]: one.get("architecture", "") for one in account.all("images")}
    first = account.instance(deployment.text("stream_manager_instance")).get("architecture", "")
    node = images.get(deployment.text("node_image"), "")
    own = {
        "red5pro_stream_manager_instance_type": images.get(deployment.text("stream_manager_image"), first),
        "red5pro_builder_instance_type": node,
    }
    for variable, wanted in deployment.instance_types.items():
        if unfit := _unfit(account, [wanted], own[variable]):
            yield Problem(variable, wanted, f"an instance type for {own[variable]}, as its image is, unlike {unfit[0]}")
    nodes = [name for name in deployment.launched_types if name not in deployment.instance_types.values()]
    if unfit := _unfit(account, nodes, node):
        yield Problem("red5pro_launch_configs", unfit, f"instance types for {node}, as red5pro_node_image is")


def _unfit(account: Account, types: Sequence[str], architecture: str) -> list[str]:
    """Those types that are known to be for other architectures."""
    known = {one["instance_type"]: one["processor_info"]["supported_architectures"] for one in account.all("launched_types")}
    return [f"{one} ({', '.join(known[one])})" for one in types if architecture and one in known and architecture not in known[one]]


def _base_image(account: Account, deployment: Deployment) -> Problems:
    wanted, region = deployment.base_image, deployment.text("region")
    if not wanted:
        return
    found = next(iter(account.all("base_image")), None)
    if found is None or found["state"] != "available":
        expected = f"the id of an available image in {region}, or a public parameter of Systems Manager with one"
        yield Problem("red5pro_base_image", wanted, expected)
    elif found.get("architecture", "x86_64") != "x86_64":
        yield Problem(
            "red5pro_base_image", wanted, f"an image for x86_64, unlike {found['image_id']}, which is for {found['architecture']}"
        )


def _first_instance(account: Account, wanted: str, chosen: Sequence[Facts]) -> Problems:
    if not wanted:
        return
    found, zones = account.instance(wanted), sorted({one["availability_zone"] for one in chosen})
    zone = found.get("placement", {}).get("availability_zone")
    if not found:
        yield Problem("red5pro_stream_manager_instance", wanted, "the id of a running or stopped instance in this VPC")
    elif zones and zone not in zones:
        expected = f"an instance in a zone of the load balancer ({', '.join(zones)}), or red5pro_subnets with one in {zone}, where it is"
        yield Problem("red5pro_stream_manager_instance", wanted, expected)
