# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Changes the objects of one resource of the Stream Manager API."""

from __future__ import annotations

import typing as t
from functools import partial

from ansible_collections.streamops.red5pro.plugins.module_utils._answers import Object, ends
from ansible_collections.streamops.red5pro.plugins.module_utils._compare import differences
from ansible_collections.streamops.red5pro.plugins.module_utils._errors import ApiError, OtherNameError, StreamManagerError
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import refusing
from ansible_collections.streamops.red5pro.plugins.module_utils._reader import Reader
from ansible_collections.streamops.red5pro.plugins.module_utils._retry import post, put_or_delete


class Store(Reader):
    """Creates, updates and deletes the objects of one resource, and reads them."""

    def create(self, wanted: Object, effect: t.Callable[[], Object | None] | None = None) -> Object:
        """Create the object and return it in the API's form; `effect` checks whether a POST without an answer created it."""
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
                    f"Asked for {self.called(name)}, the API created {error.shape.name!r} and ignored the name. It is not sent again. "
                    f"Delete {error.shape.name!r} (state=absent), or declare it under that name."
                ) from None
            return found

    def update(self, wanted: Object, held: Object) -> Object:
        """Update the object and return it in the API's form."""
        name = wanted["name"]

        def look() -> Object | None:
            found = self.get(name)
            return found if found and not differences(wanted, self.resource.read(found)) else None

        return put_or_delete(self.client, "PUT", partial(self.send, "updating", "PUT", name, self.resource.write(wanted, held)), look)

    def delete(self, name: str, wait: bool = False) -> None:
        """Delete the object. With `wait` the caller waits for the list, so it is enough that the API accepted the request."""
        taken: list[ApiError] = []
        listed: list[bool] = []  # whether it is still listed

        def request() -> Object:
            try:
                return self.send("deleting", "DELETE", name)
            except ApiError as error:
                if error.refused and taken and self.resource.lingers:  # since it is being deleted
                    return {}
                taken.extend([error] if error.shape else [])
                raise

        def look() -> Object | None:
            listed.append(self._remains(name))
            return None if listed[-1] else {}

        try:
            self.unless_gone(name, partial(put_or_delete, self.client, "DELETE", request, look))
        except ApiError as error:
            if not (wait and error.shape and listed and self.resource.lingers):
                raise

    def _remains(self, name: str) -> bool:
        if not self.resource.lingers:
            return name in self.names()
        return any(entry.get("name") == name and not ends(entry.get("state")) for entry in self.entries())

    def refuse_if_used(self, name: str, doing: str, hint: str) -> None:
        """Raise StreamManagerError if an object of the resource that uses this one names it."""
        if self.resource.user is None:
            return
        user, attribute = self.resource.user
        users = [repr(str(entry.get("name"))) for entry in Reader(self.client, user).entries() if entry.get(attribute) == name]
        if users:
            raise StreamManagerError(refusing(f"{doing} {self.called(name)}", f"the {user.noun} {', '.join(users)} uses it", hint))
