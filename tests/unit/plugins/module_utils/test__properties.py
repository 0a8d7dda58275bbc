# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Properties files as java.util.Properties reads them, changed only in the given keys."""

from __future__ import annotations

import re
from random import Random

import pytest
from ansible_collections.streamops.red5pro.plugins.module_utils import _properties as properties
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import HIDDEN

from rehearsal.host.service import java_properties

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
    "continued": ("a=1,\\\n   2\nb=2\n", {"a": "1,2", "b": "2"}),
    "continued over a blank line": ("a=1\\\n  \nb=2\n", {"a": "1", "b": "2"}),
    "continued with CRLF": ("a=1\\\r\n\t2\r\nb=2\r\n", {"a": "12", "b": "2"}),
    "continued with CR": ("a=1\\\r 2\rb=2", {"a": "12", "b": "2"}),
    "continued within the key": ("a\\\n  b = 1\nc=2\n", {"ab": "1", "c": "2"}),
    "continued line that looks like a comment": ("a=1\\\n#b=2\nc=3\n", {"a": "1#b=2", "c": "3"}),
    "value that ends in a backslash": ("a=1\\\\\nb=2\n", {"a": "1\\", "b": "2"}),
    "two backslashes and a continued line": ("a=1\\\\\\\nb=2\n", {"a": "1\\b=2"}),
    "backslash at the very end": ("a=1\\", {"a": "1"}),
    "escaped key": ("a\\ b\\=c\\:d=1\n", {"a b=c:d": "1"}),
    "escapes": ("a=\\u00fc\\t\\q\\n\\\\\n", {"a": "\xfc\tq\n\\"}),
    "latin-1 byte and escape are the same": ("a=\xfc\nb=\\u00FC\n", {"a": "\xfc", "b": "\xfc"}),
    "UTF-8 bytes are two characters": ("a=\xc3\xbc\n", {"a": "\xc3\xbc"}),
    "pair of units": ("a=\\ud83d\\ude00\n", {"a": "😀"}),
    "separator twice": ("a==1\nb:=2\nc = :3\n", {"a": "=1", "b": "=2", "c": ":3"}),
    "byte order mark before a comment": ("\xef\xbb\xbf# x=1\na=1\n", {"a": "1"}),
    "byte order mark before a key belongs to it": ("\xef\xbb\xbfa=1\n", {"\xef\xbb\xbfa": "1"}),
    "the last one counts": ("a=1\na=2\n", {"a": "2"}),
    "characters at which only Python ends a line": ("a=1\x0b\x1c\x852\nb=3\n", {"a": "1\x0b\x1c\x852", "b": "3"}),
    "no-break space is no blank": ("\xa0a=1\n", {"\xa0a": "1"}),
    "form feed is a blank": ("\fa\f=\f1\n", {"a": "1"}),
    "empty key": ("=1\n", {"": "1"}),
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
    "CRLF kept": ("a=1\r\nb=2\r\n", {"a": "3", "c": "4"}, "a=3\r\nb=2\r\nc=4\r\n", {"a": "1", "c": None}),
    "each line keeps its own end": ("a=1\nb=2\r\nc=3", {"a": "0", "c": "0"}, "a=0\nb=2\r\nc=0", {"a": "1", "c": "3"}),
    "continued lines are replaced together": ("a=1,\\\n  2\nb=3\n", {"a": "4"}, "a=4\nb=3\n", {"a": "1,2"}),
    "backslash doubled": ("a=1\n", {"a": "C:\\x"}, "a=C:\\\\x\n", {"a": "1"}),
    "not ASCII": ("a=1\n", {"a": "é😀"}, "a=\\u00e9\\ud83d\\ude00\n", {"a": "1"}),
    "leading blank": ("a=1\n", {"a": " x "}, "a=\\ x \n", {"a": "1"}),
    "emptied": ("a=1\n", {"a": ""}, "a=\n", {"a": "1"}),
    "key that begins like another": ("ab=1\n", {"a": "2"}, "ab=1\na=2\n", {"a": None}),
    "the last of two counts": ("a=1\nb=2\na : 3\n", {"a": "4"}, "a=1\nb=2\na=4\n", {"a": "3"}),
    "the last of two is right": ("a=1\na=2\n", {"a": "2"}, "a=1\na=2\n", {}),
    "the last of two is wrong": ("a=1\na=2\n", {"a": "1"}, "a=1\na=1\n", {"a": "2"}),
    "trailing blank": ("a=1 \n", {"a": "1"}, "a=1\n", {"a": "1 "}),
    "two blanks inside": ("a=x  y\n", {"a": "x y"}, "a=x y\n", {"a": "x  y"}),
    "empty is not none": ("a=\n", {"a": "none"}, "a=none\n", {"a": ""}),
    "none is not empty": ("a=none\n", {"a": ""}, "a=\n", {"a": "none"}),
    "missing is not empty": ("b=1\n", {"a": ""}, "b=1\na=\n", {"a": None}),
    "value that ends in a backslash": ("a=1\nb=2\n", {"a": "C:\\"}, "a=C:\\\\\nb=2\n", {"a": "1"}),
    "latin-1 byte": ("a=\xfc\n", {"a": "\xfc"}, "a=\xfc\n", {}),
    "key written with escapes": ("\\u0061=1\n", {"a": "2"}, "a=2\n", {"a": "1"}),
    "key continued": ("a\\\n  b=1\n", {"ab": "2"}, "ab=2\n", {"ab": "1"}),
    "added after an open last line": ("a=1\\\n", {"b": "2"}, "a=1\\\n\nb=2\n", {"b": None}),
    "added after an open last line without an end": ("a=1\\", {"b": "2"}, "a=1\\\n\nb=2\n", {"b": None}),
    "CR kept": ("a=1\rb=2", {"c": "3"}, "a=1\rb=2\rc=3\r", {"c": None}),
    "a blank line that ended a value stays": ("a=1\\\n\nb=2\n", {"a": "3"}, "a=3\n\nb=2\n", {"a": "1"}),
    "nothing asked for": ("a=1", {}, "a=1", {}),
    "what Java refuses is no value": ("a=C:\\users\n", {"a": "C:users"}, "a=C:users\n", {"a": "C:users"}),
    "what Java refuses in a comment": ("# C:\\users\na=1\n", {"a": "2"}, "# C:\\users\na=2\n", {"a": "1"}),
    "an escaped backslash before u": ("b=C:\\\\users\na=1\n", {"a": "2"}, "b=C:\\\\users\na=2\n", {"a": "1"}),
}


