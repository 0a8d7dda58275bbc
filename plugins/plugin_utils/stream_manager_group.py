# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of the role `stream_manager_group`: stream managers in an Auto Scaling group. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils import _ingress
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import invalid, refusing

from . import _stream_manager_group_members as members
from . import _stream_manager_group_settings as settings
from ._stream_manager_group_image import image as planned_image
from .findings import differing_settings
from .images import builder_host, ended_instances
from .ownership import is_own, tag_filters
from .readings import LIVE
from .stream_managers import former_rule_checks, former_rules, surplus_images
from .targets import targets_at_port

Facts = Mapping[str, Any]
Current = Mapping[str, list[dict[str, Any]]]
GROUP, MEMBER, IMAGE, BUILDER = (f"stream-manager-group{part}" for part in ("", "-member", "-image", "-builder"))


def resource_name(name: str) -> str:
    """The name of the group and of its launch template."""
    return f"{name}-stream-managers"


def owner(name: str) -> str:
    """Identifies the group's rule in the security group of the database."""
    return f"red5pro:group={name}"


def group_reading(name: str, reading: str = "stream_manager_groups") -> dict[str, Any]:
    """The group by its name, which somebody else may use."""
    return {"kind": "auto_scaling_groups", "name": reading, "parameters": {"AutoScalingGroupNames": [resource_name(name)]}}


def readings(name: str) -> list[dict[str, Any]]:
    """What the role reads of AWS, without the target group and the database's security group."""
    of_group = {"AutoScalingGroupName": "stream_manager_groups.auto_scaling_group_name"}
    of_template = {"LaunchTemplateId": "stream_manager_templates.launch_template_id"}
    live = {"instance-state-name": LIVE}
    return [
        group_reading(name),
        {"kind": "scaling_policies", "name": "stream_manager_policies", "each_of": of_group},
        {"kind": "instance_refreshes", "name": "stream_manager_refreshes", "each_of": of_group},
        {"kind": "launch_templates", "name": "stream_manager_templates", "filters": {"launch-template-name": resource_name(name)}},
        {"kind": "launch_template_versions", "name": "stream_manager_template_versions", "each_of": of_template},
        {"kind": "instances", "name": "stream_manager_members", "filters": {**tag_filters(name, MEMBER), **live}},
        {"kind": "instances", "name": "stream_manager_group_builders", "filters": {**tag_filters(name, BUILDER), **live}},
        {"kind": "images", "name": "stream_manager_group_images", "parameters": {"Owners": ["self"]}, "filters": tag_filters(name, IMAGE)},
    ]


def all_readings(name: str, database_group: str = "") -> list[dict[str, Any]]:
    """The same with these two."""
    return [
        *readings(name),
        {"kind": "target_groups", "parameters": {"Names": [name]}, "details": ["attributes", "tags"]},
        {"kind": "target_health", "each_of": {"TargetGroupArn": "target_groups.target_group_arn"}},
        {"kind": "security_groups", "name": "database_group", "filters": {"group-id": database_group}},
    ]


def left(resources: Mapping[str, list[dict[str, Any]]]) -> bool:
    """Whether there is anything of a group among what `readings` reads."""
    return any(resources.get(one["name"]) for one in readings(""))


