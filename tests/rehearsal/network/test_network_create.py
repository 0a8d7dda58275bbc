# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""create_network.yml in an account without the network, with the operator's permissions: creates, keeps, finds drift, deletes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from runner import changed, operators, said

PLAYBOOK = "playbooks/create_network.yml"
GROUPS = ("fresh-load-balancer", "fresh-managers", "fresh-nodes", "fresh-database")
HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def declared(rehearsal: Any) -> dict[str, Any]:
    rehearsal.reset()
    return {
        "red5pro_network_create": True,
        "red5pro_name": "fresh",
        "red5pro_vpc": "fresh",
        "red5pro_vpc_cidr": "127.30.0.0/16",
        "red5pro_load_balancer_security_group": GROUPS[0],
        "red5pro_stream_manager_security_group": GROUPS[1],
        "red5pro_node_security_group": GROUPS[2],
        "red5pro_database_security_group": GROUPS[3],
        "red5pro_key_name": "fresh",
        "red5pro_public_key": (rehearsal.state / "ssh/id_ed25519.pub").read_text().strip(),
        "red5pro_ssh_sources": ["203.0.113.0/24"],
    }


def own(aws: Any) -> dict[str, list[str]]:
    """The ids of what has the deployment's tag, by type."""
    tags = aws("ec2", "describe_tags", Filters=[{"Name": "key", "Values": ["red5pro:deployment"]}, {"Name": "value", "Values": ["fresh"]}])[
        "Tags"
    ]
    found: dict[str, list[str]] = {}
    for one in tags:
        found.setdefault(one["ResourceType"], []).append(one["ResourceId"])
    return found


def test_1_without_the_variable_nothing_happens(play: Any, declared: dict[str, Any], rehearsal: Any) -> None:
    before = len(rehearsal.calls())
    assert changed(play(PLAYBOOK, **{**declared, "red5pro_network_create": False}).stdout) == {"localhost": 0}
    assert len(rehearsal.calls()) == before


def test_2_overlapping_subnets_are_refused(play: Any, declared: dict[str, Any], rehearsal: Any) -> None:
    done = play(PLAYBOOK, check=False, **declared, red5pro_subnet_cidrs=["127.30.0.0/23", "127.30.1.0/24"])
    assert done.returncode == 2 and "networks that do not overlap, unlike 127.30.1.0/24" in said(done)
    assert operators(rehearsal) == []


@pytest.mark.long
def test_2_text_is_taken_as_from_the_command_line(play: Any, declared: dict[str, Any]) -> None:
    texts = {"red5pro_network_create": "y", "red5pro_ssh_sources": "203.0.113.0/24", "red5pro_extra_tags": '{"team": "video"}'}
    lists = {"red5pro_subnets": "a,b", "red5pro_node_groups": "[]", "red5pro_stream_manager_properties": "proxy.enabled: true"}
    assert changed(play(PLAYBOOK, "--check", **{**declared, **texts, **lists}).stdout) == changed(
        play(PLAYBOOK, "--check", **declared).stdout
    )


@pytest.mark.long
def test_3_check_mode_predicts_and_a_second_run_changes_nothing(play: Any, declared: dict[str, Any], rehearsal: Any, aws: Any) -> None:
    predicted = changed(play(PLAYBOOK, "--check", **declared).stdout)
    assert operators(rehearsal) == []
    assert changed(play(PLAYBOOK, **declared).stdout) == predicted
    found = own(aws)
    assert {kind: len(ids) for kind, ids in found.items()} == {
        "internet-gateway": 1, "key-pair": 1, "route-table": 1, "security-group": 4, "subnet": 2, "vpc": 1,
    }  # fmt: skip
    since = len(rehearsal.calls())
    assert changed(play(PLAYBOOK, **declared).stdout) == {"localhost": 0}
    assert operators(rehearsal, since) == []


