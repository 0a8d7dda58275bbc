# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An HTTP/1.1 server with keep-alive that finishes requests in flight before it ends."""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

_LOG = logging.getLogger("web")
_IDLE = 75  # seconds a connection may be quiet; longer than the load balancer's health checks are apart
_WEBSOCKET = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # of RFC 6455
_PAGE = """<!doctype html><html lang="en"><head><title>HTTP Status {code} &ndash; {phrase}</title></head><body>\
<h1>HTTP Status {code} &ndash; {phrase}</h1><hr class="line" /><p><b>Type</b> Status Report</p><p><b>Message</b> {message}</p>\
<hr class="line" /><h3>Apache Tomcat/8.5.95</h3></body></html>"""


@dataclass(frozen=True)
class Request:
    """A request; `path` is split at its slashes and then unescaped, so that a name may contain one."""

    method: str
    target: str
    path: tuple[str, ...]
    query: dict[str, list[str]]
    headers: Message
    body: bytes
    peer: str

    def parameter(self, name: str) -> str | None:
        """The first value of a query parameter."""
        return next(iter(self.query.get(name, ())), None)


@dataclass(frozen=True)
class Response:
    """An answer."""

    code: int
    body: bytes
    type: str = "text/html;charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def json(cls, code: int, document: Any) -> Response:
        """An answer of the API."""
        return cls(code, json.dumps(document).encode(), "application/json;charset=utf-8")

    @classmethod
    def text(cls, code: int, text: str) -> Response:
        """An answer in plain text."""
        return cls(code, text.encode(), "text/plain;charset=utf-8")

    @classmethod
    def page(cls, code: int, message: str = "") -> Response:
        """The servlet container's own error page."""
        phrase = HTTPStatus(code).phrase
        return cls(code, _PAGE.format(code=code, phrase=phrase, message=message or phrase).encode())


Application = Callable[[Request], Response]


class Server(ThreadingTCPServer):
    """Serves an application on an address until `close()`."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], application: Application) -> None:
        super().__init__(address, _Handler)
        self.application = application
        self.closing = False
        self.tunnels = 0
        self._in_flight = 0
        self._changed = threading.Condition()
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.1}, name="web", daemon=True).start()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore broken connections."""
        _LOG.debug("connection from %s", client_address, exc_info=True)

    def begin(self, count: int) -> None:
        """A request has begun (1) or ended (-1)."""
        with self._changed:
            self._in_flight += count
            self._changed.notify_all()

    def tunnel(self, count: int) -> None:
        """A websocket has opened (1) or closed (-1)."""
        with self._changed:
            self.tunnels += count

    def close(self, patience: float = 10) -> None:
        """Takes no more connections and waits for requests in flight, at most so many seconds."""
        self.closing = True
        self.shutdown()
        self.server_close()
        with self._changed:
            self._changed.wait_for(lambda: not self._in_flight, patience)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "Apache-Coyote/1.1", ""
    disable_nagle_algorithm = True
    timeout = _IDLE
    server: Server

    def handle_method(self) -> None:
        if self.headers.get("Upgrade", "").lower() == "websocket":
            self._tunnel()
            return
        self.server.begin(1)
        try:
            self._answer(self._read())
        finally:
            self.server.begin(-1)

    def _tunnel(self) -> None:
        """A websocket, as a proxied stream has one: it sends back what it gets, for as long as its client likes."""
        self.close_connection = True
        self.send_response(101, "Switching Protocols")
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        key = self.headers.get("Sec-WebSocket-Key", "") + _WEBSOCKET
        self.send_header("Sec-WebSocket-Accept", base64.b64encode(hashlib.sha1(key.encode()).digest()).decode())
        self.end_headers()
        self.connection.settimeout(None)
        self.server.tunnel(1)
        try:
            while data := self.connection.recv(4096):
                self.connection.sendall(data)
        finally:
            self.server.tunnel(-1)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = handle_method

    def _read(self) -> Request | None:
        """The request with its body; None where its length is unknown."""
        if "Transfer-Encoding" in self.headers or not self.headers.get("Content-Length", "0").isdecimal():
            return None
        url = urlsplit(self.path)
        return Request(
            method=self.command,
            target=url.path,
            path=tuple(unquote(part) for part in url.path.split("/")[1:]),
            query=parse_qs(url.query, keep_blank_values=True),
            headers=self.headers,
            body=self.rfile.read(int(self.headers.get("Content-Length", "0"))),
            peer=self.client_address[0],
        )

    def _answer(self, request: Request | None) -> None:
        if request is None:
            self.close_connection = True
            response = Response.page(411)
        else:
            try:
                response = self.server.application(request)
            except Exception:
                _LOG.exception("%s %s", request.method, request.target)
                response = Response.page(500)
        self.send_response(response.code)
        self.send_header("Content-Type", response.type)
        self.send_header("Content-Length", str(len(response.body)))
        for name, value in response.headers.items():
            self.send_header(name, value)
        if self.close_connection or self.server.closing:
            self.close_connection = True
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: debug.logaccess is off."""
