# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The customer's keys that a call has EC2 use."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from moto.ec2.models import ec2_backends
from moto.kms.models import kms_backends

from rehearsal import settings

from ..patches.images import snapshots_of
from ..registry import Call

ACTIONS = ("CreateGrant", "Decrypt", "DescribeKey", "GenerateDataKeyWithoutPlaintext", "ReEncryptFrom", "ReEncryptTo")


def used(call: Call) -> list[str]:
    """The ARNs of the keys, AWS's own left out: those may be used by everybody."""
    if call.service != "ec2":
        return []
    if call.action == "RunInstances":
        named = [*_of_image(call.region, call.params.get("ImageId")), *_of_mappings(call.params.get("BlockDeviceMappings", ()))]
    elif call.action == "CopyImage":
        named = [*_of_image(call.params.get("SourceRegion", call.region), call.params.get("SourceImageId")), call.params.get("KmsKeyId")]
    elif call.action == "StartInstances":
        instances = [call.ec2.get_instance_by_id(one) for one in call.params.get("InstanceIds", ())]
        named = [device.volume.kms_key_id for one in instances if one for device in _devices(one)]
    else:
        return []
    return sorted({arn for key in named if key and (arn := _customers(str(key)))})


def _devices(instance: Any) -> Iterable[Any]:
    backend = instance.ec2_backend
    return [
        attached
        for volume in backend.volumes.values()
        if (attached := volume.attachment) is not None and attached.instance.id == instance.id
    ]


def _of_image(region: str, image_id: str | None) -> list[str | None]:
    image = ec2_backends[settings.ACCOUNT][region].amis.get(image_id or "")
    return [snapshot.kms_key_id for _device, snapshot in snapshots_of(image)] if image else []


def _of_mappings(mappings: Iterable[Any]) -> Iterable[str | None]:
    return [mapping.get("Ebs", {}).get("KmsKeyId") for mapping in mappings]


def _customers(key: str) -> str | None:
    """The ARN of a key, unless AWS manages it."""
    region = key.split(":")[3] if key.startswith("arn:") else settings.REGION
    backend = kms_backends[settings.ACCOUNT][region]
    held = backend.keys.get(key.rpartition("/")[2])
    if "alias/aws/" in key or (held and any(alias.startswith("alias/aws/") for alias in held.aliases)):
        return None
    return key if key.startswith("arn:") else f"arn:aws:kms:{region}:{settings.ACCOUNT}:key/{key}"
