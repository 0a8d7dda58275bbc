# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which hosted zone, whose records, which port, which targets: the load balancer's decisions."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.plugin_utils import hosted_zones, targets
from ansible_collections.streamops.red5pro.plugins.plugin_utils import load_balancer as decide
from ansible_collections.streamops.red5pro.plugins.plugin_utils.findings import findings

TARGET = "live-1.us-east-1.elb.amazonaws.com"
NS = {"name": "example.com.", "type": "NS", "ttl": 172800, "resource_records": [{"value": "ns-1.example.net."}]}


def zone(name: str, number: str = "1", private: bool = False) -> dict[str, Any]:
    return {"id": f"/hostedzone/Z{number}", "name": name, "config": {"private_zone": private}}


def record(kind: str, *values: str, name: str = "sm.example.com.", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "ttl": 300, "resource_records": [{"value": value} for value in values], **more}


def alias(target: str, kind: str = "A", name: str = "sm.example.com.", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "alias_target": {"hosted_zone_id": "Z9", "dns_name": target}, **more}


@pytest.mark.parametrize("wanted", ["Z1", "/hostedzone/Z1", "Example.com", "example.com."])
def test_a_hosted_zone_is_wanted_by_its_id_or_name(wanted: str) -> None:
    assert hosted_zones.hosted_zone([zone("example.com."), zone("sm.example.com.", "2")], "sm.example.com", wanted) == zone("example.com.")


def test_two_public_hosted_zones_of_one_name_are_a_problem_unless_one_is_wanted() -> None:
    zones = [zone("example.com.", "2"), zone("Example.com.", "1"), zone("example.com.", "3", private=True), zone("com.", "4")]
    (problem,) = hosted_zones.zone_problems(zones, ["sm.example.com", "*.example.com"])
    assert problem == 'Invalid red5pro_hosted_zone: "". Expected: the id of one of the public hosted zones named example.com: Z1, Z2.'
    assert hosted_zones.zone_problems(zones, ["sm.example.com"], "example.com")[0].startswith("Invalid red5pro_hosted_zone: example.com.")
    assert hosted_zones.zone_problems(zones, ["sm.example.com"], "Z2") == []
    assert hosted_zones.zone_problems([*zones, zone("sm.example.com.", "5")], ["sm.example.com"]) == []


def test_a_wanted_hosted_zone_holds_one_of_the_domains() -> None:
    zones = [zone("example.com."), zone("example.org.", "2")]
    assert hosted_zones.zone_problems(zones, ["sm.example.com", "sm.example.org"], "Z2") == []
    assert hosted_zones.zone_problems(zones, ["sm.example.com"], "Z2") == [
        "Invalid red5pro_hosted_zone: Z2. Expected: the id or name of a public hosted zone of this account above sm.example.com."
    ]
    assert hosted_zones.zone_problems([], ["sm.example.com"]) == []


def test_a_hosted_zone_that_another_service_manages_is_refused() -> None:
    managed = {**zone("example.com."), "linked_service": {"service_principal": "servicediscovery.amazonaws.com"}}
    current: dict[str, Any] = {"zones": [managed], "record_sets": [], "load_balancer": {}, "target_group": {}}
    desired = {"name": "live", "domain": "sm.example.com", "hosted_zone": "", "port": 5080, "replace_record": False}
    (problem,) = decide.load_balancer_problems(current, desired)
    assert "another hosted zone than Z1, since servicediscovery.amazonaws.com manages its records" in problem
    other = {**current, "zones": [managed, zone("example.com.", "2")]}
    assert decide.load_balancer_problems(other, {**desired, "hosted_zone": "Z2"}) == []


def test_a_hosted_zone_without_its_settings_is_public() -> None:
    assert hosted_zones.hosted_zone([{"id": "/hostedzone/Z1", "name": "example.com."}], "sm.example.com") != {}


