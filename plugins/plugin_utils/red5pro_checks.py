# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What differs on a host where Red5 Pro is installed, for verify. Pure functions; secrets are compared by their digests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._host import digest
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import HIDDEN

from .findings import check
from .red5pro_declaration import STREAM_MANAGER
from .stream_manager_config import AWS_CONTROLLER

Facts = Mapping[str, Any]
Check = dict[str, Any]

_NODE_SECRETS = {"cluster_password": "password in conf/cluster.xml", "node_token": "security.accessToken of the webapp api"}


def checks(declared: Facts, found: Facts, planned: Facts) -> Iterator[Check]:
    """What differs on the host, for verify."""
    yield check(f"{declared['home']}", planned["directory"], found["target"] if found["home"] == "link" else found["home"])
    yield check("release", planned["checksum"], found["checksum"] or "not unpacked")
    yield check("packages", "installed", planned["missing_packages"] or "installed")
    yield check("files to delete", [], found["unwanted"])
    yield check("limits", [], found["differing_files"])
    yield check("time zone", "UTC", "UTC" if found["utc"] else "another")
    yield check(
        f"{declared['service']}.service", "as planned", "as planned" if found["installed_unit"] == planned["unit"] else "another text"
    )
    yield check("service", "started with these files", "started with these files" if found["in_effect"] else "files changed since then")
    yield from _secret_checks(declared, found)
    if declared["kind"] == STREAM_MANAGER:
        yield check("apiBridge in applicationContext.xml", AWS_CONTROLLER, " and ".join(found["classes"] or ["none active"]))
        yield check(
            "cloud controller", "as declared", f"{', '.join(found['jars']) or 'missing'}" if planned["fetch_jar"] else "as declared"
        )
        yield check("properties without a value", [], [*planned["defaults"]])
        for one in found["differences"]:
            yield {"subject": one["key"], "expected": one["expected"], "found": one["found"], "holds": False}


def _secret_checks(declared: Facts, found: Facts) -> Iterator[Check]:
    """Secrets are compared by their digests and named, but never shown."""
    names = {"license": "LICENSE.KEY", **({} if declared["kind"] == STREAM_MANAGER else _NODE_SECRETS)}
    for name, subject in names.items():
        value = declared["license_key"] if name == "license" else declared[name]
        if value:
            same = found["digests"].get(name) == digest(declared["salt"], str(value).strip())
            yield check(subject, "the declared value", "the declared value" if same else HIDDEN if name in found["digests"] else "missing")
