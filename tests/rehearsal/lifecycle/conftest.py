# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the tests of a deployment's later life share: a deployment, created once, and the account before it."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from runner import SITE, Play

from rehearsal.aws import calllog

_SNAPSHOT = ["python", "-m", "rehearsal.snapshot"]


class Deployed(NamedTuple):
    """A deployment as site.yml left it."""

    snapshot_before: list[str]  # the baseline account, from before the first run
    called: list[dict[str, Any]]  # the AWS calls of site.yml
    answered: list[dict[str, Any]]  # AWS's answers to them


@pytest.fixture(scope="session")
def deployed(rehearsal: Any, play: Play) -> Deployed:
    """The deployment on the baseline account; tests that change it restore what inventories/rehearsal declares."""
    rehearsal.reset()
    before = rehearsal.run(_SNAPSHOT).stdout.splitlines()
    answers = rehearsal.state / calllog.ANSWERS
    called, answered = len(rehearsal.calls()), len(calllog.read(answers))
    play(SITE)
    return Deployed(before, rehearsal.calls()[called:], calllog.read(answers)[answered:])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order: first those about the first run, last those that rename node groups, delete the deployment, have others, or are about all."""
    places = {"test_standing.py": -1, "test_refresh.py": 1, "test_destroy.py": 2, "test_concurrent.py": 3, "test_iam_policy.py": 4}
    items.sort(key=lambda item: places.get(item.path.name, 0))
