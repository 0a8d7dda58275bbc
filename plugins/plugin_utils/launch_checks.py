# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Checks the variables for launching instances, and the instances that were launched."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from ansible.module_utils.parsing.convert_bool import BOOLEANS
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import invalid
from ansible_collections.streamops.red5pro.plugins.module_utils._rules import bare

from .launch_settings import IOPS_TYPES, METADATA_KEYS, THROUGHPUT_TYPES, root_volume, volume_settings

Facts = dict[str, Any]
_PROFILE = r"[\w+=,.@-]{1,128}|arn:aws[a-z-]*:iam::[0-9]{12}:instance-profile/[!-~]{1,512}"
_SWITCH, _MAXIMUM_GROUPS = ("enabled", "disabled"), 15


def _whole(minimum: int, maximum: int) -> Callable[[Any], bool]:
    return lambda value: (
        not isinstance(value, bool) and bool(re.fullmatch("[1-9][0-9]{0,8}", str(value))) and minimum <= int(value) <= maximum
    )


def _one_of(*choices: str) -> Callable[[Any], bool]:
    return lambda value: value in choices


_METADATA: dict[str, tuple[Callable[[Any], bool], str]] = {
    "http_endpoint": (_one_of(*_SWITCH), "enabled or disabled"),
    "http_tokens": (_one_of("optional", "required"), "optional or required"),
    "http_put_response_hop_limit": (_whole(1, 64), "a whole number from 1 to 64"),
    "http_protocol_ipv6": (_one_of(*_SWITCH), "enabled or disabled"),
    "instance_metadata_tags": (_one_of(*_SWITCH), "enabled or disabled"),
}
_VOLUME: dict[str, tuple[Callable[[Any], bool], str]] = {
    "volume_size": (_whole(1, 65536), "a whole number of GiB from 1 to 65536"),
    "volume_type": (_one_of("gp2", "gp3", "io1", "io2", "standard"), "gp2, gp3, io1, io2 or standard"),
    "iops": (_whole(100, 256000), "a whole number from 100 to 256000"),
    "throughput": (_whole(125, 2000), "a whole number of MiB per second from 125 to 2000"),
    "encrypted": (lambda value: isinstance(value, bool), "true or false"),
    "kms_key_id": (lambda value: isinstance(value, str) and bool(re.fullmatch("[!-~]{1,2048}", value)), "the id, alias or ARN of a key"),
}


def launch_problems(given: Facts, prefix: str) -> list[str]:
    """Problems of the given settings, as C(launch_settings) takes them; the variables' names begin with the prefix."""
    return [
        *_profile_problems(given.get("instance_profile"), f"{prefix}_instance_profile"),
        *_group_problems(given.get("additional_security_groups"), f"{prefix}_additional_security_groups"),
        *_option_problems(given.get("metadata_options"), f"{prefix}_metadata_options", _METADATA),
        *_option_problems(given.get("root_volume"), f"{prefix}_root_volume", _VOLUME),
        *_volume_problems(given.get("root_volume"), f"{prefix}_root_volume"),
        *_protection_problems(given.get("termination_protection"), f"{prefix}_termination_protection"),
    ]


def _profile_problems(value: Any, variable: str) -> list[str]:
    fits = value in (None, "") or (isinstance(value, str) and re.fullmatch(_PROFILE, value))
    return [] if fits else [invalid(variable, value, "the name or ARN of an IAM instance profile")]


def _group_problems(value: Any, variable: str) -> list[str]:
    groups = value or []
    fits = isinstance(groups, list) and len(groups) <= _MAXIMUM_GROUPS and len({*map(str, groups)}) == len(groups)
    fits = fits and all(isinstance(group, str) and group and group == bare(group) for group in groups)
    expected = f"at most {_MAXIMUM_GROUPS} ids or names of security groups, each once"
    return [] if fits else [invalid(variable, value, expected)]


def _option_problems(value: Any, variable: str, options: dict[str, tuple[Callable[[Any], bool], str]]) -> list[str]:
    if not isinstance(value or {}, dict):
        return [invalid(variable, value, f"a dictionary of {', '.join(options)}")]
    return [
        invalid(f"{variable}.{key}", one, options[key][1]) if key in options else invalid(variable, key, f"only {', '.join(options)}")
        for key, one in (value or {}).items()
        if one not in (None, "") and not (key in options and options[key][0](one))
    ]


