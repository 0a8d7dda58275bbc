# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Replaces a method or property of moto, once, with access to the original."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

Replacement = Callable[..., Any]


def patch(owner: type, name: str) -> Callable[[Replacement], Replacement]:
    """Replace a method: the replacement gets the original as its first argument, then what the method gets."""
    original = getattr(owner, name)

    def put(replacement: Replacement) -> Replacement:
        @functools.wraps(original)
        def method(self: Any, *args: Any, **kwargs: Any) -> Any:
            return replacement(original, self, *args, **kwargs)

        setattr(owner, name, method)
        return replacement

    return put


def patch_property(owner: type, name: str) -> Callable[[Replacement], Replacement]:
    """Replace a property, or make an attribute one that is computed each time and ignores assignment."""

    def put(replacement: Replacement) -> Replacement:
        setattr(owner, name, property(replacement, lambda self, value: None))
        return replacement

    return put
