# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The images and the instances."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from datetime import UTC, datetime
from unittest import mock

import boto3
import moto.ec2.models.amis
import moto.ec2.models.instances
from moto.ec2.models import ec2_backends
from moto.ssm.models import Parameter, ssm_backends

from rehearsal import settings
from rehearsal.accounts.default import FIRST_STREAM_MANAGER, NAME
from rehearsal.accounts.model import Account, Image, Instance
from rehearsal.aws.patches.encryption import encrypt

from .common import Tick, tags, until


def build(account: Account, ids: Mapping[str, str], tick: Tick) -> None:
    """Make them in the network of these ids, and wait until the instances run."""
    for name, image in account.images.items():
        _image(name, image)
    for name, image_name in account.parameters.items():
        _parameter(name, account.images[image_name].id)
    for profile in sorted(
        {one.launch["IamInstanceProfile"]["Name"] for one in account.instances.values() if "IamInstanceProfile" in one.launch}
    ):
        boto3.client("iam").create_instance_profile(InstanceProfileName=profile)
    for name, instance in account.instances.items():
        _launch(name, instance, account.images[instance.image].id, ids)
    until(tick, "the instances run", lambda: len(_running()) == len(account.instances))


def wait(account: Account, tick: Tick) -> None:
    """Wait until the first stream manager answers, and stop what is to be stopped."""
    if FIRST_STREAM_MANAGER not in account.instances:
        return
    address = _running()[account.instances[FIRST_STREAM_MANAGER].id]
    until(tick, f"the first stream manager answers on {address}", lambda: _answers(address))
    stopped = [instance.id for instance in account.instances.values() if instance.stopped]
    if stopped:
        boto3.client("ec2").stop_instances(InstanceIds=stopped)
        until(tick, "instances are stopped", lambda: len(_in_state("stopped")) == len(stopped))


def _image(name: str, image: Image) -> None:
    ec2 = boto3.client("ec2")
    with mock.patch.object(moto.ec2.models.amis, "random_ami_id", return_value=image.id):
        ec2.register_image(Name=name, Architecture="x86_64", RootDeviceName="/dev/sda1", VirtualizationType="hvm")
    disks = ec2.describe_images(ImageIds=[image.id])["Images"][0]["BlockDeviceMappings"]
    own = [*tags(name), *_more(image.tags)]
    if own:
        ec2.create_tags(Resources=[image.id, *(disk["Ebs"]["SnapshotId"] for disk in disks)], Tags=own)
    held = ec2_backends[settings.ACCOUNT][settings.REGION].amis[image.id]
    held.state = image.state
    if image.encrypted:
        key = boto3.client("kms").create_key(Description="of the customer")["KeyMetadata"]["Arn"]
        encrypt(held, key)


def _parameter(name: str, image: str) -> None:
    """AWS alone creates public parameters, so that moto's API refuses it too."""
    held = Parameter(  # type: ignore[abstract]
        account_id=settings.ACCOUNT,
        name=name,
        value=image,
        parameter_type="String",
        description=None,
        allowed_pattern=None,
        keyid=None,
        last_modified_date=datetime.now(UTC),
        version=1,
        data_type="aws:ec2:image",
    )
    ssm_backends[settings.ACCOUNT][settings.REGION]._parameters[name].append(held)


def _more(texts: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in texts.items()]


def _launch(name: str, instance: Instance, image: str, ids: Mapping[str, str]) -> None:
    own = [*tags(name), *_more(instance.tags)]
    marks = [{"ResourceType": kind, "Tags": own} for kind in ("instance", "volume") if own]
    with mock.patch.object(moto.ec2.models.instances, "random_instance_id", return_value=instance.id):
        boto3.client("ec2").run_instances(
            ClientToken=name,
            ImageId=image,
            InstanceType=instance.type,
            KeyName=NAME,
            SubnetId=ids[instance.subnet],
            SecurityGroupIds=[ids[group] for group in (instance.group, *instance.more_groups)],
            MinCount=1,
            MaxCount=1,
            TagSpecifications=marks,
            **instance.launch,
        )


def _running() -> dict[str, str]:
    """Instance id -> private address of the instances that run."""
    return _in_state("running")


def _in_state(state: str) -> dict[str, str]:
    reservations = boto3.client("ec2").describe_instances(Filters=[{"Name": "instance-state-name", "Values": [state]}])["Reservations"]
    return {one["InstanceId"]: one["PrivateIpAddress"] for reservation in reservations for one in reservation["Instances"]}


def _answers(address: str) -> bool:
    for port in (settings.SSH_PORT, settings.RED5_PORT):
        try:
            socket.create_connection((address, port), timeout=1).close()
        except OSError:
            return False
    return True
