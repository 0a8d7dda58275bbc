# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads an HTML page strictly: what is nested wrong, what it says, and which identifiers it has."""

from __future__ import annotations

from html import unescape
from html.parser import HTMLParser

_VOID = {"meta", "br", "hr", "img", "input", "link"}


class Page(HTMLParser):
    """A page with its `problems`, its `text`, its `identifiers` and the attributes of the first of each of its `tags`."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=False)
        self.problems: list[str] = []
        self.identifiers: list[str] = []
        self.tags: dict[str, dict[str, str | None]] = {}
        self._open: list[str] = []
        self._pieces: list[str] = []
        self.feed(html)
        self.close()
        self.problems += [f"<{tag}> is not closed" for tag in self._open]

    @property
    def text(self) -> str:
        """All that it says, in one line."""
        return " ".join(unescape("".join(self._pieces)).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._note(tag, attrs)
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._note(tag, attrs)

    def _note(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if len({name for name, _value in attrs}) < len(attrs):
            self.problems.append(f"an attribute of <{tag}> twice")
        self.tags.setdefault(tag, dict(attrs))
        self.identifiers += [value or "" for name, value in attrs if name == "id"]
        self._pieces.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if not self._open:
            self.problems.append(f"</{tag}> closes nothing")
        elif (last := self._open.pop()) != tag:
            self.problems.append(f"</{tag}> closes <{last}>")

    def handle_data(self, data: str) -> None:
        if "&" in data and "style" not in self._open:
            self.problems.append(f"a bare & in {data!r}")
        self._pieces.append(data if "style" not in self._open else "")

    def handle_entityref(self, name: str) -> None:
        self._pieces.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._pieces.append(f"&#{name};")
