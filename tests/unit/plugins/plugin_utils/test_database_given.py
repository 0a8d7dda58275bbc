# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A given database: what stream managers could not use is refused, and the rest is reported."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.plugin_utils.database import USABLE
from ansible_collections.streamops.red5pro.plugins.plugin_utils.database_given import checks_of_given, problems_of_given
from databases import HOST, declared, differences, instance

GIVEN = declared(create=False, host=HOST)


def checks(**changes: Any) -> dict[str, tuple[str, str]]:
    return differences(list(checks_of_given(GIVEN, instance(**changes), USABLE)))


@pytest.mark.parametrize(
    ("found", "text"),
    [
        ({"engine": "postgres"}, f"Invalid red5pro_database_host: {HOST}. Expected: a MySQL database; the DB instance live-database has"),
        ({"db_instance_status": "creating"}, "Refusing to use the DB instance live-database: its status is creating."),
        ({"endpoint": {"address": HOST, "port": 3307}}, "Invalid red5pro_database_port: 3306. Expected: 3307, the port of"),
    ],
)
def test_what_cannot_be_used_is_refused(found: dict[str, Any], text: str) -> None:
    assert [text in one for one in problems_of_given(GIVEN, instance(**found), USABLE)] == [True]
    assert len(checks(**found)) == 1


def test_a_database_in_order_is_accepted() -> None:
    assert (list(problems_of_given(GIVEN, instance(), USABLE)), checks()) == ([], {})


def test_what_should_differ_is_reported() -> None:
    assert checks(publicly_accessible=True, vpc_security_groups=[]) == {
        "live-database publicly accessible": ("false", "true"),
        "live-database security groups": ("sg-1", "none"),
    }
    without = declared(create=False, host=HOST, security_group="")
    assert differences(list(checks_of_given(without, instance(vpc_security_groups=[]), USABLE))) == {}
