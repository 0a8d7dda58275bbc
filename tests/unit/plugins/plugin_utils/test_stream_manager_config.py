# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Declared properties that are refused before anything changes."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.plugin_utils.stream_manager_config import property_problems

WRONG: dict[str, tuple[Any, str]] = {
    "a line feed at the end": ({"config.dbPass": "hunter2\n"}, "['config.dbPass']: a value with a line break. Expected: one line."),
    "a carriage return": ({"config.dbHost": "a\rb"}, "['config.dbHost']: a value with a line break."),
    "CRLF": ({"config.dbHost": "a\r\n"}, "['config.dbHost']: a value with a line break."),
    "a dictionary": ({"config": {"dbHost": "x"}}, "['config']: a dictionary. Expected: text, a number, true or false; write keys"),
    "an empty dictionary": ({"config": {}}, "such as config.key."),
    "a list": ({"a": ["x"]}, "['a']: a list. Expected: text, a number, true or false."),
    "the own address": ({"streammanager.ip": "1.2.3.4"}, "['streammanager.ip']: '1.2.3.4'. Expected: no such key here;"),
    "the own address, empty": ({"streammanager.ip": None}, "['streammanager.ip']: ''."),
    "white space before": ({"config.dbPass": " hunter2"}, "['config.dbPass']: a value with white space at its beginning or end."),
    "white space after": ({"config.dbHost": "db.example.com "}, "['config.dbHost']: a value with white space"),
    "a no-break space": ({"config.dbHost": "db\xa0"}, "['config.dbHost']: a value with white space"),
    "a tab inside": ({"a": "x\ty"}, "['a']: a value with a control character. Expected: printable characters."),
    "a NUL": ({"a": "x\0y"}, "['a']: a value with a control character."),
    "DEL": ({"a": "x\x7fy"}, "['a']: a value with a control character."),
    "a key with a line break": ({"a\n": "x"}, "['a\\n']: this key. Expected: a key such as config.dbHost"),
    "a key with a blank": ({"config.dbHost ": "x"}, "['config.dbHost ']: this key."),
    "a key with =": ({"a=b": "x"}, "['a=b']: this key."),
    "a key with :": ({"a:b": "x"}, "['a:b']: this key."),
    "a key with a backslash": ({"a\\b": "x"}, "this key."),
    "a key like a comment": ({"#a": "x"}, "['#a']: this key."),
    "an empty key": ({"": "x"}, "['']: this key."),
    "a key not in ASCII": ({"schlüssel": "x"}, "['schlüssel']: this key."),
    "a key that is a number": ({5: "x"}, "['5']: this key."),
    "a key that is true": ({True: "x"}, "['True']: this key."),
    "an empty prefix": ({"instancecontroller.instanceNamePrefix": ""}, "['instancecontroller.instanceNamePrefix']: ''. Expected: 1 to"),
    "a prefix that is null": ({"instancecontroller.instanceNamePrefix": None}, "Expected: 1 to 64 letters"),
    "the placeholder as prefix": ({"instancecontroller.instanceNamePrefix": "{unique-value}"}, "'{unique-value}'. Expected: 1"),
    "an empty cluster password": ({"cluster.password": ""}, "['cluster.password']: an empty value."),
    "an empty token": ({"rest.administratorToken": None}, "['rest.administratorToken']: an empty value."),
}  # fmt: skip


@pytest.mark.parametrize("properties, message", WRONG.values(), ids=WRONG)
def test_refused(properties: dict[Any, Any], message: str) -> None:
    (problem,) = property_problems(properties)
    assert problem.startswith("Invalid red5pro_stream_manager_properties[")
    assert message in problem
    assert "hunter2" not in problem


@pytest.mark.parametrize(
    "properties, kind",
    [
        (["a=1"], "a list"),
        ("a=1", "a text"),
        (5, "a number"),
        (True, "a number"),
        (None, "no value"),
    ],
)
def test_no_dictionary(properties: Any, kind: str) -> None:
    assert property_problems(properties) == [
        f"Invalid red5pro_stream_manager_properties: {kind}. Expected: a dictionary of properties by key, such as proxy.enabled: true."
    ]


def test_all_problems_at_once() -> None:
    assert len(property_problems({"a": "1\n", "b": [], "c": "fine"})) == 2


RIGHT: dict[str, Any] = {
    "nothing": {},
    "scalars": {"a": 1, "b": 1.5, "c": True, "d": None, "e": "", "f": datetime.date(2026, 1, 2)},
    "what a properties file has to escape": {"a": "C:\\x\\", "b": "ü", "c": "=x", "d": "#x", "e": "x y", "f": "😀"},
    "prefix": {"instancecontroller.instanceNamePrefix": "node-1.dev_2"},
    "number as prefix": {"instancecontroller.instanceNamePrefix": 7},
    "secrets": {"cluster.password": "x", "rest.administratorToken": "t"},
    "key of another case": {"StreamManager.IP": "1.2.3.4"},
}


@pytest.mark.parametrize("properties", RIGHT.values(), ids=RIGHT)
def test_accepted(properties: dict[str, Any]) -> None:
    assert property_problems(properties, api_token="t") == []


def test_token_that_contradicts_the_api_token() -> None:
    (problem,) = property_problems({"rest.administratorToken": "old-one"}, api_token="new-one")
    assert (
        problem
        == "Invalid red5pro_stream_manager_properties['rest.administratorToken']: (hidden). Expected: the same value as red5pro_api_token."
    )
    assert property_problems({"rest.administratorToken": "old-one"}) == []
    assert property_problems({}, api_token="new-one") == []


def test_token_that_is_a_number() -> None:
    assert property_problems({"rest.administratorToken": 4711}, api_token="4711") == []
