# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""CloudWatch alarms: over which time they can be evaluated, whom they notify, and that an update leaves
the tags as they are, but a deletion does not."""

from __future__ import annotations

from moto.cloudwatch.models import cloudwatch_backends

from rehearsal import settings

from ..registry import Call, Refusal, rule

_DAY = 86400


@rule(None, "cloudwatch", "PutMetricAlarm")
def alarm_that_can_be_evaluated(call: Call) -> None:
    """A period is 10, 20, 30 or a multiple of 60 seconds, and all periods together are at most a day."""
    period, periods = int(call.params["Period"]), int(call.params["EvaluationPeriods"])
    if period not in (10, 20, 30) and period % 60:
        raise Refusal("ValidationError", f"Invalid period {period}: must be 10, 20, 30 or a multiple of 60.")
    if period * periods > _DAY:
        raise Refusal("ValidationError", "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400).")


@rule(None, "cloudwatch", "PutMetricAlarm")
def actions_of_this_region(call: Call) -> None:
    """A topic is one of the alarm's region."""
    for arn in [*call.params.get("AlarmActions", ()), *call.params.get("OKActions", ())]:
        parts = str(arn).split(":")
        if len(parts) < 6 or parts[0] != "arn":
            raise Refusal("ValidationError", f"Invalid arn syntax: {arn}")
        if parts[2] == "sns" and parts[3] != call.region:
            raise Refusal("ValidationError", f"Invalid region {parts[3]} specified. Only {call.region} is supported.")


@rule(None, "cloudwatch", "PutMetricAlarm")
def tags_of_new_alarms_only(call: Call) -> None:
    """The tags of a request that updates an alarm are ignored."""
    if call.params["AlarmName"] in cloudwatch_backends[settings.ACCOUNT][call.region].alarms:
        call.params.pop("Tags", None)


@rule(None, "cloudwatch", "DeleteAlarms")
def tags_end_with_their_alarm(call: Call) -> None:
    """One that is made later with the same name has none of them."""
    backend = cloudwatch_backends[settings.ACCOUNT][call.region]
    for alarm in (backend.alarms.get(name) for name in call.params["AlarmNames"]):
        if alarm:
            backend.tagger.delete_all_tags_for_resource(alarm.alarm_arn)
