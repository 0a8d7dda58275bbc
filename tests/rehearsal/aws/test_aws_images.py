# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Images, snapshots and what the hosts do with them: rules 12, 14, 15, 27."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from rehearsal import aws, settings


def image(cloud: Any, image_id: str, region: str = settings.REGION) -> dict[str, Any]:
    return dict(cloud.client("ec2", region).describe_images(ImageIds=[image_id])["Images"][0])


@pytest.mark.parametrize("told_not_to", [False, True])
def test_rule_12_an_image_reboots_its_instance_by_default(cloud: Any, told_not_to: bool) -> None:
    done: list[tuple[str, str, bool]] = []
    aws.hooks.capture = lambda instance_id, image_id, reboot: done.append((instance_id, image_id, reboot))
    instance = cloud.running()
    made = cloud.ec2.create_image(InstanceId=instance, Name="made", NoReboot=told_not_to)["ImageId"]
    assert done == [(instance, made, not told_not_to)]


def test_rule_12_a_stopped_instance_is_not_rebooted(cloud: Any) -> None:
    done: list[bool] = []
    aws.hooks.capture = lambda instance_id, image_id, reboot: done.append(reboot)
    instance = cloud.running()
    cloud.ec2.stop_instances(InstanceIds=[instance])
    cloud.wait(20)
    cloud.ec2.create_image(InstanceId=instance, Name="made")
    assert done == [False]


def test_only_a_running_or_stopped_instance_makes_an_image(cloud: Any, refused: Any) -> None:
    instance = cloud.launch()
    with refused("IncorrectState"):
        cloud.ec2.create_image(InstanceId=instance, Name="made")
    cloud.wait(15)
    assert cloud.ec2.create_image(InstanceId=instance, Name="made")


def test_rule_12_available_after_four_minutes(cloud: Any) -> None:
    made = cloud.ec2.create_image(InstanceId=cloud.running(), Name="made")["ImageId"]
    cloud.wait(239)
    assert image(cloud, made)["State"] == "pending"
    cloud.wait(1)
    assert image(cloud, made)["State"] == "available"


def test_rule_12_an_image_that_could_not_be_taken_has_failed(cloud: Any, capfd: pytest.CaptureFixture[str]) -> None:
    def broken(*_: object) -> None:
        raise OSError("no space left")

    aws.hooks.capture = broken
    with pytest.raises(cloud.ec2.exceptions.ClientError):
        cloud.ec2.create_image(InstanceId=cloud.running(), Name="made")
    cloud.wait(1000)
    (failed,) = cloud.ec2.describe_images(Filters=[{"Name": "name", "Values": ["made"]}])["Images"]
    assert failed["State"] == "failed"
    assert "no space left" in capfd.readouterr().err


def test_a_hook_may_look_at_the_account_from_another_thread(cloud: Any) -> None:
    seen: list[int] = []

    def from_elsewhere(instance_id: str) -> None:
        thread = threading.Thread(target=lambda: seen.append(len(aws.view.instances())))
        thread.start()
        thread.join(10)

    aws.hooks.reboot = from_elsewhere
    cloud.ec2.reboot_instances(InstanceIds=[cloud.running()])
    assert seen == [1]


@pytest.mark.parametrize("name", ["a" * 129, "a#b", "näme"])
def test_rule_14_image_names(cloud: Any, refused: Any, name: str) -> None:
    with refused("InvalidAMIName.Malformed"):
        cloud.ec2.create_image(InstanceId=cloud.running(), Name=name)


def test_rule_14_image_names_are_unique_in_a_region(cloud: Any, refused: Any) -> None:
    instance = cloud.running()
    made = cloud.ec2.create_image(InstanceId=instance, Name="made")["ImageId"]
    with refused("InvalidAMIName.Duplicate"):
        cloud.ec2.create_image(InstanceId=instance, Name="made")
    cloud.ec2.deregister_image(ImageId=made)
    assert cloud.ec2.create_image(InstanceId=instance, Name="made")["ImageId"] != made
    with refused("InvalidAMIID.NotFound"):
        cloud.ec2.describe_images(ImageIds=[made])


def test_rule_15_snapshots_stay_and_are_protected_while_in_use(cloud: Any, refused: Any) -> None:
    data = {"DeviceName": "/dev/sdf", "Ebs": {"VolumeSize": 5}}
    instance = cloud.running(BlockDeviceMappings=[data])
    tags = [{"ResourceType": kind, "Tags": [{"Key": "red5pro", "Value": kind}]} for kind in ("image", "snapshot")]
    made = cloud.ec2.create_image(InstanceId=instance, Name="made", TagSpecifications=tags)["ImageId"]
    devices = {entry["DeviceName"]: entry["Ebs"]["VolumeSize"] for entry in image(cloud, made)["BlockDeviceMappings"]}
    assert devices == {"/dev/sda1": 16, "/dev/sdf": 5}
    mine = [{"Name": "tag:red5pro", "Values": ["snapshot"]}]
    snapshots = [entry["SnapshotId"] for entry in cloud.ec2.describe_snapshots(OwnerIds=["self"], Filters=mine)["Snapshots"]]
    assert len(snapshots) == 2
    with refused("InvalidSnapshot.InUse"):
        cloud.ec2.delete_snapshot(SnapshotId=snapshots[0])
    cloud.ec2.deregister_image(ImageId=made)
    assert len(cloud.ec2.describe_snapshots(OwnerIds=["self"], Filters=mine)["Snapshots"]) == 2
    for snapshot in snapshots:
        cloud.ec2.delete_snapshot(SnapshotId=snapshot)
    assert cloud.ec2.describe_snapshots(OwnerIds=["self"], Filters=mine)["Snapshots"] == []


