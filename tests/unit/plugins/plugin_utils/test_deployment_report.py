# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The report as data, and its drawing: everything is in it, inside its borders, and nothing covers another."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.plugin_utils import deployment_report as report
from ansible_collections.streamops.red5pro.plugins.plugin_utils.report_drawing import report_drawing, state_kind

Facts = dict[str, Any]
NOTHING: Facts = {
    "name": "live",
    "region": "us-east-1",
    "domain": "live.example.com",
    "load_balancer": {},
    "certificate": {},
    "stream_managers": [],
    "node_images": [],
    "autoscaling": {},
}
FINDING = {"part": "certificate", "subject": "certificate", "expected": "ISSUED", "found": "missing", "message": "certificate is missing"}


def manager(number: int, zone: str, **more: Any) -> Facts:
    return {
        "name": f"live-stream-manager-{number}",
        "adopted": False,
        "instance_id": f"i-{number}",
        "state": "running",
        "availability_zone": zone,
        "private_ip": f"10.0.0.{number}",
        "public_ip": f"203.0.113.{number}",
        "subnet_id": "subnet-1",
        **more,
    }


def node(number: int, role: str, state: str = "inservice") -> Facts:
    more = {"address": None if state == "pending" else f"198.51.100.{number}", "availability_zone": "us-east-1a"}
    return {"identifier": f"node-{number:03}", "role": role, "state": state, "launch_config": "c", "capacity": 1, **more}


def seen(managers: int, zones: int, nodes: list[Facts], groups: int = 1) -> Facts:
    policy = {
        "name": "p",
        "regions": [{"name": "default", "targets": [{"role": "edge", "min_limit": 2}, {"role": "origin", "min_limit": 1}]}],
    }
    group = {"state": "active", "regions": ["us-east-1"], "launch_config": "c", "scale_policy": "p", "nodes": nodes, "id": "x"}
    return {
        **NOTHING,
        "load_balancer": {
            "name": "live",
            "dns_name": "live-1.elb.example",
            "state": "active",
            "zones": ["us-east-1a"],
            "listeners": {"listener 5080": "HTTP to live", "listener 443": "HTTPS to live", "policy of listener 443": "P"},
            "targets": {"i-1": "healthy"},
        },
        "certificate": {
            "arn": "arn:1",
            "domain_name": "*.example.com",
            "status": "ISSUED",
            "not_after": "2027-01-31T12:00:00Z",
            "days": 30,
        },
        "stream_managers": [manager(number, f"us-east-1{'abcdefgh'[number % zones]}") for number in range(1, managers + 1)],
        "node_images": [{"name": "live-node-1", "region": "us-east-1", "image_id": "ami-1", "state": "available", "more": 1}],
        "autoscaling": {
            "scale_policies": [policy],
            "node_groups": [{"name": f"group-{one}", **group} for one in range(groups)],
            "alarm_thresholds": [{"role": "edge", "threshold": 50, "metric": "CONNECTIONS"}],
        },
    }


def made(what: Facts, found: list[Facts] | None = None) -> Facts:
    return report.deployment_report(what, found or [], "2026-12-31T12:00:00Z")


class TestData:
    """report.json."""

    def test_of_nothing(self) -> None:
        found = made(NOTHING, [FINDING])
        assert found["as_declared"] is False
        assert found["findings"] == [FINDING]
        assert found["load_balancer"] == {"name": "", "dns_name": "", "state": "unknown", "zones": [], "listeners": {}}
        assert found["certificate"] == {"arn": "", "domain_name": "", "status": "unknown", "not_after": "", "days": 0}
        assert found["alarm_thresholds"] == []

    def test_what_could_not_be_looked_at_is_unknown_and_what_is_not_there_is_missing(self) -> None:
        unseen = made({**NOTHING, "stream_managers": [manager(1, "us-east-1a")]})
        assert unseen["stream_managers"][0]["health"] == "unknown"
        assert made({**NOTHING, "certificate": {"domain_name": "live.example.com", "days": 0}})["certificate"]["status"] == "missing"

    def test_of_a_deployment(self) -> None:
        found = made(seen(2, 2, [node(1, "transcoder"), node(2, "edge", "pending"), node(3, "edge"), node(4, "beacon"), node(5, "origin")]))
        assert found["as_declared"] is True
        assert (found["format"], found["time"], found["name"]) == (1, "2026-12-31T12:00:00Z", "live")
        assert [one["health"] for one in found["stream_managers"]] == ["healthy", "not registered"]
        (group,) = found["node_groups"]
        assert group["least"] == {"edge": 2, "origin": 1}
        assert [one["identifier"] for one in group["nodes"]] == ["node-005", "node-003", "node-002", "node-001", "node-004"]
        assert found["node_images"] == [{"name": "live-node-1", "region": "us-east-1", "image_id": "ami-1", "state": "available"}]
        assert found["alarm_thresholds"] == [{"role": "edge", "threshold": 50}]
        json.dumps(found)

    def test_a_group_of_a_policy_that_is_gone_needs_nothing(self) -> None:
        what = seen(1, 1, [])
        what["autoscaling"]["scale_policies"] = []
        assert made(what)["node_groups"][0]["least"] == {}

    def test_version(self, tmp_path: Path) -> None:
        (tmp_path / "galaxy.yml").write_text("version: 1.2.3\n", encoding="utf-8")
        assert report.collection_version(tmp_path) == "1.2.3"
        (tmp_path / "MANIFEST.json").write_text('{"collection_info": {"version": "2.0.0"}}', encoding="utf-8")
        assert report.collection_version(tmp_path) == "2.0.0"
        assert made(NOTHING)["version"] == report.collection_version(report.COLLECTION)


