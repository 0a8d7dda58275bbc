# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What answers mean, and that no answer at all makes the readers raise anything but ShapeError."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.module_utils._answers import property_text
from ansible_collections.streamops.red5pro.plugins.module_utils._compare import differences
from ansible_collections.streamops.red5pro.plugins.module_utils._errors import ShapeError
from ansible_collections.streamops.red5pro.plugins.module_utils._launch_config import LAUNCH_CONFIG
from ansible_collections.streamops.red5pro.plugins.module_utils._node_group import NODE_GROUP
from ansible_collections.streamops.red5pro.plugins.module_utils._nodes import read_nodes
from ansible_collections.streamops.red5pro.plugins.module_utils._scale_policy import SCALE_POLICY
from payloads import FLAT_POLICY, LAUNCH_ANSWER, MULTI_POLICY, SEED_LAUNCH, SEED_POLICY

GROUP = {
    "id": "live",
    "name": "live",
    "originConnections": "3",
    "regions": ["b", "a"],
    "launchConfig": "l",
    "scalePolicy": "s",
    "state": "active",
    "timestamp": 1,
}
NODES = [
    {
        "identifier": "i-2",
        "role": "origin",
        "availabilityZone": "us-east-1a",
        "address": "203.0.113.1",
        "state": "inservice",
        "launchConfig": "l",
        "capacity": 2000.0,
    }
]


def test_answers_of_the_same_meaning() -> None:
    assert SCALE_POLICY.read(FLAT_POLICY) == SCALE_POLICY.read(SEED_POLICY) == SCALE_POLICY.read(SEED_POLICY["policy"])
    assert LAUNCH_CONFIG.read(LAUNCH_ANSWER) == LAUNCH_CONFIG.read(SEED_LAUNCH) == LAUNCH_CONFIG.read(SEED_LAUNCH["launchconfig"])


@pytest.mark.parametrize(("resource", "payload"), [(SCALE_POLICY, SEED_POLICY), (SCALE_POLICY, MULTI_POLICY), (LAUNCH_CONFIG, SEED_LAUNCH)])
def test_what_is_read_can_be_written(resource: Any, payload: Any) -> None:
    meaning = resource.read(payload)
    written = resource.write(meaning, payload)
    assert resource.read(written) == meaning == resource.read(resource.write(meaning, {}))
    assert differences(meaning, resource.read(written)) == []


def test_groups_and_nodes_in_the_users_words() -> None:
    assert NODE_GROUP.read(GROUP) == {
        "id": "live",
        "name": "live",
        "origin_connections": 3,
        "regions": ["a", "b"],
        "launch_config": "l",
        "scale_policy": "s",
        "state": "active",
    }
    assert read_nodes(NODES) == [
        {
            "identifier": "i-2",
            "role": "origin",
            "availability_zone": "us-east-1a",
            "address": "203.0.113.1",
            "state": "inservice",
            "launch_config": "l",
            "capacity": 2000,
        }
    ]


def changed(payload: Any, path: list[Any], value: Any) -> Any:
    body = copy.deepcopy(payload)
    holder = body
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    return body


TARGET = ["policy", "targets", "region", 0, "target", 0]


@pytest.mark.parametrize(
    ("value", "meaning"),
    [(2, 2), ("2", 2), (2.0, 2), ("2.0", 2), (None, 0), ("", 0), (0, 0), ("0", 0), (-1, -1), (2**40, 2**40), (1e3, 1000)],
)
def test_numbers(value: Any, meaning: int) -> None:
    policy = SCALE_POLICY.read(changed(SEED_POLICY, [*TARGET, "minLimit"], value))
    assert policy["regions"][0]["targets"][0]["min_limit"] == meaning
    assert policy["regions"][0]["targets"][0]["min_limit"].__class__ is int


