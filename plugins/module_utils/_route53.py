# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The calls to Route 53: each retried while throttled, and a wait with a timeout."""

from __future__ import annotations

from functools import partial
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.errors import AWSErrorHandler
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.retries import AWSRetry
from ansible_collections.streamops.red5pro.plugins.module_utils._acm import poll

_retry = AWSRetry.jittered_backoff(catch_extra_error_codes=["PriorRequestNotComplete"])


@AWSErrorHandler.common_error_handler("list records")
@_retry
def records(client: Any, zone_id: str, name: str) -> list[dict[str, Any]]:
    """The record sets of a zone from this name on; those of the name come first."""
    return client.list_resource_record_sets(HostedZoneId=zone_id, StartRecordName=name)["ResourceRecordSets"]


@AWSErrorHandler.common_error_handler("change records")
@_retry
def _change(client: Any, zone_id: str, batch: list[dict[str, Any]]) -> dict[str, Any]:
    return client.change_resource_record_sets(HostedZoneId=zone_id, ChangeBatch={"Changes": batch})["ChangeInfo"]


@AWSErrorHandler.common_error_handler("read the state of a change of records")
@_retry
def _state(client: Any, change_id: str) -> str:
    return client.get_change(Id=change_id)["ChangeInfo"]["Status"]


def change(client: Any, zone_id: str, batch: list[dict[str, Any]], timeout: int, interval: int) -> None:
    """Sends a batch, and waits up to timeout seconds until all name servers have it (0: not at all)."""
    made = _change(client, zone_id, batch)
    if timeout and poll(partial(_state, client, made["Id"]), lambda state: state == "INSYNC", timeout, interval) != "INSYNC":
        raise AnsibleAWSError(
            message=f"Waited {timeout} s until all name servers have change {made['Id']}. It is still pending. Check wait_timeout."
        )
