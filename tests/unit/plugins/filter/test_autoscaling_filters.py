# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What verify.yml says of the Stream Manager API."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.filter import autoscaling

POLICY = {
    "name": "policy",
    "regions": [{"name": "default", "targets": [{"role": "origin", "min_limit": 1}, {"role": "edge", "min_limit": 2}]}],
}


def node(role: str, state: str = "inservice") -> dict[str, Any]:
    return {"identifier": f"i-{role}", "role": role, "state": state, "availability_zone": "us-east-1a"}


def group(*nodes: dict[str, Any], policy: str = "policy") -> dict[str, Any]:
    return {"name": "group", "scale_policy": policy, "nodes": list(nodes)}


@pytest.mark.parametrize(
    "own, lacking",
    [
        (group(node("origin"), node("edge"), node("edge")), []),
        (group(node("origin"), node("edge"), node("edge", "pending")), [("edge", "1 of 2 in service (i-edge pending)")]),
        (group(), [("origin", "0 of 1 in service"), ("edge", "0 of 2 in service")]),
        (group(policy="another"), []),
    ],
    ids=["all", "one is pending", "none", "a policy nobody asked for"],
)
def test_lacking_nodes(own: dict[str, Any], lacking: list[tuple[str, str]]) -> None:
    found = autoscaling.lacking_nodes([own], [POLICY])
    assert [(one["subject"].removeprefix("node group group "), one["found"]) for one in found] == lacking


def test_lacking_nodes_as_a_check() -> None:
    policy = {"name": "policy", "regions": [{"name": "us-east-1", "targets": [{"role": "origin", "min_limit": 1}]}]}
    assert autoscaling.lacking_nodes([group(node("origin", "pending"))], [policy]) == [
        {
            "subject": "node group group origin in us-east-1",
            "expected": "1 in service",
            "found": "0 of 1 in service (i-origin pending)",
        }
    ]
