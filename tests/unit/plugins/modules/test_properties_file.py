# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""properties_file through its main(), on real files."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils import basic
from ansible_collections.streamops.red5pro.plugins.modules import properties_file
from module_runner import arguments

TEXT = "## DATABASE\nconfig.dbPass=old-secret\n## LOADBALANCING CONFIGURATION\nstreammanager.ip=\n\nproxy.enabled=false\n"
NEW = "new-secret"
SECRETS = ("in-a-url-4d1", "in-a-query-8c2")
Module = Callable[..., dict[str, Any]]


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Module:
    """Calls the module on the file; what it returned has all it printed as `printed`."""
    (tmp_path / "properties").write_text(TEXT, encoding="ascii")
    monkeypatch.setattr(basic.AnsibleModule, "_log_invocation", lambda self: None)  # writes to the system's journal

    def call(check: bool = False, **options: Any) -> dict[str, Any]:
        options = {"path": str(tmp_path / "properties"), "_ansible_check_mode": check, "_ansible_diff": True, **options}
        options["_ansible_tmpdir"] = str(tmp_path_factory.mktemp("module"))  # as the controller gives it
        with arguments(options), pytest.raises(SystemExit):
            properties_file.main()
        printed = capsys.readouterr()
        assert not printed.err
        result: dict[str, Any] = json.loads(printed.out)
        result["printed"] = printed.out
        return result

    return call


@pytest.fixture
def file(run: Module, tmp_path: Path) -> Path:
    return tmp_path / "properties"


def test_changes_the_line_and_nothing_else(run: Module, file: Path) -> None:
    result = run(values={"streammanager.ip": "10.0.0.1", "proxy.enabled": True})
    assert (result["changed"], result["changed_keys"], result["pending"]) == (True, ["proxy.enabled", "streammanager.ip"], True)
    assert file.read_text() == TEXT.replace("ip=", "ip=10.0.0.1").replace("false", "true")
    assert result["diff"] == {
        "before_header": str(file),
        "after_header": str(file),
        "before": "proxy.enabled=false\nstreammanager.ip=\n",
        "after": "proxy.enabled=true\nstreammanager.ip=10.0.0.1\n",
    }


def test_second_run_changes_nothing(run: Module, file: Path) -> None:
    run(values={"streammanager.ip": "10.0.0.1"})
    before = file.stat()
    result = run(values={"streammanager.ip": "10.0.0.1"}, original=f"{file}.orig")
    assert (result["changed"], result["changed_keys"], result["pending"]) == (False, [], False)
    assert (result["diff"]["before"], result["diff"]["after"]) == ("", "")
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert not Path(f"{file}.orig").exists()


def test_check_mode_says_the_same_and_writes_nothing(run: Module, file: Path) -> None:
    options = {
        "values": {"streammanager.ip": "10.0.0.1"},
        "secret_values": {"config.dbPass": NEW},
        "original": f"{file}.orig",
        "pending": f"{file}.pending",
    }
    foreseen = run(check=True, **options)
    assert file.read_text() == TEXT
    assert [path.name for path in file.parent.iterdir()] == ["properties"]
    done = run(**options)
    assert {key: foreseen[key] for key in ("changed", "changed_keys", "pending", "diff")} == {
        key: done[key] for key in ("changed", "changed_keys", "pending", "diff")
    }


def test_secrets_are_never_shown(run: Module, file: Path) -> None:
    result = run(secret_values={"config.dbPass": NEW, "plain.name": "a-hidden-value"})
    assert "config.dbPass=new-secret\n" in file.read_text()
    assert result["diff"]["before"] == "config.dbPass=(hidden)\n"
    assert result["diff"]["after"] == "config.dbPass=(hidden) (changed)\nplain.name=(hidden) (changed)\n"
    for secret in ("old-secret", NEW, "a-hidden-value"):
        assert secret not in result["printed"]


