# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is wrong with a deployment's variables by themselves, before AWS is asked anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._acm_certificate import ISSUED_ALGORITHMS
from ansible_collections.streamops.red5pro.plugins.module_utils._address import EXPECTED, base_url
from ansible_collections.streamops.red5pro.plugins.module_utils._launch_config import LAUNCH_CONFIG
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import InvalidError, Problem
from ansible_collections.streamops.red5pro.plugins.module_utils._plain import plain
from ansible_collections.streamops.red5pro.plugins.module_utils._scale_policy import SCALE_POLICY

from . import node_image_roles
from ._inputs import input_problems
from ._rows import rows
from .database_declaration import declaration_problems as database_problems
from .declarations import group_problems as node_group_problems
from .declarations import object_problems, threshold_problems
from .deployment import Deployment
from .launch_checks import launch_problems
from .partitions import partition
from .stream_manager_config import property_problems
from .texts import meant

Facts = dict[str, Any]
Problems = Iterator[Problem]

NUMBERED_ONLY = ("stream_manager_count", "stream_manager_numbers", "allocation_ids", "stream_manager_termination_protection")
_ORIGINS = ("red5pro_stream_manager_instance", "red5pro_stream_manager_image", "red5pro_base_image")
_MAXIMUM_TOPICS = 5
LAUNCH_OPTIONS = ("additional_security_groups", "metadata_options", "root_volume", "instance_profile", "termination_protection")


def declaration_problems(declared: Mapping[str, Any]) -> list[Facts]:
    """What is wrong with the variables by themselves, before AWS is asked anything, in the form that the filter findings takes.

    A role that is used alone gives its own variables only; which ones a deployment needs is judged where all of them are given.
    """
    deployment = Deployment.of(declared)
    found: Iterator[Problem | str] = chain(
        input_problems(declared),
        _stream_managers(deployment) if "red5pro_stream_manager_instance" in declared else (),
        _node_image(deployment) if "red5pro_node_image" in declared else (),
        _node_images(declared),
        _mode(deployment),
        _certificate(deployment),
        _load_balancer(deployment),
        _alarms(deployment),
        _arns(deployment),
        _launch(declared),
        _api(declared.get("red5pro_api_url")),
        database_problems(declared),
        property_problems(declared.get("red5pro_stream_manager_properties") or {}, api_token=deployment.text("api_token") or None),
        _nodes(declared, deployment),
    )
    return rows(found)


def _stream_managers(deployment: Deployment) -> Problems:
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


def _node_image(deployment: Deployment) -> Problems:
    if not deployment.wrong & {"red5pro_node_image", "red5pro_base_image"} and not deployment.text("node_image") + deployment.text(
        "base_image"
    ):
        yield Problem("red5pro_node_image", "", "an image id such as ami-0123456789abcdef0, or red5pro_base_image without it")


def _node_images(declared: Mapping[str, Any]) -> Problems:
    """The images of single roles; a survey returns the list as text."""
    try:
        images = meant(declared.get(node_image_roles.VARIABLE) or [], node_image_roles.VARIABLE)
        yield from node_image_roles.problems(images, str(declared.get("red5pro_home") or node_image_roles.HOME))
    except InvalidError as error:
        yield error.problem


def _mode(deployment: Deployment) -> Problems:
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


def _certificate(deployment: Deployment) -> Problems:
    arn, region = deployment.text("certificate_arn"), deployment.text("region")
    names, covering = deployment.certificate_names, deployment.covering
    of_region = f"arn:{partition(region)}:acm:{region}:"
    if arn and region and not arn.startswith(of_region):
        expected = f"the ARN of a certificate in the load balancer's region, {of_region}..., since it accepts no other"
        yield Problem("red5pro_certificate_arn", arn, expected)
    if (
        arn
        or "red5pro_domain" not in deployment.declared
        or deployment.wrong & {"red5pro_domain", "red5pro_certificate_domain", "red5pro_certificate_alternative_names"}
    ):
        return
    algorithm = deployment.text("certificate_key_algorithm", ISSUED_ALGORITHMS[0])
    if algorithm not in ISSUED_ALGORITHMS:
        expected = f"one of {', '.join(ISSUED_ALGORITHMS)}, since ACM issues no others and has them for imported certificates only"
        yield Problem("red5pro_certificate_key_algorithm", algorithm, expected)
    if not set(names) & set(covering):
        yield Problem(
            "red5pro_certificate_domain",
            deployment.certificate_domain,
            f"a domain that covers red5pro_domain, one of {', '.join(covering)}",
        )
    if len(deployment.certificate_domain) > 64:
        expected = "a first name of at most 64 characters, ACM's limit; put longer ones into red5pro_certificate_alternative_names"
        yield Problem("red5pro_certificate_domain", deployment.certificate_domain, expected)