@pytest.mark.parametrize("text, values, after, before", UPDATE.values(), ids=UPDATE)
def test_update(text: str, values: dict[str, str], after: str, before: dict[str, str | None]) -> None:
    assert properties.update(text, values) == (after, before)
    assert properties.update(after, values) == (after, {}), "a second time changes nothing"


@pytest.mark.parametrize(
    "line, key", [("b=C:\\users", "b"), ("b=\\u00zz", "b"), ("b=\\\n  x\\u12", "b"), ("b\\uq = 1", "buq"), ("b=1\\\\\\u", "b")]
)
@pytest.mark.parametrize("values", [{}, {"a": "1"}, {"a": "2"}, {"c": "2"}], ids=str)
def test_a_file_that_java_refuses_is_refused(line: str, key: str, values: dict[str, str]) -> None:
    with pytest.raises(properties.PropertiesError) as refused:
        properties.update(f"# x\\\na=1\n\n{line}\n", values, SECTION)
    assert str(refused.value) == (
        f"Invalid line 4: \\u without four hexadecimal digits after it, in {key}. "
        "Expected: two backslashes for one, since Java refuses the whole file."
    )


def test_the_last_of_two_hides_what_java_refuses_in_the_first() -> None:
    with pytest.raises(properties.PropertiesError, match="Invalid line 1: "):
        properties.update("a=C:\\users\na=1\n", {"a": "2"})


def test_missing_key_is_added_below_its_section() -> None:
    text = f"a=1\n  {SECTION}  \nb=2\n"
    assert properties.update(text, {"c": "3", "b": "4"}, SECTION)[0] == f"a=1\n  {SECTION}  \nc=3\nb=4\n"


