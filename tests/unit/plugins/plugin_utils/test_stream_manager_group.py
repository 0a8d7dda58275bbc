# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of the Auto Scaling group: what differs from a complete one, one deviation at a time."""

from __future__ import annotations

import base64
import copy
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.filter.stream_manager_group import FilterModule
from ansible_collections.streamops.red5pro.plugins.plugin_utils import stream_manager_group as group
from ansible_collections.streamops.red5pro.plugins.plugin_utils import stream_manager_group_removal as removal
from ansible_collections.streamops.red5pro.plugins.plugin_utils._stream_manager_group_image import image_name
from ansible_collections.streamops.red5pro.plugins.plugin_utils._stream_manager_group_settings import user_data
from ansible_collections.streamops.red5pro.plugins.plugin_utils.findings import findings

Facts = dict[str, Any]
TAGS = {"red5pro:deployment": "live", "red5pro:role": "stream-manager-group"}
ARN = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/live/1"
PROFILE = "arn:aws:iam::123456789012:instance-profile/red5pro"
DECLARED: Facts = {
    "name": "live",
    "wanted": True,
    "source": "live-stream-manager-i-1",
    "source_id": "ami-1",
    "launch": {
        "iam_instance_profile": PROFILE,
        "security_groups": ["sg-1", "operations"],
        "metadata_options": {"http_put_response_hop_limit": 2},
        "volumes": [{"device_name": "/dev/sda1", "ebs": {"volume_size": 20, "volume_type": "gp3"}}],
        "groups": [{"group_name": "operations", "group_id": "sg-2"}],
    },
    "properties": {},
    "secret": "token",
    "home": "/usr/local/red5pro",
    "service": "red5pro",
    "instance_type": "c5.large",
    "key_name": "red5pro",
    "tags": TAGS,
    "instance_tags": {**TAGS, "Name": "live-stream-manager"},
    "subnets": ["subnet-2", "subnet-1"],
    "min_size": 2,
    "desired_capacity": 2,
    "max_size": 4,
    "cpu_target": 0,
    "scale_in_protection": False,
    "grace_period": 300,
    "min_healthy_percentage": 100,
    "images_kept": 0,
    "security_group": "sg-1",
    "database_group": "sg-9",
    "database_port": 3306,
    "successors": [],
    "running_builders": [],
    "private_address": False,
    "launched": ["i-7"],
}
POLICY = {
    "policy_name": "live-stream-managers-cpu",
    "target_tracking_configuration": {"target_value": 50.0, "disable_scale_in": False},
}


def member(instance: str, state: str = "InService", version: str = "1") -> Facts:
    return {
        "instance_id": instance,
        "lifecycle_state": state,
        "health_status": "Healthy",
        "availability_zone": "us-east-1a",
        "launch_template": {"version": version},
    }


def healthy(*instances: str) -> list[Facts]:
    return [{"target": {"id": one}, "target_health": {"state": "healthy"}} for one in instances]


def version(number: int = 1, **changes: Any) -> Facts:
    data = {
        "image_id": "ami-1",
        "instance_type": "c5.large",
        "key_name": "red5pro",
        "iam_instance_profile": {"arn": PROFILE},
        "security_group_ids": ["sg-2", "sg-1"],
        "metadata_options": {
            "http_endpoint": "enabled",
            "http_protocol_ipv6": "disabled",
            "http_put_response_hop_limit": 2,
            "http_tokens": "required",
            "instance_metadata_tags": "disabled",
        },
        "block_device_mappings": [{"device_name": "/dev/sda1", "ebs": {"volume_size": 20, "volume_type": "gp3"}}],
        "user_data": user_data("/usr/local/red5pro", "red5pro"),
        "tag_specifications": [
            {"resource_type": "volume", "tags": []},
            {"resource_type": "instance", "tags": [{"key": key, "value": value} for key, value in DECLARED["instance_tags"].items()]},
        ],
    }
    return {"version_number": number, "launch_template_data": {**data, **changes}}


