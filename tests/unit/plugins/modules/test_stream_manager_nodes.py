# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Single nodes: sunset and ended, by which address or identifier, what is refused, and what they are read with."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from typing import Any

import pytest
from fake_api import FINAL, TRANSIENT, UNREADABLE, FakeApi, Fault, Seen
from module_runner import Modules

Json = Any
LIST = "GET nodegroup/live/node"
STATES = ("sunset", "absent")


@pytest.fixture
def live(group: FakeApi) -> FakeApi:
    """The group `live`, which replaces no node."""
    group.fills = False
    return group


def edge(api: FakeApi) -> Json:
    return next(node for node in api.nodes["live"] if node["role"] == "edge")


def meant(api: FakeApi, state: str, by: str = "identifier", **more: Any) -> dict[str, Any]:
    return {"node_group": "live", by: edge(api)[by], "state": state, **more}


WORDS: dict[str, Callable[[str], str]] = {
    "lower": str.lower,
    "upper": str.upper,
    "apart": lambda word: {"inservice": "IN_SERVICE"}.get(word, f" {word.title()} "),
}


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("by", ["identifier", "address"])
def test_sunset(live: FakeApi, modules: Modules, by: str, word: str) -> None:
    live.word = WORDS[word]
    victim = edge(live)
    options = meant(live, "sunset", by)
    live.connections[victim["address"]] = 3
    predicted = modules.ok("node", check=True, **options)
    assert live.calls() == [LIST]
    live.forget()
    real = modules.ok("node", **options)
    assert live.calls() == [LIST, "POST node/sunset"] and live.requests[1].body == [victim["address"]]
    assert predicted["changed"] and real["changed"] and predicted["diff"] == real["diff"] and predicted["node"] == real["node"]
    assert (real["diff"]["before"]["state"], real["diff"]["after"]["state"], real["node"]["state"]) == ("inservice", "sunset", "sunset")
    assert real["node"]["role"] == "edge" and real["node"]["node_group"] == "live" and not real.get("warnings")

    live.forget()
    again = modules.ok("node", **options)
    assert not again["changed"] and again["node"] == real["node"] and live.calls() == [LIST]

    live.connections.clear()
    modules.ok("node_info", node_group="live")  # a look, after which it is gone
    live.forget()
    gone = modules.ok("node", **options)
    assert not gone["changed"] and gone["node"] is None and gone["diff"] == {"before": {}, "after": {}} and live.calls() == [LIST]


@pytest.mark.parametrize("by", ["identifier", "address"])
def test_sunset_and_wait_until_empty(live: FakeApi, modules: Modules, by: str) -> None:
    options = meant(live, "sunset", by, wait=True, wait_interval=7, wait_timeout=70)
    live.connections[edge(live)["address"]] = 3
    predicted = modules.ok("node", check=True, **options)
    assert not live.writes() and not modules.clock.waits and predicted["node"] is None
    message = modules.refused("node", **options)
    called = f"the node {edge(live)['identifier']!r}"
    assert message == (
        f"Waited 70 s for {called}. Last state: {called} is still listed (sunset). "
        "Check the Stream Manager's log, the node's connections (node_info), force and wait_timeout."
    )
    live.forget()
    live.hook = lambda seen: live.connections.clear() if len(live.requests) == 3 else None
    later = modules.ok("node", **options)
    assert not later["changed"] and later["node"] is None and not live.writes()
    assert live.calls() == [LIST] * 3


@pytest.mark.parametrize("by", ["identifier", "address"])
def test_absent(live: FakeApi, modules: Modules, by: str) -> None:
    live.lists_until_gone = 3
    options = meant(live, "absent", by)
    identifier, address, nodes = edge(live)["identifier"], edge(live)["address"], len(live.nodes["live"])
    predicted = modules.ok("node", check=True, **options)
    assert live.calls() == [LIST] and not modules.clock.waits
    live.forget()
    real = modules.ok("node", **options)
    assert real["changed"] and real["node"] is None and real["diff"] == predicted["diff"] and real["diff"]["after"] == {}
    assert real["diff"]["before"]["identifier"] == identifier
    assert live.calls() == [LIST, f"DELETE node/{address}", *[LIST] * 4] and modules.clock.waits == [15] * 3
    assert "force" not in live.requests[1].query and len(live.nodes["live"]) == nodes - 1
    live.forget()
    again = modules.ok("node", **options)
    assert not again["changed"] and live.calls() == [LIST]


