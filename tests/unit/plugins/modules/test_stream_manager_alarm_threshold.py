# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Alarm thresholds: what is a change, what is refused, and what an answer means."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from typing import Any

import pytest
from fake_api import UNREADABLE, FakeApi, Fault
from module_runner import Modules

Json = Any
TRAFFIC = ["GET nodegroup", "GET nodegroup/live/node"]


@pytest.fixture
def live(group: FakeApi) -> FakeApi:
    """The group `live` with one node of each role in service."""
    roles = {node["role"]: node for node in group.nodes["live"]}
    group.nodes["live"] = list(roles.values())
    group.fills = False
    return group


def address_of(api: FakeApi, role: str) -> str:
    return str(next(node["address"] for node in api.nodes["live"] if node["role"] == role))


SHOWN: dict[str, Callable[[Json], Json]] = {
    "as documented": lambda alarm: alarm,
    "a number as text": lambda alarm: {**alarm, "threshold": str(alarm["threshold"])},
    "a float": lambda alarm: {**alarm, "threshold": float(alarm["threshold"])},
    "a list of one": lambda alarm: [alarm],
    "in a wrapper": lambda alarm: {"alarm": alarm},
    "in a wrapper in a list": lambda alarm: [{"alarm": alarm, "timestamp": 1}],
    "the number alone": lambda alarm: {"threshold": alarm["threshold"]},
}


@pytest.mark.parametrize("role", ["origin", "edge", "relay", "transcoder"])
@pytest.mark.parametrize("shown", SHOWN)
def test_round_trip(live: FakeApi, modules: Modules, role: str, shown: str) -> None:
    live.alarm_shown = SHOWN[shown]
    assert not modules.ok("alarm_threshold", role=role, threshold=60)["changed"]
    assert live.calls() == [f"GET alarm/{role}"]
    live.forget()

    predicted = modules.ok("alarm_threshold", check=True, role=role, threshold=50)
    assert not live.writes() and live.alarms[role] == 60
    live.forget()
    real = modules.ok("alarm_threshold", role=role, threshold=50)
    assert predicted["changed"] and real["changed"]
    assert predicted["diff"] == real["diff"] == {"before": {"role": role, "threshold": 60}, "after": {"role": role, "threshold": 50}}
    assert predicted["alarm_threshold"] == real["alarm_threshold"]
    assert live.calls()[:3] == [f"GET alarm/{role}", *TRAFFIC] and live.writes() == [f"POST alarm/{role}"]
    assert len(live.requests) == 1 + 2 + 4 + 1, "the threshold, the group, its nodes, the statistics of each, and the change"
    assert live.alarms == {**dict.fromkeys(live.alarms, 60), role: 50}

    live.forget()
    again = modules.ok("alarm_threshold", role=role, threshold=50)
    assert not again["changed"] and again["diff"]["before"] == again["diff"]["after"]
    assert live.calls() == [f"GET alarm/{role}"]
    info = modules.ok("alarm_threshold_info", role=role, check=True)
    assert not info["changed"] and info["alarm_thresholds"] == [again["alarm_threshold"]]


def test_the_documented_answer(api: FakeApi, modules: Modules) -> None:
    assert modules.ok("alarm_threshold", role="edge", threshold=60)["alarm_threshold"] == {
        "role": "edge",
        "threshold": 60,
        "metric": "CONNECTIONS",
        "unit": "PERCENTAGE",
        "comparator": "GREATERTHAN",
        "target_type": "GROUP",
    }


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize(("counts", "text"), [({"edge": 1}, "1 connection is open"), ({"edge": 5, "origin": 2}, "7 connections are open")])
def test_traffic_is_a_refusal(live: FakeApi, modules: Modules, counts: dict[str, int], text: str, check: bool) -> None:
    live.connections = {address_of(live, role): count for role, count in counts.items()}
    message = modules.refused("alarm_threshold", check=check, role="edge", threshold=50)
    assert message == f"Refusing to set the alarm threshold of edge: {text}. Wait until there are none, or set force=true."
    assert not live.writes()
    live.forget()
    assert not modules.ok("alarm_threshold", role="edge", threshold=60)["changed"]
    assert live.calls() == ["GET alarm/edge"]
    live.forget()
    assert modules.ok("alarm_threshold", check=check, role="edge", threshold=50, force=True)["changed"]
    assert live.calls() == ["GET alarm/edge"] + ["POST alarm/edge"] * (not check)


