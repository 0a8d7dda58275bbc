# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The shapes of EC2's answers; every other test here also compares its answers with the table of facts."""

from __future__ import annotations

from typing import Any

import pytest

from rehearsal import aws


@pytest.mark.parametrize(
    ("operation", "key"),
    [
        ("describe_vpcs", "Vpcs"),
        ("describe_subnets", "Subnets"),
        ("describe_security_groups", "SecurityGroups"),
        ("describe_addresses", "Addresses"),
        ("describe_images", "Images"),
        ("describe_snapshots", "Snapshots"),
        ("describe_launch_templates", "LaunchTemplates"),
        ("describe_instances", "Reservations"),
        ("describe_volumes", "Volumes"),
    ],
)
def test_what_is_untagged_has_no_tags_key(cloud: Any, operation: str, key: str) -> None:
    cloud.ec2.allocate_address(Domain="vpc")
    cloud.ec2.create_launch_template(LaunchTemplateName="theirs", LaunchTemplateData={"ImageId": cloud.image})
    cloud.running()
    found = getattr(cloud.ec2, operation)(**({"OwnerIds": ["self"]} if key == "Snapshots" else {}))[key]
    found = [one for reservation in found for one in reservation["Instances"]] if key == "Reservations" else found
    assert found
    assert [one for one in found if "Tags" in one] == []


def test_untagged_route_tables_key_pairs_and_group_rules_have_an_empty_list(cloud: Any) -> None:
    cloud.ec2.create_key_pair(KeyName="theirs")
    assert [one["Tags"] for one in cloud.ec2.describe_key_pairs()["KeyPairs"]] == [[]]
    assert all(one["Tags"] == [] for one in cloud.ec2.describe_route_tables()["RouteTables"])
    assert all(one["Tags"] == [] for one in cloud.ec2.describe_security_group_rules()["SecurityGroupRules"])


def test_tags_are_kept_where_there_are_some(cloud: Any) -> None:
    cloud.ec2.create_tags(Resources=[cloud.vpc], Tags=[{"Key": "Name", "Value": "live"}])
    assert cloud.ec2.describe_vpcs()["Vpcs"][0]["Tags"] == [{"Key": "Name", "Value": "live"}]
    assert [one["Key"] for one in cloud.ec2.describe_tags()["Tags"]] == ["Name"]


def test_a_pending_instance_has_no_public_address_and_no_disk(cloud: Any) -> None:
    wanted = {"ImageId": cloud.image, "InstanceType": "t3.medium", "SubnetId": cloud.subnets["a"]}
    launched = cloud.ec2.run_instances(MinCount=1, MaxCount=1, **wanted)["Instances"][0]
    for pending in (launched, cloud.instance(launched["InstanceId"])):
        assert "PublicIpAddress" not in pending
        assert pending["PublicDnsName"] == ""
        assert "Association" not in pending["NetworkInterfaces"][0]
    assert launched["BlockDeviceMappings"] == []
    cloud.wait(20)
    running = cloud.instance(launched["InstanceId"])
    assert running["PublicIpAddress"].startswith("127.54.")
    assert "StateReason" not in running


def test_an_instance_that_ends_has_no_address_subnet_and_group(cloud: Any) -> None:
    instance = cloud.running()
    cloud.ec2.terminate_instances(InstanceIds=[instance])
    for state in ("shutting-down", "terminated"):
        found = cloud.instance(instance)
        assert found["State"]["Name"] == state
        assert not found.keys() & {"PrivateIpAddress", "PublicIpAddress", "SubnetId", "VpcId"}
        assert found["SecurityGroups"] == []
        cloud.wait(30)
    assert found["BlockDeviceMappings"] == found["NetworkInterfaces"] == []


def test_a_subnet_maps_no_public_address_by_default(cloud: Any) -> None:
    subnet = cloud.ec2.create_subnet(VpcId=cloud.vpc, CidrBlock="127.10.77.0/24", AvailabilityZone="us-east-1a")["Subnet"]
    assert subnet["MapPublicIpOnLaunch"] is False
    cloud.subnets["own"] = subnet["SubnetId"]
    assert "PublicIpAddress" not in cloud.instance(cloud.running("own"))


def test_an_ipv6_only_subnet_has_no_cidr_block(cloud: Any) -> None:
    asked = {"VpcId": cloud.vpc, "Ipv6CidrBlock": "2001:db8:10:6::/64", "Ipv6Native": True, "AvailabilityZone": "us-east-1c"}
    subnet = cloud.ec2.create_subnet(**asked)["Subnet"]
    found = cloud.ec2.describe_subnets(SubnetIds=[subnet["SubnetId"]])["Subnets"][0]
    for one in (subnet, found):
        assert "CidrBlock" not in one
        assert one["Ipv6Native"] is True


