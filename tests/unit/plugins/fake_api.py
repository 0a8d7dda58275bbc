# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A Stream Manager API on 127.0.0.1 that answers as inconsistently as the real one, and fails as configured."""

from __future__ import annotations

import copy
import json
import socket
import ssl
import struct
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

BASE = "/streammanager/api/4.0"
Json = Any
Loosen = Callable[[Json], Json]


@dataclass(frozen=True)
class Fault:
    """What happens to a request: `effect` says whether the API does what was asked before the answer breaks."""

    kind: str
    effect: bool = False


@dataclass
class Seen:
    """A request as it arrived; `path` are the unescaped segments below the base."""

    method: str
    raw: str
    path: tuple[str, ...]
    body: Json
    headers: dict[str, str] = field(default_factory=dict)
    query: dict[str, list[str]] = field(default_factory=dict)


class Refused(Exception):
    """The API says no."""

    def __init__(self, message: str, code: int = 400) -> None:
        super().__init__(message)
        self.code = code


class FakeApi:
    """State, log and faults of the API; its attributes change its objects and answers."""

    def __init__(self, token: str = "s3cret-T0ken") -> None:
        self.token = token
        self.held: dict[str, dict[str, Json]] = {"scalepolicy": {}, "launchconfig": {}}
        self.groups: dict[str, Json] = {}
        self.nodes: dict[str, list[Json]] = {}
        self.requests: list[Seen] = []
        self.faults: dict[int, Fault] = {}
        self.lasting: Fault | None = None  # every request from `lasting_from` on
        self.lasting_from = 0
        self.loosen: list[Loosen] = []
        self.lists_until_gone = 0  # how often a deleted group is still listed
        self.fills = True  # launch nodes up to the policy's minimums
        self.starts = True  # let nodes come into service, one state with each look
        self.hook: Callable[[Seen], None] = lambda seen: None
        self.alarms = dict.fromkeys(("origin", "edge", "relay", "transcoder"), 60)
        self.connections: dict[str, Json] = {}  # of nodes, by their addresses
        self.ending: dict[str, int] = {}  # nodes that terminate, by their identifiers, and how often they are still listed
        # Oddities of the field
        self.alarm_shown: Callable[[Json], Json] = lambda alarm: alarm
        self.stats_shown: Callable[[Json], Json] = lambda stats: stats
        self.ended_shown: Callable[[list[Json]], Json] = lambda nodes: nodes
        self.shows_sunset = True  # as the node's state
        self.word: Callable[[str], str] = lambda word: word  # how states and roles are written
        self.extra: dict[str, list[Json]] = {}  # additional entries of lists, by the last part of their path
        self.instead: dict[str, tuple[int, bytes]] = {}  # what a method answers instead, once it did what was asked
        self.names_groups_itself = False
        self.launch_answer: Callable[[Json], Json] = lambda answer: answer
        self.nodes_shown: Callable[[list[Json]], Json] = lambda nodes: nodes
        self.redirect = "http://127.0.0.1:9/elsewhere"
        self._launches: dict[str, int] = {}
        self._release = threading.Event()
        self._lock = threading.Lock()
        self._tls: ssl.SSLContext | None = None
        self._port = 0
        self._socket: socket.socket | None = None

    # -- running

    def open(self, tls: ssl.SSLContext | None = None) -> FakeApi:
        """Listen, on the same port as before."""
        self._tls = tls or self._tls
        if self._socket is None:
            self._socket = socket.create_server(("127.0.0.1", self._port))
            self._port = self._socket.getsockname()[1]
            threading.Thread(target=self._accept, args=(self._socket,), daemon=True).start()
        return self

    def refuse(self) -> None:
        """Listen no more: the next connection is refused."""
        if self._socket is not None:
            self._socket.shutdown(socket.SHUT_RDWR)
            self._socket.close()
            self._socket = None

    def close(self) -> None:
        """Stop for good."""
        self._release.set()
        self.refuse()

    def pause(self, _seconds: float = 0) -> None:
        """The client waits before it tries again: a refusal that does not last is over."""
        if not (self.lasting and self.lasting.kind == "refuse" and len(self.requests) >= self.lasting_from):
            if self.fault(len(self.requests)).kind == "refuse":
                del self.faults[len(self.requests)]
            self.open()

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self._port}"

    def break_at(self, index: int, fault: Fault) -> None:
        """Break the request of that index, counted from 0."""
        self.faults[index] = fault
        self._refuse_next(index)

    def break_from(self, index: int, fault: Fault) -> None:
        """Break every request from that index on."""
        self.lasting, self.lasting_from = fault, index
        self._refuse_next(index)

    def _refuse_next(self, index: int) -> None:
        if index == len(self.requests) and self.fault(index).kind == "refuse":
            self.refuse()

    def fault(self, index: int) -> Fault:
        if self.lasting and index >= self.lasting_from:
            return self.lasting
        return self.faults.get(index, Fault("none"))

    def calls(self) -> list[str]:
        """Return what was asked, as `GET scalepolicy/x`."""
        hidden = ("admin", "configurations", "scaleout", "default")
        paths = ((seen, [part for part in seen.path if part not in hidden] + seen.query.get("type", [])) for seen in self.requests)
        return [f"{seen.method} {'/'.join(path)}" for seen, path in paths]

    def writes(self) -> list[str]:
        return [call for call in self.calls() if not call.startswith("GET ")]

    def forget(self) -> None:
        """Forget requests and faults, keep what is held."""
        self.requests.clear()
        self.faults.clear()
        self.lasting = None
        self.open()

    # -- what it holds

    def answer(self, seen: Seen) -> tuple[int, Json]:
        if seen.path[:2] == ("admin", "configurations"):
            return self._configuration(seen, *seen.path[2:])
        if seen.path[:2] == ("admin", "nodegroup"):
            return self._group(seen, *seen.path[2:])
        if seen.path == ("admin", "alarm", "scaleout", "default"):
            return self._alarm(seen)
        if seen.path[:2] == ("admin", "node"):
            return self._node(seen, *seen.path[2:])
        if seen.path == ("admin", "debug", "cloudcontroller"):
            return 200, "Amazon Web Services"
        raise Refused("no such path", 404)

    def _configuration(self, seen: Seen, kind: str, name: str = "") -> tuple[int, Json]:
        held, wrapper = self.held[kind], {"scalepolicy": "policy", "launchconfig": "launchconfig"}[kind]
        user = {"scalepolicy": "scalePolicy", "launchconfig": "launchConfig"}[kind]
        used = any(group[user] == name for group in self.groups.values())
        if seen.method == "POST":
            name = seen.body[wrapper]["name"]
            if name in held:
                raise Refused(f"{name} exists")
            held[name] = seen.body
            return 201, self._loose(seen.body)
        if seen.method == "GET" and not name:
            return 200, [*self.extra.get(kind, []), *held]
        if name not in held:
            raise Refused(f"no {name}", 404)
        if seen.method == "PUT":
            if used and kind == "scalepolicy" and _without_limits(held[name]) != _without_limits(seen.body):
                raise Refused(f"{name} is in use")
            held[name] = seen.body
        elif seen.method == "DELETE":
            if used:
                raise Refused(f"{name} is in use")
            return 200, self._loose(held.pop(name))
        return 200, self._loose(held[name])

    def _loose(self, body: Json) -> Json:
        body = copy.deepcopy(body)
        for loosen in self.loosen:
            body = loosen(body)
        return body

    def _group(self, seen: Seen, name: str = "", *rest: str) -> tuple[int, Json]:
        if seen.method == "POST" and not name:
            body = seen.body
            if self.names_groups_itself:
                body = {**body, "name": f"group-{uuid.uuid4()}"}
            if body["name"] in self.groups:
                raise Refused("exists")
            for user, kind in (("scalePolicy", "scalepolicy"), ("launchConfig", "launchconfig")):
                if body[user] not in self.held[kind]:
                    raise Refused(f"no {kind} {body[user]}")
            group = {**body, "id": body["name"], "originConnections": 0, "state": "new", "timestamp": 1792000000000}
            self.groups[body["name"]], self.nodes[body["name"]] = group, []
            return 201, group
        if seen.method == "GET" and not name:
            listed = [{**group, "state": self.word(group["state"])} for group in self.groups.values()]
            self._let_go()
            return 200, [*self.extra.get("nodegroup", []), *listed]
        if name not in self.groups:
            raise Refused(f"no group {name}")
        group, nodes = self.groups[name], self.nodes[name]
        if rest == ("node", "origin"):
            node = self._launch(group, "origin")
            group["state"] = "initializing"
            known = {key: node[key] for key in ("identifier", "availabilityZone", "role")}
            return 201, self.launch_answer({"id": 1, **known, "group": name, "requestTime": 1})
        if rest == ("node",):
            self._advance(group, nodes)
            self._end()
            nodes = self.nodes[name]
            shown = [{**node, "role": self.word(node["role"]), "state": self.word(node["state"])} for node in nodes]
            return 200, self.nodes_shown([*self.extra.get("node", []), *shown])
        if seen.method == "GET" and not rest:
            return 200, group
        if seen.method == "DELETE":
            group["state"] = "going"
            if not nodes and not self.lists_until_gone:
                self.groups.pop(name)
            return 200, group
        raise Refused("no such path", 404)

    def _alarm(self, seen: Seen) -> tuple[int, Json]:
        (role,) = seen.query["type"]
        if seen.method == "POST":
            assert seen.body is None and list(seen.query) == ["accessToken", "type", "threshold"]
            self.alarms[role] = int(seen.query["threshold"][0])
        alarm = {"id": 1, "type": "SCALEOUTALARM", "metric": "CONNECTIONS", "unit": "PERCENTAGE", "threshold": self.alarms[role]}
        return 200, self.alarm_shown({**alarm, "comparator": "GREATERTHAN", "targetType": "GROUP"})

    def _node(self, seen: Seen, *path: str) -> tuple[int, Json]:
        by_address = {node["address"]: node for nodes in self.nodes.values() for node in nodes}
        forced = seen.query.get("force") == ["true"]
        addresses = seen.body if path == ("sunset",) else [path[0]]
        for address in addresses:
            if address not in by_address:
                raise Refused(f"no node at {address}", 404)
        found = [by_address[address] for address in addresses]
        if path[1:] == ("stats",):
            if found[0]["state"] not in ("inservice", "sunset"):
                raise Refused(f"{path[0]} does not report")
            stats = {"totalConnections": self.connections.get(path[0], 0), "parents": [], "lastPing": 1792000000000, "cpuLoad": 0.5}
            return 200, self.stats_shown(stats)
        for node in found:
            if node["state"] != "inservice" and not forced:
                raise Refused(f"{node['address']} is {node['state']}, not inservice")
            node["state"] = "sunset" if seen.method == "POST" and self.shows_sunset else "terminating"
            if seen.method == "DELETE":
                self.ending[node["identifier"]] = self.lists_until_gone
        return 200, self.ended_shown(found) if seen.method == "POST" else found[0]

    def _end(self) -> None:
        for nodes in self.nodes.values():
            for node in list(nodes):
                if node["state"] == "sunset" and not self.connections.get(node["address"], 0):
                    self.ending.setdefault(node["identifier"], self.lists_until_gone)
                if node["identifier"] in self.ending:
                    self.ending[node["identifier"]] -= 1
                    if self.ending[node["identifier"]] < 0:
                        nodes.remove(node)
                        del self.ending[node["identifier"]]

    def _let_go(self) -> None:
        for name in [name for name, group in self.groups.items() if group["state"] == "going"]:
            self.lists_until_gone -= 1
            if self.lists_until_gone <= 0:
                self.lists_until_gone = 0
                self.groups.pop(name)

    def _launch(self, group: Json, role: str, region: str = "") -> Json:
        nodes = self.nodes[group["name"]]
        number = max(len(nodes), self._launches.get(group["name"], 0))
        self._launches[group["name"]] = number + 1
        node = {
            "identifier": f"i-{role}-{number}",
            "role": role,
            "availabilityZone": (region or group["regions"][0]) + "a",
            "address": f"203.0.113.{number}",
            "state": "pending",
            "launchConfig": group["launchConfig"],
            "capacity": "2000",
        }
        nodes.append(node)
        return node

    def _advance(self, group: Json, nodes: list[Json]) -> None:
        steps = {"pending": "running", "running": "inservice"}
        for node in nodes if self.starts else ():
            node["state"] = steps.get(node["state"], node["state"])
        policy = self.held["scalepolicy"].get(group["scalePolicy"])
        if self.fills and nodes and policy:
            targets = policy["policy"]["targets"]
            regions = targets.get("region") or [{"name": "default", "target": targets["target"]}]
            for region in [each for each in regions if each["name"] != "default"] or regions:
                zone = "" if region["name"] == "default" else region["name"]
                for target in region["target"]:
                    own = [node for node in nodes if node["role"] == target["role"] and node["availabilityZone"].startswith(zone)]
                    for _missing in range(int(target["minLimit"]) - len(own)):
                        self._launch(group, target["role"], zone)

    # -- HTTP

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                connection = listening.accept()[0]
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            with connection:
                _Handler(connection, ("127.0.0.1", 0), self)  # type: ignore[arg-type]
        except OSError:
            pass

    def handle(self, handler: _Handler) -> None:
        with self._lock:
            index = len(self.requests)
            seen = _seen(handler)
            self.requests.append(seen)
            self.hook(seen)
            fault = self.fault(index)
            if self.fault(index + 1).kind == "refuse":
                self.refuse()
            given = parse_qs(urlsplit(handler.path).query, keep_blank_values=True).get("accessToken", [""])[0]
            try:
                if given != self.token:
                    raise Refused(f"the access token {given} is wrong, in {handler.path}", 401)
                code, body = self.answer(seen) if fault.effect or fault.kind == "none" else (200, [])
            except Refused as error:
                code, body = error.code, {"errorMessage": str(error), "timestamp": 1792000000000}
        if fault.kind == "none" and code < 300 and seen.method in self.instead:
            return handler.send(*self.instead[seen.method])
        _SEND[fault.kind](handler, self, code, json.dumps(body).encode())


