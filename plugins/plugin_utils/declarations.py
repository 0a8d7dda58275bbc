# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Checks declared scale policies, launch configurations and node groups as their modules do, but without an API."""

from __future__ import annotations

from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._access import url_problems
from ansible_collections.streamops.red5pro.plugins.module_utils._declaration import declared_problems
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
