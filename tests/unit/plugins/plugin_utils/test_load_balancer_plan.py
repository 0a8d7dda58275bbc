# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the load balancer's role finds, refuses and does."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.plugin_utils import load_balancer_plan as planning
from ansible_collections.streamops.red5pro.plugins.plugin_utils.findings import findings
from balancing import ARN, BALANCER, CURRENT, DESIRED, DNS, GROUP, RECORD, health

Facts = dict[str, Any]
NOBODY = {"tags": {}}


def planned(desired: Facts | None = None, **current: Any) -> Facts:
    return planning.plan({**CURRENT, **current}, {**DESIRED, **(desired or {})})


def messages(desired: Facts | None = None, **current: Any) -> list[str]:
    """What verify would find."""
    wanted, found = {**DESIRED, **(desired or {})}, {**CURRENT, **current}
    said = planning.checks(planning.plan(found, wanted), wanted, found["target_health"])
    return [one["message"] for one in findings(said, "load_balancer")]


def test_if_all_exists_nothing_is_done() -> None:
    found = planned()
    assert (found["acts"], found["problems"], messages()) == ([], [], [])
    assert (found["dns_name"], found["state"], found["zone"]) == (DNS, "active", "Z1")
    assert found["records"] == {"own": [f"CNAME {DNS}"], "others": []}


def test_what_was_read_is_stale_if_anything_may_have_changed_since() -> None:
    assert planned({"moved": [], "age": 59.5})["stale"] is planned()["stale"] is False
    for desired in ({"moved": ["live-1"]}, {"age": "60.5"}, {"instances": ["i-1"]}):
        assert planned(desired)["stale"] is True, desired
    assert planned(target_groups=[])["stale"] is planned(load_balancers=[])["stale"] is True


def test_if_nothing_exists_it_is_named_and_created() -> None:
    found = planning.plan({}, DESIRED)
    assert (found["state"], found["load_balancer"], found["target_group"]) == ("missing", {}, {})
    assert (found["is_own"], found["target_group_is_own"]) == (False, False)
    assert found["dns_name"] == "live-to-be-made.us-east-1.elb.amazonaws.com"
    assert found["acts"] == ["targets", "record"]
    nothing: Any = {kind: [] for kind in CURRENT}
    assert messages(**nothing) == [
        "load balancer live: expected active, found missing",
        "target group live: expected present, found missing",
        "target i-1: expected healthy, found not registered",
        "target i-2: expected healthy, found not registered",
    ]


@pytest.mark.parametrize(
    ("desired", "current", "acts"),
    [
        ({"idle_timeout": 60}, {}, ["balancer"]),
        ({"purge_listeners": True}, {}, []),
        ({"health_check_path": "/live"}, {}, ["target_group"]),
        ({"tags": {**DESIRED["tags"], "team": "video"}}, {}, ["target_group", "balancer"]),
        ({"instances": ["i-1"]}, {}, ["targets"]),
        ({"instances": []}, {"target_health": []}, ["targets"]),
        ({"instances": ["i-1", "i-2", "i-3"]}, {}, ["targets"]),
        ({}, {"target_health": health(i_1="healthy", i_2="unhealthy")}, ["targets"]),
        ({}, {"target_health": health(i_1="healthy", i_2="healthy", i_3="draining")}, ["targets"]),
        ({"record_ttl": 60}, {}, ["record"]),
        ({}, {"record_sets": []}, ["record"]),
        ({}, {"record_sets": [{**RECORD, "hosted_zone_id": "Z2"}]}, ["record"]),
        ({}, {"record_sets": [RECORD, {**RECORD, "type": "A"}]}, ["record"]),
        ({}, {"domain_zones": []}, ["record"]),
    ],
)
def test_only_what_differs_is_done(desired: Facts, current: Facts, acts: list[str]) -> None:
    assert planned(desired, **current)["acts"] == acts


def test_targets_by_their_state() -> None:
    found = planned(target_health=health(i_1="healthy", i_2="unhealthy", i_3="draining", i_4="initial", i_5="unused"))
    assert found["targets"] == ["i-1", "i-2", "i-4", "i-5"]
    assert found["unhealthy"] == ["i-2", "i-5"]
    assert found["states"]["i-3"] == "draining"


def test_the_name_of_somebody_elses_is_refused() -> None:
    hint = "If it belongs to this deployment, tag it red5pro:deployment=live."
    expected = "Expected: another name; a load balancer or target group of somebody else has this name"
    found = planned({"port": 8080}, load_balancers=[{**BALANCER, **NOBODY}], target_groups=[{**GROUP, **NOBODY}])
    assert found["problems"] == [
        f"Invalid red5pro_name: live. {expected} ({ARN}:loadbalancer/app/live/1). {hint}",
        f"Invalid red5pro_name: live. {expected} ({ARN}:targetgroup/live/0a). {hint}",
    ]
    other = planned(load_balancers=[{**BALANCER, "tags": {"red5pro:deployment": "stage"}}])
    assert other["problems"] == [f"Invalid red5pro_name: live. {expected} ({ARN}:loadbalancer/app/live/1)."]
    assert found["records"] == {"own": [], "others": []}


