# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The real server behind a DB instance: who reaches it, with which password, and what stream managers keep there."""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Iterator
from ipaddress import IPv4Network
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from rehearsal.databases import Databases
from rehearsal.host.service.config import Environment
from rehearsal.host.service.database import DatabaseError
from rehearsal.host.service.mysql import Connection, MySqlError, quoted
from rehearsal.host.service.tables import Tables
from rehearsal.model import DatabaseInstance

HOST, MANAGER, STRANGER, PASSWORD = "127.10.2.200", "127.10.1.4", "127.10.9.9", "pass'w\\ord"
INSTANCE = DatabaseInstance(
    name="live-database", host="unused", address=HOST, port=3306, reachable=False, group_ids=("sg-1",), user="sm", password=PASSWORD,
    schema="cluster",
)  # fmt: skip
SCHEMA = Path(__file__).parents[3] / "rehearsal/host/distribution/webapps/streammanager/WEB-INF/sql/cluster.sql"


@pytest.fixture
def view() -> SimpleNamespace:
    """The emulated AWS, with one DB instance that can be reached later."""
    view = SimpleNamespace(instances=[INSTANCE])
    view.databases = lambda: view.instances
    view.admitted = lambda group, port: (IPv4Network(f"{MANAGER}/32"),) if (group, port) == ("sg-1", 3306) else ()
    return view


@pytest.fixture
def servers(view: SimpleNamespace, tmp_path: Path) -> Iterator[Databases]:
    servers = Databases(view, tmp_path / "databases")
    servers.serve(INSTANCE.name)
    servers.tick()
    with pytest.raises(ConnectionRefusedError):
        connect()
    view.instances = [dataclasses.replace(INSTANCE, reachable=True)]
    servers.tick()
    yield servers
    servers.close()


def connect(source: str = MANAGER, password: str = PASSWORD) -> Connection:
    return Connection((HOST, 3306), "sm", password, "cluster", source, 5)


def manager(tmp_path: Path, password: str = PASSWORD) -> Tables:
    (tmp_path / "facts.json").write_text(json.dumps({"private_ip": STRANGER, "public_ip": MANAGER}))
    environment = Environment(tmp_path, 5080, "http://127.0.0.1:5000", 0, tmp_path / "facts.json")
    return Tables({"config.dbHost": HOST, "config.dbUser": "sm", "config.dbPass": password}, environment)


def test_it_is_a_real_server_for_those_who_are_admitted(servers: Databases, view: SimpleNamespace, tmp_path: Path) -> None:
    with connect() as connection:
        assert connection.query("SELECT 'it''s', NULL; SELECT 2") == [["it's", None], ["2"]]
        assert connection.query(f"SELECT {quoted(PASSWORD)}, REPEAT('x', 300)") == [[PASSWORD, "x" * 300]]
        with pytest.raises(MySqlError, match="You have an error in your SQL syntax") as error:
            connection.query("SELECT FROM")
        assert error.value.code == "1064 (42000)"
    with pytest.raises(MySqlError, match="Access denied") as denied:
        connect(password="wrong")
    assert denied.value.code == "1045 (28000)"
    with pytest.raises(ConnectionResetError):
        connect(STRANGER)

    database = manager(tmp_path)
    with pytest.raises(DatabaseError, match=r"Table 'cluster\.groups' doesn't exist"):
        database.all("groups")
    with connect() as connection:
        connection.query(SCHEMA.read_text())
    _check_documents(database)
    with pytest.raises(DatabaseError, match=r"answers 1045 \(28000\): Access denied"):
        manager(tmp_path, "wrong").all("groups")

    view.instances = []
    servers.tick()
    assert not (tmp_path / "databases/live-database").exists()
    with pytest.raises(DatabaseError, match="cannot connect to"):
        database.all("groups")


def _check_documents(database: Any) -> None:
    assert (database.add("groups", "b", {"x": 1}), database.add("groups", "b", {}), database.add("groups", "a", {})) == (True, False, True)
    assert list(database.all("groups")) == ["b", "a"]
    assert database.update("groups", "b", y="it's") == {"x": 1, "y": "it's"}
    assert (database.update("groups", "c", y=2), database.get("groups", "b")) == (None, {"x": 1, "y": "it's"})
    database.put("alarms", "edge", {"threshold": 50})
    assert (database.get("alarms", "edge"), database.all("alarms")) == ({"threshold": 50}, {"edge": {"threshold": 50}})
    assert (database.delete("groups", "a"), database.delete("groups", "a"), list(database.all("groups"))) == ({}, None, ["b"])
    assert [database.count("answers"), database.count("answers")] == [0, 1]
    assert (database.lease("streammanager/1", "i-1", 0.2), database.lease("streammanager/1", "i-2", 5)) == ("i-1", "i-1")
    assert database.perform("leases", prefix="streammanager/") == {"streammanager/1": "i-1"}
    time.sleep(0.3)
    assert (database.lease("streammanager/1", "i-2", 0), database.perform("leases", prefix="streammanager/")) == ("i-2", {})
    assert database.perform("log", entry={}) is None
