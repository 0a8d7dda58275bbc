# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The IAM policies are ones that AWS accepts, and are as narrow as their guide says."""

from __future__ import annotations

import json
import re

import botocore.session
import pytest
from ansible_collections.streamops.red5pro.plugins.module_utils._aws_kinds import KINDS
from botocore import xform_name
from iam_policy import DOCS, allowed, documents, iam_action, published, statements

GUIDE = (DOCS / "docsite/rst/guide_permissions.rst").read_text(encoding="utf-8")
SERVICES = ("acm", "autoscaling", "cloudwatch", "ec2", "elbv2", "iam", "kms", "rds", "route53", "s3", "service-quotas", "ssm")
NOT_OF_THE_API = {"iam:PassRole", "kms:ReEncryptFrom", "kms:ReEncryptTo"}  # permissions without a call of this name
LONGEST = 6144  # characters of a managed policy, white space not counted
READING = re.compile(r"\w+:(Describe|Get|List)\w+")
READ_ONLY = "iam-policy-read.json"


@pytest.fixture(scope="module")
def known() -> set[str]:
    """Every action of these services, as botocore knows them."""
    session = botocore.session.get_session()
    return {iam_action(service, name) for service in SERVICES for name in session.get_service_model(service).operation_names}


def test_every_action_exists(known: set[str]) -> None:
    assert [action for one in statements() for action in one["Action"] if action not in known | NOT_OF_THE_API] == []


@pytest.mark.parametrize("name", published())
def test_it_fits_into_a_managed_policy(name: str) -> None:
    assert len(re.sub(r"\s", "", (DOCS / name).read_text(encoding="utf-8"))) <= LONGEST


def test_all_that_is_read_at_once_may_be_read() -> None:
    operations = [(kind.service, one.operation) for kind in KINDS.values() for one in (kind, *kind.details.values())]
    session = botocore.session.get_session()
    names = {service: {xform_name(one): one for one in session.get_service_model(service).operation_names} for service, _name in operations}
    actions = {iam_action(service, names[service][name]) for service, name in operations}
    assert actions - allowed() == set()


def test_purposes_are_separate_and_their_actions_are_sorted() -> None:
    names = [one["Sid"] for one in statements()]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9]+", name) for name in names)  # all that AWS takes
    for one in statements():
        assert one["Effect"] == "Allow"
        assert one["Action"] == sorted(set(one["Action"])), one["Sid"]
        assert not any("*" in action for action in one["Action"]), one["Sid"]


def test_one_policy_reads_and_only_that_is_on_everything() -> None:
    for name, document in documents().items():
        for one in document["Statement"]:
            actions = [one["Action"]] if isinstance(one["Action"], str) else one["Action"]
            reads = name == READ_ONLY
            through_kms = all(action.startswith("kms:") for action in actions)
            assert through_kms or all((READING.fullmatch(action) is not None) == reads for action in actions), one["Sid"]
            assert reads or one["Resource"] != "*" or "Condition" in one, one["Sid"]


def test_a_change_without_a_look_at_tags_is_explained_in_the_guide() -> None:
    named = set(re.findall(r"``(\w+)``", GUIDE))
    for one in statements():
        if not READING.fullmatch(one["Action"][0]) and "red5pro:deployment" not in json.dumps(one.get("Condition", {})):
            assert one["Sid"] in named, one["Sid"]