def test_rule_15_snapshots_go_too_if_asked_for(cloud: Any) -> None:
    made = cloud.ec2.create_image(InstanceId=cloud.running(), Name="made")["ImageId"]
    cloud.ec2.deregister_image(ImageId=made, DeleteAssociatedSnapshots=True)
    described = [entry["Description"] for entry in cloud.ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]]
    assert [made in text for text in described] == [False]


def test_snapshots_and_images_of_others_are_not_own(cloud: Any) -> None:
    assert cloud.ec2.describe_snapshots(OwnerIds=["999999999999"])["Snapshots"] == []
    assert cloud.ec2.describe_images(Owners=["999999999999"])["Images"] == []
    assert [entry["Name"] for entry in cloud.ec2.describe_images(Owners=["self"])["Images"]] == ["original"]


def test_rule_27_copies_are_made_in_the_background(cloud: Any, refused: Any) -> None:
    done: list[tuple[str, str]] = []
    aws.hooks.copy = lambda source, copied: done.append((source, copied))
    west = cloud.client("ec2", settings.SECOND_REGION)
    wanted = {"SourceImageId": cloud.image, "SourceRegion": settings.REGION, "Name": "original"}
    copied = west.copy_image(**wanted)["ImageId"]
    assert done == [(cloud.image, copied)]
    with refused("InvalidAMIName.Duplicate"):
        west.copy_image(**wanted)
    cloud.wait(239)
    assert image(cloud, copied, settings.SECOND_REGION)["State"] == "pending"
    cloud.wait(1)
    seen = image(cloud, copied, settings.SECOND_REGION)
    assert (seen["State"], seen["BlockDeviceMappings"][0]["Ebs"]["VolumeSize"]) == ("available", 16)


def test_rule_27_a_pending_image_cannot_be_copied(cloud: Any, refused: Any) -> None:
    made = cloud.ec2.create_image(InstanceId=cloud.running(), Name="made")["ImageId"]
    with refused("InvalidRequest"):
        cloud.client("ec2", settings.SECOND_REGION).copy_image(SourceImageId=made, SourceRegion=settings.REGION, Name="made")


def test_rule_15_the_files_of_a_deregistered_image_are_given_up(cloud: Any) -> None:
    done: list[str] = []
    aws.hooks.forget = done.append
    made = cloud.ec2.create_image(InstanceId=cloud.running(), Name="made")["ImageId"]
    assert done == []
    cloud.ec2.deregister_image(ImageId=made)
    assert done == [made]


def test_rule_32_a_new_image_is_not_known_once(cloud: Any, refused: Any) -> None:
    instance = cloud.running()
    aws.faults.eventual = True
    image = cloud.ec2.create_image(InstanceId=instance, Name="made")["ImageId"]
    with refused("InvalidAMIID.NotFound"):
        cloud.ec2.describe_images(ImageIds=[image])
    assert cloud.ec2.describe_images(ImageIds=[image])["Images"][0]["Name"] == "made"
    west = cloud.client("ec2", "us-west-2")
    copy = west.copy_image(Name="copied", SourceImageId=cloud.image, SourceRegion="us-east-1")["ImageId"]
    with refused("InvalidAMIID.NotFound"):
        west.create_tags(Resources=[copy], Tags=[{"Key": "Name", "Value": "copied"}])
    west.create_tags(Resources=[copy], Tags=[{"Key": "Name", "Value": "copied"}])


def test_rule_33_new_images_are_missing_from_filtered_answers_for_a_while(cloud: Any) -> None:
    def named() -> int:
        return len(cloud.ec2.describe_images(Filters=[{"Name": "name", "Values": ["made"]}])["Images"])

    aws.faults.late = 2
    cloud.ec2.create_image(InstanceId=cloud.running(), Name="made")
    assert len(cloud.ec2.describe_images(Owners=["self"])["Images"]) == 2
    assert [named(), named(), named()] == [0, 0, 1]


def test_rule_39_a_copys_snapshots_have_the_tags_of_the_request_alone(cloud: Any) -> None:
    west = cloud.client("ec2", "us-west-2")
    asked = {"SourceImageId": cloud.image, "SourceRegion": "us-east-1"}
    mark = {"Key": "Name", "Value": "copy"}
    copy = west.copy_image(Name="plain", **asked)["ImageId"]
    west.create_tags(Resources=[copy], Tags=[mark])
    assert ["Tags" in one for one in west.describe_snapshots(OwnerIds=["self"])["Snapshots"]] == [False]
    west.copy_image(Name="tagged", TagSpecifications=[{"ResourceType": kind, "Tags": [mark]} for kind in ("image", "snapshot")], **asked)
    assert sorted(one.get("Tags", []) == [mark] for one in west.describe_snapshots(OwnerIds=["self"])["Snapshots"]) == [False, True]


def test_rule_35_an_image_that_failed_keeps_its_name(cloud: Any, refused: Any) -> None:
    aws.faults.broken_images = 1
    instance = cloud.running()
    failed = cloud.ec2.create_image(InstanceId=instance, Name="made")["ImageId"]
    cloud.wait(300)
    (image,) = cloud.ec2.describe_images(ImageIds=[failed])["Images"]
    assert (image["State"], "StateReason" in image) == ("failed", True)
    with refused("InvalidAMIName.Duplicate"):
        cloud.ec2.create_image(InstanceId=instance, Name="made")
    cloud.ec2.deregister_image(ImageId=failed)
    made = cloud.ec2.create_image(InstanceId=instance, Name="made")["ImageId"]
    cloud.wait(300)
    assert cloud.ec2.describe_images(ImageIds=[made])["Images"][0]["State"] == "available"
