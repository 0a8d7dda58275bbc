# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The schemas and tables of the database, by the few statements with which they are read, created and deleted."""

from __future__ import annotations

import re

DATABASE = "cluster"
TABLES = frozenset({"groups", "nodes", "scalepolicy", "launchconfig"})  # of cluster.sql
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/|#[^\n]*", re.DOTALL)
_DATABASE = re.compile(r"(CREATE|DROP) DATABASE (IF (?:NOT )?EXISTS )?`?(\w+)`?.*", re.IGNORECASE)
_TABLE = re.compile(r"(CREATE|DROP) TABLE (IF (?:NOT )?EXISTS )?`?(\w+)`?.*", re.IGNORECASE)
_LIST = re.compile(r"SELECT table_name FROM information_schema\.tables WHERE table_schema = '(\w+)'", re.IGNORECASE)


class Schemas:
    """Database -> its tables. A ValueError has MySQL's text."""

    def __init__(self) -> None:
        self._tables: dict[str, set[str]] = {DATABASE: set(TABLES)}

    def empty(self) -> None:
        """As in a new database instance: no table yet."""
        self._tables = {DATABASE: set()}

    def check(self) -> None:
        """Whether stream managers find their tables."""
        for table in sorted(TABLES - self._tables.get(DATABASE, set())):
            raise ValueError(f"Table '{DATABASE}.{table}' doesn't exist")

    def execute(self, database: str, statements: str) -> list[str]:
        """The rows of all results."""
        if database and database not in self._tables:
            raise ValueError(f"Unknown database '{database}'")
        rows: list[str] = []
        for statement in _COMMENT.sub(" ", statements).split(";"):
            text = " ".join(statement.split())
            if listed := _LIST.fullmatch(text):
                rows += sorted(self._tables.get(listed[1], ()))
            elif changed := _DATABASE.fullmatch(text):
                self._change(self._tables, changed, "database")
            elif changed := _TABLE.fullmatch(text):
                if not database:
                    raise ValueError("No database selected")
                tables: dict[str, set[str]] = {table: set() for table in self._tables[database]}
                self._change(tables, changed, "table")
                self._tables[database] = set(tables)
            elif text and not re.match(r"(SET|USE|INSERT INTO|LOCK|UNLOCK) ?", text, re.IGNORECASE):
                raise ValueError(f"You have an error in your SQL syntax near '{text[:40]}'")
        return rows

    @staticmethod
    def _change(holder: dict[str, set[str]], changed: re.Match[str], noun: str) -> None:
        verb, condition, name = changed[1].upper(), changed[2], changed[3]
        if (name in holder) == (verb == "CREATE"):
            if not condition:
                raise ValueError(f"{noun.capitalize()} '{name}' {'already exists' if name in holder else 'is unknown'}")
        elif verb == "CREATE":
            holder[name] = set()
        else:
            del holder[name]
