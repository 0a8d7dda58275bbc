# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What destroy deletes of a network, in every region, and in which order."""

from __future__ import annotations

from ansible_collections.streamops.red5pro.plugins.plugin_utils.network_removal import plan, readings, regions

OWN = {"red5pro:deployment": "live"}


def test_deletion_finds_every_region_with_a_part_of_the_network() -> None:
    tagged = [("us-west-2", "vpc"), ("eu-west-1", "image"), ("ap-south-1", "key-pair"), ("eu-central-1", "subnet"), ("us-west-2", "subnet")]
    found = regions("eu-central-1", [{"region": region, "type": kind} for region, kind in tagged])
    assert found == ["eu-central-1", "ap-south-1", "us-west-2"]


def test_deletion_has_an_order_that_aws_accepts() -> None:
    here, there = "eu-central-1", "us-west-2"
    assert [(one["name"], one["region"]) for one in readings("live", [here, there])][5:7] == [
        ("network_vpcs-eu-central-1", here), ("network_key_pairs-us-west-2", there),
    ]  # fmt: skip
    current = {
        f"network_vpcs-{there}": [{"id": "vpc-3", "tags": {**OWN, "Name": "red5pro"}}],
        f"network_vpcs-{here}": [
            {"id": "vpc-1", "vpc_id": "vpc-1", "tags": {**OWN, "Name": "red5pro"}},
            {"id": "vpc-2", "tags": {"red5pro:deployment": "*"}},
        ],
        f"network_internet_gateways-{here}": [
            {"internet_gateway_id": "igw-1", "attachments": [{"vpc_id": "vpc-1"}], "tags": OWN},
            {"internet_gateway_id": "igw-2", "tags": OWN},
        ],
        f"network_key_pairs-{here}": [{"key_pair_id": "key-1", "key_name": "operations", "tags": OWN}],
        f"network_security_groups-{here}": [
            {"group_id": "sg-1", "group_name": "managers", "description": "x", "vpc_id": "vpc-1", "tags": OWN}
        ],
        f"network_security_groups-{there}": [
            {"group_id": "sg-3", "group_name": "nodes", "description": "x", "vpc_id": "vpc-3", "tags": OWN}
        ],
        f"network_subnets-{here}": [{"id": "subnet-1", "vpc_id": "vpc-1", "cidr_block": "10.0.0.0/17", "tags": OWN}],
        "addresses": [{"allocation_id": "eipalloc-1"}],
    }
    found = plan("live", current)
    assert [(one["what"], one["name"], one["id"], one["vpc_id"], one["region"]) for one in found["rows"]] == [
        ("key pair", "operations", "key-1", "", here), ("security group", "managers", "sg-1", "vpc-1", here),
        ("security group", "nodes", "sg-3", "vpc-3", there), ("subnet", "", "subnet-1", "vpc-1", here),
        ("internet gateway", "", "igw-1", "vpc-1", here), ("internet gateway", "", "igw-2", "", here),
        ("VPC", "red5pro", "vpc-3", "", there), ("VPC", "red5pro", "vpc-1", "vpc-1", here),
    ]  # fmt: skip
    assert [one["id"] for one in found["of"]["vpcs"]] == ["vpc-3", "vpc-1"] and found["of"]["route_tables"] == []


def test_what_others_have_in_the_vpc_is_told_before_anything_is_deleted() -> None:
    region = "eu-central-1"
    inside = {one["name"]: one for one in readings("live", [region]) if one["name"].startswith("inside_")}
    assert [one["filters_of"] for one in inside.values()] == [{"vpc-id": f"network_vpcs-{region}.vpc_id"}] * 5
    assert inside[f"inside_instances-{region}"]["filters"] == {"instance-state-name": ["pending", "running", "stopping", "stopped"]}
    vpc = {"vpc_id": "vpc-1"}
    current = {
        f"nodes_of_images-{region}": [{"instance_id": "i-3", "tags": {}}],
        f"inside_instances-{region}": [
            {**vpc, "instance_id": "i-1", "tags": OWN},
            {**vpc, "instance_id": "i-2", "tags": {"Name": "website"}},
            {**vpc, "instance_id": "i-3", "tags": {}},
        ],
        f"inside_subnets-{region}": [{**vpc, "subnet_id": "subnet-1", "tags": OWN}, {**vpc, "subnet_id": "subnet-2", "tags": {}}],
        f"inside_security_groups-{region}": [
            {**vpc, "group_id": "sg-1", "group_name": "default", "tags": {}},
            {**vpc, "group_id": "sg-2", "group_name": "managers", "tags": OWN},
            {**vpc, "group_id": "sg-3", "group_name": "office", "tags": {"red5pro:deployment": "other"}},
        ],
    }
    interfaces = [
        {"network_interface_id": "eni-1", "attachment": {"instance_id": "i-2"}},
        {"network_interface_id": "eni-2", "description": "ELB app/live/50dc6c495c0c9188"},
        {
            "network_interface_id": "eni-3",
            "description": "ELB app/live-2/50dc6c495c0c9188",
            "attachment": {"attachment_id": "ela-1"},
        },
        {"network_interface_id": "eni-4", "description": "Interface for NAT Gateway nat-1"},
        {"network_interface_id": "eni-5", "description": "RDSNetworkInterface"},
        {"network_interface_id": "eni-6", "tags": OWN},
        {"network_interface_id": "eni-7", "tags": {"Name": "spare"}},
    ]
    current[f"inside_route_tables-{region}"] = [
        {**vpc, "route_table_id": "rtb-1", "tags": {}, "associations": [{"main": True}]},
        {**vpc, "route_table_id": "rtb-2", "tags": OWN, "associations": [{"main": False, "subnet_id": "subnet-1"}]},
        {**vpc, "route_table_id": "rtb-3", "tags": {"Name": "private"}, "associations": []},
    ]
    current[f"inside_network_interfaces-{region}"] = [{**vpc, "subnet_id": "subnet-1", "tags": {}, **one} for one in interfaces]
    found = plan("live", {**current, "database_instances": [{"tags": OWN}]})
    assert found["blockers"] == [
        f"Refusing to delete VPC vpc-1: the {one} of somebody else is in it. Delete that first."
        for one in (
            "instance website (i-2)",
            "network interface ELB app/live-2/50dc6c495c0c9188 (eni-3)",
            "network interface Interface for NAT Gateway nat-1 (eni-4)",
            "network interface spare (eni-7)",
            "route table private (rtb-3)",
            "security group office (sg-3)",
            "subnet (subnet-2)",
        )
    ]
    others = plan("live", {**current, "database_instances": [{"tags": {}}]})["blockers"]
    assert len(others) == 8 and "network interface RDSNetworkInterface (eni-5)" in " ".join(others)
    assert found["rows"] == [] and plan("live", {})["blockers"] == []
