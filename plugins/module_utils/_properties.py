# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Java properties files, changed line by line so that everything not asked for stays as it is.

The format is that of java.util.Properties: comments begin with C(#) or C(!), a key ends at C(=), C(:) or white space, a backslash at
the end of a line continues it, and what is not ASCII is written as C(\\uXXXX).
"""

from __future__ import annotations

import re

HIDDEN = "(hidden)"
_SECRET = re.compile(r"pass|secret|token|credential|(?:access|api|client|private)_?key", re.IGNORECASE)
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")  # str.splitlines ends a line at other characters too
_BLANK, _ENDS = " \t\f", "\r\n"
_ENTRY = re.compile(r"[ \t\f]*(?P<key>(?:\\.|[^#!=: \t\f\r\n\\])(?:\\.|[^=: \t\f\r\n\\])*)[ \t\f]*[=:]?[ \t\f]*(?P<value>.*)", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:(?P<end>\r\n|\r|\n)[ \t\f]*|u(?P<unit>[0-9A-Fa-f]{4})|(?P<char>.)|$)", re.DOTALL)
_CONTROL = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}


class PropertiesError(Exception):
    """A file or a value that cannot be handled without guessing."""


def is_secret(key: str) -> bool:
    """Whether a key by its name holds a password, a token or a secret."""
    return bool(_SECRET.search(key))


def shown(key: str, value: str | None) -> str | None:
    """A value as it may be shown."""
    return HIDDEN if value and is_secret(key) else value


def _logical_lines(text: str) -> list[str]:
    """The lines with their ends, continued ones joined as they stand."""
    lines: list[str] = []
    continued = False
    for line in _LINE.findall(text):
        if continued:
            lines[-1] += line
        else:
            lines.append(line)
        comment = not continued and line.lstrip(_BLANK)[:1] in ("#", "!")
        continued = not comment and _is_continued(line)
    return lines


def _is_continued(line: str) -> bool:
    bare = line.rstrip(_ENDS)
    return (len(bare) - len(bare.rstrip("\\"))) % 2 == 1


def _entry(line: str) -> tuple[str, str] | None:
    match = _ENTRY.fullmatch(line.rstrip(_ENDS))
    return (match["key"], match["value"]) if match else None


def _meaning(written: str) -> str:
    """What Java makes of a value as it is written."""

    def plain(match: re.Match[str]) -> str:
        char = match["char"] or ""
        return chr(int(match["unit"], 16)) if match["unit"] else _CONTROL.get(char, char)

    text = _ESCAPE.sub(plain, written)
    return text.encode("utf-16-be", "surrogatepass").decode("utf-16-be", "surrogatepass")  # joins the halves of what needs two units


def _written(key: str, value: str) -> str:
    if not key.isascii() or _entry(f"{key}=") != (key, ""):
        raise PropertiesError(f"{key!r} is no key: white space, =, :, #, ! and what is not ASCII have to be escaped in a properties file")
    if "\n" in value or "\r" in value:
        raise PropertiesError(f"the value of {key} has a line break, which a properties file cannot hold as it is")
    escaped = value.replace("\\", "\\\\")
    if escaped[:1] in tuple(_BLANK):
        escaped = f"\\{escaped}"  # or it would be taken for the blank before a value
    units = escaped.encode("utf-16-be", "surrogatepass")
    codes = [int.from_bytes(units[place : place + 2], "big") for place in range(0, len(units), 2)]
    return "".join(chr(code) if code < 128 else f"\\u{code:04x}" for code in codes)


def read(text: str) -> dict[str, str]:
    """The values by key as they are written; of a key that stands twice the last one, as Java has it."""
    return dict(entry for entry in map(_entry, _logical_lines(text)) if entry)


def update(text: str, values: dict[str, str], section: str | None = None) -> tuple[str, dict[str, str | None]]:
    """The text with these values, and what they were before where they differ.

    A key that is missing is added below the comment line C(section), or at the end. Raises PropertiesError for a key that stands
    more than once, a section that is missing when it is needed, a key that is none, and a value with a line break.
    """
    lines = _logical_lines(text)
    newline = "\r\n" if "\r\n" in text else "\n"  # of lines that are added
    before: dict[str, str | None] = {}
    for key, value in values.items():
        written = _written(key, value)
        places = [number for number, line in enumerate(lines) if (_entry(line) or ("",))[0] == key]
        if len(places) > 1:
            raise PropertiesError(f"{key} stands {len(places)} times; keep the one line that is meant")
        if places:
            line = lines[places[0]]
            old = (_entry(line) or ("", ""))[1]
            if _meaning(old) != value:
                before[key] = old
                lines[places[0]] = f"{key}={written}{line[len(line.rstrip(_ENDS)) :]}"
            continue
        before[key] = None
        if lines and not lines[-1].endswith(("\n", "\r")):
            lines[-1] += newline
        lines.insert(_place_in(lines, section), f"{key}={written}{newline}")
    return "".join(lines), before


def _place_in(lines: list[str], section: str | None) -> int:
    if section is None:
        if lines and _is_continued(lines[-1]) and _entry(lines[-1]):
            raise PropertiesError("its last line ends with a backslash, which would join it with a line that is added")
        return len(lines)
    for number, line in enumerate(lines):
        if line.strip() == section:
            return number + 1
    raise PropertiesError(f"the section {section!r} is missing")


def differences(texts: dict[str, str], apart: list[str]) -> list[dict[str, object]]:
    """What differs between files that must be the same but for the keys in C(apart), secrets hidden; empty if nothing does."""
    same = {
        name: [line.rstrip(_ENDS) for line in _logical_lines(text) if (_entry(line) or ("",))[0] not in apart]
        for name, text in texts.items()
    }
    first = next(iter(same.values()), [])
    if all(lines == first for lines in same.values()):
        return []
    values = {name: read(text) for name, text in texts.items()}
    keys = sorted({key for found in values.values() for key in found} - set(apart))
    found: list[dict[str, object]] = [
        {"key": key, "values": {name: shown(key, of.get(key)) if key in of else "(missing)" for name, of in values.items()}}
        for key in keys
        if len({found.get(key) for found in values.values()}) > 1
    ]
    other = "(none: comments, blank lines, the order of lines or how values are written)"
    return found or [{"key": other, "values": {name: len(lines) for name, lines in same.items()}}]
