# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A network that does not exist yet: what is created, what is refused, and what differs."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.plugin_utils.network_create import declaration_problems, readings
from ansible_collections.streamops.red5pro.plugins.plugin_utils.network_create import plan as network_creation
from ansible_collections.streamops.red5pro.plugins.plugin_utils.network_ports import GROUPS, group_rules

OWN = {"red5pro:deployment": "live"}
NAMES = {"load_balancer": "live-load-balancer", "stream_manager": "managers", "node": "live-nodes", "database": "database"}
IDS = {key: f"sg-{number}" for number, key in enumerate(GROUPS)}


KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB+onjUkZopoKhb6xZUBC0p3BdQBpWNV9RG9Y39AEo5d"


def declared(**changes: Any) -> dict[str, Any]:
    return {
        "name": "live", "region": "eu-central-1", "vpc": "red5pro", "vpc_cidr": "10.0.0.0/16", "subnet_count": 2, "subnet_cidrs": [],
        "groups": NAMES, "key_name": "operations", "public_key": KEY, "ssh_sources": [], "client_sources": ["0.0.0.0/0"],
        "tls_sources": [], "http_port": 5080, "database_port": 3306, **changes,
    }  # fmt: skip


def account(**found: Any) -> dict[str, Any]:
    """An account without a network."""
    zones = [{"zone_name": f"eu-central-1{letter}", "zone_type": "availability-zone", "state": "available"} for letter in "cab"]
    local = {"zone_name": "eu-central-1-ham-1a", "zone_type": "local-zone", "state": "available"}
    kinds = ("vpcs", "subnets", "route_tables", "internet_gateways", "security_groups", "key_pairs")
    return {"availability_zones": [*zones, local], **{kind: [] for kind in kinds}, **found}


def vpc(**changes: Any) -> dict[str, Any]:
    tags = {**OWN, "Name": "red5pro"}
    return {"id": "vpc-1", "cidr_block": "10.0.0.0/16", "tags": tags, "dns_support": True, "dns_hostnames": True, **changes}


def subnet(letter: str, cidr: str, **changes: Any) -> dict[str, Any]:
    zone = f"eu-central-1{letter}"
    return {
        "id": f"subnet-{letter}",
        "cidr_block": cidr,
        "availability_zone": zone,
        "map_public_ip_on_launch": True,
        "tags": OWN,
        **changes,
    }


def group(key: str, **changes: Any) -> dict[str, Any]:
    """A group as it was created."""
    rules = [
        {
            "ip_protocol": one["proto"],
            "from_port": one["from_port"],
            "to_port": one["to_port"],
            "ip_ranges": [{"cidr_ip": one["cidr_ip"]}] if "cidr_ip" in one else [],
            "user_id_group_pairs": [{"group_id": one["group_id"]}] if "group_id" in one else [],
        }
        for one in group_rules(declared(), key, IDS)
    ]
    return {"group_id": IDS[key], "group_name": NAMES[key], "tags": OWN, "ip_permissions": rules, **changes}


def created(**changes: Any) -> dict[str, Any]:
    """An account with the whole network."""
    found = account(
        vpcs=[vpc()],
        subnets=[subnet("a", "10.0.0.0/17"), subnet("b", "10.0.128.0/17")],
        route_tables=[
            {
                "routes": [{"gateway_id": "local"}, {"gateway_id": "igw-1"}],
                "associations": [{"subnet_id": "subnet-a"}, {"subnet_id": "subnet-b"}],
            },
            {"routes": [{}], "associations": [{"main": True}]},
        ],
        internet_gateways=[{"internet_gateway_id": "igw-1"}],
        security_groups=[group(key) for key in GROUPS],
        key_pairs=[{"key_name": "operations", "tags": OWN}],
    )
    return {**found, **changes}


def differing(found: dict[str, Any], **changes: Any) -> dict[str, Any]:
    checks = network_creation(declared(**changes), found)["checks"]
    return {one["subject"]: one["found"] for one in checks if not one.get("holds", one["expected"] == one["found"])}


