# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A network in further regions of nodes: what is read, created, refused and differs there, and that names are looked for in each."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.filter.network import network_creation, network_plan
from ansible_collections.streamops.red5pro.plugins.plugin_utils import network_readings
from deployment import account as deployment_account
from deployment import declared as deployment_declared
from test_network_create import NAMES, OWN, created, group, vpc
from test_network_create import account as region_account
from test_network_create import declared as region_declared

HERE, WEST, SOUTH = "eu-central-1", "us-west-2", "ap-south-1"
REGIONS = [{"region_name": region} for region in (HERE, WEST, SOUTH)]
GROUP = {"name": "west", "regions": [HERE, WEST]}
PARTS = ["10.0.0.0/19", "10.0.32.0/19"]


def declared(**changes: Any) -> dict[str, Any]:
    given = {"scale_policies": [], "node_groups": [GROUP], "region_vpc_cidrs": {}, "properties": {}}
    return region_declared(**{**given, **changes})


def read(region: str, found: dict[str, Any]) -> dict[str, Any]:
    return {f"{kind}-{region}": resources for kind, resources in found.items()}


def account(west: dict[str, Any], here: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"regions": REGIONS, **read(HERE, here or created()), **read(WEST, west), **more}


def empty(**found: Any) -> dict[str, Any]:
    """A region without a network, and with two zones."""
    zones = [{"zone_name": f"{WEST}{letter}", "zone_type": "availability-zone", "state": "available"} for letter in "ba"]
    return {**region_account(), "availability_zones": zones, **found}


def whole(**changes: Any) -> dict[str, Any]:
    """The region as it was created."""
    subnets = [
        {"id": f"subnet-{letter}", "cidr_block": cidr, "availability_zone": f"{WEST}{letter}", "map_public_ip_on_launch": True, "tags": OWN}
        for letter, cidr in zip("ab", PARTS, strict=True)
    ]
    table = {"routes": [{"gateway_id": "igw-9"}], "associations": [{"subnet_id": one["id"]} for one in subnets]}
    nodes = group("node", group_id="sg-9", vpc_id="vpc-1")
    nodes["ip_permissions"] = [one for one in nodes["ip_permissions"] if one["user_id_group_pairs"] != [{"group_id": "sg-1"}]]
    for one in nodes["ip_permissions"]:
        one["user_id_group_pairs"] = [{"group_id": "sg-9"} for _each in one["user_id_group_pairs"]]
    found = {
        "vpcs": [vpc()],
        "subnets": subnets,
        "route_tables": [table],
        "internet_gateways": [{"internet_gateway_id": "igw-9"}],
        "security_groups": [nodes],
        "key_pairs": [{"key_name": "operations", "tags": OWN}],
    }
    return empty(**{**found, **changes})


def differing(found: dict[str, Any], **changes: Any) -> dict[str, str]:
    checks = network_creation(declared(**changes), found)["checks"]
    return {one["subject"]: one["found"] for one in checks if not one.get("holds", one["expected"] == one["found"])}


def test_further_regions_are_read_in_one_call_when_it_is_known_which_are_enabled() -> None:
    groups = [GROUP, {"name": "south", "regions": [SOUTH, "default"]}, {"name": "gone", "regions": ["eu-west-9"], "state": "absent"}]
    policies = [{"name": "policy", "regions": [{"name": "default"}, {"name": WEST}]}]
    given = declared(node_groups=groups, scale_policies=policies)
    first = network_creation(given)
    assert {one.get("region", HERE) for one in first["readings"]} == {HERE} and first["readings"][-1] == {"kind": "regions"}
    second = network_creation(given, {"regions": REGIONS, **read(HERE, created())})["readings"]
    assert [one["name"] for one in second if one["kind"] == "vpcs"] == [f"vpcs-{SOUTH}", f"vpcs-{WEST}"]
    assert network_creation(given, account(empty(), **read(SOUTH, empty())))["readings"] == []


