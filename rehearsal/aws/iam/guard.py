# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Refuses the operator's calls that the policy does not allow, with the error of each service."""

from __future__ import annotations

from dataclasses import asdict

from rehearsal import settings

from ..registry import Call, Refusal
from .judge import Judge, Request
from .requests import requests

_CODES = {"ec2": "UnauthorizedOperation", "acm": "AccessDeniedException", "service-quotas": "AccessDeniedException"}
_FREE = ("sts",)  # always allowed


class Guard:
    """Checks the operator's calls against the policies."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge

    def check(self, call: Call) -> None:
        """Note in `call.requests` what IAM decides on, and raise a Refusal if any of it is not allowed."""
        if call.access_key != settings.OPERATOR_ACCESS_KEY or call.service in _FREE:
            return
        asked = requests(call)
        call.requests = [asdict(one) for one in asked]
        for one in self._judge.denied(asked):
            raise Refusal(_CODES.get(call.service, "AccessDenied"), _message(call, one))


def _message(call: Call, request: Request) -> str:
    why = (
        f"User: arn:aws:iam::{settings.ACCOUNT}:user/operator is not authorized to perform: {request.action} "
        f"on resource: {request.resource} because no identity-based policy allows the {request.action} action"
    )
    return f"You are not authorized to perform this operation. {why}." if call.service == "ec2" else why
