# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The stream manager's side of the database."""

from __future__ import annotations

import base64
import http.client
import json
import socket
import time
from collections.abc import Iterable, Mapping
from typing import Any

from .config import Environment

Document = dict[str, Any]
_PATIENCE = 2  # seconds
_NAME_LASTS = 5  # seconds; Java keeps addresses for 30
EMULATED = ("streammanager-db.example.", "127.10.200.")  # the baseline's database, by name or address; every other one is a real one


class DatabaseError(Exception):
    """The database cannot be reached or refuses; the text says why."""


class Database:
    """Operations on the shared database, each on a connection of its own: what the security group admits may change at any time."""

    def __init__(self, properties: Mapping[str, str], environment: Environment) -> None:
        self._host = properties.get("config.dbHost", "")
        self._port = int(properties.get("config.dbPort", "3306"))
        self._user, self._password = properties.get("config.dbUser", ""), properties.get("config.dbPass", "")
        credentials = f"{self._user}:{self._password}"
        self._headers = {"Authorization": f"Basic {base64.b64encode(credentials.encode()).decode()}"}
        self._environment = environment
        self._resolved, self._until = "", 0.0

    def perform(self, do: str, **arguments: Any) -> Any:
        """One operation of the database; a DatabaseError says why it was not performed."""
        body = json.dumps({"do": do, **arguments}).encode()
        failures = []
        for source in self._sources():
            try:
                code, answer = self._ask(source, body)
            except (OSError, http.client.HTTPException) as error:
                failures.append(f"from {source}: {error or type(error).__name__}")
                continue
            if code != 200:
                raise DatabaseError(f"{self._host}:{self._port} answers {code}: {answer}")
            return answer
        raise DatabaseError(f"cannot connect to {self._host}:{self._port} ({'; '.join(failures)})")

    def _sources(self) -> Iterable[str]:
        facts = self._environment.instance()
        return [address for address in (facts["private_ip"], facts["public_ip"]) if address]

    def _address(self) -> str:
        if time.monotonic() >= self._until:
            self._resolved, self._until = socket.gethostbyname(self._host), time.monotonic() + _NAME_LASTS
        return self._resolved

    def _ask(self, source: str, body: bytes) -> tuple[int, Any]:
        connection = http.client.HTTPConnection(self._address(), self._port, _PATIENCE, source_address=(source, 0))
        try:
            connection.request("POST", "/", body, self._headers)
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        except ValueError as error:
            raise http.client.HTTPException(f"not the database: {error}") from error
        finally:
            connection.close()

    def get(self, collection: str, key: str) -> Document | None:
        """A document, or None."""
        document: Document | None = self.perform("get", collection=collection, key=key)
        return document

    def all(self, collection: str) -> dict[str, Document]:
        """Every document by its key, in the order of their making."""
        documents: dict[str, Document] = self.perform("list", collection=collection)
        return documents

    def put(self, collection: str, key: str, document: Document) -> None:
        """Write a document, new or not."""
        self.perform("put", collection=collection, key=key, document=document)

    def add(self, collection: str, key: str, document: Document) -> bool:
        """Write a document unless there is one; says whether it did."""
        return bool(self.perform("add", collection=collection, key=key, document=document))

    def update(self, collection: str, key: str, **changes: Any) -> Document | None:
        """Change some fields of a document; None where it is gone."""
        document: Document | None = self.perform("update", collection=collection, key=key, changes=changes)
        return document

    def delete(self, collection: str, key: str) -> Document | None:
        """Remove a document and return it."""
        document: Document | None = self.perform("delete", collection=collection, key=key)
        return document

    def count(self, name: str) -> int:
        """0, 1, 2, ...: one number higher each time, over all stream managers."""
        return int(self.perform("count", name=name))

    def lease(self, name: str, owner: str, seconds: float) -> str:
        """Take, renew or (0 seconds) give back a lease; its holder, which is `owner` on success."""
        return str(self.perform("lease", name=name, owner=owner, seconds=seconds))
