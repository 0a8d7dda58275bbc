# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""create_network.yml for node groups in two regions, with the operator's permissions: creates, keeps, finds drift, deletes in both."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from runner import changed, operators, said

from rehearsal import settings

PLAYBOOK = "playbooks/create_network.yml"
HERE, WEST = settings.REGION, settings.SECOND_REGION
FILES = Path(__file__).parent
NODES = "fresh-nodes"
TARGETS = [{"role": "origin", "min_limit": 1, "max_limit": 2}]


@pytest.fixture(scope="module")
def declared(rehearsal: Any) -> dict[str, Any]:
    rehearsal.reset(baseline="empty")
    return {
        "red5pro_network_create": True,
        "red5pro_name": "fresh",
        "red5pro_vpc": "fresh",
        "red5pro_vpc_cidr": "127.30.0.0/16",
        "red5pro_region_vpc_cidrs": {WEST: "127.31.0.0/16"},
        "red5pro_load_balancer_security_group": "fresh-load-balancer",
        "red5pro_stream_manager_security_group": "fresh-managers",
        "red5pro_node_security_group": NODES,
        "red5pro_database_security_group": "fresh-database",
        "red5pro_key_name": "fresh",
        "red5pro_public_key": (rehearsal.state / "ssh/id_ed25519.pub").read_text().strip(),
        "red5pro_ssh_sources": ["203.0.113.0/24"],
        "red5pro_subnet_count": 3,
        "red5pro_stream_manager_properties": {},
        "red5pro_scale_policies": [
            {"name": name, "regions": [{"name": one, "targets": TARGETS} for one in regions]}
            for name, regions in (("east", ["default"]), ("west", ["default", WEST]))
        ],
        "red5pro_launch_configs": [
            {"name": "nodes", "targets": [{"role": "origin", "instance_type": "c5.large", "connection_capacity": 100}]}
        ],
        "red5pro_node_groups": [
            {"name": name, "regions": [region], "launch_config": "nodes", "scale_policy": name, "origins": 1}
            for name, region in (("east", HERE), ("west", WEST))
        ],
    }


@pytest.fixture(scope="module")
def empty(rehearsal: Any, declared: dict[str, Any]) -> Any:
    """What both regions have before."""
    return rehearsal.control("/snapshot")


def own(aws: Any, region: str) -> dict[str, list[str]]:
    """The ids of what has the deployment's tag in a region, by type."""
    filters = [{"Name": "key", "Values": ["red5pro:deployment"]}, {"Name": "value", "Values": ["fresh"]}]
    found: dict[str, list[str]] = {}
    for one in aws("ec2", "describe_tags", region=region, Filters=filters)["Tags"]:
        found.setdefault(one["ResourceType"], []).append(one["ResourceId"])
    return found


def nodes(aws: Any) -> dict[str, Any]:
    """The security group of the nodes in the second region."""
    filters = [{"Name": "group-name", "Values": [NODES]}]
    (group,) = aws("ec2", "describe_security_groups", region=WEST, Filters=filters)["SecurityGroups"]
    found: dict[str, Any] = group
    return found


@pytest.mark.parametrize(
    "changes, message",
    [
        pytest.param(
            {"red5pro_region_vpc_cidrs": {WEST: "127.31.0.0"}},
            "a dictionary of networks by region, such as {us-west-2: 10.1.0.0/16}, unlike",
            marks=pytest.mark.long,
        ),
        (
            {"red5pro_region_vpc_cidrs": json.dumps({WEST: "127.31.0.0/26"})},
            f"Invalid red5pro_region_vpc_cidrs['{WEST}']: 127.31.0.0/26. Exp",
        ),
        ({"red5pro_public_key": ""}, f"a public key, since there is no key pair fresh in {WEST}."),
    ],
)
def test_1_mistakes_are_refused_before_anything_changes(
    play: Any, declared: dict[str, Any], rehearsal: Any, changes: dict[str, Any], message: str
) -> None:
    done = play(PLAYBOOK, check=False, **{**declared, **changes})
    assert done.returncode == 2 and message in said(done), said(done)
    assert operators(rehearsal) == []


@pytest.mark.long
def test_2_check_mode_predicts_and_a_second_run_changes_nothing(
    play: Any, declared: dict[str, Any], rehearsal: Any, aws: Any, empty: Any
) -> None:
    predicted = changed(play(PLAYBOOK, "--check", **declared).stdout)
    assert operators(rehearsal) == []
    assert changed(play(PLAYBOOK, **declared).stdout) == predicted
    whole = {"internet-gateway": 1, "key-pair": 1, "route-table": 1, "subnet": 3, "vpc": 1}
    for region, groups in ((HERE, 4), (WEST, 1)):
        assert {kind: len(ids) for kind, ids in own(aws, region).items()} == {**whole, "security-group": groups}
    since = len(rehearsal.calls())
    assert changed(play(PLAYBOOK, **declared).stdout) == {"localhost": 0}
    assert operators(rehearsal, since) == []
    assert "found" not in said(play(FILES / "verify.yml", **declared)).partition("findings:")[2].partition("PLAY RECAP")[0]