def test_a_pending_image_has_no_snapshot_and_no_description(cloud: Any) -> None:
    instance = cloud.running()
    image = cloud.ec2.create_image(InstanceId=instance, Name="copy-of-it", Description="Copy")["ImageId"]
    pending = cloud.ec2.describe_images(ImageIds=[image])["Images"][0]
    assert pending["State"] == "pending"
    assert "Description" not in pending
    assert [disk["Ebs"].keys() & {"SnapshotId"} for disk in pending["BlockDeviceMappings"]] == [set()]
    cloud.wait(300)
    available = cloud.ec2.describe_images(ImageIds=[image])["Images"][0]
    assert available["State"] == "available"
    assert available["Description"] == "Copy"
    assert available["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"].startswith("snap-")


def test_the_snapshots_of_a_pending_copy_are_pending_with_their_progress(cloud: Any) -> None:
    west = cloud.client("ec2", "us-west-2")
    copy = west.copy_image(Name="copy", SourceImageId=cloud.image, SourceRegion="us-east-1")["ImageId"]
    (snapshot,) = west.describe_snapshots(OwnerIds=["self"])["Snapshots"]
    assert snapshot["State"] == "pending"
    assert int(snapshot["Progress"].rstrip("%")) < 100
    cloud.wait(300)
    (snapshot,) = west.describe_snapshots(OwnerIds=["self"])["Snapshots"]
    assert (snapshot["State"], snapshot["Progress"]) == ("completed", "100%")
    assert west.describe_images(ImageIds=[copy])["Images"][0]["State"] == "available"


def test_a_route_by_prefix_list_has_no_cidr_block(cloud: Any) -> None:
    entry = {"Cidr": "203.0.113.0/24", "Description": "office"}
    made = {"PrefixListName": "office", "AddressFamily": "IPv4", "MaxEntries": 1, "Entries": [entry]}
    prefixes = cloud.ec2.create_managed_prefix_list(**made)["PrefixList"]["PrefixListId"]
    table = next(one for one in cloud.ec2.describe_route_tables()["RouteTables"] if len(one["Routes"]) > 1)
    gateway = next(route["GatewayId"] for route in table["Routes"] if route["GatewayId"] != "local")
    cloud.ec2.create_route(RouteTableId=table["RouteTableId"], DestinationPrefixListId=prefixes, GatewayId=gateway)
    routes = cloud.ec2.describe_route_tables(RouteTableIds=[table["RouteTableId"]])["RouteTables"][0]["Routes"]
    (route,) = [route for route in routes if "DestinationPrefixListId" in route]
    assert not route.keys() & {"DestinationCidrBlock", "DestinationIpv6CidrBlock"}


def test_a_failed_image_says_why(cloud: Any) -> None:
    def full(*_: Any) -> None:
        raise OSError("disk full")

    aws.hooks.capture = full
    instance = cloud.running()
    with pytest.raises(Exception, match="InternalError"):
        cloud.ec2.create_image(InstanceId=instance, Name="broken")
    (image,) = cloud.ec2.describe_images(Filters=[{"Name": "name", "Values": ["broken"]}])["Images"]
    assert image["State"] == "failed"
    assert image["StateReason"]["Code"]


def test_lists_have_the_order_of_the_seed(cloud: Any) -> None:
    group = cloud.target_group()
    for number in range(8):
        cloud.balancer(f"front-{number}")
        cloud.target_group(f"group-{number}")
        cloud.request(f"{number}.example.com")
        cloud.zone(f"{number}.example.com")
    cloud.elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": cloud.running()} for _unused in range(8)])

    def orders() -> list[list[str]]:
        health = cloud.elbv2.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
        return [
            [one["RegionName"] for one in cloud.ec2.describe_regions()["Regions"]],
            [one["SubnetId"] for one in cloud.ec2.describe_subnets()["Subnets"]],
            [one["LoadBalancerName"] for one in cloud.elbv2.describe_load_balancers()["LoadBalancers"]],
            [one["TargetGroupName"] for one in cloud.elbv2.describe_target_groups()["TargetGroups"]],
            [one["Target"]["Id"] for one in health],
            [one["CertificateArn"] for one in cloud.acm.list_certificates()["CertificateSummaryList"]],
            [one["Id"] for one in cloud.route53.list_hosted_zones()["HostedZones"]],
        ]

    found = []
    for seed in (1, 2, 3, 4, 5, 1):  # two of them may have one order by chance
        aws.order.set_up(seed)
        found.append(orders())
    assert found[0] == found[-1]
    for lists in zip(*found, strict=True):
        assert len({tuple(one) for one in lists}) > 1
        assert len({tuple(sorted(one)) for one in lists}) == 1


def test_hosted_zones_by_name_and_records_keep_their_order(cloud: Any) -> None:
    names = [f"{number}.example.com." for number in range(8)]
    zones = [cloud.zone(name) for name in reversed(names)]
    cloud.change(zones[-1], *[("CREATE", f"{name}.0.example.com", "CNAME", "a.example.org") for name in "cab"])
    for seed in (1, 2):
        aws.order.set_up(seed)
        assert [one["Name"] for one in cloud.route53.list_hosted_zones_by_name()["HostedZones"]] == names
        records = cloud.route53.list_resource_record_sets(HostedZoneId=zones[-1])["ResourceRecordSets"]
        assert [one["Name"][0] for one in records if one["Type"] == "CNAME"] == ["a", "b", "c"]
