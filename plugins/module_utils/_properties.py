# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Java properties files: read as java.util.Properties reads them, and changed only in the given keys.

The bytes of a file are latin-1. Comments begin with C(#) or C(!), a key ends at C(=), C(:) or white space, a backslash at the end of
a line continues it, the last of several lines with one key counts, and what is not ASCII is written as C(\\uXXXX).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._messages import HIDDEN, invalid, without_passwords

MISSING = "(missing)"
LOOK = "(none: comments, the order of lines or a key on several lines)"
_SECRET = re.compile(r"pass|pwd|secret|token|credential|licen[cs]e|(?:access|api|client|private)[._-]?key", re.IGNORECASE)
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")  # str.splitlines ends a line at other characters too
_BLANK, _ENDS = " \t\f", "\r\n"
_MARKS = ("\ufeff", "\xef\xbb\xbf")  # a byte order mark, decoded and as latin-1
_JOINT = re.compile(r"(\\[^\r\n])|\\(?:(?:\r\n|\r|\n)[ \t\f]*|\Z)")
_ENTRY = re.compile(r"[ \t\f]*(?P<key>(?:\\.|[^=: \t\f\\])*)[ \t\f]*(?P<sign>[=:]?)[ \t\f]*(?P<value>.*)", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u(?P<unit>[0-9A-Fa-f]{4})|(?P<char>.))", re.DOTALL)
_CONTROL = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}
_KEY = re.compile(r"(?![#!])[!-~]+", re.ASCII)


class PropertiesError(Exception):
    """An invalid key, a value that a properties file cannot hold, or a file that Java refuses."""


def is_secret(key: str, value: object = None) -> bool:
    """Whether a key, by its name, is for a password, a token or a secret, or its value is a URL with one."""
    return bool(_SECRET.search(key)) or (isinstance(value, str) and without_passwords(value) != value)


def shown(key: str, value: str | None) -> str | None:
    """A value for output, hidden if it is secret."""
    return HIDDEN if value and is_secret(key, value) else value


def is_key(key: object) -> bool:
    """Whether a text can be a key without escapes."""
    return isinstance(key, str) and bool(_KEY.fullmatch(key)) and not re.search(r"[=:\\]", key)


def value_text(value: object) -> str:
    """A YAML value as text in a properties file: true and false in lower case, null as empty."""
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)


def texts(values: dict[str, Any]) -> dict[str, str]:
    """Declared values as text in a properties file."""
    if nested := sorted(str(key) for key, value in values.items() if isinstance(value, (dict, list))):
        raise PropertiesError(invalid(", ".join(nested), "a list or a dictionary", "text, a number, true or false"))
    return {str(key): value_text(value) for key, value in values.items()}


def is_equal(found: str | None, wanted: str) -> bool:
    """Whether the value found is the desired one. Everything that changes or reports properties compares with this."""
    return found == wanted


def _logical_lines(text: str) -> list[str]:
    """The logical lines with their line ends."""
    lines: list[str] = []
    continued = False
    for line in _LINE.findall(text):
        if continued:
            lines[-1] += line
        else:
            lines.append(line)
        continued = not (not continued and _is_comment(line)) and _is_continued(line)
    return lines


def _bare(line: str) -> str:
    """A line without a byte order mark and without blanks around it."""
    bare = line.strip(_BLANK + _ENDS)
    return next((bare.removeprefix(mark).strip(_BLANK) for mark in _MARKS if bare.startswith(mark)), bare)


def _is_comment(line: str) -> bool:
    return _bare(line)[:1] in ("#", "!")


def _is_continued(line: str) -> bool:
    bare = line.rstrip(_ENDS)
    return (len(bare) - len(bare.rstrip("\\"))) % 2 == 1


def _parts(line: str) -> tuple[str, str, str] | None:
    """Key, sign and value of a logical line as Java reads them, None if it has no key."""
    joined = _JOINT.sub(r"\1", line.rstrip(_ENDS))
    match = _ENTRY.fullmatch(joined)  # as every text does
    return (_meaning(match["key"]), match["sign"], _meaning(match["value"])) if match and joined.strip(_BLANK) else None


def _entry(line: str) -> tuple[str, str] | None:
    parts = None if _is_comment(line) or not _bare(line) else _parts(line)
    return (parts[0], parts[2]) if parts else None


def _meaning(written: str) -> str:
    """The key or value that Java reads from the text."""

    def plain(match: re.Match[str]) -> str:
        return chr(int(match["unit"], 16)) if match["unit"] else _CONTROL.get(match["char"], match["char"])

    text = _ESCAPE.sub(plain, written)
    return text.encode("utf-16-be", "surrogatepass").decode("utf-16-be", "surrogatepass")  # joins surrogate pairs


def _is_malformed(line: str) -> bool:
    """Whether a logical line has C(\\u) without four hexadecimal digits, for which Java refuses the whole file."""
    return _entry(line) is not None and any(match["char"] == "u" for match in _ESCAPE.finditer(_JOINT.sub(r"\1", line)))


def _refuse_malformed(lines: list[str]) -> None:
    for number, line in enumerate(lines):
        if _is_malformed(line):
            where = f"line {len(_LINE.findall(''.join(lines[:number]))) + 1}"
            found = f"\\u without four hexadecimal digits after it, in {(_entry(line) or ('',))[0]}"
            raise PropertiesError(invalid(where, found, "two backslashes for one, since Java refuses the whole file"))