def test_diff_hides_what_by_its_name_is_secret(run: Module) -> None:
    diff = run(values={"config.dbPass": NEW})["diff"]
    assert "secret" not in diff["before"] + diff["after"]


def test_diff_hides_a_password_in_a_url(run: Module, file: Path) -> None:
    urls = [f"jdbc:mysql://user:{SECRETS[0]}@db/red5?useSSL=false", f"jdbc:mysql://db/red5?user=a&password={SECRETS[1]}"]
    first = run(values={"db.url": urls[0], "config.dbHost": "db"})
    assert first["diff"]["after"] == "config.dbHost=db\ndb.url=(hidden) (changed)\n"
    second = run(values={"db.url": urls[1]})
    assert second["diff"]["before"] == "db.url=(hidden)\n" and second["diff"]["after"] == "db.url=(hidden) (changed)\n"
    third = run(values={"db.url": "jdbc:mysql://db/red5"})
    assert third["diff"]["before"] == "db.url=(hidden)\n" and third["diff"]["after"] == "db.url=jdbc:mysql://db/red5\n"
    assert not any(secret in str(one["diff"]) for one in (first, second, third) for secret in SECRETS)


def test_owner_and_mode_stay(run: Module, file: Path) -> None:
    file.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(file, 1, 2)
    owner = (file.stat().st_uid, file.stat().st_gid)
    run(values={"streammanager.ip": "10.0.0.1"}, original=f"{file}.orig")
    for path in (file, Path(f"{file}.orig")):
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
        assert (path.stat().st_uid, path.stat().st_gid) == owner


def test_link_stays(run: Module, file: Path) -> None:
    file.rename(file.with_name("linked"))
    file.symlink_to("linked")
    run(values={"streammanager.ip": "10.0.0.1"}, original=f"{file}.orig", pending=f"{file}.pending")
    assert file.is_symlink() and file.with_name("linked").read_text() == TEXT.replace("ip=", "ip=10.0.0.1")
    assert Path(f"{file}.orig").read_text() == TEXT and not Path(f"{file}.orig").is_symlink()


def test_file_that_java_refuses_is_not_touched(run: Module, file: Path) -> None:
    file.write_text("a=C:\\users\nb=1\n")
    result = run(values={"b": 2}, original=f"{file}.orig", pending=f"{file}.pending")
    assert result["failed"] and f"{file}: Invalid line 1: \\u without four hexadecimal digits after it, in a" in result["msg"]
    assert [path.name for path in file.parent.iterdir()] == ["properties"] and file.read_text() == "a=C:\\users\nb=1\n"
    assert run(values={"a": "C:users"})["changed_keys"] == ["a"]
    assert file.read_text() == "a=C:users\nb=1\n" and not run(values={"a": "C:users"})["changed"]


def test_original_is_kept_once(run: Module, file: Path) -> None:
    for address in ("10.0.0.1", "10.0.0.2"):
        run(values={"streammanager.ip": address}, original=f"{file}.orig")
    assert Path(f"{file}.orig").read_text() == TEXT
    assert "ip=10.0.0.2\n" in file.read_text()


def test_pending_lasts_until_the_caller_removes_it(run: Module, file: Path) -> None:
    options = {"values": {"streammanager.ip": "10.0.0.1"}, "pending": f"{file}.pending"}
    assert run(**options)["pending"] is True
    again = run(**options)
    assert (again["changed"], again["pending"]) == (False, True)
    Path(f"{file}.pending").unlink()
    assert run(**options)["pending"] is False