def test_absent_without_waiting(live: FakeApi, modules: Modules) -> None:
    live.lists_until_gone = 3
    options = meant(live, "absent", wait=False)
    first = modules.ok("node", **options)
    assert first["changed"] and first["node"] is None and len(live.requests) == 2
    again = modules.ok("node", **options)
    assert not again["changed"] and len(live.writes()) == 1, "it is on its way out"


def test_a_wait_that_ends(live: FakeApi, modules: Modules) -> None:
    live.lists_until_gone = 10**6
    message = modules.refused("node", **meant(live, "absent", wait_timeout=30, wait_interval=10))
    assert "Waited 30 s for the node 'i-edge-1'" in message and "is still listed (terminating)" in message and "force" in message


def test_the_group_replaces_it_with_another(group: FakeApi, modules: Modules) -> None:
    before = {node["identifier"] for node in group.nodes["live"]}
    assert modules.ok("node", **meant(group, "absent"))["changed"]
    modules.ok("node_info", node_group="live", statistics=False)  # a look, with which the fake API goes on
    after = {node["identifier"] for node in group.nodes["live"]}
    assert len(after) == len(before) and len(after - before) == 1


def test_its_replacement_may_have_its_address(live: FakeApi, modules: Modules) -> None:
    victim = dict(edge(live))
    live.lists_until_gone = 2

    def replace(seen: Seen) -> None:
        if len(live.requests) == 4:
            live.nodes["live"].append({**victim, "identifier": "i-another", "state": "inservice"})

    live.hook = replace
    assert modules.ok("node", **meant(live, "absent", "address"))["changed"]
    assert "i-another" in {node["identifier"] for node in live.nodes["live"]}
    assert len(live.writes()) == 1


@pytest.mark.parametrize("wait", [False, True])
def test_a_stuck_node(live: FakeApi, modules: Modules, wait: bool) -> None:
    edge(live)["state"] = "TERMINATING"
    options = meant(live, "absent", wait=wait, wait_timeout=30, wait_interval=10)
    assert wait or not modules.ok("node", **options)["changed"]
    assert not wait or "is still listed" in modules.refused("node", **options)
    assert not live.writes()
    address = edge(live)["address"]
    assert modules.ok("node", check=True, **options, force=True)["changed"] and not live.writes()
    assert modules.ok("node", **options, force=True)["changed"]
    assert live.writes() == [f"DELETE node/{address}"]
    assert next(seen for seen in live.requests if seen.method == "DELETE").query["force"] == ["true"]


@pytest.mark.parametrize("kind", UNREADABLE)
def test_a_stuck_node_and_an_answer_that_says_nothing(live: FakeApi, modules: Modules, kind: str) -> None:
    edge(live)["state"] = "terminating"
    live.lists_until_gone = 5
    live.break_at(1, Fault(kind, effect=True))
    assert modules.ok("node", **meant(live, "absent", force=True))["changed"]


def test_a_stuck_node_of_a_build_with_empty_answers(live: FakeApi, modules: Modules) -> None:
    edge(live)["state"] = "terminating"
    live.lists_until_gone = 20
    live.instead["DELETE"] = (200, b"")
    assert modules.ok("node", **meant(live, "absent", force=True, wait=False))["changed"]
    live.instead["POST"] = (200, b"")
    other = [node["identifier"] for node in live.nodes["live"] if node["role"] == "edge"][1]
    assert modules.ok("node", node_group="live", identifier=other, state="sunset")["changed"]
    assert live.writes().count("POST node/sunset") == 1


