# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a load balancer, a target group and a record are the deployment's own, and so deleted."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.plugin_utils.load_balancer_removal import plan

HERE, ARN = "us-east-1", "arn:aws:elasticloadbalancing:us-east-1:123456789012"
DNS, DOMAIN = "live-1.us-east-1.elb.amazonaws.com", "sm.example.com"
DECLARED = {"name": "live", "region": HERE, "domain": DOMAIN, "hosted_zone": "", "delete_protected": False}
TAGS = {"red5pro:deployment": "live"}
BALANCER: dict[str, Any] = {
    "load_balancer_arn": f"{ARN}:loadbalancer/app/live/1",
    "dns_name": DNS,
    "deletion_protection_enabled": "false",
    "tags": TAGS,
}
GROUP: dict[str, Any] = {
    "target_group_arn": f"{ARN}:targetgroup/live/0a",
    "target_group_name": "live",
    "load_balancer_arns": [BALANCER["load_balancer_arn"]],
    "tags": TAGS,
}
ZONE = {"id": "/hostedzone/Z1", "name": "example.com.", "config": {"private_zone": False}}


def record(value: str) -> dict[str, Any]:
    return {"hosted_zone_id": "/hostedzone/Z1", "name": f"{DOMAIN}.", "type": "CNAME", "ttl": 300, "resource_records": [{"value": value}]}


CURRENT: dict[str, list[dict[str, Any]]] = {
    "load_balancers": [BALANCER],
    "listeners": [{"certificates": [{"certificate_arn": "arn:2"}]}, {"certificates": [{"certificate_arn": "arn:1"}]}, {}],
    "target_groups": [GROUP],
    "target_health": [],
    "domain_zones": [ZONE],
    "record_sets": [record(DNS)],
}


def test_what_bears_the_tag_is_deleted_with_the_record_that_leads_there() -> None:
    found = plan(DECLARED, CURRENT)
    assert [(row["what"], row["name"], row.get("id"), row.get("region")) for row in found["rows"]] == [
        ("record of the domain", DOMAIN, "Z1", None),
        ("load balancer", "live", DNS, HERE),
        ("target group", "live", None, HERE),
    ]
    assert (found["deployment"], found["problems"], found["blockers"], found["kept"]) == ("live", [], [], [])
    assert (found["url"], found["certificates"]) == (f"https://{DOMAIN}", ["arn:1", "arn:2"])
    assert found["records"] == [{"name": DOMAIN, "hosted_zone_id": "Z1", "target": DNS}]
    assert (found["load_balancer"], found["protected"], found["target_group"]) == (True, [], GROUP["target_group_arn"])


def test_alarms_with_the_tag_are_deleted_also_without_a_load_balancer() -> None:
    alarms = [
        {"alarm_name": name, "tags": tags} for name, tags in (("live-b", TAGS), ("live-a", TAGS), ("live-c", {"red5pro:deployment": "x"}))
    ]
    found = plan(DECLARED, {"metric_alarms": alarms})
    assert found["alarms"] == ["live-a", "live-b"]
    assert found["rows"] == [{"what": "CloudWatch alarm", "name": name, "region": HERE} for name in ("live-a", "live-b")]
    assert plan(DECLARED, CURRENT)["alarms"] == []


@pytest.mark.parametrize("tags", [{}, {"red5pro:deployment": "live-eu"}])
def test_what_others_made_is_kept(tags: dict[str, str]) -> None:
    others = {"load_balancers": [{**BALANCER, "tags": tags}], "target_groups": [{**GROUP, "tags": tags}]}
    found = plan(DECLARED, {**CURRENT, **others})
    assert (found["rows"], found["records"], found["certificates"]) == ([], [], [])
    assert (found["url"], found["load_balancer"], found["target_group"]) == ("", False, "")
    assert found["kept"] == ["the load balancer live, of somebody else", "the target group live, of somebody else"]


def test_a_record_that_leads_elsewhere_is_kept() -> None:
    found = plan(DECLARED, {**CURRENT, "record_sets": [record("elsewhere.example.org")]})
    assert [row["what"] for row in found["rows"]] == ["load balancer", "target group"]
    assert found["kept"] == [f"the record {DOMAIN} CNAME elsewhere.example.org, of somebody else"]
    assert found["url"] == ""


