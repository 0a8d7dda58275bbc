# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Values that are valid by themselves but would terminate instances or break nodes."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.filter import guards as filters
from ansible_collections.streamops.red5pro.plugins.module_utils._host import digest
from ansible_collections.streamops.red5pro.plugins.plugin_utils import guards, host_guards, node_prefixes

SALT = "salt"
PREFIX, PASSWORD, TOKEN = "instancecontroller.instanceNamePrefix", "cluster.password", "rest.administratorToken"


def instance(name: str, deployment: str = "", kind: str = "", state: str = "running", **tags: str) -> dict[str, Any]:
    """An instance; without a deployment it has no tags but its name."""
    own = {"red5pro:deployment": deployment, "red5pro:role": kind} if deployment else {}
    return {"instance_id": f"i-{name}", "state": {"name": state}, "tags": {"Name": name, **own, **tags}}


def node(name: str, deployment: str = "live") -> dict[str, Any]:
    """A node as the cloud controller tags it."""
    return instance(name, deployment, "node", identifier=name, role="edge")


def node_of_nobody(name: str, role: str) -> dict[str, Any]:
    """A node whose launch configuration has no tags."""
    return instance(name, identifier=name, role=role)


CONFLICTS: dict[str, tuple[list[dict[str, Any]], list[str]]] = {
    "nothing": ([], []),
    "our own nodes": ([node("node-edge-1")], []),
    "other names": ([instance("website"), instance("Node-1"), instance("")], []),
    "no tags at all": ([{"instance_id": "i-1", "state": {"name": "running"}}, {"instance_id": "i-2", "tags": None}], []),
    "terminated": ([instance("node-old", state="terminated"), instance("node-older", "dev", state="shutting-down")], []),
    "our own stream manager": ([instance("node-1", "live", "stream-manager")], ["node-1 (i-node-1) of this deployment is no node"]),
    "an instance of nobody": ([instance("node-by-hand")], ["node-by-hand (i-node-by-hand) belongs to no deployment"]),
    "the same prefix": (
        [node("node-edge-1", "dev")],
        ["node-edge-1 (i-node-edge-1) belongs to the deployment dev", "the deployment dev has the prefix node"],
    ),
    "a longer one": (
        [node("nodedev-edge-1", "dev")],
        ["nodedev-edge-1 (i-nodedev-edge-1) belongs to the deployment dev", "the deployment dev has the prefix nodedev"],
    ),
    "a shorter one": ([node("no-edge-1", "dev")], ["the deployment dev has the prefix no"]),
    "a shorter one of nobody": ([node_of_nobody("n-origin-1", "origin")], ["the deployment whose tags are missing has the prefix n"]),
    "another one": ([node("dev-edge-1", "dev"), node("nod-e-edge-1", "dev")], []),
    "a longer one, tagged": (
        [instance("dev-stream-manager-1", "dev", "stream-manager", **{"red5pro:prefix": "node2"})],
        ["the deployment dev has the prefix node2"],
    ),
    "our own tag": ([instance("live-stream-manager-1", "live", "stream-manager", **{"red5pro:prefix": "no"})], []),
    "a tag of nobody": ([instance("x", **{"red5pro:prefix": "no"})], []),
    "stopped": ([instance("node-1", state="stopped")], ["node-1 (i-node-1) belongs to no deployment"]),
}  # fmt: skip


@pytest.mark.parametrize("instances, conflicts", CONFLICTS.values(), ids=CONFLICTS)
def test_prefix_conflicts(instances: list[dict[str, Any]], conflicts: list[str]) -> None:
    assert node_prefixes.conflicts("node", "live", instances) == conflicts
    assert node_prefixes.conflicts("node", "live", list(reversed(instances))) == conflicts


def test_instances_of_nobody_are_known_to_stream_managers_that_run_with_this_prefix() -> None:
    instances = [instance("node-by-hand"), node("node-edge-1", "dev")]
    found = node_prefixes.conflicts("node", "live", instances, settled=True)
    assert found == CONFLICTS["the same prefix"][1]


def test_prefix_that_an_address_bears() -> None:
    addresses = [{"allocation_id": "eipalloc-1", "tags": {"red5pro:deployment": "dev", "red5pro:prefix": "node"}}]
    assert node_prefixes.conflicts("node", "live", [], addresses) == ["the deployment dev has the prefix node"]


