# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The deployment as the first run left it: it serves, and neither a second run nor verify.yml finds anything to change."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import yaml
from runner import API, DECLARED, SITE, VERIFY, api_writes, changed, mutating

from rehearsal.aws import facts

pytestmark = pytest.mark.usefixtures("deployed")


def test_all_four_roles_have_two_nodes_in_service(rehearsal: Any) -> None:
    nodes = yaml.safe_load(
        rehearsal.run(["curl", "-fsS", f"{API}/nodegroup/live-group/node?accessToken={DECLARED['red5pro_api_token']}"]).stdout
    )
    in_service = Counter(node["role"] for node in nodes if node["state"] == "inservice")
    assert in_service == {"origin": 2, "edge": 2, "relay": 2, "transcoder": 2}


def test_the_database_admits_every_address_and_keeps_the_rule_of_others(aws: Any) -> None:
    group = aws("ec2", "describe_security_groups", GroupNames=["red5pro-database"])["SecurityGroups"][0]
    rules = {entry["CidrIp"]: entry["Description"] for one in group["IpPermissions"] for entry in one["IpRanges"]}
    assert rules.pop("203.0.113.7/32") == "Reporting of the finance team"
    assert sorted(rules.values()) == sorted(
        f"live-stream-manager-{number} {kind} (red5pro:deployment=live)" for number in (1, 2) for kind in ("private", "public")
    )


def test_stream_managers_are_in_different_zones(aws: Any) -> None:
    group = aws("elbv2", "describe_target_groups", Names=["live"])["TargetGroups"][0]["TargetGroupArn"]
    targets = [one["Target"]["Id"] for one in aws("elbv2", "describe_target_health", TargetGroupArn=group)["TargetHealthDescriptions"]]
    found = aws("ec2", "describe_instances", InstanceIds=targets)["Reservations"]
    zones = [instance["Placement"]["AvailabilityZone"] for one in found for instance in one["Instances"]]
    assert len(zones) == 2 == len(set(zones))


def test_every_answer_has_the_keys_of_awss(deployed: Any) -> None:
    """For each action that a whole run calls, of the services that have a table of facts."""
    compared = [one for one in deployed.answered if one["service"] in facts.SERVICES]
    assert {one["service"] for one in compared} == set(facts.SERVICES)
    found = {line for one in compared for line in facts.differences(one["service"], one["action"], one["answer"])}
    assert not found, "\n".join(sorted(found))


@pytest.mark.long  # the hostile account has one that is not
def test_a_second_run_changes_nothing(rehearsal: Any, play: Any) -> None:
    calls, requests = len(rehearsal.calls()), len(rehearsal.api_calls())
    done = play(SITE)
    assert set(changed(done.stdout).values()) == {0}, done.stdout
    assert mutating(rehearsal, calls) == []
    assert api_writes(rehearsal, requests) == []


def test_verify_passes_changes_nothing_and_shows_no_secret(rehearsal: Any, play: Any) -> None:
    calls, requests = len(rehearsal.calls()), len(rehearsal.api_calls())
    done = play(VERIFY, "-vvvv")
    assert set(changed(done.stdout).values()) == {0}, done.stdout
    assert mutating(rehearsal, calls) == []
    assert api_writes(rehearsal, requests) == []
    assert DECLARED["red5pro_api_token"] not in done.stdout + done.stderr
