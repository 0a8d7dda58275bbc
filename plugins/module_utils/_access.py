# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is wrong with the access to the API, found before any request; the token is never shown."""

from __future__ import annotations

import os
from urllib.parse import quote

from ansible_collections.streamops.red5pro.plugins.module_utils._address import API_PATH, base_url
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import InvalidError, Problem
from ansible_collections.streamops.red5pro.plugins.module_utils._resource import Params, Problems, Resource
from ansible_collections.streamops.red5pro.plugins.module_utils._rules import is_unicode

URL_BYTES = 4096
_TOKEN = "rest.administratorToken of the Stream Manager"
_MINIMUMS = (("timeout", 1), ("retries", 0))


def connection_problems(params: Params, resource: Resource) -> Problems:
    """Yield what is wrong with the options of the connection."""
    token = params["access_token"]
    try:
        base_url(params["api_url"])
    except InvalidError as error:
        yield error.problem
    if not token.strip() or not is_unicode(token):
        yield Problem("access_token", "empty or not UTF-8", f"the {_TOKEN}")
    elif token != token.strip() or not token.isprintable():
        yield Problem("access_token", "white space around it or a control character in it", f"the {_TOKEN} as it is")
    yield from url_problems(params["api_url"], token, resource, params.get(resource.identity) or "")
    for option, minimum in _MINIMUMS:
        if params[option] < minimum:
            yield Problem(option, params[option], f"a whole number from {minimum}")
    if params["ca_path"] is not None and not os.path.isfile(params["ca_path"]):
        yield Problem("ca_path", params["ca_path"], "an existing file of PEM certificates")


def url_problems(api_url: str, token: str, resource: Resource, name: str, path: str = "") -> Problems:
    """Yield why a URL about the object would be too long."""
    parts = "/".join((API_PATH, *resource.path, quote(name, errors="replace", safe=""), *resource.longest_path))
    size = len(
        f"{api_url.rstrip('/').removesuffix(API_PATH)}{parts}?accessToken={quote(token, errors='replace', safe='')}{resource.longest_query}"
    )
    if size >= URL_BYTES:
        expected = f"a shorter name or access_token, for URLs of fewer than {URL_BYTES} bytes; these give {size}"
        yield Problem(f"{path}{resource.identity}", name, expected)