def test_nodes_that_run_say_it_better_than_a_tag() -> None:
    addresses = [{"allocation_id": "eipalloc-1", "tags": {"red5pro:deployment": "dev", "red5pro:prefix": "node"}}]
    assert node_prefixes.conflicts("node", "live", [node("dev-edge-1", "dev")], addresses) == []


def resources(*instances: dict[str, Any]) -> dict[str, Any]:
    return {"instances-us-east-1": list(instances), "addresses-us-east-1": [], "vpcs-us-east-1": []}


def guard(found: dict[str, Any], **declared: Any) -> dict[str, Any]:
    return filters.stream_manager_guards({"resources": found}, {"name": "live", **declared})


def test_declared_prefix_is_refused_before_anything_changes() -> None:
    (refusal,) = guard(resources(node("nodedev-edge-1", "dev")), properties={PREFIX: "node"})["prefix_refusals"]
    assert refusal.startswith(f"Invalid red5pro_stream_manager_properties['{PREFIX}']: node. Expected: a prefix with which only the names")
    assert "nodedev-edge-1 (i-nodedev-edge-1) belongs to the deployment dev; the deployment dev has the prefix nodedev." in refusal
    assert refusal.endswith("Or set red5pro_force=true.")


@pytest.mark.parametrize("count, names", [(1, "old-edge-1"), (4, "old-edge-1, old-edge-2, old-edge-3 and others")])
def test_changed_prefix_is_refused_while_nodes_have_another_one(count: int, names: str) -> None:
    nodes = [node(f"old-edge-{number}") for number in range(1, count + 1)]
    (refusal,) = guard(resources(*nodes), properties={PREFIX: "new"})["prefix_refusals"]
    assert refusal.startswith(f"Refusing to change {PREFIX} to new: nodes with another prefix are running, {names}. ")
    assert "Delete the node groups first" in refusal


ACCEPTED: dict[str, tuple[dict[str, Any], bool]] = {
    "no prefix": ({}, False),
    "null": ({PREFIX: None}, False),
    "the prefix of the nodes": ({PREFIX: "old"}, False),
    "forced": ({PREFIX: "new"}, True),
}


@pytest.mark.parametrize("properties, force", ACCEPTED.values(), ids=ACCEPTED)
def test_prefix_that_is_accepted(properties: dict[str, Any], force: bool) -> None:
    assert guard(resources(node("old-edge-1")), properties=properties, force=force)["prefix_refusals"] == []


def host(prefix: str = "node", password: str = "secret", token: str = "token", **more: Any) -> dict[str, Any]:
    secrets = {PASSWORD: digest(SALT, password), TOKEN: digest(SALT, token)}
    return {"stream_manager": True, "properties": {PREFIX: prefix, **more}, "secrets": secrets}


def refusals(hosts: dict[str, Any], properties: dict[str, Any], *instances: dict[str, Any], force: bool = False) -> list[str]:
    declared = {"hosts": hosts, "properties": properties, "salt": SALT, "api_token": "token", "force": force}
    found: list[str] = guard(resources(*instances), **declared)["refusals"]
    return found


HOSTS: dict[str, tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]] = {
    "nothing declared": ({"one": host()}, {}, [node("node-edge-1"), instance("node-by-hand")]),
    "nobody read": ({"one": {"msg": "no"}, "two": {"stream_manager": False}}, {PREFIX: "x", PASSWORD: "x"}, []),
    "no prefix anywhere": ({"one": host("")}, {}, [instance("x")]),
    "the same": ({"one": host()}, {PREFIX: "node", PASSWORD: "secret"}, [node("node-edge-1")]),
    "changed while nothing runs": ({"one": host("{unique-value}")}, {PREFIX: "node", PASSWORD: "new"}, []),
    "the first password": ({"one": {**host(), "secrets": {TOKEN: digest(SALT, "token")}}}, {PASSWORD: "new"}, [node("node-edge-1")]),
    "a longer prefix while nothing else runs": ({"one": host("node")}, {PREFIX: "node2"}, [instance("website")]),
    "a token that the run sets": ({"one": host(token="old")}, {TOKEN: "token"}, []),
}