def _load_balancer(deployment: Deployment) -> Problems:
    interval, timeout = deployment.number("health_check_interval", 10), deployment.number("health_check_timeout", 5)
    if timeout >= interval:
        expected = f"less than red5pro_health_check_interval, which is {interval}"
        yield Problem("red5pro_health_check_timeout", timeout, expected)
    if deployment.number("http_port", 5080) == 443:
        yield Problem("red5pro_http_port", 443, "another port, since the load balancer has its HTTPS listener on 443")
    if deployment.number("http_port", 5080) == 22:
        yield Problem("red5pro_http_port", 22, "another port, since SSH is on 22 of the stream managers")


def _alarms(deployment: Deployment) -> Problems:
    region, topics = deployment.text("region"), deployment.names("cloudwatch_alarm_actions")
    of_region = f"arn:{partition(region)}:sns:{region}:"
    if not deployment.is_true("cloudwatch_alarms"):
        return
    if region and (elsewhere := [one for one in topics if not one.startswith(of_region)]):
        expected = f"topics in the region of the alarms, {of_region}..., since CloudWatch accepts no other"
        yield Problem("red5pro_cloudwatch_alarm_actions", elsewhere, expected)
    if len(topics) > _MAXIMUM_TOPICS:
        expected = f"at most {_MAXIMUM_TOPICS} topics, CloudWatch's limit for an alarm"
        yield Problem("red5pro_cloudwatch_alarm_actions", topics, expected)


def _arns(deployment: Deployment) -> Problems:
    """Keys of another region than they are used in, and an instance profile of another partition."""
    region, profile = deployment.text("region"), deployment.text("stream_manager_instance_profile")
    keys: dict[str, tuple[Any, str]] = {"red5pro_database_kms_key": (deployment.text("database_kms_key"), region)}
    for name in ("stream_manager_root_volume", "builder_root_volume"):
        keys[f"red5pro_{name}.kms_key_id"] = (deployment.mapping(name).get("kms_key_id"), region)
    for copied_to, key in deployment.mapping("image_copy_kms_keys").items():
        keys[f"red5pro_image_copy_kms_keys[{copied_to!r}]"] = (key, str(copied_to))
    for variable, (key, used_in) in keys.items():
        of_region = f"arn:{partition(used_in)}:kms:{used_in}:"
        if used_in and str(key).startswith("arn:") and not str(key).startswith(of_region):
            yield Problem(variable, key, f"a key of {used_in}, {of_region}..., since a key is used in its own region only")
    of_partition = f"arn:{partition(region)}:iam::"
    if region and profile.startswith("arn:") and not profile.startswith(of_partition):
        expected = f"an instance profile of the partition of {region}, {of_partition}"
        yield Problem("red5pro_stream_manager_instance_profile", profile, expected)


def _launch(declared: Mapping[str, Any]) -> Iterator[str | Problem]:
    """The variables for launching instances; a survey returns lists and dictionaries as text."""
    for prefix in ("red5pro_stream_manager", "red5pro_builder"):
        launch = {name: declared.get(f"{prefix}_{name}") for name in LAUNCH_OPTIONS}
        try:
            texts = {name: meant(launch[name], f"{prefix}_{name}") for name in LAUNCH_OPTIONS[:3] if launch[name]}
        except InvalidError as error:
            yield error.problem
            continue
        yield from launch_problems({**launch, **texts}, prefix)


def _api(url: Any) -> Problems:
    """The address of the API, as the modules take it."""
    example = "a URL such as https://streammanager.example.com"
    if url not in (None, "") and (not isinstance(url, str) or url != url.strip()):
        yield Problem("red5pro_api_url", url, f"{example}, without white space at its beginning or end")
    elif url:
        try:
            base_url(url)
        except InvalidError as error:
            more = "" if error.problem.expected == EXPECTED else f", with {error.problem.expected}"
            yield Problem("red5pro_api_url", url, f"{example}{more}", error.problem.secret)


def _nodes(declared: Mapping[str, Any], deployment: Deployment) -> Problems:
    """What the modules would refuse; a launch configuration without an image gets the node image, whose name is unknown yet."""
    policies, configs, groups = (
        plain(declared.get(f"red5pro_{name}") or []) for name in ("scale_policies", "launch_configs", "node_groups")
    )
    if isinstance(configs, list):
        configs = [{"image": f"{deployment.text('name', 'live')}-node", **one} if isinstance(one, dict) else one for one in configs]
    access = (f"https://{deployment.host('domain')}", deployment.text("api_token"))
    yield from object_problems(SCALE_POLICY, policies, "red5pro_scale_policies", *access)
    yield from object_problems(LAUNCH_CONFIG, configs, "red5pro_launch_configs", *access)
    yield from node_group_problems(groups, policies, configs, "red5pro_node_groups", *access)
    yield from threshold_problems(declared.get("red5pro_alarm_thresholds") or {}, "red5pro_alarm_thresholds")
