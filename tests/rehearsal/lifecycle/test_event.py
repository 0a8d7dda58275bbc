# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An event: more nodes within the account's quota, and then as before; alarm thresholds are applied, verified and reported."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from runner import SITE, VERIFY, Play, changed, said
from test_nodes import API, DECLARED, GROUP, NODES_OF_EACH_ROLE, POLICY, Account

CAPACITY, REPORT = "playbooks/capacity.yml", "playbooks/report.yml"
MORE = {"red5pro_capacity": {POLICY: {"edge": 4}}}
REFUSING = "Refusing to raise minimums: "


@pytest.fixture(scope="module")
def account(deployed: Any, rehearsal: Any, aws: Any) -> Account:
    return Account(rehearsal, aws)


def minimum(account: Account) -> int:
    found = account.api(f"configurations/scalepolicy/{POLICY}")["policy"]["targets"]
    (region,) = found.get("region", [found])
    return int(next(one["minLimit"] for one in region["target"] if one["role"] == "edge"))


def test_more_nodes_than_the_quota_allows_are_refused_before_anything_changes(rehearsal: Any, play: Play, account: Account) -> None:
    limit = rehearsal.control("/limits", {"vcpus": 26})["vcpus"]
    account.written()
    try:
        done = play(CAPACITY, check=False, **MORE)
    finally:
        rehearsal.control("/limits", {"vcpus": 256})
    assert (done.returncode, limit) == (2, 26)
    refusal = "vCPUs run in us-east-1 and 4 more are needed, but the quota L-1216C47A is 26."
    assert REFUSING in said(done) and refusal in said(done)
    assert account.written() == ([], []) and minimum(account) == 2


@pytest.mark.long
def test_a_quota_that_cannot_be_read_is_refused(rehearsal: Any, play: Play, account: Account) -> None:
    rehearsal.control("/fault", {"kind": "fail", "action": "GetServiceQuota", "code": "AccessDeniedException"})
    account.written()
    done = play(CAPACITY, check=False, **MORE)
    assert done.returncode == 2
    assert f"{REFUSING}the quota of vCPUs cannot be read (No permission for servicequotas:GetServiceQuota in us-east-1" in said(done)
    assert "Allow it, or set red5pro_force=true to continue without this check." in said(done)
    assert account.written() == ([], [])


@pytest.mark.long
def test_more_nodes_for_an_event_and_then_as_before(play: Play, account: Account) -> None:
    account.written()
    foreseen = play(CAPACITY, "--check", "--diff", **MORE)
    assert account.written() == ([], [])
    done = play(CAPACITY, **MORE)
    assert changed(foreseen.stdout) == changed(done.stdout) == {"localhost": 1}
    assert account.in_service(GROUP) == {**NODES_OF_EACH_ROLE, "edge": 4} and minimum(account) == 4
    assert changed(play(CAPACITY, **MORE).stdout) == {"localhost": 0}

    calls = len(account._rehearsal.calls())
    assert changed(play(CAPACITY).stdout) == {"localhost": 1}
    assert minimum(account) == 2 and not [one for one in account._rehearsal.calls()[calls:] if one["action"] == "GetServiceQuota"]
    for node in [one for one in account.api(f"nodegroup/{GROUP}/node") if one["role"] == "edge"][2:]:
        account._rehearsal.run(
            ["curl", "-fsS", "-X", "DELETE", f"{API}/node/{node['address']}?accessToken={DECLARED['red5pro_api_token']}"]
        )
    assert set(changed(play(SITE).stdout).values()) == {0}


@pytest.mark.long
def test_alarm_thresholds_are_set_verified_and_reported(rehearsal: Any, play: Play, account: Account, tmp_path: Path) -> None:
    wanted = {"red5pro_alarm_thresholds": {"edge": 50, "origin": 60}}
    account.written()
    play(SITE, "--tags", "autoscaling", **wanted)
    assert account.written()[1] == ["POST alarm/scaleout/default"]
    assert set(changed(play(SITE, "--tags", "autoscaling", **wanted).stdout).values()) == {0}
    alarm = f"{API}/alarm/scaleout/default?accessToken={DECLARED['red5pro_api_token']}&type=edge"
    rehearsal.run(["curl", "-fsS", "-X", "POST", f"{alarm}&threshold=70"])
    done = play(VERIFY, "--tags", "autoscaling", check=False, **wanted)
    assert done.returncode == 2 and "alarm threshold edge" in said(done)

    play(REPORT, "--tags", "autoscaling", red5pro_report_dir=str(tmp_path), **wanted)
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report["alarm_thresholds"] == [{"role": "edge", "threshold": 70}, {"role": "origin", "threshold": 60}]
    (finding,) = report["findings"]
    assert (finding["subject"], finding["expected"], finding["found"]) == ("alarm threshold edge", "50 percent", "70 percent")
    assert "<td>70 percent</td>" in (tmp_path / "report.html").read_text(encoding="utf-8")
    play(SITE, "--tags", "autoscaling", red5pro_alarm_thresholds={"edge": 60})
