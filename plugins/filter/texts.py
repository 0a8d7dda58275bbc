# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters for variables from YAML, a survey of AWX, --extra-vars NAME=VALUE or the environment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import InvalidError
from ansible_collections.streamops.red5pro.plugins.plugin_utils.texts import as_text, given, host_name, meant, tag_values


def from_text(value: Any, name: str) -> Any:
    """The meaning of a list or dictionary given as text. Raises AnsibleFilterError with the variable's name if it has none."""
    try:
        return meant(value, name)
    except InvalidError as error:
        raise AnsibleFilterError(str(error)) from None


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"as_text": as_text, "from_text": from_text, "given": given, "host_name": host_name, "tag_values": tag_values}
