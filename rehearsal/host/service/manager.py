# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A stream manager: its identity among the others, its health, and its answers."""

from __future__ import annotations

import json
import logging
import socket
import threading
import time

from .api import Api, error
from .config import Environment, read_properties
from .controller import Controller
from .database import EMULATED, Database, DatabaseError
from .tables import Tables
from .web import Request, Response, Server

_LOG = logging.getLogger("streammanager")
_BEAT = 2  # seconds between two checks of the database and the other stream managers
_LEASE = 6  # seconds without renewal after which one is no longer alive
_LIVES = "streammanager/"  # leases of this prefix, then the value of streammanager.ip


class Manager:
    """The stream manager of one host; properties are read once, at its start."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._properties = read_properties(environment.properties_file)
        self._id = environment.instance()["id"]
        self._address = self._properties.get("streammanager.ip", "")
        is_emulated = self._properties.get("config.dbHost", "").startswith(EMULATED)
        self._database = (Database if is_emulated else Tables)(self._properties, environment)
        self._controller = Controller(self._properties, environment, self._database)
        self._api = Api(self._properties.get("rest.administratorToken", ""), self._database, self._controller, environment.oddities)
        self._fault: str | None = "starting"
        self._is_node = (environment.home / "conf/autoscale.xml").exists()
        self._stop = threading.Event()

    def run(self, ended: threading.Event) -> None:
        """Serve until the event is set, then finish what is being answered."""
        self.beat()
        server = Server((self._environment.instance()["private_ip"], self._environment.port), self.answer)
        leading = threading.Thread(target=self._controller.run, args=(self._stop,), name="controller", daemon=True)
        leading.start()
        while not ended.wait(_BEAT):
            self.beat()
        server.close()
        self._stop.set()
        leading.join(5)
        try:
            self._controller.resign()
            self._database.lease(f"{_LIVES}{self._address}", self._id, 0)
        except DatabaseError as failed:
            _LOG.error("%s", failed)

    def beat(self) -> None:
        """Check the health, and log each change."""
        try:
            fault = self._conflict()
        except DatabaseError as failed:
            fault = str(failed)
        if fault != self._fault:
            _LOG.log(logging.ERROR if fault else logging.INFO, "%s", fault or "Stream Manager is ready")
        self._fault = fault

    def _conflict(self) -> str | None:
        """What is wrong with this host, or with streammanager.ip among the stream managers that are alive; None if nothing is."""
        if self._is_node:
            return "conf/autoscale.xml makes this host a node"
        lease = f"{_LIVES}{self._address}"
        if self._address and not self._is_own(self._address):
            return f"streammanager.ip={self._address} is no address of this host: {', '.join(sorted(self._environment.own_names()))}"
        alive: dict[str, str] = self._database.perform("leases", prefix=_LIVES)
        others = sorted({holder for holder in alive.values() if holder != self._id})
        if not self._address and others:
            if alive.get(lease) == self._id:
                self._database.lease(lease, self._id, 0)
            return f"duplicate streammanager.ip: it is empty, which only a single stream manager may have, and {', '.join(others)} is alive"
        holder = self._database.lease(lease, self._id, _LEASE)
        if holder != self._id:
            return f"duplicate streammanager.ip={self._address}: {holder} has it"
        return None

    def _is_own(self, name: str) -> bool:
        own = self._environment.own_names()
        if name in own:
            return True
        try:
            return socket.gethostbyname(name) in own
        except OSError:
            return False

    def answer(self, request: Request) -> Response:
        """The answer to any request."""
        match request.path:
            case ("",) | ("streammanager",) | ("streammanager", ""):
                return self._welcome(request)
            case ("streammanager", "cloudwatch"):
                return self._report(request)
            case ("streammanager", "api", "4.0", *_, _):
                return self._answer_api(request)
        return Response.page(404)

    def _welcome(self, request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            return Response.page(405)
        if self._fault:
            return Response.page(503)
        return Response(200, (self._environment.home / "webapps/root/index.html").read_bytes())

    def _answer_api(self, request: Request) -> Response:
        try:
            response = error(500, self._fault) if self._fault else self._api.answer(request)
        except DatabaseError as failed:
            response = error(500, str(failed))
        entry = {"host": self._environment.instance()["private_ip"], "method": request.method, "path": request.target}
        try:
            self._database.perform("log", entry={**entry, "code": response.code})
        except DatabaseError as failed:
            _LOG.error("%s", failed)
        return response

    def _report(self, request: Request) -> Response:
        """A node's report; it is accepted only with the cluster's password and from a node of a group."""
        if request.method != "POST":
            return Response.page(405)
        if self._fault:
            return Response.page(503)
        try:
            report = json.loads(request.body)
            identifier, password = str(report["identifier"]), str(report["password"])
            connections = int(report.get("connections", 0))
        except (KeyError, TypeError, ValueError):
            return Response.page(400)
        if password != self._properties.get("cluster.password"):
            _LOG.error("node %s has another cluster password", identifier)
            return Response.page(403)
        try:
            known = self._database.update("nodes", identifier, reported=time.time(), connections=connections)
        except DatabaseError as failed:
            return Response.page(503, str(failed))
        return Response.text(200, "OK") if known else Response.page(404)
