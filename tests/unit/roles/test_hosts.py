# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the roles read of hosts, on two hosts that are directories of this machine; AWS is asked nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from role_files import ROOT

WEBAPP = "webapps/streammanager/WEB-INF"
CONTEXT = '<beans><bean id="apiBridge" class="com.red5pro.services.cloud.{}"/></beans>'
CLUSTER = '<beans><bean id="c"><property name="password" value="{}"/></bean></beans>'
SECRET = "shared-secret-81f"
Roles = Callable[..., str]


def host(home: Path, bridge: str = "aws.component.AWSInstanceController", **properties: str) -> None:
    """The files of a stream manager."""
    lines = {"streammanager.ip": home.name, "cluster.password": SECRET, "a": "x y", **properties}
    for name, text in {
        f"{WEBAPP}/red5-web.properties": "".join(f"{key}={value}\n" for key, value in lines.items()),
        f"{WEBAPP}/applicationContext.xml": CONTEXT.format(bridge),
        "conf/cluster.xml": CLUSTER.format(SECRET),
    }.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_bytes(text.encode("latin-1"))


@pytest.fixture
def run(tmp_path: Path) -> Roles:
    """Calls an entry point on both hosts; all that was printed."""

    def call(role: str, entry_point: str, **variables: Any) -> str:
        name = f"streamops.red5pro.{role}"
        tasks = [
            {"name": "Call it", "ansible.builtin.include_role": {"name": name, "tasks_from": entry_point, "rolespec_validate": False}},
            {"name": "Show it", "ansible.builtin.debug": {"msg": "{{ stream_manager_config_findings | default('nothing') }}"}},
        ]
        later = {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 9}
        inventory = {"all": {"hosts": {"one": None, "two": None, "later": later}, "vars": {"ansible_connection": "local"}}}
        (tmp_path / "play.yml").write_text(
            json.dumps(
                [
                    {
                        "name": "Play {{ 'here' | streamops.red5pro.host_name }}",
                        "hosts": "all:!later",
                        "gather_facts": False,
                        "any_errors_fatal": True,  # as in rolling_update.yml
                        "tasks": tasks,
                    }
                ]
            ),
            encoding="utf-8",
        )
        (tmp_path / "hosts.yml").write_text(json.dumps(inventory), encoding="utf-8")
        common = {
            "ansible_python_interpreter": "{{ ansible_playbook_python }}",
            "stream_manager_config_home": f"{tmp_path}/{{{{ inventory_hostname }}}}",
            "stream_manager_config_address": "{{ inventory_hostname }}",
            "stream_manager_config_ready_url": "http://127.0.0.1:9/",
            "stream_manager_config_become": False,
        }
        (tmp_path / "collections/ansible_collections/streamops").mkdir(parents=True, exist_ok=True)
        link = tmp_path / "collections/ansible_collections/streamops/red5pro"
        link.unlink(missing_ok=True)
        link.symlink_to(ROOT)
        program = str(Path(sys.executable).with_name("ansible-playbook"))
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "AWS_", "RED5PRO_"))} | {
            "ANSIBLE_COLLECTIONS_PATH": str(tmp_path / "collections"),
            "ANSIBLE_HOME": str(tmp_path / "home"),
            "ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        command = [program, "-i", "hosts.yml", "play.yml", "-e", json.dumps(common | variables)]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        return done.stdout + done.stderr

    return call


def test_a_host_that_is_not_reachable_yet_is_waited_for(run: Roles, tmp_path: Path) -> None:
    host(tmp_path / "one")
    absent = {
        "ansible_connection": "{{ {'one': 'local'}[inventory_hostname] | default('ssh') }}",
        "ansible_host": "127.0.0.1",
        "ansible_port": 9,
    }
    said = run("stream_manager_config", "check", stream_manager_config_wait_timeout=1, **absent)
    assert "Wait for the host to be reachable" in said and "timed out waiting for ping" in said


def test_verify_compares_as_java_reads(run: Roles, tmp_path: Path) -> None:
    host(tmp_path / "one", b="\xfc", c="C:\\\\")
    host(tmp_path / "two", bridge="sim.component.DummyCloudController", b="\\u00fc", c="C:\\\\", a="x  y")
    (tmp_path / "two/conf/autoscale.xml").touch()
    said = run("stream_manager_config", "verify", red5pro_stream_manager_properties={"a": "x y", "b": "\xfc", "c": "C:\\"})
    for found in (
        r"two a: expected x y, found x \x20y",
        "two conf/autoscale.xml",
        "com.red5pro.services.cloud.sim.component.DummyCloudController",
        "differences in a",
        "status 200",
    ):
        assert found in said, said
    assert "one a" not in said and "differences in a, b" not in said and "one conf" not in said
    assert SECRET not in said


def test_account_that_cannot_be_read_is_a_finding(run: Roles, tmp_path: Path) -> None:
    for name in ("one", "two"):
        host(tmp_path / name)
    said = run("stream_manager_config", "verify", red5pro_name="live", red5pro_region="no region")
    assert "prefixes and ports" in said and "can be read" in said, said


@pytest.mark.parametrize(
    "password, declared, refused",
    [(SECRET, "", False), ("another", "", True), ("another", "another", False), (SECRET, "another", True)],
    ids=["as on the stream manager", "another", "another that is declared", "not the declared one"],
)
def test_node_image_needs_the_cluster_password(run: Roles, tmp_path: Path, password: str, declared: str, refused: bool) -> None:
    for name in ("one", "two"):
        host(tmp_path / name)
    (tmp_path / "one/conf/cluster.xml").write_text(CLUSTER.format(password), encoding="ascii")
    said = run(
        "node_image",
        "compare_password",
        red5pro_node_image="ami-0a0de000000000001",
        node_image_home=f"{tmp_path}/one",
        node_image_stream_manager="two",
        node_image_cluster_password=declared,
    )
    assert ("Refusing to create the node image: red5pro_node_image ami-0a0de000000000001 has another password" in said) == refused, said
    assert SECRET not in said


def test_the_password_of_a_stream_manager_that_is_not_reachable_yet_is_waited_for(run: Roles, tmp_path: Path) -> None:
    host(tmp_path / "one")
    said = run(
        "node_image",
        "compare_password",
        node_image_home=f"{tmp_path}/one",
        node_image_stream_manager="later",
        node_image_cluster_password="",
        node_image_wait_timeout=1,
    )
    assert "Wait for the stream manager to be reachable" in said and "timed out waiting for ping" in said, said
