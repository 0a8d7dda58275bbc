# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan to launch instances like the first stream manager: the settings, and what is wrong with them. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .images import failed_images, foreign_images
from .launch_checks import launch_checks, launch_problems, too_small, unknown_groups
from .launch_settings import launch_settings, root_volume

Facts = dict[str, Any]


def plan(read: Mapping[str, list[Facts]], declared: Mapping[str, Any]) -> Facts:
    """The `settings`, the `problems` of the given ones, and what compares with what was read; before anything was read, the problems only.

    Declared has what is `given` to launch_settings and how the names of its `variables` begin, the `name` of the deployment, the id of the
    `first_instance`, the keys of it that are `copied` unless all are, and the `slots` of the stream managers to check. read has the
    readings `instances` and `images`, and may have `volumes`, `security_groups` and `images_of_that_name`.
    """
    given, prefix = declared["given"], declared["variables"]
    problems = launch_problems(given, prefix)
    if not read:
        return {"problems": problems}
    volumes, groups, named = (read.get(kind, []) for kind in ("volumes", "security_groups", "images_of_that_name"))
    first = next((one for one in read["instances"] if one["instance_id"] == declared["first_instance"]), {})
    copied = {key: value for key, value in first.items() if key in declared.get("copied", first)}
    settings = launch_settings(copied, volumes, given, next(iter(read["images"]), {}))
    return {
        "problems": problems,
        "settings": settings,
        "unknown_groups": unknown_groups(given.get("additional_security_groups") or [], groups, f"{prefix}_additional_security_groups"),
        "too_small": too_small(given, {} if read["images"] else root_volume(copied, volumes), f"{prefix}_root_volume"),
        "foreign": foreign_images(named, declared["name"]),
        "failed": failed_images(named, declared["name"]),
        "checks": launch_checks(declared.get("slots", ()), read["instances"], volumes, settings, groups),
    }
