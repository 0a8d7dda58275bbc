# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""EC2 user data of a launch configuration: separate options here, a property named UserData in the API."""

from __future__ import annotations

import base64
import json

from ansible_collections.streamops.red5pro.plugins.module_utils._answers import Object, property_text
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import Problem
from ansible_collections.streamops.red5pro.plugins.module_utils._resource import Params, Problems

USER_DATA = "UserData"
USER_DATA_BYTES = 16 * 1024  # EC2's limit, before base64
PROPERTIES_LENGTH = 65535  # as JSON


def as_bytes(text: str) -> bytes:
    """Return the original bytes: Ansible's lookups keep bytes that are not UTF-8 as lone surrogates."""
    try:
        return text.encode(errors="surrogateescape")
    except UnicodeEncodeError:
        return text.encode(errors="surrogatepass")


def _encoded(data: bytes) -> str:
    return "base64:" + base64.b64encode(data).decode()


def with_property(properties: Object, user_data: str | None, user_data_file: str | None) -> Object:
    """Return the properties with that for the user data."""
    found = dict(properties)
    if user_data is not None:
        found[USER_DATA] = _encoded(as_bytes(user_data))
    if user_data_file is not None:
        found[USER_DATA] = f"file:{user_data_file}"
    return found


def with_options(properties: Object) -> Object:
    """Return `properties`, `user_data` and `user_data_file`; what is not UTF-8 stays a property."""
    found: Object = {"properties": dict(sorted(properties.items())), "user_data": None, "user_data_file": None}
    kind, _colon, rest = str(properties.get(USER_DATA, "")).partition(":")
    if kind == "file":
        found["user_data_file"] = rest
    elif kind == "base64":
        try:
            data = base64.b64decode("".join(rest.split()), validate=True)
            found["properties"][USER_DATA] = _encoded(data)
            found["user_data"] = data.decode()
        except ValueError:
            return found
    else:
        return found
    del found["properties"][USER_DATA]
    return found


def user_data_problems(params: Params, path: str) -> Problems:
    """Yield what is wrong with the user data, and with the length of all properties, which include them."""
    found = list(_given_problems(params, path))
    yield from found or _length_problems(params, path)


def _given_problems(params: Params, path: str) -> Problems:
    text, file = params.get("user_data"), params.get("user_data_file")
    raw = property_text((params.get("properties") or {}).get(USER_DATA))
    if sum(value is not None for value in (text, file, raw)) > 1:
        yield Problem(f"{path}user_data", "more than one of them", f"only one of user_data, user_data_file and properties.{USER_DATA}")
    if text is not None and len(as_bytes(text)) > USER_DATA_BYTES:
        yield Problem(f"{path}user_data", f"{len(as_bytes(text))} bytes", f"at most {USER_DATA_BYTES} bytes, EC2's limit")
    if file is not None and not file.startswith("/"):
        yield Problem(f"{path}user_data_file", file, "an absolute path on the stream manager")
    if raw is not None and not raw.startswith("file:/") and not _is_base64(raw):
        expected = "file:/absolute/path or base64:TEXT; or use user_data or user_data_file"
        yield Problem(f"{path}properties.{USER_DATA}", raw, expected, secret=True)


def _is_base64(raw: str) -> bool:
    prefix, colon, rest = raw.partition(":")
    try:
        return prefix == "base64" and bool(colon) and bool(base64.b64decode(rest, validate=True))
    except ValueError:
        return False


def _length_problems(params: Params, path: str) -> Problems:
    texts = {str(name): property_text(value) for name, value in (params.get("properties") or {}).items()}
    properties = with_property(texts, params.get("user_data") or None, None)
    length = len(json.dumps({"property": [{"name": name, "value": value} for name, value in properties.items()]}, ensure_ascii=False))
    if length > PROPERTIES_LENGTH:
        yield Problem(f"{path}properties", f"{length} characters as JSON", f"at most {PROPERTIES_LENGTH} characters")