def test_pending_is_there_before_the_change(run: Module, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interrupted run must not leave an unnoticed change."""

    def broken(*_arguments: Any, **_more: Any) -> None:
        assert Path(f"{file}.pending").exists() and Path(f"{file}.orig").exists()
        raise OSError("the disk is full")

    monkeypatch.setattr(basic.AnsibleModule, "atomic_move", broken)
    result = run(values={"streammanager.ip": "10.0.0.1"}, pending=f"{file}.pending", original=f"{file}.orig")
    assert result["failed"] and "the disk is full" in result["msg"]
    assert file.read_text() == TEXT


def test_added_below_the_section(run: Module, file: Path) -> None:
    run(values={"location.region": "x"}, section="## LOADBALANCING CONFIGURATION")
    assert "## LOADBALANCING CONFIGURATION\nlocation.region=x\nstreammanager.ip=\n" in file.read_text()


def test_bytes_and_line_ends_stay(run: Module, file: Path) -> None:
    file.write_bytes(b"# \xc3\x85ngstr\xc3\xb6m \xff\r\na=1\r\nb=1,\\\r\n  2\r\n")
    run(values={"a": 2})
    assert file.read_bytes() == b"# \xc3\x85ngstr\xc3\xb6m \xff\r\na=2\r\nb=1,\\\r\n  2\r\n"


@pytest.mark.parametrize("value, written", [(None, ""), (False, "false"), (5, "5"), (1.5, "1.5"), ("True", "True")])
def test_values_that_are_no_text(run: Module, file: Path, value: object, written: str) -> None:
    run(values={"proxy.enabled": "other"})
    run(values={"proxy.enabled": value})
    assert f"proxy.enabled={written}\n" in file.read_text()


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "in both": ({"values": {"a": 1}, "secret_values": {"a": 2}}, "Invalid secret_values: a. Expected: only keys"),
    "a list": ({"values": {"a": [1]}}, "Invalid a: a list or a dictionary. Expected: text"),
    "a secret dictionary": ({"secret_values": {"a": {"b": 1}}}, "Invalid a: a list or a dictionary. Expected: text"),
    "line break": ({"values": {"a": "1\n2"}}, "Invalid a: a value with a line break. Expected: one line."),
    "no file": ({"path": "/nonexistent/file", "values": {"a": 1}}, "/nonexistent/file: [Errno 2] No such file"),
    "a directory": ({"path": "/", "values": {"a": 1}}, "Is a directory"),
    "original that cannot be written": ({"values": {"a": 1}, "original": "/nonexistent/original"}, "/nonexistent/original"),
    "pending that cannot be written": ({"values": {"a": 1}, "pending": "/nonexistent/pending"}, "/nonexistent/pending"),
}


@pytest.mark.parametrize("options, message", REFUSED.values(), ids=REFUSED)
def test_refused_without_a_change(run: Module, file: Path, options: dict[str, Any], message: str) -> None:
    result = run(**options)
    assert result["failed"] and message in result["msg"]
    assert "Traceback" not in result["printed"]
    assert file.read_text() == TEXT


@pytest.mark.parametrize("blank", [None, "", " "])
def test_blank_options_are_not_given(run: Module, file: Path, blank: str | None) -> None:
    assert run(values=blank, secret_values=blank, original=blank, pending=blank)["changed"] is False
    assert run(values={"proxy.enabled": True}, secret_values=blank, original=blank, pending=blank)["changed_keys"] == ["proxy.enabled"]
    assert list(file.parent.iterdir()) == [file]


def test_key_on_two_lines(run: Module, file: Path) -> None:
    """Java reads the last one."""
    file.write_text(TEXT + "proxy.enabled=true\n")
    assert run(values={"proxy.enabled": True})["changed"] is False
    assert run(values={"proxy.enabled": False})["changed_keys"] == ["proxy.enabled"]
    assert file.read_text() == TEXT + "proxy.enabled=false\n"


def test_missing_section_is_added(run: Module, file: Path) -> None:
    run(values={"a": "1"}, section="## ELSEWHERE")
    assert file.read_text() == TEXT + "\n## ELSEWHERE\na=1\n"


def test_refusal_does_not_show_a_secret(run: Module) -> None:
    assert NEW not in run(secret_values={"config.dbPass": f"{NEW}\n"})["printed"]
