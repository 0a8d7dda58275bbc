# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters that find what AWS would refuse to delete."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.streamops.red5pro.plugins.plugin_utils.blockers import (
    protected_instances,
    termination_blockers,
)


class FilterModule:
    """The filters for refusals before a deletion."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {
            "protected_instances": protected_instances,
            "termination_blockers": termination_blockers,
        }