def current(**changes: Any) -> Facts:
    """A complete group of two."""
    members = [{"instance_id": one, "private_ip_address": f"10.0.0.{one[-1]}", "image_id": "ami-1"} for one in ("i-1", "i-2")]
    rule = {"group_id": "sg-1", "description": "live-stream-managers all instances (red5pro:group=live)"}
    port = {"ip_protocol": "tcp", "from_port": 3306, "to_port": 3306, "ip_ranges": [], "user_id_group_pairs": [rule]}
    found: Facts = {
        "stream_manager_groups": [asg()],
        "stream_manager_policies": [],
        "stream_manager_refreshes": [],
        "stream_manager_templates": [{"launch_template_id": "lt-1", "launch_template_name": "live-stream-managers", "tags": TAGS}],
        "stream_manager_template_versions": [version()],
        "stream_manager_members": members,
        "stream_manager_group_builders": [],
        "stream_manager_group_images": [],
        "target_groups": [{"target_group_arn": ARN}],
        "target_health": healthy("i-1", "i-2"),
        "database_group": [{"ip_permissions": [port]}],
    }
    return {**copy.deepcopy(found), **changes}


def asg(**changes: Any) -> Facts:
    found: Facts = {
        "auto_scaling_group_name": "live-stream-managers",
        "auto_scaling_group_arn": "arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:1:autoScalingGroupName/live-stream-managers",
        "min_size": 2,
        "desired_capacity": 2,
        "max_size": 4,
        "vpc_zone_identifier": "subnet-1,subnet-2",
        "target_group_arns": [ARN],
        "health_check_type": "ELB",
        "health_check_grace_period": 300,
        "launch_template": {"version": "1"},
        "suspended_processes": [],
        "instances": [member("i-2"), member("i-1")],
        "tags": {**TAGS, "owner": "somebody"},
    }
    return {**found, **changes}


def nothing() -> Facts:
    return {**{key: [] for key in current()}, "target_groups": [{"target_group_arn": ARN}], "database_group": [{"ip_permissions": []}]}


def plan(declared: Facts | None = None, **changes: Any) -> Facts:
    return group.plan({**DECLARED, **(declared or {})}, current(**changes))


def messages(planned: Facts) -> list[str]:
    return [one["message"] for one in findings(planned["checks"], "stream_manager_group")]


def test_nothing_to_do_for_a_complete_group() -> None:
    planned = plan()
    assert (planned["due"], planned["problems"], planned["awaited"], messages(planned)) == (False, [], [], [])
    assert [one["name"] for one in planned["hosts"]] == ["live-stream-manager-i-1", "live-stream-manager-i-2"]
    assert planned["hosts"][0]["reachable_ip"] == planned["hosts"][0]["private_ip"] == "10.0.0.1"
    assert planned["template"]["version"] == "1"
    assert planned["images_surplus"] == []


def test_everything_is_made_of_nothing() -> None:
    planned = group.plan(DECLARED, nothing())
    assert planned["due"] and planned["template"]["differs"] and planned["group"]["differs"] and not planned["policy"]["differs"]
    assert (planned["admits"], planned["rule"]) == (
        False,
        {"owner": "red5pro:group=live", "addresses": {"sg-1": "live-stream-managers all instances"}},
    )
    assert planned["awaited"] == ["2 of 2 instances, which are not launched yet"]
    assert planned["template"]["options"]["security_group_ids"] == ["sg-1", "sg-2"]
    assert "launch template live-stream-managers: expected present, found missing" in messages(planned)
    assert planned["group_tags"][0] == {"red5pro:deployment": "live", "propagate_at_launch": False}
    assert (planned["refresh"]["needed"], planned["refresh"]["active"]) == (False, False)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"image_id": "ami-2"}, "launch template live-stream-managers image: expected ami-1, found ami-2"),
        ({"metadata_options": None}, "launch template live-stream-managers metadata option http_tokens: expected required, found none"),
        ({"iam_instance_profile": None}, f"launch template live-stream-managers instance profile: expected {PROFILE}, found none"),
        ({"block_device_mappings": None}, "launch template live-stream-managers root volume volume_size: expected 20, found none"),
        ({"user_data": None}, "launch template live-stream-managers user data: expected"),
        ({"tag_specifications": None}, "launch template live-stream-managers tag Name: expected live-stream-manager, found none"),
    ],
)
def test_drift_of_the_template_makes_a_version_and_replaces_the_instances(changes: Facts, message: str) -> None:
    planned = plan(stream_manager_template_versions=[version(2, **changes), version(1)])
    assert any(one.startswith(message) for one in messages(planned)), messages(planned)
    assert (planned["template"]["version"], planned["refresh"]["needed"], planned["due"]) == ("a new one", True, True)
    assert "live-stream-manager-i-1 launch template version: expected a new one, found 1" in messages(planned)