@pytest.mark.parametrize("value", ["two", 2.5, "2.5", True, [], {}, [2], float("nan"), float("inf"), "nan", "1e999", 10**400])
def test_no_numbers(value: Any) -> None:
    with pytest.raises(ShapeError, match=r"policy\.targets\.region\[0\]\.target\[0\]\.minLimit is not a whole number"):
        SCALE_POLICY.read(changed(SEED_POLICY, [*TARGET, "minLimit"], value))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["policy"], []),
        (["policy"], None),
        (["policy"], 5),
        (["policy", "name"], None),
        (["policy", "name"], []),
        (["policy", "targets"], None),
        (["policy", "targets"], []),
        (["policy", "targets", "region"], {}),
        (["policy", "targets", "region", 0], "default"),
        (["policy", "targets", "region", 0, "target"], {}),
        (TARGET, None),
        ([*TARGET, "role"], {}),
        (["policy", "description"], []),
    ],
)
def test_policies_of_another_shape(path: list[Any], value: Any) -> None:
    with pytest.raises(ShapeError):
        SCALE_POLICY.read(changed(SEED_POLICY, path, value))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["targets"], None),
        (["targets"], "x"),
        (["targets", "target"], {}),
        (["properties"], []),
        (["properties", "property"], {}),
        (["properties", "property", 0], 5),
        (["properties", "property", 0, "name"], None),
        (["properties", "property", 0, "value"], []),
        (["metadata"], "x"),
        (["metadata", "meta", 0, "key"], None),
    ],
)
def test_configurations_of_another_shape(path: list[Any], value: Any) -> None:
    with pytest.raises(ShapeError):
        LAUNCH_CONFIG.read(changed(SEED_LAUNCH, ["launchconfig", *path], value))


@pytest.mark.parametrize("key", ["name", "launchConfig", "scalePolicy"])
def test_groups_of_another_shape(key: str) -> None:
    with pytest.raises(ShapeError):
        NODE_GROUP.read({**GROUP, key: None})


@pytest.mark.parametrize("answer", [None, {}, "x", [5], [{}], [{"name": "x", "targets": 5}]])
def test_nodes_of_another_shape(answer: Any) -> None:
    with pytest.raises(ShapeError):
        read_nodes(answer)


@pytest.mark.parametrize("region", [None, ""])
def test_a_region_without_a_name_is_the_default_one(region: Any) -> None:
    assert SCALE_POLICY.read(changed(SEED_POLICY, ["policy", "targets", "region", 0, "name"], region))["regions"][0]["name"] == "default"


READERS: list[tuple[Callable[[Any], Any], Any]] = [
    (SCALE_POLICY.read, MULTI_POLICY),
    (SCALE_POLICY.read, FLAT_POLICY),
    (LAUNCH_CONFIG.read, SEED_LAUNCH),
    (NODE_GROUP.read, GROUP),
    (read_nodes, NODES),
]
STRANGE: list[Any] = [
    None,
    True,
    0,
    -1,
    2.5,
    "",
    "x",
    [],
    {},
    [[]],
    [{}],
    {"": None},
    float("nan"),
    10**400,
    "\ud800",
    {"name": {"name": 1}},
]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, each in inner for place in places(each, (*path, key)))]


@pytest.mark.parametrize("number", range(len(READERS)))
def test_no_answer_is_too_strange(number: int) -> None:
    """Each place of each answer replaced by each strange value, and some hundred answers broken in three places."""
    read, answer = READERS[number]
    for place in places(answer):
        for value in STRANGE:
            read_or_shape_error(read, changed([answer], [0, *place], value)[0])
    dice = random.Random(number)
    for _round in range(300):
        broken = [copy.deepcopy(answer)]
        for _fault in range(3):
            broken = changed(broken, [0, *dice.choice(places(broken[0]))], dice.choice(STRANGE))
        read_or_shape_error(read, broken[0])


def read_or_shape_error(read: Callable[[Any], Any], answer: Any) -> None:
    try:
        meaning = read(answer)
    except ShapeError:
        return
    differences({}, {"meaning": meaning})


@pytest.mark.parametrize(
    ("value", "text"),
    [("x", "x"), ("", ""), (True, "true"), (False, "false"), (5, "5"), (5.0, "5"), (5.5, "5.5"), (None, None), ([], None), ({}, None)],
)
def test_property_text(value: Any, text: str | None) -> None:
    assert property_text(value) == text
