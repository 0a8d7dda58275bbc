# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Spring beans files: one bean is made the active one of its name, properties are set, and no other character is changed.

The bytes of a file are latin-1, so that every encoding passes unchanged; new values are ASCII with character references.
"""

from __future__ import annotations

import re
import typing as t
from html import unescape
from xml.etree import ElementTree

from ansible_collections.streamops.red5pro.plugins.module_utils import _xml

_ATTRIBUTES = r"""(?P<attributes>(?:[^>"']|"[^"]*"|'[^']*')*?)"""
_CDATA = r"<!\[CDATA\[.*?\]\]>"
_COMMENT = re.compile(rf"{_CDATA}|<!--(?P<inner>.*?)-->", re.DOTALL)
_PREFIX = r"(?:[\w.-]+:)?"  # of a namespace, such as beans:
_TAG = re.compile(rf"<(?P<close>/?){_PREFIX}bean(?![\w.:-]){_ATTRIBUTES}(?P<empty>/?)>")
_VALUE = rf"<{_PREFIX}value(?:\s[^<>]*)?(?<!/)>(?P<inner>(?:{_CDATA}|[^<])*)</{_PREFIX}value\s*>"
_PROPERTY = re.compile(rf"<{_PREFIX}property(?![\w.:-]){_ATTRIBUTES}(?:/>|>\s*(?:{_VALUE}\s*)?</{_PREFIX}property\s*>)", re.DOTALL)
_SHORT = re.compile(r"""xmlns:(?P<prefix>[\w.-]+)\s*=\s*["']http://www\.springframework\.org/schema/p["']""")
_ATTRIBUTE = re.compile(r"""(?P<name>[\w:.-]+)\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)')""")

Edit = tuple[int, int, str]  # the characters from, to, and what replaces them


class BeansError(Exception):
    """A file that cannot be edited as desired."""


class Bean(t.NamedTuple):
    """A bean element, its place in the text, and the place of the comment around it."""

    start: int
    end: int
    names: frozenset[str]
    kind: str
    comment: tuple[int, int] | None


def beans(text: str) -> list[Bean]:
    """All outer beans, the active ones first."""
    found = list(_beans(_without_comments(text), 0, None))
    for comment in (each for each in _COMMENT.finditer(text) if each["inner"] is not None):
        found += _beans(comment["inner"], comment.start("inner"), comment.span())
    return found


def active(text: str, name: str) -> list[Bean]:
    """The beans of this name that are not in a comment."""
    return [bean for bean in beans(text) if name in bean.names and not bean.comment]


def activated(text: str, name: str, kind: str) -> str:
    """The text with the bean of this name and class as the only active one of its name; the others become comments."""
    current = active(text, name)
    kept = next((bean for bean in current if bean.kind == kind), None)
    edits = [(bean.start, bean.end, _commented(text[bean.start : bean.end])) for bean in current if bean is not kept]
    if kept is None:
        edits.append(_uncommented(text, _dormant(text, name, kind)))
    return _applied(text, edits)


def values(text: str, bean: str = "") -> dict[str, str]:
    """The properties of the active beans of this name, or of all active beans."""
    return {name: value for name, (_start, _end, value) in _properties(text, bean).items()}


def with_values(text: str, wanted: t.Mapping[str, str], bean: str = "") -> tuple[str, dict[str, str]]:
    """The text with these properties, and the values before of those that differ. Raises BeansError if one is missing."""
    places = _properties(text, bean)
    if missing := sorted(wanted.keys() - places.keys()):
        raise BeansError(f"no active bean {bean} has the property {', '.join(missing)}".replace("  ", " "))
    before = {name: places[name][2] for name, value in wanted.items() if places[name][2] != value}
    return _applied(text, [(*places[name][:2], _escaped(wanted[name])) for name in before]), before


def check(text: str) -> None:
    """Raises BeansError if the text is not XML."""
    try:
        _xml.root(text.encode("latin-1"))
    except ElementTree.ParseError as error:
        raise BeansError(f"not XML: {error}") from error


def _without_comments(text: str) -> str:
    """The text with blanks instead of comments, so that places remain."""
    return _COMMENT.sub(lambda found: found[0] if found["inner"] is None else " " * len(found[0]), text)


def _beans(text: str, offset: int, comment: tuple[int, int] | None) -> t.Iterator[Bean]:
    opened: list[re.Match[str]] = []
    for tag in _TAG.finditer(text):
        if not tag["close"]:
            opened.append(tag)
        if (tag["close"] or tag["empty"]) and opened:
            first = opened.pop()
            if not opened:
                own = _attributes(first["attributes"])
                names = frozenset(re.split(r"[\s,;]+", f"{own.get('id', '')} {own.get('name', '')}")) - {""}
                yield Bean(first.start() + offset, tag.end() + offset, names, own.get("class", ""), comment)


def _attributes(text: str) -> dict[str, str]:
    return {one["name"]: unescape(one["double"] if one["double"] is not None else one["single"]) for one in _ATTRIBUTE.finditer(text)}


def _properties(text: str, bean: str) -> dict[str, tuple[int, int, str]]:
    """Name -> the place of its value, and the value; of a name on several properties the first one, of inner beans only without others."""
    plain = _without_comments(text)
    chosen = [one for one in beans(text) if not one.comment and (not bean or bean in one.names)]
    found: dict[str, tuple[int, int, str]] = {}
    for source in (_without_inner_beans(plain, chosen), plain):
        for name, place in (each for one in chosen for each in _places(source, one)):
            found.setdefault(name, (*place, _meaning(text, slice(*place))))
    return found


def _without_inner_beans(text: str, chosen: t.Iterable[Bean]) -> str:
    """The text with blanks instead of the beans within these, so that places remain."""
    inner: list[Edit] = []
    for one in chosen:
        opened: list[int] = []
        for tag in _TAG.finditer(text, one.start, one.end):
            if not tag["close"]:
                opened.append(tag.start())
            if tag["close"] or tag["empty"]:
                start = opened.pop()
                inner += [(start, tag.end(), " " * (tag.end() - start))] if len(opened) == 1 else []
    return _applied(text, inner)


def _places(text: str, bean: Bean) -> t.Iterator[tuple[str, tuple[int, int]]]:
    """The names of properties in a bean, as elements and as attributes of the p namespace, with the places of their values."""
    short = {f"{found['prefix']}:" for found in _SHORT.finditer(text)}
    for tag in _TAG.finditer(text, bean.start, bean.end):
        for one in _ATTRIBUTE.finditer(tag["attributes"] or ""):
            prefix, colon, name = one["name"].partition(":")
            if prefix + colon in short and not name.endswith("-ref"):
                yield name, _place(tag, one)
    for item in _PROPERTY.finditer(text, bean.start, bean.end):
        name = _attributes(item["attributes"]).get("name", "")
        value = next((each for each in _ATTRIBUTE.finditer(item["attributes"]) if each["name"] == "value"), None)
        if value:
            yield name, _place(item, value)
        elif item["inner"] is not None:  # neither a reference nor a list
            yield name, item.span("inner")


def _place(element: re.Match[str], attribute: re.Match[str]) -> tuple[int, int]:
    """Where the value of an attribute is in the text of its element."""
    start, end = attribute.span("double" if attribute["double"] is not None else "single")
    return element.start("attributes") + start, element.start("attributes") + end


def _meaning(text: str, place: slice) -> str:
    """The value that Java reads at a place: an attribute's or an element's, in the encoding of the file."""
    quote = text[place.start - 1]
    try:
        written = text[place].encode("latin-1").decode(_xml.encoding(text.encode("latin-1")))
        element = ElementTree.fromstring(f"<a>{written}</a>" if quote == ">" else f"<a b={quote}{written}{quote}/>")
    except (ElementTree.ParseError, LookupError, ValueError):  # such as an entity of the file's own
        return text[place]
    return element.get("b") or "".join(element.itertext())


def _dormant(text: str, name: str, kind: str) -> Bean:
    """The bean in a comment that is to be activated."""
    for bean in beans(text):
        if bean.comment and name in bean.names and bean.kind == kind:
            return bean
    raise BeansError(f"no bean {name} of the class {kind}, active or commented out")


def _commented(element: str) -> str:
    if "--" in element:
        raise BeansError(f"a bean with a comment in it cannot be commented out: {element.partition('>')[0]}>")
    return f"<!-- {element} -->"


def _uncommented(text: str, bean: Bean) -> Edit:
    """The bean of a comment without the comment; other words of the comment remain one."""
    start, end = bean.comment or (bean.start, bean.end)
    around = [text[start + len("<!--") : bean.start], text[bean.end : end - len("-->")]]
    before, after = (f"<!--{part}-->" if part.strip() else "" if "\n" not in part else part for part in around)
    return start, end, f"{before}{text[bean.start : bean.end]}{after}"


def _escaped(value: str) -> str:
    """A value as an attribute or a text in XML."""
    special = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}
    return "".join(special.get(char, char if " " <= char <= "~" else f"&#{ord(char)};") for char in value)


def _applied(text: str, edits: t.Iterable[Edit]) -> str:
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text
