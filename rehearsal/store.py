# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The database behind the stream managers: documents, leases and counters in memory, reachable only through its security group.

One request is one HTTP POST of a JSON object `{"do": <operation>, ...}` with the database user and password (Basic).
"""

from __future__ import annotations

import base64
import hmac
import json
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from rehearsal import settings, sql
from rehearsal.admission import AdmittingServer
from rehearsal.model import Networks

USER = "streammanager"
PASSWORD = "rehearsal-database-password"

Document = dict[str, Any]


class Documents:
    """What the database holds; every method is one atomic operation."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._lock = threading.Lock()
        self._collections: dict[str, dict[str, Document]] = defaultdict(dict)
        self._counters: dict[str, int] = defaultdict(int)
        self._leases: dict[str, tuple[str, float]] = {}
        self.schemas = sql.Schemas()

    def perform(self, do: str, **arguments: Any) -> Any:
        """The answer to one operation; a TypeError or ValueError says what is wrong with the request."""
        operation = getattr(self, f"_{do}_operation", None)
        if operation is None:
            raise ValueError(f"no operation {do!r}")
        with self._lock:
            if do not in ("sql", "log"):
                self.schemas.check()
            return operation(**arguments)

    def _sql_operation(self, database: str, statements: str) -> list[str]:
        """Statements of the mysql client."""
        return self.schemas.execute(database, statements)

    def _get_operation(self, collection: str, key: str) -> Document | None:
        return self._collections[collection].get(key)

    def _list_operation(self, collection: str) -> dict[str, Document]:
        return dict(self._collections[collection])

    def _put_operation(self, collection: str, key: str, document: Document) -> None:
        self._collections[collection][key] = document

    def _add_operation(self, collection: str, key: str, document: Document) -> bool:
        """Puts a document only where there is none; answers whether it did."""
        added = key not in self._collections[collection]
        self._collections[collection].setdefault(key, document)
        return added

    def _update_operation(self, collection: str, key: str, changes: Document) -> Document | None:
        """Changes some fields of a document and answers it; None where there is none."""
        document = self._collections[collection].get(key)
        if document is not None:
            document.update(changes)
        return document

    def _delete_operation(self, collection: str, key: str) -> Document | None:
        return self._collections[collection].pop(key, None)

    def _count_operation(self, name: str) -> int:
        """0, 1, 2, ... for each name."""
        self._counters[name] += 1
        return self._counters[name] - 1

    def _lease_operation(self, name: str, owner: str, seconds: float) -> str:
        """Takes or renews a lease where nobody else holds it; answers its holder. 0 seconds give it back."""
        holder, end = self._leases.get(name, (owner, 0.0))
        if holder != owner and end > time.monotonic():
            return holder
        self._leases[name] = (owner, time.monotonic() + seconds)
        return owner

    def _leases_operation(self, prefix: str) -> dict[str, str]:
        """Name -> holder of the leases that are held and whose name starts with the prefix."""
        now = time.monotonic()
        return {name: holder for name, (holder, end) in self._leases.items() if name.startswith(prefix) and end > now}

    def _log_operation(self, entry: Document) -> None:
        with self._log.open("a") as log:
            log.write(json.dumps({"time": time.time(), **entry}) + "\n")


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        given = self.headers.get("Authorization", "").encode()
        if not hmac.compare_digest(given, self.server.authorization):
            self._answer(401, "Access denied")
            return
        try:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self._answer(200, self.server.documents.perform(**json.loads(body)))
        except (TypeError, ValueError) as error:
            self._answer(400, str(error))

    def _answer(self, code: int, answer: Any) -> None:
        body = json.dumps(answer).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the API log says who asked for what."""


class _Server(AdmittingServer):
    def __init__(self, address: tuple[str, int], documents: Documents, admitted: Callable[[], Networks], credentials: str) -> None:
        super().__init__(address, _Handler, admitted)
        self.documents = documents
        self.authorization = b"Basic " + base64.b64encode(credentials.encode())

    def get_request(self) -> tuple[socket.socket, Any]:
        peer, address = super().get_request()
        peer.settimeout(10)
        return peer, address


class Store:
    """The database server, from its creation until `close()`.

    `admitted` returns the networks that the database security group currently admits; it is called for every connection.
    """

    def __init__(
        self,
        admitted: Callable[[], Networks],
        address: tuple[str, int] = settings.DATABASE_ADDRESS,
        log: Path | None = None,
    ) -> None:
        self.documents = Documents(log or settings.api_log())
        self._server = _Server(address, self.documents, admitted, f"{USER}:{PASSWORD}")
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, name="store", daemon=True)
        self._thread.start()

    def tick(self) -> None:
        """Nothing to do: leases expire when they are read."""

    def close(self) -> None:
        """Stop answering, and drop all data."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
