# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tables of a schema file, the client's options, and its errors."""

from __future__ import annotations

import pytest
from ansible_collections.streamops.red5pro.plugins.module_utils._mysql import Connection, connection, reason, repeatable, tables

SQL = """
-- CREATE TABLE no (x INT);
/* CREATE TABLE neither (x INT); */
# CREATE TABLE nor (x INT);
CREATE TABLE IF NOT EXISTS `groups` (name TEXT);
create table cluster.nodes (name TEXT);
"""


def test_tables_are_those_of_statements() -> None:
    assert tables(SQL) == {"groups": True, "nodes": False}


@pytest.mark.parametrize(
    "sql, harmless",
    [
        (SQL, False),
        ("CREATE TABLE IF NOT EXISTS a (x INT);", True),
        ("CREATE TABLE IF NOT EXISTS a (x INT); INSERT INTO a VALUES (1);", False),
        ("DROP TABLE IF EXISTS a; CREATE TABLE IF NOT EXISTS a (x INT);", False),
        ("CREATE TABLE IF NOT EXISTS a (x INT); -- DROP TABLE a", True),
    ],
)
def test_only_harmless_statements_may_run_again(sql: str, harmless: bool) -> None:
    assert repeatable(sql) == harmless


def test_password_is_quoted_for_the_client() -> None:
    one = connection({"config.dbHost": "db", "config.dbUser": "u", "config.dbPass": 'a"b\\c#', "config.dbPort": ""})
    assert one == Connection("db", 3306, "u", 'a"b\\c#') and str(one) == "db:3306 as u"
    assert one.options() == '[client]\nhost=db\nport=3306\nuser="u"\npassword="a\\"b\\\\c#"\n'


def test_properties_without_a_database_are_refused() -> None:
    with pytest.raises(ValueError, match=r"config\.dbHost or config.dbUser has no value"):
        connection({"config.dbHost": "db"})


def test_a_port_that_is_none_is_named() -> None:
    with pytest.raises(ValueError, match=r"config\.dbPort is 33o6, not a port"):
        connection({"config.dbHost": "db", "config.dbUser": "u", "config.dbPort": "33o6"})


@pytest.mark.parametrize(
    "errors, expected",
    [
        ("ERROR 1045 (28000): Access denied for user 'u'\n", "the user or the password is wrong (Access denied for user 'u')"),
        ("ERROR 1064 (42000) at line 3: You have an error\n", "You have an error"),
        ("mysql: not so\n", "mysql: not so"),
    ],
)
def test_reason_of_a_failure(errors: str, expected: str) -> None:
    assert reason(errors) == expected
