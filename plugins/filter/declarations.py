# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters that check declared scale policies, launch configurations and node groups as their modules do, but without an API."""

from __future__ import annotations

import typing as t

from ansible_collections.streamops.red5pro.plugins.module_utils._launch_config import LAUNCH_CONFIG
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import Problem
from ansible_collections.streamops.red5pro.plugins.module_utils._scale_policy import SCALE_POLICY
from ansible_collections.streamops.red5pro.plugins.plugin_utils.declarations import group_problems, object_problems


def validate_scale_policies(declared: t.Any, label: str = "scale_policies", api_url: str = "", access_token: str = "") -> list[str]:
    """Return the problems of a list of scale policies."""
    return _sentences(object_problems(SCALE_POLICY, declared, label, api_url, access_token))


def validate_launch_configs(declared: t.Any, label: str = "launch_configs", api_url: str = "", access_token: str = "") -> list[str]:
    """Return the problems of a list of launch configurations."""
    return _sentences(object_problems(LAUNCH_CONFIG, declared, label, api_url, access_token))


def validate_node_groups(
    declared: t.Any,
    scale_policies: t.Any = None,
    launch_configs: t.Any = None,
    label: str = "node_groups",
    api_url: str = "",
    access_token: str = "",
) -> list[str]:
    """Return the problems of a list of node groups, also against the declared policies and configurations."""
    return _sentences(group_problems(declared, scale_policies, launch_configs, label, api_url, access_token))


def _sentences(problems: t.Iterable[Problem]) -> list[str]:
    return [str(problem) for problem in problems]


def given_options(declared: t.Any) -> t.Any:
    """Return a list of declared objects without the options that are null or blank; an empty description is kept.

    A dictionary of values is returned without those that are null or blank.
    """
    if isinstance(declared, t.Mapping):
        return {key: value for key, value in declared.items() if value not in (None, "")}
    if not isinstance(declared, list):
        return declared
    return [
        {key: value for key, value in each.items() if value is not None and (value != "" or key in ("name", "description"))}
        if isinstance(each, t.Mapping)
        else each
        for each in declared
    ]


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return them by name."""
        return {
            "given_options": given_options,
            "validate_scale_policies": validate_scale_policies,
            "validate_launch_configs": validate_launch_configs,
            "validate_node_groups": validate_node_groups,
        }