def _written(key: str, value: str) -> str:
    if not is_key(key):
        raise PropertiesError(invalid("key", key, "a key in ASCII without white space, =, : and \\, and without # or ! at its beginning"))
    if "\n" in value or "\r" in value:
        raise PropertiesError(invalid(key, "a value with a line break", "one line"))
    escaped = value.replace("\\", "\\\\")
    if escaped[:1] in tuple(_BLANK):
        escaped = f"\\{escaped}"  # or Java skips it as the blank before a value
    units = escaped.encode("utf-16-be", "surrogatepass")
    codes = [int.from_bytes(units[place : place + 2], "big") for place in range(0, len(units), 2)]
    return "".join(chr(code) if code < 128 else f"\\u{code:04x}" for code in codes)


def read(text: str) -> dict[str, str]:
    """The values by key as Java reads them; of a key on several lines the last one."""
    return dict(entry for entry in map(_entry, _logical_lines(text)) if entry)


def update(text: str, values: dict[str, str], section: str | None = None) -> tuple[str, dict[str, str | None]]:
    """The text with these values, and what Java read before where they differ.

    Of a key on several lines the last one is set. A key that is missing is set where it is commented out; otherwise it is added below
    the heading C(section), which is added at the end if it is missing, or at the end. Raises PropertiesError for an invalid key,
    for a value with a line break, and for a line that keeps Java from reading the file and is not replaced.
    """
    lines = _logical_lines(text)
    before: dict[str, str | None] = {}
    for key, value in values.items():
        line = f"{key}={_written(key, value)}"
        entries = [(number, entry[1]) for number, entry in enumerate(map(_entry, lines)) if entry and entry[0] == key]
        place, old = entries[-1] if entries else (_comment_place(lines, key), None)
        if is_equal(old, value) and not any(_is_malformed(lines[number]) for number, _value in entries[-1:]):
            continue
        before[key] = old
        if place is not None:
            lines[place] = line + _end(lines[place])
        else:
            _add(lines, line, _heading_place(lines, key, section), section)
    _refuse_malformed(lines)
    return "".join(lines), before


def _end(line: str) -> str:
    return line[len(line.rstrip(_ENDS)) :]


def _comment_place(lines: list[str], key: str) -> int | None:
    """The last line on which the key is commented out. Not one with a byte order mark, which Java would read as part of the key."""
    places = [number for number, line in enumerate(lines) if not line.startswith(_MARKS) and _comments_out(line, key)]
    return places[-1] if places else None


def _comments_out(line: str, key: str) -> bool:
    """Whether a line is a commented-out key with a value, not a sentence about the key."""
    parts = _parts(_bare(line).lstrip("#!" + _BLANK)) if _is_comment(line) else None
    return parts is not None and parts[0] == key and (parts[1] == "=" or len(parts[2].split()) < 2)


def _heading(text: str) -> str:
    """The words of a heading, without what differs between releases of Red5 Pro."""
    return re.sub(r"[\W_]", "", text).casefold().removesuffix("section") or text


def _heading_place(lines: list[str], key: str, section: str | None) -> int | None:
    """The line below which a key is added."""
    headings = [number for number, line in enumerate(lines) if section and _is_comment(line) and _heading(_bare(line)) == _heading(section)]
    marked = [0] if lines and lines[0].startswith(_MARKS) and _comments_out(lines[0], key) else []
    return next(iter(marked + headings), None)


def _add(lines: list[str], line: str, place: int | None, section: str | None) -> None:
    """Adds a line below another one, or at the end below a new heading."""
    after = lines[-1 if place is None else place] if lines else ""
    end = _end(after)[-2:] if _end(after)[-2:] == "\r\n" else _end(after)[-1:]
    end = end or next((_end(one)[:2] for one in lines if _end(one)), "\n")
    if lines and not _end(after):
        lines[-1] += end
    if place is not None:
        lines.insert(place + 1, line + end)
        return
    if lines and ((section and _bare(after)) or (_entry(after) and _is_continued(after))):
        lines.append(end)
    lines += [f"{section}{end}"] if section else []
    lines.append(line + end)


def differences(texts: dict[str, str], apart: Iterable[str], section: str | None = None) -> list[dict[str, object]]:
    """Differences between files that must be equal except for the keys in C(apart); secrets are hidden.

    Two lines are equal if Java reads the same from them. Blank lines and the heading C(section) are not compared.
    """
    apart = set(apart)
    same = {name: list(compared(text, apart, section)) for name, text in texts.items()}
    first = next(iter(same.values()), [])
    if all(lines == first for lines in same.values()):
        return []
    values = {name: read(text) for name, text in texts.items()}
    keys = sorted({key for found in values.values() for key in found} - apart)
    found: list[dict[str, object]] = [
        {"key": key, "values": {name: shown(key, of[key]) if key in of else MISSING for name, of in values.items()}}
        for key in keys
        if len({found.get(key) for found in values.values()}) > 1
    ]
    return found or [{"key": LOOK, "values": {name: len(lines) for name, lines in same.items()}}]


def compared(text: str, apart: set[str], section: str | None) -> Iterable[str | tuple[str, str]]:
    """The lines that must be the same on every host, as Java reads them."""
    for line in _logical_lines(text):
        entry, bare = _entry(line), _bare(line)
        if entry and entry[0] not in apart:
            yield entry
        elif not entry and bare and not (section and _heading(bare) == _heading(section)):
            yield bare