def test_a_stuck_node_and_no_answer(live: FakeApi, modules: Modules) -> None:
    edge(live)["state"] = "terminating"
    live.break_from(1, Fault("error 500"))
    live.hook = lambda seen: live.forget() if seen.method == "GET" and len(live.requests) > 2 else None
    assert "deleting the node 'i-edge-1'" in modules.refused("node", **meant(live, "absent", force=True, wait=False, retries=1))


@pytest.mark.parametrize("state", ["pending", "RUNNING", "new", "unheard-of", None, 5, ""])
@pytest.mark.parametrize("check", [False, True])
def test_a_node_that_is_not_in_service(live: FakeApi, modules: Modules, state: Any, check: bool) -> None:
    live.starts, live.word = False, lambda word: word
    edge(live)["state"] = state
    shown = {"RUNNING": "running", "unheard-of": "unheardof", None: "pending", 5: "5", "": "pending"}.get(state, state)
    message = modules.refused("node", check=check, **meant(live, "absent"))
    assert message == (
        f"Refusing to delete the node 'i-edge-1': it is {shown}, and the API deletes only nodes in service. "
        "Wait until it is in service, or set force=true."
    )
    message = modules.refused("node", check=check, **meant(live, "sunset"))
    assert message == (
        f"Refusing to sunset the node 'i-edge-1': it is {shown}, not in service. Wait until it is, or use state=absent with force=true."
    )
    assert not live.writes()
    assert modules.ok("node", check=check, **meant(live, "absent", force=True))["changed"]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("address", [None, "", {}])
def test_a_node_without_an_address(live: FakeApi, modules: Modules, state: str, address: Any) -> None:
    edge(live)["address"] = address
    doing = "sunset" if state == "sunset" else "delete"
    message = modules.refused("node", **meant(live, state))
    assert message == f"Refusing to {doing} the node 'i-edge-1': the API lists no address for it. Wait until it has one."
    assert not live.writes()


def test_a_node_without_an_identifier(live: FakeApi, modules: Modules) -> None:
    edge(live)["identifier"] = None
    live.lists_until_gone = 2
    address = edge(live)["address"]
    result = modules.ok("node", check=True, **meant(live, "absent", "address"))
    assert result["changed"] and result["diff"]["before"]["identifier"] is None
    live.ending[None] = 3  # type: ignore[index]
    assert f"the node {address!r}" in modules.refused(
        "node", **meant(live, "sunset", "address", wait=True, wait_timeout=1, wait_interval=1)
    )


@pytest.mark.parametrize("role", ["origin", "relay", "transcoder"])
@pytest.mark.parametrize("check", [False, True])
def test_sunset_of_another_role_is_warned_of(live: FakeApi, modules: Modules, role: str, check: bool) -> None:
    node = next(node for node in live.nodes["live"] if node["role"] == role)
    result = modules.ok("node", check=check, node_group="live", identifier=node["identifier"], state="sunset")
    expected = f"The API documents sunset for edges, and the node {node['identifier']!r} is of the role {role}."
    assert result["changed"] and any(expected in str(warning) for warning in result["warnings"])
    assert not modules.ok("node", check=check, node_group="live", identifier=node["identifier"], state="absent").get("warnings")


BROKEN: list[Any] = [
    None, 5, "i-edge-1", [], {}, {"identifier": {"x": 1}, "role": 5}, {"identifier": None, "state": []}, {"capacity": "many"},
    {"role": "edge", "state": 7, "address": ["203.0.113.1"]},
]  # fmt: skip


@pytest.mark.parametrize("broken", BROKEN, ids=str)
@pytest.mark.parametrize("state", STATES)
def test_bad_data_of_another_node_does_not_matter(live: FakeApi, modules: Modules, broken: Any, state: str) -> None:
    live.extra["node"] = [broken]
    assert modules.ok("node", **meant(live, state))["changed"]
    assert len(live.writes()) == 1


