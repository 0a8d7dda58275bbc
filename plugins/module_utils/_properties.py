# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Java properties files, changed line by line so that everything not asked for stays as it is.

The format is that of java.util.Properties: comments begin with C(#) or C(!), a key ends at C(=), C(:) or white space, a backslash at
the end of a line continues it, and what is not ASCII is written as C(\\uXXXX).
"""
from __future__ import annotations

import re

HIDDEN = "(hidden)"
_SECRET = re.compile(r"pass|secret|token|accesskey", re.IGNORECASE)
_ENTRY = re.compile(r"^[ \t\f]*(?P<key>(?:\\.|[^#!=:\s\\])(?:\\.|[^=:\s\\])*)[ \t\f]*[=:]?[ \t\f]*(?P<value>.*)$", re.DOTALL)


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
    for line in text.splitlines(keepends=True):
        if continued:
            lines[-1] += line
        else:
            lines.append(line)
        bare = line.rstrip("\r\n")
        comment = not continued and bare.lstrip()[:1] in ("#", "!")
        continued = not comment and (len(bare) - len(bare.rstrip("\\"))) % 2 == 1
    return lines


def _entry(line: str) -> tuple[str, str] | None:
    match = _ENTRY.match(line.rstrip("\r\n"))
    return (match["key"], match["value"]) if match else None


def _written(key: str, value: str) -> str:
    if "\n" in value or "\r" in value:
        raise PropertiesError(f"the value of {key} has a line break, which a properties file cannot hold as it is")
    escaped = value.replace("\\", "\\\\")
    return "".join(char if char.isascii() else f"\\u{ord(char):04x}" for char in escaped)


def read(text: str) -> dict[str, str]:
    """The values by key as they are written; of a key that stands twice the last one, as Java has it."""
    return dict(entry for entry in map(_entry, _logical_lines(text)) if entry)


def update(text: str, values: dict[str, str], section: str | None = None) -> tuple[str, dict[str, str | None]]:
    """The text with these values, and what they were before where they differ.

    A key that is missing is added below the comment line C(section), or at the end. Raises PropertiesError for a key that stands
    more than once, a section that is missing when it is needed, and a value with a line break.
    """
    lines = _logical_lines(text)
    newline = "\r\n" if "\r\n" in text else "\n"
    before: dict[str, str | None] = {}
    for key, value in values.items():
        written = _written(key, value)
        places = [number for number, line in enumerate(lines) if (_entry(line) or ("",))[0] == key]
        if len(places) > 1:
            raise PropertiesError(f"{key} stands {len(places)} times; keep the one line that is meant")
        if places:
            old = (_entry(lines[places[0]]) or ("", ""))[1]
            if old != written:
                before[key] = old
                lines[places[0]] = f"{key}={written}{newline}"
            continue
        before[key] = None
        if lines and not lines[-1].endswith(("\n", "\r")):
            lines[-1] += newline
        lines.insert(_place_in(lines, section), f"{key}={written}{newline}")
    return "".join(lines), before


def _place_in(lines: list[str], section: str | None) -> int:
    if section is None:
        return len(lines)
    for number, line in enumerate(lines):
        if line.strip() == section:
            return number + 1
    raise PropertiesError(f"the section {section!r} is missing")


def differences(texts: dict[str, str], apart: list[str]) -> list[dict[str, object]]:
    """What differs between files that must be the same but for the keys in C(apart), secrets hidden; empty if nothing does."""
    same = {
        name: [line.rstrip("\r\n") for line in _logical_lines(text) if (_entry(line) or ("",))[0] not in apart]
        for name, text in texts.items()
    }
    first = next(iter(same.values()), [])
    if all(lines == first for lines in same.values()):
        return []
    values = {name: read(text) for name, text in texts.items()}
    keys = sorted({key for found in values.values() for key in found} - set(apart))
    found = [
        {"key": key, "values": {name: shown(key, values[name].get(key, "(missing)")) for name in texts}}
        for key in keys
        if len({found.get(key) for found in values.values()}) > 1
    ]
    return found or [{"key": "(none: comments, blank lines or the order of lines)", "values": {name: len(same[name]) for name in same}}]
