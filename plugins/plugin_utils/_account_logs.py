# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Checks whether Elastic Load Balancing can write access logs into a deployment's bucket.

Source: "Access logs for your Application Load Balancer" in AWS's documentation: the bucket is in the load balancer's region, its policy
allows Elastic Load Balancing to put objects below the prefix, and it is encrypted with keys of S3 (SSE-S3), if at all. What another
account does not let us read is not checked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._messages import Problem
from ansible_collections.streamops.red5pro.plugins.module_utils._plain import listed

from ._account import Account
from .deployment import Deployment

Facts = Mapping[str, Any]

_FIRST_REGION = "us-east-1"  # for which S3 answers no location
_FORMER_NAMES = {"EU": "eu-west-1"}
_SERVICES = ("logdelivery.elasticloadbalancing.amazonaws.com", "logdelivery.elb.amazonaws.com")
_VARIABLE = "red5pro_access_logs_bucket"
_ALGORITHM = "AES256"  # of SSE-S3


def log_problems(account: Account, deployment: Deployment) -> Iterator[Problem]:
    """A bucket that does not exist, is in another region, or does not let the load balancer write."""
    bucket, region = deployment.text("access_logs_bucket"), deployment.text("region")
    if "bucket_location" not in account.resources or deployment.wrong & {"red5pro_access_logs_prefix", "red5pro_region"}:
        return
    location, policy = (next(iter(account.all(kind)), None) for kind in ("bucket_location", "bucket_policy"))
    if location is None:
        yield Problem(_VARIABLE, bucket, "the name of an S3 bucket that exists; there is none with this name")
        return
    of_bucket = location.get("location_constraint") or _FIRST_REGION
    of_bucket = _FORMER_NAMES.get(of_bucket, of_bucket)
    if not location.get("denied") and of_bucket != region:
        yield Problem(_VARIABLE, bucket, f"a bucket in {region}, the load balancer's region; this one is in {of_bucket}")
    prefix = deployment.text("access_logs_prefix")
    below = f"{bucket}/{prefix}/AWSLogs/" if prefix else f"{bucket}/AWSLogs/"
    if policy is None or not (policy.get("denied") or _allows(str(policy["policy"]), below)):
        has = "this one has none" if policy is None else "the policy of this one does not"
        expected = f"a bucket whose policy allows {_SERVICES[0]} s3:PutObject for {below}*; {has}"
        yield Problem(_VARIABLE, bucket, expected)
    by_default = [one.get("apply_server_side_encryption_by_default", {}) for one in account.all("bucket_encryption")]
    if others := sorted({one["sse_algorithm"] for one in by_default if one} - {_ALGORITHM}):
        expected = f"a bucket whose default encryption is SSE-S3 ({_ALGORITHM}), which alone ELB accepts; this one has {', '.join(others)}"
        yield Problem(_VARIABLE, bucket, expected)


def _allows(policy: str, below: str) -> bool:
    """Whether a statement may let Elastic Load Balancing write there; conditions and the ids of its accounts are AWS's to judge."""
    return any(
        one.get("Effect") == "Allow" and _is_balancing(one) and _is_writing(one) and _is_below(one, below)
        for one in listed(json.loads(policy).get("Statement"))
    )


def _is_balancing(statement: Facts) -> bool:
    principal = statement.get("Principal", "*")  # there is NotPrincipal instead
    if isinstance(principal, str):
        return principal == "*"
    return bool(listed(principal.get("AWS"))) or any(one in _SERVICES for one in listed(principal.get("Service")))


def _is_writing(statement: Facts) -> bool:
    return "NotAction" in statement or any(fnmatchcase("s3:putobject", one.lower()) for one in listed(statement.get("Action")))


def _is_below(statement: Facts, below: str) -> bool:
    """Whether a resource begins like what is written, up to its first wildcard."""
    resources = [one.rpartition(":::")[2].partition("*")[0].partition("?")[0] for one in listed(statement.get("Resource"))]
    return "NotResource" in statement or any(below.startswith(one) or one.startswith(below) for one in resources)
