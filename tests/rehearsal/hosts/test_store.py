# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The database: who reaches it, and that its operations are atomic."""

from __future__ import annotations

import base64
import http.client
import json
import threading
from collections.abc import Iterator
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest

from rehearsal import store
from rehearsal.model import Networks

ADDRESS = ("127.10.200.11", 3306)


@pytest.fixture
def admitted() -> list[str]:
    return ["127.10.1.5/32"]


@pytest.fixture
def database(admitted: list[str], tmp_path: Path) -> Iterator[store.Store]:
    def networks() -> Networks:
        return tuple(IPv4Network(cidr) for cidr in admitted)

    database = store.Store(networks, ADDRESS, tmp_path / "api.jsonl")
    yield database
    database.close()


def ask(source: str, password: str = store.PASSWORD, **operation: Any) -> tuple[int, Any]:
    connection = http.client.HTTPConnection(*ADDRESS, timeout=10, source_address=(source, 0))
    credentials = base64.b64encode(f"{store.USER}:{password}".encode()).decode()
    try:
        connection.request("POST", "/", json.dumps(operation), {"Authorization": f"Basic {credentials}"})
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


def test_only_admitted_addresses_get_an_answer(database: store.Store, admitted: list[str]) -> None:
    assert ask("127.10.1.5", do="count", name="x") == (200, 0)
    with pytest.raises(ConnectionError):
        ask("127.10.1.6", do="count", name="x")
    admitted.append("127.10.1.6/32")
    assert ask("127.10.1.6", do="count", name="x") == (200, 1)
    admitted.clear()
    with pytest.raises(ConnectionError):
        ask("127.10.1.5", do="count", name="x")


def test_wrong_password_is_refused(database: store.Store) -> None:
    assert ask("127.10.1.5", password="other", do="count", name="x") == (401, "Access denied")


@pytest.mark.parametrize("operation", [{"do": "drop"}, {"do": "get", "collection": "x"}, {}, {"do": "perform"}])
def test_what_is_no_operation_is_refused(database: store.Store, operation: dict[str, Any]) -> None:
    assert ask("127.10.1.5", **operation)[0] == 400


def test_documents() -> None:
    documents = store.Documents(Path("/dev/null"))
    assert documents.perform("add", collection="c", key="a", document={"n": 1}) is True
    assert documents.perform("add", collection="c", key="a", document={"n": 2}) is False
    assert documents.perform("update", collection="c", key="a", changes={"m": 3}) == {"n": 1, "m": 3}
    assert documents.perform("update", collection="c", key="b", changes={"m": 3}) is None
    documents.perform("put", collection="c", key="b", document={"n": 4})
    assert documents.perform("list", collection="c") == {"a": {"n": 1, "m": 3}, "b": {"n": 4}}
    assert documents.perform("delete", collection="c", key="a") == {"n": 1, "m": 3}
    assert documents.perform("get", collection="c", key="a") is None


def test_a_lease_has_one_holder(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("rehearsal.store.time.monotonic", lambda: now[0])
    documents = store.Documents(Path("/dev/null"))
    assert documents.perform("lease", name="l/1", owner="a", seconds=5) == "a"
    assert documents.perform("lease", name="l/1", owner="b", seconds=5) == "a"
    assert documents.perform("leases", prefix="l/") == {"l/1": "a"}
    assert documents.perform("leases", prefix="other/") == {}
    now[0] += 6
    assert documents.perform("leases", prefix="l/") == {}
    assert documents.perform("lease", name="l/1", owner="b", seconds=5) == "b"
    assert documents.perform("lease", name="l/1", owner="b", seconds=0) == "b"
    assert documents.perform("lease", name="l/1", owner="a", seconds=5) == "a"


def test_counting_together_counts_each_once() -> None:
    documents = store.Documents(Path("/dev/null"))
    seen: list[int] = []
    threads = [
        threading.Thread(target=lambda: seen.extend(documents.perform("count", name="n") for _unused in range(200))) for _unused in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == list(range(800))


def test_the_log_is_written(database: store.Store, tmp_path: Path) -> None:
    assert ask("127.10.1.5", do="log", entry={"method": "GET", "path": "/x"}) == (200, None)
    line = json.loads((tmp_path / "api.jsonl").read_text())
    assert (line["method"], line["path"], "time" in line) == ("GET", "/x", True)


def test_stream_managers_need_their_tables(database: store.Store) -> None:
    def sql(statements: str, name: str = "cluster") -> tuple[int, Any]:
        return ask("127.10.1.5", do="sql", database=name, statements=statements)

    tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'cluster'"
    assert sql(tables) == (200, ["groups", "launchconfig", "nodes", "scalepolicy"])
    assert sql("DROP TABLE nodes; -- a comment; DROP TABLE x\n") == (200, [])
    assert ask("127.10.1.5", do="count", name="x") == (400, "Table 'cluster.nodes' doesn't exist")
    assert sql("CREATE TABLE IF NOT EXISTS `groups` (x INT); CREATE TABLE nodes (x INT);") == (200, [])
    assert ask("127.10.1.5", do="count", name="x") == (200, 0)
    for statements, name, message in (
        ("CREATE TABLE nodes (x INT)", "cluster", "Table 'nodes' already exists"),
        ("DROP TABLE other", "cluster", "Table 'other' is unknown"),
        ("CREATE TABLE nodes (x INT)", "", "No database selected"),
        (tables, "other", "Unknown database 'other'"),
        ("HELLO", "cluster", "You have an error in your SQL syntax near 'HELLO'"),
    ):
        assert sql(statements, name) == (400, message)
    assert sql("DROP DATABASE cluster; CREATE DATABASE cluster", "") == (200, []) and sql(tables) == (200, [])
