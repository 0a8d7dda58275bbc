# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""stream_manager_host_info through its main(), on real files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils import basic
from ansible_collections.streamops.red5pro.plugins.module_utils import _host
from ansible_collections.streamops.red5pro.plugins.modules import stream_manager_host_info
from module_runner import arguments

SALT, SECRET = "a-salt-of-this-run", "an-old-password"
FILES = {
    _host.PROPERTIES: f"a=1\nconfig.dbPass={SECRET}\nstreammanager.ip=10.0.0.1\n",
    _host.CONTEXT: '<beans><bean id="apiBridge" class="x.AWSInstanceController"/></beans>',
    _host.CLUSTER: f'<beans><bean id="c"><property name="password" value="{SECRET}"/></bean></beans>',
    "plugins/red5pro-webrtc-plugin-14.1.0.jar": "",
}
Module = Callable[..., dict[str, Any]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Module:
    """Calls the module; what it returned has all it printed as `printed`."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="ascii")
    monkeypatch.setattr(basic.AnsibleModule, "_log_invocation", lambda self: None)  # writes to the system's journal

    def call(**options: Any) -> dict[str, Any]:
        with arguments({"home": str(tmp_path), "salt": SALT, **options}), pytest.raises(SystemExit):
            stream_manager_host_info.main()
        printed = capsys.readouterr()
        assert not printed.err
        return {**json.loads(printed.out), "printed": printed.out}

    return call


def test_everything_at_once_and_no_secret(run: Module) -> None:
    found = run(values={"a": 2, "streammanager.ip": "10.0.0.1"}, secret_values={"config.dbPass": "a-new-password"})
    printed = found.pop("printed")
    assert SECRET not in printed and SALT not in printed and "a-new-password" not in printed
    digest = _host.digest(SALT, SECRET)
    assert len(found.pop("lines_digest")) == len(digest)
    found.pop("invocation")
    assert found == {
        "changed": False,
        "properties": {"a": "1", "streammanager.ip": "10.0.0.1"},
        "secrets": {"config.dbPass": digest},
        "differences": [
            {"key": "a", "expected": "2", "found": "1"},
            {"key": "config.dbPass", "expected": "(hidden)", "found": "(hidden)"},
        ],
        "pending": False,
        "stream_manager": True,
        "autoscale": False,
        "api_bridges": ["x.AWSInstanceController"],
        "cluster_password": digest,
        "versions": {"red5pro-webrtc-plugin": "14.1.0"},
        "ready": None,
        "ready_url": None,
        "ready_message": "",
    }


def test_a_password_in_a_url_leaves_the_host_as_a_digest_only(run: Module, tmp_path: Path) -> None:
    url = f"jdbc:mysql://user:{SECRET}@db/red5"
    (tmp_path / _host.PROPERTIES).write_text(f"db.url={url}\nrtmp.url=rtmp://host/live\n")
    found = run(values={"db.url": "jdbc:mysql://db/red5"})
    assert (found["properties"], found["secrets"]) == ({"rtmp.url": "rtmp://host/live"}, {"db.url": _host.digest(SALT, url)})
    assert found["differences"] == [{"key": "db.url", "expected": "jdbc:mysql://db/red5", "found": "(hidden)"}]
    assert SECRET not in found["printed"]


@pytest.mark.parametrize("blank", [None, "", " "])
def test_blank_options_are_not_given(run: Module, blank: str | None) -> None:
    found = run(values=blank, secret_values=blank, own_keys=blank, pending=blank)
    assert (found["differences"], found["pending"], found["ready"]) == ([], False, None)


def test_node(run: Module, tmp_path: Path) -> None:
    (tmp_path / _host.PROPERTIES).unlink()
    (tmp_path / _host.CONTEXT).unlink()
    (tmp_path / _host.AUTOSCALE).write_text("<beans/>", encoding="ascii")
    found = run(values={"a": 2})
    assert (found["stream_manager"], found["autoscale"], found["api_bridges"]) == (False, True, [])
    assert (found["properties"], found["secrets"], found["differences"]) == ({}, {}, [])


def test_nothing(run: Module) -> None:
    found = run(home="/nonexistent")
    assert (found["stream_manager"], found["cluster_password"], found["versions"]) == (False, None, {})


def test_bytes_are_latin_1(run: Module, tmp_path: Path) -> None:
    (tmp_path / _host.PROPERTIES).write_bytes(b"a=\xfc\n")
    assert run(values={"a": "\xfc"})["differences"] == []


def test_pending(run: Module, tmp_path: Path) -> None:
    pending = tmp_path / "pending"
    assert run(pending=str(pending))["pending"] is False
    pending.touch()
    assert run(pending=str(pending))["pending"] is True


def test_context_that_is_not_xml(run: Module, tmp_path: Path) -> None:
    (tmp_path / _host.CONTEXT).write_text("<beans>", encoding="ascii")
    assert run()["api_bridges"] is None
    (tmp_path / _host.CONTEXT).write_text('<?xml version="1.0" encoding="x-none"?><beans/>', encoding="ascii")
    assert run()["api_bridges"] is None


@pytest.mark.parametrize("status", [200, 503, -1])
def test_ready(run: Module, monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    monkeypatch.setattr(
        stream_manager_host_info, "fetch_url", lambda module, url, timeout: (None, {"status": status, "msg": f"{url} said"})
    )
    found = run(ready_url="http://localhost:5080/")
    assert (found["ready"], found["ready_message"]) == (status, "http://localhost:5080/ said")


def test_cluster_file_that_is_not_xml(run: Module, tmp_path: Path) -> None:
    (tmp_path / _host.CLUSTER).write_text("<beans>", encoding="ascii")
    found = run()
    assert found["failed"] and f"{tmp_path}: {_host.CLUSTER} is not XML: no element found" in found["msg"]


def test_properties_that_java_refuses(run: Module, tmp_path: Path) -> None:
    (tmp_path / _host.PROPERTIES).write_text(f"config.dbPass={SECRET}\\u\n", encoding="ascii")
    found = run(values={"a": 2})
    assert found["failed"] and f"{tmp_path}: {_host.PROPERTIES}: Invalid line 1: " in found["msg"]
    assert SECRET not in found["printed"]
    assert {one["key"] for one in run(secret_values={"config.dbPass": f"{SECRET}u"})["differences"]} == {"config.dbPass"}


def test_value_that_no_file_can_hold(run: Module) -> None:
    found = run(secret_values={"config.dbPass": "a-new-password\n"})
    assert found["failed"] and "Invalid config.dbPass: a value with a line break" in found["msg"]
    assert "a-new-password" not in found["printed"]
