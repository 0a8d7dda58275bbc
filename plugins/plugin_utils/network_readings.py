# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What to read of the account for a deployment: for all roles, or for the network alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from . import (
    _account_rules,
    certificate_plan,
    guards,
    hosted_zones,
    launch_names,
    load_balancer,
    node_images,
    stream_manager_group,
    stream_manager_image,
    stream_managers,
)
from ._account import is_id
from ._account_domain import CERTIFICATE_NAMES
from ._account_machines import base_image_readings
from ._account_nodes import offerings
from .deployment import Deployment
from .readings import LIVE, together

Facts = dict[str, Any]


def readings(declared: Mapping[str, Any], whole: bool = False, compares: bool = False) -> list[Facts]:
    """The readings of the account, in the form that aws_resources_info takes; for all roles, or for the network alone."""
    deployment = Deployment.of(declared)
    return together(_own_readings(deployment), *(_readings_of_roles(deployment, compares) if whole else ()))


def _readings_of_roles(deployment: Deployment, compares: bool) -> Iterator[list[Facts]]:
    """What the other roles read, derived from the same variables; `compares` if they do not change anything."""
    name = deployment.text("name", "none")
    group = stream_manager_group.resource_name(name) if deployment.has_group else ""
    yield load_balancer.readings(name, deployment.host("domain"), group)
    yield stream_manager_group.readings(deployment.text("name"))
    yield certificate_plan.readings(
        deployment.certificate_names, deployment.text("certificate_arn"), deployment.text("certificate_validation_method", "DNS")
    )
    yield stream_managers.launch_readings(deployment.text("name"), deployment.text("stream_manager_instance"), compares)
    yield node_images.readings(deployment.text("name"))
    if "stream_manager" in deployment.installs:
        yield stream_manager_image.readings(deployment.text("name"))
    yield guards.readings([deployment.text("region")])


def _readings_of_roles_elsewhere(deployment: Deployment, regions: list[str]) -> Iterator[list[Facts]]:
    """What they read in the other regions of nodes."""
    yield node_images.copy_readings(deployment.text("name"), regions)
    yield guards.readings(regions)


def _own_readings(deployment: Deployment) -> list[Facts]:
    vpc, domain, region = deployment.text("vpc"), deployment.host("domain"), deployment.text("region")
    in_vpc = {"vpc-id": "vpcs.vpc_id"}
    images = [one for one in (deployment.text("stream_manager_image"), deployment.text("node_image")) if one]
    named = [name for one in deployment.named_images if one["region"] == region for name in one["names"]]
    found: list[Facts] = [
        {"kind": "vpcs", "filters": {"vpc-id" if is_id(vpc, "vpc") else "tag:Name": vpc}},
        {"kind": "subnets", "filters_of": in_vpc},
        {"kind": "route_tables", "filters_of": in_vpc},
        {"kind": "security_groups", "filters_of": in_vpc},
        {"kind": "instances", "filters": {"instance-state-name": LIVE}, "filters_of": in_vpc},
        {"kind": "images", "filters": {"image-id": images}},
        {"kind": "images", "name": "named_images", "filters": {"name": named, "state": "available"}},
        {"kind": "images", "name": "own_images", "parameters": {"Owners": ["self"]}, "filters": {"name": deployment.image_name}},
        {"kind": "addresses"},
        {"kind": "key_pairs", "filters": {"key-name": deployment.text("key_name")}},
        {"kind": "instance_type_offerings", "filters": {"instance-type": deployment.launched_types}},
        {"kind": "instance_types", "name": "launched_types", "filters": {"instance-type": deployment.every_type}},
        {"kind": "availability_zones"},
        {"kind": "account_attributes", "parameters": {"AttributeNames": ["vpc-max-elastic-ips"]}},
        {"kind": "hosted_zones"},
        load_balancer.balancer_reading(deployment.text("name", "none")),
        *(hosted_zones.record_readings(domain) if domain else ()),
    ]
    if arn := deployment.text("certificate_arn"):
        found.append({"kind": "certificate", "parameters": {"CertificateArn": arn}})
    if bucket := deployment.text("access_logs_bucket"):
        found += [{"kind": kind, "parameters": {"Bucket": bucket}} for kind in ("bucket_location", "bucket_policy", "bucket_encryption")]
    if policy := deployment.text("ssl_policy"):
        found.append({"kind": "ssl_policies", "parameters": {"Names": [policy]}})
    if len(set(deployment.certificate_names)) > CERTIFICATE_NAMES:
        quota = {"ServiceCode": "acm", "QuotaCode": "L-FB94F0B0"}
        found.append({"kind": "service_quota", "name": "certificate_names_quota", "parameters": quota})
    found += base_image_readings(deployment.base_image)
    if region in deployment.launch_regions and launch_names.is_declared(deployment.properties):
        found += launch_names.readings(deployment.launch_names, launch_names.by_default(deployment.properties), [region])
    if any(one != region for named in deployment.regions_named.values() for one in named):
        found.append({"kind": "regions"})
    return found


def further_regions(deployment: Deployment, resources: Mapping[str, list[Facts]]) -> list[str]:
    """The other regions of nodes that are enabled for the account."""
    enabled = {one["region_name"] for one in resources.get("regions", ())} - {deployment.text("region")}
    return sorted({one for named in deployment.regions_named.values() for one in named} & enabled)


def image_readings(declared: Mapping[str, Any], resources: Mapping[str, list[Facts]], whole: bool = False) -> list[Facts]:
    """The readings of the other regions of nodes, if those are enabled, for all roles or for the network alone, and further quotas."""
    deployment = Deployment.of(declared)
    regions = further_regions(deployment, resources)
    images: list[Facts] = [
        {"kind": "images", "name": one["region"], "region": one["region"], "filters": {"name": one["names"], "state": "available"}}
        for one in deployment.named_images
        if one["region"] in regions
    ]
    images += [
        {
            "kind": "instance_type_offerings",
            "name": offerings(one["region"]),
            "region": one["region"],
            "filters": {"instance-type": one["names"]},
        }
        for one in deployment.node_types
        if one["region"] in regions
    ]
    by_name = [one for one in regions if one in deployment.launch_regions]
    names = launch_names.readings(deployment.launch_names, launch_names.by_default(deployment.properties), by_name)
    quota = _account_rules.readings(deployment, list(resources.get("security_groups", ())))
    return together(images, names, quota, *(_readings_of_roles_elsewhere(deployment, regions) if whole else ()))


def step_readings(
    declared: Mapping[str, Any], whole: bool, compares: bool = False, resources: Mapping[str, list[Facts]] | None = None
) -> list[Facts]:
    """The readings of the account, or with these resources of it, those of the other regions."""
    return readings(declared, whole, compares) if resources is None else image_readings(declared, resources, whole)
