# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters that compare a deployment's prefix, passwords, token and ports with the account and the hosts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._plain import plain
from ansible_collections.streamops.red5pro.plugins.plugin_utils import guards, host_guards


def stream_manager_guards(account: dict[str, Any], declared: dict[str, Any]) -> dict[str, Any]:
    """Why the stream managers must not be changed, and what of their prefixes and ports does not hold."""
    return guards.guard(plain(account), plain(declared))


def password_refusal(found: str | None, expected: dict[str, Any]) -> str:
    """Why no node image must be created, from the cluster passwords."""
    return host_guards.password_refusal(expected["image"], found, str(expected["password"]), expected["salt"], expected.get("read"))


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"password_refusal": password_refusal, "stream_manager_guards": stream_manager_guards}