OWN = [
    record("CNAME", TARGET),
    record("CNAME", f"{TARGET.upper()}."),
    alias(f"{TARGET}."),
    alias(f"dualstack.{TARGET}."),
    alias(f"{TARGET}.", "AAAA"),
]
ELSEWHERE = {
    "A 192.0.2.1, 192.0.2.2": record("A", "192.0.2.1", "192.0.2.2"),
    "AAAA 2001:db8::1": record("AAAA", "2001:db8::1"),
    "CNAME old.example.com": record("CNAME", "old.example.com"),
    "A alias of old-2.us-east-1.elb.amazonaws.com": alias("old-2.us-east-1.elb.amazonaws.com."),
    f"CNAME {TARGET} (weighted record blue)": record("CNAME", TARGET, set_identifier="blue", weight=0),
    f"A alias of {TARGET} (latency record us)": alias(TARGET, set_identifier="us", region="us-east-1"),
    f"A alias of {TARGET} (failover record one)": alias(TARGET, set_identifier="one", failover="PRIMARY"),
    f"A alias of {TARGET} (geolocation record eu)": alias(TARGET, set_identifier="eu", geo_location={"continent_code": "EU"}),
    "A 192.0.2.1 (multivalue record m)": record("A", "192.0.2.1", set_identifier="m", multi_value_answer=True),
}


@pytest.mark.parametrize("own", OWN)
def test_a_simple_record_that_leads_to_the_load_balancer_is_its_own(own: dict[str, Any]) -> None:
    others = [record("A", "192.0.2.1", name="www.example.com."), record("TXT", '"x"')]
    assert hosted_zones.record_problems([*others, own], "SM.example.com", zone("example.com."), TARGET, False) == []
    assert len(hosted_zones.domain_records([*others, own], "sm.example.com", TARGET)["own"]) == 1


@pytest.mark.parametrize("text, held", ELSEWHERE.items(), ids=ELSEWHERE)
def test_a_record_that_leads_elsewhere_is_refused_and_somebody_elses(text: str, held: dict[str, Any]) -> None:
    refused = "Refusing to replace the record of sm.example.com: the hosted zone Z1 holds"
    assert hosted_zones.record_problems([held], "sm.example.com", zone("example.com."), TARGET, False) == [
        f"{refused} {text}. Delete it, or set red5pro_replace_record=true."
    ]
    assert hosted_zones.record_problems([held], "sm.example.com", zone("example.com."), TARGET, True) == []
    assert hosted_zones.record_problems([held], "sm.example.com", {}, TARGET, False) == []
    assert hosted_zones.domain_records([held], "sm.example.com", TARGET) == {"own": [], "others": [text]}


def test_before_there_is_a_load_balancer_every_record_leads_elsewhere() -> None:
    assert len(hosted_zones.record_problems([record("CNAME", TARGET)], "sm.example.com", zone("example.com."), "", False)) == 1


def test_a_name_that_another_zone_answers_for_gets_no_record() -> None:
    delegated = record("NS", "ns-1.example.net.", "ns-2.example.net.")
    (problem,) = hosted_zones.record_problems([delegated], "sm.example.com", zone("example.com."), TARGET, True)
    assert problem.startswith("Refusing to create the record of sm.example.com: the hosted zone Z1 delegates it to ns-1.example.net, ns-2")
    above = record("NS", "ns-1.example.net.", name="live.example.com.")
    (problem,) = hosted_zones.record_problems([above], "sm.live.example.com", zone("example.com."), TARGET, True)
    assert problem.startswith("Refusing to create the record of sm.live.example.com: the hosted zone Z1 delegates live.example.com to ns-1")
    assert hosted_zones.record_problems([above], "sm.live.example.com", zone("live.example.com."), TARGET, True) == []
    apex = [NS, {**NS, "type": "SOA", "resource_records": [{"value": "ns-1.example.net. x 1 2 3 4 5"}]}]
    assert hosted_zones.record_problems(apex, "example.com", zone("example.com."), TARGET, False) == []


def test_the_name_servers_of_names_between_a_zone_and_a_domain_are_read() -> None:
    assert len(hosted_zones.record_readings("sm.example.com")) == 2
    zones, records, *others = hosted_zones.record_readings("a.b.live.example.com.")
    assert [one["parameters"]["StartRecordName"] for one in others] == ["b.live.example.com", "live.example.com"]
    held = {one.get("name", one["kind"]): [one["parameters"]] for one in (records, *others)}
    assert hosted_zones.read_sets({zones["name"]: [{}], **held}) == [one["parameters"] for one in (records, *others)]