class _Handler(BaseHTTPRequestHandler):
    server: FakeApi  # type: ignore[assignment]

    def do_GET(self) -> None:
        self.server.handle(self)

    do_POST = do_PUT = do_DELETE = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def send(self, code: int, body: bytes, kind: str = "application/json", length: int | None = None, **headers: str) -> None:
        self.send_response(code)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body) if length is None else length), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _seen(handler: _Handler) -> Seen:
    raw = handler.path.partition("?")[0]
    assert raw.startswith(BASE), raw
    length = int(handler.headers.get("Content-Length") or 0)
    body = json.loads(handler.rfile.read(length)) if length else None
    segments = tuple(unquote(segment) for segment in raw[len(BASE) :].split("/")[1:])
    query = parse_qs(urlsplit(handler.path).query, keep_blank_values=True)
    return Seen(handler.command, handler.path, segments, body, dict(handler.headers.items()), query)


def _reset(handler: _Handler, api: FakeApi, code: int, body: bytes) -> None:
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def _page(code: int) -> Callable[[_Handler, FakeApi, int, bytes], None]:
    def send(handler: _Handler, api: FakeApi, _code: int, body: bytes) -> None:
        page = f"<html><head><style>h1 {{}}</style></head><body><h1>Status {code}</h1><p>at {handler.path}</p></body></html>"
        handler.send(code, page.encode(), "text/html")

    return send


