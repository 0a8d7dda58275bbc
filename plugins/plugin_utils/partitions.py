# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Differences between AWS, AWS in China, AWS GovCloud and the other partitions: ARNs, domain names, and IAM policies."""

from __future__ import annotations

import re
from typing import Any

from .ownership import DEPLOYMENT

# Partition -> how the names of its regions begin, and its domain.
PARTITIONS = {
    "aws": ("", "amazonaws.com"),
    "aws-cn": ("cn-", "amazonaws.com.cn"),
    "aws-us-gov": ("us-gov-", "amazonaws.com"),
    "aws-eusc": ("eusc-", "amazonaws.eu"),
    "aws-iso": ("us-iso-", "c2s.ic.gov"),
    "aws-iso-b": ("us-isob-", "sc2s.sgov.gov"),
    "aws-iso-e": ("eu-isoe-", "cloud.adc-e.uk"),
    "aws-iso-f": ("us-isof-", "csp.hci.ic.gov"),
}
# Partition of the IAM policies -> the domain in the names of EC2 as a principal.
_PRINCIPALS = {"aws": "amazonaws.com", "aws-cn": "amazonaws.com.cn", "aws-us-gov": "amazonaws.com", "aws-eusc": "amazonaws.com"}

_NAMED = re.compile(r"(loadbalancer/app|targetgroup|listener/app)/\*$")
_ALARM = re.compile(r"(:alarm:)\*$")
_DATABASE = re.compile(r":\*(-database(?:-final-\*)?)$")  # RDS has names in lower case
_EC2 = re.compile(r"ec2\.(.*)amazonaws\.com$")  # the only service in the policies whose name depends on the partition


def partition(region: str) -> str:
    """The partition of a region."""
    return next((name for name, (start, _domain) in PARTITIONS.items() if start and region.startswith(start)), "aws")


def domain(region: str) -> str:
    """The domain under which AWS names load balancers in a region."""
    return PARTITIONS[partition(region)][1]


def iam_policy(document: dict[str, Any], partition: str = "aws", deployment: str = "") -> dict[str, Any]:
    """Converts a policy of the partition aws for another partition, limited to the deployment of this name if one is given.

    Raises ValueError if there is no such partition.
    """
    if partition not in _PRINCIPALS:
        raise ValueError(f"Invalid partition: {partition}. Expected: {', '.join(_PRINCIPALS)}.")
    return {**document, "Statement": [_statement(one, partition, deployment) for one in document["Statement"]]}


def _statement(statement: dict[str, Any], partition: str, deployment: str) -> dict[str, Any]:
    changed = {**statement, "Resource": _each(statement["Resource"], lambda arn: _arn(arn, partition, deployment))}
    if "Condition" in statement:
        changed["Condition"] = {
            operator: {key: _each(value, lambda text, key=key: _value(text, key, partition, deployment)) for key, value in keys.items()}
            for operator, keys in statement["Condition"].items()
        }
    return changed


def _arn(arn: str, partition: str, deployment: str) -> str:
    moved = re.sub(r"^arn:aws:", f"arn:{partition}:", arn)
    if not deployment:
        return moved
    named = _DATABASE.sub(rf":{deployment.lower()}\1", _NAMED.sub(rf"\1/{deployment}/*", moved))
    return _ALARM.sub(rf"\1{deployment}-*", named)


def _value(text: str, key: str, partition: str, deployment: str) -> str:
    if deployment and key.endswith(f"/{DEPLOYMENT}") and text == "*":
        return deployment
    return _EC2.sub(rf"ec2.\1{_PRINCIPALS[partition]}", text)


def _each(value: Any, change: Any) -> Any:
    return [change(one) for one in value] if isinstance(value, list) else change(value)
