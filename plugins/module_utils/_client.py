# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""HTTP to the Stream Manager API: one request at a time, lenient about answers; the token is in no message."""

from __future__ import annotations

import http.client
import json
import ssl
import typing as t
from email.message import Message
from functools import partial
from urllib.error import HTTPError
from urllib.parse import quote, urlencode, urlsplit

from ansible.module_utils.api import generate_jittered_backoff, retry_with_delays_and_condition
from ansible.module_utils.urls import Request, make_context
from ansible_collections.streamops.red5pro.plugins.module_utils._address import base_url
from ansible_collections.streamops.red5pro.plugins.module_utils._answer_text import HIDDEN, decode, excerpt, hide
from ansible_collections.streamops.red5pro.plugins.module_utils._errors import ApiError, ShapeError, StreamManagerError, UnreadableError
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import invalid

T = t.TypeVar("T")

PAUSE_BASE, PAUSE_LIMIT = 2, 30  # seconds; a pause is a random part of 2, 4, 8 ... 30
TRANSIENT = {408, 425, 429}  # in addition to every 5xx


class Client:
    """Requests to one Stream Manager API.

    `timeout` is in seconds, for the connection and for each wait for data; `retries` is how often a failed request is
    sent again. A GET is repeated here; the caller repeats the others (see `retrying`). `notes` are warnings for the user.
    """

    def __init__(self, params: t.Mapping[str, t.Any]) -> None:
        self._base = base_url(params["api_url"])
        self._token: str = params["access_token"]
        self.retries: int = params["retries"]
        self.notes: list[str] = []
        self._timeout: int = params["timeout"]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if self._base.startswith("https:"):
            try:  # only here: otherwise Ansible reads all authorities again with each request, 65 ms even for http
                context = make_context(cafile=params["ca_path"], validate_certs=params["validate_certs"])
            except OSError as error:
                raise StreamManagerError(invalid("ca_path", params["ca_path"], f"a file of PEM certificates; {error}")) from None
        self._request = Request(
            # A redirect is never followed: it would carry the token elsewhere, and turns a POST into a GET
            follow_redirects="none",
            timeout=self._timeout,
            context=context,
            use_netrc=False,
            decompress=False,
            http_agent="streamops.red5pro",
            headers={"Accept": "application/json", "Content-Type": "application/json"},
        )

    def call(
        self,
        doing: str,
        method: str,
        path: t.Sequence[str],
        read: t.Callable[[t.Any], T],
        body: t.Any = None,
        query: t.Mapping[str, str] | None = None,
    ) -> T:
        """Send a request and return what `read` makes of the JSON answer.

        `doing` is for the messages ("reading the scale policy 'x'"), `path` the segments under the base and `query` the parameters
        besides the token, not escaped.
        Raises ApiError, also when `read` raises ShapeError.
        """
        attempt = partial(self._once, doing, method, path, read, body, query or {})
        return self.retrying(attempt, method)() if method == "GET" else attempt()

    def retrying(self, function: t.Callable[[], T], method: str, retries: int | None = None) -> t.Callable[[], T]:
        """Wrap `function` so that it runs again, after growing jittered pauses, if a `method` request fails for a transient reason."""
        pauses = generate_jittered_backoff(self.retries if retries is None else retries, PAUSE_BASE, PAUSE_LIMIT)
        retried: t.Callable[[], T] = retry_with_delays_and_condition(
            pauses, lambda error: isinstance(error, ApiError) and error.transient and error.method == method
        )(function)
        return retried

    def note(self, text: str) -> None:
        """Add a warning for the user, without the token."""
        self.notes.append(hide(text, self._token))

    def _once(
        self,
        doing: str,
        method: str,
        path: t.Sequence[str],
        read: t.Callable[[t.Any], T],
        body: t.Any,
        parameters: t.Mapping[str, str],
    ) -> T:
        further = "".join(f"&{urlencode({name: value}, quote_via=quote, safe='')}" for name, value in parameters.items())
        url = "/".join([self._base, *(quote(segment, safe="") for segment in path)])

        def failure(what: str, check: str, status: int | None = None, transient: bool = False, shape: ShapeError | None = None) -> ApiError:
            times = f" (tried {self.retries + 1} times)" if transient and self.retries and method != "POST" else ""
            message = f"Failed while {doing}: {method} {url}?accessToken={HIDDEN}{further} {what}{times}. {check}"
            return ApiError(hide(message, self._token), method, status, transient, shape)

        query = urlencode({"accessToken": self._token}, quote_via=quote, safe="")
        data = None if body is None else json.dumps(body).encode()
        try:
            status, headers, answer = self._exchange(method, f"{url}?{query}{further}", data)
        except (OSError, http.client.HTTPException, ValueError) as error:
            what, check, transient = self._explain(getattr(error, "reason", None) or error)
            raise failure(what, check, transient=transient) from None  # the cause may contain the URL with the token
        if 200 <= status < 300:
            try:
                return read(decode(answer))
            except ShapeError as error:
                raise failure(
                    f"answered {status}, but {error}: {excerpt(answer, self._token)}",
                    "Check the proxies and load balancers before the Stream Manager, and its log.",
                    status,
                    transient=not isinstance(error, UnreadableError),
                    shape=error,
                ) from None
        if 300 <= status < 400:
            # Only the target: the query may contain the token
            target = urlsplit(headers.get("Location") or "")._replace(query="", fragment="").geturl()
            raise failure(
                f"answered {status}, a redirect to {target or 'nowhere'}, which is not followed",
                "Set api_url to the scheme, host and port that serve the API themselves.",
                status,
            )
        transient = status >= 500 or status in TRANSIENT
        raise failure(f"answered {status}: {excerpt(answer, self._token)}", _advice(status), status, transient)

    def _exchange(self, method: str, url: str, data: bytes | None) -> tuple[int, Message, bytes]:
        try:
            response = self._request.open(method, url, data=data)
        except HTTPError as error:
            with error:
                try:
                    return error.code, error.headers, error.read()
                except (OSError, http.client.HTTPException):  # a truncated error page: its status code is enough
                    return error.code, error.headers, b""
        with response:
            return response.code, response.headers, response.read()

    def _explain(self, reason: t.Any) -> tuple[str, str, bool]:
        """Return what happened, what to check, and whether a retry may help."""
        if isinstance(reason, ssl.SSLCertVerificationError):
            return (
                f"found a certificate that is not trusted: {reason.verify_message}",
                "Check ca_path, the host name in api_url and the certificate's dates.",
                False,
            )
        if isinstance(reason, TimeoutError):
            return f"got no answer within {self._timeout} s", "Check timeout, the firewalls and the load of the Stream Manager.", True
        if isinstance(reason, http.client.IncompleteRead):
            return f"was cut off after {len(reason.partial)} bytes", "Check the Stream Manager's log and the load balancer.", True
        return (
            f"failed: {reason}",
            "Check api_url, whether the Stream Manager is running, and the security groups on the way.",
            not isinstance(reason, ValueError),
        )


def _advice(status: int) -> str:
    if status in (401, 403):
        return "Check access_token. It must be the rest.administratorToken of the Stream Manager."
    if status >= 500:
        return "Check the Stream Manager's log, its database and the load balancer's targets."
    return "Check api_url, access_token and the text of the answer."
