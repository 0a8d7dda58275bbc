# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Instances and their addresses: rules 9 to 11, 13, 21, 23, 24."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from typing import Any

import pytest

from rehearsal import aws, settings
from rehearsal.aws.server import reset


def allocate(cloud: Any) -> tuple[str, str]:
    answer = cloud.ec2.allocate_address(Domain="vpc")
    return answer["AllocationId"], answer["PublicIp"]


def quota(cloud: Any) -> str:
    answer = cloud.ec2.describe_account_attributes(AttributeNames=["vpc-max-elastic-ips"])["AccountAttributes"]
    return str(answer[0]["AttributeValues"][0]["AttributeValue"])


def test_rule_09_five_elastic_ips(cloud: Any, refused: Any) -> None:
    addresses = [allocate(cloud)[1] for _unused in range(5)]
    with refused("AddressLimitExceeded"):
        allocate(cloud)
    assert len(set(addresses)) == 5
    assert all(IPv4Address(address) in IPv4Network(settings.ELASTIC_POOL) for address in addresses)
    assert quota(cloud) == "5"
    aws.limits.elastic_ips = 6
    assert quota(cloud) == "6"
    allocate(cloud)
    assert cloud.client("ec2", settings.SECOND_REGION).allocate_address(Domain="vpc")["AllocationId"], "the quota is a region's"


def test_rule_10_not_with_a_pending_or_ended_instance(cloud: Any, refused: Any) -> None:
    allocation, _unused = allocate(cloud)
    instance = cloud.launch()
    with refused("InvalidInstanceID"):
        cloud.ec2.associate_address(AllocationId=allocation, InstanceId=instance)
    cloud.wait(100)
    cloud.ec2.terminate_instances(InstanceIds=[instance])
    with refused("IncorrectInstanceState"):
        cloud.ec2.associate_address(AllocationId=allocation, InstanceId=instance)


def test_rule_10_the_former_public_address_is_gone(cloud: Any) -> None:
    instance = cloud.running()
    former = cloud.instance(instance)["PublicIpAddress"]
    assert IPv4Address(former) in IPv4Network(settings.PUBLIC_POOL)
    allocation, address = allocate(cloud)
    association = cloud.ec2.associate_address(AllocationId=allocation, InstanceId=instance)["AssociationId"]
    assert cloud.instance(instance)["PublicIpAddress"] == address == aws.view.instances()[0].public_ip
    assert cloud.ec2.associate_address(AllocationId=allocation, InstanceId=instance)["AssociationId"] == association
    cloud.ec2.disassociate_address(AssociationId=association)
    assert cloud.instance(instance)["PublicIpAddress"] not in (former, address)


def test_rule_10_in_a_private_subnet_none_is_left(cloud: Any) -> None:
    instance = cloud.running("private")
    assert "PublicIpAddress" not in cloud.instance(instance)
    allocation, _unused = allocate(cloud)
    association = cloud.ec2.associate_address(AllocationId=allocation, InstanceId=instance)["AssociationId"]
    cloud.ec2.disassociate_address(AssociationId=association)
    assert "PublicIpAddress" not in cloud.instance(instance)


def test_an_elastic_ip_moves_only_if_asked_and_is_on_one_instance(cloud: Any, refused: Any) -> None:
    first, second = cloud.running(), cloud.running("b")
    (one, address), (two, other) = allocate(cloud), allocate(cloud)
    cloud.ec2.associate_address(AllocationId=one, InstanceId=first)
    for allocation, instance in ((one, second), (two, first)):
        with refused("Resource.AlreadyAssociated"):
            cloud.ec2.associate_address(AllocationId=allocation, InstanceId=instance, AllowReassociation=False)
    cloud.ec2.associate_address(AllocationId=one, InstanceId=second, AllowReassociation=True)
    assert cloud.instance(second)["PublicIpAddress"] == address
    assert IPv4Address(cloud.instance(first)["PublicIpAddress"]) in IPv4Network(settings.PUBLIC_POOL)
    cloud.ec2.associate_address(AllocationId=two, InstanceId=second, AllowReassociation=True)
    assert cloud.instance(second)["PublicIpAddress"] == other
    assert [entry for entry in cloud.ec2.describe_addresses()["Addresses"] if entry.get("NetworkInterfaceId") == ""] == []
    held = {entry["AllocationId"]: entry.get("InstanceId") for entry in cloud.ec2.describe_addresses()["Addresses"]}
    assert held == {one: None, two: second}, "AWS leaves out what an address is not on"


