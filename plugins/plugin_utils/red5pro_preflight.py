# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is known of an installation on plain hosts before there are any: what is missing, and a digest of what decides the result."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._host import digest
from ansible_collections.streamops.red5pro.plugins.module_utils._properties import value_text

from .red5pro import missing_license, missing_properties, plan
from .red5pro_declaration import NODE, STREAM_MANAGER

Facts = Mapping[str, Any]

DATABASE = ("config.dbHost", "config.dbUser", "config.dbPass")  # of a database that is to be created; its role checks the rest
_OF_BOTH = ("home", "service", "heap", "java_version", "manage_packages", "license_key")
_OF_NODES = ("cluster_password", "node_token")


def preflight(declared: Facts, found: Facts) -> dict[str, Any]:
    """The `problems`, and the `fingerprints` of a stream manager and a node.

    `declared` is the role's declaration, with the `fixed` properties, which nothing else sets later, whether the run has
    `database_create`, and a `secret`. That keys the digests,
    since whoever may list images could guess short passwords from plain ones. `found` has the checksums of the files on the controller.
    """
    kinds = {kind: {**declared, "kind": kind} for kind in (STREAM_MANAGER, NODE)}
    plans = {kind: plan(one, found) for kind, one in kinds.items()}
    problems = [problem for one in plans.values() for problem in one["problems"]]
    if not problems:
        problems = [*missing_license(declared), *missing_properties(declared, DATABASE if declared["database_create"] else ())]
    return {
        "problems": list(dict.fromkeys(problems)),
        "fingerprints": {} if problems else {kind: fingerprint(kinds[kind], plans[kind]) for kind in kinds},
    }


def fingerprint(declared: Facts, planned: Facts) -> str:
    """A digest of all that decides the files on a host of a kind."""
    inputs = json.dumps([declared["kind"], planned["checksum"], planned["unwanted"], dict(_inputs(declared, planned))], sort_keys=True)
    return digest(str(declared["secret"]), inputs)


def _inputs(declared: Facts, planned: Facts) -> Iterator[tuple[str, str]]:
    yield from ((name, value_text(declared[name])) for name in _OF_BOTH)
    if declared["kind"] == NODE:
        yield from ((name, value_text(declared[name])) for name in _OF_NODES)
    else:
        yield "cloud_controller", planned["jar_checksum"]
        yield from ((f"property {key}", value_text(value)) for key, value in declared["fixed"].items())