def test_what_a_group_counts_itself_is_traffic(live: FakeApi, modules: Modules) -> None:
    live.groups["live"]["originConnections"] = "3"
    live.connections[address_of(live, "edge")] = 1
    assert ": 3 connections are open." in modules.refused("alarm_threshold", role="edge", threshold=50)
    live.connections[address_of(live, "edge")] = 4
    assert ": 4 connections are open." in modules.refused("alarm_threshold", role="edge", threshold=50)


@pytest.mark.parametrize("counted", [None, "many", ...])
def test_a_group_that_does_not_count(live: FakeApi, modules: Modules, counted: Any) -> None:
    live.groups["live"]["originConnections"] = counted
    if counted is ...:
        del live.groups["live"]["originConnections"]
    assert modules.ok("alarm_threshold", role="edge", threshold=50)["changed"]


STATS: dict[str, Callable[[Json], Json]] = {
    "text": lambda stats: {**stats, "totalConnections": str(stats["totalConnections"])},
    "a list of one": lambda stats: [stats],
    "in a wrapper": lambda stats: {"stats": stats},
}


@pytest.mark.parametrize("shown", STATS)
def test_statistics_of_other_shapes(live: FakeApi, modules: Modules, shown: str) -> None:
    live.stats_shown = STATS[shown]
    live.connections[address_of(live, "relay")] = 2
    assert ": 2 connections are open." in modules.refused("alarm_threshold", role="edge", threshold=50)
    live.connections.clear()
    assert modules.ok("alarm_threshold", role="edge", threshold=50)["changed"]


@pytest.mark.parametrize("value", [None, "many", 1.5, [], ...])
def test_connections_that_cannot_be_read_are_a_refusal(live: FakeApi, modules: Modules, value: Any) -> None:
    live.stats_shown = lambda stats: {**{key: each for key, each in stats.items() if key != "totalConnections"}, "totalConnections": value}
    if value is ...:
        live.stats_shown = lambda stats: {"lastPing": 5}
    message = modules.refused("alarm_threshold", role="edge", threshold=50)
    assert "reading the statistics of the node 'i-" in message and "totalConnections is not a whole number" in message
    assert not live.writes() and not modules.clock.pauses, "asking again does not help"
    assert modules.ok("alarm_threshold", role="edge", threshold=50, force=True)["changed"]


@pytest.mark.parametrize("state", ["pending", "running", "TERMINATING"])
def test_a_node_that_does_not_report_has_no_connections(live: FakeApi, modules: Modules, state: str) -> None:
    live.starts = False
    live.nodes["live"][0].update(state=state)
    live.nodes["live"][1].update(state=state, address="")
    assert modules.ok("alarm_threshold", role="edge", threshold=50)["changed"]


def test_a_sunset_node_may_have_connections(live: FakeApi, modules: Modules) -> None:
    live.nodes["live"][0]["state"] = "sunset"
    live.connections[live.nodes["live"][0]["address"]] = 9
    assert ": 9 connections are open." in modules.refused("alarm_threshold", role="edge", threshold=50)


def test_a_node_in_service_must_be_readable(live: FakeApi, modules: Modules) -> None:
    live.nodes["live"][0]["address"] = None
    message = modules.refused("alarm_threshold", role="edge", threshold=50)
    assert (
        message == f"The connections of the node {live.nodes['live'][0]['identifier']!r} cannot be read: the API lists no address for it."
    )
    live.nodes["live"][0]["address"] = "203.0.113.99"
    live.stats_shown = lambda stats: None
    assert "reading the statistics of the node" in modules.refused("alarm_threshold", role="edge", threshold=50, retries=0)


