# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Encryption (rule 48): a snapshot has the key of its volume, a volume that of its snapshot, a copy of an image a key of its own region."""

from __future__ import annotations

from typing import Any

from moto.ec2.models import ec2_backends
from moto.ec2.models.elastic_block_store import EBSBackend, Snapshot

from rehearsal import settings

from ..registry import Call, effect
from .images import snapshots_of
from .patching import patch, patch_property

patch_property(Snapshot, "encrypted")(lambda snapshot: bool(snapshot.volume.encrypted))
patch_property(Snapshot, "kms_key_id")(lambda snapshot: snapshot.volume.kms_key_id)


def encrypt(image: Any, key: str) -> None:
    """Let an image have been encrypted with this key."""
    for _device, snapshot in snapshots_of(image):
        snapshot.volume.encrypted, snapshot.volume.kms_key_id = True, key


@patch(EBSBackend, "create_volume")
def with_the_snapshots_key(original: Any, backend: Any, *args: Any, **kwargs: Any) -> Any:
    """Unless another key is asked for."""
    volume = original(backend, *args, **kwargs)
    snapshot = backend.snapshots.get(volume.snapshot_id)
    if snapshot is not None and snapshot.encrypted:
        volume.kms_key_id = volume.kms_key_id or snapshot.kms_key_id
    return volume


@effect(48, "ec2", "CopyImage")
def copied_with_a_key(call: Call) -> None:
    """An encrypted source makes an encrypted copy, with AWS's own key unless another one is asked for."""
    source = ec2_backends[settings.ACCOUNT][call.params["SourceRegion"]].amis[call.params["SourceImageId"]]
    if call.params.get("Encrypted") or source.ebs_snapshot.encrypted:
        own = f"arn:aws:kms:{call.region}:{settings.ACCOUNT}:alias/aws/ebs"
        encrypt(call.ec2.amis[call.result["ImageId"]], call.params.get("KmsKeyId") or own)
