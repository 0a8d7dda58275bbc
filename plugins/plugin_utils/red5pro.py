# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How Red5 Pro is installed from its distribution: what a host needs, what differs there, and what to do. Pure functions.

`declared` is the role's declaration. `found` is what the module red5pro_release_info returned, with the checksums of the files on the
controller as `archive` and `jar`; it is empty before the host was read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._installation import ASIDE
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import invalid, refusing

from .red5pro_checks import checks
from .red5pro_declaration import SHA256, STREAM_MANAGER, declaration_problems, file_name, java_version, version
from .red5pro_host import FILES, JDKS, PACKAGES, UNWANTED, heap, unit

Facts = Mapping[str, Any]

_REQUIRED = (
    *("config.dbHost", "config.dbUser", "config.dbPass", "instancecontroller.instanceNamePrefix", "cluster.password"),
    *("rest.administratorToken", "aws.defaultzone", "aws.accessKey", "aws.accessSecret", "aws.ec2KeyPairName", "aws.ec2SecurityGroup"),
)
_DEFAULTS = {  # the controller's bean refers to these, and they are commented out as shipped
    "aws.defaultVPC": "false",
    "aws.faultZoneBlockMilliseconds": "3600000",
    "aws.operationTimeoutMilliseconds": "200000",
}


def plan(declared: Facts, found: Facts) -> dict[str, Any]:
    """What to read and to do, and why it cannot be done: `problems` are messages, `checks` what the filter findings takes."""
    problems = list(declaration_problems(declared))
    result: dict[str, Any] = {
        "problems": problems,
        "unwanted": sorted({*UNWANTED.get(declared["kind"], ()), *declared["unwanted"]}) if not problems else [],
        "packages": [*PACKAGES, "mysql-client", JDKS],
        "files": FILES,
        "jar_name": file_name(declared["cloud_controller"]),
        "directory": "",
    }
    if problems:
        return result
    checksum, jar = (_checksum(declared, found, *names) for names in (("distribution", "archive"), ("cloud_controller", "jar")))
    directory = f"{declared['home']}-{version(declared['distribution']) or 'release'}-{checksum[:8]}"
    result |= {"checksum": checksum, "jar_checksum": jar, "directory": directory, "archive": f"{directory}.zip"}
    result["problems"] = list(_file_problems(declared, found)) if "archive" in found else []
    return result | (_host_plan(declared, found, result) if "memory" in found else {})


def _checksum(declared: Facts, found: Facts, variable: str, key: str) -> str:
    stated = SHA256.fullmatch(str(declared[f"{variable}_checksum"]))
    return stated[1].lower() if stated else str(found.get(key, ""))


def _file_problems(declared: Facts, found: Facts) -> Iterator[str]:
    """Files on the controller that do not exist or are others than stated."""
    for variable, key in (("distribution", "archive"), ("cloud_controller", "jar")):
        path, stated = declared[variable], SHA256.fullmatch(str(declared[f"{variable}_checksum"]))
        if not path or not str(path).startswith("/"):
            continue
        if not found[key]:
            yield invalid(f"red5pro_{variable}", path, "a file on the controller")
        elif stated and stated[1].lower() != found[key]:
            yield invalid(f"red5pro_{variable}_checksum", f"sha256:{stated[1]}", f"sha256:{found[key]}, which is that of {path}")