def test_statistics_that_are_refused_of_a_node_in_service(live: FakeApi, modules: Modules) -> None:
    live.break_at(3, Fault("page 404"))
    message = modules.refused("alarm_threshold", role="edge", threshold=50)
    assert "reading the statistics of the node" in message and "404" in message and not live.writes()


def test_no_group_no_traffic(api: FakeApi, modules: Modules) -> None:
    assert modules.ok("alarm_threshold", role="edge", threshold=50)["changed"]
    assert api.calls() == ["GET alarm/edge", "GET nodegroup", "POST alarm/edge"]


@pytest.mark.parametrize(("threshold", "warned"), [(1, True), (19, True), (20, False), (80, False), (81, True), (100, True)])
def test_what_makes_no_sense_is_warned_of(api: FakeApi, modules: Modules, threshold: int, warned: bool) -> None:
    result = modules.ok("alarm_threshold", role="edge", threshold=threshold)
    warnings = [str(warning) for warning in result.get("warnings", [])]
    assert [f"threshold is {threshold}. Recommended: 20 to 80 percent." in text for text in warnings] == [True] * warned


INVALID: list[tuple[dict[str, Any], str]] = [
    ({"threshold": 0}, "Invalid threshold: 0. Expected: a whole number from 1 to 100."),
    ({"threshold": 101}, "Invalid threshold: 101. Expected: a whole number from 1 to 100."),
    ({"threshold": -1}, "Invalid threshold: -1. "),
    ({"threshold": 50.5}, "Invalid threshold: 50.5. Expected: a whole number."),
    ({"threshold": True}, "Invalid threshold: true. Expected: a whole number."),
    ({"threshold": "half"}, "Invalid threshold: half. Expected: a whole number."),
    ({"threshold": ...}, "Invalid threshold: missing. Expected: a whole number."),
    ({"role": "proxy"}, "Invalid role: proxy. Expected: one of origin, edge, relay, transcoder."),
    ({"role": ...}, "Invalid role: missing. Expected: one of origin, edge, relay, transcoder."),
    ({"role": ["edge"]}, 'Invalid role: ["edge"]. Expected: one of origin, edge, relay, transcoder.'),
    ({"force": "perhaps"}, "Invalid force: perhaps. Expected: true or false."),
    ({"colour": "red"}, "Invalid colour: no such option. Expected: one of role, threshold, force."),
    ({"access_token": " x"}, "Invalid access_token: white space around it"),
    ({"access_token": "t" * 4000}, "Invalid role: edge. Expected: a shorter name or access_token, for URLs of fewer than 4096 bytes"),
    ({"timeout": 0}, "Invalid timeout: 0. Expected: a whole number from 1."),
]


@pytest.mark.parametrize(("options", "message"), INVALID, ids=str)
def test_refused_before_the_first_request(api: FakeApi, modules: Modules, options: dict[str, Any], message: str) -> None:
    assert message in modules.refused("alarm_threshold", **{"role": "edge", "threshold": 50, **options})
    assert not api.requests


def test_a_role_to_read_is_checked_too(api: FakeApi, modules: Modules) -> None:
    assert "Invalid role: proxy" in modules.refused("alarm_threshold_info", role="proxy")
    assert "Invalid alarm_thresholds" in modules.refused("stream_manager_api_info", alarm_thresholds=["proxy"])
    assert not api.requests


def test_all_thresholds(api: FakeApi, modules: Modules) -> None:
    api.alarms["relay"] = 30
    found = modules.ok("alarm_threshold_info")["alarm_thresholds"]
    assert [(each["role"], each["threshold"]) for each in found] == [("edge", 60), ("origin", 60), ("relay", 30), ("transcoder", 60)]
    assert len(api.requests) == 4