def test_a_profile_may_be_given_by_its_name_and_a_template_needs_neither_volume_nor_profile() -> None:
    assert not plan({"launch": {**DECLARED["launch"], "iam_instance_profile": "red5pro"}})["template"]["differs"]
    plain = version(iam_instance_profile=None, block_device_mappings=None, security_group_ids=[], metadata_options=None)
    planned = plan({"launch": {}}, stream_manager_template_versions=[plain])
    assert planned["template"]["desired"]["metadata option http_tokens"] == "required"
    assert planned["template"]["desired"]["instance profile"] == ""


@pytest.mark.parametrize(
    ("declared", "changes", "message"),
    [
        ({"max_size": 5}, {}, "maximum size: expected 5, found 4"),
        ({}, {"vpc_zone_identifier": "subnet-1"}, "subnets: expected subnet-1, subnet-2, found subnet-1"),
        ({}, {"suspended_processes": [{"process_name": "Launch"}]}, "suspended processes: expected none, found Launch"),
        ({"scale_in_protection": True}, {}, "suspended processes: expected AZRebalance, found none"),
        ({"tags": {**TAGS, "team": "video"}}, {}, "tag team: expected video, found none"),
        ({}, {"launch_template": {}}, "launch template version: expected 1, found none"),
        ({"desired_capacity": 3}, {}, "desired capacity: expected 3, found 2"),
    ],
)
def test_drift_of_the_group(declared: Facts, changes: Facts, message: str) -> None:
    planned = plan(declared, stream_manager_groups=[asg(**changes)])
    assert messages(planned) == [f"Auto Scaling group live-stream-managers {message}"]
    assert planned["group"]["differs"] and planned["due"]


def test_a_capacity_that_a_policy_changed_is_kept_within_the_limits() -> None:
    scaled = {"desired_capacity": 4}
    assert plan({"cpu_target": 50}, stream_manager_groups=[asg(**scaled)])["group"]["desired"]["desired capacity"] == 4
    assert plan({"cpu_target": 50, "max_size": 3}, stream_manager_groups=[asg(**scaled)])["group"]["desired"]["desired capacity"] == 3
    assert plan(stream_manager_groups=[asg(**scaled)])["group"]["desired"]["desired capacity"] == 2


@pytest.mark.parametrize(
    ("declared", "policies", "differs"),
    [
        ({"cpu_target": 50}, [POLICY], False),
        ({"cpu_target": 60}, [POLICY], True),
        ({"cpu_target": 50, "scale_in_protection": True}, [POLICY], True),
        ({"cpu_target": 50}, [], True),
        ({}, [POLICY], True),
        ({}, [{"policy_name": "of somebody else"}], False),
        ({"cpu_target": 50}, [{"policy_name": "live-stream-managers-cpu"}], True),
    ],
)
def test_the_scaling_policy(declared: Facts, policies: list[Facts], differs: bool) -> None:
    planned = plan(declared, stream_manager_policies=policies)
    assert planned["policy"]["differs"] == differs
    assert any("scaling policy" in one for one in messages(planned)) == differs


@pytest.mark.parametrize("wanted", [True, False])
@pytest.mark.parametrize(
    "changes", [{"stream_manager_groups": [asg(tags={})]}, {"stream_manager_templates": [{"launch_template_id": "lt-9", "tags": {}}]}]
)
def test_names_of_somebody_else_are_refused_if_they_are_needed(changes: Facts, wanted: bool) -> None:
    planned = group.plan({**DECLARED, "wanted": wanted}, {**nothing(), **changes})
    assert len(planned["problems"]) == wanted
    assert not planned["surplus"]
    assert wanted == any("red5pro_name: live. Expected: another name" in one for one in planned["problems"])


@pytest.mark.parametrize("wanted", [True, False])
def test_a_group_that_is_being_deleted_is_refused_if_it_is_needed(wanted: bool) -> None:
    found = plan({"wanted": wanted}, stream_manager_groups=[asg(status="Delete in progress")])
    text = (
        "Refusing to use the Auto Scaling group live-stream-managers: its status is Delete in progress. "
        "Wait until it is deleted, then run the playbook again."
    )
    assert found["problems"] == ([text] if wanted else [])


@pytest.mark.parametrize(
    "missing", ["vpc_zone_identifier", "target_group_arns", "suspended_processes", "launch_template", "instances", "status"]
)
def test_aws_may_leave_out_what_a_group_does_not_have(missing: str) -> None:
    found = plan(stream_manager_groups=[{key: value for key, value in asg().items() if key != missing}])
    assert found["problems"] == [] and found["due"] == (missing not in ("suspended_processes", "status"))