def _host_plan(declared: Facts, found: Facts, known: Facts) -> dict[str, Any]:
    major = java_version(declared, found["unit"])
    java_home = f"/usr/lib/jvm/java-{major}-openjdk-amd64"
    gigabytes = int(declared["heap"] or heap(found["memory"]))
    unpacked = found["checksum"] == known["checksum"]
    wanted = [*PACKAGES, f"openjdk-{major}-jdk", *(["mysql-client"] if declared["kind"] == STREAM_MANAGER else [])]
    aside = f"{declared['home']}{ASIDE}"
    result = {
        "unpacked": unpacked,
        # Again if a run was interrupted before the switch, since values may have changed since then
        "unpack": not unpacked or not (found["started"] or found["target"] == known["directory"]),
        "previous": _previous(found, known["directory"], aside if unpacked else ""),
        "aside": aside if found["home"] == "directory" else "",
        "java_home": java_home,
        "heap": gigabytes,
        "missing_packages": [name for name in wanted if name not in found["packages"]] if declared["manage_packages"] else [],
        "unit": unit(found["unit"], gigabytes, java_home, declared["home"]) if found["unit"] else "",
        "fetch_jar": bool(known["jar_checksum"]) and found["jars"] != {known["jar_name"]: known["jar_checksum"]},
        "surplus_jars": sorted(found["jars"].keys() - {known["jar_name"]}) if known["jar_checksum"] else [],
        "node_api": found["node_api"] and bool(declared["node_token"]),
        "defaults": {key: value for key, value in _DEFAULTS.items() if key not in {*declared["properties"], *found["set_keys"]}},
        "in_effect": found["in_effect"] and unpacked,
    }
    return result | {
        "problems": [*known["problems"], *_host_problems(declared, found, known, gigabytes)],
        "checks": list(checks(declared, found, {**known, **result})),
    }


def _previous(found: Facts, directory: str, aside: str) -> str:
    """The release or directory whose values are taken over; a run may have ended after it moved the directory aside."""
    if found["home"] == "missing":
        return aside if found["aside"] and not found["started"] else ""
    return str(found["target"]) if found["target"] != directory else ""


def _host_problems(declared: Facts, found: Facts, known: Facts, gigabytes: int) -> Iterator[str]:
    """Why the release cannot be installed on this host as declared."""
    name, release = found["system"]
    number = re.match(r"(\d+)\.(\d+)", release)
    if name != "ubuntu" or not number or (int(number[1]), int(number[2])) < (20, 4):
        system = f"{name or 'an unknown system'} {release}".strip()
        yield refusing("install Red5 Pro", f"the host has {system}", "Use Ubuntu 20.04, 22.04 or later")
    if found["home"] == "directory" and found["aside"]:
        reason = f"{declared['home']} is a directory, and {declared['home']}{ASIDE}, to which it would be moved, exists"
        yield refusing("install Red5 Pro", reason, "Move or delete one of them")
    if not gigabytes:
        yield refusing("install Red5 Pro", f"the host has {found['memory']} MiB of memory", "Use at least 2 GB, or set red5pro_heap")
    elif gigabytes * 1024 >= found["memory"]:
        yield invalid("red5pro_heap", declared["heap"], f"less than the {found['memory']} MiB of memory that the host has")
    if "license" not in found["digests"]:
        yield from missing_license(declared)
    if found["unit"] and not re.search(r"-Xmx\d", found["unit"]):
        yield refusing("install Red5 Pro", "red5pro.service of the distribution sets no -Xmx", "Use another distribution")
    if declared["kind"] == STREAM_MANAGER:
        yield from _stream_manager_problems(declared, found)


def _stream_manager_problems(declared: Facts, found: Facts) -> Iterator[str]:
    yield from missing_properties(declared, found["set_keys"])
    if not declared["cloud_controller"] and not found["jars"]:
        yield invalid("red5pro_cloud_controller", "", "aws-cloud-controller-<version>.jar, which is not in the distribution")


def missing_license(declared: Facts) -> Iterator[str]:
    """That a license key is needed."""
    if not declared["license_key"]:
        yield invalid("red5pro_license_key", "", "the license key, which clustering needs; keep it in a vault")


def missing_properties(declared: Facts, set_keys: Iterable[str]) -> Iterator[str]:
    """The properties that a stream manager needs, without those that its files have."""
    properties, there = declared["properties"], set(set_keys)
    keys = [*_REQUIRED, *([] if str(properties.get("aws.defaultVPC", "false")).lower() == "true" else ["aws.vpcName"])]
    for key in keys:
        if properties.get(key) in (None, "") and key not in there:
            yield invalid(f"red5pro_stream_manager_properties[{key!r}]", "", "a value, since the distribution has only a placeholder")
