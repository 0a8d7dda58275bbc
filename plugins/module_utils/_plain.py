# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Values without Ansible's own types."""

from __future__ import annotations

import typing as t

_COPIES: dict[type, t.Callable[[t.Any], t.Any]] = {str: str.__str__, int: int.__int__, float: float.__float__}  # of subclasses


def plain(value: t.Any) -> t.Any:
    """Return a copy of `value` in dict, list, str, int and float themselves.

    Ansible's lazy containers are templated again with each copy, and each text and number of a variables file has its
    origin, which costs twenty times as much to copy as the value.
    """
    if isinstance(value, t.Mapping):
        return {plain(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, bool) or type(value) in _COPIES:
        return value
    return next((copy(value) for kind, copy in _COPIES.items() if isinstance(value, kind)), value)


def listed(value: t.Any) -> list[t.Any]:
    """A list as it is, any other value as the only one of a list, and an empty list for None."""
    return value if isinstance(value, list) else [] if value is None else [value]
