# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Two runs of site.yml at the same time, and the next run."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from runner import MANAGERS, SITE, VERIFY, Aws, Play, actions, changed, said

CHECKOUT = Path(__file__).resolve().parents[3]
COMMAND = ["rehearsal/run", "ansible-playbook", "-i", "inventories/rehearsal", SITE]
OWN = [{"Name": "tag:red5pro:deployment", "Values": ["live"]}]
ALIVE = {"Name": "instance-state-name", "Values": ["pending", "running", "stopping", "stopped"]}


def site_twice(rehearsal: Any) -> list[str]:
    """Start two runs at once and wait for both; their output."""
    environment = {**os.environ, "REHEARSAL_STATE": str(rehearsal.state)}
    environment.pop("REHEARSAL_INSIDE", None)
    options: dict[str, Any] = {"cwd": CHECKOUT, "env": environment, "stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "text": True}
    runs = [subprocess.Popen(COMMAND, **options) for _unused in range(2)]
    return [run.communicate()[0] for run in runs]


def managers(aws: Aws) -> list[str]:
    role = {"Name": "tag:red5pro:role", "Values": ["stream-manager"]}
    found = aws("ec2", "describe_instances", Filters=[*OWN, role, ALIVE])["Reservations"]
    return [next(tag["Value"] for tag in one["Tags"] if tag["Key"] == "Name") for entry in found for one in entry["Instances"]]


@pytest.mark.long
def test_two_runs_at_once_end_in_one_deployment_after_the_next(rehearsal: Any, play: Play, aws: Aws) -> None:
    rehearsal.reset()
    before = rehearsal.run(["python", "-m", "rehearsal.snapshot"]).stdout
    for output in site_twice(rehearsal):
        print(output)
    play(SITE)
    assert set(changed(play(SITE).stdout).values()) == {0}
    play(VERIFY)
    assert managers(aws) == MANAGERS[1:2]
    assert len(aws("ec2", "describe_addresses", Filters=OWN)["Addresses"]) == 2
    names = [image["Name"] for image in aws("ec2", "describe_images", Filters=OWN)["Images"]]
    assert len(names) == len(set(names)) == 2
    play("playbooks/destroy.yml", red5pro_destroy_confirmed=True)
    assert rehearsal.run(["python", "-m", "rehearsal.snapshot"]).stdout == before


@pytest.mark.long
def test_a_run_reports_another_one_and_removes_duplicates(rehearsal: Any, play: Play, aws: Aws) -> None:
    """The other run is simulated: it launches a stream manager while this one reserves an Elastic IP."""
    rehearsal.reset()
    play(SITE)
    role = {"Name": "tag:red5pro:role", "Values": ["stream-manager"]}
    (one,) = aws("ec2", "describe_instances", Filters=[*OWN, role, ALIVE])["Reservations"][0]["Instances"]
    asked = {"ImageId": one["ImageId"], "InstanceType": "c5.large", "SubnetId": one["SubnetId"], "MinCount": 1, "MaxCount": 1}
    since, twin = len(rehearsal.calls()), []

    def launch() -> None:
        while "AllocateAddress" not in actions(rehearsal, since):
            time.sleep(0.1)
        specifications = [{"ResourceType": "instance", "Tags": one["Tags"]}]
        twin.extend(aws("ec2", "run_instances", TagSpecifications=specifications, **asked)["Instances"])

    other = threading.Thread(target=launch, daemon=True)
    other.start()
    done = play(SITE, red5pro_stream_manager_count=3)
    other.join(60)
    made = f"It created {MANAGERS[1]} ({twin[0]['InstanceId']})."
    assert f"Another run is changing live at the same time. {made}" in said(done)
    play(SITE, red5pro_stream_manager_count=3)
    assert sorted(managers(aws)) == MANAGERS[1:]
    kept = aws("ec2", "describe_instances", InstanceIds=[one["InstanceId"]])["Reservations"][0]["Instances"][0]
    assert kept["State"]["Name"] == "running"
    rehearsal.reset()
