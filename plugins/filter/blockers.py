# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter that finds what AWS would refuse to terminate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._plain import plain
from ansible_collections.streamops.red5pro.plugins.plugin_utils.blockers import protected_instances, termination_blockers


def termination_protection(instances: list[dict[str, Any]]) -> dict[str, list[str]]:
    """The instances with termination protection, and why they cannot be terminated."""
    found = plain(instances)
    return {"instance_ids": protected_instances(found), "blockers": termination_blockers(found)}


class FilterModule:
    """The filter for refusals before a termination."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"termination_protection": termination_protection}