@pytest.mark.parametrize("value", [None, "half", 0.5, []])
def test_a_threshold_that_cannot_be_read_affects_no_other(api: FakeApi, modules: Modules, value: Any) -> None:
    api.alarms["relay"] = 30
    api.alarm_shown = lambda alarm: {**alarm, "threshold": value} if alarm["threshold"] == 30 else alarm
    result = modules.ok("alarm_threshold_info")
    assert [each["role"] for each in result["alarm_thresholds"]] == ["edge", "origin", "transcoder"]
    assert any("Left out the alarm threshold 'relay'" in str(warning) for warning in result["warnings"])
    assert "reading the alarm threshold of relay" in modules.refused("alarm_threshold_info", role="relay", retries=0)


@pytest.mark.parametrize("roles", [[], ["edge"], ["relay", "edge", "edge"]])
def test_thresholds_beside_all_that_the_api_holds(api: FakeApi, modules: Modules, roles: list[str]) -> None:
    found = modules.ok("stream_manager_api_info", alarm_thresholds=roles)
    assert [each["role"] for each in found["alarm_thresholds"]] == sorted(set(roles))
    assert len(api.requests) == 3 + len(set(roles))


def test_the_api_takes_another_threshold(api: FakeApi, modules: Modules) -> None:
    api.alarm_shown = lambda alarm: {**alarm, "threshold": min(alarm["threshold"], 60)}
    result = modules.ok("alarm_threshold", role="edge", threshold=70)
    assert result["changed"] and result["alarm_threshold"]["threshold"] == 60
    assert any("The API accepted the alarm threshold of edge, but it is 60." in str(each) for each in result["warnings"])


@pytest.mark.parametrize("kind", UNREADABLE)
def test_an_answer_that_says_nothing_is_settled_by_the_threshold(api: FakeApi, modules: Modules, kind: str) -> None:
    api.break_at(2, Fault(kind, effect=True))
    result = modules.ok("alarm_threshold", role="edge", threshold=50)
    assert result["changed"] and result["alarm_threshold"]["threshold"] == 50
    assert api.writes() == ["POST alarm/edge"] and not modules.clock.pauses


@pytest.mark.parametrize("kind", ["reset", "error 500", "cut off 503"])
def test_a_lost_answer_counts_by_the_threshold(api: FakeApi, modules: Modules, kind: str) -> None:
    api.break_at(2, Fault(kind, effect=True))
    assert modules.ok("alarm_threshold", role="edge", threshold=50, retries=0)["changed"]
    assert api.calls()[2:] == ["POST alarm/edge", "GET alarm/edge"]
    api.forget()
    api.break_at(2, Fault(kind))
    assert "setting the alarm threshold of edge" in modules.refused("alarm_threshold", role="edge", threshold=40, retries=0)
    api.forget()
    api.break_at(2, Fault(kind))
    assert modules.ok("alarm_threshold", role="edge", threshold=40)["changed"] and api.alarms["edge"] == 40


@pytest.mark.parametrize("kind", ["error 403", "redirect", "page 400"])
def test_a_refused_threshold(api: FakeApi, modules: Modules, kind: str) -> None:
    api.break_at(2, Fault(kind))
    message = modules.refused("alarm_threshold", role="edge", threshold=50)
    assert f"POST {api.url}/streammanager/api/4.0/admin/alarm/scaleout/default?accessToken=********&type=edge&threshold=50 " in message
    assert api.writes() == ["POST alarm/edge"]
    api.forget()
    api.break_from(2, Fault("error 500"))
    assert "setting the alarm threshold of edge" in modules.refused("alarm_threshold", role="edge", threshold=50, retries=1)


@pytest.mark.filterwarnings("ignore:.*found in sys.modules.*:RuntimeWarning")
def test_modules_run_as_programs(api: FakeApi, modules: Modules) -> None:
    for module, options in (("alarm_threshold", {"role": "edge", "threshold": 60}), ("alarm_threshold_info", {"role": "edge"})):
        result = modules(module, start=lambda name: runpy.run_module(name, run_name="__main__"), **options)
        assert not result.get("failed") and not result["changed"]
