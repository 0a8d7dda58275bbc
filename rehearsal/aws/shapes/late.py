# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A new resource, or one with new tags, may be missing from filtered answers for a while; `faults.late` says for how many of them."""

from __future__ import annotations

from .. import faults
from ..registry import Call, shape
from .order import UNORDERED


@shape("ec2", "*")
def missing_from_filtered_answers(call: Call) -> None:
    """Asked for by id or without a filter it is there."""
    if not faults.late or not call.params.get("Filters"):
        return
    for key in call.answer.keys() & UNORDERED.keys() - {"Reservations"}:
        call.answer[key] = [one for one in call.answer[key] if not faults.lacks(one[UNORDERED[key]])]
    for reservation in call.answer.get("Reservations", ()):
        reservation["Instances"] = [one for one in reservation["Instances"] if not faults.lacks(one["InstanceId"])]
    if "Reservations" in call.answer:
        call.answer["Reservations"] = [reservation for reservation in call.answer["Reservations"] if reservation["Instances"]]
