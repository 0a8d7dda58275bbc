# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a text means where a list or a dictionary is wanted, what counts as not given, and what host names have in common."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.streamops.red5pro.plugins.filter import texts

from_text = texts.FilterModule().filters()["from_text"]

MEANT = {
    '["subnet-1", "subnet-2"]': ["subnet-1", "subnet-2"],
    '[{"name": "a", "origins": 1}]': [{"name": "a", "origins": 1}],
    '{"config.dbPort": "3306"}': {"config.dbPort": "3306"},
    "- name: a\n  regions: [x]\n": [{"name": "a", "regions": ["x"]}],
    "config.dbPass: s3cret": {"config.dbPass": "s3cret"},
    "subnet-1,subnet-2": ["subnet-1", "subnet-2"],
    " subnet-1 , subnet-2,": ["subnet-1", "subnet-2"],
    "subnet-1": ["subnet-1"],
    "80": ["80"],
    "": [],
    " \n": [],
    "[]": [],
    "{}": {},
}


@pytest.mark.parametrize("text, meant", MEANT.items())
def test_text(text: str, meant: Any) -> None:
    assert from_text(text, "red5pro_x") == meant


@pytest.mark.parametrize("value", [[], ["a,b"], {"a": "b,c"}, 3, None, True])
def test_what_is_no_text_stays(value: Any) -> None:
    assert from_text(value, "red5pro_x") is value


def test_dates_are_text() -> None:
    """Of YAML, since neither an argument spec nor AWS takes them."""
    meant = {"until": "2026-12-31", "nodes": [{"metadata": {"since": "2026-01-01 12:00:00"}, "count": 2}]}
    loaded = {"until": date(2026, 12, 31), "nodes": [{"metadata": {"since": datetime(2026, 1, 1, 12)}, "count": 2}]}
    assert from_text(loaded, "red5pro_x") == from_text(
        "{until: 2026-12-31, nodes: [{metadata: {since: 2026-01-01 12:00:00}, count: 2}]}", "x"
    )
    assert from_text(loaded, "red5pro_x") == meant
    assert from_text((date(2026, 1, 1),), "red5pro_x") == ["2026-01-01"]


def test_dates_in_a_dictionary_are_text() -> None:
    given = {
        "release": date(2026, 11, 28),
        "tags": {"at": datetime(2026, 11, 28, 10, tzinfo=UTC)},
        "more": [date(2026, 12, 1), 1],
        "a": "b",
    }
    expected = {"release": "2026-11-28", "tags": {"at": "2026-11-28 10:00:00+00:00"}, "more": ["2026-12-01", 1], "a": "b"}
    assert from_text(given, "red5pro_x") == expected
    assert from_text("{expires: 2026-11-28}", "red5pro_x") == {"expires": "2026-11-28"}


WRONG = {
    '[{"pass": "s3cret"': "line 1, column 19",
    "a: 1\nb: [s3cret\n": "line 3, column 1",
    "pass: *s3cret": "line 1, column 7",
    "pass: !s3cret": "line 1, column 7",
    '{"pass": "s3cret", "a": {"b": 1, "b": 2}}': "line 1, column 26",
    "pass: s3cret\0": "a character that YAML does not allow",
}


@pytest.mark.parametrize("text, where", WRONG.items())
def test_wrong_text_is_refused_and_not_shown(text: str, where: str) -> None:
    with pytest.raises(AnsibleFilterError) as refused:
        from_text(text, "red5pro_x")
    assert str(refused.value).startswith("Invalid red5pro_x: (hidden). Expected: JSON, YAML or items") and str(refused.value).endswith(
        f"{where}."
    )
    assert "s3cret" not in str(refused.value)
    assert refused.value.__suppress_context__, "the context would show it"


@pytest.mark.parametrize(("value", "meant"), [(None, 7), ("", 7), (0, 0), (False, False), (" ", " "), ("x", "x"), (3, 3)])
def test_null_and_blank_are_not_given(value: Any, meant: Any) -> None:
    result = texts.given(value, 7)
    assert result == meant and type(result) is type(meant)


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        *((text, True) for text in ("y", "Y", "t", "yes", "on", "1", 1.0, "TRUE", 1, True)),
        *((text, False) for text in ("n", "f", "no", "off", "0", 0.0, "False", 0, False)),
        (None, False), ("", False), ("maybe", "maybe"), (2, 2), ([True], [True]),
    ],
)  # fmt: skip
def test_text_is_true_or_false_as_in_an_argument_spec_if_the_default_is(value: Any, meant: Any) -> None:
    result = texts.given(value, False)
    assert result == meant and type(result) is type(meant)
    assert texts.given("y", "") == "y"


@pytest.mark.parametrize(
    ("value", "meant"),
    [("Stream.Example.com.", "stream.example.com"), ("a.example.com", "a.example.com"), ("a..", "a."), (None, None), (3, 3)],
)
def test_a_host_name_is_in_lower_case_without_final_dot(value: Any, meant: Any) -> None:
    assert texts.host_name(value) == meant


def test_no_object_of_python_is_made() -> None:
    with pytest.raises(AnsibleFilterError):
        from_text("!!python/object/apply:os.getcwd []", "red5pro_x")


def test_tag_values_are_texts_as_aws_returns_them() -> None:
    given = {"cost-center": 4711, "temporary": True, "kept": False, "rate": 0.5, "owner": None, 7: "x"}
    expected = {"cost-center": "4711", "temporary": "true", "kept": "false", "rate": "0.5", "owner": "", "7": "x"}
    assert texts.tag_values(given) == expected


def test_tags_of_the_deployment_are_added_as_far_as_they_are_given() -> None:
    own = {"Name": "live-1", "red5pro:deployment": "live", "red5pro:role": "node"}
    assert texts.tag_values({"team": 7, "Name": "x"}, "live", "node", name="live-1") == {"team": "7", **own}
    assert texts.tag_values({}, prefix="p", image="i") == {"red5pro:prefix": "p", "red5pro:image": "i"}


@pytest.mark.parametrize(
    "value, meant",
    [(2026, "2026"), (14.1, "14.1"), (date(2026, 12, 31), "2026-12-31"), *((one, one) for one in ("02", None, True, False, ["a"], {}))],
)
def test_a_number_or_a_date_is_text(value: Any, meant: Any) -> None:
    found = texts.as_text(value)
    assert found == meant and type(found) is type(meant)
