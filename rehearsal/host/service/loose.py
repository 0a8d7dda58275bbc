# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The inconsistency of the real API: it returns a document in another shape each time."""

from __future__ import annotations

import json
from collections.abc import Callable, Set
from typing import Any

from .web import Response

Document = dict[str, Any]
_UNSAID_ZEROS = ("scaleInWaitTime", "scaleOutWaitTime")


ODDITIES = frozenset({"letter-case", "generated-names", "empty-bodies"})  # what only some builds of Red5 Pro do


def odd(response: Response, method: str, oddities: Set[str], turn: int) -> Response:
    """The same answer of a build with these oddities, at this turn (0, 1, 2, ...)."""
    if response.code >= 300:
        return response
    if "empty-bodies" in oddities and method in ("PUT", "DELETE"):
        return Response(response.code, b"")
    if "letter-case" in oddities and response.type.startswith("application/json"):
        return Response.json(response.code, _spelt(json.loads(response.body), (str.lower, str.upper, str.title)[turn % 3]))
    return response


def _spelt(value: Any, spell: Callable[[str], str]) -> Any:
    """States and roles in another letter case."""
    if isinstance(value, list):
        return [_spelt(item, spell) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: spell(item) if key in ("state", "role") and isinstance(item, str) else _spelt(item, spell) for key, item in value.items()}


def _same(value: Any) -> Any:
    return value


# One shape for each answer in turn: how a number looks, whether order is turned round, whether zeros are left out and `default` is flat.
_SHAPES: tuple[tuple[Callable[[int], Any], bool, bool, bool], ...] = (
    (_same, False, False, False),
    (str, True, False, False),
    (float, True, True, False),
    (_same, False, True, True),
)


def loosen(document: Document, turn: int) -> Document:
    """The same policy or launch configuration in the shape of this turn (0, 1, 2, ...)."""
    number, turned, unsaid, flat = _SHAPES[turn % len(_SHAPES)]
    loose: Document = _shape(document, number, turned, unsaid)
    regions = loose["targets"].get("region", [])
    if flat and len(regions) == 1:
        loose["targets"] = {"target": regions[0]["target"]}
    return loose


def _shape(value: Any, number: Callable[[int], Any], turned: bool, unsaid: bool) -> Any:
    if isinstance(value, dict):
        items = [(key, _shape(item, number, turned, unsaid)) for key, item in value.items()]
        items = [(key, item) for key, item in items if not (unsaid and key in _UNSAID_ZEROS and not value[key])]
        return dict(items[::-1] if turned else items)
    if isinstance(value, list):
        items = [_shape(item, number, turned, unsaid) for item in value]
        return items[::-1] if turned else items
    return number(value) if isinstance(value, int) and not isinstance(value, bool) else value