def test_aws_may_leave_out_what_an_instance_or_a_policy_does_not_have() -> None:
    members = [{key: value for key, value in member(one).items() if key != "availability_zone"} for one in ("i-1", "i-2")]
    changes = {"stream_manager_groups": [asg(instances=members)], "stream_manager_members": [{"instance_id": "i-1"}]}
    policy = {**POLICY, "target_tracking_configuration": {"target_value": 50.0}}
    found = plan({"cpu_target": 50}, stream_manager_policies=[policy], **changes)
    assert ([one["availability_zone"] for one in found["hosts"]], found["policy"]["differs"], found["images_surplus"]) == (
        ["", ""],
        False,
        [],
    )


@pytest.mark.parametrize("status", ["Pending", "Baking", "RollbackInProgress", "Cancelling"])
@pytest.mark.parametrize("begun", [{}, {"start_time": None}, {"start_time": "2026-01-02T00:00:00+00:00"}])
def test_a_refresh_that_has_not_ended_is_waited_for(status: str, begun: Facts) -> None:
    ended = {"instance_refresh_id": "r-1", "status": "Failed", "start_time": "2026-01-01T00:00:00+00:00"}
    drift = [version(2), version(1, image_id="ami-0")]
    found = plan(
        stream_manager_refreshes=[{"instance_refresh_id": "r-2", "status": status, **begun}, ended], stream_manager_template_versions=drift
    )
    assert (found["refresh"]["needed"], found["refresh"]["id"], found["refresh"]["active"], found["refresh"]["failed"]) == (
        True,
        "r-2",
        True,
        False,
    )


def test_the_image_with_the_properties() -> None:
    declared = {"properties": {"config.dbPass": "s3cret", "proxy.enabled": True}}
    name = image_name({**DECLARED, **declared})
    assert name.startswith("live-stream-manager-group-") and "s3cret" not in name
    others = (
        {"secret": "another"},
        {"source": "ami-7"},
        {"home": "/opt"},
        {"properties": {"config.dbPass": "s3cret", "proxy.enabled": False}},
    )
    assert len({name, *(image_name({**DECLARED, **declared, **other}) for other in others)}) == 5
    assert image_name(DECLARED) == ""

    def planned(*images: Facts) -> Facts:
        return plan(declared, stream_manager_group_images=list(images))

    image = {"name": name, "image_id": "ami-5", "state": "available", "creation_date": "2026-01-02", "tags": TAGS}
    older = {**image, "name": "older", "image_id": "ami-4", "creation_date": "2026-01-01"}
    used = {**image, "name": "used", "image_id": "ami-1", "creation_date": "2026-01-01"}
    assert (planned()["image_id"], planned()["builds"]) == ("", True)
    assert (planned({**image, "state": "pending"})["image_id"], planned({**image, "state": "pending"})["builds"]) == ("", False)
    failed = planned({**image, "state": "failed"})
    assert (failed["builds"], [one["image_id"] for one in failed["image_failures"]]) == (True, ["ami-5"])
    found = planned(image, older, used)
    assert (found["image_id"], found["builds"], [one["image_id"] for one in found["images_surplus"]]) == ("ami-5", False, ["ami-4"])
    assert found["template"]["differs"] and f"image {name}: expected available, found missing" in messages(planned())


def test_instances_have_the_prefix_of_the_nodes_as_a_tag() -> None:
    tags = plan({"properties": {"instancecontroller.instanceNamePrefix": "node"}})["template"]["options"]["tags"]
    assert tags == {**DECLARED["instance_tags"], "red5pro:prefix": "node"}


def test_a_builder_that_was_left_is_removed() -> None:
    planned = plan(stream_manager_group_builders=[{"instance_id": "i-7"}])
    assert (planned["builders"], planned["due"], messages(planned)) == (["i-7"], True, ["builder i-7: expected none, found i-7"])


def test_a_builder_that_was_terminated_is_not_awaited() -> None:
    ended = {"instance_id": "i-7", "state": {"name": "terminated"}, "tags": {"Name": "b"}}
    assert plan({"running_builders": [ended]})["builders_ended"] == ["b (i-7) is terminated: AWS gives no reason"]
    assert plan()["builders_ended"] == []


