# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Settings to launch stream managers: those of the first one, unless variables set others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ansible.module_utils.parsing.convert_bool import boolean

Facts = dict[str, Any]
METADATA_KEYS = ("http_endpoint", "http_tokens", "http_put_response_hop_limit", "http_protocol_ipv6", "instance_metadata_tags")
IOPS_TYPES, THROUGHPUT_TYPES = ("gp3", "io1", "io2"), ("gp3",)


def launch_settings(first: Facts, volumes: Iterable[Facts], given: Facts, image: Facts | None = None) -> Facts:
    """The options of ec2_instance that make stream managers like the first one; None where none is needed.

    First is that instance in the form of aws_resources_info, or empty; given has C(security_group_id), C(instance_profile),
    C(additional_security_groups), C(metadata_options), C(root_volume) and C(termination_protection), each optional.
    """
    given = {key: _given(value) for key, value in given.items()}
    device = first.get("root_device_name") or (image or {}).get("root_device_name") or "/dev/sda1"
    volume = root_volume(first, volumes)
    protection = given.get("termination_protection")
    return {
        "iam_instance_profile": given.get("instance_profile")
        or (first.get("iam_instance_profile") or {}).get("arn", "" if first else None),
        "security_groups": _groups(first, given),
        "metadata_options": _metadata(first, given.get("metadata_options") or {}),
        "volumes": _volumes(device, volume, given.get("root_volume") or {}),
        "termination_protection": first.get("disable_api_termination") if protection is None else boolean(protection),
    }


def _given(value: Any) -> Any:
    """None if the value is null or blank; a dictionary without such entries."""
    if isinstance(value, dict):
        return {key: one for key, one in value.items() if one not in (None, "")}
    return None if value == "" else value


def root_volume(instance: Facts, volumes: Iterable[Facts]) -> Facts:
    """The volume from which an instance boots; empty if it is not among these."""
    mappings = instance.get("block_device_mappings") or []
    ids = [one["ebs"]["volume_id"] for one in mappings if one["device_name"] == instance.get("root_device_name") and "ebs" in one]
    return next((volume for volume in volumes if volume["volume_id"] in ids), {})


def volume_settings(volume: Facts) -> Facts:
    """A volume in the form of a block device mapping."""
    kind = volume.get("volume_type")
    settings = {"volume_size": volume.get("size"), "volume_type": kind}
    settings |= {"iops": volume.get("iops")} if kind in IOPS_TYPES else {}
    settings |= {"throughput": volume.get("throughput")} if kind in THROUGHPUT_TYPES else {}
    return {key: value for key, value in settings.items() if value}


def _groups(first: Facts, given: Facts) -> list[str]:
    own = given["security_group_id"]
    further = given.get("additional_security_groups") or [group["group_id"] for group in first.get("security_groups", [])]
    return [own, *sorted(group for group in set(further) if group != own)]


def _metadata(first: Facts, given: Facts) -> Facts | None:
    """All options, since the module uses AWS's least secure value for a missing one."""
    current = {key: value for key, value in (first.get("metadata_options") or {}).items() if key in METADATA_KEYS}
    if not current and not given:
        return None
    options = {"http_tokens": "required", **current, **given}
    return {key: int(value) if key == "http_put_response_hop_limit" else value for key, value in options.items()}


def _volumes(device: str, volume: Facts, given: Facts) -> list[Facts] | None:
    current = volume_settings(volume)
    if given.get("volume_type", current.get("volume_type")) != current.get("volume_type"):
        current = {"volume_size": current.get("volume_size")}  # the others depend on the type
    settings = {key: value for key, value in {**current, **given}.items() if value}
    if not settings:
        return None
    settings |= {"encrypted": True} if settings.get("kms_key_id") else {}
    return [{"device_name": device, "ebs": {**settings, "delete_on_termination": True}}]