@pytest.mark.parametrize("state", STATES)
def test_one_that_stays_comes_before_one_that_ends(live: FakeApi, modules: Modules, state: str) -> None:
    old = {**edge(live), "identifier": "i-old", "state": "Shutting-Down"}
    live.extra["node"] = [old]
    assert modules.ok("node", check=True, **meant(live, state, "address"))["diff"]["before"]["identifier"] == "i-edge-1"
    live.extra["node"] = [{**old, "state": "inservice"}]
    message = modules.refused("node", **meant(live, state, "address"))
    assert message == "The API lists 2 nodes with the address 203.0.113.1: i-edge-1, i-old. Give an identifier instead."
    live.extra["node"] = [dict(edge(live))]
    assert modules.ok("node", **meant(live, state, "address", wait=False))["changed"], "it is only listed twice"


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", ["live", "another"])
def test_a_node_that_is_not_there(live: FakeApi, modules: Modules, state: str, name: str) -> None:
    result = modules.ok("node", node_group=name, identifier="i-nobody", state=state, wait=True, force=state == "absent")
    assert not result["changed"] and result["node"] is None and not live.writes()
    assert live.calls() == [f"GET nodegroup/{name}/node"] + ["GET nodegroup"] * (name == "another")


ANSWERS: dict[str, Callable[[Json], Json]] = {
    "nodes": lambda nodes: nodes,
    "one node": lambda nodes: nodes[0],
    "addresses": lambda nodes: [node["address"] for node in nodes],
    "in a wrapper": lambda nodes: {"nodes": nodes, "timestamp": 1},
    "by address": lambda nodes: {"result": [{"node": {"identifier": node["identifier"]}} for node in nodes]},
}


@pytest.mark.parametrize("answer", ANSWERS)
def test_answers_of_sunset(live: FakeApi, modules: Modules, answer: str) -> None:
    live.ended_shown = ANSWERS[answer]
    assert modules.ok("node", **meant(live, "sunset"))["changed"]
    assert live.calls() == [LIST, "POST node/sunset"] and not modules.clock.pauses


def test_a_build_that_does_not_show_sunset_as_a_state(live: FakeApi, modules: Modules) -> None:
    live.shows_sunset = False
    assert modules.ok("node", **meant(live, "sunset"))["changed"]
    assert not modules.ok("node", **meant(live, "sunset"))["changed"]


INVALID: list[tuple[dict[str, Any], str]] = [
    ({"identifier": ...}, "Invalid identifier: missing. Expected: an identifier or an address."),
    ({"identifier": ""}, "Invalid identifier: missing. Expected: an identifier or an address."),
    ({"address": "203.0.113.1"}, "Invalid identifier: given beside address. Expected: an identifier or an address."),
    ({"identifier": "i 1"}, "Invalid identifier: i 1. Expected: a single word."),
    ({"identifier": "i" * 255}, "Invalid identifier: 255 characters. Expected: a name of at most 254 characters."),
    ({"identifier": ..., "address": "a b"}, "Invalid address: a b. Expected: a single word."),
    ({"node_group": ""}, 'Invalid node_group: "". Expected: a name of printable characters'),
    ({"node_group": ".."}, "Invalid node_group: .."),
    ({"node_group": "n" * 255}, "Invalid node_group: 255 characters. "),
    ({"node_group": " x"}, 'Invalid node_group: " x". Expected: the same without the white space around it.'),
    ({"node_group": ...}, "Invalid node_group: missing. Expected: text."),
    ({"state": "present"}, "Invalid state: present. Expected: one of sunset, absent."),
    ({"state": ...}, "Invalid state: missing. Expected: one of sunset, absent."),
    ({"force": True}, "Invalid force: true. Expected: false with state=sunset, since the API has none for it."),
    ({"force": "perhaps"}, "Invalid force: perhaps. Expected: true or false."),
    ({"wait": "perhaps"}, "Invalid wait: perhaps. Expected: true or false."),
    ({"wait_timeout": 0}, "Invalid wait_timeout: 0. Expected: a whole number from 1"),
    ({"wait_interval": 0}, "Invalid wait_interval: 0. Expected: a whole number from 1"),
    ({"wait_timeout": 5}, "Invalid wait_interval: 15. Expected: at most wait_timeout, which is 5."),
    ({"access_token": "t" * 4096}, "Invalid node_group: live. Expected: a shorter name or access_token, for URLs of fewer than 4096 bytes"),
]