def test_what_is_awaited_of_the_instances() -> None:
    members = [
        member("i-1", "Pending"),
        member("i-2", version="0"),
        member("i-3"),
        member("i-4", "Terminating"),
        {**member("i-5"), "launch_template": {}},
    ]
    planned = plan({"desired_capacity": 4}, stream_manager_groups=[asg(instances=members)], target_health=healthy("i-2", "i-5"))
    assert planned["awaited"] == [
        "live-stream-manager-i-1: Pending, not registered, version 1",
        "live-stream-manager-i-2: InService, healthy, version 0",
        "live-stream-manager-i-3: InService, not registered, version 1",
        "live-stream-manager-i-5: InService, healthy, version ",
    ]
    assert "live-stream-manager-i-1: expected InService, found Pending" in messages(planned)
    assert planned["rounds"] == 4


@pytest.mark.parametrize(
    ("declared", "guarded"),
    [
        ({"properties": {"cluster.password": "p"}}, ["i-2"]),
        ({"properties": {"instancecontroller.instanceNamePrefix": "live"}}, ["i-2"]),
        ({"properties": {"config.dbPort": "3306"}}, []),
        ({"properties": {"cluster.password": "p"}, "wanted": False}, []),
    ],
)
def test_the_instance_with_which_properties_are_compared(declared: Facts, guarded: list[str]) -> None:
    members = [member("i-1", "Pending"), member("i-2"), member("i-3")]
    planned = plan(declared, stream_manager_groups=[asg(instances=members)])
    assert [one["instance_id"] for one in planned["guarded"]] == guarded


def test_an_instance_without_an_address_is_not_compared() -> None:
    planned = plan({"properties": {"cluster.password": "p"}}, stream_manager_members=[])
    assert planned["guarded"] == []


def test_refreshes() -> None:
    old = [asg(instances=[member("i-1", version="0"), member("i-2")])]
    first = {"instance_refresh_id": "1", "start_time": "2026-01-01T00:00:00", "status": "Failed", "status_reason": "no capacity"}
    second = {"instance_refresh_id": "2", "start_time": "2026-01-02T00:00:00", "status": "InProgress"}
    failed = plan(stream_manager_groups=old, stream_manager_refreshes=[first])["refresh"]
    assert (failed["needed"], failed["failed"], failed["active"], failed["status"]) == (True, True, False, "Failed no capacity")
    running = plan(stream_manager_groups=old, stream_manager_refreshes=[first, second])
    assert (running["refresh"]["id"], running["refresh"]["active"], running["refresh"]["failed"]) == ("2", True, False)
    settled = plan(stream_manager_refreshes=[first])
    assert (settled["refresh"]["failed"], settled["due"]) == (False, False)
    assert settled["refresh"]["preferences"] == {"min_healthy_percentage": 100, "max_healthy_percentage": 110, "skip_matching": True}
    assert plan({"min_healthy_percentage": 66})["refresh"]["preferences"] == {"min_healthy_percentage": 66, "skip_matching": True}


def test_the_rule_of_the_database() -> None:
    assert plan(database_group=[{"ip_permissions": []}])["admits"] is False
    assert plan(database_group=[])["admits"] is True
    former = {"database_port": 3307}
    assert (plan(former)["admits"], plan(former)["former_ports"], plan()["former_ports"]) == (False, [3306], [])
    assert messages(plan(former)) == [
        "the rules of sg-9 sg-1: expected live-stream-managers all instances (red5pro:group=live), found none",
        "the rules of sg-9 for port 3306 sg-1: expected none, found live-stream-managers all instances (red5pro:group=live)",
    ]
    (rule,) = current()["database_group"][0]["ip_permissions"]
    both = plan(database_group=[{"ip_permissions": [rule, {**rule, "from_port": 3307, "to_port": 3307}]}])
    assert (both["admits"], both["due"]) == (True, True)
    assert messages(plan(database_group=[{"ip_permissions": []}])) == [
        "the rules of sg-9 sg-1: expected live-stream-managers all instances (red5pro:group=live), found none"
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"stream_manager_groups": [asg()]},
        {"stream_manager_templates": [{"launch_template_id": "lt-1", "tags": TAGS}]},
        {"stream_manager_group_images": [{"name": "old", "image_id": "ami-1", "state": "available", "creation_date": "1", "tags": TAGS}]},
    ],
)
def test_a_group_that_is_not_desired_is_surplus_until_its_successors_are_healthy(changes: Facts) -> None:
    declared = {**DECLARED, "wanted": False, "successors": ["i-8", "i-9"]}
    planned = group.plan(declared, {**nothing(), **changes, "target_health": healthy("i-9")})
    assert (planned["surplus"], planned["successors_awaited"]) == (True, ["i-8"])
    assert not group.plan(declared, nothing())["surplus"]
    assert group.plan({**declared, "successors": []}, nothing())["successors_awaited"]
    assert len(messages(planned)) == 1 and "expected none, found" in messages(planned)[0]


