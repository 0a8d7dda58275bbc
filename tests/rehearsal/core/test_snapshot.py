# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The snapshot shows every change, and the baseline account is the same each time."""

from __future__ import annotations

import pytest
from runner import Aws

from rehearsal.snapshot import _settled
from tests.rehearsal.conftest import Rehearsal


def test_the_snapshot_of_an_account_nobody_touched_stays_the_same(rehearsal: Rehearsal) -> None:
    assert rehearsal.control("/snapshot") == rehearsal.control("/snapshot")


def test_an_instance_stopped_at_another_time_is_the_same() -> None:
    stopped = [{"State": {"Name": "stopped"}, "StateTransitionReason": f"User initiated (2026-11-26 17:0{i}:00 UTC)"} for i in (1, 2)]
    assert _settled(stopped[0]) == _settled(stopped[1])


@pytest.mark.long
def test_a_reset_leads_back_to_the_same_account_with_empty_logs(rehearsal: Rehearsal, aws: Aws) -> None:
    rehearsal.reset()
    before = rehearsal.control("/snapshot")
    aws("ec2", "allocate_address")
    aws("ec2", "create_tags", Resources=["i-0f1a5700000000001"], Tags=[{"Key": "touched", "Value": "yes"}])
    after = rehearsal.control("/snapshot")
    kinds = {line.split()[1] for line in set(before) ^ set(after)}
    assert kinds == {"Addresses", "Instances"}
    rehearsal.reset()
    assert rehearsal.calls() == []
    assert rehearsal.control("/snapshot") == before
