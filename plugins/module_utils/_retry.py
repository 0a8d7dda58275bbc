# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Requests whose answer is lost: before they are sent again, a lookup shows whether they took effect."""

from __future__ import annotations

import typing as t

from ansible_collections.streamops.red5pro.plugins.module_utils._client import Client
from ansible_collections.streamops.red5pro.plugins.module_utils._errors import ApiError, StreamManagerError

T = t.TypeVar("T")


def post(client: Client, request: t.Callable[[], T], effect: t.Callable[[], T | None], retries: int | None = None) -> T:
    """Run a POST; if its answer is lost, run it again only after `effect` found that it had none."""
    lost: list[ApiError] = []

    def look() -> T | None:
        try:
            return effect() if lost else None
        except ApiError as error:
            raise StreamManagerError(f"{lost[-1]} Failed to check whether it took effect: {error}") from None

    def attempt() -> T:
        found = look()
        if found is not None:
            return found
        try:
            return request()
        except ApiError as error:
            if error.transient:
                lost.append(error)
            raise

    try:
        return client.retrying(attempt, "POST", retries)()
    except ApiError:
        found = look()
        if found is None:
            raise
        return found


def settled(client: Client, method: str, request: t.Callable[[], T], look: t.Callable[[], T | None]) -> T:
    """Run a request that may run again; if it fails in the end, `look` says whether it took effect."""
    try:
        return put_or_delete(client, method, request, look)
    except ApiError as error:
        if not (error.transient or error.refused):
            raise
        try:
            found = look()
        except ApiError:
            raise error from None
        if found is None:
            raise
        return found


def put_or_delete(client: Client, method: str, request: t.Callable[[], T], look: t.Callable[[], T | None]) -> T:
    """Run a PUT or DELETE, which may run again; if its answer says nothing, `look` does."""

    def attempt() -> T:
        try:
            return request()
        except ApiError as error:
            if error.shape is None:
                raise
            try:
                found = look()
            except ApiError:
                raise error from None
            if found is None:
                raise
            return found

    return client.retrying(attempt, method)()