HEADINGS = {
    "as documented": "## LOADBALANCING CONFIGURATION",
    "three marks": "### LOADBALANCING CONFIGURATION",
    "many marks": "##### LOADBALANCING CONFIGURATION #####",
    "one mark": "# LOADBALANCING CONFIGURATION",
    "no blank": "##LOADBALANCING CONFIGURATION",
    "two blanks": "##  LOADBALANCING   CONFIGURATION",
    "leading blank": " ## LOADBALANCING CONFIGURATION",
    "leading tab": "\t## LOADBALANCING CONFIGURATION",
    "trailing blank": "## LOADBALANCING CONFIGURATION \t",
    "lower case": "## loadbalancing configuration",
    "capitalised": "## Loadbalancing Configuration",
    "two words": "## LOAD BALANCING CONFIGURATION",
    "hyphen": "## LOAD-BALANCING CONFIGURATION",
    "colon": "## LOADBALANCING CONFIGURATION:",
    "section": "## LOADBALANCING CONFIGURATION SECTION",
    "exclamation marks": "!! LOADBALANCING CONFIGURATION",
    "byte order mark": "\xef\xbb\xbf## LOADBALANCING CONFIGURATION",
    "byte order mark and blank": "\xef\xbb\xbf ## LOADBALANCING CONFIGURATION",
    "byte order mark, decoded": "\ufeff## LOADBALANCING CONFIGURATION",
}