@pytest.mark.parametrize("changes", [{"node_groups": [{"name": "here", "regions": [HERE]}]}, {"node_groups": []}])
def test_one_region_needs_no_further_reading(changes: dict[str, Any]) -> None:
    assert {"kind": "regions"} not in network_creation(declared(**changes))["readings"]
    plan = network_creation(declared(**changes), read(HERE, created()))
    assert (plan["problems"], plan["readings"], list(plan["regions"]), plan["due"]) == ([], [], [HERE], False)


def test_everything_that_nodes_need_is_created_and_nothing_else() -> None:
    plan = network_creation(declared(subnet_count=3), account(empty(), region_account()))
    assert (plan["problems"], plan["due"], list(plan["regions"])) == ([], True, [HERE, WEST])
    west = plan["regions"][WEST]
    assert west["vpc"] == {"id": "", "name": "red5pro", "cidr": "10.0.0.0/16"}
    assert [(one["zone"], one["cidr"]) for one in west["subnets"]] == [(f"{WEST}a", PARTS[0]), (f"{WEST}b", PARTS[1])]
    assert [(one["key"], one["name"]) for one in west["groups"]] == [("node", NAMES["node"])]
    assert (west["key"], west["own"], west["due"]) == ("operations", True, True)


def test_rules_of_nodes_refer_to_no_group_of_another_region() -> None:
    nodes = network_creation(declared(ssh_sources=["1.2.3.4/32"]), account(whole()))["regions"][WEST]["groups"][0]
    sources = [(one["from_port"], one.get("cidr_ip") or one["group_id"]) for one in nodes["rules"]]
    everyone = "0.0.0.0/0"
    assert sources == [
        (22, "1.2.3.4/32"), (5080, everyone), (1935, everyone), (8554, everyone), (40000, everyone), (8000, everyone),
        (5080, "sg-9"), (1935, "sg-9"),
    ]  # fmt: skip


def test_whole_network_needs_nothing_and_drift_names_the_region() -> None:
    assert differing(account(whole())) == {} and not network_creation(declared(), account(whole()))["due"]
    found = whole(key_pairs=[], vpcs=[vpc(dns_hostnames=False)], security_groups=[])
    assert differing(account(found)) == {
        f"vpc-1 DNS in {WEST}": "support",
        f"security group live-nodes in {WEST}": "missing",
        f"key pair operations in {WEST}": "missing",
    }


def test_what_exists_there_is_used_as_it_is() -> None:
    given = whole(vpcs=[vpc(tags={"Name": "red5pro"}, cidr_block="172.16.0.0/16")], key_pairs=[{"key_name": "operations", "tags": {}}])
    given["security_groups"][0] |= {"tags": {}, "ip_permissions": []}
    plan = network_creation(declared(public_key=""), account(given))
    assert (plan["problems"], plan["due"]) == ([], False)
    assert (plan["regions"][WEST]["own"], plan["regions"][WEST]["subnets"], plan["regions"][WEST]["groups"][0]["own"]) == (False, [], False)


def test_names_are_those_of_the_stream_managers() -> None:
    properties = {"aws.vpcName": "theirs", "aws.ec2SecurityGroup": "their-nodes", "aws.ec2KeyPairName": "their-key"}
    ids = {"vpc": "vpc-0123456789abcdef0", "groups": {**NAMES, "node": "sg-0123456789abcdef0"}, "properties": properties}
    here = created(vpcs=[vpc(id="vpc-0123456789abcdef0")], security_groups=[group("node", group_id="sg-0123456789abcdef0")])
    west = network_creation(declared(**ids), account(empty(), here))["regions"][WEST]
    assert (west["vpc"]["name"], west["groups"][0]["name"], west["key"]) == ("theirs", "their-nodes", "their-key")


def test_nothing_is_created_beside_default_vpcs() -> None:
    plan = network_creation(declared(properties={"aws.defaultVPC": "true"}), {"regions": REGIONS, **read(HERE, created())})
    assert (list(plan["regions"]), plan["problems"], plan["due"]) == ([HERE], [], False)


