# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What other people's tools do in an account, and Local and Wavelength Zones."""

from __future__ import annotations

from typing import Any

import pytest
from moto.ec2.models import ec2_backends

from rehearsal import settings
from rehearsal.aws import faults
from rehearsal.aws.patches.encryption import encrypt
from rehearsal.aws.patches.zones import LOCAL, WAVELENGTH

TAGS = {"CostCenter": "4711"}


@pytest.fixture
def tagged(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The account with an auto-tagger."""
    monkeypatch.setattr(faults, "auto_tags", TAGS)
    return cloud


def tags(answer: list[dict[str, str]]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in answer}


def test_an_auto_tagger_tags_load_balancer_and_target_group_a_moment_later(tagged: Any) -> None:
    arns = [tagged.balancer(Tags=[{"Key": "ours", "Value": "1"}]), tagged.target_group()]
    tagged.wait(10)
    described = tagged.elbv2.describe_tags(ResourceArns=arns)["TagDescriptions"]
    assert {one["ResourceArn"]: tags(one["Tags"]) for one in described} == {arns[0]: {"ours": "1", **TAGS}, arns[1]: TAGS}


def test_an_auto_tagger_tags_instances_addresses_and_images_but_not_deleted_ones(tagged: Any) -> None:
    instance = tagged.launch()
    address, gone = (tagged.ec2.allocate_address(Domain="vpc")["AllocationId"] for _unused in range(2))
    tagged.ec2.release_address(AllocationId=gone)
    tagged.wait(100)
    image = tagged.ec2.create_image(InstanceId=instance, Name="live")["ImageId"]
    tagged.wait(10)
    found = tagged.ec2.describe_tags(Filters=[{"Name": "key", "Values": list(TAGS)}])["Tags"]
    assert {one["ResourceId"] for one in found} == {instance, address, image}


def test_a_local_zone_and_a_wavelength_zone_say_what_they_are(cloud: Any) -> None:
    zones = {one["ZoneName"]: one for one in cloud.ec2.describe_availability_zones()["AvailabilityZones"]}
    assert {zones[name]["ZoneType"] for name in (LOCAL, WAVELENGTH)} == {"local-zone", "wavelength-zone"}
    assert (zones[LOCAL]["ParentZoneName"], zones[LOCAL]["OptInStatus"]) == ("us-east-1a", "opted-in")
    assert zones["us-east-1a"]["OptInStatus"] == "opt-in-not-required"
    assert "ParentZoneName" not in zones["us-east-1a"]


def test_rule_48_what_is_made_of_an_encrypted_image_has_its_key(cloud: Any) -> None:
    key = cloud.client("kms").create_key()["KeyMetadata"]["Arn"]
    encrypt(ec2_backends[settings.ACCOUNT][settings.REGION].amis[cloud.image], key)
    instance = cloud.running()
    (volume,) = cloud.ec2.describe_volumes(Filters=[{"Name": "attachment.instance-id", "Values": [instance]}])["Volumes"]
    assert (volume["Encrypted"], volume["KmsKeyId"]) == (True, key)
    made = cloud.ec2.create_image(InstanceId=instance, Name="made")["ImageId"]
    cloud.wait(400)
    copied = cloud.ec2.copy_image(SourceImageId=made, SourceRegion=settings.REGION, Name="copied")["ImageId"]
    cloud.wait(400)
    keys = {}
    for image in cloud.ec2.describe_images(ImageIds=[made, copied])["Images"]:
        (disk,) = image["BlockDeviceMappings"]
        assert disk["Ebs"]["Encrypted"]
        (snapshot,) = cloud.ec2.describe_snapshots(SnapshotIds=[disk["Ebs"]["SnapshotId"]])["Snapshots"]
        keys[image["ImageId"]] = snapshot["KmsKeyId"]
    assert (keys[made], keys[copied].rpartition(":")[2]) == (key, "alias/aws/ebs")
