# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""XML files, in the encoding that they declare; Python's own parser knows fewer names of encodings than Java's."""

from __future__ import annotations

import codecs
import re
from xml.etree import ElementTree

_DECLARED = re.compile(rb"""<\?xml\s[^>]*?\bencoding\s*=\s*["'](?P<name>[A-Za-z][A-Za-z0-9._-]*)["']""")
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def encoding(data: bytes) -> str:
    """The encoding by the byte order mark or the declaration, UTF-8 without either."""
    declared = _DECLARED.match(data)
    of_mark = next((name for mark, name in _MARKS.items() if data.startswith(mark)), None)
    return of_mark or (declared["name"].decode() if declared else "utf-8")


def root(data: bytes) -> ElementTree.Element:
    """The root element of a file. Raises ParseError if it is not XML, or not in its encoding."""
    try:
        return ElementTree.fromstring(data.decode(encoding(data)))
    except (LookupError, ValueError) as error:
        raise ElementTree.ParseError(str(error)) from error
