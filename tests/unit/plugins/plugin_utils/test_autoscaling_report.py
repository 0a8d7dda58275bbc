# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What verify reports of the Stream Manager API."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.filter.autoscaling import FilterModule
from ansible_collections.streamops.red5pro.plugins.plugin_utils.findings import findings

POLICY = {
    "name": "policy",
    "regions": [{"name": "default", "targets": [{"role": "origin", "min_limit": 1}, {"role": "edge", "min_limit": 2}]}],
}


def node(role: str, state: str = "inservice") -> dict[str, Any]:
    return {"identifier": f"i-{role}", "role": role, "state": state, "availability_zone": "us-east-1a"}


def group(*nodes: dict[str, Any], policy: str = "policy") -> dict[str, Any]:
    return {"name": "group", "scale_policy": policy, "nodes": list(nodes)}


def reported(
    groups: list[dict[str, Any]], status: int = 200, content: str = "Amazon Web Services", results: Any = None, names: Any = ("group",)
) -> Any:
    held = {"scale_policies": [POLICY], "node_groups": groups}
    return asked(held, {"status": status, "content": content}, results, names)


def asked(held: Any, controller: dict[str, Any], results: Any = None, names: Any = (), thresholds: Any = ()) -> Any:
    more = {"results": results or {}, "names": names, "thresholds": thresholds}
    return FilterModule().filters()["autoscaling_report"](held, {"api_url": "https://live.example.com", "controller": controller, **more})


def differing(report: Any) -> list[str]:
    return [one["message"] for one in findings(report["checks"], "autoscaling")]


@pytest.mark.parametrize(
    "own, lacking",
    [
        (group(node("origin"), node("edge"), node("edge")), []),
        (
            group(node("origin"), node("edge"), node("edge", "pending")),
            ["node group group edge: expected 2 in service, found 1 of 2 in service (i-edge pending)"],
        ),
        (
            group(),
            [
                "node group group origin: expected 1 in service, found 0 of 1 in service",
                "node group group edge: expected 2 in service, found 0 of 2 in service",
            ],
        ),
        (group(policy="another"), []),
    ],
    ids=["all", "one is pending", "none", "a policy nobody asked for"],
)
def test_nodes_in_service(own: dict[str, Any], lacking: list[str]) -> None:
    report = reported([own])
    assert differing(report) == lacking
    assert report["status"] == {
        "api_url": "https://live.example.com",
        "answers": True,
        "scale_policies": [POLICY],
        "node_groups": [own],
    }


def test_a_group_that_is_not_wanted_may_lack_nodes() -> None:
    assert differing(reported([group()], names=[])) == []


def test_the_region_of_nodes_is_named() -> None:
    policy = {"name": "policy", "regions": [{"name": "us-east-1", "targets": [{"role": "origin", "min_limit": 1}]}]}
    held = {"scale_policies": [policy], "node_groups": [group(node("origin", "pending"))]}
    report = asked(held, {"status": 200, "content": None}, names=["group"])
    assert [one["subject"] for one in report["checks"]] == [
        "cloud controller at https://live.example.com",
        "node group group origin in us-east-1",
    ]


@pytest.mark.parametrize(("status", "content"), [(200, "Dummy"), (503, "Amazon Web Services")])
def test_the_cloud_controller(status: int, content: str) -> None:
    report = reported([], status, content)
    (message,) = differing(report)
    assert message == f"cloud controller at https://live.example.com: expected Amazon Web Services, found status {status} {content}"
    assert report["status"]["answers"] is (status == 200)


def test_what_a_run_would_change() -> None:
    changed = {"item": {"name": "one"}, "changed": True, "diff": {"before": {}, "after": {"name": "one"}}}
    assert differing(reported([], results={"scale policy": [changed]})) == ["scale policy one: expected present, found missing"]


@pytest.mark.parametrize("controller", [{"status": -1}, {"msg": "argument 'validate_certs' is no boolean"}])
def test_an_api_that_was_not_read(controller: dict[str, Any]) -> None:
    report = asked({"msg": "no"}, controller)
    assert (report["status"]["node_groups"], len(report["checks"])) == ([], 1)


THRESHOLDS = [{"role": "edge", "threshold": 50}, {"role": "origin", "threshold": 70}]


@pytest.mark.parametrize(
    ("held", "messages"),
    [
        (THRESHOLDS, []),
        ([{"role": "edge", "threshold": 60}, THRESHOLDS[1]], ["alarm threshold edge: expected 50 percent, found 60 percent"]),
        ([THRESHOLDS[1]], ["alarm threshold edge: expected 50 percent, found unreadable"]),
    ],
)
def test_alarm_thresholds(held: list[dict[str, Any]], messages: list[str]) -> None:
    report = asked({"alarm_thresholds": held}, {"status": 200, "content": "Amazon Web Services"}, thresholds=THRESHOLDS)
    assert differing(report) == messages
    assert report["status"]["alarm_thresholds"] == held
