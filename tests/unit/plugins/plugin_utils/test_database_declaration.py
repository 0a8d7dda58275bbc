# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The declaration of a database by itself, and the properties that follow from it."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.filter.database import database_properties
from ansible_collections.streamops.red5pro.plugins.filter.network import input_problems
from ansible_collections.streamops.red5pro.plugins.plugin_utils.database_declaration import declaration_problems, identifier

SECRET = "Secr3t-of-database"
DECLARED = {"red5pro_name": "live", "red5pro_database_create": "yes", "red5pro_database_password": SECRET}


def problems(**changes: Any) -> list[str]:
    given = {f"red5pro_{name}" if name == "name" else f"red5pro_database_{name}": value for name, value in changes.items()}
    return [str(one) for one in declaration_problems({**DECLARED, **given})]


def test_a_declaration_in_order_is_accepted() -> None:
    assert (problems(), problems(storage="20", max_storage=22), problems(max_storage=0, storage=50)) == ([], [], [])
    assert (problems(port=1150), problems(port=""), problems(create=False, port=80)) == ([], [], [])


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        (
            {"host": "db.example.com"},
            "Invalid red5pro_database_host: db.example.com. Expected: none, since red5pro_database_create is true.",
        ),
        ({"name": "1live"}, "Invalid red5pro_name: 1live. Expected: a name that begins with a letter, since it names the DB instance."),
        ({"user": "rdsadmin"}, "Invalid red5pro_database_user: rdsadmin. Expected: 1 to 16 letters, digits and underscores"),
        ({"user": "a" * 17}, "Invalid red5pro_database_user: aaaaaaaaaaaaaaaaa."),
        ({"port": "1149"}, "Invalid red5pro_database_port: 1149. Expected: a whole number from 1150 to 65535, which RDS accepts."),
        ({"storage": 100, "max_storage": 105}, "Invalid red5pro_database_max_storage: 105. Expected: 0, or at least 10 percent more than"),
    ],
)
def test_what_rds_would_refuse_is_refused(changes: dict[str, Any], text: str) -> None:
    assert [text in one for one in problems(**changes)] == [True]


@pytest.mark.parametrize(
    "password", ["", None, "short", "a" * 42, "with space", "with/slash", "with@sign", "quote'quote", 'double"quote', "ümlaut-ü"]
)
def test_a_password_that_rds_refuses_is_hidden(password: Any) -> None:
    (problem,) = problems(password=password)
    assert problem.startswith("Invalid red5pro_database_password: (hidden). Expected: 8 to 41 printable ASCII characters")
    assert not password or password not in problem


def test_a_given_database_may_have_any_password() -> None:
    assert problems(create=False, host="db.example.com", password="a b", user="x" * 30) == []


def test_what_is_no_number_is_reported_once() -> None:
    found = [one["subject"] for one in input_problems({**DECLARED, "red5pro_database_storage": "many"})]
    assert found == ["red5pro_database_storage"]
    assert problems(name="") == []


def test_names_are_in_lower_case() -> None:
    assert identifier("Live-2") == "live-2-database"


def test_properties_are_those_that_are_given() -> None:
    assert database_properties("db.example.com", 3306, "sm", SECRET) == {
        "config.dbHost": "db.example.com",
        "config.dbPort": "3306",
        "config.dbUser": "sm",
        "config.dbPass": SECRET,
    }
    assert database_properties("db.example.com", 3306, "", None) == {"config.dbHost": "db.example.com", "config.dbPort": "3306"}
    assert database_properties("", 3306, "sm", SECRET) == {}
