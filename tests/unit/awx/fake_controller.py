# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The part of AWX's REST API that awx.awx needs to create, find and change objects, with AWX's rules for surveys."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

ROOT = Path(__file__).resolve().parents[3]
Thing = dict[str, Any]
TOKEN = "token-of-a-controller"
KEYS = {"name", "description", "spec"}
QUESTION_TYPES = {"text", "textarea", "password", "multiplechoice", "multiselect", "integer", "float"}


def survey_error(survey: Thing) -> str:
    """Why AWX would refuse a survey; empty if it would not."""
    if missing := KEYS - survey.keys():
        return f"{sorted(missing)[0]!r} missing from survey spec"
    seen = set()
    for number, question in enumerate(survey["spec"]):
        if missing := {"type", "question_name", "variable", "required"} - question.keys():
            return f"{sorted(missing)[0]!r} missing from survey question {number}"
        if question["type"] not in QUESTION_TYPES:
            return f"{question['type']!r} in survey question {number} is not one of {sorted(QUESTION_TYPES)} allowed question types"
        if question["variable"] in seen:
            return f"'variable' {question['variable']!r} duplicated in survey question {number}"
        seen.add(question["variable"])
        if question["type"] in ("multiplechoice", "multiselect"):
            if not question.get("choices"):
                return f"Survey question {number} must specify choices"
            if question.get("default") and question["default"] not in question["choices"]:
                return "Default choice must be answered from the choices listed"
        if any(not isinstance(question.get(bound, 0), int) for bound in ("min", "max")):
            return f"Survey question {number}: min and max must be integers"
    return ""


class Refused(Exception):
    """An answer other than 200."""

    def __init__(self, status: int, body: Thing) -> None:
        super().__init__(body)
        self.status, self.body = status, body


class Controller:
    """The objects by their kind, and what was asked to change them."""

    def __init__(self) -> None:
        self.things: dict[str, list[Thing]] = {}
        self.changes: list[str] = []
        self.lock = Lock()
        for kind, names in {"organizations": ["Default"], "credential_types": ["Amazon Web Services", "Machine"]}.items():
            for name in names:
                self.create(kind, {"name": name})

    def create(self, kind: str, data: Thing) -> Thing:
        number = 1 + sum(map(len, self.things.values()))
        url = f"/api/v2/{kind}/{number}/"
        more = {
            "id": number,
            "url": url,
            "type": kind.removesuffix("s"),
            "summary_fields": {},
            "related": {"survey_spec": f"{url}survey_spec/"},
        }
        if kind == "projects":
            more["scm_revision"] = "0" * 40  # as soon as its update has ended
        self.things.setdefault(kind, []).append(data | more)
        return self.things[kind][-1]

    def named(self, kind: str) -> dict[str, Thing]:
        return {thing["name"]: thing for thing in self.things.get(kind, [])}

    def get(self, path: list[str], query: dict[str, str]) -> Thing:
        kind, *rest = path
        if rest:
            thing = self._one(kind, rest[0])
            if rest[1:] == ["survey_spec"]:
                return dict(thing.get("survey_spec", {}))
            return self._page([{"id": number} for number in thing.get(f"associated {rest[1]}", [])]) if rest[1:] else thing
        things = self.things.get(kind, [])
        if kind == "unified_job_templates":
            things = [thing for some in self.things.values() for thing in some]
        return self._page([thing for thing in things if self._matches(thing, query)])

    def post(self, path: list[str], data: Thing) -> tuple[int, Thing]:
        self.changes.append(f"POST {'/'.join(path)}")
        if len(path) == 1:
            self._check(path[0], data)
            return 201, self.create(path[0], data)
        thing = self._one(path[0], path[1])
        if path[2] == "survey_spec":
            if error := survey_error(data):
                raise Refused(400, {"error": error})
            thing["survey_spec"] = data
            return 200, {}
        associated = thing.setdefault(f"associated {path[2]}", [])
        associated.remove(data["id"]) if data.get("disassociate") else associated.append(data["id"])
        return 204, {}

    def patch(self, path: list[str], data: Thing) -> Thing:
        self.changes.append(f"PATCH {'/'.join(path)}")
        thing = self._one(*path)
        thing.update(data)
        return thing

    def _check(self, kind: str, data: Thing) -> None:
        """AWX refuses a template for a playbook that is not in the project."""
        if kind == "job_templates" and not (ROOT / data["playbook"]).is_file():
            raise Refused(400, {"playbook": ["Playbook not found for project."]})

    def _one(self, kind: str, number: str) -> Thing:
        for thing in self.things.get(kind, []):
            if str(thing["id"]) == number:
                return thing
        raise Refused(404, {"detail": "Not found."})

    @staticmethod
    def _matches(thing: Thing, query: dict[str, str]) -> bool:
        either = [(key.removeprefix("or__"), value) for key, value in query.items() if key.startswith("or__")]
        every = [(key, value) for key, value in query.items() if not key.startswith("or__")]
        return all(str(thing.get(key)) == value for key, value in every) and (
            not either or any(str(thing.get(key)) == value for key, value in either)
        )

    @staticmethod
    def _page(things: list[Thing]) -> Thing:
        return {"count": len(things), "next": None, "results": things}


def _handler(controller: Controller) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path = parts.path.removeprefix("/api/v2/").strip("/").split("/")
            try:
                if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                    raise Refused(401, {"detail": "Authentication credentials were not provided."})
                with controller.lock:
                    status, answer = self._asked(path, dict(parse_qsl(parts.query)), json.loads(body or "{}"))
            except Refused as refused:
                status, answer = refused.status, refused.body
            text = b"" if status == 204 else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def _asked(self, path: list[str], query: dict[str, str], data: Thing) -> tuple[int, Thing]:
            if self.command == "GET":
                return 200, controller.get(path, query)
            return controller.post(path, data) if self.command == "POST" else (200, controller.patch(path, data))

        do_GET = do_POST = do_PATCH = _answer

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    return Handler


@contextmanager
def serving(controller: Controller) -> Iterator[str]:
    """The URL at which it answers."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(controller)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
