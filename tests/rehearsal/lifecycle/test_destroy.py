# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""destroy.yml leaves the account as it was before the first run, in any state of the deployment, and changes nothing of others."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from iam_policy import allowed
from runner import SITE, Aws, Play, actions, changed, operator_actions, said
from teardown import site_ended

from rehearsal import settings
from rehearsal.accounts import default as account

DESTROY = "playbooks/destroy.yml"
NEIGHBOUR = "live-eu"
# Only these variables; destroy.yml must find the rest by itself.
LITTLE = {"red5pro_scale_policies": [], "red5pro_launch_configs": [], "red5pro_node_groups": [], "red5pro_stream_manager_instance": ""}


def snapshot(rehearsal: Any) -> list[str]:
    return list(rehearsal.run(["python", "-m", "rehearsal.snapshot"]).stdout.splitlines())


def deleted(output: str) -> set[str]:
    """The ids and names in the table of what is deleted."""
    return set(re.findall(r"\b(?:i|ami|snap|sg)-[0-9a-f]+\b|arn:aws:acm:\S+|\blive[\w.-]*\b", output.split("kept:")[0]))


class Neighbour:
    """A deployment whose name begins with this one's, in the same account: somebody else's."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws
        tag = [{"Key": "red5pro:deployment", "Value": NEIGHBOUR}, {"Key": "red5pro:role", "Value": "stream-manager"}]
        specification = [{"ResourceType": "elastic-ip", "Tags": tag}]
        self.address = aws("ec2", "allocate_address", Domain="vpc", TagSpecifications=specification)["AllocationId"]
        vpc = aws("ec2", "describe_vpcs", Filters=[{"Name": "tag:Name", "Values": [account.NAME]}])["Vpcs"][0]["VpcId"]
        self.target_group = aws("elbv2", "create_target_group", Name=NEIGHBOUR, Protocol="HTTP", Port=5080, VpcId=vpc, Tags=tag)[
            "TargetGroups"
        ][0]["TargetGroupArn"]
        group = aws("ec2", "describe_security_groups", GroupNames=[account.DATABASE_GROUP])["SecurityGroups"][0]["GroupId"]
        entry = {"CidrIp": "203.0.113.99/32", "Description": f"one private (red5pro:deployment={NEIGHBOUR})"}
        permissions = [{"IpProtocol": "tcp", "FromPort": 3306, "ToPort": 3306, "IpRanges": [entry]}]
        self.rule = {"GroupId": group, "IpPermissions": permissions}
        aws("ec2", "authorize_security_group_ingress", **self.rule)
        image = {"Name": f"{NEIGHBOUR}-node-0123456789ab", "RootDeviceName": "/dev/sda1"}
        roles = [{"Key": "red5pro:deployment", "Value": NEIGHBOUR}, {"Key": "red5pro:role", "Value": "node-image"}]
        self.image = aws("ec2", "register_image", **image)["ImageId"]
        aws("ec2", "create_tags", Resources=[self.image], Tags=roles)
        mapping = aws("ec2", "describe_images", ImageIds=[self.image])["Images"][0]["BlockDeviceMappings"][0]
        self.snapshot = mapping["Ebs"]["SnapshotId"]

    def leave(self) -> None:
        """Delete all of it, which fails if any of it is missing."""
        self._aws("ec2", "release_address", AllocationId=self.address)
        self._aws("elbv2", "delete_target_group", TargetGroupArn=self.target_group)
        self._aws("ec2", "revoke_security_group_ingress", **self.rule)
        self._aws("ec2", "deregister_image", ImageId=self.image)
        self._aws("ec2", "delete_snapshot", SnapshotId=self.snapshot)


def protect(aws: Aws) -> None:
    """Let AWS refuse to delete the load balancer."""
    arn = aws("elbv2", "describe_load_balancers", Names=["live"])["LoadBalancers"][0]["LoadBalancerArn"]
    attributes = [{"Key": "deletion_protection.enabled", "Value": "true"}]
    aws("elbv2", "modify_load_balancer_attributes", LoadBalancerArn=arn, Attributes=attributes)


def protect_instances(aws: Aws) -> dict[str, str]:
    """Termination protection on a stream manager and on a node: name -> id."""
    filters = [{"Name": "tag:red5pro:deployment", "Values": ["live"]}, {"Name": "instance-state-name", "Values": ["running"]}]
    found = [one for entry in aws("ec2", "describe_instances", Filters=filters)["Reservations"] for one in entry["Instances"]]
    roles = {}
    for one in found:
        tags = {tag["Key"]: tag["Value"] for tag in one["Tags"]}
        roles.setdefault(tags["red5pro:role"], one["InstanceId"])
    for instance_id in (roles["stream-manager"], roles["node"]):
        aws("ec2", "modify_instance_attribute", InstanceId=instance_id, DisableApiTermination={"Value": True})
    return {role: roles[role] for role in ("stream-manager", "node")}


def image_of_a_snapshot(aws: Aws) -> tuple[str, str]:
    """An image that somebody else made of a snapshot of ours: its id, and that of the snapshot."""
    filters = [{"Name": "tag:red5pro:role", "Values": ["stream-manager-image"]}]
    snapshot = aws("ec2", "describe_snapshots", Filters=filters)["Snapshots"][0]["SnapshotId"]
    mapping = {"DeviceName": "/dev/sda1", "Ebs": {"SnapshotId": snapshot}}
    image = aws("ec2", "register_image", Name="golden", RootDeviceName="/dev/sda1", BlockDeviceMappings=[mapping])["ImageId"]
    return image, snapshot


@pytest.mark.usefixtures("deployed")
class TestRefused:
    """Nothing is changed before the plan is shown and confirmed."""

    @pytest.mark.parametrize(
        "variables, messages",
        [
            pytest.param({}, ["red5pro_destroy_confirmed is not set", "Nothing was changed"], id="unconfirmed"),
            pytest.param(
                {"red5pro_name": "l*"},
                ['Invalid red5pro_name: "l*". Expected: 1 to 32 letters, digits and hyphens', "wildcards"],
                id="a pattern for a name",
            ),
            pytest.param(
                {"red5pro_region": "us-west-2"},
                ["Invalid red5pro_region: us-west-2.", "are in us-east-1"],
                id="another region",
                marks=pytest.mark.long,
            ),
            pytest.param(
                {"red5pro_api_token": "another"},
                ["Invalid red5pro_api_token (autoscaling_api_token): (hidden).", "rest.administratorToken"],
                id="another token",
                marks=pytest.mark.long,
            ),
        ],
    )
    def test_before_anything_is_changed(self, rehearsal: Any, play: Play, variables: dict[str, Any], messages: list[str]) -> None:
        calls, confirmed = len(rehearsal.calls()), {"red5pro_destroy_confirmed": True} if variables else {}
        done = play(DESTROY, check=False, **variables, **confirmed)
        assert done.returncode == 2, done.stdout
        for message in messages:
            assert message in said(done)
        assert actions(rehearsal, calls) == []

    @pytest.mark.long
    def test_a_name_that_another_one_begins_with_has_nothing(self, rehearsal: Any, play: Play) -> None:
        calls = len(rehearsal.calls())
        done = play(DESTROY, red5pro_name="liv", red5pro_destroy_confirmed=True)
        assert "No resources of liv found in us-east-1." in said(done)
        assert set(changed(done.stdout).values()) == {0}
        assert actions(rehearsal, calls) == []


@pytest.fixture(scope="module")
def beside(deployed: Any, aws: Aws) -> Neighbour:
    """A deployment of somebody else in the account, whose load balancer AWS refuses to delete."""
    protect(aws)
    return Neighbour(aws)


class TestDestroyed:
    """The deployment, and one of somebody else; the load balancer is protected."""

    @pytest.mark.usefixtures("beside")
    @pytest.mark.parametrize("options", [pytest.param((), id="run"), pytest.param(("--check",), id="check", marks=pytest.mark.long)])
    def test_what_aws_would_not_delete_is_named_before_anything_is_changed(
        self, rehearsal: Any, play: Play, aws: Aws, options: tuple[str, ...]
    ) -> None:
        protected = protect_instances(aws)
        image, snapshot = image_of_a_snapshot(aws)
        calls = len(rehearsal.calls())
        done = play(DESTROY, *options, check=False, red5pro_destroy_confirmed=True)
        assert done.returncode == 2, done.stdout
        assert "Refusing to delete load balancer live: deletion protection is on." in said(done)
        for instance_id in protected.values():
            assert f"({instance_id}): termination protection is on." in said(done)
        assert f"Refusing to delete snapshot {snapshot}: the image golden ({image}) of somebody else uses it." in said(done)
        assert actions(rehearsal, calls) == []
        aws("ec2", "deregister_image", ImageId=image)

    def test_exactly_what_check_mode_shows_is_deleted(self, rehearsal: Any, play: Play, deployed: Any, beside: Neighbour) -> None:
        before, calls = snapshot(rehearsal), len(rehearsal.calls())
        lifted = {"red5pro_destroy_protected": True, "red5pro_lift_termination_protection": True, **LITTLE}
        foreseen = play(DESTROY, "--check", **lifted)
        assert actions(rehearsal, calls) == []
        done = play(DESTROY, red5pro_destroy_confirmed=True, **lifted)
        assert changed(done.stdout) == changed(foreseen.stdout)
        assert deleted(done.stdout) == deleted(foreseen.stdout)
        assert operator_actions(rehearsal.calls()[calls:]) <= allowed(), "docs/iam-policy.json suffices"
        gone = {line.split()[2] for line in set(before) - set(snapshot(rehearsal))}
        images = {name for name in gone if name.startswith("ami-")}
        assert images <= deleted(foreseen.stdout) and len(images) == 2
        assert f"stream manager of somebody else, {account.INSTANCES[account.FIRST_STREAM_MANAGER][0]}" in said(done)
        beside.leave()
        assert snapshot(rehearsal) == deployed.snapshot_before

    @pytest.mark.long
    def test_a_second_run_changes_nothing(self, rehearsal: Any, play: Play) -> None:
        calls = len(rehearsal.calls())
        done = play(DESTROY, red5pro_destroy_confirmed=True)
        assert set(changed(done.stdout).values()) == {0}
        assert "No resources of live found in us-east-1." in said(done)
        assert actions(rehearsal, calls) == []


@pytest.mark.long
def test_a_given_address_is_taken_back_from_the_instance_that_stays(rehearsal: Any, play: Play, aws: Aws, baseline: list[str]) -> None:
    """Neither the Elastic IP nor the first stream manager is the deployment's own, but their association is."""
    given = aws("ec2", "allocate_address", Domain="vpc")["AllocationId"]
    before = snapshot(rehearsal)
    assert before != baseline
    variables = {"red5pro_stream_manager_count": 1, "red5pro_allocation_ids": [given]}
    play(SITE, "--tags", "stream_managers", **variables)
    play(SITE, "--tags", "stream_managers", **variables)
    assert actions(rehearsal) == ["CreateTags", "AssociateAddress", "AuthorizeSecurityGroupIngress"]
    since = len(rehearsal.calls())
    done = play(DESTROY, red5pro_destroy_confirmed=True, **LITTLE)
    assert sorted(actions(rehearsal, since)) == ["DeleteTags", "DisassociateAddress", "RevokeSecurityGroupIngress"]
    assert {f"ec2:{action}" for action in actions(rehearsal)} <= allowed()
    assert given in said(done).split("kept:", maxsplit=1)[0]
    assert snapshot(rehearsal) == before


