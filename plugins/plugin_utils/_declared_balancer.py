# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is wrong with the variables of the certificate, the load balancer, its alarms and the ARNs, before AWS is asked anything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._acm_certificate import ISSUED_ALGORITHMS
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import Problem

from .deployment import Deployment
from .partitions import partition

Problems = Iterator[Problem]

_MAXIMUM_TOPICS = 5
_TAKEN_PORTS = {443: "the load balancer has its HTTPS listener on 443", 22: "SSH is on 22 of the stream managers"}


def certificate_problems(deployment: Deployment) -> Problems:
    """A given certificate of another region, or a request that ACM refuses or that does not cover the domain."""
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


def load_balancer_problems(deployment: Deployment) -> Problems:
    """Its health checks and ports."""
    interval, timeout = deployment.number("health_check_interval", 10), deployment.number("health_check_timeout", 5)
    if timeout >= interval:
        expected = f"less than red5pro_health_check_interval, which is {interval}"
        yield Problem("red5pro_health_check_timeout", timeout, expected)
    if (port := deployment.number("http_port", 5080)) in _TAKEN_PORTS:
        yield Problem("red5pro_http_port", port, f"another port, since {_TAKEN_PORTS[port]}")


def alarm_problems(deployment: Deployment) -> Problems:
    """The topics that CloudWatch notifies."""
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


def arn_problems(deployment: Deployment) -> Problems:
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
