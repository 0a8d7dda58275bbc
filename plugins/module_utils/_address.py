# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The address of the Stream Manager API."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from ansible_collections.streamops.red5pro.plugins.module_utils._messages import InvalidError, Problem

API_PATH = "/streammanager/api/4.0"
EXPECTED = "scheme, host and port, as in https://streammanager.example.com"


def base_url(api_url: str) -> str:
    """Return the API's base for `api_url`; raise InvalidError if it is invalid, without anything that may be secret."""

    def wrong(expected: str, secret: bool = False) -> InvalidError:
        return InvalidError(Problem("api_url", api_url, expected, secret))

    try:
        parts = urlsplit(api_url.strip())
    except ValueError:
        raise wrong(EXPECTED, secret=True) from None
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise wrong("no user, password, query or fragment in it; the token has its own option", secret=True)
    try:
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except ValueError as error:
        raise wrong(f"a valid host and port; {error}") from None
    if parts.scheme not in ("http", "https") or port == 0 or not re.fullmatch(r"[A-Za-z0-9._:-]+", host):
        raise wrong(EXPECTED)
    if parts.path.rstrip("/") not in ("", API_PATH):
        raise wrong(f"no path, or {API_PATH}")
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}{f':{port}' if port else ''}{API_PATH}"
