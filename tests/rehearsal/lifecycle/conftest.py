# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the tests of a deployment's later life share: a deployment, created once, and the account before it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from runner import MANAGERS, SITE, Aws, Play

_SNAPSHOT = ["python", "-m", "rehearsal.snapshot"]


class Deployed(NamedTuple):
    """A deployment as site.yml left it."""

    snapshot_before: list[str]  # the baseline account, from before the first run
    called: list[dict[str, Any]]  # the AWS calls of site.yml


@pytest.fixture(scope="session")
def deployed(rehearsal: Any, play: Play) -> Deployed:
    """The deployment on the baseline account; tests that change it restore what inventories/rehearsal declares."""
    rehearsal.reset()
    before = rehearsal.run(_SNAPSHOT).stdout.splitlines()
    since = len(rehearsal.calls())
    play(SITE)
    return Deployed(before, rehearsal.calls()[since:])


@pytest.fixture
def instances(aws: Aws) -> Callable[[], dict[str, dict[str, Any]]]:
    """The healthy targets by the name of the stream manager."""

    def read() -> dict[str, dict[str, Any]]:
        group = aws("elbv2", "describe_target_groups", Names=["live"])["TargetGroups"][0]["TargetGroupArn"]
        health = aws("elbv2", "describe_target_health", TargetGroupArn=group)["TargetHealthDescriptions"]
        ids = [one["Target"]["Id"] for one in health if one["TargetHealth"]["State"] == "healthy"]
        found = [one for entry in aws("ec2", "describe_instances", InstanceIds=ids)["Reservations"] for one in entry["Instances"]]
        names = {one["InstanceId"]: next(tag["Value"] for tag in one["Tags"] if tag["Key"] == "Name") for one in found}
        return {names[one["InstanceId"]].replace("red5pro-stream-manager-first", MANAGERS[0]): one for one in found}

    return read


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order: tests that delete the deployment last, then those with other deployments, then those about all runs."""
    last = ("test_destroy.py", "test_concurrent.py", "test_iam_policy.py")
    items.sort(key=lambda item: last.index(item.path.name) if item.path.name in last else -1)
