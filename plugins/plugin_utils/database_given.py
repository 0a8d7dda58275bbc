# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is wrong with a given database, if it is a DB instance of this account and region. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._messages import Problem, refusing

from .findings import check

Facts = dict[str, Any]
Declared = Mapping[str, Any]
_ENGINES = ("mysql", "mariadb", "aurora-mysql")


def problems_of_given(declared: Declared, instance: Facts, usable: Sequence[str]) -> Iterator[str]:
    """Why stream managers could not use it."""
    name, engine, status = instance["db_instance_identifier"], instance["engine"], instance["db_instance_status"]
    port = instance["endpoint"]["port"]
    if engine not in _ENGINES:
        yield str(Problem("red5pro_database_host", declared["host"], f"a MySQL database; the DB instance {name} has {engine}"))
    if status not in usable:
        yield refusing(f"use the DB instance {name}", f"its status is {status}", "Wait until it is available, or start it")
    if port != int(declared["port"]):
        yield str(Problem("red5pro_database_port", declared["port"], f"{port}, the port of the DB instance {name}"))


def checks_of_given(declared: Declared, instance: Facts, usable: Sequence[str]) -> Iterator[dict[str, Any]]:
    """What differs from what a deployment needs or should have, for verify."""
    name, status, wanted = instance["db_instance_identifier"], instance["db_instance_status"], declared["security_group"]
    groups = sorted(one["vpc_security_group_id"] for one in instance["vpc_security_groups"])
    public = str(bool(instance.get("publicly_accessible"))).lower()
    engine, port = instance["engine"], instance["endpoint"]["port"]
    yield check(f"{name} status", "available", "available" if status in usable else status)
    yield check(f"{name} engine", "mysql", "mysql" if engine in _ENGINES else engine)
    yield check(f"{name} port", str(declared["port"]), str(port))
    yield check(f"{name} publicly accessible", "false", public)
    if wanted:
        yield {"subject": f"{name} security groups", "expected": wanted, "found": ", ".join(groups) or "none", "holds": wanted in groups}
