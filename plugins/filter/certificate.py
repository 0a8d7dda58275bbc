# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter of the role `certificate`, whose decisions are in plugin_utils."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._plain import plain
from ansible_collections.streamops.red5pro.plugins.plugin_utils import certificate_plan as planning

Facts = dict[str, Any]


def certificate_plan(current: Facts, desired: Facts) -> Facts:
    """Which certificate to use, what to do for it, and the status and the checks of it."""
    return planning.plan(plain(current), plain(desired), desired["now"], plain(desired.get("requested", {})))


class FilterModule:
    """The filters of the `certificate` role."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"certificate_plan": certificate_plan}