@pytest.mark.parametrize("hosts, properties, instances", HOSTS.values(), ids=HOSTS)
def test_hosts_that_may_be_changed(hosts: dict[str, Any], properties: dict[str, Any], instances: list[dict[str, Any]]) -> None:
    assert refusals(hosts, properties, *instances) == []


def test_changed_prefix_of_hosts() -> None:
    (refusal,) = refusals({"one": host("node")}, {PREFIX: "live"}, instance("node-by-hand"), node("node-edge-1"))
    assert refusal.startswith(f"Refusing to change {PREFIX} to live: nodes with another prefix are running, node-by-hand, node-edge-1.")
    assert refusals({"one": host("node")}, {PREFIX: "live"}, node("node-edge-1"), force=True) == []


def test_new_prefix_that_matches_an_instance_of_nobody() -> None:
    (refusal,) = refusals({"one": host("{unique-value}")}, {PREFIX: "web"}, instance("website"))
    assert "Stream managers terminate instances whose name begins with their prefix, and website (i-website) belongs to no" in refusal


def test_prefix_that_is_not_declared_and_collides() -> None:
    (refusal,) = refusals({"one": host("node")}, {}, node("node-edge-1", "dev"))
    assert "node-edge-1 (i-node-edge-1) belongs to the deployment dev" in refusal


def test_changed_password_while_nodes_run() -> None:
    (refusal,) = refusals({"one": host()}, {PASSWORD: "changed"}, node("node-edge-1"), node("node-edge-2"))
    assert refusal.startswith(f"Refusing to change {PASSWORD}: nodes with the old one are running, 2 of them.")
    assert "conf/cluster.xml" in refusal and "changed" not in refusal.replace("change cluster", "")
    assert refusals({"one": host()}, {PASSWORD: "changed"}, node("node-edge-1"), force=True) == []


def test_changed_password_on_one_host_of_two() -> None:
    hosts = {"one": host(password="changed"), "two": host()}
    assert len(refusals(hosts, {PASSWORD: "changed"}, node("node-edge-1"))) == 1


def test_new_password_with_capital_letters() -> None:
    (refusal,) = refusals({"one": host()}, {PASSWORD: "Changed"})
    assert refusal.startswith(f"Refusing to change {PASSWORD}: the new one has capital letters") and "Changed" not in refusal
    assert refusals({"one": host(password="Old")}, {PASSWORD: "Old"}) == []


def test_token_of_a_host() -> None:
    (refusal,) = refusals({"one": host(), "two": host(token="other")}, {}, force=True)
    assert refusal == (
        "Invalid red5pro_api_token: (hidden). Expected: the value of rest.administratorToken on two, "
        "or set that in red5pro_stream_manager_properties too."
    )
    assert host_guards.host_refusals({"two": host(token="other")}, {}, "live", [], SALT) == []


@pytest.mark.parametrize(
    "found, password, read, refused",
    [
        ("a", "", "a", ""),
        (None, "", None, ""),
        ("a", "", None, ""),
        ("a", "", "b", "ami-1 has another password in conf/cluster.xml than cluster.password of the stream managers."),
        (None, "", "b", "ami-1 has no password in conf/cluster.xml."),
        (digest(SALT, "5"), 5, "b", ""),
        ("a", "5", "a", "ami-1 has another password in conf/cluster.xml than cluster.password of the stream managers."),
    ],
)
def test_password_of_the_node_image(found: str | None, password: Any, read: str | None, refused: str) -> None:
    refusal = filters.password_refusal(found, {"image": "ami-1", "password": password, "salt": SALT, "read": read})
    assert (refusal == "") if not refused else refusal.startswith(f"Refusing to create the node image: red5pro_node_image {refused}")


def rule(protocol: str, first: int, last: int, *more: str) -> dict[str, Any]:
    source = more[0] if more else "ip_ranges"
    ports = {} if protocol == "-1" else {"from_port": first, "to_port": last}
    return {"ip_protocol": protocol, **ports, "ip_ranges": [], "ipv6_ranges": [], source: [{"any": "source"}]}


