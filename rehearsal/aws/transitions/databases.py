# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Databases: creating, backing-up, available; modifying; deleting. A DB instance has its endpoint when its first backup begins."""

from __future__ import annotations

from typing import Any

from moto.rds.models import rds_backends

from rehearsal import settings

from .. import clock, gate, hooks, limits
from ..patches import databases
from ..registry import Call, effect

CREATED, BACKED_UP = 300.0, 90.0  # seconds
NOTICED, MODIFIED, OPTIMIZED = 20.0, 180.0, 6 * 3600.0
DELETED = 300.0


@effect(None, "rds", "CreateDBInstance")
def create(call: Call) -> None:
    """It can be reached once it is created, and changed after its first backup."""
    instance = call.result["DBInstance"]
    instance.status = "creating"
    clock.after(CREATED, lambda: _reach(instance))
    call.later.append(lambda: hooks.serve(instance.db_instance_identifier))


def _reach(instance: Any) -> None:
    instance.reachable = True
    _move(instance, "creating", "backing-up" if instance.backup_retention_period else "available")
    clock.after(BACKED_UP, lambda: _move(instance, "backing-up", "available"))


def _move(instance: Any, before: str, after: str) -> None:
    if instance.status == before:
        instance.status = after


@effect(47, "rds", "CreateDBInstance")
def make_service_linked_role(call: Call) -> None:
    """With the first one of the account."""
    if not limits.database_role:
        limits.database_role = 1
        implied = Call("iam", "CreateServiceLinkedRole", {"AWSServiceName": "rds.amazonaws.com"}, call.region, call.access_key)
        gate.log(implied, 200)


@effect(None, "rds", "ModifyDBInstance")
def modify(call: Call) -> None:
    """Its status changes a while after the call; with ApplyImmediately, all that is pending comes into effect."""
    instance = call.result["DBInstance"]
    if call.params.get("ApplyImmediately") and instance.pending:
        clock.after(NOTICED, lambda: _begin(instance))


def _begin(instance: Any) -> None:
    if instance.status in ("available", "storage-optimization"):
        instance.status = "modifying"
        clock.after(MODIFIED, lambda: _apply(instance))


def _apply(instance: Any) -> None:
    grown = "allocated_storage" in instance.pending
    databases.apply(instance)
    _move(instance, "modifying", "storage-optimization" if grown else "available")
    if grown:
        clock.after(OPTIMIZED, lambda: _move(instance, "storage-optimization", "available"))


def maintain(region: str = settings.REGION) -> None:
    """The maintenance window of all DB instances of a region, for tests: what is pending comes into effect."""
    with clock.lock:
        for instance in rds_backends[settings.ACCOUNT][region].databases.values():
            databases.apply(instance)


@effect(None, "rds", "RebootDBInstance")
def reboot(call: Call) -> None:
    """Its parameter group is in effect then."""
    instance = call.result["DBInstance"]
    instance.status, instance.rebooting = "rebooting", False
    clock.after(NOTICED, lambda: _move(instance, "rebooting", "available"))


@effect(None, "rds", "DeleteDBInstance")
def delete(call: Call) -> None:
    """Its interface, and so its groups and subnets, are in use until the end."""
    instance, backend = call.result["DBInstance"], call.rds
    clock.after(DELETED, lambda: databases.forget(backend, instance))
