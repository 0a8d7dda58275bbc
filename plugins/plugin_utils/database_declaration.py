# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The declaration of a database: what is wrong with it by itself, the names of its resources, and the properties that follow from it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._messages import Problem

from ._input_kinds import is_true

Facts = dict[str, Any]
PORT = 3306
USER = "streammanager"
_LOWEST_PORT = 1150  # of RDS
SCHEMA = "cluster"  # which Red5 Pro's schema file is for
ROOM = 1.1  # RDS accepts a maximum that is at least 10 percent more than the storage
_IDENTIFIER = re.compile(r"[A-Za-z](?:-?[A-Za-z0-9])*")
_USER = re.compile(r"(?!rds)[A-Za-z][A-Za-z0-9_]{0,15}")
_PASSWORD = re.compile(r"[!#-&(-.0-?A-~]{8,41}")  # printable ASCII without white space, quotes, slash and @


def identifier(name: str) -> str:
    """The name of the DB instance and of its groups, which RDS has in lower case."""
    return f"{name.lower()}-database"


def properties(host: Any, port: Any, user: Any, password: Any) -> Facts:
    """The stream managers' properties for a database; none without a host, and none for what is not given."""
    given = {"dbHost": host, "dbPort": port, "dbUser": user, "dbPass": password} if host else {}
    return {f"config.{key}": str(value) for key, value in given.items() if value not in (None, "")}


def declaration_problems(declared: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with the variables of a database that is to be created; a given one may be any."""
    if not is_true(declared.get("red5pro_database_create")):
        return
    host, name = declared.get("red5pro_database_host"), str(declared.get("red5pro_name") or "")
    user, password = declared.get("red5pro_database_user") or USER, str(declared.get("red5pro_database_password") or "")
    if host:
        yield Problem("red5pro_database_host", host, "none, since red5pro_database_create is true")
    if name and not _IDENTIFIER.fullmatch(name):
        yield Problem("red5pro_name", name, "a name that begins with a letter, since it names the DB instance")
    if not _USER.fullmatch(str(user)):
        expected = "1 to 16 letters, digits and underscores that begin with a letter and not with rds, for the master user of RDS"
        yield Problem("red5pro_database_user", user, expected)
    if not _PASSWORD.fullmatch(password):
        expected = "8 to 41 printable ASCII characters without white space, quotes, / and @, which belong in a vault"
        yield Problem("red5pro_database_password", password, expected, secret=True)
    if (port := _number(declared, "port")) and 0 < port < _LOWEST_PORT:
        yield Problem("red5pro_database_port", port, f"a whole number from {_LOWEST_PORT} to 65535, which RDS accepts")
    yield from _storage(declared)


def _storage(declared: Mapping[str, Any]) -> Iterator[Problem]:
    storage, maximum = _number(declared, "storage"), _number(declared, "max_storage")
    if storage is not None and maximum and maximum < storage * ROOM:
        expected = f"0, or at least 10 percent more than red5pro_database_storage, which is {storage} GiB"
        yield Problem("red5pro_database_max_storage", maximum, expected)


def _number(declared: Mapping[str, Any], name: str) -> int | None:
    """A number, 0 if it is not given, None if it is invalid, which is already reported."""
    try:
        return int(declared.get(f"red5pro_database_{name}") or 0)
    except (TypeError, ValueError):
        return None
