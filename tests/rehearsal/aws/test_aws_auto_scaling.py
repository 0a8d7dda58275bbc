# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Auto Scaling groups: instances come, are replaced, refreshed and leave as AWS does it, at the pace of a clock that the test sets."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest

from rehearsal import aws
from rehearsal.auto_scaling import AutoScaling


class Group:
    """A group of two over three zones, behind a load balancer; `pass_time` lets the service work."""

    def __init__(self, cloud: Any) -> None:
        self.cloud, self.client = cloud, cloud.client("autoscaling")
        self.service = AutoScaling(cloud.url)
        self.target_group = cloud.target_group()
        cloud.listen(cloud.balancer(Subnets=[cloud.subnets[name] for name in ("a", "b", "c")]), self.target_group)
        self.template = self.new_template()
        self.unhealthy: set[str] = set()

    def new_template(self) -> str:
        tags = [{"ResourceType": "instance", "Tags": [{"Key": "role", "Value": "server"}]}]
        data = {"ImageId": self.cloud.image, "InstanceType": "t3.medium", "SecurityGroupIds": [self.cloud.group], "TagSpecifications": tags}
        own = [{"ResourceType": "launch-template", "Tags": [{"Key": "owner", "Value": "tests"}]}]
        made = self.cloud.ec2.create_launch_template(LaunchTemplateName="servers", LaunchTemplateData=data, TagSpecifications=own)
        return str(made["LaunchTemplate"]["LaunchTemplateId"])

    def new_version(self) -> str:
        text = base64.b64encode(b"second").decode()
        data = {"ImageId": self.cloud.image, "InstanceType": "t3.large", "SecurityGroupIds": [self.cloud.group], "UserData": text}
        made = self.cloud.ec2.create_launch_template_version(LaunchTemplateId=self.template, LaunchTemplateData=data)
        return str(made["LaunchTemplateVersion"]["VersionNumber"])

    def create(self, **more: Any) -> None:
        wanted = {
            "LaunchTemplate": {"LaunchTemplateId": self.template, "Version": "1"},
            "MinSize": 1,
            "MaxSize": 4,
            "DesiredCapacity": 2,
            "VPCZoneIdentifier": ",".join(self.cloud.subnets[name] for name in ("a", "b", "c")),
            "TargetGroupARNs": [self.target_group],
            "HealthCheckType": "ELB",
            "HealthCheckGracePeriod": 300,
            "Tags": [{"Key": "owner", "Value": "tests", "PropagateAtLaunch": False}],
        }
        self.client.create_auto_scaling_group(AutoScalingGroupName="servers", **(wanted | more))

    def pass_time(self, seconds: float, step: float = 5) -> None:
        """Let the service work every few seconds; targets are healthy unless they are in `unhealthy`."""
        for _turn in range(int(seconds / step)):
            self.service.tick()
            self.cloud.wait(step)
            for group in aws.view.target_groups():
                for target in group.targets:
                    state = ("unhealthy", "Target.Timeout") if target.instance_id in self.unhealthy else ("healthy", None)
                    aws.view.set_target_health(group.arn, target.instance_id, target.port, *state)

    @property
    def described(self) -> dict[str, Any]:
        groups = self.client.describe_auto_scaling_groups(AutoScalingGroupNames=["servers"])["AutoScalingGroups"]
        return dict(groups[0]) if groups else {}

    def members(self, key: str = "LifecycleState") -> dict[str, str]:
        return {one["InstanceId"]: one[key] for one in self.described["Instances"]}

    def targets(self) -> dict[str, str]:
        found = self.cloud.elbv2.describe_target_health(TargetGroupArn=self.target_group)["TargetHealthDescriptions"]
        return {one["Target"]["Id"]: one["TargetHealth"]["State"] for one in found}

    def refresh(self) -> dict[str, Any]:
        return dict(self.client.describe_instance_refreshes(AutoScalingGroupName="servers")["InstanceRefreshes"][0])


@pytest.fixture
def group(cloud: Any) -> Group:
    return Group(cloud)


def in_service(group: Group) -> int:
    """Members that serve."""
    return sum(state == "healthy" for state in group.targets().values())


