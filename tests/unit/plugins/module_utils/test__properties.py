# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Properties files as java.util.Properties reads them, changed in nothing but what is asked for."""

from __future__ import annotations

import pytest
from ansible_collections.streamops.red5pro.plugins.module_utils import _properties as properties

SECTION = "## LOADBALANCING CONFIGURATION"
ALIKE = "a=1\nstreammanager.ip=\nb=2\n"

READ = {
    "equals": ("a=1\n", {"a": "1"}),
    "colon": ("a:1\n", {"a": "1"}),
    "blank": ("a 1\n", {"a": "1"}),
    "blanks around": ("  a \t=  1\n", {"a": "1"}),
    "equals in the value": ("a=b=c\n", {"a": "b=c"}),
    "blank at the end stays": ("a=1 \n", {"a": "1 "}),
    "no value": ("a=\nb\n", {"a": "", "b": ""}),
    "no line end": ("a=1\nb=2", {"a": "1", "b": "2"}),
    "CRLF and CR": ("a=1\r\nb=2\rc=3", {"a": "1", "b": "2", "c": "3"}),
    "comments": ("#a=1\n  !b=2\nc=3 # no comment\n", {"c": "3 # no comment"}),
    "comment is not continued": ("#a\\\nb=2\n", {"b": "2"}),
    "continued": ("a=1,\\\n   2\nb=2\n", {"a": "1,\\\n   2", "b": "2"}),
    "continued line that looks like a comment": ("a=1\\\n#b=2\nc=3\n", {"a": "1\\\n#b=2", "c": "3"}),
    "backslash that is none": ("a=1\\\\\nb=2\n", {"a": "1\\\\", "b": "2"}),
    "escaped key": ("a\\ b\\=c=1\n", {"a\\ b\\=c": "1"}),
    "the last one counts": ("a=1\na=2\n", {"a": "2"}),
    "characters at which only Python ends a line": ("a=1\x0b\x1c\x852\nb=3\n", {"a": "1\x0b\x1c\x852", "b": "3"}),
    "no-break space is no blank": ("\xa0a=1\n", {"\xa0a": "1"}),
    "form feed is a blank": ("\fa\f=\f1\n", {"a": "1"}),
    "no key": ("=1\n", {}),
    "nothing": ("", {}),
}


@pytest.mark.parametrize("text, values", READ.values(), ids=READ)
def test_read(text: str, values: dict[str, str]) -> None:
    assert properties.read(text) == values


UPDATE = {
    "changed": ("a=1\nb=2\n", {"a": "3"}, "a=3\nb=2\n", {"a": "1"}),
    "the same": ("a=1\n", {"a": "1"}, "a=1\n", {}),
    "the same, written otherwise": ("a : 1\n", {"a": "1"}, "a : 1\n", {}),
    "the same, escaped": ("a=x\\:\\u0041\\t\\q\n", {"a": "x:A\tq"}, "a=x\\:\\u0041\\t\\q\n", {}),
    "the same, continued": ("a=1,\\\r\n  2\r\n", {"a": "1,2"}, "a=1,\\\r\n  2\r\n", {}),
    "the same, in two units": ("a=\\ud83d\\ude00\n", {"a": "😀"}, "a=\\ud83d\\ude00\n", {}),
    "added at the end": ("a=1\n", {"b": "2"}, "a=1\nb=2\n", {"b": None}),
    "added after a last line without an end": ("a=1", {"b": "2", "c": "3"}, "a=1\nb=2\nc=3\n", {"b": None, "c": None}),
    "added to nothing": ("", {"a": "1"}, "a=1\n", {"a": None}),
    "added after a comment with a backslash": ("# a\\", {"b": "2"}, "# a\\\nb=2\n", {"b": None}),
    "comment is no key": ("#a=1\n", {"a": "2"}, "#a=1\na=2\n", {"a": None}),
    "CRLF kept": ("a=1\r\nb=2\r\n", {"a": "3", "c": "4"}, "a=3\r\nb=2\r\nc=4\r\n", {"a": "1", "c": None}),
    "each line keeps its own end": ("a=1\nb=2\r\nc=3", {"a": "0", "c": "0"}, "a=0\nb=2\r\nc=0", {"a": "1", "c": "3"}),
    "continued lines are replaced together": ("a=1,\\\n  2\nb=3\n", {"a": "4"}, "a=4\nb=3\n", {"a": "1,\\\n  2"}),
    "backslash doubled": ("a=1\n", {"a": "C:\\x"}, "a=C:\\\\x\n", {"a": "1"}),
    "not ASCII": ("a=1\n", {"a": "é😀"}, "a=\\u00e9\\ud83d\\ude00\n", {"a": "1"}),
    "leading blank": ("a=1\n", {"a": " x "}, "a=\\ x \n", {"a": "1"}),
    "emptied": ("a=1\n", {"a": ""}, "a=\n", {"a": "1"}),
    "key that begins like another": ("ab=1\n", {"a": "2"}, "ab=1\na=2\n", {"a": None}),
    "nothing asked for": ("a=1", {}, "a=1", {}),
}


