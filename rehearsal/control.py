# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rehearsal's control port: JSON over HTTP, for tests and for `rehearsal/run --status`."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Route = Callable[[dict[str, Any]], Any]

_POLL = 0.1  # seconds that closing takes at most
LOG = logging.getLogger("control")


class Control:
    """Answers `GET /x` and `POST /x` (a JSON object as body) with what the route "GET /x" or "POST /x" returns, as JSON.

    An unknown route is answered with 404, a ValueError, TypeError or KeyError of the route with 400 and its text.
    """

    def __init__(self, address: tuple[str, int], routes: Mapping[str, Route]) -> None:
        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                code, answer = _call(routes, f"{self.command} {self.path}", self.rfile.read(length))
                body = (json.dumps(answer, indent=2) + "\n").encode()
                self.send_response(code)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = _answer

            def log_message(self, format: str, *args: object) -> None:
                LOG.debug(format, *args)

        self._server = ThreadingHTTPServer(address, Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(_POLL,), name="control", daemon=True).start()

    def tick(self) -> None:
        """Nothing to do: it answers in its own thread."""

    def close(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()


def _call(routes: Mapping[str, Route], name: str, body: bytes) -> tuple[int, Any]:
    if name not in routes:
        return 404, {"error": f"no such route: {name}", "routes": sorted(routes)}
    try:
        return 200, routes[name](json.loads(body) if body else {})
    except (ValueError, TypeError, KeyError) as error:
        return 400, {"error": f"{type(error).__name__}: {error}"}
    except Exception as error:
        LOG.exception("%s failed", name)
        return 500, {"error": f"{type(error).__name__}: {error}"}
