# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Checks the regions, images and instance types of nodes against the account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ansible_collections.streamops.red5pro.plugins.module_utils._messages import Problem

from ._account import Account
from .deployment import Deployment

Problems = Iterator[Problem]


def region_problems(regions_named: Mapping[str, Sequence[str]], region: str, enabled: Sequence[str]) -> Problems:
    """The regions that a variable names and that are not enabled."""
    for name, named in regions_named.items():
        if unknown := [one for one in named if one not in (region, *enabled)]:
            expected = f"in its regions only AWS regions that are enabled for the account: {', '.join(sorted(enabled))}"
            yield Problem(f"red5pro_{name}", unknown, expected)


def node_problems(account: Account, deployment: Deployment) -> Problems:
    region = deployment.text("region")
    enabled = sorted(one["region_name"] for one in account.all("regions"))
    yield from region_problems(deployment.regions_named, region, enabled)
    found = {region: account.all("named_images"), **account.elsewhere}
    missing = [
        f"{name} in {one['region']}"
        for one in deployment.named_images
        if one["region"] == region or one["region"] in enabled
        for name in one["names"]
        if name not in {image["name"] for image in found.get(one["region"], [])}
    ]
    if missing:
        expected = "the names of images that are available in every region of the node groups, or none to use the deployment's image"
        yield Problem("red5pro_launch_configs", missing, expected)
    yield from _offered_problems(account, deployment)


def offerings(region: str) -> str:
    """The name of the reading of the instance types that are offered in another region of nodes."""
    return f"offerings-{region}"


def _offered_problems(account: Account, deployment: Deployment) -> Problems:
    """Instance types of nodes that no zone of a region offers."""
    read = {deployment.text("region"): account.all("instance_type_offerings")}
    named = {one["region"]: offerings(one["region"]) for one in deployment.node_types}
    read |= {region: account.elsewhere[name] for region, name in named.items() if name in account.elsewhere}
    lacking = [
        f"{name} in {one['region']}"
        for one in deployment.node_types
        if one["region"] in read
        for name in one["names"]
        if name not in {offer["instance_type"] for offer in read[one["region"]]}
    ]
    if lacking:
        yield Problem("red5pro_launch_configs", lacking, "instance types that are offered in every region of their node groups")
