# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Security groups: rules 19 and 20, and who a rule admits."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Any

import pytest

from rehearsal import aws


def permission(port: int = 3306, **source: Any) -> list[dict[str, Any]]:
    return [{"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **source}]


def admit(cloud: Any, group: str, cidr: str, description: str = "", port: int = 3306) -> None:
    source = {"CidrIp": cidr} | ({"Description": description} if description else {})
    cloud.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=permission(port, IpRanges=[source]))


def test_rule_19_a_group_of_an_instance_stays(cloud: Any, refused: Any) -> None:
    instance = cloud.running()
    with refused("DependencyViolation"):
        cloud.ec2.delete_security_group(GroupId=cloud.group)
    with refused("DependencyViolation"):
        cloud.ec2.delete_subnet(SubnetId=cloud.subnets["a"])
    cloud.ec2.terminate_instances(InstanceIds=[instance])
    with refused("DependencyViolation"):
        cloud.ec2.delete_security_group(GroupId=cloud.group)
    cloud.wait(20)
    cloud.ec2.delete_security_group(GroupId=cloud.group)
    cloud.ec2.delete_subnet(SubnetId=cloud.subnets["a"])


def test_rule_19_a_group_that_another_names_stays_and_the_default_one_always(cloud: Any, refused: Any) -> None:
    database = cloud.new_group("database")
    source = permission(UserIdGroupPairs=[{"GroupId": cloud.group}])
    cloud.ec2.authorize_security_group_ingress(GroupId=database, IpPermissions=source)
    with refused("DependencyViolation"):
        cloud.ec2.delete_security_group(GroupId=cloud.group)
    cloud.ec2.revoke_security_group_ingress(GroupId=database, IpPermissions=source)
    cloud.ec2.delete_security_group(GroupId=cloud.group)
    default = cloud.ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["default"]}])["SecurityGroups"][0]
    with refused("CannotDelete"):
        cloud.ec2.delete_security_group(GroupId=default["GroupId"])


def test_rule_19_an_instance_moved_to_another_group_frees_the_first(cloud: Any, refused: Any) -> None:
    instance, other = cloud.running(), cloud.new_group("other")
    with refused("InvalidGroup.NotFound"):
        cloud.ec2.modify_instance_attribute(InstanceId=instance, Groups=["sg-00000000"])
    cloud.ec2.modify_instance_attribute(InstanceId=instance, Groups=[other])
    cloud.ec2.delete_security_group(GroupId=cloud.group)


def test_rule_20_a_rule_once(cloud: Any, refused: Any) -> None:
    group = cloud.new_group("database")
    admit(cloud, group, "127.54.0.1/32", "first")
    with refused("InvalidPermission.Duplicate"):
        admit(cloud, group, "127.54.0.1/32", "described otherwise")
    pair = {"GroupId": cloud.group, "Description": "servers"}
    cloud.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=permission(UserIdGroupPairs=[pair]))
    with refused("InvalidPermission.Duplicate"):
        both = permission(IpRanges=[{"CidrIp": "127.54.0.2/32"}], UserIdGroupPairs=[{"GroupId": cloud.group}])
        cloud.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=both)
    assert IPv4Network("127.54.0.2/32") not in aws.view.admitted(group, 3306), "a refused request changes nothing"
    with refused("InvalidPermission.NotFound"):
        cloud.ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=permission(IpRanges=[{"CidrIp": "127.54.0.2/32"}]))


def test_rule_20_sixty_rules(cloud: Any, refused: Any) -> None:
    group = cloud.new_group("database")
    ranges = [{"CidrIp": f"127.54.0.{number}/32"} for number in range(60)]
    cloud.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=permission(IpRanges=ranges))
    with refused("RulesPerSecurityGroupLimitExceeded"):
        admit(cloud, group, "127.54.1.0/32")


@pytest.mark.parametrize("description", ["a" * 256, "naïve", "a?", "it's", "a|b"])
def test_rule_20_descriptions(cloud: Any, refused: Any, description: str) -> None:
    group = cloud.new_group("database")
    with refused("InvalidParameterValue"):
        admit(cloud, group, "127.54.0.1/32", description)
    admit(cloud, group, "127.54.0.1/32", "aZ9. _-:/()#,@[]+=&;{}!$*" + "a" * 230)


def test_descriptions_can_be_changed(cloud: Any) -> None:
    group = cloud.new_group("database")
    for source, kind in (({"CidrIp": "127.54.0.1/32"}, "IpRanges"), ({"GroupId": cloud.group}, "UserIdGroupPairs")):
        for text, call in (
            ("before", cloud.ec2.authorize_security_group_ingress),
            ("after", cloud.ec2.update_security_group_rule_descriptions_ingress),
        ):
            assert call(GroupId=group, IpPermissions=permission(**{kind: [source | {"Description": text}]}))["Return"] is True
        (shown,) = cloud.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"]
        assert [entry["Description"] for entry in shown[kind]] == ["after"]


def test_descriptions_of_egress_rules_too(cloud: Any) -> None:
    group = cloud.new_group("database")
    everywhere = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "everywhere"}]}]
    assert cloud.ec2.update_security_group_rule_descriptions_egress(GroupId=group, IpPermissions=everywhere)["Return"] is True
    (shown,) = cloud.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissionsEgress"]
    assert shown["IpRanges"][0]["Description"] == "everywhere"


def test_the_view_of_who_is_admitted(cloud: Any) -> None:
    database, instance = cloud.new_group("database"), cloud.running()
    admit(cloud, database, "127.54.0.9/32")
    admit(cloud, database, "127.20.0.0/16", port=22)
    assert aws.view.admitted(database, 3306) == (IPv4Network("127.54.0.9/32"),)
    source = permission(UserIdGroupPairs=[{"GroupId": cloud.group}])
    cloud.ec2.authorize_security_group_ingress(GroupId=database, IpPermissions=source)
    allocation = cloud.ec2.allocate_address(Domain="vpc")
    cloud.ec2.associate_address(AllocationId=allocation["AllocationId"], InstanceId=instance)
    own = {IPv4Network("127.10.0.4/32"), IPv4Network(allocation["PublicIp"])}
    assert set(aws.view.admitted(database, 3306)) == {IPv4Network("127.54.0.9/32"), *own}
    assert aws.view.admitted(database, 22) == (IPv4Network("127.20.0.0/16"),)
    assert aws.view.admitted("sg-00000000", 22) == ()
