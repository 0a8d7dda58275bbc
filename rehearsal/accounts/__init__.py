# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The accounts a rehearsal can start from, as data: one module each, with its `ACCOUNT`."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from .model import Account

DEFAULT = "default"
_NO_ACCOUNTS = {"__init__", "model"}


def names() -> list[str]:
    """The names that `load` knows."""
    return sorted({path.stem for path in Path(__file__).parent.glob("*.py")} - _NO_ACCOUNTS)


def load(name: str) -> Account:
    """The account of this name. A ValueError says which names there are."""
    if name not in names():
        raise ValueError(f"no baseline {name!r}: choose one of {', '.join(names())}")
    account = import_module(f"{__name__}.{name}").ACCOUNT
    assert isinstance(account, Account)
    return account