def test_an_elastic_ip_stays_over_a_stop_and_is_free_after_termination(cloud: Any, refused: Any) -> None:
    instance = cloud.running()
    allocation, address = allocate(cloud)
    cloud.ec2.associate_address(AllocationId=allocation, InstanceId=instance)
    with refused("InvalidIPAddress.InUse"):
        cloud.ec2.release_address(AllocationId=allocation)
    for action in (cloud.ec2.stop_instances, cloud.ec2.start_instances):
        action(InstanceIds=[instance])
        cloud.wait(100)
        assert cloud.instance(instance)["PublicIpAddress"] == address
    cloud.ec2.terminate_instances(InstanceIds=[instance])
    cloud.ec2.release_address(AllocationId=allocation)


def test_tags_of_an_elastic_ip_are_those_of_an_elastic_ip(cloud: Any) -> None:
    tags = [{"ResourceType": "elastic-ip", "Tags": [{"Key": "red5pro", "Value": "x"}]}]
    cloud.ec2.allocate_address(Domain="vpc", TagSpecifications=tags)
    assert cloud.ec2.describe_tags()["Tags"][0]["ResourceType"] == "elastic-ip"


def test_rule_11_pending_running_ssh_checks(cloud: Any) -> None:
    instance = cloud.launch()

    def seen() -> tuple[str, bool, str]:
        status = cloud.ec2.describe_instance_status(InstanceIds=[instance], IncludeAllInstances=True)["InstanceStatuses"][0]
        return cloud.state(instance), aws.view.instances()[0].ready, status["InstanceStatus"]["Status"]

    timeline = {0: ("pending", False, "not-applicable"), 14: ("pending", False, "not-applicable"), 15: ("running", False, "initializing")}
    timeline |= {34: ("running", False, "initializing"), 35: ("running", True, "initializing")}
    timeline |= {89: ("running", True, "initializing"), 90: ("running", True, "ok")}
    for moment, expected in timeline.items():
        cloud.wait(moment - cloud.time)
        assert seen() == expected, moment


def test_rule_11_stopping_and_shutting_down_take_their_time(cloud: Any) -> None:
    instance = cloud.running()
    answer = cloud.ec2.stop_instances(InstanceIds=[instance])["StoppingInstances"][0]
    assert (answer["PreviousState"]["Name"], answer["CurrentState"]["Name"]) == ("running", "stopping")
    assert (cloud.state(instance), aws.view.instances()[0].ready) == ("stopping", False)
    cloud.wait(20)
    assert cloud.state(instance) == "stopped"
    assert cloud.ec2.start_instances(InstanceIds=[instance])["StartingInstances"][0]["CurrentState"]["Name"] == "pending"
    cloud.wait(35)
    assert (cloud.state(instance), aws.view.instances()[0].ready) == ("running", True)
    for _unused in range(2):
        assert cloud.ec2.terminate_instances(InstanceIds=[instance])["TerminatingInstances"][0]["CurrentState"]["Name"] == "shutting-down"
    cloud.wait(20)
    assert cloud.state(instance) == "terminated"
    cloud.wait(3600)
    assert cloud.instance(instance) == {}


