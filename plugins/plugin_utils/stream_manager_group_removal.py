# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of the role `stream_manager_group` for a removal: the group, its template, its rule and its images. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .ownership import is_own, tag_filters
from .readings import LIVE
from .removal import Current, Facts, image_readings, image_removal, image_steps, named_rows
from .stream_manager_group import BUILDER, GROUP, IMAGE, MEMBER, group_reading, owner
from .stream_managers import outliving_volumes
from .stream_managers_removal import owned_rules

IMAGES = "tagged_stream_manager_group"  # prefix of the readings' names


def readings(name: str, region: str) -> list[Facts]:
    """The readings of AWS, with all security groups, since rules are identified only by their descriptions."""
    return [
        {**group_reading(name, "tagged_auto_scaling_groups"), "region": region},
        {"kind": "launch_templates", "name": "tagged_launch_templates", "region": region, "filters": tag_filters(name, GROUP)},
        *(
            {"kind": "instances", "name": what, "region": region, "filters": {**tag_filters(name, role), "instance-state-name": LIVE}}
            for what, role in (("tagged_members", MEMBER), ("tagged_group_builders", BUILDER))
        ),
        {"kind": "security_groups", "region": region},
        *image_readings(IMAGES, tag_filters(name, IMAGE), [region], [region]),
    ]


def plan(declared: Mapping[str, Any], current: Current) -> Facts:
    """What is deleted, in steps, and what is kept; declared has `name` and `region`."""
    name, region = declared["name"], declared["region"]
    groups = [one for one in current["tagged_auto_scaling_groups"] if is_own(one, name, GROUP)]
    templates, members, builders = (current[key] for key in ("tagged_launch_templates", "tagged_members", "tagged_group_builders"))
    rules = owned_rules(current["security_groups"], owner(name), region)
    images, blockers = image_removal(IMAGES, "image of the stream managers", current)
    return {
        "deployment": name,
        "rows": [
            *named_rows(groups, "Auto Scaling group", "auto_scaling_group_arn", region, "auto_scaling_group_name"),
            *named_rows(members, "stream manager", "instance_id", region),
            *named_rows(builders, "builder", "instance_id", region),
            *named_rows(templates, "launch template", "launch_template_id", region, "launch_template_name"),
            *rules,
            *images,
        ],
        "blockers": blockers,
        "kept": outliving_volumes(members),
        "groups": [one["auto_scaling_group_name"] for one in groups],
        "templates": [one["launch_template_id"] for one in templates],
        "members": [one["instance_id"] for one in members],
        "builders": [one["instance_id"] for one in builders],
        "rules": [{**one, "owner": owner(name)} for one in rules],
        **image_steps(images),
    }
