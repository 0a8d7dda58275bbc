# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The gate every API call goes through: clock, faults, rules, moto, effects, shapes, log."""

from __future__ import annotations

import functools
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import moto.core.errors
from botocore.model import OperationNotFoundError
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import camelcase_to_underscores
from werkzeug.exceptions import HTTPException

from . import answers, calllog, clock
from .registry import EFFECTS, RULES, SHAPES, Call, Refusal, matching

# Where AWS's HTTP status is not 400 and clients check it.
STATUS = {
    "AccessDenied": 403,
    "DryRunOperation": 412,
    "InternalError": 500,
    "RequestLimitExceeded": 503,
    "ServiceUnavailable": 503,
    "UnauthorizedOperation": 403,
}

log_path: Path | None = None  # None: no log is kept
authorize: Callable[[Call], None] | None = None  # raises Refusal for what the caller may not do; None: everything is allowed

_answer: Callable[[BaseResponse], Any] = BaseResponse.call_action
_parse: Callable[[BaseResponse, Any], None] = BaseResponse.parse_parameters


def install() -> None:
    """Put the gate in front of every service of moto; a second call changes nothing."""
    BaseResponse.call_action = _gated  # type: ignore[method-assign, assignment]
    # AWS answers with more codes than its service models list, and moto warns of each.
    vars(moto.core.errors)["warn"] = lambda *_args, **_kwargs: None
    BaseResponse.parse_parameters = _parse_what_is_known  # type: ignore[method-assign, assignment]


def _gated(response: BaseResponse) -> Any:
    action = response._get_action() or ""
    call = Call(response.service_name or "", action, _parameters(response), response.region, response.access_key)
    status = 500
    try:
        with clock.lock:
            try:
                status, headers, body = _serve(response, call)
            finally:
                clock.changed()
        try:
            for step in call.later:
                step()
        except Exception as defect:
            status, headers, body = _refuse(response, call, _internal_error(call, defect))
    finally:
        log(call, status)
    return status, headers, body


def _serve(response: BaseResponse, call: Call) -> Any:
    method = camelcase_to_underscores(call.action) or "unknown"
    original = getattr(response, method, None) if hasattr(type(response), method) else None
    guarded = functools.partial(_guarded, call, original)
    if original is None:
        try:
            guarded()
        except ServiceException as refusal:
            return _refuse(response, call, refusal)
    setattr(response, method, guarded)  # call_action looks its method up on the instance
    written = _answer(response)
    return _with_status(call, *written) if call.error else _shaped(response, call, written)


def _shaped(response: BaseResponse, call: Call, written: answers.Written) -> answers.Written:
    """The answer with AWS's own keys, as it is recorded."""
    call.answer = answers.read(response, written)
    changes = list(matching(SHAPES, call))
    for entry in changes:
        entry.check(call)
    return answers.write(response, call.answer) if changes else written


def _refuse(response: BaseResponse, call: Call, refusal: ServiceException) -> Any:
    return _with_status(call, *response.serialized(ActionResult(refusal)))


def _with_status(call: Call, status: int, headers: dict[str, str], body: Any) -> Any:
    if call.error in STATUS:
        status = STATUS[call.error]
        headers["status"] = str(status)
    return status, headers, body


def _internal_error(call: Call, defect: Exception) -> Refusal:
    traceback.print_exception(defect, file=sys.stderr)
    call.error = "InternalError"
    return Refusal(call.error, f"An internal error has occurred: {defect!r}")


def _guarded(call: Call, original: Callable[[], Any] | None) -> Any:
    try:
        clock.tick()
        if authorize:
            authorize(call)
        for entry in matching(RULES, call):
            entry.check(call)
        if call.service == "ec2" and call.params.get("DryRun"):
            raise Refusal("DryRunOperation", "Request would have succeeded, but DryRun flag is set.")
        if original is None:
            raise Refusal("InvalidAction", f"The action {call.action} is not valid for this web service.")
        answer = original()
        call.result = answer.result if isinstance(answer, ActionResult) else None
        for entry in matching(EFFECTS, call):
            entry.check(call)
        if isinstance(answer, ActionResult):
            answer._result = call.result
        return answer
    except ServiceException as refusal:
        call.error = refusal.code
        raise
    except HTTPException as refusal:
        call.error = getattr(refusal, "error_type", refusal.name)
        raise
    except NotImplementedError as missing:
        call.error = "UnsupportedOperation"
        raise Refusal(call.error, f"The functionality you requested is not available here: {missing}") from missing
    except Exception as defect:
        raise _internal_error(call, defect) from defect


def _parameters(response: BaseResponse) -> dict[str, Any]:
    """The parameters under the names of the service model, whichever way moto itself reads them."""
    if not response.automated_parameter_parsing:
        response.parse_parameters(response.normalized_request)
    return response.params  # type: ignore[no-any-return]


def _parse_what_is_known(response: BaseResponse, request: Any) -> None:
    try:
        _parse(response, request)
    except (OperationNotFoundError, AttributeError):
        response.params = {}


def log(call: Call, status: int) -> None:
    """Write one line for a call that was answered with this HTTP status."""
    if log_path is None:
        return
    entry = {
        "time": time.time(),
        "service": call.service,
        "action": call.action,
        "region": call.region,
        "params": calllog.without_secrets(call.params),
        "code": int(status),
        "error": call.error,
        "access_key": call.access_key,
        "mutating": calllog.is_mutating(call.action) and call.error != "DryRunOperation",
    }
    if call.requests:
        entry["requests"] = call.requests
    with clock.lock:
        calllog.write(log_path, entry)
        if call.answer:
            calllog.write(log_path.with_name(calllog.ANSWERS), calllog.answer_of(call.service, call.action, call.answer))