def test_rule_11_an_instance_ended_while_pending_never_runs(cloud: Any) -> None:
    instance = cloud.launch()
    cloud.ec2.terminate_instances(InstanceIds=[instance])
    cloud.wait(16)
    assert cloud.state(instance) == "shutting-down"


def test_an_instance_must_be_in_a_state_for_it(cloud: Any, refused: Any) -> None:
    instance = cloud.launch()
    with refused("IncorrectInstanceState"):
        cloud.ec2.reboot_instances(InstanceIds=[instance])
    cloud.wait(15)
    cloud.ec2.reboot_instances(InstanceIds=[instance])
    cloud.ec2.stop_instances(InstanceIds=[instance])
    with refused("IncorrectInstanceState"):
        cloud.ec2.start_instances(InstanceIds=[instance])
    cloud.ec2.terminate_instances(InstanceIds=[instance])
    with refused("IncorrectInstanceState"):
        cloud.ec2.stop_instances(InstanceIds=[instance])


def test_at_pace_0_the_call_itself_shows_pending_and_the_next_tick_moves(empty: Any) -> None:
    reset(0, lambda: empty.time)
    empty.build()
    launched = empty.ec2.run_instances(MinCount=1, MaxCount=1, ImageId=empty.image, InstanceType="t3.medium", SubnetId=empty.subnets["a"])
    assert launched["Instances"][0]["State"]["Name"] == "pending"
    assert aws.view.instances()[0].state == "pending"
    aws.clock.tick()
    assert (aws.view.instances()[0].state, aws.view.instances()[0].ready) == ("running", True)


def test_rule_13_a_pending_image_cannot_be_launched(cloud: Any, refused: Any) -> None:
    image = cloud.ec2.create_image(InstanceId=cloud.running(), Name="made")["ImageId"]
    with refused("InvalidAMIID.Unavailable"):
        cloud.launch(ImageId=image)
    cloud.wait(240)
    assert cloud.launch(ImageId=image)


def test_rule_21_a_new_id_is_not_known_once(cloud: Any, refused: Any) -> None:
    aws.faults.eventual = True
    instance = cloud.launch()
    with refused("InvalidInstanceID.NotFound"):
        cloud.ec2.describe_instances(InstanceIds=[instance])
    assert cloud.ec2.describe_instances(InstanceIds=[instance])["Reservations"]
    tagged = cloud.launch()
    with refused("InvalidInstanceID.NotFound"):
        cloud.ec2.create_tags(Resources=[tagged], Tags=[{"Key": "a", "Value": "b"}])
    aws.faults.eventual = False
    assert cloud.ec2.describe_instances(InstanceIds=[cloud.launch()])["Reservations"]


def test_rule_21_is_on_by_itself_only_where_time_passes(empty: Any) -> None:
    for pace, expected in ((0, False), (0.5, True)):
        reset(pace, lambda: empty.time)
        assert aws.faults.eventual is expected


def test_rule_23_a_type_may_be_missing_from_a_zone(cloud: Any, refused: Any) -> None:
    aws.limits.unsupported_types["us-east-1a"] = {"c5.large"}
    with refused("Unsupported"):
        cloud.launch("a", InstanceType="c5.large")
    assert cloud.launch("b", InstanceType="c5.large")
    wanted = [{"Name": "instance-type", "Values": ["c5.large"]}]
    offers = cloud.ec2.describe_instance_type_offerings(LocationType="availability-zone", Filters=wanted)["InstanceTypeOfferings"]
    assert "us-east-1a" not in {offer["Location"] for offer in offers}
    assert "us-east-1b" in {offer["Location"] for offer in offers}


def test_rule_23_what_is_really_missing_is_missing_too(cloud: Any, refused: Any) -> None:
    subnet = cloud.ec2.create_subnet(VpcId=cloud.vpc, CidrBlock="127.10.9.0/24", AvailabilityZone="us-east-1e")
    with refused("Unsupported"):
        cloud.launch(SubnetId=subnet["Subnet"]["SubnetId"], InstanceType="c7i.large")


