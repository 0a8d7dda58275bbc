# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The images and the instances."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from unittest import mock

import boto3
import moto.ec2.models.amis
import moto.ec2.models.instances

from rehearsal import settings
from rehearsal.accounts.default import FIRST_STREAM_MANAGER, NAME
from rehearsal.accounts.model import Account

from .common import Tick, tagged, tags, until


def build(account: Account, ids: Mapping[str, str], tick: Tick) -> None:
    """Make them in the network of these ids, and wait until the instances run."""
    ec2 = boto3.client("ec2")
    for name, (image_id, _unused) in account.images.items():
        with mock.patch.object(moto.ec2.models.amis, "random_ami_id", return_value=image_id):
            ec2.register_image(Name=name, Architecture="x86_64", RootDeviceName="/dev/sda1", VirtualizationType="hvm")
        disks = ec2.describe_images(ImageIds=[image_id])["Images"][0]["BlockDeviceMappings"]
        ec2.create_tags(Resources=[image_id, *(disk["Ebs"]["SnapshotId"] for disk in disks)], Tags=tags(name))
    for name, (instance_id, image, type_, subnet, group) in account.instances.items():
        with mock.patch.object(moto.ec2.models.instances, "random_instance_id", return_value=instance_id):
            ec2.run_instances(
                ClientToken=name,
                ImageId=account.images[image][0],
                InstanceType=type_,
                KeyName=NAME,
                SubnetId=ids[subnet],
                SecurityGroupIds=[ids[group]],
                MinCount=1,
                MaxCount=1,
                TagSpecifications=tagged("instance", name) + tagged("volume", name),
            )
    until(tick, "the instances run", lambda: len(_running()) == len(account.instances))


def wait(account: Account, tick: Tick) -> None:
    """Wait until the first stream manager answers."""
    address = _running()[account.instances[FIRST_STREAM_MANAGER][0]]
    until(tick, f"the first stream manager answers on {address}", lambda: _answers(address))


def _running() -> dict[str, str]:
    """Instance id -> private address of the instances that run."""
    reservations = boto3.client("ec2").describe_instances(Filters=[{"Name": "instance-state-name", "Values": ["running"]}])["Reservations"]
    return {one["InstanceId"]: one["PrivateIpAddress"] for reservation in reservations for one in reservation["Instances"]}


def _answers(address: str) -> bool:
    for port in (settings.SSH_PORT, settings.RED5_PORT):
        try:
            socket.create_connection((address, port), timeout=1).close()
        except OSError:
            return False
    return True