@pytest.mark.parametrize(
    "sets, current, holds",
    [
        ([], [], False),
        ([record("CNAME", TARGET)], [f"CNAME {TARGET}"], True),
        ([record("CNAME", TARGET, ttl=60)], [f"CNAME {TARGET} for 60 seconds"], False),
        ([alias(TARGET)], [f"A alias of {TARGET}"], True),
        ([record("CNAME", f"dualstack.{TARGET}")], [f"CNAME dualstack.{TARGET}"], False),
        ([alias(TARGET, "AAAA")], [f"AAAA alias of {TARGET}"], False),
        ([alias(TARGET), record("AAAA", "2001:db8::1")], [f"A alias of {TARGET}", "AAAA 2001:db8::1"], False),
    ],
)
def test_what_is_said_of_the_record(sets: list[dict[str, Any]], current: list[str], holds: bool) -> None:
    assert hosted_zones.record_checks(sets, "sm.example.com", TARGET, 300) == [
        {"subject": "record sm.example.com", "expected": TARGET, "found": current, "holds": holds}
    ]


def test_the_port_of_a_target_group_is_not_changed() -> None:
    assert decide.port_problems({}, 8080) == []
    assert decide.port_problems({"port": 5080, "target_group_name": "live"}, 5080) == []
    (problem,) = decide.port_problems({"port": 5080, "target_group_name": "live"}, 8080)
    assert problem == (
        "Refusing to change red5pro_http_port to 8080: the target group live and its targets use port 5080, and AWS cannot change the port "
        "of a target group. Set red5pro_http_port=5080, or deploy with another red5pro_name and destroy live afterwards."
    )


def test_targets_at_another_port_are_told_from_those_that_serve() -> None:
    def target(instance: str, port: int, state: str) -> dict[str, Any]:
        return {"target": {"id": instance, "port": port}, "target_health": {"state": state}}

    both = [target("i-1", 8080, "unhealthy"), target("i-1", 5080, "healthy"), target("i-1", 80, "healthy"), target("i-1", 81, "draining")]
    assert targets.targets_at_port(both, 5080) == (both[1:2], [{"id": "i-1", "port": 80}, {"id": "i-1", "port": 8080}])
    assert targets.targets_at_port(both[:1], "5080") == ([], [{"id": "i-1", "port": 8080}])
    assert targets.targets_at_port(both[3:], 5080) == (both[3:], []), "not registered before the drain ends"
    messages = [one["message"] for one in findings(targets.target_checks(["i-1"], both, 5080), "load_balancer")]
    assert messages == [f"target i-1 on port {port}: expected not registered, found registered" for port in (80, 8080)]


def test_what_aws_cannot_change_is_refused_with_what_to_do() -> None:
    balancer = {"type": "network", "scheme": "internal", "vpc_id": "vpc-1", "dns_name": TARGET}
    group = {
        "port": 8080,
        "target_group_name": "live",
        "target_type": "ip",
        "protocol": "HTTPS",
        "protocol_version": "GRPC",
        "vpc_id": "vpc-2",
    }
    checks = decide.fixed_checks(balancer, group, {"name": "live", "vpc_id": "vpc-1"})
    assert [(one["subject"], one["expected"], one["found"]) for one in checks] == [
        ("load balancer live type", "application", "network"),
        ("load balancer live scheme", "internet-facing", "internal"),
        ("target group live target type", "instance", "ip"),
        ("target group live protocol", "HTTP", "HTTPS"),
        ("target group live protocol version", "HTTP1", "GRPC"),
        ("target group live vpc id", "vpc-1", "vpc-2"),
    ]
    assert decide.fixed_problems(checks[:1], "live") == [
        "Refusing to use the load balancer live: its type is network instead of application, and AWS cannot change it. "
        "Delete it and the listeners that forward to it, then run the playbook again."
    ]
    assert decide.fixed_checks({}, {}, {"name": "live", "vpc_id": "vpc-1"}) == []
    current = {"zones": [], "record_sets": [], "load_balancer": balancer, "target_group": group}
    desired = {"name": "live", "domain": "sm.example.com", "hosted_zone": "", "port": 5080, "replace_record": False}
    assert len(decide.load_balancer_problems(current, desired)) == 5