def watched(group: Group, seconds: float, count: Callable[[Group], int] = in_service) -> set[int]:
    """The counts that were seen every five seconds."""
    seen = set()
    for _turn in range(int(seconds / 5)):
        group.pass_time(5)
        seen.add(count(group))
    return seen


def test_instances_are_pending_then_in_service_in_different_zones_and_registered(group: Group) -> None:
    group.create()
    group.pass_time(5)
    assert set(group.members().values()) == {"Pending"}
    assert group.targets() == {}
    group.pass_time(60)
    assert list(group.members().values()) == ["InService", "InService"]
    assert set(group.targets()) == set(group.members())
    assert len(set(group.members("AvailabilityZone").values())) == 2
    found = group.cloud.instance(next(iter(group.members())))
    assert {tag["Key"]: tag["Value"] for tag in found["Tags"]} == {"role": "server", "aws:autoscaling:groupName": "servers"}


def test_what_ends_outside_is_replaced_at_once(group: Group) -> None:
    group.create()
    group.pass_time(60)
    gone, stays = sorted(group.members())
    group.cloud.ec2.terminate_instances(InstanceIds=[gone])
    group.pass_time(120)
    assert len(group.members()) == 2
    assert stays in group.members() and gone not in group.members()
    assert in_service(group) == 2


@pytest.mark.parametrize("kind", ["ELB", "EC2"])
def test_an_unhealthy_target_is_replaced_after_the_grace_period_if_asked(group: Group, kind: str) -> None:
    group.create(HealthCheckType=kind)
    group.pass_time(60)
    ill = sorted(group.members())[0]
    group.unhealthy = {ill}
    group.pass_time(120)
    assert ill in group.members(), "in its grace period"
    group.pass_time(900)
    assert (ill in group.members()) == (kind == "EC2")
    assert len(group.members()) == 2


def test_a_target_that_somebody_deregisters_is_replaced(group: Group) -> None:
    group.create(HealthCheckGracePeriod=0)
    group.pass_time(60)
    gone = sorted(group.members())[0]
    group.cloud.elbv2.deregister_targets(TargetGroupArn=group.target_group, Targets=[{"Id": gone}])
    group.pass_time(900)
    assert gone not in group.members()
    assert in_service(group) == 2


def test_a_scale_in_drains_first(group: Group) -> None:
    group.create()
    group.pass_time(60)
    group.client.update_auto_scaling_group(AutoScalingGroupName="servers", DesiredCapacity=1)
    group.pass_time(20)
    (leaving,) = (one for one, state in group.members().items() if state == "Terminating")
    assert group.targets()[leaving] == "draining"
    assert group.cloud.state(leaving) == "running"
    group.pass_time(400)
    assert list(group.members().values()) == ["InService"]
    assert group.cloud.state(leaving) == "terminated"


@pytest.mark.parametrize(
    ("percentages", "counts"),
    [
        pytest.param({"MinHealthyPercentage": 66}, {2, 3}, marks=pytest.mark.long),
        ({"MinHealthyPercentage": 100, "MaxHealthyPercentage": 110}, {3, 4}),
    ],
)
def test_a_refresh_keeps_enough_healthy(group: Group, percentages: dict[str, int], counts: set[int], refused: Any) -> None:
    group.create(DesiredCapacity=3)
    group.pass_time(60)
    before = set(group.members())
    wanted = {"LaunchTemplateId": group.template, "Version": group.new_version()}
    group.client.update_auto_scaling_group(AutoScalingGroupName="servers", LaunchTemplate=wanted)
    preferences = {**percentages, "SkipMatching": True, "InstanceWarmup": 30}
    group.client.start_instance_refresh(AutoScalingGroupName="servers", Preferences=preferences)
    with refused("InstanceRefreshInProgress"):
        group.client.start_instance_refresh(AutoScalingGroupName="servers")
    assert watched(group, 1800) == counts
    assert (group.refresh()["Status"], group.refresh()["PercentageComplete"]) == ("Successful", 100)
    assert not before & set(group.members())
    assert {one["LaunchTemplate"]["Version"] for one in group.described["Instances"]} == {"2"}
    attribute = group.cloud.ec2.describe_instance_attribute(InstanceId=next(iter(group.members())), Attribute="userData")
    assert base64.b64decode(attribute["UserData"]["Value"]) == b"second"