def test_nothing_is_created_or_looked_for_where_policies_have_subnets() -> None:
    zone = {"name": WEST, "vpc": "vpc-1", "subnet": "subnet-1"}
    changes = {"scale_policies": [{"name": "wavelength", "regions": [zone]}], "node_groups": [{**GROUP, "scale_policy": "wavelength"}]}
    assert list(network_creation(declared(**changes), {"regions": REGIONS, **read(HERE, created())})["regions"]) == [HERE]
    policies = [{"name": "policy", "version": "0.0.4", "regions": [{"name": "default"}, zone]}]
    assert launch_readings(stream_manager_properties=PROPERTIES, scale_policies=policies) == []
    assert [one for one in given({}, stream_manager_properties=PROPERTIES, scale_policies=policies) if WEST in one] == []


def test_a_network_can_be_given_for_each_region() -> None:
    cidrs = {WEST: "10.1.0.0/20", SOUTH: None, "eu-west-3": ""}
    west = network_creation(declared(region_vpc_cidrs=cidrs), account(empty()))["regions"][WEST]
    assert (west["vpc"]["cidr"], [one["cidr"] for one in west["subnets"]]) == ("10.1.0.0/20", ["10.1.0.0/23", "10.1.2.0/23"])


@pytest.mark.parametrize(
    "changes, problem",
    [
        (
            {"region_vpc_cidrs": {WEST: "10.1.0.0/26"}},
            "Invalid red5pro_region_vpc_cidrs['us-west-2']: 10.1.0.0/26. Expected: a network of /16",
        ),
        ({"region_vpc_cidrs": {WEST: "10.1.0.1/16"}}, "to /25 such as 10.0.0.0/16, for the VPC in us-west-2 with up to 8 subnets."),
        ({"region_vpc_cidrs": {HERE: "10.1.0.0/16"}}, "Expected: regions other than eu-central-1, whose network is red5pro_vpc_cidr."),
        ({"vpc_cidr": "10.0.0.0/26"}, "Invalid red5pro_vpc_cidr: 10.0.0.0/26. Expected: a network of /16 to /25"),
        ({"vpc_cidr": "10.0.0.0/26"}, "for the VPC in us-west-2 with up to 8 subnets; or set red5pro_region_vpc_cidrs."),
        ({"vpc_cidr": "wrong"}, "Invalid red5pro_vpc_cidr: wrong. Expected: a network of /16 to /28"),
        ({"vpc": "vpc-0123456789abcdef0"}, "Invalid red5pro_vpc: vpc-0123456789abcdef0. Expected: a name, since stream managers look for"),
        (
            {"groups": {**NAMES, "node": "sg-0123456789abcdef0"}},
            "the same one in us-west-2; or set red5pro_stream_manager_properties['aws.ec2SecurityGroup'].",
        ),
    ],
)
def test_invalid_declaration_is_refused(changes: dict[str, Any], problem: str) -> None:
    problems = network_creation(declared(**changes))["problems"]
    assert len(problems) == 1 and problem in problems[0]


def test_a_small_network_suffices_without_further_regions() -> None:
    assert network_creation(declared(vpc_cidr="10.0.0.0/26", node_groups=[]))["problems"] == []


