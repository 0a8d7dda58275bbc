# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Route 53 changes (rule 25): pending for a while, then in sync."""

from __future__ import annotations

import copy
import hashlib
import itertools
from typing import Any

from moto.core.utils import utcnow

from .. import clock
from ..registry import Call, Refusal, effect

IN_SYNC = 30.0  # seconds
_numbers = itertools.count(1)


@effect(25, "route53", "ChangeResourceRecordSets", "CreateHostedZone", "DeleteHostedZone")
def begin_change(call: Call) -> None:
    """Every change has an id of its own; moto has one for all, in sync at once."""
    number = hashlib.sha256(str(next(_numbers)).encode()).hexdigest()[:20].upper()
    change = {"Id": f"/change/C{number}", "Status": "PENDING", "SubmittedAt": utcnow()}
    changes(call)[f"C{number}"] = change
    call.result["ChangeInfo"] = dict(change)
    clock.after(IN_SYNC, lambda: change.update(Status="INSYNC"))


@effect(25, "route53", "GetChange")
def show_change(call: Call) -> None:
    """How far a change has come."""
    number = call.params["Id"].removeprefix("/change/")
    if number not in changes(call):
        raise Refusal("NoSuchChange", f"A change with the specified change ID does not exist: {number}")
    call.result["ChangeInfo"] = dict(changes(call)[number])


@effect(None, "route53", "ListResourceRecordSets")
def escaped_asterisk(call: Call) -> None:
    """AWS writes the asterisk of a name as an octal escape."""
    call.result["ResourceRecordSets"] = [_escaped(record) for record in call.result["ResourceRecordSets"]]


def changes(call: Call) -> dict[str, dict[str, Any]]:
    """The changes of this account by their id."""
    known: dict[str, dict[str, Any]] = vars(call.route53).setdefault("changes", {})
    return known


def _escaped(record: Any) -> Any:
    if "*" not in record.name:
        return record
    shown = copy.copy(record)
    shown.name = record.name.replace("*", "\\052")
    return shown
