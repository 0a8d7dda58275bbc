# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Images and snapshots: what one in the making does not have yet."""

from __future__ import annotations

from typing import Any

from ..registry import Call, shape
from .ec2 import add

ALWAYS = {
    "EnaSupport": True,
    "Hypervisor": "xen",
    "ImageLocation": "{OwnerId}/{Name}",
    "PlatformDetails": "Linux/UNIX",
    "UsageOperation": "RunInstances",
}
FAILED = {"Code": "Server.InternalError", "Message": "Server.InternalError: Internal error on creation"}
ABSENT_IF_EMPTY = ("Description", "ImageOwnerAlias", "KernelId", "Platform", "ProductCodes", "RamdiskId", "StateReason")


@shape("ec2", "DescribeImages")
def keys_of_an_image(call: Call) -> None:
    """A pending one has no description and no snapshots yet."""
    for image in call.answer["Images"]:
        add(call, image, ALWAYS)
        if image["State"] == "failed":
            image["StateReason"] = FAILED
        for key in ABSENT_IF_EMPTY:
            if not image.get(key) or (key == "Description" and image["State"] == "pending"):
                image.pop(key, None)
        for disk in image["BlockDeviceMappings"] if image["State"] == "pending" else ():
            disk.get("Ebs", {}).pop("SnapshotId", None)


@shape("ec2", "DescribeSnapshots")
def progress_of_a_snapshot(call: Call) -> None:
    """100% only when it is completed."""
    for snapshot in call.answer["Snapshots"]:
        snapshot["Progress"] = _progress(snapshot)
        if not snapshot.get("KmsKeyId"):
            snapshot.pop("KmsKeyId", None)


def _progress(snapshot: dict[str, Any]) -> str:
    return "100%" if snapshot["State"] == "completed" else f"{sum(snapshot['SnapshotId'].encode()) % 100}%"
