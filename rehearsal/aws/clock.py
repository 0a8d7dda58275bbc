# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The time of the emulated AWS: actions that happen later, scaled by the pace.

One lock guards all of moto's state: a call holds it while it is answered, and `tick()` while it moves states.
"""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable

Action = Callable[[], object]

lock = threading.RLock()
WATCHERS: list[Action] = []  # run at every tick, for conditions that no call announces
changes = 0  # so far; every call and all that time moves end with one

_pace = 0.0
_source: Callable[[], float] = time.monotonic
_order = itertools.count()
_due: list[tuple[float, int, Action]] = []


def set_up(pace: float, source: Callable[[], float] = time.monotonic) -> None:
    """Reset the clock: `pace` 1 is as slow as AWS, 0 does not wait; `source` returns a monotonic time in seconds."""
    global _pace, _source
    if pace < 0:
        raise ValueError(f"pace must be 0 or more, not {pace}")
    with lock:
        _pace, _source = pace, source
        _due.clear()
        changed()


def changed() -> None:
    """Tell `view` that anything may have changed; the lock is held."""
    global changes
    changes += 1


def pace() -> float:
    """How many rehearsed seconds one second of AWS takes."""
    return _pace


def now() -> float:
    """The time in seconds, of no particular epoch."""
    return _source()


def scaled(seconds: float) -> float:
    """How long an action takes here that takes AWS `seconds`."""
    return seconds * _pace


def patience(seconds: float) -> float:
    """How long a deadline of `seconds` is here; pace 0 does not shorten deadlines."""
    return seconds * (_pace or 1.0)


def after(seconds: float, action: Action) -> None:
    """Run `action` after `seconds` of AWS's time; at pace 0 at the next tick, never at once."""
    at(now() + scaled(seconds), action)


def at(moment: float, action: Action) -> None:
    """Run `action` at the first tick from `moment` on."""
    with lock:
        heapq.heappush(_due, (moment, next(_order), action))


def tick() -> None:
    """Run all due actions; actions that these schedule wait for the next tick."""
    with lock:
        moment, ripe = now(), []
        while _due and _due[0][0] <= moment:
            ripe.append(heapq.heappop(_due)[2])
        for action in [*ripe, *WATCHERS]:
            action()
        if ripe:
            changed()
