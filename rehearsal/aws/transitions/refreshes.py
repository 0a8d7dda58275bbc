# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Instance refreshes: an outdated instance is ended when enough others are healthy and have warmed up."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from .. import clock
from ..patches.auto_scaling import ACTIVE


def is_live(state: Any) -> bool:
    """Whether an instance counts for the size of its group."""
    return bool(state.lifecycle_state != "Terminating")


class Refresh:
    """A look at the refresh of a group; without an active one nothing is outdated."""

    def __init__(self, group: Any, ready: Callable[[Any], bool]) -> None:
        self._group, self._ready = group, ready
        template = group.ec2_launch_template
        held = template is not None and template.id in group.ec2_backend.launch_templates
        self.version = str(template.get_version(group.launch_template_version).number) if held else ""
        active = [one for one in group.refreshes if one["Status"] in ACTIVE]
        self._active = active[0] if active else {}
        if self._active.get("Status") == "Cancelling":
            self._finish("Cancelled")
        elif self._active:
            self._active.setdefault("began", clock.now())
            self._active["Status"] = "InProgress"

    @property
    def _preferences(self) -> dict[str, Any]:
        return dict(self._active.get("Preferences", {}))

    def _outdated(self) -> list[Any]:
        """Of another version, or without SkipMatching all that were launched before."""
        if not self._active:
            return []
        old = [one for one in self._group.instance_states if one.launched_from["Version"] != self.version]
        if not _is_true(self._preferences.get("SkipMatching")):
            old = [one for one in self._group.instance_states if one.launched_at < self._active["began"]]
        return old

    @property
    def surge(self) -> int:
        """How many more than desired may run."""
        desired, maximum = int(self._group.desired_capacity), int(self._preferences.get("MaxHealthyPercentage", 100))
        live = [one for one in self._outdated() if is_live(one)]
        return min(len(live), math.ceil(desired * (maximum - 100) / 100))

    def next_victims(self) -> list[Any]:
        """The outdated instances to end now."""
        if not self._active:
            return []
        desired = self._group.desired_capacity
        minimum = math.ceil(desired * int(self._preferences["MinHealthyPercentage"]) / 100)
        warmup = clock.scaled(float(self._preferences.get("InstanceWarmup") or 0))
        warm = [one for one in self._group.instance_states if self._ready(one) and clock.now() - one.since >= warmup]
        outdated = self._outdated()
        self._report(outdated, len(warm), desired)
        waiting = [one for one in outdated if is_live(one)]
        spare = len(warm) - minimum
        if spare <= 0 and self.surge == 0 and len(warm) == desired:
            spare = 1  # one at a time, if the percentages leave no other way
        waiting.sort(key=lambda one: (one in warm, one.launched_at))
        return waiting[: max(spare, 0)]

    def _report(self, outdated: list[Any], warm: int, desired: int) -> None:
        refresh, total = self._active, max(desired, 1)
        refresh["InstancesToUpdate"] = len(outdated)
        refresh["PercentageComplete"] = max(0, 100 * (total - len(outdated)) // total)
        refresh["StatusReason"] = "Waiting for instances to warm up before continuing."
        if not outdated and warm >= desired:
            refresh["PercentageComplete"] = 100
            self._finish("Successful")

    def _finish(self, status: str) -> None:
        self._active |= {"Status": status, "EndTime": datetime.now(UTC)}
        self._active.pop("StatusReason", None)
        self._active = {}


def _is_true(value: Any) -> bool:
    return str(value).lower() == "true"
