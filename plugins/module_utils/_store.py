# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The objects of one resource behind the Stream Manager API."""

from __future__ import annotations

import typing as t
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from ansible_collections.streamops.red5pro.plugins.module_utils._answers import Object, ends, name_in
from ansible_collections.streamops.red5pro.plugins.module_utils._client import (
    ApiError,
    Client,
    OtherNameError,
    ShapeError,
    StreamManagerError,
    UnreadableError,
)
from ansible_collections.streamops.red5pro.plugins.module_utils._compare import differences
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import refusing
from ansible_collections.streamops.red5pro.plugins.module_utils._resource import Resource
from ansible_collections.streamops.red5pro.plugins.module_utils._retry import post, put_or_delete

T = t.TypeVar("T")
THREADS = 8  # requests at the same time


class Store:
    """The objects of one resource behind the API."""

    def __init__(self, client: Client, resource: Resource) -> None:
        self.client = client
        self.resource = resource

    def names(self) -> list[str]:
        """Return the names of all objects; what is not among them does not exist, whatever a status code says."""
        return [entry["name"] for entry in self._list(self.resource.entries) if isinstance(entry.get("name"), str)]

    def _list(self, read: t.Callable[[t.Any], T]) -> T:
        return self.client.call(f"listing the {self.resource.nouns}", "GET", self.resource.path, read)

    def listed(self, own: str | None = None) -> list[Object]:
        """Return all objects of a list of whole objects that can be read; raise ApiError if the one of the name `own` cannot."""

        def read(answer: t.Any) -> list[Object]:
            found = []
            for entry in self.resource.entries(answer):
                try:
                    found.append(self.resource.read(entry))
                except ShapeError as error:
                    if own is not None and entry.get("name") == own:
                        raise UnreadableError(str(error)) from None
                    self._note(f"the {self.resource.noun} {entry.get('name')!r}", str(error))
            return found

        return self._list(read)

    def _note(self, what: str, why: str) -> None:
        self.client.notes.append(self.client.hide(f"Left out {what}, which cannot be read: {why}"))

    def get(self, name: str) -> Object | None:
        """Return the object as the API holds it; None if it does not exist (any more)."""
        return self.unless_gone(name, partial(self.send, "reading", "GET", name))

    def readable(self, names: t.Iterable[str], read: t.Callable[[str], T | None]) -> list[T]:
        """Return what `read` makes of each name, without what cannot be read; raise ApiError if the answers mean nothing at all."""
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
        """Send a request about the object and return its form in the answer, checked to be readable and about it."""

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
        """Return how messages call the object."""
        return f"the {self.resource.noun} {name!r}"

    def unless_gone(self, name: str, request: t.Callable[[], T]) -> T | None:
        """Return what `request` returns; None if it fails and the list no longer has the object."""
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

    def create(self, wanted: Object, effect: t.Callable[[], Object | None] | None = None) -> Object:
        """Create the object and return it as the API holds it; `effect` looks whether a POST without an answer has made it."""
        name = wanted["name"]
        look = effect or (lambda: self.get(name) if name in self.names() else None)
        try:
            return post(self.client, partial(self.send, "creating", "POST", name, self.resource.write(wanted, {})), look)
        except ApiError as error:
            if not isinstance(error.shape, OtherNameError):
                raise
            found = look()
            if found is None:
                raise StreamManagerError(
                    f"Asked for {self.called(name)}, the API made {error.shape.name!r}: it does not take the name. It is not asked again. "
                    f"Delete {error.shape.name!r} (state=absent), or declare it under that name."
                ) from None
            return found

    def update(self, wanted: Object, held: Object) -> Object:
        """Update the object and return it as the API holds it."""
        name = wanted["name"]

        def look() -> Object | None:
            found = self.get(name)
            return found if found and not differences(wanted, self.resource.read(found)) else None

        return put_or_delete(self.client, "PUT", partial(self.send, "updating", "PUT", name, self.resource.write(wanted, held)), look)

    def delete(self, name: str, wait: bool = False) -> None:
        """Delete the object. With `wait` the caller waits for the list, so that it is enough if the API took the request."""
        taken: list[ApiError] = []
        seen: list[bool] = []  # by the list, whether it remains

        def request() -> Object:
            try:
                return self.send("deleting", "DELETE", name)
            except ApiError as error:
                if error.refused and taken and self.resource.lingers:  # since it is being deleted
                    return {}
                taken.extend([error] if error.shape else [])
                raise

        def look() -> Object | None:
            seen.append(self._remains(name))
            return None if seen[-1] else {}

        try:
            self.unless_gone(name, partial(put_or_delete, self.client, "DELETE", request, look))
        except ApiError as error:
            if not (wait and error.shape and seen and self.resource.lingers):
                raise

    def _remains(self, name: str) -> bool:
        if not self.resource.lingers:
            return name in self.names()
        return any(entry.get("name") == name and not ends(entry.get("state")) for entry in self._list(self.resource.entries))

    def refuse_if_used(self, name: str, doing: str, hint: str) -> None:
        """Raise StreamManagerError if an object of the resource that uses this one names it."""
        if self.resource.user is None:
            return
        user, attribute = self.resource.user
        users = [repr(str(entry.get("name"))) for entry in Store(self.client, user)._list(user.entries) if entry.get(attribute) == name]
        if users:
            raise StreamManagerError(refusing(f"{doing} {self.called(name)}", f"the {user.noun} {', '.join(users)} uses it", hint))

    def members(self, name: str) -> list[Object]:
        """Return what the object has under a path of its own, as the nodes of a node group; nothing if the object is gone."""
        members = self.resource.members
        if members is None:
            return []
        doing, path = f"listing the {members.key} of {self.called(name)}", (*self.resource.path, name, members.segment)
        return self.unless_gone(name, partial(self.client.call, doing, "GET", path, members.read)) or []