@pytest.mark.parametrize(
    "state, kind",
    [("healthy", "good"), ("ISSUED", "good"), ("initial", "coming"), ("terminating", "coming"), ("stopped", "bad"), ("", "bad")],
)
def test_state_kind(state: str, kind: str) -> None:
    assert state_kind(state) == kind


def test_every_state_of_the_report_has_a_kind() -> None:
    what = seen(1, 1, [node(1, "origin"), node(2, "edge", "pending")])
    kinds = report_drawing(made(what))["kinds"]
    assert (kinds["inservice"], kinds["pending"], kinds["healthy"]) == ("good", "coming", "good")
    assert {kinds[image["state"]] for image in what["node_images"]} == {"good"}
    assert report_drawing(made(NOTHING))["kinds"] == {"unknown": "bad"}


def _apart(one: Facts, other: Facts) -> bool:
    return (
        one["x"] + one["width"] <= other["x"]
        or other["x"] + other["width"] <= one["x"]
        or one["y"] + one["height"] <= other["y"]
        or other["y"] + other["height"] <= one["y"]
    )


MANY = [node(number, role, state) for number in range(150) for role, state in (("edge", "inservice"), ("relay", "terminating"))]


@pytest.mark.parametrize(
    "what",
    [NOTHING, seen(1, 1, []), seen(2, 2, [node(1, "origin")]), seen(8, 3, MANY), seen(12, 5, MANY, 3), seen(8, 8, [node(1, "beacon")])],
    ids=["nothing", "one", "two", "eight", "many groups", "eight zones"],
)
class TestDrawing:
    """Whatever the size of the deployment."""

    def test_everything_is_in_it(self, what: Facts) -> None:
        drawing = report_drawing(made(what))
        text = json.dumps(drawing, ensure_ascii=False)
        for one in what["stream_managers"]:
            assert one["name"] in text and one["instance_id"] in text and one["public_ip"] in text
        groups = what["autoscaling"].get("node_groups", [])
        assert len(drawing["nodes"]) == sum(len(group["nodes"]) for group in groups)
        assert all(f"Node group {group['name']} (active)" in text for group in groups)
        assert what["domain"] in text and what["load_balancer"].get("dns_name", "no name yet") in text

    def test_nothing_is_outside(self, what: Facts) -> None:
        drawing = report_drawing(made(what))
        for one in [*drawing["areas"], *drawing["boxes"], *({**dot, "width": 13, "height": 13} for dot in drawing["nodes"])]:
            assert one["x"] >= 0 and one["x"] + one["width"] <= drawing["width"]
            assert one["y"] >= 0 and one["y"] + one["height"] <= drawing["height"]
        for line in drawing["lines"]:
            assert line["y1"] <= line["bend"] <= line["y2"] <= drawing["height"]

    def test_nothing_covers_another(self, what: Facts) -> None:
        drawing = report_drawing(made(what))
        dots = [{**dot, "width": 13, "height": 13} for dot in drawing["nodes"]]
        for kind in (drawing["areas"], drawing["boxes"], dots[:200]):
            assert all(_apart(one, other) for one, other in combinations(kind, 2))


class TestWhatItSays:
    """Words and colours of the drawing."""

    def test_of_nothing(self) -> None:
        drawing = report_drawing(made(NOTHING, [FINDING]))
        assert [box["badge"]["text"] for box in drawing["boxes"]] == ["unknown", "unknown"]
        assert [box["kind"] for box in drawing["boxes"]] == ["bad", "bad"]
        assert "listens on no port" in drawing["boxes"][1]["lines"]

    def test_a_certificate_that_is_found_wanting(self) -> None:
        box = report_drawing(made(seen(1, 1, []), [FINDING]))["boxes"][0]
        assert (box["kind"], box["badge"]["text"]) == ("bad", "ISSUED")
        assert box["lines"] == ["certificate *.example.com", "ISSUED, until 2027-01-31 (30 days)"]

    def test_a_stream_manager_says_its_health_or_why_it_has_none(self) -> None:
        what = seen(1, 1, [])
        what["stream_managers"] += [
            manager(2, "us-east-1a", state="stopped"),
            manager(3, "", state="missing", instance_id="", public_ip="", private_ip=""),
        ]
        drawing = report_drawing(made(what))
        assert [(box["badge"]["text"], box["kind"]) for box in drawing["boxes"][2:]] == [
            ("missing", "bad"),
            ("healthy", "good"),
            ("stopped", "bad"),
        ]
        assert drawing["boxes"][2]["lines"] == ["no instance", "no Elastic IP"]
        assert [area["label"] for area in drawing["areas"]][:2] == ["No zone yet", "Zone us-east-1a"]

    def test_a_role_that_lacks_nodes(self) -> None:
        drawing = report_drawing(made(seen(1, 1, [node(1, "origin"), node(2, "edge", "pending")])))
        assert [(label["text"], label["note"], label["kind"]) for label in drawing["labels"]] == [
            ("origin", "1 in service, at least 1", "good"),
            ("edge", "0 in service, at least 2", "bad"),
        ]
        assert [dot["whole"] for dot in drawing["nodes"]] == ["node-001 origin inservice 198.51.100.1", "node-002 edge pending"]

    def test_long_names_are_cut(self) -> None:
        what = seen(1, 1, [])
        what["domain"] = "a" * 200
        box = report_drawing(made(what))["boxes"][0]
        assert box["title"].endswith("\N{HORIZONTAL ELLIPSIS}") and len(box["title"]) < 60
        assert "a" * 200 in box["whole"]
