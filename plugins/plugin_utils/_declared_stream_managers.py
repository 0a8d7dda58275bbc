# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is wrong with the variables of stream managers and of launching instances, before AWS is asked anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._messages import InvalidError, Problem

from .deployment import Deployment
from .launch_checks import launch_problems
from .texts import meant

Problems = Iterator[Problem]

NUMBERED_ONLY = ("stream_manager_count", "stream_manager_numbers", "allocation_ids", "stream_manager_termination_protection")
_ORIGINS = ("red5pro_stream_manager_instance", "red5pro_stream_manager_image", "red5pro_base_image")
LAUNCH_OPTIONS = ("additional_security_groups", "metadata_options", "root_volume", "instance_profile", "termination_protection")


def stream_manager_problems(deployment: Deployment) -> Problems:
    """Where they come from, their numbers and their addresses."""
    instance, image, numbers = deployment.text("stream_manager_instance"), deployment.text("stream_manager_image"), deployment.numbers
    listed, release = deployment.names("stream_manager_numbers"), deployment.text("stream_manager_release")
    given = bool(instance) + bool(image)
    if not deployment.wrong & set(_ORIGINS) and (given > 1 or (not given and not deployment.text("base_image"))):
        expected = "exactly one of red5pro_stream_manager_instance, the id of the first stream manager, and red5pro_stream_manager_image"
        yield Problem("red5pro_stream_manager_instance", instance, f"{expected}, or red5pro_base_image without both")
    if instance and listed and 1 not in numbers and not deployment.has_group:
        expected = f"a list with 1, since the first stream manager is {instance}, which you provided and which is never removed"
        yield Problem("red5pro_stream_manager_numbers", numbers, expected)
    if release and not instance:
        origin = "red5pro_stream_manager_image" if image else "red5pro_base_image"
        yield Problem("red5pro_stream_manager_release", release, f"none, since {origin} is set")
    addresses = deployment.names("allocation_ids")
    if len(addresses) > len(numbers) and not deployment.has_group:
        expected = f"at most one allocation id for each of the {len(numbers)} stream managers"
        yield Problem("red5pro_allocation_ids", addresses, expected)


def mode_problems(deployment: Deployment) -> Problems:
    """What the other mode alone has, and the sizes of the group."""
    settings = [name for name in deployment.declared if name.startswith("red5pro_stream_manager_group_")]
    others = [f"red5pro_{name}" for name in NUMBERED_ONLY] if deployment.has_group else sorted(settings)
    mode = "autoscaling_group" if deployment.has_group else "numbered"
    for name in others:
        if deployment.declared.get(name) not in (None, "", []) and name not in deployment.wrong:
            yield Problem(name, deployment.declared[name], f"none, since red5pro_stream_managers_mode is {mode}")
    if not deployment.has_group:
        return
    minimum = deployment.number("stream_manager_group_min_size", 2)
    desired = deployment.number("stream_manager_group_desired_capacity", minimum)
    maximum = deployment.number("stream_manager_group_max_size", max(minimum, desired))
    if desired < minimum:
        expected = f"at least red5pro_stream_manager_group_min_size, which is {minimum}"
        yield Problem("red5pro_stream_manager_group_desired_capacity", desired, expected)
    if maximum < max(minimum, desired):
        expected = f"at least red5pro_stream_manager_group_min_size, which is {minimum}, and the desired capacity, which is {desired}"
        yield Problem("red5pro_stream_manager_group_max_size", maximum, expected)


def launch_option_problems(declared: Mapping[str, Any]) -> Iterator[str | Problem]:
    """The variables for launching instances; a survey returns lists and dictionaries as text."""
    for prefix in ("red5pro_stream_manager", "red5pro_builder"):
        launch = {name: declared.get(f"{prefix}_{name}") for name in LAUNCH_OPTIONS}
        try:
            texts = {name: meant(launch[name], f"{prefix}_{name}") for name in LAUNCH_OPTIONS[:3] if launch[name]}
        except InvalidError as error:
            yield error.problem
            continue
        yield from launch_problems({**launch, **texts}, prefix)
