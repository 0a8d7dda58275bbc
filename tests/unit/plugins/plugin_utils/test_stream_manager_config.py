# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Declared properties that are refused before anything changes, and what differs on hosts."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.module_utils._host import digest
from ansible_collections.streamops.red5pro.plugins.module_utils._properties import LOOK
from ansible_collections.streamops.red5pro.plugins.plugin_utils.stream_manager_config import (
    AWS_CONTROLLER,
    checks,
    fleet_checks,
    plan,
    property_problems,
    visible,
)

WRONG: dict[str, tuple[Any, str]] = {
    "a line feed at the end": ({"config.dbPass": "hunter2\n"}, "['config.dbPass']: a value with a line break. Expected: one line."),
    "a carriage return": ({"config.dbHost": "a\rb"}, "['config.dbHost']: a value with a line break."),
    "CRLF": ({"config.dbHost": "a\r\n"}, "['config.dbHost']: a value with a line break."),
    "a dictionary": ({"config": {"dbHost": "x"}}, "['config']: a dictionary. Expected: text, a number, true or false; write keys"),
    "an empty dictionary": ({"config": {}}, "such as config.key."),
    "a list": ({"a": ["x"]}, "['a']: a list. Expected: text, a number, true or false."),
    "the own address": ({"streammanager.ip": "1.2.3.4"}, "['streammanager.ip']: '1.2.3.4'. Expected: not this key,"),
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


SALT = "salt"


def host(**changes: Any) -> dict[str, Any]:
    """What is read of a stream manager on which all is well."""
    return {
        "properties": {"a": "1", "streammanager.ip": "10.0.0.1"},
        "secrets": {"rest.administratorToken": digest(SALT, "token"), "config.dbPass": digest(SALT, "x")},
        "lines_digest": "0",
        "differences": [],
        "pending": False,
        "stream_manager": True,
        "autoscale": False,
        "api_bridges": [AWS_CONTROLLER],
        "versions": {"red5pro-webrtc-plugin": "14.1.0"},
        "ready_url": "http://localhost:5080/",
        "ready": 200,
        "ready_message": "OK",
        **changes,
    }


def said(found: dict[str, Any], **others: dict[str, Any]) -> list[tuple[str, str, str]]:
    stated = checks({"one": found, **others}, SALT, "token")
    assert not any(one["holds"] for one in stated)
    return [(one["subject"], one["expected"], one["found"]) for one in stated]


def difference(key: str, expected: str | None, found: str | None) -> dict[str, Any]:
    return host(differences=[{"key": key, "expected": expected, "found": found}])


ONE: dict[str, tuple[dict[str, Any], list[tuple[str, str, str]]]] = {
    "all is well": (host(), []),
    "unreachable": ({"unreachable": True, "msg": "no route\nto host"}, [("one", "can be read", "no route to host")]),
    "no reason": ({}, [("one", "can be read", "no reason given")]),
    "not a stream manager": (host(stream_manager=False), [("one red5-web.properties", "present", "missing")]),
    "a value": (difference("a", "1", "2"), [("one a", "1", "2")]),
    "a missing key": (difference("a", "", None), [("one a", "(empty)", "(missing)")]),
    "empty against none": (difference("a", "none", ""), [("one a", "none", "(empty)")]),
    "a trailing blank": (difference("a", "x", "x "), [("one a", "x", "x\\x20")]),
    "two blanks": (difference("a", "x y", "x  y"), [("one a", "x y", "x \\x20y")]),
    "a secret": (difference("config.dbPass", "(hidden)", "(hidden)"), [("one config.dbPass", "(hidden)", "(hidden)")]),
    "its address": (
        difference("streammanager.ip", "10.0.0.1", ""),
        [("one streammanager.ip", "the host's own address 10.0.0.1", "(empty)")],
    ),
    "not in effect": (host(pending=True), [("one red5-web.properties", "in effect", "changed since the last restart")]),
    "not ready": (host(ready=503, ready_message="HTTP Error 503"), [("one http://localhost:5080/", "status 200", "503 HTTP Error 503")]),
    "autoscale.xml": (host(autoscale=True), [("one conf/autoscale.xml", "absent", "present")]),
    "dummy controller": (host(api_bridges=["x.Dummy"]), [("one apiBridge in applicationContext.xml", AWS_CONTROLLER, "x.Dummy")]),
    "no controller": (host(api_bridges=[]), [("one apiBridge in applicationContext.xml", AWS_CONTROLLER, "none active")]),
    "two controllers": (
        host(api_bridges=["x.Dummy", AWS_CONTROLLER]),
        [("one apiBridge in applicationContext.xml", AWS_CONTROLLER, f"x.Dummy and {AWS_CONTROLLER}")],
    ),
    "two AWS controllers": (
        host(api_bridges=[AWS_CONTROLLER] * 2),
        [("one apiBridge in applicationContext.xml", AWS_CONTROLLER, f"{AWS_CONTROLLER} and {AWS_CONTROLLER}")],
    ),
    "no XML": (host(api_bridges=None), [("one apiBridge in applicationContext.xml", AWS_CONTROLLER, "not XML")]),
    "another token": (
        host(secrets={"rest.administratorToken": digest(SALT, "old")}),
        [("one rest.administratorToken", "the value of red5pro_api_token", "another value")],
    ),
    "no token": (host(secrets={}), [("one rest.administratorToken", "the value of red5pro_api_token", "(missing)")]),
}


@pytest.mark.parametrize("found, expected", ONE.values(), ids=ONE)
def test_one_host(found: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert said(found) == expected


def test_change_that_is_due_is_not_reported_twice() -> None:
    assert [one[0] for one in said({**difference("a", "1", "2"), "pending": True})] == ["one a"]


def test_token_is_not_compared_without_one() -> None:
    assert checks({"one": host(secrets={})}, SALT) == []


ALIKE = ("red5-web.properties of all", "the same except for streammanager.ip")
ALL: dict[str, tuple[dict[str, Any], list[tuple[str, str, str]]]] = {
    "the same": (host(), []),
    "another address": (host(properties={"a": "1", "streammanager.ip": "10.0.0.2"}), []),
    "another value": (host(properties={"a": "2"}), [(*ALIKE, "differences in a")]),
    "another secret": (
        host(secrets={"rest.administratorToken": digest(SALT, "token"), "config.dbPass": digest(SALT, "y")}),
        [(*ALIKE, "differences in config.dbPass")],
    ),
    "keys that one lacks": (
        host(properties={}, secrets={}),
        [
            ("two rest.administratorToken", "the value of red5pro_api_token", "(missing)"),
            (*ALIKE, "differences in a, config.dbPass, rest.administratorToken"),
        ],
    ),
    "another comment": (host(lines_digest="1"), [(*ALIKE, f"differences in {LOOK}")]),
    "another version": (
        host(versions={"red5pro-webrtc-plugin": "13.0.0"}),
        [("red5pro-webrtc-plugin of all", "the same version", "one 14.1.0, two 13.0.0")],
    ),
    "a plugin that one lacks": (host(versions={}), [("red5pro-webrtc-plugin of all", "the same version", "one 14.1.0, two (missing)")]),
    "one that could not be read": ({"msg": "no"}, [("two", "can be read", "no")]),
    "one that is no stream manager": (host(stream_manager=False, properties={}), [("two red5-web.properties", "present", "missing")]),
}


@pytest.mark.parametrize("two, expected", ALL.values(), ids=ALL)
def test_all_hosts(two: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert said(host(), two=two) == expected


def test_all_hosts_are_compared_if_one_cannot_be_read() -> None:
    found = [subject for subject, *_unused in said({"msg": "no"}, two=host(), three=host(properties={"a": "2"}))]
    assert found == ["one", "red5-web.properties of all"]


def test_message_shows_values_but_no_digest() -> None:
    two = host(properties={"a": "2 "}, secrets={"config.dbPass": digest(SALT, "y")})
    (one,) = fleet_checks({"one": host(), "two": two})
    assert '"a": {"one": "1", "two": "2\\\\x20"}' in one["message"]
    assert '"config.dbPass": {"one": "(hidden)", "two": "(hidden)"}' in one["message"]
    assert '"rest.administratorToken": {"one": "(hidden)", "two": "(missing)"}' in one["message"]
    assert digest(SALT, "y") not in one["message"]


@pytest.mark.parametrize(
    "value, shown",
    [
        (None, "(missing)"),
        ("", "(empty)"),
        ("x y", "x y"),
        (" x", "\\x20x"),
        ("x\t y", "x\\x09\\x20y"),
        ("\x85", "\\x85"),
        ("\xfc", "\xfc"),
    ],
)
def test_visible(value: str | None, shown: str) -> None:
    assert visible(value) == shown


DECLARED = {"path": "/red5-web.properties", "salt": SALT, "api_token": "token", "marked": []}
AGAIN, CHANGES = ["stream_managers_unproven"], ["stream_managers_unproven", "stream_managers_changing"]


def test_plan_of_hosts() -> None:
    hosts = {
        "fine": host(),
        "differs": difference("a", "1", "2"),
        "pending": host(pending=True),
        "plain": host(stream_manager=False),
        "gone": {"unreachable": True, "msg": "no route to host"},
        "replaced": {"changed": False, "skipped": True},
    }
    found = plan(hosts, DECLARED)
    subjects = [one["subject"] for one in found.pop("checks")]
    assert subjects == ["differs a", "pending red5-web.properties", "plain red5-web.properties", "gone"]
    assert found == {
        "unfit": ["Refusing to configure plain: there is no /red5-web.properties", "Refusing to configure gone: no route to host"],
        "changing": ["differs", "pending", "plain", "gone", "replaced"],
        "groups": {name: AGAIN if name == "fine" else CHANGES for name in hosts},
        "proven": False,
    }


def test_a_host_that_is_marked_for_a_restart_changes() -> None:
    found = plan({"one": host(), "two": host()}, {**DECLARED, "marked": ["two"]})
    assert (found["changing"], found["groups"]) == (["two"], {"one": AGAIN, "two": CHANGES})


def test_a_url_with_a_password_on_one_host_is_shown_of_none() -> None:
    secrets = host()["secrets"]
    one = host(properties={"db.url": "jdbc:mysql://db/red5"}, secrets=secrets)
    two = host(properties={}, secrets={**secrets, "db.url": "a-digest"})
    (check,) = [each for each in fleet_checks({"one": one, "two": two}) if "red5-web.properties" in each["subject"]]
    assert '{"db.url": {"one": "(hidden)", "two": "(hidden)"}}' in check["message"]


def test_a_host_that_differs_without_a_change_is_compared_again() -> None:
    found = plan({"one": host(), "two": host(ready=-1)}, DECLARED)
    assert (found["changing"], found["groups"]) == ([], {"one": AGAIN, "two": AGAIN})


@pytest.mark.parametrize(
    ("hosts", "proven"),
    [
        ({"one": host(), "two": host()}, True),
        ({"one": host(), "two": host(ready=-1)}, False),
        ({"one": host(), "two": host(versions={"red5pro-webrtc-plugin": "15"})}, False),
        ({"one": host(), "two": host(lines_digest="1")}, False),
        ({"one": host(), "two": host(), "three": {"skipped": True}}, False),
    ],
    ids=["all is well", "one is not ready", "another version", "other lines", "one is replaced"],
)
def test_what_was_read_proves_that_all_is_well(hosts: dict[str, Any], proven: bool) -> None:
    found = plan(hosts, DECLARED)
    assert (found["proven"], found["groups"] == {}) == (proven, proven)
