# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A rolling change in check mode, killed half-way, or with a single stream manager."""

from __future__ import annotations

import signal
from typing import Any

import pytest
from runner import MANAGERS, SITE, Play, actions, changed, moves, on_hosts, said
from teardown import site_ended

PROPERTIES = "/usr/local/red5pro/webapps/streammanager/WEB-INF/red5-web.properties"
KEY, VALUE = "instancecontroller.httptimeout", "30000"  # as the stream managers have it from the beginning
FIRST, SECOND = MANAGERS[:2]

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("deployed")]


def setting(value: str, **variables: Any) -> dict[str, Any]:
    return {"red5pro_stream_manager_properties": {KEY: value}, **variables}


def values(rehearsal: Any, deployed: dict[str, Any]) -> list[str]:
    """What the stream managers have for the property, by what their service was started with."""
    found = on_hosts(rehearsal, deployed, f"grep ^{KEY}= {PROPERTIES}").split()
    assert on_hosts(rehearsal, deployed, f"ls {PROPERTIES}.pending 2>/dev/null || true") == "", "in effect, not only in the file"
    return [line.partition("=")[2] for line in found]


def test_check_mode_foresees_a_rolling_change(rehearsal: Any, play: Play, instances: Any) -> None:
    before, since = instances(), len(rehearsal.calls())
    foreseen = play(SITE, "--check", "--diff", **setting("31000"))
    assert actions(rehearsal, since) == []
    assert values(rehearsal, before) == [VALUE, VALUE]
    done = play(SITE, **setting("31000"))
    assert changed(foreseen.stdout) == changed(done.stdout)
    assert [changed(done.stdout)[name] > 0 for name in (FIRST, SECOND)] == [True, True]
    assert values(rehearsal, before) == ["31000", "31000"]


def test_check_mode_foresees_that_stream_managers_are_replaced(rehearsal: Any, play: Play, instances: Any) -> None:
    before, since = instances(), len(rehearsal.calls())
    variables = setting("31000", red5pro_stream_manager_release="2", red5pro_images_kept=0)
    foreseen = play(SITE, "--check", **variables)
    assert actions(rehearsal, since) == []
    done = play(SITE, **variables)
    assert changed(foreseen.stdout) == changed(done.stdout)
    assert instances()[SECOND]["InstanceId"] != before[SECOND]["InstanceId"]
    play(SITE, **variables | {"red5pro_stream_manager_release": ""})


@pytest.mark.parametrize("last", ["DeregisterTargets", "RegisterTargets"], ids=["the first is out", "the first is in again"])
def test_a_rolling_change_that_was_ended_goes_on_with_the_next_run(rehearsal: Any, play: Play, instances: Any, last: str) -> None:
    before, since = instances(), len(rehearsal.calls())
    value = {"DeregisterTargets": "32000", "RegisterTargets": VALUE}[last]
    assert site_ended(rehearsal, signal.SIGKILL, lambda: last in actions(rehearsal, since), **setting(value))
    done = play(SITE, **setting(value))
    gone = [target for action, target in moves(rehearsal, since) if action == "DeregisterTargets"]
    assert sorted(gone) == sorted(one["InstanceId"] for one in before.values()), "each was out of service once"
    assert sorted(instances()) == [FIRST, SECOND]
    assert values(rehearsal, before) == [value, value]
    assert changed(done.stdout)["localhost"] == 0
    assert set(changed(play(SITE, **setting(value)).stdout).values()) == {0}


def test_a_single_stream_manager_is_changed_and_the_interruption_reported(rehearsal: Any, play: Play, instances: Any) -> None:
    alone = {"red5pro_stream_manager_count": 1}
    play(SITE, **alone)
    before, since = instances(), len(rehearsal.calls())
    done = play(SITE, **setting("33000", **alone))
    assert f"{FIRST} is the only stream manager in service: the service is interrupted until it is healthy again." in said(done)
    assert [action for action, _target in moves(rehearsal, since)] == ["DeregisterTargets", "RegisterTargets"]
    assert values(rehearsal, before) == ["33000"]
    play(SITE, **setting(VALUE))
    assert sorted(instances()) == [FIRST, SECOND]