@pytest.mark.parametrize(("options", "message"), INVALID, ids=str)
def test_refused_before_the_first_request(api: FakeApi, modules: Modules, options: dict[str, Any], message: str) -> None:
    assert message in modules.refused("node", **{"node_group": "live", "identifier": "i-1", "state": "sunset", **options})
    assert not api.requests


# Faults: what is run, and its requests

RUNS: dict[str, tuple[dict[str, Any], list[str], str]] = {
    "sunset": ({"state": "sunset"}, [LIST, "POST node/sunset"], "sunsetting the node 'i-edge-1'"),
    "absent": ({"state": "absent"}, [LIST, "DELETE node/203.0.113.1", LIST], "deleting the node 'i-edge-1'"),
}
POINTS = [(run, index) for run, (_options, calls, _doing) in RUNS.items() for index in range(len(calls))]


@pytest.mark.parametrize("effect", [False, True])
@pytest.mark.parametrize("kind", [kind for kind in TRANSIENT if kind != "hang"])
@pytest.mark.parametrize(("run", "index"), POINTS)
def test_a_fault_that_passes_changes_nothing(live: FakeApi, modules: Modules, run: str, index: int, kind: str, effect: bool) -> None:
    if kind == "refuse" and effect:
        return
    options, calls, _doing = RUNS[run]
    live.connections["203.0.113.1"] = 1
    live.break_at(index, Fault(kind, effect))
    result = modules.ok("node", node_group="live", identifier="i-edge-1", **options)
    assert result["changed"] and result["diff"]["before"]["state"] == "inservice"
    assert [node["state"] for node in live.nodes["live"] if node["identifier"] == "i-edge-1"] == ["sunset"] * (run == "sunset")
    sent = live.writes().count(calls[1])
    assert sent == 1 if index != 1 or (effect and kind in UNREADABLE) else sent <= 2


@pytest.mark.parametrize("kind", [kind for kind in (*TRANSIENT, *FINAL) if kind != "hang"])
@pytest.mark.parametrize(("run", "index"), POINTS)
def test_a_fault_that_stays_is_told(live: FakeApi, modules: Modules, run: str, index: int, kind: str) -> None:
    options, calls, doing = RUNS[run]
    live.break_from(index, Fault(kind))
    message = modules.refused("node", node_group="live", identifier="i-edge-1", retries=2, **options)
    assert (doing if index == 1 else "listing the nodes of the node group 'live'") in message
    method, _space, path = calls[index].partition(" ")
    assert f"{method} {live.url}/streammanager/api/4.0/admin/{path}?accessToken=********" in message
    assert len(live.writes()) <= 3 and (kind not in FINAL or len(live.writes()) <= 1)


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("kind", ["reset", "error 500"])
def test_a_lost_answer_counts_by_the_list(live: FakeApi, modules: Modules, run: str, kind: str) -> None:
    options, calls, _doing = RUNS[run]
    live.break_at(1, Fault(kind, effect=True))
    assert modules.ok("node", node_group="live", identifier="i-edge-1", retries=0, **options)["changed"]
    assert live.calls()[:3] == [*calls[:2], LIST] and len(live.writes()) == 1


def test_a_second_request_is_refused_since_the_first_took_effect(live: FakeApi, modules: Modules) -> None:
    live.connections["203.0.113.1"] = 1
    live.break_at(1, Fault("error 500", effect=True))
    assert modules.ok("node", **meant(live, "sunset"))["changed"]
    assert live.calls() == [LIST, "POST node/sunset", "POST node/sunset", LIST]


def test_no_answer_in_time(live: FakeApi, modules: Modules) -> None:
    live.break_at(1, Fault("hang", effect=True))
    assert modules.ok("node", **meant(live, "sunset", timeout=1, retries=0))["changed"]


# Reading


