# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Checks key pair, images and the first stream manager of a deployment against its account."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._messages import Problem

from ._account import Account
from .deployment import Deployment
from .ownership import is_own, owner

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
    images = _sources(account, deployment)
    first = account.instance(deployment.text("stream_manager_instance"))
    own = {
        "red5pro_stream_manager_instance_type": images["stream_manager"] or first,
        "red5pro_builder_instance_type": images["node"],
    }
    for variable, wanted in deployment.instance_types.items():
        architecture = own[variable].get("architecture", "")
        if unfit := _unfit(account, wanted, [architecture]):
            yield Problem(variable, wanted, f"an instance type for {architecture}, as its image is, unlike {unfit}")
    yield from _node_problems(account, deployment, images["node"])


def _node_problems(account: Account, deployment: Deployment, node: Facts) -> Problems:
    """Instance types of nodes that the image of the nodes, or the one that their launch configuration names, is not for."""
    variable = "red5pro_node_image" if deployment.text("node_image") else "red5pro_base_image"
    images = {"": ([node.get("architecture", "")], variable)}
    further = [account.elsewhere.get(each["region"], []) for each in deployment.named_images]
    for one in chain(account.all("named_images"), *further):
        images.setdefault(one["name"], ([], f"the image {one['name']}"))[0].append(one.get("architecture", ""))
    builder = deployment.instance_types["red5pro_builder_instance_type"]  # which is launched from the image of the nodes too
    for image, (architectures, what) in images.items():
        types = [name for name, other in deployment.node_launches if other == image and (other or name != builder)]
        if unfit := [text for name in types for text in [_unfit(account, name, architectures)] if text]:
            yield Problem("red5pro_launch_configs", unfit, f"instance types for {' or '.join(sorted(set(architectures)))}, as {what} is")


def _sources(account: Account, deployment: Deployment) -> dict[str, Facts]:
    """The images from which stream managers are launched and node images are built, empty where none is given or found."""
    images = {one["image_id"]: one for one in account.all("images")}
    base = next((one for one in account.all("base_image") if _is_base(one)), {})
    return {
        kind: base if kind in deployment.installs else images.get(deployment.text(variable), {})
        for kind, variable in (("stream_manager", "stream_manager_image"), ("node", "node_image"))
    }


def _unfit(account: Account, name: str, architectures: Sequence[str]) -> str:
    """An instance type with its architectures if it is known to be for others than any of these."""
    types = {
        one["instance_type"]: (one.get("processor_info") or {}).get("supported_architectures") for one in account.all("launched_types")
    }
    known = types.get(name)
    return f"{name} ({', '.join(known)})" if known and all(architectures) and not {*known} & {*architectures} else ""


def volume_problems(account: Account, deployment: Deployment) -> Problems:
    """Root volumes that are smaller than the image from which they are created."""
    for name, image in (("stream_manager", "stream_manager"), ("builder", "node")):
        variable = f"{name}_root_volume"
        wanted = str(deployment.mapping(variable).get("volume_size") or "")
        held = _root_size(_sources(account, deployment)[image])
        if wanted.isdecimal() and int(wanted) < held:
            expected = f"at least {held}, the size of the root volume of the image from which it is created"
            yield Problem(f"red5pro_{variable}.volume_size", int(wanted), expected)


def _root_size(image: Facts) -> int:
    """The size of an image's root volume in GiB, 0 if it is not known."""
    root = image.get("root_device_name")
    return next(
        (
            int((one.get("ebs") or {}).get("volume_size") or 0)
            for one in image.get("block_device_mappings") or ()
            if one.get("device_name") == root
        ),
        0,
    )


def _is_base(image: Facts) -> bool:
    """Whether Red5 Pro can be installed on an image."""
    return bool(image.get("architecture", "x86_64") == "x86_64")


def _base_image(account: Account, deployment: Deployment) -> Problems:
    wanted, region = deployment.base_image, deployment.text("region")
    if not wanted:
        return
    found = next(iter(account.all("base_image")), None)
    if found is None or found["state"] != "available":
        expected = f"the id of an available image in {region}, or a public parameter of Systems Manager with one"
        yield Problem("red5pro_base_image", wanted, expected)
    elif not _is_base(found):
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
    elif owner(found) not in ("", account.name):
        expected = f"an instance that no other deployment has; this one belongs to {owner(found)}"
        yield Problem("red5pro_stream_manager_instance", wanted, expected)
    elif zones and zone not in zones:
        expected = f"an instance in a zone of the load balancer ({', '.join(zones)}), or red5pro_subnets with one in {zone}, where it is"
        yield Problem("red5pro_stream_manager_instance", wanted, expected)