@pytest.mark.parametrize("text, values, after, before", UPDATE.values(), ids=UPDATE)
def test_update(text: str, values: dict[str, str], after: str, before: dict[str, str | None]) -> None:
    assert properties.update(text, values) == (after, before)
    assert properties.update(after, values) == (after, {}), "a second time changes nothing"


def test_missing_key_goes_below_its_section() -> None:
    text = f"a=1\n  {SECTION}  \nb=2\n"
    assert properties.update(text, {"c": "3", "b": "4"}, SECTION)[0] == f"a=1\n  {SECTION}  \nc=3\nb=4\n"


def test_key_that_is_there_needs_no_section() -> None:
    assert properties.update("a=1\n", {"a": "2"}, SECTION) == ("a=2\n", {"a": "1"})


REFUSED = {
    "twice": ("a=1\nb=2\na : 3\n", {"a": "4"}, None, "a stands 2 times"),
    "no section": ("a=1\n", {"b": "2"}, SECTION, f"the section '{SECTION}' is missing"),
    "line feed": ("a=1\n", {"a": "2\n3"}, None, "the value of a has a line break"),
    "carriage return": ("a=1\n", {"a": "2\r3"}, None, "the value of a has a line break"),
    "key with a blank": ("a=1\n", {"a b": "2"}, None, "'a b' is no key"),
    "key with equals": ("a=1\n", {"a=b": "2"}, None, "'a=b' is no key"),
    "key like a comment": ("a=1\n", {"#a": "2"}, None, "'#a' is no key"),
    "key not ASCII": ("a=1\n", {"é": "2"}, None, "'é' is no key"),
    "empty key": ("a=1\n", {"": "2"}, None, "'' is no key"),
    "key with a line break": ("a=1\n", {"a\n": "2"}, None, "is no key"),
    "open last line": ("a=1\\\n", {"b": "2"}, None, "its last line ends with a backslash"),
}


@pytest.mark.parametrize("text, values, section, message", REFUSED.values(), ids=REFUSED)
def test_refused(text: str, values: dict[str, str], section: str | None, message: str) -> None:
    with pytest.raises(properties.PropertiesError) as caught:
        properties.update(text, values, section)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "key",
    [
        "config.dbPass",
        "cluster.password",
        "aws.accessKey",
        "aws.accessSecret",
        "rest.administratorToken",
        "API_KEY",
        "x.privateKey",
        "credentials",
    ],
)
def test_secret_keys(key: str) -> None:
    assert properties.is_secret(key)
    assert properties.shown(key, "x") == properties.HIDDEN
    assert properties.shown(key, "") == ""
    assert properties.shown(key, None) is None


@pytest.mark.parametrize("key", ["config.dbHost", "config.dbUser", "aws.ec2KeyPairName", "streammanager.ip", "keyframe"])
def test_other_keys(key: str) -> None:
    assert not properties.is_secret(key)
    assert properties.shown(key, "x") == "x"


@pytest.mark.parametrize(
    "texts",
    [{}, {"one": ALIKE}, {"one": ALIKE, "two": ALIKE.replace("ip=", "ip=10.0.0.2")}, {"one": ALIKE, "two": ALIKE.replace("\n", "\r\n")}],
    ids=["none", "one", "but for that line", "but for line ends"],
)
def test_no_differences(texts: dict[str, str]) -> None:
    assert properties.differences(texts, ["streammanager.ip"]) == []


def test_differences_by_key_and_host() -> None:
    texts = {"one": "a=1\nb=2\nc=3\n", "two": "a=1\nb=5\n", "three": "a=1\nb=2\n"}
    assert properties.differences(texts, []) == [
        {"key": "b", "values": {"one": "2", "two": "5", "three": "2"}},
        {"key": "c", "values": {"one": "3", "two": "(missing)", "three": "(missing)"}},
    ]


def test_differences_leave_out_what_may_differ() -> None:
    texts = {"one": "a=1\nip=1\n", "two": "a=2\nip=2\n"}
    assert [found["key"] for found in properties.differences(texts, ["ip"])] == ["a"]


def test_differences_hide_secrets_but_not_that_one_is_missing() -> None:
    texts = {"one": "config.dbPass=apple\n", "two": "config.dbPass=pear\n", "three": ""}
    assert properties.differences(texts, []) == [
        {"key": "config.dbPass", "values": {"one": properties.HIDDEN, "two": properties.HIDDEN, "three": "(missing)"}}
    ]


@pytest.mark.parametrize("other", ["b=2\na=1\n", "# c\na=1\nb=2\n", "a = 1\nb=2\n"], ids=["order", "comment", "blanks"])
def test_differences_without_a_key(other: str) -> None:
    (found,) = properties.differences({"one": "a=1\nb=2\n", "two": other}, [])
    assert str(found["key"]).startswith("(none: comments, blank lines, the order of lines")
    assert found["values"] == {"one": 2, "two": len(other.splitlines())}