@pytest.mark.long
def test_3_a_node_can_be_launched_there_by_the_names(aws: Any) -> None:
    (vpc,) = aws("ec2", "describe_vpcs", region=WEST, Filters=[{"Name": "tag:Name", "Values": ["fresh"]}])["Vpcs"]
    assert vpc["CidrBlock"] == "127.31.0.0/16"
    for name in ("enableDnsSupport", "enableDnsHostnames"):
        assert aws("ec2", "describe_vpc_attribute", region=WEST, VpcId=vpc["VpcId"], Attribute=name)[f"{name[0].upper()}{name[1:]}"][
            "Value"
        ]
    subnets = aws("ec2", "describe_subnets", region=WEST, Filters=[{"Name": "vpc-id", "Values": [vpc["VpcId"]]}])["Subnets"]
    assert len({one["AvailabilityZone"] for one in subnets}) == 3 and all(one["MapPublicIpOnLaunch"] for one in subnets)
    assert [one["KeyName"] for one in aws("ec2", "describe_key_pairs", region=WEST)["KeyPairs"]] == ["fresh"]
    group = nodes(aws)
    assert group["VpcId"] == vpc["VpcId"]
    ports = {(one["IpProtocol"], one["FromPort"]) for one in group["IpPermissions"]}
    assert ports == {("tcp", 22), ("tcp", 5080), ("tcp", 1935), ("tcp", 8554), ("udp", 40000), ("udp", 8000)}
    assert {each["GroupId"] for one in group["IpPermissions"] for each in one["UserIdGroupPairs"]} == {group["GroupId"]}


@pytest.mark.long
def test_4_drift_is_found_and_fixed(play: Any, declared: dict[str, Any], aws: Any) -> None:
    rule = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    aws("ec2", "authorize_security_group_ingress", region=WEST, GroupId=nodes(aws)["GroupId"], IpPermissions=[rule])
    aws("ec2", "delete_key_pair", region=WEST, KeyName="fresh")
    findings = said(play(FILES / "verify.yml", **declared))
    assert f"security group {NODES} in {WEST}: expected the documented ports, found not declared: tcp 22-22 from 0.0.0.0/0" in findings
    assert f"key pair fresh in {WEST}: expected present, found missing" in findings
    assert changed(play(PLAYBOOK, **declared).stdout) == {"localhost": 2}
    assert "found" not in said(play(FILES / "verify.yml", **declared)).partition("findings:")[2].partition("PLAY RECAP")[0]


@pytest.mark.long
def test_5_removal_finds_the_region_that_no_node_group_names(
    play: Any, declared: dict[str, Any], rehearsal: Any, aws: Any, empty: Any
) -> None:
    unnamed = {**declared, "red5pro_node_groups": [], "red5pro_scale_policies": [], "red5pro_region_vpc_cidrs": None}
    assert changed(play(PLAYBOOK, **unnamed).stdout) == {"localhost": 0}
    assert own(aws, WEST), "it is kept until destroy.yml"
    since = len(rehearsal.calls())
    play(FILES / "remove.yml", "--check", **unnamed)
    assert operators(rehearsal, since) == []
    play(FILES / "remove.yml", **unnamed)
    assert (own(aws, HERE), own(aws, WEST)) == ({}, {})
    assert rehearsal.control("/snapshot") == empty
    assert changed(play(FILES / "remove.yml", **unnamed).stdout) == {"localhost": 0}


@pytest.mark.long
def test_6_what_exists_there_is_used_as_it_is(play: Any, declared: dict[str, Any], rehearsal: Any, aws: Any) -> None:
    """In the default account, the second region has VPC, security group of nodes and key pair of these names."""
    rehearsal.reset()
    given = {
        **{f"red5pro_{name}_security_group": "red5pro-stream-managers" for name in ("load_balancer", "stream_manager")},
        "red5pro_database_security_group": "red5pro-database",
        "red5pro_node_security_group": "red5pro-nodes",
        **{f"red5pro_{name}": "red5pro" for name in ("vpc", "key_name")},
        "red5pro_public_key": "",
    }
    assert changed(play(PLAYBOOK, **{**declared, **given}).stdout) == {"localhost": 0}
    assert operators(rehearsal) == []
    missing = {**given, "red5pro_node_security_group": NODES}
    play(PLAYBOOK, **{**declared, **missing})
    assert (set(own(aws, HERE)), set(own(aws, WEST))) == ({"security-group"}, {"security-group"})
    assert changed(play(PLAYBOOK, **{**declared, **missing}).stdout) == {"localhost": 0}
    play(FILES / "remove.yml", **{**declared, **missing})
    assert (own(aws, HERE), own(aws, WEST)) == ({}, {})
