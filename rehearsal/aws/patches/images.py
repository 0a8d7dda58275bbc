# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Images: their devices and sizes are those of the instance, and their snapshots can be tagged."""

from __future__ import annotations

from copy import copy
from typing import Any

from moto.ec2.models import ec2_backends
from moto.ec2.models.amis import Ami, AmiBackend

from .patching import patch, patch_property

FAST = ("io1", "io2")  # they have as many IOPS as were asked for


@patch_property(Ami, "block_device_mappings")
def devices(image: Any) -> list[dict[str, Any]]:
    """One mapping for each snapshot; moto always says 15 GiB."""
    return [
        {
            "DeviceName": device,
            "Ebs": {
                "SnapshotId": snapshot.id,
                "VolumeSize": snapshot.volume.size,
                "VolumeType": snapshot.volume.volume_type,
                "DeleteOnTermination": True,
                "Encrypted": snapshot.encrypted,
                **speed(snapshot.volume),
            },
        }
        for device, snapshot in snapshots_of(image)
    ]


def speed(volume: Any) -> dict[str, int]:
    """What a block device mapping says of it, which AWS leaves out where the type decides."""
    if volume.volume_type == "gp3":
        return {"Iops": max(volume.iops or 0, 3000), "Throughput": volume.throughput or 125}
    return {"Iops": volume.iops} if volume.volume_type in FAST else {}


def snapshots_of(image: Any) -> list[tuple[str, Any]]:
    """Device name and snapshot of each volume, the root volume first."""
    return [(image.root_device_name, image.ebs_snapshot), *getattr(image, "more_snapshots", ())]


@patch(AmiBackend, "create_image")
def image_of_all_volumes(
    original: Any, backend: Any, instance_id: str, name: str, description: str, tag_specifications: list[dict[str, Any]]
) -> Any:
    """A snapshot of each volume; moto cannot tag them."""
    for_images = [entry for entry in tag_specifications if entry["ResourceType"] != "snapshot"]
    image = original(backend, instance_id, name, description, for_images)
    instance = backend.get_instance(instance_id)
    image.root_device_name, image.root_device_type = instance.root_device_name, "ebs"
    image.more_snapshots = []
    for device, mapping in instance.get_block_device_mapping:
        volume = backend.get_volume(mapping.volume_id)
        if device == image.root_device_name:
            image.ebs_snapshot.volume = copy(volume)
        else:
            snapshot = backend.create_snapshot(volume.id, image.ebs_snapshot.description, from_ami=image.id)
            image.more_snapshots.append((device, snapshot))
    for entry in tag_specifications:
        if entry["ResourceType"] == "snapshot":
            for _device, snapshot in snapshots_of(image):
                snapshot.add_tags({tag["Key"]: tag["Value"] for tag in entry["Tags"]})
    return image


@patch(AmiBackend, "copy_image")
def copy_of_all_volumes(original: Any, backend: Any, source_image_id: str, source_region: str, *args: Any) -> Any:
    """The copy has the devices of its source, in snapshots of its own."""
    image = original(backend, source_image_id, source_region, *args)
    source = ec2_backends[backend.account_id][source_region].amis[source_image_id]
    image.root_device_name, image.root_device_type = source.root_device_name, source.root_device_type
    image.ebs_snapshot.volume.size = source.ebs_snapshot.volume.size
    image.more_snapshots = []
    for device, original_snapshot in snapshots_of(source)[1:]:
        volume = backend.create_volume(size=original_snapshot.volume.size, zone_name=f"{backend.region_name}a")
        image.more_snapshots.append((device, backend.create_snapshot(volume.id, "Copied", from_ami=image.id)))
        backend.delete_volume(volume.id)
    return image