def test_what_to_read_follows_from_the_declaration() -> None:
    filters = [one[1]["filters"] for one in (readings(declared()), readings(declared(vpc="vpc-0123456789abcdef0")))]
    assert filters == [{"tag:Name": "red5pro"}, {"vpc-id": "vpc-0123456789abcdef0"}]
    subnets = readings(declared())[2]
    assert (subnets["name"], subnets["region"]) == ("subnets-eu-central-1", "eu-central-1")
    assert subnets["filters_of"] == {"vpc-id": "vpcs-eu-central-1.vpc_id"}


def test_everything_is_created_in_an_empty_account() -> None:
    plan = network_creation(declared(), account())
    assert (plan["problems"], plan["own"], plan["key"]) == ([], True, "operations")
    assert plan["vpc"] == {"id": "", "name": "red5pro", "cidr": "10.0.0.0/16"}
    assert plan["subnets"] == [
        {"name": "live-public-a", "zone": "eu-central-1a", "cidr": "10.0.0.0/17"},
        {"name": "live-public-b", "zone": "eu-central-1b", "cidr": "10.0.128.0/17"},
    ]
    assert [(one["name"], one["id"], one["own"]) for one in plan["groups"]] == [(NAMES[key], "", True) for key in GROUPS]
    assert [one["cidr"] for one in network_creation(declared(subnet_count=3), account())["subnets"]] == [
        "10.0.0.0/18", "10.0.64.0/18", "10.0.128.0/18",
    ]  # fmt: skip


def test_whole_network_needs_nothing() -> None:
    plan = network_creation(declared(), created())
    assert (plan["problems"], plan["key"], plan["vpc"]["id"]) == ([], "", "vpc-1")
    assert differing(created()) == {}


def test_given_network_is_used_as_it_is() -> None:
    given = created(vpcs=[vpc(tags={"Name": "red5pro"}, cidr_block="172.16.0.0/16", dns_support=False)])
    given["security_groups"][1] |= {"tags": {}, "ip_permissions": []}
    plan = network_creation(declared(), given)
    assert (plan["problems"], plan["own"], plan["subnets"]) == ([], False, [])
    assert [one["own"] for one in plan["groups"]] == [True, False, True, True]
    assert differing(given) == {}


def test_a_given_group_may_be_used_twice_and_have_a_reserved_name() -> None:
    """It keeps its rules."""
    given = created(vpcs=[vpc(tags={"Name": "red5pro"})], security_groups=[{"group_id": "sg-9", "group_name": "default", "tags": {}}])
    plan = network_creation(declared(groups=dict.fromkeys(NAMES, "default"), public_key="ssh-ed25519 AAAA"), given)
    assert (plan["problems"], [one["own"] for one in plan["groups"]], plan["key"]) == ([], [False] * 4, "")


def test_ports_are_the_documented_ones() -> None:
    def ports(key: str, **changes: Any) -> list[tuple[Any, ...]]:
        rules = group_rules(declared(**changes), key, IDS)
        return [(one["proto"], one["from_port"], one["to_port"], one.get("cidr_ip") or one["group_id"]) for one in rules]

    everyone = "0.0.0.0/0"
    assert ports("load_balancer", http_port=80) == [("tcp", 80, 80, everyone), ("tcp", 443, 443, everyone)]
    assert ports("stream_manager") == [("tcp", 5080, 5080, "sg-0"), ("tcp", 5080, 5080, "sg-2")]
    assert ports("stream_manager", ssh_sources=["1.2.3.4/32"], tls_sources=[everyone]) == [
        ("tcp", 22, 22, "1.2.3.4/32"), ("tcp", 5080, 5080, "sg-0"), ("tcp", 5080, 5080, "sg-2"), ("tcp", 443, 443, everyone),
    ]  # fmt: skip
    assert ports("node") == [
        ("tcp", 5080, 5080, everyone), ("tcp", 1935, 1935, everyone), ("tcp", 8554, 8554, everyone), ("udp", 40000, 65535, everyone),
        ("udp", 8000, 8001, everyone), ("tcp", 5080, 5080, "sg-1"), ("tcp", 5080, 5080, "sg-2"), ("tcp", 1935, 1935, "sg-2"),
    ]  # fmt: skip
    assert ports("database", database_port="3307") == [("tcp", 3307, 3307, "sg-1")]


