# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""AWS promises no order for most lists: here it is another one in every rehearsal, and the same for the same seed."""

from __future__ import annotations

import hashlib
import os
import secrets
from typing import Any

SEED = "REHEARSAL_SEED"  # in the environment, to see a run again
seed: int = 0


def set_up(wanted: int | None = None) -> None:
    """Begin with this seed, or with that of the environment, or with any."""
    global seed
    if wanted is None:
        wanted = int(os.environ.get(SEED) or secrets.randbelow(10**6))
    seed = wanted


def shuffled(items: list[Any], identifier: str) -> list[Any]:
    """The items in the order of the seed, independent of their original order; `identifier` is the key that identifies them."""
    return sorted(items, key=lambda item: hashlib.sha256(f"{seed} {item.get(identifier)}".encode()).digest())
