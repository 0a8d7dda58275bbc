# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter of the role `stream_manager_image`, whose decisions are in plugin_utils/stream_manager_image.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._plain import plain
from ansible_collections.streamops.red5pro.plugins.plugin_utils import stream_manager_image

Facts = dict[str, Any]


def stream_manager_image_plan(declared: Facts, current: Facts) -> Facts:
    """The current image of the stream managers, and what to do."""
    return stream_manager_image.plan(plain(declared), plain(current))


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"stream_manager_image_plan": stream_manager_image_plan}