# After how many changes the run is killed, and how; spread over all that site.yml changes, from the target group to the nodes.
HALF_WAYS = [
    (1, signal.SIGKILL),  # the target group has no tags yet
    (2, signal.SIGKILL),
    (6, signal.SIGTERM),
    (9, signal.SIGKILL),
    (11, signal.SIGTERM),
    (13, signal.SIGKILL),
    (15, signal.SIGTERM),
    (17, signal.SIGKILL),
    (20, signal.SIGTERM),
]


@pytest.fixture
def baseline(rehearsal: Any) -> Iterator[list[str]]:
    """The account before the first run, and again after the test."""
    rehearsal.reset()
    yield snapshot(rehearsal)
    rehearsal.reset()


@pytest.mark.long
@pytest.mark.parametrize("number, how", HALF_WAYS)
def test_the_rest_of_a_killed_run_is_deleted(rehearsal: Any, play: Play, baseline: list[str], number: int, how: signal.Signals) -> None:
    assert site_ended(rehearsal, how, lambda: len(actions(rehearsal)) >= number)
    play(DESTROY, red5pro_destroy_confirmed=True, **LITTLE)
    assert snapshot(rehearsal) == baseline


@pytest.mark.long
def test_the_rest_of_a_run_killed_while_launching_nodes_is_deleted(rehearsal: Any, play: Play, baseline: list[str]) -> None:
    def launched() -> bool:
        calls = [call for call in rehearsal.calls() if call["access_key"] == settings.STREAM_MANAGER_ACCESS_KEY]
        return sum(call["action"] == "RunInstances" for call in calls) >= 2

    assert site_ended(rehearsal, signal.SIGKILL, launched)
    play(DESTROY, red5pro_destroy_confirmed=True, **LITTLE)
    assert snapshot(rehearsal) == baseline


