# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Checks declared scale policies, launch configurations, node groups and alarm thresholds as their modules do, without an API."""

from __future__ import annotations

from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._access import url_problems
from ansible_collections.streamops.red5pro.plugins.module_utils._alarm_threshold import ALARM_THRESHOLD
from ansible_collections.streamops.red5pro.plugins.module_utils._declaration import declared_problems, problems
from ansible_collections.streamops.red5pro.plugins.module_utils._fields import ROLES
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import Problem
from ansible_collections.streamops.red5pro.plugins.module_utils._node_group import NODE_GROUP
from ansible_collections.streamops.red5pro.plugins.module_utils._plain import plain
from ansible_collections.streamops.red5pro.plugins.module_utils._references import reference_problems
from ansible_collections.streamops.red5pro.plugins.module_utils._resource import Resource


def object_problems(resource: Resource, declared: Any, label: str, api_url: str, token: str) -> list[Problem]:
    """Problems of a list of objects; the length of URLs is checked only with an address and a token."""
    declared = plain(declared)
    found = declared_problems(resource, declared, label)
    if api_url and token and isinstance(declared, list):
        for index, one in enumerate(declared):
            name = str(one.get("name")) if isinstance(one, dict) else ""
            found += url_problems(api_url, token, resource, name, f"{label}[{index}].")
    return found


def group_problems(groups: Any, policies: Any, configs: Any, label: str, api_url: str, token: str) -> list[Problem]:
    """Problems of a list of node groups, also against the declared policies and configurations."""
    found = object_problems(NODE_GROUP, groups, label, api_url, token)
    return found or list(reference_problems(groups, policies, configs, label))


def threshold_problems(declared: Any, label: str) -> list[Problem]:
    """Problems of alarm thresholds, a dictionary of percentages by role."""
    declared = plain(declared)
    if not isinstance(declared, dict):
        return [Problem(label, declared, f"a dictionary of percentages by role, such as {{{ROLES[1]}: 60}}")]
    found = []
    for role, threshold in declared.items():
        if role not in ROLES:
            found.append(Problem(label, role, f"only the roles {', '.join(ROLES)}"))
            continue
        wrong = problems(ALARM_THRESHOLD, {"role": role, "threshold": threshold})
        found += [Problem(f"{label}.{role}", threshold, each.expected) for each in wrong]
    return found