@pytest.mark.parametrize("heading", HEADINGS.values(), ids=HEADINGS)
@pytest.mark.parametrize("before", ["", "a=1{end}", "a=1{end}{end}"], ids=["first", "no blank line before", "blank line before"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_heading_is_found_in_each_form(heading: str, before: str, end: str) -> None:
    start, rest = f"{before.format(end=end)}{heading}{end}", f"b=2{end}"
    assert properties.update(start + rest, {"c": "3"}, SECTION)[0] == f"{start}c=3{end}{rest}"
    known = end if before else "\n"
    assert properties.update(start.removesuffix(end), {"c": "3"}, SECTION)[0] == f"{start.removesuffix(end)}{known}c=3{known}", "no end"


NO_HEADINGS = {
    "none": "a=1\n",
    "another": "## CLUSTER CONFIGURATION INFORMATION\n",
    "longer": "## LOADBALANCING CONFIGURATION IS BELOW\n",
    "not a comment": "LOADBALANCING CONFIGURATION\n",
    "part of a value": "a=1\\\n## LOADBALANCING CONFIGURATION\n",
}


@pytest.mark.parametrize("text", NO_HEADINGS.values(), ids=NO_HEADINGS)
def test_missing_section_is_added_at_the_end(text: str) -> None:
    after, before = properties.update(text, {"c": "3", "d": "4"}, SECTION)
    assert after == f"{text}\n{SECTION}\nd=4\nc=3\n"
    assert before == {"c": None, "d": None}
    assert properties.update(after, {"c": "3", "d": "4"}, SECTION) == (after, {})


@pytest.mark.parametrize(
    "text, after",
    [
        ("", f"{SECTION}\nc=3\n"),
        ("a=1", f"a=1\n\n{SECTION}\nc=3\n"),
        ("a=1\r\n\r\n", f"a=1\r\n\r\n{SECTION}\r\nc=3\r\n"),
        ("a=1\\", f"a=1\\\n\n{SECTION}\nc=3\n"),
        ("a=1\\\n  ", f"a=1\\\n  \n\n{SECTION}\nc=3\n"),
    ],
    ids=["nothing", "no end", "blank line", "open last line", "blank last line"],
)
def test_missing_section_touches_nothing_else(text: str, after: str) -> None:
    assert properties.update(text, {"c": "3"}, SECTION)[0] == after


def test_last_line_keeps_its_missing_end_when_a_key_is_added_before_it() -> None:
    assert properties.update(f"{SECTION}\na=1", {"c": "3"}, SECTION)[0] == f"{SECTION}\nc=3\na=1"


def test_heading_without_words_is_compared_as_it_is() -> None:
    assert properties.update("###\n##\na=1\n", {"c": "3"}, "##")[0] == "###\n##\nc=3\na=1\n"


COMMENTED_OUT = {
    "plain": "#c=",
    "with a value": "#c=old",
    "blanks": "# c = x",
    "exclamation mark": "!c",
    "exclamation mark and blank": "! c=1",
    "no sign": "#c",
    "blank as sign": "# c old",
    "colon": "#c: old",
    "leading blank": "  #c=1",
    "several marks": "##c=1",
    "a value with blanks": "#c=old value",
    "a value that ends in a backslash": "#c=old\\",
    "key with escapes": "#\\u0063=1",
}


@pytest.mark.parametrize("comment", COMMENTED_OUT.values(), ids=COMMENTED_OUT)
@pytest.mark.parametrize("section", [None, SECTION], ids=["no section", "section elsewhere"])
def test_key_is_set_where_it_is_commented_out(comment: str, section: str | None) -> None:
    after, before = properties.update(f"a=1\r\n{comment}\r\nb=2\r\n{SECTION}\r\n", {"c": "new"}, section)
    assert after == f"a=1\r\nc=new\r\nb=2\r\n{SECTION}\r\n"
    assert before == {"c": None}
    assert properties.update(f"a=1\n{comment}", {"c": "new"}, section)[0] == "a=1\nc=new", "without an end"


NOT_COMMENTED_OUT = {
    "a sentence": "# c must be unique",
    "a sentence with a colon": "# c: must be unique",
    "another key": "#cd=1",
    "a key behind a word": "# set c=1",
    "upper case": "#C=1",
}


@pytest.mark.parametrize("comment", NOT_COMMENTED_OUT.values(), ids=NOT_COMMENTED_OUT)
def test_sentence_about_a_key_stays(comment: str) -> None:
    assert properties.update(f"{comment}\na=1\n", {"c": "new"})[0] == f"{comment}\na=1\nc=new\n"


def test_key_that_is_set_leaves_its_comments() -> None:
    assert properties.update("#c=1\nc=2\n#c=3\n", {"c": "4"})[0] == "#c=1\nc=4\n#c=3\n"


def test_last_of_several_comments_is_taken() -> None:
    assert properties.update("#c=1\n#c=2\na=1\n", {"c": "4"})[0] == "#c=1\nc=4\na=1\n"


def test_comment_behind_a_byte_order_mark_stays() -> None:
    """Java would read the mark as the beginning of the key."""
    after = properties.update("\xef\xbb\xbf#c=1\na=1\n", {"c": "4"}, SECTION)[0]
    assert after == "\xef\xbb\xbf#c=1\nc=4\na=1\n"
    assert java_properties.load(after)["c"] == "4"


def test_key_behind_a_byte_order_mark_is_another_key() -> None:
    assert properties.update("\xef\xbb\xbfc=1\n", {"c": "1"})[0] == "\xef\xbb\xbfc=1\nc=1\n"


PIECES = [*"abc=: \t\f#!\\\n\n\r", "\r\n", "\\\n", "\\\r\n", "\\u0061", "\\\\", "\xfc", "a=1", "\n#a=", "\n# b x", "\nab", f"\n{SECTION}\n"]


@pytest.mark.parametrize("seed", range(10))
def test_any_text_is_read_and_changed_as_java_reads_it(seed: int) -> None:
    """2,000 files from fixed seeds: Java reads the declared values and all the others as before, in bytes that are as before."""
    random = Random(seed)
    for _unused in range(200):
        text = "".join(random.choices(PIECES, k=random.randint(0, 30)))
        values = {key: "".join(random.choices("a =:#\\\tü😀", k=random.randint(0, 4))) for key in random.sample(["a", "b", "ab", "zz"], 2)}
        section = random.choice([None, SECTION])
        read = java_properties.load(text)
        assert properties.read(text) == read, text
        after, before = properties.update(text, values, section)
        assert java_properties.load(after) == read | values, (text, values)
        assert before == {key: read.get(key) for key in values if read.get(key) != values[key]}, (text, values)
        assert properties.update(after, values, section) == (after, {}), (text, values)
        for line in untouched(text, set(values)):
            assert line in after, (text, values, line)


def untouched(text: str, keys: set[str]) -> list[str]:
    """The lines with their ends in which the keys do not occur at all."""
    return [] if "\\" in text else [line for line in re.findall(r".*(?:\r\n|\r|\n)", text) if not any(key[0] in line for key in keys)]


def test_key_that_is_there_needs_no_section() -> None:
    assert properties.update("a=1\n", {"a": "2"}, SECTION) == ("a=2\n", {"a": "1"})


REFUSED = {
    "line feed": ("a=1\n", {"a": "2\n3"}, None, "Invalid a: a value with a line break. Expected: one line."),
    "carriage return": ("a=1\n", {"a": "2\r3"}, None, "Invalid a: a value with a line break. Expected: one line."),
    "key with a blank": ("a=1\n", {"a b": "2"}, None, "Invalid key: a b. Expected"),
    "key with equals": ("a=1\n", {"a=b": "2"}, None, "Invalid key: a=b. Expected"),
    "key like a comment": ("a=1\n", {"#a": "2"}, None, "Invalid key: #a. Expected"),
    "key not ASCII": ("a=1\n", {"é": "2"}, None, "Invalid key: é. Expected"),
    "empty key": ("a=1\n", {"": "2"}, None, 'Invalid key: "". Expected'),
    "key with a line break": ("a=1\n", {"a\n": "2"}, None, 'Invalid key: "a\\n". Expected'),
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
        "x.api-key",
        "access.key.id",
        "x.privateKey",
        "credentials",
    ],
)
def test_secret_keys(key: str) -> None:
    assert properties.is_secret(key)
    assert properties.shown(key, "x") == HIDDEN
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
    assert properties.differences(texts, []) == [{"key": "config.dbPass", "values": {"one": HIDDEN, "two": HIDDEN, "three": "(missing)"}}]


SAME = {
    "blanks around the sign": ("a=1\n", "a = 1\n"),
    "colon": ("a=1\n", " a : 1\n"),
    "latin-1 byte and escape": ("a=\xfc\n", "a=\\u00fc\n"),
    "escapes in the key": ("a=1\n", "\\u0061=1\n"),
    "continued": ("a=1,2\n", "a=1,\\\n  2\n"),
    "needless backslash": ("a=x:y\n", "a=x\\:y\n"),
    "no last line end": ("a=1\n", "a=1"),
    "byte order mark": ("# x\na=1\n", "\xef\xbb\xbf# x\na=1\n"),
    "blank lines": ("a=1\nb=2\n", "a=1\n\n  \nb=2\n\n"),
    "blank before a comment": ("# x\na=1\n", "  # x  \na=1\n"),
    "heading": (f"a=1\n{SECTION}\n", "### loadbalancing configuration\na=1\n"),
    "section of one only": (f"a=1\n{SECTION}\nip=1\n", "a=1\n"),
}


@pytest.mark.parametrize("one, two", SAME.values(), ids=SAME)
def test_same_for_java_is_no_difference(one: str, two: str) -> None:
    assert properties.differences({"one": one, "two": two}, ["ip"], SECTION) == []


DIFFERENT = {
    "trailing blank": ("a=1\n", "a=1 \n"),
    "two blanks": ("a=x y\n", "a=x  y\n"),
    "empty and none": ("a=\n", "a=none\n"),
    "empty and missing": ("a=\n", "\n"),
    "UTF-8 and latin-1": ("a=\xc3\xbc\n", "a=\xfc\n"),
    "case of the key": ("a=1\n", "A=1\n"),
    "twice, the last counts": ("a=1\na=2\n", "a=2\na=1\n"),
    "value that swallows the next line": ("a=1\\\nb=2\n", "a=1\nb=2\n"),
}


@pytest.mark.parametrize("one, two", DIFFERENT.values(), ids=DIFFERENT)
def test_different_for_java_is_a_difference(one: str, two: str) -> None:
    found = properties.differences({"one": one, "two": two}, [])
    assert found and found[0]["key"] in ("a", "A", "b")


@pytest.mark.parametrize("other", ["b=2\na=1\n", "# c\na=1\nb=2\n", "a=0\na=1\nb=2\n"], ids=["order", "comment", "twice"])
def test_differences_without_a_key(other: str) -> None:
    (found,) = properties.differences({"one": "a=1\nb=2\n", "two": other}, [])
    assert found["key"] == properties.LOOK
    assert found["values"] == {"one": 2, "two": len(other.splitlines())}
