# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Calls of AWS that are made at the same time, each with all its pages, again when AWS throttles it, and once if several are equal."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

with suppress(ImportError):  # AnsibleAWSModule reports it
    import botocore.exceptions
    import botocore.loaders
    import botocore.parsers
    import botocore.session

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.retries import AWSRetry
from ansible_collections.streamops.red5pro.plugins.module_utils._aws_kinds import Kind

Facts = dict[str, Any]

THREADS = 16
_DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation")
_UNKNOWN = ("AuthFailure", "InvalidClientTokenId", "OptInRequired", "UnrecognizedClientException")  # also where a region is not enabled
_ROLES = "AssumeRole"  # how the operations of STS begin that get the credentials of a role before the call itself
_ONE_PAGE = ("MaxItems", "MaxResults", "PageSize")
_IAM_PREFIX = {"elbv2": "elasticloadbalancing", "service-quotas": "servicequotas"}  # where IAM's name of a service is not boto3's
_retry: Callable[[Callable[..., Facts]], Callable[..., Facts]] = AWSRetry.jittered_backoff(
    retries=10, catch_extra_error_codes=["ThrottlingException", "PriorRequestNotComplete"]
)


@dataclass(frozen=True)
class Call:
    """One operation in one region, with all its pages."""

    client: Any
    kind: Kind
    operation: str
    parameters: Facts

    @property
    def key(self) -> tuple[str, str, str]:
        """What identifies a call."""
        return self.action, self.client.meta.region_name, json.dumps(self.parameters, sort_keys=True, default=str)

    @property
    def action(self) -> str:
        """Its IAM action."""
        service = self.kind.service
        return f"{_IAM_PREFIX.get(service, service)}:{self.client.meta.method_to_api_mapping[self.operation]}"

    def answer(self) -> Facts:
        try:
            return self._asked()
        except botocore.exceptions.ClientError as error:
            if _code(error) in self.kind.missing:
                return {}
            if _code(error) in _DENIED and self.kind.of_others:
                return {"Denied": True}
            raise

    @_retry
    def _asked(self) -> Facts:
        if self.client.can_paginate(self.operation) and not any(name in self.parameters for name in _ONE_PAGE):
            pages: Facts = self.client.get_paginator(self.operation).paginate(**self.parameters).build_full_result()
            return pages
        page: Facts = getattr(self.client, self.operation)(**self.parameters)
        return page


def share_models() -> None:
    """Share AWS's models between all clients of this process: amazon.aws creates a session for each, which would parse them again."""
    botocore.session.create_loader = cache(botocore.loaders.create_loader)


def together(calls: Sequence[Call]) -> list[Facts]:
    """The answers to calls, in their order; equal ones are made once, all at the same time.

    Raises AnsibleAWSError with every action that IAM denies, or another reason.
    """
    different = {call.key: call for call in calls}
    for call in different.values():
        call.client.can_paginate(call.operation)  # before any thread, or each would list the models of all services
    with ThreadPoolExecutor(max_workers=THREADS) as pool:
        running = {key: pool.submit(call.answer) for key, call in different.items()}
    failed = [(different[key], error) for key, future in running.items() if (error := future.exception())]
    denied = {_denied_at(call, error): error for call, error in failed if _code(error) in _DENIED}
    if denied:
        raise AnsibleAWSError(message=f"No permission for {', '.join(sorted(denied))}", exception=next(iter(denied.values())))
    known = (botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError, botocore.parsers.ResponseParserError)
    for call, error in failed:
        if isinstance(error, known):
            raise AnsibleAWSError(message=f"Failed to call {_at(call)}{_hint(call, error)}", exception=error)
    return [running[call.key].result() for call in calls]


def _at(call: Call) -> str:
    return f"{call.action} in {call.client.meta.region_name}"


def _denied_at(call: Call, error: BaseException) -> str:
    """The denied action: that of the call, or the one before it that gets the credentials of a role."""
    operation = str(getattr(error, "operation_name", ""))
    return f"sts:{operation}" if operation.startswith(_ROLES) else _at(call)


def _hint(call: Call, error: BaseException) -> str:
    """What to check where AWS does not say it."""
    if _code(error) in _UNKNOWN or isinstance(error, botocore.exceptions.EndpointConnectionError):
        return f" (check that the region {call.client.meta.region_name} exists and is enabled for the account, and the credentials)"
    if isinstance(error, botocore.parsers.ResponseParserError):
        return " (something else than AWS answered, such as a proxy)"
    return ""


def _code(error: BaseException) -> str:
    response = getattr(error, "response", None) or {}  # errors of the connection have none
    return str(response.get("Error", {}).get("Code", ""))