def test_a_record_that_led_to_a_load_balancer_that_is_gone_is_told_and_kept() -> None:
    found = plan(DECLARED, {**CURRENT, "load_balancers": [], "listeners": []})
    assert [row["what"] for row in found["rows"]] == ["target group"]
    assert found["kept"] == [f"the record {DOMAIN} CNAME {DNS}, since there is no load balancer live that it leads to"]


def test_other_records_that_lead_to_the_load_balancer_are_named_and_kept() -> None:
    other = {**ZONE, "id": "/hostedzone/Z2", "config": {"private_zone": True}}
    old = {**record(DNS), "name": "old.example.com."}
    alias = {"dns_name": f"dualstack.{DNS}.", "hosted_zone_id": "Z35", "evaluate_target_health": False}
    both = {"hosted_zone_id": "/hostedzone/Z1", "name": "both.example.com.", "alias_target": alias}
    records = [
        record(DNS),
        old,
        {**both, "type": "A"},
        {**both, "type": "AAAA"},
        {**old, "name": "weighted.example.com.", "weight": 1, "set_identifier": "one"},
        {**old, "hosted_zone_id": "/hostedzone/Z2", "name": "inside.example.com."},
        {**record("elsewhere.example.org"), "name": "www.example.com."},
        {**old, "name": "text.example.com.", "type": "TXT", "resource_records": [{"value": DNS}]},
    ]
    current = {**CURRENT, "domain_zones": [ZONE, other], "zone_records": records}
    found = plan(DECLARED, current)
    assert found["records"] == [{"name": DOMAIN, "hosted_zone_id": "Z1", "target": DNS}]
    assert found["kept"] == [
        f"the record {one}, which then leads nowhere; delete it if nobody needs it"
        for one in (
            f"both.example.com A alias of {DNS} in the hosted zone Z1",
            f"both.example.com AAAA alias of {DNS} in the hosted zone Z1",
            f"inside.example.com CNAME {DNS} in the hosted zone Z2",
            f"old.example.com CNAME {DNS} in the hosted zone Z1",
            f"weighted.example.com CNAME {DNS} (weighted record one) in the hosted zone Z1",
        )
    ]
    assert plan(DECLARED, {**current, "load_balancers": [{**BALANCER, "tags": {}}]})["records"] == []


def test_if_route_53_does_not_host_the_domain_the_record_is_unknown() -> None:
    found = plan(DECLARED, {**CURRENT, "domain_zones": [], "record_sets": []})
    assert (found["url"], found["records"]) == (f"https://{DOMAIN}", [])


def test_nothing_is_deleted_where_there_is_nothing() -> None:
    found = plan(DECLARED, {name: [] for name in CURRENT})
    assert (found["rows"], found["kept"], found["blockers"], found["url"]) == ([], [], [], "")


def test_protection_and_other_users_block() -> None:
    protected = {**BALANCER, "deletion_protection_enabled": "true"}
    used = {**GROUP, "load_balancer_arns": [BALANCER["load_balancer_arn"], f"{ARN}:loadbalancer/app/other/2"]}
    current = {**CURRENT, "load_balancers": [protected], "target_groups": [used]}
    found = plan(DECLARED, current)
    hint = "Turn it off, or set red5pro_destroy_protected=true."
    assert found["blockers"] == [
        f"Refusing to delete load balancer live: deletion protection is on. {hint}",
        f"Refusing to delete target group live: {ARN}:loadbalancer/app/other/2 uses it. Remove it there first.",
    ]
    lifted = plan({**DECLARED, "delete_protected": True}, current)
    assert (len(lifted["blockers"]), lifted["protected"]) == (1, [protected])


def test_several_hosted_zones_are_a_problem_only_if_there_is_a_load_balancer() -> None:
    twins = {"domain_zones": [ZONE, {**ZONE, "id": "/hostedzone/Z2"}]}
    assert "Invalid red5pro_hosted_zone" in plan(DECLARED, {**CURRENT, **twins})["problems"][0]
    assert plan(DECLARED, {**CURRENT, **twins, "load_balancers": []})["problems"] == []
