# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the makers of the account share."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

_PATIENCE = 60  # seconds; at pace 1 the service of a stream manager takes 20 to start

Tick = Callable[[], None]  # runs the due actions of the emulated AWS and the hosts


def tags(name: str) -> list[dict[str, str]]:
    """The tags of a thing of this name; a resource of somebody else names its owner, or has no tags."""
    if name.startswith("untagged"):
        return []
    owner = [{"Key": "Owner", "Value": "web-team"}] if name.startswith("other") else []
    return [{"Key": "Name", "Value": name}, *owner]


def tagged(kind: str, name: str) -> list[dict[str, Any]]:
    """The same, as EC2 takes them at the creation of this kind of resource."""
    return [{"ResourceType": kind, "Tags": tags(name)}] if tags(name) else []


def until(tick: Tick, what: str, holds: Callable[[], Any]) -> Any:
    """Call `tick` until a condition holds, and return its value; a TimeoutError names what timed out."""
    end = time.monotonic() + _PATIENCE
    while not (value := holds()):
        if time.monotonic() > end:
            raise TimeoutError(f"baseline account: waited {_PATIENCE} s until {what}")
        tick()
        time.sleep(0.02)
    return value
