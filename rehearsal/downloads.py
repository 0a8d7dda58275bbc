# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A web site from which the distributions are downloaded, by HTTPS with a certificate that the hosts trust."""

from __future__ import annotations

import functools
import ssl
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from rehearsal import settings
from rehearsal.pki import Authority


class _Handler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


class Downloads:
    """The web site, from its creation until `close()`."""

    def __init__(self, directory: Path, authority: Authority) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(authority.certificate([settings.DOWNLOADS_NAME]))
        self._server = ThreadingHTTPServer(settings.DOWNLOADS_ADDRESS, functools.partial(_Handler, directory=str(directory)))
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, name="downloads", daemon=True)
        self._thread.start()

    def tick(self) -> None:
        """Nothing to do."""

    def close(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