def _volume_problems(value: Any, variable: str) -> list[str]:
    """Settings that exclude or require each other."""
    volume = value if isinstance(value, dict) else {}
    kind = volume.get("volume_type")
    found = []
    if kind in ("io1", "io2") and not volume.get("iops"):
        found.append(invalid(f"{variable}.iops", volume.get("iops"), f"a number of IOPS, which {kind} needs"))
    for key, kinds in (("iops", IOPS_TYPES), ("throughput", THROUGHPUT_TYPES)):
        if volume.get(key) and kind and kind not in kinds:
            found.append(invalid(f"{variable}.{key}", volume[key], f"none with {kind}, only with {', '.join(kinds)}"))
    if volume.get("kms_key_id") and volume.get("encrypted") is False:
        found.append(invalid(f"{variable}.encrypted", False, "true, since kms_key_id is set"))
    return found


def _protection_problems(value: Any, variable: str) -> list[str]:
    text = value.lower() if isinstance(value, str) else value
    return [] if text in (None, "", *BOOLEANS) else [invalid(variable, value, "true or false")]


def unknown_groups(given: Iterable[str], groups: Iterable[Facts], variable: str) -> list[str]:
    """Which of the given security groups are not among those of the VPC."""
    known = {name for group in groups for name in (group["group_id"], group["group_name"])}
    missing = sorted(set(given) - known)
    return [invalid(variable, ", ".join(missing), "ids or names of security groups in the VPC of the stream managers")] if missing else []


def too_small(given: Facts, volume: Facts, variable: str) -> list[str]:
    """Why the given root volume is smaller than this one, from which an image is created."""
    wanted, held = str((given.get("root_volume") or {}).get("volume_size") or ""), int(volume.get("size") or 0)
    expected = f"at least {held}, the size of the first stream manager's root volume, from which the image is created"
    return [invalid(f"{variable}.volume_size", int(wanted), expected)] if wanted.isdecimal() and int(wanted) < held else []


def launch_checks(
    slots: Iterable[Facts], instances: Iterable[Facts], volumes: Iterable[Facts], settings: Facts, groups: Iterable[Facts] = ()
) -> list[Facts]:
    """The checks of each launched stream manager, in the form that C(findings) takes."""
    by_id, disks = {instance["instance_id"]: instance for instance in instances}, list(volumes)
    ids = {group["group_name"]: group["group_id"] for group in groups}
    return [
        {"subject": f"{slot['name']} {what}", "expected": desired, "found": current}
        for slot in slots
        if slot["instance_id"] in by_id and not slot["adopted"]
        for what, desired, current in _compared(by_id[slot["instance_id"]], disks, settings, ids)
    ]


def _compared(instance: Facts, volumes: list[Facts], settings: Facts, ids: dict[str, str]) -> Iterable[tuple[str, Any, Any]]:
    profile = settings["iam_instance_profile"]
    if profile is not None:
        found = (instance.get("iam_instance_profile") or {}).get("arn", "")
        yield "instance profile", profile, found if profile.startswith("arn:") else found.rpartition("/")[2]
    yield (
        "security groups",
        sorted(ids.get(group, group) for group in settings["security_groups"] if group),  # none if there is no network
        sorted(group["group_id"] for group in instance.get("security_groups", [])),
    )
    for key in METADATA_KEYS:
        if key in (settings["metadata_options"] or {}):
            yield f"metadata option {key}", settings["metadata_options"][key], (instance.get("metadata_options") or {}).get(key)
    volume = root_volume(instance, volumes)
    expected = (settings["volumes"] or [{"ebs": {}}])[0]["ebs"]
    current = {**volume_settings(volume), "encrypted": volume.get("encrypted"), "kms_key_id": volume.get("kms_key_id")}
    for key in _VOLUME:
        if key in expected and (key != "kms_key_id" or str(expected[key]).startswith("arn:")):  # EC2 returns the ARN
            yield f"root volume {key}", str(expected[key]), str(current.get(key, ""))
    if settings["termination_protection"] is not None:
        yield "termination protection", settings["termination_protection"], bool(instance.get("disable_api_termination"))