@pytest.mark.parametrize(
    "changes, found, problem",
    [
        (
            {},
            {"vpcs": [vpc(), vpc(id="vpc-2")]},
            "Expected: the Name tag of one VPC in us-west-2, where nodes are launched by it; found vpc-1, vp",
        ),
        (
            {"public_key": ""},
            {},
            'Invalid red5pro_public_key: "". Expected: a public key, since there is no key pair operations in us-west-2.',
        ),
        (
            {"region_vpc_cidrs": {WEST: "10.1.0.0/16"}},
            {"vpcs": [vpc()]},
            "Invalid red5pro_region_vpc_cidrs['us-west-2']: 10.1.0.0/16. Expected: 10.0.0.0/16, since AWS",
        ),
        (
            {},
            {"vpcs": [vpc()], "subnets": [{"id": "subnet-9", "cidr_block": "10.0.3.0/24", "availability_zone": "z", "tags": {}}]},
            'Invalid red5pro_region_vpc_cidrs[\'us-west-2\']: ["10.0.0.0/19", "10.0.32.0/19"]. Expected: networks that do not overlap',
        ),
        (
            {"node_groups": [GROUP, {"name": "x", "regions": ["eu-west-9"]}]},
            {},
            'Invalid red5pro_node_groups: ["eu-west-9"]. Expected: in its regions only AWS regions that are enabled',
        ),
    ],
)
def test_what_aws_would_refuse_is_refused_before(changes: dict[str, Any], found: dict[str, Any], problem: str) -> None:
    problems = network_creation(declared(**changes), account(empty(**found)))["problems"]
    assert len(problems) == 1 and problem in problems[0]


# In a deployment whose network is given
EAST = "us-east-1"
NODES = [{"name": "west", "regions": [EAST, WEST], "launch_config": "nodes", "scale_policy": "policy"}]
PROPERTIES = {"aws.vpcName": "red5pro", "aws.ec2SecurityGroup": "nodes", "aws.ec2KeyPairName": "operations"}
PRESENT: dict[str, Any] = {
    f"launch_vpcs-{WEST}": [{"id": "vpc-7", "tags": {"Name": "red5pro"}}],
    f"launch_security_groups-{WEST}": [{"group_id": "sg-7", "group_name": "nodes", "vpc_id": "vpc-7"}],
    f"launch_key_pairs-{WEST}": [{"key_name": "operations"}],
}


def given(elsewhere: dict[str, Any], creation: dict[str, Any] | None = None, **variables: Any) -> list[str]:
    found = deployment_account(regions=[{"region_name": EAST}, {"region_name": WEST}])
    return [
        one["message"] for one in network_plan(deployment_declared(node_groups=NODES, **variables), found, elsewhere, creation)["problems"]
    ]


def launch_readings(**variables: Any) -> list[Any]:
    found = network_readings.image_readings(deployment_declared(node_groups=NODES, **variables), {"regions": [{"region_name": WEST}]})
    return [(one["name"], one["filters"]) for one in found if one["name"].startswith("launch_")]


def test_names_are_looked_for_in_each_region() -> None:
    assert launch_readings(stream_manager_properties=PROPERTIES) == [
        (f"launch_vpcs-{WEST}", {"tag:Name": "red5pro"}),
        (f"launch_security_groups-{WEST}", {"group-name": "nodes"}),
        (f"launch_key_pairs-{WEST}", {"key-name": "operations"}),
    ]
    assert given(PRESENT, stream_manager_properties=PROPERTIES) == []
    assert given(PRESENT | {f"launch_security_groups-{WEST}": []}, stream_manager_properties=PROPERTIES) == [
        "Invalid red5pro_stream_manager_properties['aws.ec2SecurityGroup']: nodes. Expected: the name of a security group in vpc-7 of "
        "us-west-2 as well, since stream managers launch nodes in us-west-2 too; there is none."
    ]
    assert given({}, stream_manager_properties=PROPERTIES) == [
        "Invalid red5pro_stream_manager_properties['aws.vpcName']: red5pro. Expected: the Name tag of a VPC in us-west-2 as well, since "
        "stream managers launch nodes in us-west-2 too; there is none.",
        "Invalid red5pro_stream_manager_properties['aws.ec2KeyPairName']: operations. Expected: the name of an EC2 key pair in us-west-2 "
        "as well, since stream managers launch nodes in us-west-2 too; there is none.",
    ]


def test_names_that_only_the_hosts_know_are_not_guessed() -> None:
    assert launch_readings() == [] and given({}) == []
    assert launch_readings(stream_manager_properties={"aws.ec2SecurityGroup": "nodes"}) == []


