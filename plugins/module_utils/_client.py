# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""HTTP to the Stream Manager API: one request at a time, loose answers, and a token that nobody else may see."""

from __future__ import annotations

import html
import http.client
import json
import re
import ssl
import typing as t
from email.message import Message
from functools import partial
from urllib.error import HTTPError
from urllib.parse import quote, quote_plus, urlencode, urlsplit

from ansible.module_utils.api import generate_jittered_backoff, retry_with_delays_and_condition
from ansible.module_utils.urls import Request, make_context
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import InvalidError, Problem, invalid

T = t.TypeVar("T")

API_PATH = "/streammanager/api/4.0"
HIDDEN = "********"
EXCERPT = 300  # characters of an answer that a message shows
PAUSE_BASE, PAUSE_LIMIT = 2, 30  # seconds; a pause is a random part of 2, 4, 8 ... 30
_URL = "scheme, host and port, as in https://streammanager.example.com"
TRANSIENT = {408, 425, 429}  # beside every 5xx


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


def base_url(api_url: str) -> str:
    """Return the API's base for `api_url`; raise InvalidError, without showing what may be secret, if it cannot be one."""

    def wrong(expected: str, secret: bool = False) -> InvalidError:
        return InvalidError(Problem("api_url", api_url, expected, secret))

    try:
        parts = urlsplit(api_url.strip())
    except ValueError:
        raise wrong(_URL, secret=True) from None
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise wrong("no user, password, query or fragment in it; the token has its own option", secret=True)
    try:
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except ValueError as error:
        raise wrong(f"a valid host and port; {error}") from None
    if parts.scheme not in ("http", "https") or port == 0 or not re.fullmatch(r"[A-Za-z0-9._:-]+", host):
        raise wrong(_URL)
    if parts.path.rstrip("/") not in ("", API_PATH):
        raise wrong(f"no path, or {API_PATH}")
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}{f':{port}' if port else ''}{API_PATH}"


