# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A deployment's status and what differs as one structure, the documented format of report.json. Pure functions but for the version."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.streamops.red5pro.plugins.module_utils._fields import ROLES
from ansible_collections.streamops.red5pro.plugins.module_utils._nodes import needed_nodes

Facts = dict[str, Any]
FORMAT = 1
UNKNOWN = "unknown"  # for what is unreadable
COLLECTION = Path(__file__).resolve().parents[2]


def deployment_report(status: Facts, findings: list[Facts], time: str) -> Facts:
    """The status and what differs, in the documented format of report.json.

    `status` has the keys name, region, domain, load_balancer, certificate, stream_managers, node_images and autoscaling, each as the
    entry point `verify` of the role returns it, or empty.
    """
    balancer, certificate = status["load_balancer"], status["certificate"]
    targets = balancer.get("targets", {})
    policies = {policy["name"]: policy for policy in status["autoscaling"].get("scale_policies", [])}
    return {
        "format": FORMAT,
        "name": status["name"],
        "region": status["region"],
        "domain": status["domain"],
        "time": time,
        "version": collection_version(COLLECTION),
        "as_declared": not findings,
        "findings": findings,
        "load_balancer": {
            key: balancer.get(key, empty)
            for key, empty in (("name", ""), ("dns_name", ""), ("state", UNKNOWN), ("zones", []), ("listeners", {}))
        },
        "certificate": {
            key: certificate.get(key) or empty
            for key, empty in (
                ("arn", ""),
                ("domain_name", ""),
                ("status", "missing" if certificate else UNKNOWN),
                ("not_after", ""),
                ("days", 0),
            )
        },
        "stream_managers": [
            {
                **{key: one[key] for key in ("name", "instance_id", "state", "availability_zone", "private_ip", "public_ip", "adopted")},
                "health": targets.get(one["instance_id"], "not registered") if balancer else UNKNOWN,
            }
            for one in status["stream_managers"]
        ],
        "node_groups": [_group(group, policies.get(group["scale_policy"])) for group in status["autoscaling"].get("node_groups", [])],
        "alarm_thresholds": [{key: one[key] for key in ("role", "threshold")} for one in status["autoscaling"].get("alarm_thresholds", [])],
        "node_images": [{key: image[key] for key in ("name", "region", "image_id", "state")} for image in status["node_images"]],
    }


def collection_version(collection: Path) -> str:
    """The version of a collection: from the manifest of an installed one, else from galaxy.yml."""
    if (collection / "MANIFEST.json").exists():
        return str(json.loads((collection / "MANIFEST.json").read_text(encoding="utf-8"))["collection_info"]["version"])
    return str(yaml.safe_load((collection / "galaxy.yml").read_text(encoding="utf-8"))["version"])


def _group(group: Facts, policy: Facts | None) -> Facts:
    needs: Counter[str] = Counter()
    for _region, role, count in needed_nodes(policy, 0) if policy else []:
        needs[role] += count
    nodes = sorted(group["nodes"], key=lambda node: (rank(node["role"]), node["state"] != "inservice", str(node["identifier"])))
    return {
        **{key: group[key] for key in ("name", "state", "regions", "launch_config", "scale_policy")},
        "least": dict(needs),
        "nodes": [{key: node[key] for key in ("identifier", "role", "state", "address", "availability_zone")} for node in nodes],
    }


def rank(role: str) -> tuple[int, str]:
    return (ROLES.index(role) if role in ROLES else len(ROLES), role)