def test_a_new_installation_has_the_names_of_the_variables() -> None:
    installed = {"stream_manager_instance": "", "node_image": "", "base_image": "ami-0123456789abcdef1", "node_security_group": "nodes"}
    assert [one.partition(":")[0] for one in given({}, **installed) if WEST in one] == ["Invalid red5pro_vpc", "Invalid red5pro_key_name"]
    assert given(PRESENT | {f"launch_security_groups-{WEST}": []}, **installed)[-1].startswith(
        "Invalid red5pro_node_security_group: nodes."
    )


def test_what_is_created_need_not_exist() -> None:
    assert launch_readings(network_create=True)[1] == (f"launch_security_groups-{WEST}", {"group-name": "live-nodes"})
    assert given({}, {"regions": {WEST: {}}}, network_create=True) == []
    assert len(given({}, network_create=True)) == 2, "it is left out in this run"


@pytest.mark.parametrize("vpcs, problems", [([{"id": "vpc-7", "tags": {}}], 0), ([], 1)])
def test_default_vpcs_have_no_name(vpcs: list[Any], problems: int) -> None:
    properties = {**PROPERTIES, "aws.defaultVPC": "TRUE"}
    assert launch_readings(stream_manager_properties=properties)[0] == (f"launch_vpcs-{WEST}", {"is-default": "true"})
    found = given(PRESENT | {f"launch_vpcs-{WEST}": vpcs}, stream_manager_properties=properties)
    assert len(found) == problems
    assert all("['aws.defaultVPC']: true. Expected: false, or a default VPC in us-west-2; there is none." in one for one in found)


@pytest.mark.parametrize(
    "properties, found, problem",
    [
        (PROPERTIES, {}, ""),
        ({**PROPERTIES, "aws.vpcName": "typo"}, {"vpcs": []}, "['aws.vpcName']: typo. Expected: the Name tag of a VPC in us-east-1, since"),
        (
            PROPERTIES,
            {"security_groups": []},
            "the name of a security group in vpc-7 of us-east-1, since stream managers launch nodes in us",
        ),
        (
            PROPERTIES,
            {"key_pairs": []},
            "the name of an EC2 key pair in us-east-1, since stream managers launch nodes in us-east-1; there is",
        ),
        (
            {"aws.defaultVPC": True},
            {"vpcs": []},
            "['aws.defaultVPC']: true. Expected: false, or a default VPC in us-east-1; there is none.",
        ),
    ],
)
def test_names_that_are_declared_are_looked_for_in_the_own_region_too(properties: Any, found: dict[str, Any], problem: str) -> None:
    nodes = [{**NODES[0], "regions": [EAST]}]
    wanted = deployment_declared(node_groups=nodes, stream_manager_properties=properties)
    reads = [one["name"] for one in network_readings.readings(wanted) if one.get("name", "").startswith("launch_")]
    here = {name.replace(WEST, EAST): one for name, one in PRESENT.items()} | {f"launch_{kind}-{EAST}": one for kind, one in found.items()}
    assert reads and set(reads) <= set(here)
    resources = {name: one for name, one in here.items() if name in reads}
    problems = [one["message"] for one in network_plan(wanted, deployment_account(**resources))["problems"]]
    assert len(problems) == bool(problem) and all(problem in one for one in problems)


def test_names_that_are_not_declared_are_not_read_in_the_own_region() -> None:
    wanted = deployment_declared(stream_manager_properties={"config.dbHost": "db.example.com"})
    assert not [one for one in network_readings.readings(wanted) if one.get("name", "").startswith("launch_")]


def test_a_problem_is_reported_once() -> None:
    enabled = "in its regions only AWS regions that are enabled for the account: us-east-1"
    text = f'Invalid red5pro_node_groups: ["eu-west-9"]. Expected: {enabled}.'
    found = deployment_account(regions=[{"region_name": EAST}])
    groups = [{**NODES[0], "regions": ["eu-west-9"]}]
    plan = network_plan(deployment_declared(node_groups=groups), found, {}, {"problems": [text], "regions": {}})
    assert [one["message"] for one in plan["problems"]] == [text]
