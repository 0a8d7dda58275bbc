# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter for variables that come as text: from a survey of AWX, from --extra-vars NAME=VALUE, from the environment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import yaml
from ansible.errors import AnsibleFilterError


def from_text(value: Any, name: str) -> Any:
    """The list or dictionary that a text means: JSON, YAML, or items separated by commas; what is no text stays as it is.

    Raises AnsibleFilterError with the variable's name, without the text, which may hold secrets, if it means nothing.
    """
    if not isinstance(value, str):
        return value
    try:
        meant = yaml.safe_load(value)
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "its characters, of which YAML does not know one"
        raise AnsibleFilterError(f"{name} is a text; right would be JSON, YAML or items separated by commas: see {where}") from None
    if isinstance(meant, list | dict):
        return meant
    return [item.strip() for item in value.split(",") if item.strip()]


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"from_text": from_text}
