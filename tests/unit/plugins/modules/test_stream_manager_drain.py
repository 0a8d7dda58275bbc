# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A node group is drained before it is deleted: its edges are sunset, and nobody is cut."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fake_api import FakeApi, Fault, Seen
from module_runner import Modules

LIST, NODES, SUNSET, DELETE = "GET nodegroup", "GET nodegroup/live/node", "POST node/sunset", "DELETE nodegroup/live"
DRAINED = {"name": "live", "state": "absent", "drain": True, "wait_interval": 10, "wait_timeout": 60}


@pytest.fixture
def live(group: FakeApi) -> FakeApi:
    """The group `live`, which replaces no node."""
    group.fills = False
    return group


def edges(api: FakeApi, *states: str) -> list[str]:
    return [node["address"] for node in api.nodes["live"] if node["role"] == "edge" and node["state"] in (states or ("inservice",))]


def after(api: FakeApi, pauses: int, effect: Callable[[], None]) -> None:
    """Have `effect` after so many looks at the connections."""
    looks = [0]

    def hook(seen: Seen) -> None:
        if f"{seen.method} {'/'.join(seen.path[1:])}" == LIST:
            looks[0] += 1
            if looks[0] == pauses + 1:
                effect()

    api.hook = hook


def test_edges_without_connections_are_sunset_and_the_group_is_deleted(live: FakeApi, modules: Modules) -> None:
    wanted = edges(live)
    predicted = modules.ok("node_group", check=True, **DRAINED)
    assert predicted["changed"] and not live.writes()
    live.forget()
    real = modules.ok("node_group", **DRAINED)
    assert real["changed"] and real["diff"] == predicted["diff"] and real["node_group"] is None
    assert live.writes() == [*[SUNSET] * len(wanted), DELETE]
    assert [seen.body for seen in live.requests if seen.method == "POST"] == [[address] for address in wanted]
    assert not modules.clock.waits

    live.forget()
    live.groups.clear()
    assert not modules.ok("node_group", **DRAINED)["changed"]
    assert live.calls() == [LIST]


@pytest.mark.parametrize("role", ["edge", "origin", "transcoder"])
def test_who_is_connected_is_not_cut(live: FakeApi, modules: Modules, role: str) -> None:
    address = next(node["address"] for node in live.nodes["live"] if node["role"] == role)
    live.connections[address] = 2
    after(live, 2, lambda: live.connections.update({address: 1}))
    message = modules.refused("node_group", **DRAINED)
    assert message == (
        "Waited 60 s for the connections of the node group 'live' to end. Last state: 1 connection is open. "
        "Check the Stream Manager's log, its nodes (node_info) and wait_timeout."
    )
    assert DELETE not in live.writes() and not edges(live)
    assert address in {node["address"] for node in live.nodes["live"]}
    assert {node["state"] for node in live.nodes["live"] if node["role"] not in ("edge",)} == {"inservice"}

    live.forget()
    after(live, 3, live.connections.clear)
    assert modules.ok("node_group", **DRAINED)["changed"]
    assert live.writes() == [DELETE], "nothing is sunset twice"


def test_what_the_group_itself_counts(live: FakeApi, modules: Modules) -> None:
    live.groups["live"]["originConnections"] = 4
    assert "Last state: 4 connections are open." in modules.refused("node_group", **DRAINED)


def test_another_group_does_not_matter(live: FakeApi, modules: Modules) -> None:
    other = {**live.nodes["live"][0], "identifier": "i-other", "address": "203.0.113.200"}
    live.groups["other"], live.nodes["other"] = {**live.groups["live"], "name": "other"}, [other]
    live.connections[other["address"]] = 9
    assert modules.ok("node_group", **DRAINED)["changed"]
    assert live.nodes["other"] == [other]


def test_edges_that_are_launched_meanwhile_are_sunset_too(group: FakeApi, modules: Modules) -> None:
    first = edges(group)
    group.connections[first[0]] = 1
    after(group, 5, group.connections.clear)
    assert modules.ok("node_group", **DRAINED)["changed"]
    sunset = [seen.body[0] for seen in group.requests if seen.method == "POST"]
    assert set(first) < set(sunset) and len(sunset) == len(set(sunset))


@pytest.mark.parametrize("state", ["pending", "running", "sunset", "terminating"])
def test_edges_that_are_not_in_service_are_left_alone(live: FakeApi, modules: Modules, state: str) -> None:
    live.starts = False
    for node in live.nodes["live"]:
        node["state"] = state
    assert modules.ok("node_group", **DRAINED)["changed"]
    assert live.writes() == [DELETE]


def test_a_group_that_is_being_deleted_is_only_waited_for(live: FakeApi, modules: Modules) -> None:
    live.groups["live"]["state"] = "terminating"
    modules.ok("node_group", **DRAINED)
    assert live.writes() == [DELETE]


@pytest.mark.parametrize("kind", ["reset", "error 500"])
def test_a_lost_answer(live: FakeApi, modules: Modules, kind: str) -> None:
    live.break_at(3, Fault(kind, effect=True))
    assert modules.ok("node_group", **DRAINED, retries=0)["changed"]
    assert live.calls()[3] == SUNSET and live.writes()[-1] == DELETE


def test_connections_that_cannot_be_counted(live: FakeApi, modules: Modules) -> None:
    live.stats_shown = lambda stats: {"lastPing": 5}
    assert "totalConnections is not a whole number" in modules.refused("node_group", **DRAINED)
    assert DELETE not in live.writes()


def test_connections_below_zero_hide_no_others(live: FakeApi, modules: Modules) -> None:
    address = edges(live)[0]
    live.connections = {node["address"]: -1 for node in live.nodes["live"]} | {address: 1}
    assert "totalConnections is below 0" in modules.refused("node_group", **DRAINED)
    assert DELETE not in live.writes()


def test_connections_of_all_groups_beside_all_that_the_api_holds(live: FakeApi, modules: Modules) -> None:
    live.connections = {node["address"]: 3 for node in live.nodes["live"][:2]}
    assert modules.ok("stream_manager_api_info", connections=True)["connections"] == {"live": 6}
    assert "connections" not in modules.ok("stream_manager_api_info")
    live.stats_shown = lambda stats: {"lastPing": 5}
    assert "totalConnections is not a whole number" in modules.refused("stream_manager_api_info", connections=True)