UDP = rule("udp", 40000, 65535)
TCP = [rule("tcp", port, port) for port in (22, 1935, 5080, 8554)]
PORTS: dict[str, tuple[list[dict[str, Any]], str]] = {
    "all": ([*TCP, UDP], ""),
    "everything": ([rule("-1", 0, 0)], ""),
    "from nowhere": ([{**rule("-1", 0, 0), "ip_ranges": []}], "no rule for tcp 22, tcp 1935, tcp 5080, tcp 8554, udp 40000-65535"),
    "wide": ([rule("tcp", 0, 65535, "user_id_group_pairs"), rule("udp", 1024, 65535, "ipv6_ranges")], ""),
    "UDP in parts": ([*TCP, rule("udp", 50000, 65535, "prefix_list_ids"), rule("udp", 40000, 49999), rule("udp", 45000, 46000)], ""),
    "UDP with gaps": ([*TCP, rule("udp", 41000, 45000), rule("udp", 50000, 65535)], "no rule for udp 40000-40999, udp 45001-49999"),
    "UDP with a gap at the end": ([*TCP, rule("udp", 40000, 60000)], "no rule for udp 60001-65535"),
    "UDP far below": ([*TCP, rule("udp", 8000, 8001)], "no rule for udp 40000-65535"),
    "no UDP": (TCP, "no rule for udp 40000-65535"),
    "UDP as TCP": ([*TCP, rule("tcp", 40000, 65535)], "no rule for udp 40000-65535"),
    "no RTSP": ([*TCP[:3], UDP, rule("tcp", 8555, 9000)], "no rule for tcp 8554"),
    "no rules": ([], "no rule for tcp 22, tcp 1935, tcp 5080, tcp 8554, udp 40000-65535"),
}  # fmt: skip


