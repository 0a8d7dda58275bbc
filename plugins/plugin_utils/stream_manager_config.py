# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is declared for the properties of the stream managers: pure functions, secrets never in a message."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._properties import HIDDEN, is_key, is_secret, value_text

OWN_ADDRESS = "streammanager.ip"
PREFIX = "instancecontroller.instanceNamePrefix"
PASSWORD = "cluster.password"
TOKEN = "rest.administratorToken"

_VARIABLE = "red5pro_stream_manager_properties"
_SCALAR = "text, a number, true or false"
_KINDS = {dict: "a dictionary", list: "a list", str: "a text", int: "a number"}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)


def property_problems(properties: Any, variable: str = _VARIABLE, api_token: str | None = None) -> list[str]:
    """What is wrong with declared properties, one message each; with the API's token also whether they contradict it."""
    if not isinstance(properties, Mapping):
        return [f"Invalid {variable}: {_kind(properties)}. Expected: a dictionary of properties by key, such as proxy.enabled: true."]
    problems = [
        f"Invalid {variable}[{str(key)!r}]: {found}. Expected: {expected}."
        for key, value in properties.items()
        for found, expected in _problems(key, value)
    ]
    token = properties.get(TOKEN)
    if api_token and TOKEN in properties and not problems and value_text(token) != api_token:
        problems.append(f"Invalid {variable}[{TOKEN!r}]: {HIDDEN}. Expected: the same value as red5pro_api_token.")
    return problems


def _problems(key: Any, value: Any) -> Iterator[tuple[str, str]]:
    """What was found and what is expected, nothing if all is well."""
    if not is_key(key):
        yield "this key", "a key such as config.dbHost, in ASCII and without white space, =, :, a backslash, and a # or ! at its beginning"
    elif key == OWN_ADDRESS:
        yield _shown(key, value), "no such key here; each stream manager gets its own address"
    elif isinstance(value, Mapping):
        below = next(iter(value), "key")
        yield "a dictionary", f"{_SCALAR}; write keys with dots, such as {key}.{below}"
    elif isinstance(value, (list, tuple, set)):
        yield "a list", _SCALAR
    else:
        yield from _value_problems(key, value_text(value))


def _value_problems(key: str, text: str) -> Iterator[tuple[str, str]]:
    if re.search(r"[\r\n]", text):
        yield "a value with a line break", "one line"
    elif any(ord(char) < 32 or ord(char) == 127 for char in text):
        yield "a value with a control character", "printable characters"
    elif text != text.strip():
        yield "a value with white space at its beginning or end", "none there, since Java keeps it as part of the value"
    elif key == PREFIX and not _NAME.fullmatch(text):
        yield _shown(key, text), "1 to 64 letters, digits, dots, hyphens and underscores, beginning with a letter or a digit"
    elif key in (PASSWORD, TOKEN) and not text:
        yield "an empty value", "a value that is not empty"


def _shown(key: str, value: Any) -> str:
    return HIDDEN if is_secret(key) else repr(value_text(value))


def _kind(value: Any) -> str:
    return next((name for kind, name in _KINDS.items() if isinstance(value, kind)), "no value")
