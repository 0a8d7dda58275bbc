# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which declarations are sent: exactly those for which their modules would have something to do."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.plugin_utils.autoscaling import pending, plan

Facts = dict[str, Any]
TAGS = {"red5pro:deployment": "live"}
POLICY = {"name": "p", "regions": [{"targets": [{"role": "origin", "min_limit": 1, "max_limit": 2}]}]}
CONFIG = {"name": "c", "image": "node-1", "targets": [{"role": "origin", "instance_type": "c5.large", "connection_capacity": "2000"}]}
GROUP = {"name": "g", "regions": ["us-east-1"], "launch_config": "c", "scale_policy": "p", "declared_name": "g", "state": "present"}
ORIGIN = {"identifier": "i-1", "role": "origin", "availability_zone": "us-east-1a", "state": "inservice"}
TARGET = {"role": "origin", "min_limit": 1, "max_limit": 2, "scale_adjustment": 1, "scale_in_wait_time": 0, "scale_out_wait_time": 0,
          "estimated_warm_up_time": 0, "cool_down_period": 0}  # fmt: skip
HELD: Facts = {
    "scale_policies": [
        {
            "name": "p",
            "description": "",
            "type": "com.red5pro.services.autoscaling.model.ScalePolicyMaster",
            "version": "0.0.3",
            "regions": [{"name": "default", "subnet": None, "vpc": None, "targets": [TARGET]}],
        }
    ],
    "launch_configs": [
        {
            "name": "c",
            "description": "",
            "image": "node-1",
            "version": "0.0.3",
            "targets": [{"role": "origin", "instance_type": "c5.large", "connection_capacity": 2000, "image": None}],
            "properties": {},
            "metadata": TAGS,
            "user_data": None,
            "user_data_file": None,
        }
    ],
    "node_groups": [
        {
            "id": "g",
            "name": "g",
            "state": "active",
            "regions": ["us-east-1"],
            "launch_config": "c",
            "scale_policy": "p",
            "origin_connections": None,
            "nodes": [ORIGIN],
        }
    ],
}
WANTED: Facts = {"scale_policies": [POLICY], "launch_configs": [CONFIG], "node_groups": [GROUP]}


def changed(where: Facts, kind: str, **values: Any) -> Facts:
    """A copy in which the only object of a kind has other values."""
    found = copy.deepcopy(where)
    found[kind][0].update(values)
    return found


def names(wanted: Facts, held: Facts, wait: bool = True) -> str:
    found = pending(wanted, held, TAGS, wait)
    return " ".join(one["name"] for kind in ("scale_policies", "launch_configs", "node_groups") for one in found[kind])


def test_nothing_is_sent_that_is_there() -> None:
    assert names(WANTED, HELD) == ""


def test_the_first_time_everything_is_sent_with_the_metadata() -> None:
    found = pending(WANTED, {"scale_policies": [], "launch_configs": [], "node_groups": []}, TAGS)
    assert found == {"scale_policies": [POLICY], "launch_configs": [{**CONFIG, "metadata": TAGS}], "node_groups": [GROUP]}


@pytest.mark.parametrize(
    ("kind", "values", "sent"),
    [
        ("scale_policies", {"description": "new"}, "p g"),  # the minimums of its nodes may be others
        ("scale_policies", {"version": 3}, "p g"),  # refused by the module, which says why
        ("launch_configs", {"metadata": {"team": "video"}}, "c"),
        ("launch_configs", {"targets": [{"role": "edge", "instance_type": "c5.large", "connection_capacity": 1}]}, "c"),
        ("node_groups", {"origins": 2}, "g"),
        ("node_groups", {"regions": ["us-east-1", "us-west-2"]}, "g"),
        ("node_groups", {"launch_config": "d"}, "g"),
        ("node_groups", {"origins": -1}, "g"),
    ],
)
def test_what_is_declared_otherwise_is_sent(kind: str, values: Facts, sent: str) -> None:
    assert names(changed(WANTED, kind, **values), HELD) == sent


@pytest.mark.parametrize(
    ("values", "sent", "without_waiting"),
    [
        ({"regions": []}, "", ""),
        ({"state": "deleting"}, "g", "g"),
        ({"nodes": []}, "g", "g"),
        ({"nodes": [{**ORIGIN, "state": "pending"}]}, "g", ""),
    ],
)
def test_groups_that_are_not_as_declared(values: Facts, sent: str, without_waiting: str) -> None:
    held = changed(HELD, "node_groups", **values)
    assert (names(WANTED, held), names(WANTED, held, wait=False)) == (sent, without_waiting)


def test_a_group_that_is_listed_twice_is_the_modules_to_judge() -> None:
    twice = {**HELD, "node_groups": [*HELD["node_groups"], {**HELD["node_groups"][0], "scale_policy": "q"}]}
    assert names(WANTED, twice) == "g"
    assert names(WANTED, {**HELD, "node_groups": HELD["node_groups"] * 2}) == ""


def test_a_group_whose_policy_is_not_there_is_the_modules_to_judge() -> None:
    assert names({**WANTED, "scale_policies": []}, {**HELD, "scale_policies": []}) == "g"


def test_the_plan_names_existing_objects_to_delete() -> None:
    gone = [{"name": "p", "state": "absent"}, {"name": "never", "state": "absent"}]
    declared = {"scale_policies": gone, "launch_configs": [], "node_groups": [{"name": "g", "state": "absent"}]}
    found = plan(declared, HELD, "live", "node-1", TAGS, remove=True, wait=True)
    assert [one["name"] for one in found["removed"]] == ["g", "p"]
    assert (found["scale_policies"], found["removed_scale_policies"]) == ([], [{"name": "p", "freed": True}])
    assert found["pending"] == {"scale_policies": [], "launch_configs": [], "node_groups": []}


HIGH = [{"role": "edge", "threshold": 60}, {"role": "origin", "threshold": 70}]


@pytest.mark.parametrize(
    ("declared", "held", "sent"),
    [
        ({}, HIGH, []),
        (None, HIGH, []),
        ({"origin": 70, "edge": "60"}, HIGH, []),
        ({"origin": 70, "edge": 50}, HIGH, [{"role": "edge", "threshold": 50}]),
        ({"relay": 60, "edge": 61.0}, HIGH, [{"role": "edge", "threshold": 61}, {"role": "relay", "threshold": 60}]),
        ({"edge": "half"}, HIGH, [{"role": "edge", "threshold": "half"}]),  # refused by the module, which says why
        ({"edge": 60}, None, [{"role": "edge", "threshold": 60}]),
    ],
)
def test_thresholds_that_differ_are_sent(declared: Any, held: Any, sent: list[Facts]) -> None:
    wanted = {"scale_policies": [], "launch_configs": [], "node_groups": [], "alarm_thresholds": declared}
    found = plan(wanted, {**HELD, "alarm_thresholds": held}, "live", "node-1", TAGS, remove=False, wait=True)
    assert found["pending_alarm_thresholds"] == sent
    assert [one["role"] for one in found["alarm_thresholds"]] == sorted(declared or {})
    assert not any(found["pending"].values())
