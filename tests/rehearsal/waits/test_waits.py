# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Single roles with eventual consistency of EC2: no wait ends because an answer lacks a resource."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from runner import actions, said

HERE = Path(__file__).parent
SUBNETS = ("red5pro-public-a", "red5pro-public-b", "red5pro-public-c")


@pytest.fixture
def network(rehearsal: Any, aws: Any) -> dict[str, Any]:
    """The baseline account, its subnets without public mapping, as AWS makes them, and the roles' inputs for them."""
    rehearsal.reset()
    found = {one["Tags"][0]["Value"]: one for one in aws("ec2", "describe_subnets")["Subnets"]}
    for name in SUBNETS:
        aws("ec2", "modify_subnet_attribute", SubnetId=found[name]["SubnetId"], MapPublicIpOnLaunch={"Value": False})
    names = {one["GroupName"]: one["GroupId"] for one in aws("ec2", "describe_security_groups")["SecurityGroups"]}
    return {
        "network_subnets": [{"id": found[name]["SubnetId"], "availability_zone": found[name]["AvailabilityZone"]} for name in SUBNETS],
        "network_security_groups": {"stream_manager": names["red5pro-stream-managers"], "database": names["red5pro-database"]},
    }


def fault(rehearsal: Any, kind: str, **arguments: Any) -> None:
    rehearsal.control("/fault", {"kind": kind, **arguments})


def images(aws: Any, region: str = "us-east-1") -> list[dict[str, Any]]:
    filters = [{"Name": "tag:red5pro:role", "Values": ["node-image"]}]
    return list(aws("ec2", "describe_images", region=region, Owners=["self"], Filters=filters)["Images"])


@pytest.mark.long  # the modules sleep over ids that are not known yet
def test_rules_29_32_33_35_39_40_a_node_image_is_made(rehearsal: Any, play: Any, aws: Any, network: Any) -> None:
    strangers = "".join(
        f"127.54.0.{last} ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl\n" for last in range(1, 30)
    )
    (rehearsal.state / "ssh" / "known_hosts").write_text(strangers)
    fault(rehearsal, "broken_images")
    failed = play(HERE / "node_image.yml", check=False, **network)
    assert failed.returncode == 2
    assert "could not be created" in said(failed)
    assert "Internal error on creation" in said(failed)

    fault(rehearsal, "eventual")
    fault(rehearsal, "late")
    since = len(rehearsal.calls())
    play(HERE / "node_image.yml", **network)
    done = actions(rehearsal, since)
    assert done.index("DeregisterImage") < done.index("CreateImage") < done.index("CopyImage")
    assert "CreateTags" not in done, "tags are part of the requests"
    fault(rehearsal, "late", answers=0)
    assert [[one["State"] for one in images(aws, region)] for region in ("us-east-1", "us-west-2")] == [["available"], ["available"]]
    snapshots = aws("ec2", "describe_snapshots", region="us-west-2", OwnerIds=["self"])["Snapshots"]
    assert [{tag["Key"] for tag in one.get("Tags", ())} >= {"red5pro:deployment", "red5pro:role"} for one in snapshots] == [True]
    since = len(rehearsal.calls())
    play(HERE / "node_image.yml", **network)
    assert actions(rehearsal, since) == []


@pytest.mark.long
def test_a_copy_that_fails_is_reported_with_the_reason(rehearsal: Any, play: Any, aws: Any, network: Any) -> None:
    play(HERE / "node_image.yml", **network)
    (copy,) = images(aws, "us-west-2")
    aws("ec2", "deregister_image", region="us-west-2", ImageId=copy["ImageId"])
    fault(rehearsal, "broken_images")
    failed = play(HERE / "node_image.yml", check=False, **network)
    assert failed.returncode == 2
    assert f"The copy of the image {copy['Name']} in us-west-2 could not be created: " in said(failed)
    assert "Internal error on creation" in said(failed)
    play(HERE / "node_image.yml", **network)
    assert [one["State"] for one in images(aws, "us-west-2")] == ["available"]


@pytest.mark.long
def test_rule_33_every_stream_manager_has_its_instance_and_address_or_fails_by_name(
    rehearsal: Any, play: Any, aws: Any, network: Any
) -> None:
    fault(rehearsal, "late", answers=1000)
    failed = play(HERE / "stream_managers.yml", check=False, timeout=4, red5pro_stream_manager_image="ami-0f1a5700000000001", **{
        **network, "red5pro_stream_manager_instance": ""
    })  # fmt: skip
    assert failed.returncode == 2
    assert "Timed out after 4 s waiting for stream managers to run: live-stream-manager-1, live-stream-manager-2." in said(failed)

    rehearsal.reset()
    fault(rehearsal, "eventual")
    fault(rehearsal, "late")
    aws("ec2", "stop_instances", InstanceIds=["i-0f1a5700000000001"])
    play(HERE / "stream_managers.yml", timeout=120, **network)
    fault(rehearsal, "late", answers=0)
    found = [one for entry in aws("ec2", "describe_instances")["Reservations"] for one in entry["Instances"]]
    managers = {one["InstanceId"] for one in found if one["ImageId"] not in ("ami-00e5e000000000001",)}
    holders = {one.get("InstanceId") for one in aws("ec2", "describe_addresses")["Addresses"]}
    assert len(managers) == 2
    assert managers <= holders
