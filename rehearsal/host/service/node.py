# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A node: it reports to the stream manager its autoscale.xml names, and only then is in service."""

from __future__ import annotations

import http.client
import json
import logging
import threading
from urllib.parse import urlsplit

from .config import Autoscale, Environment, read_bean
from .web import Request, Response, Server

_LOG = logging.getLogger("node")
_PATIENCE = 5  # seconds
_NEEDED = ("plugins/red5pro-rtsp*.jar", "webapps/root", "webapps/live")  # without which the server does not start
_REPORTING = "plugins/red5pro-autoscale-plugin*.jar"  # what reads conf/autoscale.xml


class Node:
    """The Red5 Pro server of one host without the Stream Manager webapp; its files are read once, at its start."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        if lacking := [pattern for pattern in _NEEDED if not any(environment.home.glob(pattern))]:
            raise ValueError(f"{environment.home} lacks {', '.join(lacking)}")
        self._autoscale = Autoscale.read(environment.home, environment.pace) if any(environment.home.glob(_REPORTING)) else None
        self._password = read_bean(environment.home / "conf/cluster.xml", "clusterConfig").get("password", "")
        self._outcome: str | None = None

    def run(self, ended: threading.Event) -> None:
        """Serve and report until the event is set."""
        server = Server((self._environment.instance()["private_ip"], self._environment.port), self.answer)
        while not ended.wait(self._autoscale.seconds if self._autoscale and self._outcome else 0.1):
            if self._autoscale is None:
                ended.wait()
            else:
                self._report(self._autoscale, server.tunnels)
        server.close()

    def answer(self, request: Request) -> Response:
        """The welcome page, and nothing else."""
        if request.path == ("",) and request.method in ("GET", "HEAD"):
            return Response(200, (self._environment.home / "webapps/root/index.html").read_bytes())
        return Response.page(404)

    def _report(self, autoscale: Autoscale, connections: int) -> None:
        facts = self._environment.instance()
        report = {
            "identifier": facts["tags"].get("identifier", facts["id"]),
            "role": facts["tags"].get("role", ""),
            "address": facts["public_ip"] or facts["private_ip"],
            "privateAddress": facts["private_ip"],
            "password": self._password,
            "connections": connections,
        }
        try:
            outcome = f"{autoscale.url} answers {_post(autoscale.url, json.dumps(report).encode())}"
        except (OSError, http.client.HTTPException) as failed:
            outcome = f"{autoscale.url}: {failed or type(failed).__name__}"
        if outcome != self._outcome:
            _LOG.info("%s", outcome)
        self._outcome = outcome


def _post(url: str, body: bytes) -> int:
    """The status of a POST; the certificate of an https URL must be one that the host trusts."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=_PATIENCE)
    try:
        connection.request("POST", parts.path or "/", body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()
