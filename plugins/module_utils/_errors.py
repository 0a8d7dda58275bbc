# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What can go wrong with the Stream Manager API."""

from __future__ import annotations


class StreamManagerError(Exception):
    """Something the user must know; the text is ready for them and never holds the token."""


class ShapeError(ValueError):
    """An answer that is not what the API's documentation says; the text tells what is wrong with it."""


class UnreadableError(ShapeError):
    """An answer of the right kind in which something cannot be read: asking again does not help."""


class OtherNameError(UnreadableError):
    """An answer about an object of another name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"it is about {name!r}")
        self.name = name


class ApiError(StreamManagerError):
    """A request that failed. `status` is the HTTP code, None without an answer; `transient` says that trying again may help.

    `shape` is what is wrong with the answer to a request that the API took, by its code.
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
        """True for the two codes of which either may mean "no such object"."""
        return self.status in (400, 404)