@pytest.mark.long
def test_nodes_are_ended_and_named_when_the_api_does_not_answer(rehearsal: Any, play: Play, aws: Aws, baseline: list[str]) -> None:
    play(SITE)
    running = {"Name": "instance-state-name", "Values": ["running"]}
    found = aws("ec2", "describe_instances", Filters=[running])["Reservations"]
    instances = [instance for reservation in found for instance in reservation["Instances"]]
    roles = {one["InstanceId"]: {tag["Key"]: tag["Value"] for tag in one["Tags"]}.get("red5pro:role", "") for one in instances}
    nodes = [instance_id for instance_id, role in roles.items() if role == "node"]
    first = account.INSTANCES[account.FIRST_STREAM_MANAGER][0]
    managers = [one["PrivateIpAddress"] for one in instances if one["InstanceId"] == first or roles[one["InstanceId"]] == "stream-manager"]
    assert (len(nodes), len(managers)) == (8, 2)
    for address in managers:
        ssh = ["ssh", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-i", f"{rehearsal.state}/ssh/id_ed25519"]
        rehearsal.run([*ssh, f"ubuntu@{address}", "sudo /etc/init.d/red5pro stop"])
    done = play(DESTROY, red5pro_destroy_confirmed=True, **LITTLE)
    for node in nodes:
        assert node in said(done).split("kept:", maxsplit=1)[0]
    assert "since the API does not answer" in said(done)
    assert snapshot(rehearsal) == baseline