_SEND: dict[str, Callable[[_Handler, FakeApi, int, bytes], None]] = {
    "none": lambda handler, api, code, body: handler.send(code, body),
    "refuse": _reset,  # came in before the listener was closed
    "reset": _reset,
    "hang": lambda handler, api, code, body: (api._release.wait(30), None)[1],
    "cut off": lambda handler, api, code, body: handler.send(code, body[: len(body) // 2], length=len(body) + 10),
    "half": lambda handler, api, code, body: handler.send(code, body[:-1]),
    "empty": lambda handler, api, code, body: handler.send(code, b""),
    "page": _page(200),
    "page 502": _page(502),
    "error 500": lambda handler, api, code, body: handler.send(500, json.dumps({"errorMessage": f"broken at {handler.path}"}).encode()),
    "cut off 503": lambda handler, api, code, body: handler.send(503, b"<html>", length=100),
    "other shape": lambda handler, api, code, body: handler.send(code, b'{"unexpected": [1, 2]}'),
    "other object": lambda handler, api, code, body: handler.send(code, b'[{"name": "somebody else", "targets": 5}]'),
    "null": lambda handler, api, code, body: handler.send(code, b"null"),
    "redirect": lambda handler, api, code, body: handler.send(302, b"", Location=f"{api.redirect}?{urlsplit(handler.path).query}"),
    "page 400": _page(400),
    "page 404": _page(404),
    "error 403": lambda handler, api, code, body: handler.send(403, json.dumps({"errorMessage": f"no {api.token}"}).encode()),
}
TRANSIENT = (
    "refuse",
    "reset",
    "hang",
    "cut off",
    "half",
    "empty",
    "page",
    "page 502",
    "error 500",
    "cut off 503",
    "other shape",
    "other object",
    "null",
)
UNREADABLE = ("half", "empty", "page", "other shape", "other object", "null")  # answers of 200 among them
FINAL = ("redirect", "page 400", "page 404", "error 403")


def _without_limits(body: Json) -> Json:
    if isinstance(body, dict):
        return {key: _without_limits(value) for key, value in body.items() if key not in ("minLimit", "maxLimit")}
    return [_without_limits(each) for each in body] if isinstance(body, list) else body
