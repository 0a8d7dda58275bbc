# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Volumes: how fast they are, also those of a launch; images are found by their snapshots."""

from __future__ import annotations

from typing import Any

from moto.ec2.models.amis import Ami
from moto.ec2.models.elastic_block_store import EBSBackend, VolumeAttachment
from moto.ec2.models.instances import Instance

from .images import snapshots_of
from .patching import patch, patch_property


@patch(Instance, "add_block_device")
def with_its_speed(
    original: Any,
    instance: Any,
    size: int | None,
    device_path: str,
    snapshot_id: str | None,
    encrypted: bool,
    delete_on_termination: bool,
    kms_key_id: str | None,
    volume_type: str | None,
) -> None:
    """With IOPS and throughput."""
    backend, asked = instance.ec2_backend, instance.ec2_backend.devices_asked[device_path]
    volume = backend.create_volume(
        size=size,
        zone_name=instance.availability_zone,
        snapshot_id=snapshot_id,
        encrypted=encrypted,
        kms_key_id=kms_key_id,
        volume_type=volume_type,
        iops=asked.get("Iops"),
        throughput=asked.get("Throughput"),
    )
    backend.attach_volume(volume.id, instance.id, device_path, delete_on_termination)


@patch(EBSBackend, "create_volume")
def speed_that_comes_with_it(original: Any, backend: Any, *args: Any, **kwargs: Any) -> Any:
    """3 IOPS for each GiB of gp2, 125 MiB/s of gp3."""
    volume = original(backend, *args, **kwargs)
    volume.multi_attach_enabled = bool(volume.multi_attach_enabled)
    if volume.volume_type == "gp2":
        volume.iops = min(max(100, 3 * int(volume.size)), 16000)
    elif volume.volume_type == "gp3":
        volume.throughput = volume.throughput or 125
    return volume


@patch_property(VolumeAttachment, "delete_on_termination")
def goes_with_its_instance(attachment: Any) -> bool:
    """moto returns it only for the instance's devices."""
    return bool(getattr(attachment.instance.block_device_mapping.get(attachment.device), "delete_on_termination", False))


@patch(Ami, "get_filter_value")
def by_snapshot(original: Any, image: Any, filter_name: str, method_name: str | None = None) -> Any:
    """Images are found by their snapshots too."""
    if filter_name == "block-device-mapping.snapshot-id":
        return [snapshot.id for _device, snapshot in snapshots_of(image)]
    return original(image, filter_name, method_name)
