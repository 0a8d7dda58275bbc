# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The form of the messages."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import finding, invalid, refusing, shown


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (None, "null"),
        (True, "true"),
        ("live", "live"),
        ("Müller & Söhne", "Müller & Söhne"),
        ("", '""'),
        ("abc\n", '"abc\\n"'),
        (" abc", '" abc"'),
        ("a\tb", '"a\\tb"'),
        ([1, "two"], '[1, "two"]'),
        ({"a": {"b": None}}, '{"a": {"b": null}}'),
        ("x" * 201, "x" * 200 + "..."),
        ("\u00a0abc", '"\\u00a0abc"'),
        ("a\udcff", '"a\\udcff"'),
        ({"ä": "\x00"}, '{"ä": "\\u0000"}'),
        ({(1, 2): 3}, "{(1, 2): 3}"),
        (float("inf"), "Infinity"),
    ],
)
def test_a_value_is_shown_so_that_it_can_be_read(value: Any, text: str) -> None:
    assert shown(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("jdbc:mysql://user:secret@host/db?password=secret", "jdbc:mysql://(hidden)@host/db?password=(hidden)"),
        ("https://user:se/cr@et@host/x", "https://(hidden)@host/x"),
        (
            "jdbc:mysql://host/db?useSSL=true&trustStorePassword=secret&x=y",
            "jdbc:mysql://host/db?useSSL=true&trustStorePassword=(hidden)&x=y",
        ),
        ("jdbc:sqlserver://host;user=a;Password = secret;x=y", "jdbc:sqlserver://host;user=a;Password = (hidden);x=y"),
        ("jdbc:mysql://(host=h)(password=secret)/db", "jdbc:mysql://(host=h)(password=(hidden))/db"),
        ({"url": "https://host/x?access_token=secret"}, '{"url": "https://host/x?access_token=(hidden)"}'),
        ("https://host:5080/x?compass", "https://host:5080/x?compass"),
    ],
)
def test_a_password_in_a_url_is_hidden(value: Any, text: str) -> None:
    assert shown(value) == text


def test_a_number_with_too_many_digits() -> None:
    assert shown(10**5000) == shown([-(10**5000)]) == "a number with too many digits"


def test_a_secret_is_hidden() -> None:
    assert invalid("red5pro_api_token", "abc\n", "a token.", secret=True) == "Invalid red5pro_api_token: (hidden). Expected: a token."


def test_the_forms() -> None:
    assert invalid("red5pro_record_ttl", 0, "a whole number of seconds from 1 to 2147483647") == (
        "Invalid red5pro_record_ttl: 0. Expected: a whole number of seconds from 1 to 2147483647."
    )
    assert refusing("replace X", "Y is unhealthy", "Fix it, or set red5pro_force=true") == (
        "Refusing to replace X: Y is unhealthy. Fix it, or set red5pro_force=true."
    )
    assert finding("port", 5080, "none") == "port: expected 5080, found none"
