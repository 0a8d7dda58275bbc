# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the Stream Manager API answers, as JSON and as an excerpt for a message, in which the token and values of pairs are hidden."""

from __future__ import annotations

import html
import json
import re
import typing as t
from urllib.parse import quote, quote_plus

from ansible_collections.streamops.red5pro.plugins.module_utils._errors import ShapeError

HIDDEN = "********"
EXCERPT = 300  # characters of an answer that a message shows
_VALUE = re.compile(r'("value"\s*:\s*)("(?:[^"\\]|\\.)*"?|[\[{][^\]}]*[\]}]?|[^\s",\[\]{}]+)')  # of a pair, which may be a secret


def hide(text: str, token: str) -> str:
    """Return `text` without the token in any encoding."""
    return re.sub("|".join(map(re.escape, spellings(token))), HIDDEN, text, flags=re.IGNORECASE)


def spellings(token: str) -> tuple[str, ...]:
    """Return the token as it may be written in a URL, a page or JSON, the longest first."""
    token = token.encode(errors="ignore").decode()
    escaped = {token, quote(token, safe=""), quote(token), quote_plus(token)}
    escaped |= {quote(spelling, safe="") for spelling in escaped}  # a URL inside a URL
    escaped |= {html.escape(token), json.dumps(token)[1:-1], json.dumps(token, ensure_ascii=False)[1:-1]}
    escaped |= {token.encode().decode("latin-1"), " ".join(token.split())}
    return tuple(sorted((spelling for spelling in escaped if spelling), key=len, reverse=True))


def decode(answer: bytes) -> t.Any:
    """Return the JSON of an answer. Raises ShapeError if there is none."""
    if not answer.strip():
        raise ShapeError("the body is empty")
    try:
        return json.loads(_text(answer))
    except (ValueError, RecursionError):
        raise ShapeError("the body is not JSON") from None


def _text(answer: bytes) -> str:
    """Return an answer as text; Java's servlets write Latin-1 unless they are told otherwise."""
    try:
        return answer.decode(json.detect_encoding(answer), "surrogatepass")
    except UnicodeDecodeError:
        return answer.decode("latin-1")


def excerpt(answer: bytes, token: str) -> str:
    """Return what an answer says on one line, of at most 300 characters."""
    text = _VALUE.sub(rf'\1"{HIDDEN}"', hide(answer.decode(errors="replace"), token))
    try:
        text = str(json.loads(text)["errorMessage"])
    except (ValueError, TypeError, KeyError, RecursionError):
        text = html.unescape(re.sub(r"<(style|script)\b.*?</\1>|<[^>]*>", " ", text, flags=re.DOTALL | re.IGNORECASE))
    text = "".join(letter if letter.isprintable() else " " for letter in hide(text, token))
    text = " ".join(text.split())
    return (text[:EXCERPT] + " ..." if len(text) > EXCERPT else text) or "nothing"