def test_all_problems_of_a_load_balancer_at_once() -> None:
    current: dict[str, Any] = {"zones": [zone("example.com.")], "record_sets": [record("A", "192.0.2.1")], "load_balancer": {}}
    current["target_group"] = {"port": 5080, "target_group_name": "live"}
    desired = {"name": "live", "domain": "sm.example.com", "hosted_zone": "", "port": 8080, "replace_record": False}
    assert [problem.split(":")[0] for problem in decide.load_balancer_problems(current, desired)] == [
        "Refusing to replace the record of sm.example.com",
        "Refusing to change red5pro_http_port to 8080",
    ]
    current["zones"].append(zone("example.com.", "2"))
    assert [problem.split(":")[0] for problem in decide.load_balancer_problems(current, desired)] == [
        "Invalid red5pro_hosted_zone",
        "Refusing to change red5pro_http_port to 8080",
    ]


def test_which_targets_are_not_served() -> None:
    def target(instance: str, state: str, description: str | None = None) -> dict[str, Any]:
        return {"target": {"id": instance, "port": 5080}, "target_health": {"state": state, "description": description}}

    elsewhere = "Target is in an Availability Zone that is not enabled for the load balancer"
    health = [
        target("i-1", "healthy"),
        target("i-2", "unhealthy", "Health checks failed"),
        target("i-3", "unused", elsewhere),
        target("i-4", "unused", "Target is in the stopped state"),
        target("i-9", "unused", elsewhere),
    ]
    found = targets.target_problems(health, {"two": "i-2", "three": "i-3"}, ["i-1", "i-2", "i-3", "i-4", "i-5"])
    assert found == {
        "missing": [
            "two (i-2): unhealthy, Health checks failed",
            f"three (i-3): unused, {elsewhere}",
            "i-4: unused, Target is in the stopped state",
            "i-5: not registered",
        ],
        "unserved": [f"three (i-3): unused, {elsewhere}"],
    }


APEX, SUB = zone("example.com."), zone("sub.Example.com.", "2")
ZONES = [APEX, SUB, zone("a.sub.example.com.", "3", private=True), zone("ample.com.", "4")]


@pytest.mark.parametrize(
    ("domain", "wanted", "found"),
    [
        ("www.example.com", "", APEX),
        ("example.com", "", APEX),
        ("Example.COM.", "", APEX),
        ("*.sub.example.com", "", SUB),
        ("a.sub.example.com", "", SUB),
        ("example.org", "", {}),
        ("com", "", {}),
        ("a.sub.example.com", "Z1", APEX),
        ("a.sub.example.com", "example.com", APEX),
        ("a.sub.example.com", "example.com.", APEX),
        ("a.sub.example.com", "Z3", {}),
        ("www.example.com", "Z2", {}),
    ],
)
def test_which_hosted_zone_holds_a_domain(domain: str, wanted: str, found: dict[str, Any]) -> None:
    assert hosted_zones.hosted_zone(ZONES, domain, wanted) == found
    assert hosted_zones.hosted_zone(reversed(ZONES), domain, wanted) == found


def test_targets() -> None:
    states = {"i-1": "healthy", "i-2": "unhealthy", "i-4": "healthy", "i-5": "draining"}
    health: list[dict[str, Any]] = [{"target": {"id": one}, "target_health": {"state": state}} for one, state in states.items()]
    health[1]["target_health"]["description"] = "Health checks failed with these codes: [503]"
    found = targets.target_checks(["i-3", "i-2", "i-1"], health, 5080)
    assert [(one["subject"], one["expected"], one["found"]) for one in found if not one["holds"]] == [
        ("target i-2", "healthy", "unhealthy (Health checks failed with these codes: [503])"),
        ("target i-3", "healthy", "not registered"),
        ("target i-4", "not registered", "healthy"),
    ]