@pytest.mark.parametrize(
    "changes, problem",
    [
        ({"vpc_cidr": "10.0.0.0/8"}, "Invalid red5pro_vpc_cidr: 10.0.0.0/8. Expected: a network of /16 to /28"),
        ({"vpc_cidr": "10.0.0.1/16"}, "Invalid red5pro_vpc_cidr: 10.0.0.1/16."),
        ({"vpc_cidr": "2001:db8::/32"}, "Invalid red5pro_vpc_cidr: 2001:db8::/32."),
        ({"vpc_cidr": "10.0.0.0/28"}, "Expected: a network with room for 2 subnets of /28 or larger."),
        (
            {"subnet_cidrs": ["10.1.0.0/24", "10.0.1.0/24"]},
            "Invalid red5pro_subnet_cidrs: 10.1.0.0/24. Expected: networks of /16 to /28 in",
        ),
        ({"subnet_cidrs": ["10.0.1.0/24", "wrong"]}, "Invalid red5pro_subnet_cidrs: wrong."),
        ({"subnet_cidrs": ["10.0.1.0/24"]}, "Expected: one network for each of the 2 subnets."),
        (
            {"groups": {**NAMES, "node": "sg-nodes"}},
            "Invalid red5pro_node_security_group: sg-nodes. Expected: the id of a security group, or",
        ),
        (
            {"groups": {**NAMES, "database": "Größe"}},
            "Invalid red5pro_database_security_group: Größe. Expected: the id of a security group",
        ),
        ({"groups": {**NAMES, "stream_manager": "x" * 256}}, "not beginning with sg-."),
        ({"key_name": "Schlüssel"}, "Invalid red5pro_key_name: Schlüssel. Expected: a name for an EC2 key pair, of at most 255 characters"),
        ({"key_name": "x" * 256}, "of at most 255 characters of ASCII."),
        ({"vpc": "x" * 257}, "Expected: the id of a VPC, or a name for one of at most 256 characters."),
        ({"ssh_sources": ["203.0.113.7"], "client_sources": ["all"]}, "Invalid red5pro_client_sources: all. Expected: networks such as"),
    ],
)
def test_invalid_declaration_is_refused(changes: dict[str, Any], problem: str) -> None:
    problems = list(map(str, declaration_problems(declared(**changes))))
    assert len(problems) == 1 and problem in problems[0]


def test_overlapping_networks_are_refused() -> None:
    problems = declaration_problems(declared(subnet_cidrs=["10.0.0.0/23", "10.0.1.0/24"]))
    assert list(map(str, problems)) == [
        "Invalid red5pro_subnet_cidrs: 10.0.0.0/23. Expected: networks that do not overlap, unlike 10.0.1.0/24.",
        "Invalid red5pro_subnet_cidrs: 10.0.1.0/24. Expected: networks that do not overlap, unlike 10.0.0.0/23.",
    ]


@pytest.mark.parametrize(
    "changes, found, problem",
    [
        ({}, {"vpcs": [vpc(), vpc(id="vpc-2")]}, "Invalid red5pro_vpc: red5pro. Expected: the id of one VPC; found vpc-1, vpc-2."),
        ({"vpc": "vpc-0123456789abcdef0"}, {}, "Expected: the id of a VPC, or a name for a new one; there is none with this id."),
        ({"groups": {**NAMES, "node": "sg-0123456789abcdef0"}}, {}, "Invalid red5pro_node_security_group: sg-0123456789abcdef0."),
        ({"public_key": ""}, {}, 'Invalid red5pro_public_key: "". Expected: a public key, since there is no key pair operations.'),
        ({"vpc_cidr": "10.1.0.0/16"}, {"vpcs": [vpc()]}, "Invalid red5pro_vpc_cidr: 10.1.0.0/16. Expected: 10.0.0.0/16, since AWS"),
        ({"groups": {**NAMES, "node": "default"}}, {}, "Invalid red5pro_node_security_group: default. Expected: another name, which AWS"),
        (
            {"groups": {**NAMES, "load_balancer": "managers"}},
            {},
            "Invalid red5pro_stream_manager_security_group: managers. Expected: another name than red5pro_load_balancer_security_group has",
        ),
        (
            {"public_key": "ssh-ed25519 AAAA"},
            {},
            "Invalid red5pro_public_key: ssh-ed25519 AAAA. Expected: a whole public key as ssh-keygen",
        ),
        ({"public_key": KEY.replace("ed25519", "rsa")}, {}, "which operations is created from."),
        ({"public_key": KEY[:-2]}, {}, "a whole public key as ssh-keygen writes it"),
        ({"subnet_count": 4}, {}, "Invalid red5pro_subnet_count: 4. Expected: at most 3, the zones of eu-central-1."),
        ({}, {"vpcs": [vpc()], "subnets": [subnet("c", "10.0.3.0/24")]}, "networks that do not overlap 10.0.3.0/24 of subnet-c."),
    ],
)
def test_what_aws_would_refuse_is_refused_before(changes: dict[str, Any], found: dict[str, Any], problem: str) -> None:
    problems = network_creation(declared(**changes), account(**found))["problems"]
    assert len(problems) == 1 and problem in problems[0]