def reading(*groups: dict[str, Any], instances: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    return {**resources(*instances), "groups": list(groups)}


def group(name: str, rules: Any) -> dict[str, Any]:
    return {"group_id": f"sg-{name}", "group_name": name, "ip_permissions": rules}


@pytest.mark.parametrize("rules, found", PORTS.values(), ids=PORTS)
def test_ports_of_nodes(rules: list[dict[str, Any]], found: str) -> None:
    hosts = {"one": host(**{"aws.ec2SecurityGroup": "nodes"})}
    stated = guard(reading(group("nodes", rules)), hosts=hosts)["checks"]
    assert [one["found"] for one in stated] == ([found] if found else [])


def test_ports_of_stream_managers_and_other_groups() -> None:
    hosts = {"one": host()}
    found = reading(group("managers", TCP[:1]), group("other", None))
    stated = guard(found, hosts=hosts, security_group="sg-managers", listener_ports=["443", 5080])["checks"]
    assert stated == [
        {
            "subject": "security group managers (sg-managers)",
            "expected": "tcp 22, tcp 443, tcp 5080",
            "found": "no rule for tcp 443, tcp 5080",
            "holds": False,
        }
    ]


def test_prefixes_of_hosts() -> None:
    hosts = {"one": host("node"), "two": host("web"), "three": host(""), "four": {"msg": "no"}}
    (stated,) = guard(reading(instances=(node("nodedev-edge-1", "dev"), instance("website"))), hosts=hosts)["checks"]
    assert stated["subject"] == "instancecontroller.instanceNamePrefix node"
    assert stated["found"] == "; ".join(CONFLICTS["a longer one"][1])


@pytest.mark.parametrize("failure, why", [({"msg": "denied"}, "denied"), ({}, "no reason given")])
def test_account_that_cannot_be_read(failure: dict[str, Any], why: str) -> None:
    found = filters.stream_manager_guards(failure, {"name": "live"})
    (stated,) = found["checks"]
    assert (stated["expected"], stated["found"]) == ("can be read", why)
    assert found["refusals"] == found["prefix_refusals"] == [why], "unknown is not harmless"


def test_account_that_was_read_before() -> None:
    declared = {"name": "live", "properties": {PREFIX: "node"}, "known": resources(node("nodedev-edge-1", "dev"))}
    found = filters.stream_manager_guards({"changed": False, "skipped": True}, declared)
    assert "nodedev-edge-1" in found["prefix_refusals"][0] and found["kept"].keys() == declared["known"].keys()
    assert filters.stream_manager_guards({"skipped": True}, {"name": "live", "hosts": {"one": host("node")}})["checks"] == []


def test_readings() -> None:
    assert [one["name"] for one in guards.readings(["us-east-1", "us-west-2", "us-east-1"])] == [
        "instances-us-east-1",
        "addresses-us-east-1",
        "instances-us-west-2",
        "addresses-us-west-2",
    ]
    in_vpc = host(**{"aws.ec2SecurityGroup": "nodes", "aws.vpcName": "red5pro", "aws.defaultVPC": "false"})
    read = {one["name"]: one for one in guards.readings(["us-east-1"], "sg-1", {"zero": {"msg": "no"}, "one": in_vpc})}
    assert read["groups"]["filters"] == {"group-id": "sg-1"}
    assert read["vpcs-us-east-1"]["filters"] == {"tag:Name": "red5pro"}
    assert (read["groups-us-east-1"]["filters"], read["groups-us-east-1"]["filters_of"]) == (
        {"group-name": "nodes"},
        {"vpc-id": "vpcs-us-east-1.vpc_id"},
    )


def test_readings_of_the_default_vpc() -> None:
    by_default = host(**{"aws.ec2SecurityGroup": "nodes", "aws.defaultVPC": "TRUE"})
    assert guards.readings(["us-east-1"], hosts={"one": by_default})[2]["filters"] == {"is-default": "true"}
    assert len(guards.readings(["us-east-1"], hosts={"one": host(**{"aws.ec2SecurityGroup": "nodes"})})) == 2


LAUNCHING = {"aws.ec2SecurityGroup": "nodes", "aws.vpcName": "red5pro", "aws.ec2KeyPairName": "operations"}
LAUNCHED_IN = {
    "vpcs-us-west-2": [{"id": "vpc-1"}],
    "groups-us-west-2": [{"group_id": "sg-1"}],
    "keys-us-west-2": [{"key_name": "operations"}],
}


def test_readings_of_the_key_pair_that_nodes_get() -> None:
    (read,) = [one for one in guards.readings(["us-west-2"], hosts={"one": host(**LAUNCHING)}) if one["kind"] == "key_pairs"]
    assert read == {"kind": "key_pairs", "name": "keys-us-west-2", "filters": {"key-name": "operations"}, "region": "us-west-2"}


@pytest.mark.parametrize(
    "found, subjects",
    [
        ({}, []),
        ({"groups-us-west-2": [], "groups": []}, ["security group nodes in us-west-2"]),
        ({"vpcs-us-west-2": [], "groups-us-west-2": []}, ["VPC red5pro in us-west-2"]),
        ({"keys-us-west-2": []}, ["key pair operations in us-west-2"]),
    ],
)
def test_regions_in_which_no_node_would_be_launched(found: dict[str, Any], subjects: list[str]) -> None:
    checks = list(guards.launch_checks({"one": host(**LAUNCHING)}, {**LAUNCHED_IN, **found}, ["us-west-2"]))
    assert [one["subject"] for one in checks] == subjects
    assert all(one["found"] == "missing" and "since stream managers launch nodes there (aws." in one["expected"] for one in checks)


def test_regions_in_which_nodes_have_a_subnet_of_their_policy() -> None:
    checks = [
        guard({"vpcs-us-west-2": []}, hosts={"one": host(**LAUNCHING)}, **declared)["checks"]
        for declared in ({}, {"launch_regions": ["us-west-2"]})
    ]
    assert [len(one) for one in checks] == [0, 1]


def test_regions_without_a_default_vpc() -> None:
    hosts = {"one": host(**{**LAUNCHING, "aws.defaultVPC": "true"})}
    assert [one["subject"] for one in guards.launch_checks(hosts, {"vpcs-us-west-2": []}, ["us-west-2"])] == ["default VPC in us-west-2"]


def test_what_is_kept_is_all_that_guards_look_at() -> None:
    one = {"instance_id": "i-1", "state": {"name": "running"}, "tags": {"Name": "x"}}
    address = {"public_ip": "203.0.113.1", "tags": {guards.PREFIX_TAG: "x"}}
    found = {"instances-us-east-1": [{**one, "image_id": "ami-1"}], "addresses-us-east-1": [{**address, "allocation_id": "eip-1"}]}
    assert guard(found)["kept"] == {"instances-us-east-1": [one], "addresses-us-east-1": [address]}
