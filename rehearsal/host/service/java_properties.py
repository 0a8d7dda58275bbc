# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""java.util.Properties.load, character by character as the JDK has it. Unit tests compare the collection with it."""

from __future__ import annotations

from collections.abc import Iterator

_BLANK = " \t\f"


def load(text: str) -> dict[str, str]:
    """What Java reads from a file whose bytes were decoded as latin-1; a ValueError where Java refuses the file."""
    properties = {}
    for line in _lines(text):
        start, separated, escaped = 0, False, False
        while start < len(line):
            char = line[start]
            if not escaped and char in "=:" + _BLANK:
                break
            escaped = char == "\\" and not escaped
            start += 1
        key, rest = line[:start], start
        while rest < len(line):
            char = line[rest]
            if char not in _BLANK:
                if separated or char not in "=:":
                    break
                separated = True
            rest += 1
        properties[_convert(key)] = _convert(line[rest:])
    return properties


def _lines(text: str) -> Iterator[str]:
    """The logical lines, joined."""
    found: list[str] = []
    skip_white, appended, new, comment, backslash, skip_feed = True, False, True, False, False, False
    for char in text:
        if skip_feed:
            skip_feed = False
            if char == "\n":
                continue
        if skip_white:
            if char in _BLANK or (not appended and char in "\r\n"):
                continue
            skip_white = appended = False
        if new:
            new = False
            if char in "#!":
                comment = True
                continue
        if char not in "\r\n":
            found.append(char)
            backslash = char == "\\" and not backslash
            continue
        if comment or not found:
            comment, backslash, new, skip_white, found = False, False, True, True, []
            continue
        if backslash:
            found.pop()
            skip_white, appended, backslash, skip_feed = True, True, False, char == "\r"
        else:
            yield "".join(found)
            skip_white, new, found = True, True, []
    if backslash and not comment:
        found.pop()
    if found and not comment:  # of a lone backslash at the end the JDK makes a property without a name, which nobody can ask for
        yield "".join(found)


def _convert(text: str) -> str:
    """The text with its escapes resolved. The halves of a pair of units are joined, as in a Java string."""
    found, place = [], 0
    while place < len(text):
        char = text[place]
        place += 1
        if char == "\\" and place < len(text):
            char = text[place]
            place += 1
            if char == "u":
                digits, place = text[place : place + 4], place + 4
                if len(digits) < 4:
                    raise ValueError("Malformed \\uxxxx encoding.")
                char = chr(int(digits, 16))
            else:
                char = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}.get(char, char)
        found.append(char)
    return "".join(found).encode("utf-16-be", "surrogatepass").decode("utf-16-be", "surrogatepass")