def test_nodes_with_statistics(live: FakeApi, modules: Modules) -> None:
    live.connections[edge(live)["address"]] = 7
    found = modules.ok("node_info", check=True, node_group="live")
    assert not found["changed"] and len(found["nodes"]) == 8 and len(live.requests) == 1 + 8
    node = modules.ok("node_info", identifier="i-edge-1")["nodes"][0]
    assert node["statistics"] == {"total_connections": 7, "last_ping": 1792000000000, "parents": [], "cpu_load": 0.5}
    statistics = node.pop("statistics")
    assert statistics and modules.ok("node", check=True, **meant(live, "sunset"))["diff"]["before"] == node


def test_nodes_of_all_groups(live: FakeApi, modules: Modules) -> None:
    modules.ok("node_group", name="another", regions=["us-east-1"], launch_config="all-nodes-launch", scale_policy="default-v3")
    live.forget()
    found = modules.ok("node_info", statistics=False)["nodes"]
    assert [node["node_group"] for node in found] == ["another", *["live"] * 8] and len(live.requests) == 3
    assert not any("statistics" in node for node in found)
    assert [node["identifier"] for node in modules.ok("node_info", address="203.0.113.1")["nodes"]] == ["i-edge-1"]
    assert modules.ok("node_info", node_group="nobody")["nodes"] == []
    assert modules.ok("node_info", node_group="live", identifier="i-nobody")["nodes"] == []


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (lambda stats: [stats], 0),
        (lambda stats: {"node": {"stats": 1}, "stats": stats}, 0),
        (lambda stats: {**stats, "totalConnections": "5.0", "parents": None}, 5),
        (lambda stats: {**stats, "totalConnections": "many", "lastPing": {}}, None),
        (lambda stats: {"parents": ["203.0.113.9"]}, None),
    ],
)
def test_statistics_of_other_shapes(live: FakeApi, modules: Modules, shown: Callable[[Json], Json], expected: Any) -> None:
    live.stats_shown = shown
    (node,) = modules.ok("node_info", node_group="live", identifier="i-edge-1")["nodes"]
    assert node["statistics"]["total_connections"] == expected and isinstance(node["statistics"]["parents"], list)


@pytest.mark.parametrize("kind", [*UNREADABLE, "error 500", "page 502", "page 404", "page 400"])
def test_statistics_that_cannot_be_read_are_warned_of(live: FakeApi, modules: Modules, kind: str) -> None:
    live.break_from(1, Fault(kind))
    result = modules.ok("node_info", node_group="live", identifier="i-edge-1", retries=0)
    assert result["nodes"][0]["statistics"] is None and result["nodes"][0]["state"] == "inservice"
    assert any("Left out the statistics of the node" in str(each) and "Failed while reading" in str(each) for each in result["warnings"])


@pytest.mark.parametrize("kind", ["error 403", "redirect", "reset"])
def test_an_api_that_cannot_be_asked_is_an_error(live: FakeApi, modules: Modules, kind: str) -> None:
    live.break_from(1, Fault(kind))
    assert "reading the statistics of the node 'i-edge-1'" in modules.refused(
        "node_info", node_group="live", identifier="i-edge-1", retries=0
    )


def test_a_node_that_is_not_in_service_has_no_statistics(live: FakeApi, modules: Modules) -> None:
    live.starts = False
    edge(live)["state"] = "pending"
    live.nodes["live"][0]["address"] = ""
    result = modules.ok("node_info", node_group="live")
    assert [node["state"] for node in result["nodes"] if node["statistics"] is None] == ["pending", "inservice"]
    assert not result.get("warnings")


@pytest.mark.filterwarnings("ignore:.*found in sys.modules.*:RuntimeWarning")
def test_modules_run_as_programs(api: FakeApi, modules: Modules) -> None:
    for module, options in (("node", {"node_group": "x", "identifier": "y", "state": "absent"}), ("node_info", {})):
        result = modules(module, start=lambda name: runpy.run_module(name, run_name="__main__"), **options)
        assert not result.get("failed") and not result["changed"]