def test_rule_24_a_protected_instance_is_not_terminated(cloud: Any, refused: Any) -> None:
    other, protected = cloud.running(), cloud.running(DisableApiTermination=True)
    with refused("OperationNotPermitted"):
        cloud.ec2.terminate_instances(InstanceIds=[other, protected])
    assert (cloud.state(other), cloud.state(protected)) == ("running", "running")
    cloud.ec2.modify_instance_attribute(InstanceId=protected, DisableApiTermination={"Value": False})
    cloud.ec2.terminate_instances(InstanceIds=[other, protected])


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("InvalidAMIID.NotFound", {"ImageId": "ami-00000000"}),
        ("InvalidInstanceType.NotFound", {"InstanceType": "t3.colossal"}),
        ("InvalidKeyPair.NotFound", {"KeyName": "nobody"}),
        ("InvalidSubnetID.NotFound", {"SubnetId": "subnet-00000000"}),
        ("InvalidGroup.NotFound", {"SecurityGroupIds": ["sg-00000000"]}),
    ],
)
def test_unknown_things_are_refused(cloud: Any, refused: Any, code: str, wanted: dict[str, Any]) -> None:
    with refused(code):
        cloud.launch(**wanted)


def test_things_of_another_region_or_vpc_are_refused(cloud: Any, refused: Any) -> None:
    with refused("InvalidAMIID.NotFound"):
        cloud.client("ec2", settings.SECOND_REGION).run_instances(MinCount=1, MaxCount=1, ImageId=cloud.image, InstanceType="t3.medium")
    vpc = cloud.ec2.create_vpc(CidrBlock="127.11.0.0/16")["Vpc"]["VpcId"]
    group = cloud.ec2.create_security_group(GroupName="other", Description="other", VpcId=vpc)["GroupId"]
    with refused("InvalidParameter"):
        cloud.launch(SecurityGroupIds=[group])
    with refused("VPCIdNotSpecified"):
        cloud.ec2.create_security_group(GroupName="other", Description="other")


def test_addresses_are_in_order_unique_and_none_of_aws_own(cloud: Any) -> None:
    launched = cloud.ec2.run_instances(MinCount=3, MaxCount=3, ImageId=cloud.image, InstanceType="t3.medium", SubnetId=cloud.subnets["b"])
    addresses = sorted(instance["PrivateIpAddress"] for instance in launched["Instances"])
    assert addresses == ["127.10.2.4", "127.10.2.5", "127.10.2.6"]
    cloud.ec2.terminate_instances(InstanceIds=[launched["Instances"][0]["InstanceId"]])
    cloud.wait(100)
    later = cloud.instance(cloud.launch("b"))["PrivateIpAddress"]
    assert later == "127.10.2.7", "an address just given back is not the next to be given"
    for address, code in (("127.10.2.7", "InvalidIPAddress.InUse"), ("127.10.2.1", "InvalidParameterValue")):
        with pytest.raises(cloud.ec2.exceptions.ClientError, match=code):
            cloud.launch("b", PrivateIpAddress=address)


def test_a_launch_of_too_many_launches_none(cloud: Any, refused: Any) -> None:
    small = cloud.ec2.create_subnet(VpcId=cloud.vpc, CidrBlock="127.10.9.0/28", AvailabilityZone="us-east-1b")["Subnet"]["SubnetId"]
    wanted = {"ImageId": cloud.image, "InstanceType": "t3.medium", "SubnetId": small}
    with refused("InsufficientFreeAddressesInSubnet"):
        cloud.ec2.run_instances(MinCount=12, MaxCount=12, **wanted)
    assert aws.view.instances() == ()
    assert cloud.ec2.describe_network_interfaces()["NetworkInterfaces"] == cloud.ec2.describe_volumes()["Volumes"] == []
    assert len(cloud.ec2.run_instances(MinCount=1, MaxCount=11, **wanted)["Instances"]) == 11


