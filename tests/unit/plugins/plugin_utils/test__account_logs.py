# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Buckets that Elastic Load Balancing can write access logs into, and those that it cannot."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.plugin_utils._account import Account
from ansible_collections.streamops.red5pro.plugins.plugin_utils._account_logs import log_problems
from ansible_collections.streamops.red5pro.plugins.plugin_utils._rows import rows
from ansible_collections.streamops.red5pro.plugins.plugin_utils.deployment import Deployment

ALLOW = {
    "Effect": "Allow",
    "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
    "Action": "s3:PutObject",
    "Resource": "arn:aws:s3:::logs/live/AWSLogs/123456789012/*",
}
NEEDED = "Expected: a bucket whose policy allows logdelivery.elasticloadbalancing.amazonaws.com s3:PutObject for logs/live/AWSLogs/*"


def problems(
    location: list[dict[str, Any]], policy: list[dict[str, Any]], region: str = "us-east-1", encryption: Any = (), **more: Any
) -> list[str]:
    resources = {"bucket_location": location, "bucket_policy": policy, "bucket_encryption": list(encryption)}
    declared = {"red5pro_region": region, "red5pro_access_logs_bucket": "logs", "red5pro_access_logs_prefix": "live", **more}
    return [one["message"] for one in rows(log_problems(Account("live", resources, {}), Deployment.of(declared)))]


def held(*statements: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"policy": json.dumps({"Version": "2012-10-17", "Statement": statements[0] if len(statements) == 1 else list(statements)})}]


def test_the_bucket_exists() -> None:
    (found,) = problems([], [])
    assert found.endswith("red5pro_access_logs_bucket: logs. Expected: the name of an S3 bucket that exists; there is none with this name.")


@pytest.mark.parametrize(
    ("answer", "region"),
    [(None, "us-east-1"), ("", "us-east-1"), ("EU", "eu-west-1"), ("us-west-2", "us-west-2")],
)
def test_the_bucket_is_in_the_region_of_the_load_balancer(answer: str | None, region: str) -> None:
    assert problems([{"location_constraint": answer}], held(ALLOW), region) == []
    assert problems([{"location_constraint": answer}], held(ALLOW), "ap-south-1") == [
        f"Invalid red5pro_access_logs_bucket: logs. Expected: a bucket in ap-south-1, the load balancer's region; this one is in {region}."
    ]


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"Principal": "*"},
        {"Principal": {"AWS": "*"}},
        {"Principal": {"AWS": ["arn:aws:iam::127311923021:root"]}},
        {"Principal": {"Service": ["delivery.logs.amazonaws.com", "logdelivery.elb.amazonaws.com"]}},
        {"Action": ["s3:GetBucketAcl", "s3:put*"]},
        {"Resource": ["arn:aws:s3:::logs", "arn:aws:s3:::logs/*"]},
        {"Resource": "*"},
        {"Resource": "arn:aws-cn:s3:::logs/live/AWSLogs/*"},
        {"Resource": "arn:aws:s3:::logs/liv?/*"},
    ],
)
def test_a_policy_that_may_allow_it_is_left_to_aws(change: dict[str, Any]) -> None:
    assert problems([{"location_constraint": None}], held({"Effect": "Deny", "Action": "s3:*"}, {**ALLOW, **change})) == []


@pytest.mark.parametrize("key", ["Principal", "Action", "Resource"])
def test_a_statement_of_what_is_excepted_is_left_to_aws(key: str) -> None:
    statement = {name: value for name, value in ALLOW.items() if name != key} | {f"Not{key}": "x"}
    assert problems([{"location_constraint": None}], held(statement)) == []


@pytest.mark.parametrize(
    "change",
    [
        {"Effect": "Deny"},
        {"Principal": {"Service": "delivery.logs.amazonaws.com"}},
        {"Principal": {"Service": "logging.s3.amazonaws.com"}},
        {"Action": "s3:GetBucketAcl"},
        {"Resource": "arn:aws:s3:::logs/AWSLogs/123456789012/*"},
        {"Resource": "arn:aws:s3:::logs/live-2/*"},
        {"Resource": "arn:aws:s3:::other/*"},
    ],
)
def test_a_policy_that_does_not_allow_it_is_refused(change: dict[str, Any]) -> None:
    (found,) = problems([{"location_constraint": None}], held({**ALLOW, **change}))
    assert f"{NEEDED}; the policy of this one does not." in found


def test_without_a_prefix_and_without_a_policy() -> None:
    (found,) = problems([{"location_constraint": None}], [], red5pro_access_logs_prefix="")
    assert found.endswith("s3:PutObject for logs/AWSLogs/*; this one has none.")


@pytest.mark.parametrize("algorithm", ["AES256", "aws:kms", "aws:kms:dsse"])
def test_only_encryption_with_keys_of_s3_is_accepted(algorithm: str) -> None:
    rules = [{"bucket_key_enabled": True}, {"apply_server_side_encryption_by_default": {"sse_algorithm": algorithm}}]
    found = problems([{"location_constraint": None}], held(ALLOW), encryption=rules)
    refused = f"a bucket whose default encryption is SSE-S3 (AES256), which alone ELB accepts; this one has {algorithm}."
    assert [one.partition("Expected: ")[2] for one in found] == ([] if algorithm == "AES256" else [refused])


def test_what_another_account_denies_is_not_checked() -> None:
    assert problems([{"denied": True}], [{"denied": True}]) == []
    assert problems([{"denied": True}], held(ALLOW), "ap-south-1") == []


def test_what_is_wrong_by_itself_or_was_not_read_is_not_checked() -> None:
    assert problems([], [], red5pro_access_logs_prefix="AWSLogs") == []
    assert list(log_problems(Account("live", {}, {}), Deployment.of({"red5pro_access_logs_bucket": "logs"}))) == []
