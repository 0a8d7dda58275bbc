# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The settings of a DB instance: which differ, and whether a change has downtime."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.plugin_utils.database_settings import changes
from databases import declared, instance


def found(declaration: dict[str, Any], **current: Any) -> list[tuple[dict[str, Any], bool]]:
    return [(one.options, one.downtime) for one in changes(declaration, instance(**current))]


@pytest.mark.parametrize(
    ("current", "options", "downtime"),
    [
        ({"allocated_storage": 10}, {"allocated_storage": 20}, False),
        ({"max_allocated_storage": None}, {"max_allocated_storage": 100}, False),
        ({"backup_retention_period": 1}, {"backup_retention_period": 7}, False),
        ({"backup_retention_period": 0}, {"backup_retention_period": 7}, True),
        ({"db_instance_class": "db.t3.small"}, {"db_instance_class": "db.m5.large"}, True),
        ({"endpoint": {"port": 3307}}, {"port": 3306}, True),
        ({"multi_az": False}, {"multi_az": True}, False),
        ({"deletion_protection": False}, {"deletion_protection": True}, False),
        ({"publicly_accessible": True}, {"publicly_accessible": False}, False),
        ({"vpc_security_groups": [{"vpc_security_group_id": "sg-9"}]}, {"vpc_security_group_ids": ["sg-1"]}, False),
        (
            {"db_parameter_groups": [{"db_parameter_group_name": "default.mysql8.0"}]},
            {"db_parameter_group_name": "live-database"},
            False,
        ),
    ],
)
def test_each_setting(current: dict[str, Any], options: dict[str, Any], downtime: bool) -> None:
    assert found(declared(), **current) == [(options, downtime)]


def test_storage_never_shrinks() -> None:
    assert found(declared(), allocated_storage=50) == []
    assert found(declared(max_storage=30), allocated_storage=50, max_allocated_storage=60) == []


def test_growth_can_be_turned_off() -> None:
    assert found(declared(max_storage=0)) == [({"max_allocated_storage": 20}, False)]
    assert found(declared(max_storage=0), max_allocated_storage=None) == []


def test_large_storage_has_the_speed_that_gp3_has_then() -> None:
    wanted = declared(storage=400, max_storage=1000)
    assert found(wanted, max_allocated_storage=1000) == [({"allocated_storage": 400, "iops": 12000, "storage_throughput": 500}, False)]


def test_what_is_pending_counts_as_changed() -> None:
    assert found(declared(), db_instance_class="db.t3.small", pending_modified_values={"db_instance_class": "db.m5.large"}) == []
    assert found(declared(), pending_modified_values=None) == []


def test_nothing_changes_without_an_instance() -> None:
    assert changes(declared(), {}) == []
