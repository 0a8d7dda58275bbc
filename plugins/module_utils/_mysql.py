# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A schema in MySQL: what a file of statements creates, and the options and answers of the mysql client."""

from __future__ import annotations

import re
import typing as t

_COMMENT = re.compile(r"--[^\n]*|/\*(?!!).*?\*/|^\s*#[^\n]*", re.DOTALL | re.MULTILINE)
_CREATE = re.compile(r"\bCREATE\s+TABLE\s+(?P<safe>IF\s+NOT\s+EXISTS\s+)?(?:`?\w+`?\.)?`?(?P<name>\w+)`?", re.IGNORECASE)
_ERROR = re.compile(r"ERROR (?P<code>\d+)[^:]*: (?P<text>.*)")
_REASONS = {
    "1045": "the user or the password is wrong",
    "1044": "the user may not use this database",
    "1049": "there is no such database",
    "2002": "the server does not answer",
    "2003": "the server does not answer",
    "2005": "the host name is unknown",
}


def tables(sql: str) -> dict[str, bool]:
    """The tables that the statements create, and whether each statement may run again."""
    return {match["name"]: bool(match["safe"]) for match in _CREATE.finditer(_COMMENT.sub(" ", sql))}


def repeatable(sql: str) -> bool:
    """Whether the statements may run on a database that has some of the tables already."""
    return all(tables(sql).values()) and not re.search(r"\b(DROP|TRUNCATE|INSERT)\b", _COMMENT.sub(" ", sql), re.IGNORECASE)


class Connection(t.NamedTuple):
    """How a stream manager connects to its database."""

    host: str
    port: int
    user: str
    password: str

    def __str__(self) -> str:
        return f"{self.host}:{self.port} as {self.user}"

    def options(self) -> str:
        """An options file for the mysql client, which then needs no secret on its command line."""
        quoted = ['"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' for text in (self.user, self.password)]
        return f"[client]\nhost={self.host}\nport={self.port}\nuser={quoted[0]}\npassword={quoted[1]}\n"


def connection(properties: t.Mapping[str, str]) -> Connection:
    """The connection in a stream manager's properties. A ValueError says what is missing there."""
    host, user, password = (properties.get(f"config.{key}", "") for key in ("dbHost", "dbUser", "dbPass"))
    if not host or not user:
        raise ValueError("config.dbHost or config.dbUser has no value")
    port = (properties.get("config.dbPort") or "3306").strip()
    if not re.fullmatch(r"[0-9]{1,5}", port, re.ASCII):
        raise ValueError(f"config.dbPort is {port}, not a port")
    return Connection(host, int(port), user, password)


def reason(errors: str) -> str:
    """Why the client failed, with MySQL's own text."""
    match = _ERROR.search(errors)
    text = " ".join((match["text"] if match else errors).split())
    known = _REASONS.get(match["code"]) if match else None
    return f"{known} ({text})" if known else text
