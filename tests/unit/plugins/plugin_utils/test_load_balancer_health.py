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


AWAITS_GROUP = {"port": 0, "awaits_group": True, "load_balancer": "live", "timeout": 10}


def test_targets_are_sorted_by_their_health() -> None:
    found = health(READ, {"port": 0})
    assert {kind: found[kind] for kind in SORTED} == SORTED
    assert found["states"] == {"a": "healthy", "b": "initial", "c": "draining", "d": "unhealthy", "e": "unused"}


def test_desired_instances_are_registered_and_others_deregistered() -> None:
    found = health(READ, {"members": {"live-6": "f"}, "instances": ["f", "a"], "port": "5080"})
    assert (found["register"], found["deregister"]) == (["f"], ["b", "d", "e"])
    assert (found["missing"], found["unserved"], found["failure"]) == ([], [], "")
    assert [one["Id"] for one in found["added"]] == ["f", "a", "b", "c", "d", "e"], "nothing is deregistered before others are healthy"
    assert found["staying"] == [{"Id": one, "Port": 5080} for one in ("f", "a", "c")]


def test_a_target_at_another_port_is_registered_at_the_right_one() -> None:
    read = [
        {"target": {"id": "a", "port": port}, "target_health": {"state": state}} for port, state in ((8080, "healthy"), (81, "draining"))
    ]
    found = health(
        {"target_health": read[:1]}, {"instances": ["a"], "port": "5080", "awaited": ["a"], "load_balancer": "live", "timeout": 1}
    )
    assert (found["register"], found["registered"], found["strays"]) == (["a"], [], [{"id": "a", "port": 8080}])
    assert (found["healthy"], found["missing"]) == ([], ["a: not registered"])
    assert health({"target_health": read}, {"port": 5080})["draining"] == ["a"]


def test_of_nothing_read_nothing_is_registered() -> None:
    assert health({}, {"port": 0})["states"] == {}


def test_those_that_are_awaited_are_named() -> None:
    balancer = {"load_balancer": "live", "zones": ["us-east-1a", "us-east-1b"], "timeout": "600", "port": 5080}
    found = health(READ, {**balancer, "members": {"live-6": "f"}, "awaited": ["f", "a"]})
    assert (found["missing"], found["unserved"]) == (["live-6 (f): not registered"], [])
    assert found["failure"] == (
        "The load balancer live does not serve live-6 (f): not registered. Timed out after 600 s. "
        "Check Red5 Pro on these hosts, then run the playbook again."
    )
    why = "Target is in an Availability Zone that is not enabled for the load balancer"
    unused = {"target": {"id": "f"}, "target_health": {"state": "unused", "description": why}}
    elsewhere = health({"target_health": [unused]}, {**balancer, "awaited": ["f", "b"]})
    assert elsewhere["failure"] == (
        f"The load balancer live does not serve f: unused, {why}. Its zones are us-east-1a, us-east-1b: "
        "add a subnet of the other zone to red5pro_subnets."
    )


def test_a_host_is_not_changed_while_another_one_is_out_of_service() -> None:
    members = {f"live-{one}": one for one in "abde"}
    host = {"members": members, "host": "live-a", "instance": "a", "changing": ["live-a"], "port": 5080}
    found = health(READ, host)
    assert found["names_in_service"] == ["live-a"]
    assert found["unhealthy_refusal"] == (
        "Refusing to change live-a: live-d, live-e are unhealthy at the load balancer. Fix it, or set red5pro_force=true."
    )
    assert found["missing_refusal"] == (
        "Refusing to change live-a: live-b, live-d, live-e are not in service. Run the playbook again when the load balancer reports all "
        "others as healthy, or set red5pro_force=true."
    )
    two = health(READ, {**host, "members": {"live-a": "a", "live-d": "d"}})
    assert "live-d is unhealthy" in two["unhealthy_refusal"] and "live-d is not in service" in two["missing_refusal"]
    unchanged = health(READ, {**host, "changing": []})
    assert unchanged["unhealthy_refusal"] == "" != unchanged["missing_refusal"]
    for safe in ({"force": True}, {"instance": "c"}, {"members": {"live-a": "a"}}):
        assert [health(READ, {**host, **safe})[f"{why}_refusal"] for why in ("unhealthy", "missing")] == ["", ""], safe


def test_the_drain_takes_as_long_as_the_target_group_says() -> None:
    assert health({"target_groups": [{"deregistration_delay_timeout_seconds": "30"}]}, {"port": 5080})["draining_for"] == 30
    assert health({}, {"port": 5080, "target_group": {"deregistration_delay_timeout_seconds": "60"}})["draining_for"] == 60
    assert health({}, {"port": 5080})["draining_for"] == 0


def test_targets_outside_of_the_auto_scaling_group_are_deregistered() -> None:
    instances = [{"instance_id": one, "lifecycle_state": state} for one, state in (("a", "InService"), ("b", "Terminating:Wait"))]
    found = health({**READ, "target_group_members": [{"instances": instances}]}, {"port": 0})
    assert found["missing"] == [], "only a run says what is awaited"
    awaited = health({**READ, "target_group_members": [{"instances": [*instances, {**instances[0], "instance_id": "e"}]}]}, AWAITS_GROUP)
    assert awaited["missing"] == ["e: unused"]
    assert (found["outsiders"], found["outsiders_registered"]) == (["c", "d", "e"], ["d", "e"])
