# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The modules in a real play at -vvvv: the connection said once for the group, the token shown nowhere, filters by their names."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from fake_api import FakeApi, Fault
from payloads import GROUP_OPTIONS, launch_options, policy_options

TOKEN = "geheim/1 ä+%"


@pytest.fixture
def token_api() -> FakeApi:
    return FakeApi(TOKEN).open()


def play(api: FakeApi, directory: Path, *tasks: dict[str, object], check: bool = False) -> tuple[int, str]:
    """Run the tasks in one play and return its exit code and all it printed."""
    collections = Path(next(iter(importlib.import_module("ansible_collections.streamops.red5pro").__path__))).parents[2]
    connection = {"api_url": api.url, "access_token": TOKEN, "retries": 0}
    book = directory / "play.json"
    book.write_text(
        json.dumps(
            [
                {
                    "hosts": "localhost",
                    "gather_facts": False,
                    "connection": "local",
                    "vars": {"ansible_python_interpreter": sys.executable},
                    "module_defaults": {"group/streamops.red5pro.stream_manager": connection},
                    "tasks": tasks,
                }
            ]
        )
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "RED5PRO_"))}
    environment |= {
        "ANSIBLE_COLLECTIONS_PATH": str(collections),
        "ANSIBLE_LOCAL_TEMP": str(directory / "tmp"),
        "ANSIBLE_REMOTE_TEMP": str(directory / "remote"),
        "ANSIBLE_DIFF_ALWAYS": "1",
        "LC_ALL": "C.UTF-8",
        "PYTHONUTF8": "1",
    }
    run = subprocess.run(
        [sys.executable, "-m", "ansible", "playbook", "-vvvv", "-i", "localhost,", *(["--check"] if check else []), str(book)],
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return run.returncode, run.stdout + run.stderr


def assert_no_token(output: str) -> None:
    for spelling in (TOKEN, quote(TOKEN), quote(TOKEN, safe=""), json.dumps(TOKEN), "geheim"):
        assert spelling.lower() not in output.lower()


@pytest.mark.long
def test_a_whole_play(token_api: FakeApi, tmp_path: Path) -> None:
    tasks: list[dict[str, object]] = [
        {"streamops.red5pro.scale_policy": policy_options()},
        {"streamops.red5pro.launch_config": launch_options()},
        {"streamops.red5pro.node_group": GROUP_OPTIONS},
        {"streamops.red5pro.scale_policy_info": {}},
        {"streamops.red5pro.launch_config_info": {}},
        {"streamops.red5pro.node_group_info": {}, "register": "found"},
        {
            "ansible.builtin.assert": {
                "that": [
                    "found.node_groups[0].name == 'live'",
                    "[{'name': 'x'}] | streamops.red5pro.validate_scale_policies('declared') == "
                    "['Invalid declared[0].regions: missing. Expected: a list when state is present.']",
                    "[] | streamops.red5pro.validate_launch_configs == []",
                    "[] | streamops.red5pro.validate_node_groups([], []) == []",
                ]
            }
        },
    ]
    code, output = play(token_api, tmp_path, *tasks)
    assert code == 0, output
    assert "changed=3 " in output
    assert_no_token(output)
    assert sorted(token_api.held["scalepolicy"]) == ["default-v3"] and sorted(token_api.groups) == ["live"]
    code, output = play(token_api, tmp_path, *tasks, check=True)
    assert code == 0 and "changed=0 " in output, output
    assert_no_token(output)


@pytest.mark.parametrize("kind", ["page", "redirect", "error 403", "reset"])
def test_a_play_that_fails(token_api: FakeApi, tmp_path: Path, kind: str) -> None:
    token_api.break_from(0, Fault(kind))
    code, output = play(token_api, tmp_path, {"streamops.red5pro.scale_policy": policy_options()})
    assert code == 2 and "Failed while listing the scale policies" in output
    assert "Traceback" not in output
    assert_no_token(output)


def test_a_play_with_bad_input(token_api: FakeApi, tmp_path: Path) -> None:
    """Ansible itself would show the token here, as it gives up before it knows what to hide."""
    options = policy_options()
    options["regions"][0]["targets"] = ["edge"]
    code, output = play(token_api, tmp_path, {"streamops.red5pro.scale_policy": options})
    assert code == 2 and "Invalid regions[0].targets[0]: edge. Expected: a dictionary" in output
    assert not token_api.requests
    assert_no_token(output)