@pytest.mark.parametrize(("clients", "quota", "refused"), [(11, [], False), (12, [], True), (12, [{"value": 63.0}], False)])
def test_groups_have_no_more_rules_than_the_quota(clients: int, quota: list[Any], refused: bool) -> None:
    """A group of nodes has five rules for each network of the clients, and three others; the quota is read if they are more than 60."""
    given = declared(client_sources=[f"10.{number}.0.0/16" for number in range(clients)])
    assert ("service_quota" in [one["kind"] for one in readings(given)]) is (clients > 11)
    problems = network_creation(given, account(service_quota=quota))["problems"]
    expected = "fewer networks, or a higher quota of VPC; the security group live-nodes needs 63 rules, and 60 are allowed in eu-central-1."
    assert len(problems) == refused and all(one.startswith("Invalid red5pro_client_sources: [") and expected in one for one in problems)


def test_a_route_to_a_gateway_that_was_deleted_is_none() -> None:
    found = created()
    found["route_tables"][0]["routes"][1]["state"] = "blackhole"
    assert set(differing(found).values()) == {"not public"}


def test_subnets_elsewhere_in_the_vpc_do_not_matter() -> None:
    found = account(vpcs=[vpc()], subnets=[subnet("c", "10.0.9.0/24"), {"id": "six", "availability_zone": "eu-central-1a", "tags": {}}])
    assert network_creation(declared(subnet_cidrs=["10.0.1.0/24", "10.0.2.0/24"]), found)["problems"] == []


@pytest.mark.parametrize(
    "found, subject, value",
    [
        ({"vpcs": [vpc(dns_hostnames=False)]}, "vpc-1 DNS", "support"),
        ({"vpcs": [vpc(dns_hostnames=False, dns_support=False)]}, "vpc-1 DNS", "none"),
        ({"internet_gateways": []}, "vpc-1 internet gateway", "missing"),
        ({"subnets": [subnet("a", "10.0.0.0/17")]}, "subnet live-public-b 10.0.128.0/17", "missing"),
        (
            {"subnets": [subnet("a", "10.0.0.0/17"), subnet("b", "10.0.128.0/17", map_public_ip_on_launch=False)]},
            "subnet live-public-b 10.0.128.0/17",
            "not public",
        ),
        ({"key_pairs": []}, "key pair operations", "missing"),
    ],
)
def test_drift_is_named(found: dict[str, Any], subject: str, value: str) -> None:
    assert differing({**created(), **found}) == {subject: value}


def test_drift_of_security_groups_is_named() -> None:
    more = {"ip_protocol": "tcp", "from_port": 22, "to_port": 22, "ip_ranges": [{"cidr_ip": "0.0.0.0/0"}]}
    groups = [group(key) for key in GROUPS]
    groups[0]["ip_permissions"].append(more)
    groups[1]["ip_permissions"].pop()
    groups[3]["ip_permissions"].append(more)  # of a stream manager
    assert differing({**created(), "security_groups": groups}) == {
        "security group live-load-balancer": "not declared: tcp 22-22 from 0.0.0.0/0",
        "security group managers": "missing: tcp 5080-5080 from sg-2",
    }
    assert differing({**created(), "security_groups": groups[1:]})["security group live-load-balancer"] == "missing"


def test_missing_vpc_is_named() -> None:
    assert differing({**account(), "key_pairs": [{"tags": {}}], "security_groups": [group(key) for key in GROUPS]}) == {
        "VPC red5pro": "missing"
    }
