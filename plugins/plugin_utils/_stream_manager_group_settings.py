# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Desired and current settings of the launch template, the Auto Scaling group and its scaling policy, each as a flat dictionary."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._host import PROPERTIES

from .ownership import PREFIX as PREFIX_TAG
from .stream_manager_config import PREFIX

Facts = Mapping[str, Any]
AUTOMATIC_SCALE_IN = "AZRebalance"  # the process that terminates healthy instances although nobody scales in
METADATA = {  # what amazon.aws.ec2_launch_template sends for an option that is not given, but for the tokens
    "http_endpoint": "enabled",
    "http_protocol_ipv6": "disabled",
    "http_put_response_hop_limit": 1,
    "http_tokens": "required",
    "instance_metadata_tags": "disabled",
}
_USER_DATA = """\
#cloud-boothook
#!/bin/sh
# Each stream manager needs an address of its own, before Red5 Pro starts.
set -eu
file={home}/{properties}
address=$(cloud-init query ds.meta_data.local_ipv4)
grep -q "^streammanager\\.ip *= *$address\\$" "$file" && exit 0
grep -q '^streammanager\\.ip' "$file" || printf '\\nstreammanager.ip=\\n' >> "$file"
sed -i "s/^streammanager\\.ip.*/streammanager.ip=$address/" "$file"
! service {service} status > /dev/null 2>&1 || service {service} restart
"""


def user_data(home: str, service: str) -> str:
    """The user data in Base64: it writes the instance's own address, at every boot."""
    return base64.b64encode(_USER_DATA.format(home=home, properties=PROPERTIES, service=service).encode()).decode()


def template_options(declared: Facts, image_id: str) -> dict[str, Any]:
    """The options of ec2_launch_template; an option that is not needed is empty."""
    launch = declared["launch"]
    prefix = declared["properties"].get(PREFIX)
    tags = {**declared["instance_tags"], **({PREFIX_TAG: prefix} if prefix else {})}  # other deployments must not use the prefix
    ids = {one["group_name"]: one["group_id"] for one in launch.get("groups", ())}
    return {
        "image_id": image_id,
        "instance_type": declared["instance_type"],
        "key_name": declared["key_name"],
        "iam_instance_profile": launch.get("iam_instance_profile") or "",
        "security_group_ids": [ids.get(one, one) for one in launch.get("security_groups", ())],
        "metadata_options": {**METADATA, **(launch.get("metadata_options") or {})},
        "block_device_mappings": launch.get("volumes") or [],
        "user_data": user_data(declared["home"], declared["service"]),
        "tags": {key: str(value) for key, value in tags.items()},
    }


def desired_template(options: Facts) -> dict[str, Any]:
    """The same, to compare; volumes by the keys that are given."""
    volume = (options["block_device_mappings"] or [{"ebs": {}}])[0]["ebs"]
    return _template(options, options["iam_instance_profile"], volume, options["tags"])


def current_template(version: Facts, desired: Facts) -> dict[str, Any]:
    """The settings of a version of the template, the profile by its name if that is desired."""
    data = version["launch_template_data"]
    profile = (data.get("iam_instance_profile") or {}).get("arn", "")
    by_name = not str(desired["iam_instance_profile"]).startswith("arn:")
    volume = (data.get("block_device_mappings") or [{}])[0].get("ebs") or {}
    return _template(data, profile.rpartition("/")[2] if by_name else profile, volume, _instance_tags(data))


def _template(data: Facts, profile: str, volume: Facts, tags: Facts) -> dict[str, Any]:
    metadata = data.get("metadata_options") or {}
    return {
        "image": data.get("image_id", ""),
        "instance type": data.get("instance_type", ""),
        "key pair": data.get("key_name", ""),
        "instance profile": profile,
        "security groups": sorted(data.get("security_group_ids") or []),
        "user data": _digest(data.get("user_data") or ""),
        **{f"metadata option {key}": metadata.get(key, "") for key in METADATA},
        **{f"root volume {key}": str(value) for key, value in volume.items()},
        **{f"tag {key}": value for key, value in tags.items()},
    }


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12] if text else ""


def _instance_tags(data: Facts) -> dict[str, str]:
    found = [one for one in data.get("tag_specifications") or () if one["resource_type"] == "instance"]
    return {tag["key"]: tag["value"] for one in found for tag in one["tags"]}


def desired_group(declared: Facts, current: Facts, version: str) -> dict[str, Any]:
    """The settings of the group. A desired capacity that a scaling policy changes is kept."""
    minimum, maximum = declared["min_size"], declared["max_size"]
    desired = declared["desired_capacity"]
    if current and declared["cpu_target"]:
        desired = max(minimum, min(int(current["desired_capacity"]), maximum))
    return {
        "minimum size": minimum,
        "desired capacity": desired,
        "maximum size": maximum,
        "subnets": sorted(declared["subnets"]),
        "target groups": [declared["target_group"]],
        "health check type": "ELB",
        "health check grace period": declared["grace_period"],
        "launch template version": version,
        "suspended processes": [AUTOMATIC_SCALE_IN] if declared["scale_in_protection"] else [],
        **{f"tag {key}": str(value) for key, value in declared["tags"].items()},
    }


def current_group(group: Facts, tags: Iterable[str]) -> dict[str, Any]:
    """The same of a group as AWS returns it; other tags are not compared."""
    return {
        "minimum size": group["min_size"],
        "desired capacity": group["desired_capacity"],
        "maximum size": group["max_size"],
        "subnets": sorted(one.strip() for one in (group.get("vpc_zone_identifier") or "").split(",")),
        "target groups": sorted(group.get("target_group_arns") or []),
        "health check type": group["health_check_type"],
        "health check grace period": group["health_check_grace_period"],
        "launch template version": str(group.get("launch_template", {}).get("version", "")),
        "suspended processes": sorted(one["process_name"] for one in group.get("suspended_processes") or []),
        **{f"tag {key}": group["tags"][key] for key in tags if key in group["tags"]},
    }


def desired_policy(declared: Facts) -> dict[str, Any]:
    """The settings of the scaling policy; empty if there is none."""
    if not declared["cpu_target"]:
        return {}
    return {"average CPU": float(declared["cpu_target"]), "scale in": not declared["scale_in_protection"]}


def current_policy(policy: Facts) -> dict[str, Any]:
    """The same of a policy as AWS returns it."""
    tracking = policy.get("target_tracking_configuration")
    return {"average CPU": tracking["target_value"], "scale in": not tracking.get("disable_scale_in")} if tracking else {}
