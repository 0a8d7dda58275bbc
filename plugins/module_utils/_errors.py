# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What can go wrong with the Stream Manager API."""

from __future__ import annotations


class StreamManagerError(Exception):
    """An error for the user; the text is the whole message and never contains the token."""


class ShapeError(ValueError):
    """An answer that does not match the API's documentation; the text says why."""


class UnreadableError(ShapeError):
    """An answer of the right kind that has an unreadable value: a retry does not help."""


class OtherNameError(UnreadableError):
    """An answer about an object of another name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"it is about {name!r}")
        self.name = name


class ApiError(StreamManagerError):
    """A request that failed. `status` is the HTTP code, None without an answer; `transient` means that a retry may help.

    `shape` is what is wrong with the answer if the status code reports success.
    """

    def __init__(
        self, message: str, method: str, status: int | None = None, transient: bool = False, shape: ShapeError | None = None
    ) -> None:
        super().__init__(message)
        self.method = method
        self.status = status
        self.transient = transient
        self.shape = shape

    @property
    def refused(self) -> bool:
        """True for the two status codes that may mean "no such object"."""
        return self.status in (400, 404)