class Client:
    """Requests to one Stream Manager API.

    `timeout` is in seconds and holds for connecting and for each wait for data; `retries` is how often a request that
    failed is sent again. A GET is repeated here; the others are the caller's to repeat (see `retrying`).
    `notes` are what the user is to be warned of.
    """

    def __init__(self, params: t.Mapping[str, t.Any]) -> None:
        self._base = base_url(params["api_url"])
        self._token: str = params["access_token"]
        self.retries: int = params["retries"]
        self.notes: list[str] = []
        self._timeout: int = params["timeout"]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if self._base.startswith("https:"):
            try:  # only here and once: Ansible reads all authorities anew with each request, 65 ms even of http
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

    def call(self, doing: str, method: str, path: t.Sequence[str], read: t.Callable[[t.Any], T], body: t.Any = None) -> T:
        """Send a request and return what `read` makes of the JSON answer.

        `doing` is what the user is told ("reading the scale policy 'x'"), `path` the segments under the base, not escaped.
        Raises ApiError, also when `read` raises ShapeError.
        """
        attempt = partial(self._once, doing, method, path, read, body)
        return self.retrying(attempt, method)() if method == "GET" else attempt()

    def retrying(self, function: t.Callable[[], T], method: str, retries: int | None = None) -> t.Callable[[], T]:
        """Wrap `function` so that it runs again, after a growing and jittered pause, when a `method` of its own may do better."""
        pauses = generate_jittered_backoff(self.retries if retries is None else retries, PAUSE_BASE, PAUSE_LIMIT)
        retried: t.Callable[[], T] = retry_with_delays_and_condition(
            pauses, lambda error: isinstance(error, ApiError) and error.transient and error.method == method
        )(function)
        return retried

    def hide(self, text: str) -> str:
        """Return `text` without the token in any spelling."""
        return re.sub("|".join(map(re.escape, spellings(self._token))), HIDDEN, text, flags=re.IGNORECASE)

    def _once(self, doing: str, method: str, path: t.Sequence[str], read: t.Callable[[t.Any], T], body: t.Any) -> T:
        url = "/".join([self._base, *(quote(segment, safe="") for segment in path)])

        def failure(
            what: str, look_at: str, status: int | None = None, transient: bool = False, shape: ShapeError | None = None
        ) -> ApiError:
            times = f" (tried {self.retries + 1} times)" if transient and self.retries and method != "POST" else ""
            message = f"Failed while {doing}: {method} {url}?accessToken={HIDDEN} {what}{times}. {look_at}"
            return ApiError(self.hide(message), method, status, transient, shape)

        query = urlencode({"accessToken": self._token}, quote_via=quote, safe="")
        data = None if body is None else json.dumps(body).encode()
        try:
            status, headers, answer = self._exchange(method, f"{url}?{query}", data)
        except (OSError, http.client.HTTPException, ValueError) as error:
            what, look_at, transient = self._explain(getattr(error, "reason", None) or error)
            raise failure(what, look_at, transient=transient) from None  # the cause may hold the URL with the token
        if 200 <= status < 300:
            try:
                return read(_decode(answer))
            except ShapeError as error:
                raise failure(
                    f"answered {status}, but {error}: {self._excerpt(answer)}",
                    "Look at what stands between here and the Stream Manager, and at its log.",
                    status,
                    transient=not isinstance(error, UnreadableError),
                    shape=error,
                ) from None
        if 300 <= status < 400:
            # Only where it leads, the query may hold the token
            target = urlsplit(headers.get("Location") or "")._replace(query="", fragment="").geturl()
            raise failure(
                f"answered {status}, a redirect to {target or 'nowhere'}, which is not followed",
                "Set api_url to the scheme, host and port that serve the API themselves.",
                status,
            )
        transient = status >= 500 or status in TRANSIENT
        raise failure(f"answered {status}: {self._excerpt(answer)}", _advice(status), status, transient)

    def _exchange(self, method: str, url: str, data: bytes | None) -> tuple[int, Message, bytes]:
        try:
            response = self._request.open(method, url, data=data)
        except HTTPError as error:
            with error:
                try:
                    return error.code, error.headers, error.read()
                except (OSError, http.client.HTTPException):  # a cut-off error page: its code says enough
                    return error.code, error.headers, b""
        with response:
            return response.code, response.headers, response.read()

    def _explain(self, reason: t.Any) -> tuple[str, str, bool]:
        """Return what happened, what to look at, and whether trying again may help."""
        if isinstance(reason, ssl.SSLCertVerificationError):
            return (
                f"found a certificate that is not trusted: {reason.verify_message}",
                "Look at ca_path, at the host name in api_url and at the certificate's dates.",
                False,
            )
        if isinstance(reason, TimeoutError):
            return f"got no answer within {self._timeout} s", "Look at timeout, at firewalls and at the load of the Stream Manager.", True
        if isinstance(reason, http.client.IncompleteRead):
            return f"was cut off after {len(reason.partial)} bytes", "Look at the Stream Manager's log and at the load balancer.", True
        return (
            f"failed: {reason}",
            "Look at api_url, at whether the Stream Manager runs, and at the security groups on the way.",
            not isinstance(reason, ValueError),
        )

    def _excerpt(self, answer: bytes) -> str:
        text = self.hide(answer.decode(errors="replace"))
        try:
            text = str(json.loads(text)["errorMessage"])
        except (ValueError, TypeError, KeyError, RecursionError):
            text = html.unescape(re.sub(r"<(style|script)\b.*?</\1>|<[^>]*>", " ", text, flags=re.DOTALL | re.IGNORECASE))
        text = "".join(letter if letter.isprintable() else " " for letter in self.hide(text))
        text = " ".join(text.split())
        return (text[:EXCERPT] + " ..." if len(text) > EXCERPT else text) or "nothing"


def spellings(token: str) -> tuple[str, ...]:
    """Return the token as it may be written in a URL, a page or JSON, the longest first."""
    token = token.encode(errors="ignore").decode()
    escaped = {token, quote(token, safe=""), quote(token), quote_plus(token)}
    escaped |= {quote(spelling, safe="") for spelling in escaped}  # a URL inside a URL
    escaped |= {html.escape(token), json.dumps(token)[1:-1], json.dumps(token, ensure_ascii=False)[1:-1]}
    escaped |= {token.encode().decode("latin-1"), " ".join(token.split())}
    return tuple(sorted((spelling for spelling in escaped if spelling), key=len, reverse=True))


def _decode(answer: bytes) -> t.Any:
    if not answer.strip():
        raise ShapeError("the body is empty")
    try:
        return json.loads(answer)
    except (ValueError, RecursionError):
        raise ShapeError("the body is not JSON") from None


def _advice(status: int) -> str:
    if status in (401, 403):
        return "Look at access_token: it must be the rest.administratorToken of the Stream Manager."
    if status >= 500:
        return "Look at the Stream Manager's log, at its database and at the load balancer's targets."
    return "Look at api_url and access_token, and at what the message says."