def test_the_filter_plans_with_what_was_read() -> None:
    names = [one.get("name") or one["kind"] for one in group.all_readings("live", "sg-9")]
    assert sorted(names) == sorted(current())
    assert FilterModule().filters()["stream_manager_group_plan"](DECLARED, current())["due"] is False


def test_the_user_data_writes_the_address_once(tmp_path: Path) -> None:
    script = base64.b64decode(user_data(str(tmp_path), "red5pro")).decode()
    assert script.startswith("#cloud-boothook\n#!/bin/sh\n")
    file = tmp_path / "webapps/streammanager/WEB-INF/red5-web.properties"
    file.parent.mkdir(parents=True)
    (tmp_path / "bin").mkdir()
    for name, text in (("cloud-init", "echo 10.0.0.5"), ("service", 'echo "$@" >> $0.log; true')):
        (tmp_path / "bin" / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / "bin" / name).chmod(0o755)
    (tmp_path / "hook").write_text(script.partition("\n")[2])

    def boot() -> str:
        subprocess.run(["sh", tmp_path / "hook"], check=True, env={"PATH": f"{tmp_path}/bin:/usr/bin:/bin"})
        return file.read_text()

    file.write_text("a=1\nstreammanager.ip=10.0.0.50\nb=2\n")
    assert boot() == "a=1\nstreammanager.ip=10.0.0.5\nb=2\n"
    assert (tmp_path / "bin/service.log").read_text() == "red5pro status\nred5pro restart\n"
    assert boot() == "a=1\nstreammanager.ip=10.0.0.5\nb=2\n"
    assert (tmp_path / "bin/service.log").read_text() == "red5pro status\nred5pro restart\n", "nothing to change, nothing to restart"
    file.write_text("a=1")
    assert boot() == "a=1\nstreammanager.ip=10.0.0.5\n"


def test_what_a_removal_deletes() -> None:
    rule = {"group_id": "sg-1", "description": "x (red5pro:group=live)"}
    other = {"group_id": "sg-1", "description": "x (red5pro:group=live-2)"}
    port = {"ip_protocol": "tcp", "from_port": 3306, "to_port": 3306, "ip_ranges": [], "user_id_group_pairs": [rule, other]}
    names = [one.get("name") or one["kind"] for one in removal.readings("live", "us-east-1")]
    disk = {"device_name": "/dev/sdb", "ebs": {"volume_id": "vol-1", "delete_on_termination": False}}
    found = {
        **{name: [] for name in names},
        "tagged_auto_scaling_groups": [asg(), asg(tags={"red5pro:deployment": "live"})],
        "tagged_launch_templates": [{"launch_template_id": "lt-1", "launch_template_name": "live-stream-managers", "tags": TAGS}],
        "tagged_members": [{"instance_id": "i-1", "tags": {"Name": "live-stream-manager"}, "block_device_mappings": [disk]}],
        "tagged_group_builders": [{"instance_id": "i-2", "tags": {"Name": "builder"}}],
        "security_groups": [{"group_id": "sg-9", "group_name": "database", "ip_permissions": [port]}],
        "tagged_stream_manager_group_images-us-east-1": [
            {"image_id": "ami-1", "name": "live-1", "state": "pending", "tags": TAGS, "block_device_mappings": []}
        ],
    }
    planned = removal.plan({"name": "live", "region": "us-east-1"}, found)
    assert planned["groups"] == ["live-stream-managers"]
    assert (planned["templates"], planned["members"], planned["builders"]) == (["lt-1"], ["i-1"], ["i-2"])
    assert [(one["id"], one["port"], one["owner"]) for one in planned["rules"]] == [("sg-9", 3306, "red5pro:group=live")]
    assert ([one["id"] for one in planned["images"]], planned["pending"]) == (["ami-1"], ["us-east-1"])
    assert len(planned["rows"]) == 6
    assert planned["kept"] == ["the volume vol-1 (/dev/sdb), which is kept when live-stream-manager is terminated"]
