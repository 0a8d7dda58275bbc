# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Between two events: new nodes and restarted stream managers, and nobody is cut; a run that was ended is continued by the next one."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from runner import SITE, VERIFY, Asking, Play, Websockets, changed, minimum_registered, moves, said
from teardown import site_ended
from test_nodes import CONFIG, NODES_OF_EACH_ROLE, Account

REFRESH = "playbooks/refresh.yml"


@pytest.fixture(scope="module")
def account(deployed: Any, rehearsal: Any, aws: Any) -> Account:
    return Account(rehearsal, aws)


def nodes(account: Account) -> set[str]:
    return {node["identifier"] for group in account.groups() for node in account.api(f"nodegroup/{group}/node")}


def only(account: Account) -> str:
    (group,) = account.groups()
    return group


@contextmanager
def viewers(websockets: Websockets, account: Account, number: int) -> Iterator[None]:
    """Viewers with a websocket each to one edge."""
    group = only(account)
    edge, *_others = [one for one in account.api(f"nodegroup/{group}/node") if one["role"] == "edge"]
    with websockets(number, edge["address"]):
        while account.api(f"node/{edge['address']}/stats")["totalConnections"] < number:
            pass
        yield
    while any(one["address"] == edge["address"] and one["state"] == "sunset" for one in account.api(f"nodegroup/{group}/node")):
        pass  # until it has reported that they left
    while (
        any(one["address"] == edge["address"] for one in account.api(f"nodegroup/{group}/node"))
        and (account.api(f"node/{edge['address']}/stats")["totalConnections"])
    ):
        pass


@pytest.mark.long
def test_viewers_are_a_refusal(rehearsal: Any, play: Play, account: Account, websockets: Websockets) -> None:
    account.written()
    with viewers(websockets, account, 2):
        done = play(REFRESH, check=False, red5pro_refresh_max_connections=1)
        assert done.returncode == 2
        assert (
            f"Refusing to refresh the node groups {only(account)}: 2 connections are open, more than red5pro_refresh_max_connections=1. "
            "Wait until there are fewer, or set red5pro_force=true."
        ) in said(done)
        assert account.written() == ([], [])


@pytest.mark.long
def test_new_nodes_and_restarted_stream_managers(rehearsal: Any, play: Play, account: Account, instances: Any, asking: Asking) -> None:
    before, managers, since = nodes(account), {one["InstanceId"] for one in instances().values()}, len(rehearsal.calls())
    variables = {"red5pro_refresh": "first"}
    account.written()
    foreseen = play(REFRESH, "--check", "--diff", **variables)
    assert account.written() == ([], [])
    with asking() as seen:
        done = play(REFRESH, **variables)
    assert changed(foreseen.stdout) == changed(done.stdout)
    assert seen["failures"] == [], seen
    assert account.groups() == {only(account): CONFIG} and account.in_service(only(account)) == NODES_OF_EACH_ROLE
    assert not before & nodes(account)
    assert sorted(one for action, one in moves(rehearsal, since) if action == "DeregisterTargets") == sorted(managers)
    assert minimum_registered(managers, moves(rehearsal, since)) == 1
    account.written()
    for playbook in (REFRESH, SITE, VERIFY):
        assert set(changed(play(playbook, **variables).stdout).values()) == {0}, playbook
    assert account.written() == ([], [])


@pytest.mark.long
def test_viewers_stay_until_they_leave(rehearsal: Any, play: Play, account: Account, instances: Any, websockets: Websockets) -> None:
    old, since = only(account), len(rehearsal.calls())
    variables = {"red5pro_refresh": "second", "red5pro_refresh_max_connections": 5}
    with viewers(websockets, account, 2):
        done = play(REFRESH, check=False, **variables, red5pro_refresh_timeout=3)
        assert done.returncode == 2
        assert f"Waited 3 s for the connections of the node group '{old}' to end. Last state: 2 connections are open." in said(done)
        assert len(account.groups()) == 2 and old in account.groups()
        assert moves(rehearsal, since) == [], "the stream managers are restarted in the end"
        states = [one["state"] for one in account.api(f"nodegroup/{old}/node") if one["role"] == "edge"]
        assert states.count("sunset") == 1
        kept = play(SITE, "--tags", "autoscaling", red5pro_replaced_node_groups="remove")
        assert "A refresh is not complete. Run streamops.red5pro.refresh again." in said(kept) and len(account.groups()) == 2
        verified = play(VERIFY, check=False)
        assert verified.returncode == 2 and "changed since the last restart" in said(verified)
    play(REFRESH, **variables)
    assert old != only(account)
    assert len([one for action, one in moves(rehearsal, since) if action == "DeregisterTargets"]) == len(instances())
    assert set(changed(play(REFRESH, **variables).stdout).values()) == {0}


@pytest.mark.long
@pytest.mark.parametrize("last", ["POST nodegroup", "DELETE nodegroup", "DeregisterTargets"])
def test_a_refresh_that_was_ended_is_continued(rehearsal: Any, play: Play, account: Account, instances: Any, last: str) -> None:
    old, managers, since, asked = only(account), instances(), len(rehearsal.calls()), len(rehearsal.api_calls())
    before, variables = nodes(account), {"red5pro_refresh": last}

    def due() -> bool:
        requests = [f"{one['method']} {one['path'].partition('/admin/')[2].partition('/')[0]}" for one in rehearsal.api_calls()[asked:]]
        return last in requests or last in [action for action, _one in moves(rehearsal, since)]

    assert site_ended(rehearsal, signal.SIGKILL, due, REFRESH, **variables)
    play(REFRESH, **variables)
    assert only(account) != old and account.in_service(only(account)) == NODES_OF_EACH_ROLE
    assert not before & nodes(account) and account.nodes("us-east-1") == 8, "no orphan"
    gone = [one for action, one in moves(rehearsal, since) if action == "DeregisterTargets"]
    assert sorted(gone) == sorted(one["InstanceId"] for one in managers.values()), "each was out of service once"
    assert set(changed(play(SITE).stdout).values()) == {0}