def plan(declared: Facts, current: Current) -> dict[str, Any]:
    """The current state of the group, what differs, and what to do.

    Declared has `name`, `wanted` (whether there is to be a group), the `source` image and its `source_id`, `properties` and the `secret` of
    their digest, `home` and `service`, `launch` (the settings from launch_settings, and security groups in `groups`), `instance_type`,
    `key_name`, `tags`, `instance_tags`, `subnets`, `min_size`, `desired_capacity`, `max_size`, `cpu_target`, `scale_in_protection`,
    `grace_period`, `min_healthy_percentage`, `images_kept`, `security_group`, `database_group`, `database_port`, and the `successors` of a
    surplus group; `running_builders` and whether to reach one at its `private_address`, with the ids of those that were
    `launched` in this run.
    """
    group: Facts = next((one for one in current["stream_manager_groups"] if is_own(one, declared["name"], GROUP)), {})
    image = planned_image(declared, current)
    behind = next(iter(current["target_groups"]), {})
    target_group, (health, _strays) = behind.get("target_group_arn", ""), targets_at_port(current["target_health"], behind.get("port", 0))
    declared = {**declared, "target_group": target_group}
    template = _template(declared, current, image["image_id"])
    compared = _compared(
        settings.desired_group(declared, group, template["version"]), settings.current_group(group, declared["tags"]) if group else {}
    )
    policies = [one for one in current["stream_manager_policies"] if one["policy_name"] == policy_name(declared["name"])]
    policy = _compared(settings.desired_policy(declared), settings.current_policy(policies[0]) if policies else {})
    hosts = members.hosts(declared["name"], group, current)
    refresh = members.refresh(int(declared["min_healthy_percentage"]), current, group, template["version"])
    rule, former = _rule(declared, current), former_rules(declared, current, owner(declared["name"]))
    due = compared["differs"] or template["differs"] or policy["differs"] or refresh["needed"] or refresh["active"]
    awaited = members.awaited(compared["desired"], hosts, template["version"], health)
    admits = rule is None or not rule.changed
    return {
        "due": bool(due or awaited or image["builders"] or not admits or former),
        "surplus": bool(_leftovers(declared, group, current)),
        "successors_awaited": members.unhealthy(declared["successors"], health),
        "builder": builder_host(declared["running_builders"], declared["private_address"]),
        "builders_ended": ended_instances(declared["running_builders"], declared["launched"]),
        "rounds": max(1, len(hosts)) if refresh["needed"] or refresh["active"] else 1,
        "problems": [*_foreign(declared, current), *(_deleting(group) if declared["wanted"] else ())],
        **image,
        "exists": bool(group),
        "group_name": resource_name(declared["name"]),
        "wanted_name": resource_name(declared["name"]) if declared["wanted"] else "",
        "policy_name": policy_name(declared["name"]),
        "target_group": target_group,
        "template": template,
        "group": compared,
        "policy": policy,
        "refresh": refresh,
        "group_tags": [{key: str(value), "propagate_at_launch": False} for key, value in declared["tags"].items()],
        "admits": admits,
        "former_ports": list(former),
        "rule": {"owner": owner(declared["name"]), "addresses": _purpose(declared)},
        "hosts": hosts,
        "guarded": members.guarded(declared["properties"], hosts) if declared["wanted"] else [],
        "awaited": awaited,
        "images_surplus": surplus_images(
            current["stream_manager_group_images"],
            [image["image_name"], *(one.get("image_id", "") for one in current["stream_manager_members"])],
            int(declared["images_kept"]),
        ),
        "checks": [
            *members.checks(
                resource_name(declared["name"]),
                declared["source"],
                image,
                {"launch template": template, "Auto Scaling group": compared, "scaling policy": policy},
                hosts,
            ),
            *(differing_settings(rule.after, dict(rule.before), f"the rules of {declared['database_group']}") if rule else ()),
            *former_rule_checks(declared["database_group"], former),
        ]
        if declared["wanted"]
        else members.leftover_checks(_leftovers(declared, group, current)),
    }


def policy_name(name: str) -> str:
    """The name of the scaling policy."""
    return f"{resource_name(name)}-cpu"


def _foreign(declared: Facts, current: Current) -> list[str]:
    """Why the name of the deployment cannot be used."""
    name = declared["name"]
    expected = f"another name, since an Auto Scaling group or a launch template of somebody else is named {resource_name(name)}"
    found = [*current["stream_manager_groups"], *current["stream_manager_templates"]] if declared["wanted"] else []
    return [] if all(is_own(one, name, GROUP) for one in found) else [invalid("red5pro_name", name, expected)]


def _deleting(group: Facts) -> list[str]:
    """Why the group cannot be used; AWS returns a status only while it deletes a group."""
    if not group.get("status"):
        return []
    action = f"use the Auto Scaling group {group['auto_scaling_group_name']}"
    return [refusing(action, f"its status is {group['status']}", "Wait until it is deleted, then run the playbook again")]


def _leftovers(declared: Facts, group: Facts, current: Current) -> dict[str, list[str]]:
    """What is left of a group that is no longer desired, by kind."""
    templates = [one for one in current["stream_manager_templates"] if is_own(one, declared["name"], GROUP)]
    found = {
        "Auto Scaling group": [group["auto_scaling_group_name"]] if group else [],
        "launch template": [one["launch_template_id"] for one in templates],
        "instance": [one["instance_id"] for one in current["stream_manager_members"]],
        "builder": [one["instance_id"] for one in current["stream_manager_group_builders"]],
        "image": [one["image_id"] for one in current["stream_manager_group_images"]],
    }
    return {} if declared["wanted"] else {what: names for what, names in found.items() if names}


def _compared(desired: Facts, current: Facts) -> dict[str, Any]:
    return {"desired": desired, "current": current, "differs": desired != current}


def _template(declared: Facts, current: Current, image_id: str) -> dict[str, Any]:
    options = settings.template_options(declared, image_id)
    versions = current["stream_manager_template_versions"]
    latest: Facts = max(versions, key=lambda one: int(one["version_number"]), default={})
    compared = _compared(settings.desired_template(options), settings.current_template(latest, options) if latest else {})
    return {**compared, "options": options, "version": "a new one" if compared["differs"] else str(latest["version_number"])}


def _rule(declared: Facts, current: Current) -> _ingress.Ingress | None:
    """Compares the database's rules with the group's; None if they were not read."""
    for group in current["database_group"]:
        return _ingress.compare(group, int(declared["database_port"]), owner(declared["name"]), _purpose(declared))
    return None


def _purpose(declared: Facts) -> dict[str, str]:
    """Whom the database admits, and why."""
    members_of = declared["security_group"]
    return {members_of: f"{resource_name(declared['name'])} all instances"} if members_of else {}
