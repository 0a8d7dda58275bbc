# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Images (rules 12, 15, 27): pending while the snapshot is taken or copied; the hosts keep the files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.ec2.models import ec2_backends

from .. import clock, faults, hooks
from ..patches.images import snapshots_of
from ..registry import Call, effect

AVAILABLE = 240.0  # seconds


@effect(12, "ec2", "CreateImage")
def create(call: Call) -> None:
    """The instance is rebooted by default; the image is available once its files are taken and time has passed."""
    instance_id = call.params["InstanceId"]
    running = call.ec2.get_instance(instance_id).state == "running"
    reboot = running and not call.params.get("NoReboot", False)
    _pend(call, lambda image_id: hooks.capture(instance_id, image_id, reboot))


@effect(27, "ec2", "CopyImage")
def copy(call: Call) -> None:
    """A copy takes its time; it has its source's tags only if asked for, and those of the request."""
    source_id = call.params["SourceImageId"]
    image = call.ec2.amis[call.result["ImageId"]]
    source = ec2_backends[call.ec2.account_id][call.params["SourceRegion"]].amis[source_id]
    if call.params.get("CopyImageTags"):
        image.add_tags({tag["key"]: tag["value"] for tag in source.get_tags()})
    _tag(call, image)
    _pend(call, lambda image_id: hooks.copy(source_id, image_id))


@effect(None, "ec2", "RegisterImage")
def register(call: Call) -> None:
    """moto keeps only name and description."""
    image = call.ec2.amis[call.result["ImageId"]]
    image.architecture = call.params.get("Architecture", "x86_64")
    image.virtualization_type = call.params.get("VirtualizationType", "hvm")
    image.root_device_name = call.params.get("RootDeviceName", "/dev/sda1")
    image.root_device_type = "ebs"
    for mapping in call.params.get("BlockDeviceMappings", ()):
        if mapping["DeviceName"] == image.root_device_name:
            given = mapping["Ebs"].get("SnapshotId")
            if given:  # one that is there already; moto has made another
                del call.ec2.snapshots[image.ebs_snapshot.id]
                image.ebs_snapshot = call.ec2.get_snapshot(given)
                continue
            image.ebs_snapshot.volume.size = int(mapping["Ebs"].get("VolumeSize", 8))
            image.ebs_snapshot.volume.volume_type = mapping["Ebs"].get("VolumeType", "gp3")
    _tag(call, image)


@effect(15, "ec2", "DeregisterImage")
def deregister(call: Call) -> None:
    """Its snapshots are kept unless they are deleted too; hosts launched from it keep running."""
    call.later.append(lambda: hooks.forget(call.params["ImageId"]))
    if call.params.get("DeleteAssociatedSnapshots"):
        for snapshot in list(call.ec2.snapshots.values()):
            if snapshot.from_ami == call.params["ImageId"]:
                call.ec2.delete_snapshot(snapshot.id)


def _tag(call: Call, image: Any) -> None:
    for entry in call.params.get("TagSpecifications", ()):
        tags = {tag["Key"]: tag["Value"] for tag in entry["Tags"]}
        if entry["ResourceType"] == "image":
            image.add_tags(tags)
        else:
            for _device, snapshot in snapshots_of(image):
                snapshot.add_tags(tags)


def _pend(call: Call, keep_files: Callable[[str], None]) -> None:
    image = call.ec2.amis[call.result["ImageId"]]
    snapshots = [snapshot for _device, snapshot in snapshots_of(image)]
    faults.hide(image.id)
    faults.delay(image.id, *(snapshot.id for snapshot in snapshots))
    _enter(image, snapshots, "pending", "pending")

    def finish() -> None:
        try:
            keep_files(image.id)
        except Exception:
            _enter(image, snapshots, "failed", "error")
            raise
        final = ("failed", "error") if faults.breaks() else ("available", "completed")
        clock.after(AVAILABLE, lambda: _enter(image, snapshots, *final))

    call.later.append(finish)


def _enter(image: Any, snapshots: list[Any], state: str, snapshot_state: str) -> None:
    image.state = state
    for snapshot in snapshots:
        snapshot.status = snapshot_state
