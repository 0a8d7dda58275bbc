# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How instances are launched is what AWS says of them and of their volumes."""

from __future__ import annotations

from typing import Any

import pytest

from rehearsal.aws import limits


def root(cloud: Any, instance: str) -> dict[str, Any]:
    (volume,) = cloud.ec2.describe_volumes(Filters=[{"Name": "attachment.instance-id", "Values": [instance]}])["Volumes"]
    assert [attachment["DeleteOnTermination"] for attachment in volume["Attachments"]] == [True]
    return {
        key: volume.get(key) for key in ("Size", "VolumeType", "Iops", "Throughput", "Encrypted") if volume["MultiAttachEnabled"] is False
    }


@pytest.mark.parametrize(
    "asked, volume",
    [
        ({}, {"Size": 16, "VolumeType": "gp3", "Iops": 3000, "Throughput": 125}),
        ({"VolumeSize": 100, "VolumeType": "gp2"}, {"Size": 100, "VolumeType": "gp2", "Iops": 300, "Throughput": None}),
        ({"VolumeSize": 20}, {"Size": 20, "VolumeType": "gp3", "Iops": 3000, "Throughput": 125}),
        ({"VolumeType": "gp3", "Iops": 4000, "Throughput": 250}, {"Size": 16, "VolumeType": "gp3", "Iops": 4000, "Throughput": 250}),
        ({"VolumeType": "io1", "Iops": 500}, {"Size": 16, "VolumeType": "io1", "Iops": 500, "Throughput": None}),
    ],
)
def test_a_root_volume_is_as_asked(cloud: Any, asked: dict[str, Any], volume: dict[str, Any]) -> None:
    mappings = [{"DeviceName": "/dev/sda1", "Ebs": asked}] if asked else []
    assert root(cloud, cloud.running(BlockDeviceMappings=mappings)) == {**volume, "Encrypted": False}


@pytest.mark.parametrize("asked", [{"VolumeSize": 8}, {"VolumeType": "gp2", "Iops": 500}, {"VolumeType": "io1"}])
def test_a_root_volume_that_there_cannot_be_is_refused(cloud: Any, refused: Any, asked: dict[str, Any]) -> None:
    code = "InvalidBlockDeviceMapping" if "VolumeSize" in asked else "InvalidParameterDependency"
    with refused(code):
        cloud.launch(BlockDeviceMappings=[{"DeviceName": "/dev/sda1", "Ebs": asked}])


def test_an_image_hands_on_the_volume_of_its_instance(cloud: Any) -> None:
    fast = {"VolumeSize": 20, "VolumeType": "gp3", "Iops": 4000, "Throughput": 250}
    instance = cloud.running(BlockDeviceMappings=[{"DeviceName": "/dev/sda1", "Ebs": fast}])
    image = cloud.ec2.create_image(InstanceId=instance, Name="of-it")["ImageId"]
    cloud.wait(1000)
    (mapping,) = cloud.ec2.describe_images(ImageIds=[image])["Images"][0]["BlockDeviceMappings"]
    assert mapping["Ebs"] | fast == mapping["Ebs"]
    assert root(cloud, cloud.running(ImageId=image))["Iops"] == 4000
    slower = [{"DeviceName": "/dev/sda1", "Ebs": {"VolumeType": "gp2"}}]
    assert root(cloud, cloud.running(ImageId=image, BlockDeviceMappings=slower))["VolumeType"] == "gp2"


def test_an_image_is_found_by_its_snapshot_which_another_one_may_use(cloud: Any, refused: Any) -> None:
    mapping = cloud.ec2.describe_images(ImageIds=[cloud.image])["Images"][0]["BlockDeviceMappings"][0]
    snapshot = mapping["Ebs"]["SnapshotId"]
    given = [{"DeviceName": "/dev/sda1", "Ebs": {"SnapshotId": snapshot}}]
    other = cloud.ec2.register_image(Name="golden", RootDeviceName="/dev/sda1", BlockDeviceMappings=given)["ImageId"]
    filters = [{"Name": "block-device-mapping.snapshot-id", "Values": [snapshot]}]
    assert {image["ImageId"] for image in cloud.ec2.describe_images(Filters=filters)["Images"]} == {cloud.image, other}
    cloud.ec2.deregister_image(ImageId=cloud.image)
    with refused("InvalidSnapshot.InUse"):
        cloud.ec2.delete_snapshot(SnapshotId=snapshot)
    cloud.ec2.deregister_image(ImageId=other)
    cloud.ec2.delete_snapshot(SnapshotId=snapshot)


def test_metadata_profile_and_protection_are_as_asked(cloud: Any) -> None:
    profile = cloud.client("iam").create_instance_profile(InstanceProfileName="red5pro")["InstanceProfile"]["Arn"]
    instance = cloud.running(
        MetadataOptions={"HttpTokens": "required", "HttpPutResponseHopLimit": 2},
        IamInstanceProfile={"Arn": profile},
        DisableApiTermination=True,
    )
    shown = cloud.instance(instance)
    assert shown["IamInstanceProfile"]["Arn"] == profile
    assert (shown["MetadataOptions"]["HttpTokens"], shown["MetadataOptions"]["HttpPutResponseHopLimit"]) == ("required", 2)
    asked = {"InstanceId": instance, "Attribute": "disableApiTermination"}
    assert cloud.ec2.describe_instance_attribute(**asked)["DisableApiTermination"] == {"Value": True}


def test_a_policy_may_ask_for_tokens(cloud: Any, refused: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "tokens_required", 1)
    for options in ({}, {"MetadataOptions": {"HttpTokens": "optional"}}):
        with refused("UnauthorizedOperation"):
            cloud.launch(**options)
    cloud.launch(MetadataOptions={"HttpTokens": "required"})


def test_the_quota_of_vcpus_is_told_and_kept(cloud: Any, refused: Any) -> None:
    quota = {"ServiceCode": "ec2", "QuotaCode": "L-1216C47A"}
    quotas = cloud.client("service-quotas")
    limits.vcpus = 9
    assert quotas.get_service_quota(**quota)["Quota"]["Value"] == 9.0
    with refused("NoSuchResourceException"):
        quotas.get_service_quota(ServiceCode="ec2", QuotaCode="L-00000000")
    first = cloud.launch()  # 2 vCPUs
    cloud.launch(InstanceType="c5.xlarge")
    assert {
        one["InstanceType"]: one["VCpuInfo"]["DefaultVCpus"]
        for one in cloud.ec2.describe_instance_types(InstanceTypes=["c5.xlarge", "t3.medium"])["InstanceTypes"]
    } == {"c5.xlarge": 4, "t3.medium": 2}
    with refused("VcpuLimitExceeded"):
        cloud.launch(InstanceType="c5.xlarge")
    cloud.launch(InstanceType="g4dn.xlarge")  # of another quota
    cloud.launch()
    with refused("VcpuLimitExceeded"):
        cloud.launch()
    cloud.ec2.terminate_instances(InstanceIds=[first])
    cloud.launch()