def test_a_refresh_skips_what_matches_and_can_be_cancelled(group: Group, refused: Any) -> None:
    group.create()
    group.pass_time(60)
    before = set(group.members())
    group.client.start_instance_refresh(AutoScalingGroupName="servers", Preferences={"SkipMatching": True, "InstanceWarmup": 0})
    group.pass_time(60)
    assert (group.refresh()["Status"], set(group.members())) == ("Successful", before)
    with refused("ActiveInstanceRefreshNotFound"):
        group.client.cancel_instance_refresh(AutoScalingGroupName="servers")
    group.client.start_instance_refresh(AutoScalingGroupName="servers")
    group.client.cancel_instance_refresh(AutoScalingGroupName="servers")
    group.pass_time(60)
    assert (group.refresh()["Status"], set(group.members())) == ("Cancelled", before)


def test_a_group_with_instances_is_deleted_only_by_force(group: Group, refused: Any) -> None:
    group.create()
    group.pass_time(60)
    group.client.put_scaling_policy(
        AutoScalingGroupName="servers",
        PolicyName="cpu",
        PolicyType="TargetTrackingScaling",
        TargetTrackingConfiguration={
            "TargetValue": 50.0,
            "PredefinedMetricSpecification": {"PredefinedMetricType": "ASGAverageCPUUtilization"},
        },
    )
    assert len(group.client.describe_policies(AutoScalingGroupName="servers")["ScalingPolicies"][0]["Alarms"]) == 2
    with refused("ResourceInUse"):
        group.client.delete_auto_scaling_group(AutoScalingGroupName="servers")
    group.client.delete_auto_scaling_group(AutoScalingGroupName="servers", ForceDelete=True)
    assert group.described["Status"] == "Delete in progress"
    with refused("AlreadyExists"):
        group.create()
    group.pass_time(60)
    assert group.described == {}
    assert group.client.describe_policies()["ScalingPolicies"] == []


def test_what_cannot_be_launched_is_refused(group: Group, refused: Any) -> None:
    for wrong in (
        {"MinSize": 3},
        {"MinSize": 5},
        {"LaunchTemplate": {"LaunchTemplateId": group.template, "Version": "2"}},
        {"LaunchTemplate": {"LaunchTemplateName": "nobody"}},
        {"TargetGroupARNs": [group.target_group + "0"]},
        {"VPCZoneIdentifier": "subnet-00000000"},
    ):
        with refused("ValidationError"):
            group.create(**wrong)
    group.cloud.ec2.deregister_image(ImageId=group.cloud.image)
    with refused("ValidationError"):
        group.create()


def test_a_launch_that_fails_is_repeated(group: Group) -> None:
    group.create(DesiredCapacity=1)
    aws.faults.fail("RunInstances", "InsufficientInstanceCapacity")
    group.pass_time(60)
    assert list(group.members().values()) == ["InService"]


def test_a_launch_template_keeps_what_was_sent(group: Group) -> None:
    (version,) = group.cloud.ec2.describe_launch_template_versions(LaunchTemplateId=group.template)["LaunchTemplateVersions"]
    assert [one["ResourceType"] for one in version["LaunchTemplateData"]["TagSpecifications"]] == ["instance"]
    assert "VersionDescription" not in version
    (template,) = group.cloud.ec2.describe_launch_templates()["LaunchTemplates"]
    assert template["Tags"] == [{"Key": "owner", "Value": "tests"}]


def test_versions_of_a_template_are_deleted_but_for_the_default_one(group: Group, refused: Any) -> None:
    group.new_version()
    group.cloud.ec2.modify_launch_template(LaunchTemplateId=group.template, DefaultVersion="2")
    answer = group.cloud.ec2.delete_launch_template_versions(LaunchTemplateId=group.template, Versions=["1", "2"])
    assert [one["VersionNumber"] for one in answer["SuccessfullyDeletedLaunchTemplateVersions"]] == [1]
    assert [one["VersionNumber"] for one in answer["UnsuccessfullyDeletedLaunchTemplateVersions"]] == [2]
    assert group.new_version() == "3"
    with refused("ValidationError"):
        group.create()
    group.create(LaunchTemplate={"LaunchTemplateId": group.template, "Version": "$Default"})
    group.pass_time(60)
    assert {one["LaunchTemplate"]["Version"] for one in group.described["Instances"]} == {"2"}
