# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The IAM policy is one that AWS accepts, and is as narrow as its guide says."""

from __future__ import annotations

import json
import re

import botocore.session
import pytest
from iam_policy import POLICY, iam_action, statements

GUIDE = (POLICY.parent / "docsite/rst/guide_permissions.rst").read_text(encoding="utf-8")
SERVICES = ("acm", "ec2", "elbv2", "route53")
LONGEST = 6144  # characters of a managed policy, white space not counted
READING = re.compile(r"\w+:(Describe|Get|List)\w+")


@pytest.fixture(scope="module")
def known() -> set[str]:
    """Every action of these services, as botocore knows them."""
    session = botocore.session.get_session()
    return {iam_action(service, name) for service in SERVICES for name in session.get_service_model(service).operation_names}


def test_every_action_exists(known: set[str]) -> None:
    assert [action for one in statements() for action in one["Action"] if action not in known] == []


def test_it_fits_into_a_managed_policy() -> None:
    assert len(re.sub(r"\s", "", POLICY.read_text(encoding="utf-8"))) <= LONGEST


def test_purposes_are_told_apart_and_their_actions_are_in_order() -> None:
    names = [one["Sid"] for one in statements()]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9]+", name) for name in names)  # all that AWS takes
    for one in statements():
        assert one["Effect"] == "Allow"
        assert one["Action"] == sorted(set(one["Action"])), one["Sid"]
        assert not any("*" in action for action in one["Action"]), one["Sid"]


def test_what_reads_does_not_change_and_only_that_is_on_everything() -> None:
    for one in statements():
        reads = [READING.fullmatch(action) is not None for action in one["Action"]]
        assert all(reads) or not any(reads), one["Sid"]
        assert all(reads) or one["Resource"] != "*" or "Condition" in one, one["Sid"]


def test_a_change_without_a_look_at_tags_is_explained_in_the_guide() -> None:
    named = set(re.findall(r"``(\w+)``", GUIDE))
    for one in statements():
        if not READING.fullmatch(one["Action"][0]) and "red5pro:deployment" not in json.dumps(one.get("Condition", {})):
            assert one["Sid"] in named, one["Sid"]
