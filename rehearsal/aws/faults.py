# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Calls that fail although nothing is wrong with them: throttling, eventual consistency, and what a test asks for."""

from __future__ import annotations

from dataclasses import dataclass

from .registry import Call, Refusal, rule

# The code each service throttles with (rule 22); the services not named here use the last.
THROTTLING = {"ec2": "RequestLimitExceeded", "elbv2": "Throttling", "route53": "Throttling"}
OTHER_THROTTLING = "ThrottlingException"

eventual: bool = False  # rule 21; on by itself at a pace above 0, because the modules sleep 15 s over it


auto_tags: dict[str, str] = {}  # what an auto-tagger puts on whatever anybody makes


@dataclass
class _Fault:
    code: str | None  # None: the service's own throttling code
    times: int


_planned: dict[str, list[_Fault]] = {}
_unseen: set[str] = set()


def set_up(pace: float) -> None:
    """Begin anew, without any fault planned."""
    global eventual, auto_tags
    eventual = pace > 0
    _planned.clear()
    _unseen.clear()
    auto_tags = {}


def throttle(action: str, times: int = 1) -> None:
    """Let the next `times` calls of `action` (`DescribeInstances`) be throttled as that service does."""
    _planned.setdefault(action, []).append(_Fault(None, times))


def fail(action: str, code: str, times: int = 1) -> None:
    """Let the next `times` calls of `action` answer the error `code`."""
    _planned.setdefault(action, []).append(_Fault(code, times))


def hide(instance_id: str) -> None:
    """Let the next EC2 call that names this new instance not know it."""
    if eventual:
        _unseen.add(instance_id)


@rule(22, "*", "*")
def planned_fault(call: Call) -> None:
    """Any call may be throttled."""
    queue = _planned.get(call.action)
    if not queue:
        return
    fault = queue[0]
    fault.times -= 1
    if fault.times <= 0:
        queue.pop(0)
    raise Refusal(fault.code or THROTTLING.get(call.service, OTHER_THROTTLING), "Rate exceeded")


@rule(21, "ec2", "*")
def new_id_not_known_yet(call: Call) -> None:
    """A new id may be unknown to the next call, once."""
    if not _unseen:
        return
    named = {call.params.get("InstanceId"), *call.params.get("InstanceIds", ()), *call.params.get("Resources", ())}
    hidden = sorted(_unseen & named)
    if hidden:
        _unseen.difference_update(hidden)
        raise Refusal("InvalidInstanceID.NotFound", f"The instance ID '{hidden[0]}' does not exist")
