# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A declaration of a database, and the account after it was created."""

from __future__ import annotations

from typing import Any

NAME = "live-database"
HOST = f"{NAME}.c1saggy6at26.us-east-1.rds.amazonaws.com"
TAGS = {"red5pro:deployment": "live", "red5pro:role": "database"}


def declared(**changes: Any) -> dict[str, Any]:
    return {
        "name": "live", "create": True, "host": "", "port": 3306, "user": "streammanager", "instance_class": "db.m5.large", "storage": 20,
        "max_storage": 100, "max_connections": 100000, "multi_az": True, "backup_retention": 7, "deletion_protection": True,
        "apply_immediately": False, "subnets": ["subnet-a", "subnet-b"], "zones": ["us-east-1a", "us-east-1b"], "security_group": "sg-1",
        **changes,
    }  # fmt: skip


def instance(**changes: Any) -> dict[str, Any]:
    return {
        "db_instance_identifier": NAME, "db_instance_status": "available", "engine": "mysql", "engine_version": "8.0.43",
        "master_username": "streammanager", "endpoint": {"address": HOST, "port": 3306}, "db_instance_class": "db.m5.large",
        "allocated_storage": 20, "max_allocated_storage": 100, "multi_az": True, "backup_retention_period": 7, "deletion_protection": True,
        "publicly_accessible": False, "storage_encrypted": True, "pending_modified_values": {}, "tags": TAGS,
        "preferred_maintenance_window": "wed:06:30-wed:07:00",
        "vpc_security_groups": [{"vpc_security_group_id": "sg-1", "status": "active"}],
        "db_parameter_groups": [{"db_parameter_group_name": NAME, "parameter_apply_status": "in-sync"}], **changes,
    }  # fmt: skip


def account(*instances: dict[str, Any], **changes: Any) -> dict[str, list[dict[str, Any]]]:
    """With its groups, if there is a DB instance."""
    subnets = [{"subnet_identifier": one} for one in ("subnet-b", "subnet-a")]
    found = {
        "db_instances": list(instances),
        "db_subnet_groups": [{"db_subnet_group_name": NAME, "subnets": subnets, "tags": TAGS}],
        "db_parameter_groups": [{"db_parameter_group_name": NAME, "tags": TAGS}],
        "db_parameters": [{"parameter_name": "max_connections", "parameter_value": "100000"}],
    }
    empty: dict[str, list[dict[str, Any]]] = {key: [] for key in found}
    return {**(found if instances else empty), **changes}


def differences(checks: list[dict[str, Any]]) -> dict[str, tuple[str, str]]:
    """The checks that do not hold."""
    return {one["subject"]: (one["expected"], one["found"]) for one in checks if not one.get("holds", one["expected"] == one["found"])}
