# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The stream manager's side of a real database: its documents in the tables of cluster.sql, the rest in a table of the rehearsal's own."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from .database import Database, DatabaseError, Document
from .mysql import Connection, MySqlError, quoted

_KEYS = {"groups": "name", "nodes": "identifier", "scalepolicy": "name", "launchconfig": "name"}  # the tables of cluster.sql
_SCHEMA = "cluster"
_REST = "rehearsal"
_CREATE = f"CREATE TABLE IF NOT EXISTS `{_REST}` (name VARCHAR(254) NOT NULL PRIMARY KEY, document TEXT)"
_PATIENCE = 3  # seconds


class Tables(Database):
    """Each operation has a connection of its own, and all of them one lock, so that each is atomic."""

    def perform(self, do: str, **arguments: Any) -> Any:
        """One operation; a DatabaseError says why it was not performed."""
        if do == "log":  # which is for what is not a real database
            return None
        failures = []
        for source in self._sources():
            try:
                with Connection((self._host, self._port), self._user, self._password, _SCHEMA, source, _PATIENCE) as connection:
                    connection.query(f"SELECT GET_LOCK('{_REST}', {_PATIENCE})")
                    self._check(connection)
                    operation: Callable[..., Any] = getattr(self, f"_{do}_operation")
                    return operation(connection, **arguments)
            except OSError as error:
                failures.append(f"from {source}: {error or type(error).__name__}")
            except MySqlError as error:
                raise DatabaseError(f"{self._host}:{self._port} answers {error.code}: {error.text}") from error
        raise DatabaseError(f"cannot connect to {self._host}:{self._port} ({'; '.join(failures)})")

    @staticmethod
    def _check(connection: Connection) -> None:
        query = f"SELECT table_name FROM information_schema.tables WHERE table_schema = {quoted(_SCHEMA)}"
        present = {row[0] for row in connection.query(query)}
        for table in sorted(_KEYS.keys() - present):
            raise DatabaseError(f"Table '{_SCHEMA}.{table}' doesn't exist")
        if _REST not in present:
            connection.query(_CREATE)

    @staticmethod
    def _read(connection: Connection, collection: str) -> dict[str, Document]:
        """The documents by their keys, in the order of their making."""
        table, prefix = (collection, "") if collection in _KEYS else (_REST, f"{collection}/")
        key = _KEYS.get(collection, "name")
        rows = connection.query(f"SELECT `{key}`, document FROM `{table}` WHERE LEFT(`{key}`, {len(prefix)}) = {quoted(prefix)}")
        held = {str(row[0]).removeprefix(prefix): json.loads(row[1] or "{}") for row in rows}
        return {key: one["document"] for key, one in sorted(held.items(), key=lambda item: int(item[1]["made"]))}

    @staticmethod
    def _write(connection: Connection, collection: str, key: str, document: Document | None) -> None:
        """One document, which keeps its place; None deletes it."""
        table, column = (collection, _KEYS[collection]) if collection in _KEYS else (_REST, "name")
        name = quoted(key if collection in _KEYS else f"{collection}/{key}")
        rows = connection.query(f"SELECT document FROM `{table}` WHERE `{column}` = {name}")
        if document is None:
            connection.query(f"DELETE FROM `{table}` WHERE `{column}` = {name}")
            return
        made = json.loads(rows[0][0] or "{}")["made"] if rows else time.time_ns()
        value = quoted(json.dumps({"made": made, "document": document}))
        connection.query(f"REPLACE INTO `{table}` (`{column}`, document) VALUES ({name}, {value})")

    def _get_operation(self, connection: Connection, collection: str, key: str) -> Document | None:
        return self._read(connection, collection).get(key)

    def _list_operation(self, connection: Connection, collection: str) -> dict[str, Document]:
        return self._read(connection, collection)

    def _put_operation(self, connection: Connection, collection: str, key: str, document: Document) -> None:
        self._write(connection, collection, key, document)

    def _add_operation(self, connection: Connection, collection: str, key: str, document: Document) -> bool:
        if key in self._read(connection, collection):
            return False
        self._write(connection, collection, key, document)
        return True

    def _update_operation(self, connection: Connection, collection: str, key: str, changes: Document) -> Document | None:
        document = self._read(connection, collection).get(key)
        if document is not None:
            document |= changes
            self._write(connection, collection, key, document)
        return document

    def _delete_operation(self, connection: Connection, collection: str, key: str) -> Document | None:
        document = self._read(connection, collection).get(key)
        self._write(connection, collection, key, None)
        return document

    def _count_operation(self, connection: Connection, name: str) -> int:
        count = int(self._read(connection, "counters").get(name, {"count": 0})["count"])
        self._write(connection, "counters", name, {"count": count + 1})
        return count

    def _lease_operation(self, connection: Connection, name: str, owner: str, seconds: float) -> str:
        held = self._read(connection, "leases").get(name, {"holder": owner, "end": 0.0})
        if held["holder"] != owner and held["end"] > time.time():
            return str(held["holder"])
        self._write(connection, "leases", name, {"holder": owner, "end": time.time() + seconds})
        return owner

    def _leases_operation(self, connection: Connection, prefix: str) -> dict[str, str]:
        held = self._read(connection, "leases")
        return {name: one["holder"] for name, one in held.items() if name.startswith(prefix) and one["end"] > time.time()}