def test_a_terminated_instance_leaves_neither_volume_nor_interface(cloud: Any) -> None:
    instance = cloud.running()
    assert cloud.ec2.describe_volumes()["Volumes"][0]["Size"] == 16
    cloud.ec2.terminate_instances(InstanceIds=[instance])
    cloud.wait(20)
    assert cloud.ec2.describe_volumes()["Volumes"] == []
    assert cloud.ec2.describe_network_interfaces()["NetworkInterfaces"] == []
    shown = cloud.instance(instance)
    assert not {"PrivateIpAddress", "PublicIpAddress", "SubnetId", "VpcId"} & set(shown)
    assert shown["PrivateDnsName"] == ""
    assert cloud.ec2.describe_instances(Filters=[{"Name": "private-ip-address", "Values": ["127.10.0.4"]}])["Reservations"] == []


def test_the_view_of_an_instance(cloud: Any) -> None:
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB+onjUkZopoKhb6xZUBC0p3BdQBpWNV9RG9Y39AEo5d tester"
    cloud.ec2.import_key_pair(KeyName="tester", PublicKeyMaterial=key)
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "one"}]}]
    instance = cloud.running(KeyName="tester", UserData="#!/bin/sh\n", TagSpecifications=tags)
    (seen,) = aws.view.instances()
    assert (seen.id, seen.region, seen.image_id, seen.vpc_id) == (instance, settings.REGION, cloud.image, cloud.vpc)
    assert (seen.public_key, seen.user_data, seen.tags) == (key, b"#!/bin/sh\n", {"Name": "one"})
    assert (seen.zone, seen.group_ids, seen.private_ip) == ("us-east-1a", (cloud.group,), "127.10.0.4")
    assert aws.view.instances(settings.SECOND_REGION) == ()


def test_a_public_address_can_be_asked_for_or_refused_at_launch(cloud: Any) -> None:
    for subnet, wanted in (("private", True), ("a", False)):
        interface = {"DeviceIndex": 0, "SubnetId": cloud.subnets[subnet], "AssociatePublicIpAddress": wanted, "Groups": [cloud.group]}
        answer = cloud.ec2.run_instances(
            MinCount=1, MaxCount=1, ImageId=cloud.image, InstanceType="t3.medium", NetworkInterfaces=[interface]
        )
        instance = answer["Instances"][0]["InstanceId"]
        cloud.wait(20)
        assert ("PublicIpAddress" in cloud.instance(instance)) is wanted
        assert [group["GroupId"] for group in cloud.instance(instance)["SecurityGroups"]] == [cloud.group]


def test_rule_33_new_instances_addresses_and_tags_are_missing_from_filtered_answers_for_a_while(cloud: Any) -> None:
    aws.faults.late = 1
    mark = {"Key": "Name", "Value": "new"}
    filters = [{"Name": "tag:Name", "Values": ["new"]}]
    instance = cloud.launch(TagSpecifications=[{"ResourceType": "instance", "Tags": [mark]}])
    assert [len(cloud.ec2.describe_instances(Filters=filters)["Reservations"]) for _unused in range(2)] == [0, 1]
    assert cloud.ec2.describe_instances(InstanceIds=[instance])["Reservations"]
    cloud.ec2.allocate_address(Domain="vpc", TagSpecifications=[{"ResourceType": "elastic-ip", "Tags": [mark]}])
    assert len(cloud.ec2.describe_addresses()["Addresses"]) == 1
    assert [len(cloud.ec2.describe_addresses(Filters=filters)["Addresses"]) for _unused in range(2)] == [0, 1]
    cloud.ec2.create_tags(Resources=[cloud.vpc], Tags=[mark])
    assert [len(cloud.ec2.describe_vpcs(Filters=filters)["Vpcs"]) for _unused in range(2)] == [0, 1]