@pytest.mark.long
def test_4_the_network_is_one_that_a_load_balancer_and_instances_can_use(aws: Any) -> None:
    (vpc,) = own(aws)["vpc"]
    for name in ("enableDnsSupport", "enableDnsHostnames"):
        assert aws("ec2", "describe_vpc_attribute", VpcId=vpc, Attribute=name)[f"{name[0].upper()}{name[1:]}"]["Value"]
    found = aws("ec2", "describe_security_groups", Filters=[{"Name": "group-name", "Values": list(GROUPS)}])["SecurityGroups"]
    groups = {one["GroupName"]: one["GroupId"] for one in found}
    balancer = aws("elbv2", "create_load_balancer", Name="probe", Subnets=own(aws)["subnet"], SecurityGroups=[groups[GROUPS[0]]])
    aws("elbv2", "delete_load_balancer", LoadBalancerArn=balancer["LoadBalancers"][0]["LoadBalancerArn"])
    ports = {(one["FromPort"], *(each["GroupId"] for each in one["UserIdGroupPairs"])) for one in found[0]["IpPermissions"]}
    assert all(one["Description"] and ports for one in found)
    database = next(one for one in found if one["GroupName"] == GROUPS[3])["IpPermissions"]
    assert [(one["FromPort"], one["UserIdGroupPairs"][0]["GroupId"]) for one in database] == [(3306, groups[GROUPS[1]])]


@pytest.mark.long
def test_5_drift_is_found_and_fixed(play: Any, declared: dict[str, Any], aws: Any) -> None:
    (vpc,) = own(aws)["vpc"]
    filters = [{"Name": "group-name", "Values": [GROUPS[1]]}]
    group = aws("ec2", "describe_security_groups", Filters=filters)["SecurityGroups"][0]["GroupId"]
    rule = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    aws("ec2", "authorize_security_group_ingress", GroupId=group, IpPermissions=[rule])
    aws("ec2", "modify_vpc_attribute", VpcId=vpc, EnableDnsHostnames={"Value": False})
    findings = said(play(HERE / "verify.yml", **declared))
    assert f"security group {GROUPS[1]}: expected the documented ports, found not declared: tcp 22-22 from 0.0.0.0/0" in findings
    assert f"{vpc} DNS: expected support and host names, found support" in findings
    assert changed(play(PLAYBOOK, **declared).stdout) == {"localhost": 2}
    assert "found" not in said(play(HERE / "verify.yml", **declared)).partition("findings:")[2].partition("PLAY RECAP")[0]


@pytest.mark.long
def test_6_given_resources_are_used_as_they_are(play: Any, declared: dict[str, Any], rehearsal: Any) -> None:
    given = {
        "red5pro_name": "guest",
        "red5pro_vpc": "red5pro",
        "red5pro_stream_manager_security_group": "red5pro-stream-managers",
        "red5pro_database_security_group": "red5pro-database",
        "red5pro_load_balancer_security_group": "red5pro-stream-managers",
        "red5pro_node_security_group": "red5pro-nodes",
        "red5pro_key_name": "red5pro",
    }
    since = len(rehearsal.calls())
    assert changed(play(PLAYBOOK, **{**declared, **given}).stdout) == {"localhost": 0}
    assert operators(rehearsal, since) == []


@pytest.mark.long
def test_7_removal_deletes_all_of_it_and_nothing_else(play: Any, declared: dict[str, Any], aws: Any, rehearsal: Any) -> None:
    def others() -> set[str]:
        vpcs = aws("ec2", "describe_vpcs")["Vpcs"]
        groups = aws("ec2", "describe_security_groups")["SecurityGroups"]
        return {*(one["VpcId"] for one in vpcs), *(one["GroupId"] for one in groups)} - {one for ids in own(aws).values() for one in ids}

    (vpc,) = own(aws)["vpc"]
    groups = aws("ec2", "describe_security_groups", Filters=[{"Name": "vpc-id", "Values": [vpc]}])["SecurityGroups"]
    default = {one["GroupId"] for one in groups if one["GroupName"] == "default"}
    kept = others() - default
    since = len(rehearsal.calls())
    play(HERE / "remove.yml", "--check", **declared)
    assert operators(rehearsal, since) == []
    interface = aws("ec2", "create_network_interface", SubnetId=own(aws)["subnet"][0], Description="AWS Lambda VPC ENI-mail")
    held = interface["NetworkInterface"]["NetworkInterfaceId"]
    table = aws("ec2", "create_route_table", VpcId=vpc)["RouteTable"]["RouteTableId"]
    refused = play(HERE / "remove.yml", check=False, **declared)
    assert f"the network interface AWS Lambda VPC ENI-mail ({held}) of somebody else is in it" in said(refused)
    assert f"the route table ({table}) of somebody else is in it" in said(refused)
    assert refused.returncode == 2 and operators(rehearsal, since) == []
    aws("ec2", "delete_network_interface", NetworkInterfaceId=held)
    aws("ec2", "delete_route_table", RouteTableId=table)
    play(HERE / "remove.yml", **declared)
    assert own(aws) == {} and others() == kept
    assert changed(play(HERE / "remove.yml", **declared).stdout) == {"localhost": 0}
