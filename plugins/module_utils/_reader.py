# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads one resource of the Stream Manager API."""

from __future__ import annotations

import typing as t
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from ansible_collections.streamops.red5pro.plugins.module_utils._answers import Object, ends, name_in
from ansible_collections.streamops.red5pro.plugins.module_utils._client import Client
from ansible_collections.streamops.red5pro.plugins.module_utils._errors import ApiError, OtherNameError, ShapeError, UnreadableError
from ansible_collections.streamops.red5pro.plugins.module_utils._resource import Resource

T = t.TypeVar("T")
THREADS = 8  # requests at the same time


class Reader:
    """Reads the objects of one resource."""

    def __init__(self, client: Client, resource: Resource) -> None:
        self.client = client
        self.resource = resource

    def names(self) -> list[str]:
        """Return the names of all objects; others do not exist, whatever a status code says."""
        return [entry["name"] for entry in self.entries() if isinstance(entry.get("name"), str)]

    def entries(self) -> list[Object]:
        """Return the entries of the list in the API's form."""
        return self._list(self.resource.entries)

    def _list(self, read: t.Callable[[t.Any], T]) -> T:
        return self.client.call(f"listing the {self.resource.nouns}", "GET", self.resource.path, read)

    def listed(self, own: str | None = None) -> list[Object]:
        """Return all readable objects of a list of whole objects; raise ApiError if the one named `own` is unreadable.

        An object that is ending is left out if there is a new one of its name.
        """

        def read(answer: t.Any) -> list[Object]:
            found = []
            for entry in self.resource.entries(answer):
                try:
                    found.append(self.resource.read(entry))
                except ShapeError as error:
                    if own is not None and entry.get("name") == own:
                        raise UnreadableError(str(error)) from None
                    self._note(f"the {self.resource.noun} {entry.get('name')!r}", str(error))
            living = {each["name"] for each in found if not ends(each.get("state"))}
            return [each for each in found if each["name"] not in living or not ends(each.get("state"))]

        return self._list(read)

    def _note(self, what: str, why: str) -> None:
        self.client.note(f"Left out {what}, which is unreadable: {why}")

    def get(self, name: str) -> Object | None:
        """Return the object in the API's form; None if it does not exist."""
        return self.unless_gone(name, partial(self.send, "reading", "GET", name))

    def readable(self, names: t.Iterable[str], read: t.Callable[[str], T | None]) -> list[T]:
        """Return what `read` returns for each name, without unreadable ones; raise ApiError if no answer is valid."""
        found: list[T | None] = []
        failed: list[ApiError] = []
        with ThreadPoolExecutor(THREADS) as pool:
            answers = [(name, pool.submit(read, name)) for name in names]
        for name, answer in answers:
            try:
                found.append(answer.result())
            except ApiError as error:
                if error.shape is None:
                    raise
                failed.append(error)
                self._note(self.called(name), str(error.shape))
        meaningless = [error for error in failed if not isinstance(error.shape, UnreadableError)]
        if meaningless and not found:
            raise meaningless[0]
        return [each for each in found if each is not None]

    def send(self, doing: str, method: str, name: str, body: Object | None = None) -> Object:
        """Send a request about the object and return its form in the answer, checked to be readable and of that name."""

        def own(answer: t.Any) -> Object:
            found = name_in(answer, self.resource.wrapper)
            if found != name:
                raise OtherNameError(found)
            try:
                self.resource.read(answer)
            except ShapeError as error:
                raise UnreadableError(str(error)) from None
            return t.cast(Object, answer)

        path = self.resource.path if method == "POST" else (*self.resource.path, name)
        return self.client.call(f"{doing} {self.called(name)}", method, path, own, body)

    def called(self, name: str) -> str:
        """Return the object's name for messages."""
        return f"the {self.resource.noun} {name!r}"

    def unless_gone(self, name: str, request: t.Callable[[], T]) -> T | None:
        """Return what `request` returns; None if it fails and the object is no longer listed."""
        try:
            return request()
        except ApiError as error:
            # A DELETE whose answer was lost may have taken effect
            perhaps = error.refused or (error.transient and error.method == "DELETE")
            if perhaps and not self._is_listed(name, error):
                return None
            raise

    def _is_listed(self, name: str, failure: ApiError) -> bool:
        try:
            return name in self.names()
        except ApiError:
            raise failure from None

    def members(self, name: str) -> list[Object]:
        """Return what the object has under a path of its own, such as the nodes of a node group; nothing if it does not exist."""
        members = self.resource.members
        if members is None:
            return []
        doing, path = f"listing the {members.key} of {self.called(name)}", (*self.resource.path, name, members.segment)
        return self.unless_gone(name, partial(self.client.call, doing, "GET", path, members.read)) or []
