# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Valid calls that fail: throttling, eventual consistency, and errors that a test plans."""

from __future__ import annotations

from dataclasses import dataclass

from .registry import Call, Refusal, rule

# The code each service throttles with (rule 22); the services not named here use the last.
THROTTLING = {"ec2": "RequestLimitExceeded", "elbv2": "Throttling", "route53": "Throttling"}
OTHER_THROTTLING = "ThrottlingException"

eventual: bool = False  # rules 21 and 32; on by itself at a pace above 0, because the modules sleep 15 s over it
broken_images: int = 0  # rule 35: as many of the next images fail
late: int = 0  # rule 33: as many filtered answers lack a new resource, or one whose tags are new

auto_tags: dict[str, str] = {}  # the tags that an auto-tagger adds to every new resource


@dataclass
class _Fault:
    code: str | None  # None: the service's own throttling code
    times: int


_planned: dict[str, list[_Fault]] = {}
_unseen: set[str] = set()
_late: dict[str, int] = {}  # resource: how many filtered answers still lack it


def set_up(pace: float) -> None:
    """Reset: plan no fault."""
    global eventual, late, broken_images, auto_tags
    eventual, late, broken_images = pace > 0, 0, 0
    _planned.clear()
    _unseen.clear()
    _late.clear()
    auto_tags = {}


def throttle(action: str, times: int = 1) -> None:
    """Let the next `times` calls of `action` (`DescribeInstances`) be throttled as that service does."""
    _planned.setdefault(action, []).append(_Fault(None, times))


def fail(action: str, code: str, times: int = 1) -> None:
    """Let the next `times` calls of `action` answer the error `code`."""
    _planned.setdefault(action, []).append(_Fault(code, times))


def hide(*new: str) -> None:
    """Let the next EC2 call that names one of these new instances and images not know it."""
    if eventual:
        _unseen.update(new)


def delay(*new: str) -> None:
    """Let the next filtered answers lack these new resources."""
    if late:
        _late.update(dict.fromkeys(new, late))


def lacks(resource: str) -> bool:
    """Whether a filtered answer still lacks a resource; each question counts as an answer."""
    left = _late.pop(resource, 0)
    if left > 1:
        _late[resource] = left - 1
    return left > 0


def breaks() -> bool:
    """Whether the image that is just made fails; each question counts as an image."""
    global broken_images
    broken_images, left = max(broken_images - 1, 0), broken_images
    return left > 0


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
    named = {call.params.get(key) for key in ("InstanceId", "ImageId", "SourceImageId")}
    named |= {one for key in ("InstanceIds", "ImageIds", "Resources") for one in call.params.get(key, ())}
    hidden = sorted(_unseen & named)
    if hidden:
        _unseen.difference_update(hidden)
        kind = "AMI" if hidden[0].startswith("ami-") else "Instance"
        raise Refusal(f"Invalid{kind}ID.NotFound", f"The {kind.lower()} ID '{hidden[0]}' does not exist")
