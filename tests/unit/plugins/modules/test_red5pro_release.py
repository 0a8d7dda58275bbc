# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""red5pro_release, red5pro_release_info, spring_beans_file and database_schema through their main(), on real files."""

from __future__ import annotations

import importlib
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils import basic
from ansible_collections.streamops.red5pro.plugins.module_utils import _installation
from module_runner import MODULES, arguments

PROPERTIES = "webapps/streammanager/WEB-INF/red5-web.properties"
CONTEXT = "webapps/streammanager/WEB-INF/applicationContext.xml"
API = "webapps/api/WEB-INF/red5-web.properties"
BEANS = '<beans><bean id="c"><property name="password" value="{}"/></bean></beans>'
CONTROLLERS = '<beans><bean id="apiBridge" class="Dummy"/><!-- <bean id="apiBridge" class="Aws"/> --></beans>'
SECRET = "old-secret-71c"
Module = Callable[..., dict[str, Any]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Module:
    monkeypatch.setattr(basic.AnsibleModule, "_log_invocation", lambda self: None)  # writes to the system's journal

    def call(module: str, check: bool = False, **options: Any) -> dict[str, Any]:
        own = {name: str(value) if isinstance(value, Path) else value for name, value in options.items()}
        own |= {"_ansible_check_mode": check, "_ansible_diff": True, "_ansible_tmpdir": str(tmp_path_factory.mktemp("module"))}
        with arguments(own), pytest.raises(SystemExit):
            importlib.import_module(f"{MODULES}.{module}").main()
        printed = capsys.readouterr()
        assert not printed.err
        result: dict[str, Any] = json.loads(printed.out.strip().splitlines()[-1])
        return {**result, "printed": printed.out}

    return call


def archive(path: Path, above: str = "red5pro-1/", **files: str) -> Path:
    """A distribution with these files besides those that it must have."""
    texts = {
        "red5.sh": "#!/bin/sh\n",
        "red5pro.service": "[Service]\n",
        PROPERTIES: "config.dbHost={host}\ncluster.password=changeme\nproxy.enabled=false\n#aws.defaultzone={zone}\n",
        CONTEXT: CONTROLLERS,
        API: "security.accessToken=xyz123\n",
        "conf/cluster.xml": BEANS.format("changeme"),
        "conf/autoscale.xml": '<beans><bean name="config"><property name="active" value="false"/></bean></beans>',
        **files,
    }
    with zipfile.ZipFile(path, "w") as written:
        written.writestr("README", "beside the directory")
        for name, text in texts.items():
            written.writestr(f"{above}{name}", text)
    return path


def install(run: Module, source: Path, target: Path, **options: Any) -> dict[str, Any]:
    return run("red5pro_release", src=source, checksum=_installation.checksum(source), dest=target, **options)


def test_unpacks_once_and_predicts_it(run: Module, tmp_path: Path) -> None:
    source, target = archive(tmp_path / "a.zip", "one/two/"), tmp_path / "red5pro-1"
    assert install(run, source, target, check=True)["changed"] and not target.exists()
    result = install(run, source, target)
    assert (result["changed"], result["carried"]) == (True, {})
    assert os.access(target / "red5.sh", os.X_OK) and not (target / "README").exists()
    assert (target / PROPERTIES).stat().st_mode & 0o777 == 0o640
    (target / "own").touch()
    assert not install(run, source, target)["changed"] and (target / "own").exists()
    assert install(run, source, target, force=True)["changed"] and not (target / "own").exists()


def test_release_may_lack_files_that_hold_values(run: Module, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as written:
        written.writestr("red5.sh", "")
    assert install(run, tmp_path / "a.zip", tmp_path / "red5pro-1", previous=tmp_path)["carried"] == {}


def test_interrupted_run_is_completed(run: Module, tmp_path: Path) -> None:
    source, target = archive(tmp_path / "a.zip"), tmp_path / "red5pro-1"
    for leftover in (target, tmp_path / "red5pro-1.incomplete"):
        leftover.mkdir()
        (leftover / "half").touch()
    assert install(run, source, target)["changed"]
    assert not (target / "half").exists() and not (tmp_path / "red5pro-1.incomplete").exists()


def test_upgrade_takes_over_what_the_user_changed(run: Module, tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    install(run, archive(tmp_path / "a.zip"), old)
    (old / PROPERTIES).write_text(f"config.dbHost=db\ncluster.password={SECRET}\nproxy.enabled=false\naws.defaultzone=us-east-1\nown=1\n")
    (old / API).write_text("security.accessToken=token\n")
    (old / "conf/cluster.xml").write_text(BEANS.format(SECRET))
    (old / "LICENSE.KEY").write_text("KEY\n")
    (old / "conf/autoscale.xml").unlink()
    later = archive(
        tmp_path / "b.zip", "red5pro-2/", **{PROPERTIES: "new=2\ncluster.password=changeme\nproxy.enabled=true\n#config.dbHost=\n"}
    )
    result = install(run, later, new, previous=old)
    assert (
        new / PROPERTIES
    ).read_text() == f"new=2\ncluster.password={SECRET}\nproxy.enabled=true\nconfig.dbHost=db\naws.defaultzone=us-east-1\nown=1\n"
    assert (new / API).read_text() == "security.accessToken=token\n"
    assert (new / "conf/cluster.xml").read_text() == BEANS.format(SECRET)
    assert (new / "LICENSE.KEY").read_text() == "KEY\n"
    assert result["carried"] == {
        PROPERTIES: ["aws.defaultzone", "cluster.password", "config.dbHost", "own"],
        API: ["security.accessToken"],
        "conf/cluster.xml": ["password"],
        "LICENSE.KEY": ["LICENSE.KEY"],
    }
    assert SECRET not in result["printed"]


def test_directory_that_was_installed_by_hand_is_taken_over(run: Module, tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    (old / PROPERTIES).parent.mkdir(parents=True)
    (old / PROPERTIES).write_text("config.dbHost=db\nproxy.enabled=false\n")
    assert install(run, archive(tmp_path / "a.zip"), new, previous=old)["carried"] == {PROPERTIES: ["config.dbHost"]}


def damaged(path: Path) -> Path:
    """A zip with another byte in the middle of a file."""
    archive(path, **{"big": "x" * 5000})
    content = bytearray(path.read_bytes())
    place = content.index(b"x" * 100)
    content[place] ^= 1
    path.write_bytes(content)
    return path


def text(path: Path) -> Path:
    path.write_text("not a zip")
    return path


def outside(path: Path) -> Path:
    return archive(path, "red5pro/", **{"../../evil": "x"})


def two_homes(path: Path) -> Path:
    return archive(path, "", **{"other/red5.sh": ""})


@pytest.mark.parametrize(
    "source, reason",
    [
        (damaged, "corrupt: the checksum of red5pro-1/big does not match"),
        (text, "corrupt: File is not a zip file"),
        (outside, "unsafe: red5pro/../../evil leaves its directory"),
        (two_homes, "not a distribution of Red5 Pro: it has 2 directories with red5.sh"),
    ],
)
def test_wrong_archives_are_named_and_leave_nothing(run: Module, tmp_path: Path, source: Callable[[Path], Path], reason: str) -> None:
    result = install(run, source(tmp_path / "a.zip"), tmp_path / "red5pro-1")
    assert result["failed"] and result["msg"] == f"Failed to unpack {tmp_path / 'a.zip'}: {reason}"
    assert not (tmp_path / "red5pro-1").exists()


def test_another_file_than_stated_is_refused(run: Module, tmp_path: Path) -> None:
    result = run("red5pro_release", src=archive(tmp_path / "a.zip"), checksum="0" * 64, dest=tmp_path / "red5pro-1")
    assert "another file: its SHA-256 is" in result["msg"]


def info(run: Module, home: Path, release: Path, **options: Any) -> dict[str, Any]:
    return run("red5pro_release_info", home=home, release=release, salt="salt-of-a-test", unit_path=home.parent / "unit", **options)


def test_reads_a_release(run: Module, tmp_path: Path) -> None:
    release, home = tmp_path / "red5pro-1", tmp_path / "red5pro"
    source = archive(tmp_path / "a.zip", **{"webapps/streammanager/WEB-INF/lib/aws-cloud-controller-1.jar": "jar"})
    found = info(run, home, release)
    assert (found["home"], found["checksum"], found["unit"], found["classes"], found["digests"]) == ("missing", "", "", None, {})
    install(run, source, release)
    home.symlink_to(release)
    (release / PROPERTIES).write_text(f"config.dbHost=db\nconfig.dbPass={SECRET}\nempty=\nplace={{holder}}\n")
    (tmp_path / "limits").write_text("right")
    files = {str(tmp_path / "limits"): "right", str(tmp_path / "other"): "x"}
    found = info(
        run, home, release, unwanted=["conf/auto*", "webapps/none"], packages=["dpkg", "no-such-package"], files=files,
        values={"config.dbHost": "other"}, secret_values={"config.dbPass": SECRET},
    )  # fmt: skip
    assert (found["home"], found["target"], found["checksum"]) == ("link", str(release), _installation.checksum(source))
    assert found["unwanted"] == ["conf/autoscale.xml"] and found["packages"] == ["dpkg"]
    assert found["set_keys"] == ["config.dbHost", "config.dbPass"] and found["classes"] == ["Dummy"]
    assert found["differing_files"] == [str(tmp_path / "other")]
    assert found["differences"] == [{"key": "config.dbHost", "expected": "other", "found": "db"}]
    assert list(found["jars"]) == ["aws-cloud-controller-1.jar"] and set(found["digests"]) == {"cluster_password", "node_token"}
    assert found["memory"] > 0 and found["system"][0] and found["utc"] in (True, False) and found["node_api"]
    assert SECRET not in found["printed"]


@pytest.mark.parametrize("text", ["", "{", "[]", "\xff"])
def test_a_damaged_mark_is_that_of_an_incomplete_release(run: Module, tmp_path: Path, text: str) -> None:
    source, release = archive(tmp_path / "a.zip"), tmp_path / "red5pro-1"
    install(run, source, release)
    (release / _installation.MARKER).write_text(text, encoding="latin-1")
    assert info(run, tmp_path / "red5pro", release)["checksum"] == ""
    assert install(run, source, release)["changed"] and not install(run, source, release)["changed"]


def test_a_directory_that_was_moved_aside_is_found(run: Module, tmp_path: Path) -> None:
    assert not info(run, tmp_path / "red5pro", tmp_path / "red5pro-1")["aside"]
    (tmp_path / "red5pro-replaced").mkdir()
    assert info(run, tmp_path / "red5pro", tmp_path / "red5pro-1")["aside"]


def test_state_is_in_effect_until_a_file_changes(run: Module, tmp_path: Path) -> None:
    release, home = tmp_path / "red5pro-1", tmp_path / "red5pro"
    install(run, archive(tmp_path / "a.zip"), release)
    marker = tmp_path / "red5pro.in_effect"
    assert not info(run, home, release)["in_effect"]
    marker.write_text(info(run, home, release)["state"] + "\n")
    assert info(run, home, release)["in_effect"]
    (release / f"{PROPERTIES}.pending").touch()
    assert not info(run, home, release)["in_effect"]
    (release / f"{PROPERTIES}.pending").unlink()
    (tmp_path / "unit").write_text("[Service]\n")
    assert not info(run, home, release)["in_effect"]


def test_files_that_are_not_xml(run: Module, tmp_path: Path) -> None:
    release = tmp_path / "red5pro-1"
    install(run, archive(tmp_path / "a.zip"), release)
    (release / CONTEXT).write_text("<beans>")
    assert info(run, tmp_path / "red5pro", release)["classes"] is None
    (release / "conf/cluster.xml").write_text("<beans>")
    assert info(run, tmp_path / "red5pro", release)["failed"]


def test_beans_file_changes_what_is_declared_and_nothing_else(run: Module, tmp_path: Path) -> None:
    path = tmp_path / "beans.xml"
    path.write_text(CONTROLLERS)
    path.chmod(0o640)
    wanted = {"path": path, "bean": "apiBridge", "class_name": "Aws"}
    predicted = run("spring_beans_file", check=True, **wanted)
    assert path.read_text() == CONTROLLERS
    result = run("spring_beans_file", **wanted)
    assert result["diff"] == predicted["diff"] and result["changed"] and predicted["changed"]
    assert path.read_text() == '<beans><!-- <bean id="apiBridge" class="Dummy"/> --><bean id="apiBridge" class="Aws"/></beans>'
    assert (result["classes"], path.stat().st_mode & 0o777) == (["Dummy"], 0o640)
    assert (result["diff"]["before"], result["diff"]["after"]) == ("active apiBridge: Dummy\n", "active apiBridge: Aws\n")
    assert not run("spring_beans_file", **wanted)["changed"]


def test_beans_file_hides_secrets(run: Module, tmp_path: Path) -> None:
    path = tmp_path / "cluster.xml"
    path.write_text(BEANS.format(SECRET))
    result = run("spring_beans_file", path=path, secret_values={"password": "new-secret-5e0"})
    assert result["changed_names"] == ["password"] and path.read_text() == BEANS.format("new-secret-5e0")
    assert result["diff"]["before"] == "password=(hidden)\n" and result["diff"]["after"] == "password=(hidden) (changed)\n"
    assert SECRET not in result["printed"] and "new-secret-5e0" not in result["printed"].replace('"password": "VALUE', "")


@pytest.mark.parametrize("blank", [None, "", " "])
def test_beans_file_with_blank_options(run: Module, tmp_path: Path, blank: str | None) -> None:
    path = tmp_path / "cluster.xml"
    path.write_text(BEANS.format(SECRET))
    assert run("spring_beans_file", path=path, values=blank, secret_values=blank)["changed"] is False
    assert run("spring_beans_file", path=path, values=blank, secret_values={"password": "x"})["changed_names"] == ["password"]


def test_beans_file_that_is_a_link_stays_one(run: Module, tmp_path: Path) -> None:
    (tmp_path / "linked.xml").write_text(BEANS.format(SECRET))
    (tmp_path / "cluster.xml").symlink_to("linked.xml")
    run("spring_beans_file", path=tmp_path / "cluster.xml", secret_values={"password": "new-secret-5e0"})
    assert (tmp_path / "cluster.xml").is_symlink() and (tmp_path / "linked.xml").read_text() == BEANS.format("new-secret-5e0")


@pytest.mark.parametrize(
    "content, options, reason",
    [
        ("<beans>", {}, "not XML"),
        ('<?xml version="1.0" encoding="x-none"?><beans/>', {}, "not XML: unknown encoding: x-none"),
        ("<beans/>", {"bean": "b", "class_name": "C"}, "no bean b of the class C"),
        ("<beans/>", {"values": {"x": [1]}}, "Expected: text, a number, true or false"),
        (BEANS, {"values": {"password": "a"}, "secret_values": {"password": "b"}}, "password. Expected: only names that are not in values"),
        (None, {}, "No such file"),
    ],
)
def test_beans_file_says_why_it_changes_nothing(
    run: Module, tmp_path: Path, content: str | None, options: dict[str, Any], reason: str
) -> None:
    path = tmp_path / "beans.xml"
    if content is not None:
        path.write_text(content)
    result = run("spring_beans_file", path=path, **options)
    assert result["failed"] and reason in result["msg"] and (content is None or path.read_text() == content)


CLIENT = """#!{python}
import json, os, sys
from pathlib import Path
here = Path(__file__).parent
options = next(word.partition("=")[2] for word in sys.argv if word.startswith("--defaults-extra-file="))
assert 'password="{secret}"' in Path(options).read_text()
assert "{secret}" not in " ".join(sys.argv) + json.dumps(dict(os.environ))
sql = sys.stdin.read()
(here / "log").open("a").write(sql + "\\n")
if (here / "error").exists():
    sys.exit((here / "error").read_text())
print((here / "tables").read_text() if sql.startswith("SELECT") else "")
"""


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with a fake mysql client, which says which `tables` there are, or fails with `error`."""
    import sys

    directory = tmp_path / "bin"
    directory.mkdir()
    (directory / "mysql").write_text(CLIENT.format(python=sys.executable, secret=SECRET))
    (directory / "mysql").chmod(0o755)
    (directory / "tables").write_text("")
    (directory / "log").write_text("")
    monkeypatch.setenv("PATH", f"{directory}:{os.environ['PATH']}")
    (tmp_path / "properties").write_text(f"config.dbHost=db\nconfig.dbUser=u\nconfig.dbPass={SECRET}\n")
    (tmp_path / "cluster.sql").write_text("CREATE TABLE IF NOT EXISTS a (x INT);\nCREATE TABLE IF NOT EXISTS b (x INT);\n")
    return directory


def schema(run: Module, tmp_path: Path, **options: Any) -> dict[str, Any]:
    return run("database_schema", properties=tmp_path / "properties", src=tmp_path / "cluster.sql", **options)


def test_schema_is_loaded_once(run: Module, tmp_path: Path, client: Path) -> None:
    predicted = schema(run, tmp_path, check=True, load=True)
    assert (predicted["changed"], predicted["missing"]) == (True, ["a", "b"]) and "CREATE" not in (client / "log").read_text()
    assert schema(run, tmp_path, load=True)["changed"] and "CREATE" in (client / "log").read_text()
    (client / "tables").write_text("a\nb\n")
    assert not schema(run, tmp_path, load=True)["changed"] and not schema(run, tmp_path)["changed"]


def test_names_of_tables_may_be_in_lower_case(run: Module, tmp_path: Path, client: Path) -> None:
    schema(run, tmp_path)
    (tmp_path / "cluster.sql").write_text("CREATE TABLE IF NOT EXISTS A (x INT);\nCREATE TABLE IF NOT EXISTS launchConfig (x INT);\n")
    (client / "tables").write_text("a\nlaunchconfig\n")
    assert not schema(run, tmp_path, load=True)["changed"]


def test_missing_tables_are_named(run: Module, tmp_path: Path, client: Path) -> None:
    (client / "tables").write_text("a\n")
    assert f"The database cluster on db:3306 as u lacks tables of {tmp_path / 'cluster.sql'}: b." in schema(run, tmp_path)["msg"]
    assert schema(run, tmp_path, load=True)["missing"] == ["b"]  # each statement may run again
    (tmp_path / "cluster.sql").write_text("CREATE TABLE a (x INT);\nCREATE TABLE b (x INT);\n")
    assert "Empty the database." in schema(run, tmp_path, load=True)["msg"]


def test_failing_connections_are_explained_without_the_password(run: Module, tmp_path: Path, client: Path) -> None:
    (client / "error").write_text("ERROR 1045 (28000): Access denied for user 'u'")
    result = schema(run, tmp_path)
    assert result["msg"] == (
        "Failed to use the database cluster on db:3306 as u: the user or the password is wrong (Access denied for user 'u')"
    )
    assert SECRET not in result["printed"]
    (tmp_path / "properties").write_text("config.dbHost=db\n")
    assert "config.dbHost or config.dbUser has no value" in schema(run, tmp_path)["msg"]