def test_the_name_of_a_load_balancer_or_target_group_of_another_type_is_refused_too() -> None:
    missing = (
        "idle_timeout_timeout_seconds",
        "access_logs_s3_enabled",
        "security_groups",
        "ip_address_type",
        "deletion_protection_enabled",
    )
    network = {key: value for key, value in BALANCER.items() if key not in missing} | {"type": "network"}
    function = {"target_group_arn": f"{ARN}:targetgroup/live/0b", "target_group_name": "live", "target_type": "lambda", "tags": {}}
    foreign = planned(
        load_balancers=[{**network, **NOBODY}], target_groups=[function], listeners=[{"protocol": "GENEVE", "default_actions": []}]
    )
    assert [one.partition(":")[0] for one in foreign["problems"]] == ["Invalid red5pro_name"] * 2
    own = planned(load_balancers=[network], target_groups=[{**function, "tags": GROUP["tags"]}])
    assert [one.partition(":")[0] for one in own["problems"]] == [
        "Refusing to use the load balancer live",
        "Refusing to use the target group live",
    ]
    assert "load balancer live type: expected application, found network" in messages(load_balancers=[network])


def test_a_target_group_that_another_load_balancer_uses_is_refused() -> None:
    used = {**GROUP, "load_balancer_arns": [f"{ARN}:loadbalancer/app/other/2"]}
    assert planned(load_balancers=[], listeners=[], record_sets=[], target_groups=[used])["problems"] == [
        f"Refusing to use the target group live: {ARN}:loadbalancer/app/other/2 forwards to it, and AWS allows a target group only one "
        "load balancer. Remove the listener or rule that forwards to it."
    ]


def test_a_load_balancer_without_room_to_scale_is_not_awaited() -> None:
    assert planned(load_balancers=[{**BALANCER, "state": {"code": "active_impaired"}}])["stale"] is False
    assert planned(load_balancers=[{**BALANCER, "state": {"code": "provisioning"}}])["stale"] is True


@pytest.mark.parametrize(("reason", "text"), [({"reason": "No capacity"}, "No capacity"), ({}, "AWS gives no reason")])
def test_a_load_balancer_that_failed_is_refused_with_the_reason(reason: Facts, text: str) -> None:
    failed = {**BALANCER, "state": {"code": "failed", **reason}}
    assert planned(load_balancers=[failed])["problems"] == [
        f"Refusing to use the load balancer live: its state is failed: {text}. Delete it, then run the playbook again."
    ]


def test_a_target_at_another_port_is_deregistered() -> None:
    stray = {"target": {"id": "i-1", "port": 8080}, "target_health": {"state": "unhealthy"}}
    found = planned(target_health=[*CURRENT["target_health"], stray])
    assert (found["acts"], found["stale"], found["strays"]) == (["targets"], True, [{"id": "i-1", "port": 8080}])
    assert (found["states"], found["unhealthy"]) == ({"i-1": "healthy", "i-2": "healthy"}, [])


def test_a_target_group_without_tags_is_own_behind_an_own_load_balancer() -> None:
    assert planned(target_groups=[{**GROUP, **NOBODY}])["target_group_is_own"] is True
    assert planned(target_groups=[{**GROUP, **NOBODY, "load_balancer_arns": []}])["target_group_is_own"] is False
    foreign = planned(target_groups=[{**GROUP, **NOBODY}], load_balancers=[{**BALANCER, **NOBODY}])
    assert foreign["target_group_is_own"] is False


def test_what_aws_would_refuse() -> None:
    other = {**RECORD, "resource_records": [{"value": "elsewhere.example.org"}]}
    found = planned({"port": 8080}, record_sets=[other])["problems"]
    assert [one.partition(":")[0] for one in found] == [
        "Refusing to replace the record of sm.example.com",
        "Refusing to change red5pro_http_port to 8080",
    ]
    twins = planned(domain_zones=[*CURRENT["domain_zones"], {**CURRENT["domain_zones"][0], "id": "/hostedzone/Z2"}])
    assert twins["problems"] == twins["zone_problems"] != []


def test_what_verify_says() -> None:
    changed = {**BALANCER, "state": {"code": "provisioning"}, "idle_timeout_timeout_seconds": "60"}
    group = {**GROUP, "health_check_path": "/live"}
    assert messages(load_balancers=[changed], target_groups=[group], record_sets=[], target_health=health(i_1="healthy")) == [
        "load balancer live: expected active, found provisioning",
        "load balancer live idle timeout: expected 3600, found 60",
        f"record sm.example.com: expected {DNS}, found none",
        "target group live health_check_path: expected /, found /live",
        "target i-2: expected healthy, found not registered",
    ]
    assert messages(domain_zones=[]) == []


def test_the_status_for_a_report() -> None:
    assert planning.summary(planned(), DESIRED) == {
        "name": "live",
        "domain": "sm.example.com",
        "port": 5080,
        "dns_name": DNS,
        "state": "active",
        "zones": ["us-east-1a", "us-east-1b"],
        "listeners": {
            "listener 5080": "HTTP to live",
            "listener 443": "HTTPS to live",
            "policy of listener 443": DESIRED["ssl_policy"],
            "certificate of listener 443": "arn:1",
        },
        "targets": {"i-1": "healthy", "i-2": "healthy"},
    }


def test_the_members_of_an_auto_scaling_group_are_the_targets() -> None:
    grouped = {"auto_scaling_group": "live-stream-managers", "instances": ["i-9"]}
    states = [("i-1", "InService"), ("i-2", "InService"), ("i-3", "Terminating")]
    group = {"instances": [{"instance_id": one, "lifecycle_state": state} for one, state in states]}
    found = planned(grouped, target_group_members=[group], target_health=health(i_1="healthy", i_2="healthy"))
    assert (found["instances"], found["acts"]) == (["i-1", "i-2"], [])
    strangers = planned(grouped, target_group_members=[group], target_health=health(i_1="healthy", i_2="healthy", i_9="healthy"))
    assert strangers["acts"] == ["targets"]
    said = messages(grouped, target_group_members=[group], target_health=health(i_1="healthy", i_2="healthy", i_9="healthy"))
    assert said == ["target i-9: expected not registered, found healthy"]
    assert planned(grouped, target_group_members=[])["instances"] == []
