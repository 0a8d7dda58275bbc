# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The calls to AWS Certificate Manager (ACM): each retried while throttled, and waits with a timeout."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code
from ansible_collections.amazon.aws.plugins.module_utils.errors import AWSErrorHandler
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError, is_ansible_aws_error_code
from ansible_collections.amazon.aws.plugins.module_utils.retries import AWSRetry
from ansible_collections.amazon.aws.plugins.module_utils.tagging import ansible_dict_to_boto3_tag_list
from ansible_collections.streamops.red5pro.plugins.module_utils._acm_certificate import (
    KEY_ALGORITHMS,
    Certificate,
    Wanted,
    serialize,
    settled,
    token,
)
from ansible_collections.streamops.red5pro.plugins.module_utils._acm_messages import explain, in_use

RECORDS_TIMEOUT = 60  # seconds in which ACM shows the validation records of a new request
VISIBLE_TIMEOUT = 10  # seconds in which a new certificate can be described
REQUEST_ATTEMPTS = 5

_T = TypeVar("_T")

_retry = AWSRetry.jittered_backoff(catch_extra_error_codes=["ThrottlingException", "RequestInProgressException"])


class AcmErrorHandler(AWSErrorHandler):
    """Turns botocore's errors into AnsibleAWSError; a certificate that does not exist is an answer, not an error."""

    @classmethod
    def _is_missing(cls) -> Any:
        return is_boto3_error_code("ResourceNotFoundException")


@AcmErrorHandler.common_error_handler("list certificates")
@_retry
def list_summaries(client: Any) -> list[dict[str, Any]]:
    """Every certificate of the region, whatever its status; without the key types ACM would list RSA keys up to 2048 bits only."""
    pages = client.get_paginator("list_certificates").paginate(Includes={"keyTypes": list(KEY_ALGORITHMS)})
    return pages.build_full_result()["CertificateSummaryList"]


@AcmErrorHandler.list_error_handler("describe certificate")
@_retry
def describe(client: Any, arn: str) -> Certificate | None:
    """The certificate as the module returns it, or None if there is none with that ARN."""
    detail = client.describe_certificate(CertificateArn=arn)["Certificate"]
    return serialize(detail, client.list_tags_for_certificate(CertificateArn=arn)["Tags"])


@AcmErrorHandler.common_error_handler("request certificate")
@_retry
def _request(client: Any, **parameters: Any) -> str:
    return client.request_certificate(**parameters)["CertificateArn"]


@AcmErrorHandler.common_error_handler("add tags to certificate")
@_retry
def add_tags(client: Any, arn: str, tags: dict[str, str]) -> None:
    client.add_tags_to_certificate(CertificateArn=arn, Tags=ansible_dict_to_boto3_tag_list(tags))


@AcmErrorHandler.common_error_handler("remove tags from certificate")
@_retry
def remove_tags(client: Any, arn: str, keys: list[str]) -> None:
    client.remove_tags_from_certificate(CertificateArn=arn, Tags=[{"Key": key} for key in keys])


@AcmErrorHandler.deletion_error_handler("delete certificate")
@_retry
def _delete(client: Any, arn: str) -> None:
    client.delete_certificate(CertificateArn=arn)


def find(client: Any, wanted: Wanted) -> list[Certificate]:
    """Every matching certificate, the best first: issued before pending before all others, then the newest."""
    summaries = [summary for summary in list_summaries(client) if summary.get("DomainName", "").lower() == wanted.domain_name]
    described = [describe(client, summary["CertificateArn"]) for summary in summaries]
    return wanted.best_first(filter(None, described))


def request(client: Any, wanted: Wanted, tags: dict[str, str], spent: list[str]) -> Certificate:
    """Requests the certificate once, also if the answer is lost; spent has the ARNs of matching ones that can no longer be used."""
    parameters, spent = wanted.parameters(tags), list(spent)
    for _attempt in range(REQUEST_ATTEMPTS):
        arn = _request(client, IdempotencyToken=token(parameters, spent), **parameters)
        if certificate := poll(partial(describe, client, arn), bool, VISIBLE_TIMEOUT, 1):
            return certificate
        spent.append(arn)  # for an hour a token returns its certificate even if that was deleted
    raise AnsibleAWSError(
        message=f"Failed to request a certificate for {wanted.domain_name}: ACM returned {arn} but does not find it. Run again."
    )


def settle(client: Any, certificate: Certificate) -> Certificate:
    """The certificate with its validation records, which ACM shows some seconds after the request."""
    if settled(certificate):
        return certificate
    answer = poll(partial(describe, client, certificate["arn"]), settled, RECORDS_TIMEOUT, 1)
    if answer is None or not settled(answer):
        raise AnsibleAWSError(
            message=f"Waited {RECORDS_TIMEOUT} s for validation records of certificate {certificate['arn']}; some are missing. Run again."
        )
    return answer


def wait_issued(client: Any, certificate: Certificate, timeout: int, interval: int) -> Certificate:
    """The certificate when it is issued. Raises AnsibleAWSError if it fails or is not issued within timeout seconds."""
    answer = poll(partial(describe, client, certificate["arn"]), lambda c: not c or c["status"] != "PENDING_VALIDATION", timeout, interval)
    if answer and answer["status"] == "ISSUED":
        return answer
    raise AnsibleAWSError(message=explain(answer, certificate["arn"], timeout))


def delete(client: Any, certificate: Certificate, timeout: int, interval: int) -> None:
    """Deletes the certificate, waiting up to timeout seconds until nothing uses it and ACM no longer shows it (0: not at all)."""
    arn = certificate["arn"]

    def deleted() -> bool:
        try:
            _delete(client, arn)
        except is_ansible_aws_error_code("ResourceInUseException"):
            return False
        return True

    if not poll(deleted, bool, timeout, interval):
        raise AnsibleAWSError(message=in_use(describe(client, arn) or certificate))
    if timeout and poll(partial(describe, client, arn), lambda c: c is None, timeout, interval):
        raise AnsibleAWSError(
            message=f"Waited {timeout} s until certificate {arn} is deleted. ACM still shows it. Run again, or raise wait_timeout."
        )


def poll(read: Callable[[], _T], done: Callable[[_T], bool], timeout: float, interval: float) -> _T:
    """Reads every interval seconds until done(answer) or the timeout in seconds; returns the last answer."""
    deadline = time.monotonic() + timeout
    while True:
        answer = read()
        left = deadline - time.monotonic()
        if done(answer) or left <= 0:
            return answer
        time.sleep(min(interval, left))
