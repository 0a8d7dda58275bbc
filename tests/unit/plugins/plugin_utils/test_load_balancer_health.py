# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The targets by their health, and which of them to register."""

from __future__ import annotations

from typing import Any

from ansible_collections.streamops.red5pro.plugins.plugin_utils.load_balancer_health import health


def described(**states: str) -> dict[str, list[dict[str, Any]]]:
    return {"target_health": [{"target": {"id": one}, "target_health": {"state": state}} for one, state in states.items()]}


READ = described(a="healthy", b="initial", c="draining", d="unhealthy", e="unused")
SORTED = {"registered": ["a", "b", "d", "e"], "healthy": ["a"], "draining": ["c"], "unhealthy": ["d", "e"]}


def test_targets_are_sorted_by_their_health() -> None:
    found = health(READ, {}, [], 0)
    assert {kind: found[kind] for kind in SORTED} == SORTED
    assert found["states"] == {"a": "healthy", "b": "initial", "c": "draining", "d": "unhealthy", "e": "unused"}


def test_desired_instances_are_registered_and_others_deregistered() -> None:
    found = health(READ, {"live-6": "f"}, ["f", "a"], 5080)
    assert (found["register"], found["deregister"]) == (["f"], ["b", "d", "e"])
    assert (found["missing"], found["unserved"]) == (["live-6 (f): not registered"], [])
    assert [one["Id"] for one in found["added"]] == ["f", "a", "b", "c", "d", "e"], "nothing is deregistered before others are healthy"
    assert found["staying"] == [{"Id": one, "Port": 5080} for one in ("f", "a", "c")]


def test_of_nothing_read_nothing_is_registered() -> None:
    assert health({}, {}, [], 0)["states"] == {}


def test_targets_outside_of_the_auto_scaling_group_are_deregistered() -> None:
    instances = [{"instance_id": one, "lifecycle_state": state} for one, state in (("a", "InService"), ("b", "Terminating:Wait"))]
    found = health({**READ, "target_group_members": [{"instances": instances}]}, {}, [], 0)
    assert found["serving_members"] == ["a"]
    assert (found["outsiders"], found["outsiders_registered"]) == (["c", "d", "e"], ["d", "e"])
