# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Kinds of values of variables: numbers, texts, words, booleans, files and lists, each with what is expected instead."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ansible.module_utils.parsing.convert_bool import BOOLEANS, BOOLEANS_TRUE
from ansible_collections.streamops.red5pro.plugins.module_utils._rules import bare, is_unicode

LARGEST = 2**31 - 1
WHITE_SPACE = "without white space or line breaks at its beginning or end"


@dataclass(frozen=True)
class Input:
    """A check of a variable: `wrong` returns what is expected instead, or nothing if the value is valid.

    One that is `structured` has a list or a dictionary, which a survey and NAME=VALUE give as text.
    """

    wrong: Callable[[Any], str]
    required: bool = False
    secret: bool = False
    structured: bool = False


def _when(fits: Callable[[Any], bool], expected: str) -> Callable[[Any], str]:
    return lambda value: "" if fits(value) else expected


def text_of(value: Any) -> str | None:
    """Numbers and dates are accepted as text, since YAML reads `14.1` and `2026-11-28` as such."""
    return str(value) if isinstance(value, (str, int, float, date)) and not isinstance(value, bool) else None


def whole(minimum: int, maximum: int | None = None, unit: str = "") -> Input:
    """A whole number, also as text, but without zeros before it, with which a text would be another one than the number."""
    expected = f"a whole number{f' of {unit}' if unit else ''} " + (
        f"of at least {minimum}" if maximum is None else f"from {minimum} to {maximum}"
    )

    def wrong(value: Any) -> str:
        text = text_of(value) or ""
        if re.fullmatch(r"0[0-9]+", text, re.ASCII):
            return f"{expected}, without a zero before it"
        fits = re.fullmatch(r"-?[0-9]{1,10}", text, re.ASCII) is not None and minimum <= int(text) <= (maximum or LARGEST)
        return "" if fits else expected

    return Input(wrong)


def pattern(expression: str, expected: str, required: bool = False, secret: bool = False) -> Input:
    """A text that matches as a whole, including a final line break."""
    return Input(_when(lambda value: re.fullmatch(expression, text_of(value) or "") is not None, expected), required, secret)


def line(what: str, required: bool = False, secret: bool = False) -> Input:
    """Any text on one line; a secret has no invisible characters within it either, since no service accepts them."""

    def wrong(value: Any) -> str:
        text = text_of(value) or ""
        if not is_unicode(text):
            return f"{what}, in UTF-8"
        if secret and bare(text) == text and text and not text.isprintable():
            return f"{what}, without invisible characters"
        return "" if re.fullmatch(r"[^\x00-\x1f\x7f]+", text) and bare(text) == text else f"{what}, {WHITE_SPACE}"

    return Input(wrong, required, secret)


def file(what: str) -> Input:
    """The path of a file that is on the controller."""

    def wrong(value: Any) -> str:
        return path.wrong(value) or ("" if Path(str(value)).expanduser().is_file() else f"{what} that exists on the controller")

    path = line(what)
    return Input(wrong)


def choice(*values: str) -> Input:
    """One of these words."""
    return Input(_when(lambda value: value in values, f"{', '.join(values[:-1])} or {values[-1]}"))


def is_true(value: Any) -> bool:
    """The value of a boolean, also as text."""
    return _is_among(value, BOOLEANS_TRUE)


def _is_among(value: Any, booleans: Collection[Any]) -> bool:
    return isinstance(value, (str, int, float)) and (value.lower() if isinstance(value, str) else value) in booleans


def truth() -> Input:
    """A boolean, also as text."""
    return Input(_when(lambda value: _is_among(value, BOOLEANS), "true or false"))


def items(one: Input, what: str) -> Input:
    """A list without duplicates."""

    def wrong(value: Any) -> str:
        if not isinstance(value, list) or any(item in (None, "") or isinstance(item, (list, dict)) for item in value):
            return f"a list of {what}"
        problems = [f"{what}; {item!r} is not {expected}" for item in value for expected in [one.wrong(item)] if expected]
        texts = [str(item) for item in value]  # 1 and "1" are the same
        twice = sorted({text for text in texts if texts.count(text) > 1})
        return next(iter(problems), f"{what}, each once; {', '.join(twice)} is a duplicate" if twice else "")

    return Input(wrong, structured=True)
