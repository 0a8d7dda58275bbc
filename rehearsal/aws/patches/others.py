# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Other services that modules call: databases."""

from __future__ import annotations

from typing import Any

from moto.rds.models import DBInstance

from .patching import patch_property


@patch_property(DBInstance, "db_instance_port")
def no_port_here(_instance: Any) -> int:
    """The port is in the endpoint; this one is 0 for an instance that is not in a cluster."""
    return 0


@patch_property(DBInstance, "pending_modified_values")
def nothing_pending(_instance: Any) -> dict[str, Any]:
    """There, and empty, while nothing waits to be applied."""
    return {}
