# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The Stream Manager REST API 4.0 below /streammanager/api/4.0/admin."""

from __future__ import annotations

import hmac
import json
import time
import uuid
from collections.abc import Callable, Mapping, Set
from typing import Any

from . import documents
from .controller import AWS, Controller
from .database import Database, Document
from .documents import Invalid
from .ec2 import Ec2Error
from .loose import loosen, odd
from .web import Request, Response

# Kind in the path -> wrapper of its documents, how a body is read, field of a group that names one.
_KINDS: Mapping[str, tuple[str, Callable[[Any], Document], str]] = {
    "scalepolicy": ("policy", documents.policy, "scalePolicy"),
    "launchconfig": ("launchconfig", documents.launch_config, "launchConfig"),
}
_GROUP_ANSWER = ("id", "name", "originConnections", "regions", "launchConfig", "scalePolicy", "state", "timestamp")
_NODE_ANSWER = ("identifier", "role", "availabilityZone", "address", "state", "launchConfig", "capacity")


class Absent(Exception):
    """There is no such object."""


def error(code: int, message: str) -> Response:
    """A failure in the API's form."""
    return Response.json(code, {"errorMessage": message, "timestamp": _now()})


def _now() -> int:
    return int(time.time() * 1000)


class Api:
    """Answers API requests from the shared database."""

    def __init__(self, token: str, database: Database, controller: Controller, oddities: Set[str] = frozenset()) -> None:
        self._token = token.encode()
        self._database = database
        self._controller = controller
        self._oddities = oddities

    def answer(self, request: Request) -> Response:
        """The answer to a request whose path lies below /streammanager/api/4.0; a DatabaseError passes through."""
        if request.path[3] != "admin":
            return Response.page(404)
        given = (request.parameter("accessToken") or "").encode()
        if not self._token or not hmac.compare_digest(given, self._token):
            return error(400, "Unauthorized access: invalid access token")
        try:
            response = self._route(request)
            return odd(response, request.method, self._oddities, self._database.count("spellings")) if self._oddities else response
        except Absent as absent:
            # The real one returns various codes, so the code must not be used to detect absence.
            return error((400, 404)[self._database.count("absent") % 2], str(absent))
        except (Invalid, Ec2Error) as refused:
            return error(400, str(refused))

    def _route(self, request: Request) -> Response:
        match request.method, *request.path[4:]:
            case "GET", "debug", "cloudcontroller":
                return Response.text(200, "Amazon Web Services" if self._controller.kind == AWS else "Dummy Cloud Controller")
            case method, "configurations", kind, *rest if kind in _KINDS:
                return self._configuration(method, kind, rest, request)
            case method, "nodegroup", *rest:
                return self._groups(method, rest, request)
            case method, "alarm", "scaleout", "default":
                return self._alarm(method, request)
            case method, "node", *rest:
                return self._nodes(method, rest, request)
        return Response.page(404)

    def _configuration(self, method: str, kind: str, rest: list[str], request: Request) -> Response:
        match method, *rest:
            case ("GET",):
                return Response.json(200, list(self._database.all(kind)))
            case ("POST",):
                return self._create(kind, _KINDS[kind][1](_body(request)))
            case "GET", name:
                return self._loose(200, kind, self._found(kind, name))
            case "PUT", name:
                return self._update(kind, name, _KINDS[kind][1](_body(request)))
            case "DELETE", name:
                self._found(kind, name)
                if users := self._users(kind, name):
                    raise Invalid(f"{name} is in use by the node group {users[0]}")
                return self._loose(200, kind, self._database.delete(kind, name) or {})
            case "POST", name, "copy", new:
                return self._create(kind, {**self._found(kind, name), "name": new})
        return Response.page(405)

    def _create(self, kind: str, document: Document) -> Response:
        if not self._database.add(kind, document["name"], document):
            raise Invalid(f"{document['name']} already exists")
        # A live server has answered without the wrapper, the documentation shows it.
        return self._loose(201, kind, document, wrapped=kind != "launchconfig" or self._database.count("creates") % 2 == 1)

    def _update(self, kind: str, name: str, document: Document) -> Response:
        old = self._found(kind, name)
        if document["name"] != name:
            raise Invalid(f"{name} cannot be renamed to {document['name']}")
        if kind == "scalepolicy" and (users := self._users(kind, name)) and not documents.only_limits_differ(old, document):
            raise Invalid(f"{name} is in use by the node group {users[0]}: only minLimit and maxLimit can be updated")
        self._database.put(kind, name, document)
        return self._loose(200, kind, document)

    def _loose(self, code: int, kind: str, document: Document, wrapped: bool = True) -> Response:
        loose = loosen(document, self._database.count("answers"))
        return Response.json(code, {_KINDS[kind][0]: loose} if wrapped else loose)

    def _found(self, collection: str, name: str) -> Document:
        document = self._database.get(collection, name)
        if document is None:
            raise Absent(f"{name} does not exist")
        return document

    def _users(self, kind: str, name: str) -> list[str]:
        return [group["name"] for group in self._database.all("groups").values() if group[_KINDS[kind][2]] == name]

    def _groups(self, method: str, rest: list[str], request: Request) -> Response:
        match method, *rest:
            case ("GET",):
                return Response.json(200, [self._counted(group) for group in self._database.all("groups").values()])
            case ("POST",):
                return self._create_group(_body(request))
            case "GET", name:
                return Response.json(200, self._counted(self._found("groups", name)))
            case "PUT", name:
                return self._resize(self._found("groups", name), _body(request))
            case "DELETE", name:
                return self._delete_group(self._found("groups", name))
            case "GET", name, "node":
                self._found("groups", name)
                return Response.json(200, [_node(node) for node in self._database.all("nodes").values() if node["group"] == name])
            case "POST", name, "node", "origin":
                return self._launch_origin(self._found("groups", name), request)
        return Response.page(405)

    def _counted(self, group: Document) -> Document:
        """A group with the connections that its origins have now."""
        own = [node for node in self._database.all("nodes").values() if (node["group"], node["role"]) == (group["name"], "origin")]
        return _group(group) | {"originConnections": sum(node.get("connections", 0) for node in own)}

    def _create_group(self, body: Any) -> Response:
        if "generated-names" in self._oddities and isinstance(body, dict):
            body = {**body, "name": None}
        group = documents.group(body, self._database.all("scalepolicy"), self._database.all("launchconfig"))
        group |= {"id": str(uuid.uuid4()), "originConnections": 0, "state": "new", "timestamp": _now()}
        if not self._database.add("groups", group["name"], group):
            raise Invalid(f"{group['name']} already exists")
        return Response.json(201, _group(group))

    def _delete_group(self, group: Document) -> Response:
        """A group with nodes is deleted in the background, after them."""
        if any(node["group"] == group["name"] for node in self._database.all("nodes").values()):
            self._database.update("groups", group["name"], deleted=True)
        else:
            self._database.delete("groups", group["name"])
        return Response.json(200, _group(group))

    def _resize(self, group: Document, body: Any) -> Response:
        policy = self._found("scalepolicy", group["scalePolicy"])
        if extra := documents.roles(policy) - {"origin", "edge"}:
            raise Invalid(f"{group['name']} has {min(extra)} nodes: only origin and edge groups can be resized")
        if not isinstance(body, dict) or not isinstance(body.get("region"), list):
            raise Invalid("region is missing or malformed")
        self._database.update("groups", group["name"], region=body["region"])
        return Response.json(200, _group(group))

    def _launch_origin(self, group: Document, request: Request) -> Response:
        if group.get("deleted"):
            raise Invalid(f"{group['name']} is being deleted")
        region = request.parameter("region") or group["regions"][0]
        own = [node for node in self._database.all("nodes").values() if node["group"] == group["name"]]
        nodes = [node for node in own if not (node.get("doomed") or node.get("sunset"))]
        most = documents.most_origins(self._found("scalepolicy", group["scalePolicy"]), group["regions"])
        if sum(node["role"] == "origin" for node in nodes) >= most:
            raise Invalid(f"{group['name']} has all the {most} origins that its scale policy allows")
        node = self._controller.launch(group, region, "origin")
        if group["state"] == "new":
            self._database.update("groups", group["name"], state="initializing")
        answer = {"id": node["instanceId"], "group": group["name"], "requestTime": _now()}
        return Response.json(201, answer | {key: node[key] for key in ("identifier", "availabilityZone", "role")})

    def _alarm(self, method: str, request: Request) -> Response:
        role = request.parameter("type")
        if role not in documents.ROLES:
            raise Invalid(f"unknown type {role}")
        stored = self._database.get("alarms", role) or {"threshold": 60}
        if method == "POST":
            threshold = request.parameter("threshold") or ""
            if not threshold.isdecimal() or not 1 <= int(threshold) <= 100:
                raise Invalid(f"threshold is {threshold or 'missing'}, which is not from 1 to 100")
            stored = {"threshold": int(threshold)}
            self._database.put("alarms", role, stored)
        elif method != "GET":
            return Response.page(405)
        rest = {"type": "SCALEOUTALARM", "metric": "CONNECTIONS", "unit": "PERCENTAGE", "comparator": "GREATERTHAN", "targetType": "GROUP"}
        return Response.json(200, {"id": f"default-{role}", **rest, **stored})

    def _nodes(self, method: str, rest: list[str], request: Request) -> Response:
        by_address = {node["address"]: node for node in self._database.all("nodes").values() if node["address"]}
        if method == "POST" and rest == ["sunset"]:
            addresses = _body(request)
            if not isinstance(addresses, list) or not all(isinstance(address, str) for address in addresses):
                raise Invalid("the body is not a list of addresses")
            found = [_in_service(by_address, address) for address in addresses]  # all of them or none
            return Response.json(200, [self._sunset(node) for node in found])
        match method, *rest:
            case "GET", address:
                return Response.json(200, _node(_at(by_address, address)))
            case "DELETE", address:
                forced = request.parameter("force") == "true"
                return Response.json(200, self._end(_at(by_address, address) if forced else _in_service(by_address, address)))
            case "GET", address, "stats":
                return Response.json(200, _statistics(_at(by_address, address)))
        return Response.page(405 if rest else 404)

    def _sunset(self, node: Document) -> Document:
        """A node that takes no more subscribers ends once it is empty, which may be at once; the cloud controller sees to it."""
        if not node.get("connections"):
            return self._end(node)
        self._database.update("nodes", node["identifier"], sunset=True)
        return _node(node | {"sunset": True})

    def _end(self, node: Document) -> Document:
        self._database.update("nodes", node["identifier"], doomed=True)
        return _node(node | {"doomed": True})


def _at(by_address: Mapping[str, Document], address: str) -> Document:
    if address not in by_address:
        raise Absent(f"no node at {address}")
    return by_address[address]


def _in_service(by_address: Mapping[str, Document], address: str) -> Document:
    node = _at(by_address, address)
    if _node(node)["state"] != "inservice":
        raise Invalid(f"node {address} is {_node(node)['state']}, not inservice")
    return node


def _statistics(node: Document) -> Document:
    known = {key: node[key] for key in ("address", "role", "capacity")}
    traffic = {"totalConnections": node.get("connections", 0), "parents": [], "lastPing": int(node.get("reported", 0) * 1000)}
    return known | traffic


def _body(request: Request) -> Any:
    try:
        return json.loads(request.body)
    except ValueError as invalid:
        raise Invalid(f"malformed JSON: {invalid}") from None


def _group(group: Document) -> Document:
    answer = {key: group[key] for key in _GROUP_ANSWER}
    return answer | {"state": "terminating"} if group.get("deleted") else answer


def _node(node: Document) -> Document:
    answer = {key: node[key] for key in _NODE_ANSWER}
    if node.get("doomed"):
        return answer | {"state": "terminating"}
    return answer | {"state": "sunset"} if node.get("sunset") else answer
