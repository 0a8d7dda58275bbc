# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The declaration of an installation by itself: its problems, and what follows from the name of the distribution."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import SplitResult, urlsplit

from ansible_collections.streamops.red5pro.plugins.module_utils._messages import HIDDEN, invalid

from ._inputs import INPUTS
from .stream_manager_config import property_problems

Facts = Mapping[str, Any]
STREAM_MANAGER, NODE = "stream_manager", "node"
SHA256 = re.compile(r"sha256:([0-9A-Fa-f]{64})")
_VERSION = re.compile(r"(?P<major>\d+)(?:\.\d+)+(?:\.b\d+)?")
_PROTECTED = ("webapps/root", "webapps/live", "plugins/red5pro-rtsp-plugin.jar")
_JAVA = ((9, 8), (14, 11))  # releases before this major version, and the version of Java that they want
_NEWEST_JAVA = 21
_SOURCE = "an absolute path on the controller, a URL that begins with https:// or an object such as s3://bucket/key"


def version(distribution: str) -> str:
    """The version in the file name of a distribution, such as 14.1.0.b1235; empty if there is none."""
    match = _VERSION.search(file_name(distribution))
    return match[0] if match else ""


def file_name(source: str) -> str:
    """The file name of a path, a URL or an S3 object."""
    parts = _parts(str(source))
    return PurePosixPath(parts.path).name if parts else ""


def _parts(source: str) -> SplitResult | None:
    """The parts of a URL, None if it is not valid; a path is one part, also with # or ? in it."""
    try:
        return SplitResult("", "", source, "", "") if source.startswith("/") else urlsplit(source)
    except ValueError:
        return None


def java_version(declared: Facts, unit: str) -> int:
    """The version of Java: the declared one, or that of the distribution's unit, or what its version wants."""
    if declared["java_version"]:
        return int(declared["java_version"])
    named = re.search(r"JAVA_HOME=\S*?java-(\d+)", unit)
    if named:
        return int(named[1])
    match = _VERSION.search(file_name(declared["distribution"]))
    return next((java for limit, java in _JAVA if match and int(match["major"]) < limit), _NEWEST_JAVA)


def declaration_problems(declared: Facts) -> Iterator[str]:
    """What is wrong with the declaration, one message each."""
    if declared["kind"] not in (STREAM_MANAGER, NODE):
        yield invalid("red5pro_install_kind", declared["kind"], f"{STREAM_MANAGER} or {NODE}")
    for name in ("heap", "java_version", "home", "service"):
        if declared[name] and (expected := INPUTS[f"red5pro_{name}"].wrong(declared[name])):
            yield invalid(f"red5pro_{name}", declared[name], expected)
    license_key = str(declared["license_key"] or "")  # the white space around it is not written
    if license_key and (expected := INPUTS["red5pro_license_key"].wrong(license_key.strip())):
        yield invalid("red5pro_license_key", license_key, expected, secret=True)
    yield from _source_problems(declared, "distribution", ".zip")
    if declared["cloud_controller"]:
        yield from _source_problems(declared, "cloud_controller", ".jar")
    yield from property_problems(declared["properties"])
    yield from _unwanted_problems(declared)
    if declared["kind"] == NODE and not declared["cluster_password"]:
        yield invalid(
            "red5pro_stream_manager_properties['cluster.password']", "", "the password of the cluster, which nodes need to join it"
        )


def _source_problems(declared: Facts, name: str, suffix: str) -> Iterator[str]:
    source, checksum = str(declared[name] or ""), str(declared[f"{name}_checksum"] or "")
    url = _parts(source)
    if url is None or not re.fullmatch(r"/[^\x00-\x1f]+|https://[^\s/]+/\S+|s3://[a-z0-9.-]{3,63}/\S+", source):
        yield invalid(f"red5pro_{name}", source, _SOURCE)
    elif url.username or url.query or url.fragment:
        yield invalid(f"red5pro_{name}", HIDDEN, "a URL without a user, a password or a query, which may be secret")
    elif not file_name(source).endswith(suffix):
        yield invalid(f"red5pro_{name}", source, f"a file whose name ends with {suffix}")
    elif checksum and not SHA256.fullmatch(checksum):
        yield invalid(f"red5pro_{name}_checksum", checksum, "sha256: and 64 hexadecimal digits")
    elif not checksum and not source.startswith("/"):
        yield invalid(f"red5pro_{name}_checksum", "", f"sha256: and 64 hexadecimal digits, which {source} needs")


def _unwanted_problems(declared: Facts) -> Iterator[str]:
    for pattern in declared["unwanted"]:
        text = str(pattern)
        if not re.fullmatch(r"(plugins|webapps)/[^/\s]+", text) or ".." in text:
            yield invalid("red5pro_unwanted_files", text, "patterns such as webapps/inspector or plugins/red5pro-mpegts-plugin-*")
        for kept in _PROTECTED:
            if fnmatch(kept, text):
                yield invalid("red5pro_unwanted_files", text, f"no pattern that matches {kept}, which Red5 Pro needs")
