# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Images: their names, what they are made from, their snapshots (rules 14, 15)."""

from __future__ import annotations

import re

from moto.ec2.models import ec2_backends

from rehearsal import settings

from ..patches.images import snapshots_of
from ..registry import Call, Refusal, effect, rule

NAME = re.compile(r"[A-Za-z0-9()\[\] ./\-'@_]{3,128}")


@rule(14, "ec2", "CreateImage", "CopyImage", "RegisterImage")
def unique_name(call: Call) -> None:
    """3 to 128 characters, and no other image of that name in the account and region."""
    name = call.params.get("Name", "")
    if not NAME.fullmatch(name):
        raise Refusal(
            "InvalidAMIName.Malformed",
            "AMI names must be between 3 and 128 characters long, and may contain letters, numbers, '(', ')', '.', '-', '/' and '_'",
        )
    for image in call.ec2.amis.values():
        if image.name == name and image.owner_id == settings.ACCOUNT:
            raise Refusal("InvalidAMIName.Duplicate", f"AMI name {name} is already in use by AMI {image.id}")


@rule(None, "ec2", "CreateImage")
def instance_in_a_state_for_it(call: Call) -> None:
    """Only a running or stopped instance."""
    instance = call.ec2.get_instance(call.params["InstanceId"])
    if instance.state not in ("running", "stopping", "stopped"):
        raise Refusal("IncorrectState", f"Instance is not in state 'running' or 'stopped': {instance.id} is {instance.state}")


@rule(27, "ec2", "CopyImage")
def source_available(call: Call) -> None:
    """Only a finished image of the region named can be copied."""
    image = ec2_backends[settings.ACCOUNT][call.params["SourceRegion"]].amis.get(call.params["SourceImageId"])
    if image is None:
        raise Refusal("InvalidAMIID.NotFound", f"The image id '[{call.params['SourceImageId']}]' does not exist")
    if image.state != "available":
        raise Refusal("InvalidRequest", f"The image {image.id} is in state {image.state} and cannot be copied")


@rule(None, "ec2", "DescribeImages", "DeregisterImage")
def known_images(call: Call) -> None:
    """moto answers nothing for a deregistered one."""
    for image_id in call.params.get("ImageIds", [call.params.get("ImageId")] if "ImageId" in call.params else ()):
        if image_id.startswith("ami-") and image_id not in call.ec2.amis:
            raise Refusal("InvalidAMIID.NotFound", f"The image id '[{image_id}]' does not exist")


@effect(15, "ec2", "DescribeSnapshots")
def of_the_owners_asked_for(call: Call) -> None:
    """moto ignores the owners."""
    owners = {settings.ACCOUNT if owner == "self" else owner for owner in call.params.get("OwnerIds", ())}
    if owners:
        call.result["Snapshots"] = [snapshot for snapshot in call.result["Snapshots"] if snapshot.owner_id in owners]


@rule(15, "ec2", "DeleteSnapshot")
def used_by_no_image(call: Call) -> None:
    """moto knows only the image that a snapshot was made for."""
    for image in call.ec2.amis.values():
        if call.params["SnapshotId"] in (snapshot.id for _device, snapshot in snapshots_of(image)):
            raise Refusal("InvalidSnapshot.InUse", f"The snapshot {call.params['SnapshotId']} is currently in use by {image.id}")
