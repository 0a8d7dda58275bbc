# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The playbooks as AWX runs them: under ansible-runner, from an empty directory, out of the built collection, all variables text."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from runner import CHECKOUT, DECLARED, SITE, VERIFY, Play, api_writes, changed, mutating, said

BIN = Path(sys.executable).parent
TOKEN = DECLARED["red5pro_api_token"]
SECOND = "live-stream-manager-2"
TAGS = ("network", "certificate", "stream_managers", "load_balancer", "stream_manager_config", "node_image", "autoscaling")


class Job(NamedTuple):
    """A run as AWX sees it."""

    code: int
    output: str
    events: list[dict[str, Any]]

    @property
    def changed(self) -> dict[str, int]:
        """Host -> how many tasks changed something; none that changed nothing."""
        return next(event["event_data"]["changed"] for event in self.events if event["event"] == "playbook_on_stats")


Runner = Callable[..., Job]


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A collections path with nothing but the collection, installed from its artifact; amazon.aws comes with Ansible."""
    directory = tmp_path_factory.mktemp("collections")
    environment = {**os.environ, "ANSIBLE_CONFIG": str(directory / "none.cfg"), "ANSIBLE_HOME": str(directory / "home")}
    (directory / "none.cfg").touch()
    for command in (
        ["build", "--output-path", directory, CHECKOUT],
        ["install", f"{directory}/streamops-red5pro-{_version()}.tar.gz", "--no-deps", "--collections-path", directory],
    ):
        done = subprocess.run(
            [BIN / "ansible-galaxy", "collection", *command], cwd=directory, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    return directory


def _version() -> str:
    return str(yaml.safe_load((CHECKOUT / "galaxy.yml").read_text(encoding="utf-8"))["version"])


def as_text(variables: dict[str, Any]) -> dict[str, str]:
    """Variables as surveys give them."""
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in variables.items()}


@pytest.fixture
def runner(rehearsal: Any, installed: Path, tmp_path: Path) -> Runner:
    """Run a playbook of the collection: the token and the SSH key as AWX's credentials give them, no inventory, no project."""

    def run(playbook: str, *options: str, token: str = TOKEN, **variables: Any) -> Job:
        ssh = f"-o StrictHostKeyChecking=accept-new -o UserKnownHostsFile={rehearsal.state}/ssh/known_hosts"
        given = {**DECLARED, "red5pro_ssh_common_args": ssh, **variables}
        del given["red5pro_api_token"], given["red5pro_ssh_private_key_file"]
        (tmp_path / "env").mkdir(exist_ok=True)
        for name, content in {
            "extravars": json.dumps(as_text(given)),
            "envvars": json.dumps({"RED5PRO_ACCESS_TOKEN": token, "ANSIBLE_COLLECTIONS_PATH": str(installed)}),
            "ssh_key": (rehearsal.state / "ssh/id_ed25519").read_text(encoding="utf-8"),
            "settings": json.dumps({"idle_timeout": 300}),  # a prompt would wait for ever
        }.items():
            (tmp_path / "env" / name).write_text(content, encoding="utf-8")
        ident = f"job-{len(list(tmp_path.glob('artifacts/*')))}"
        command = ["env", "--unset=ANSIBLE_CONFIG", "ansible-runner", "run", str(tmp_path), "--ident", ident]
        done = rehearsal.run([*command, "-p", f"streamops.red5pro.{playbook}", *options], check=False, cwd=tmp_path)
        files = sorted((tmp_path / "artifacts" / ident / "job_events").glob("*.json"), key=lambda path: int(path.name.split("-")[0]))
        return Job(done.returncode, done.stdout + done.stderr, [json.loads(path.read_text(encoding="utf-8")) for path in files])

    return run


@pytest.mark.usefixtures("deployed")
class TestRunner:
    @pytest.mark.long
    def test_verify_from_an_empty_directory(self, rehearsal: Any, runner: Runner, installed: Path) -> None:
        calls = len(rehearsal.calls())
        job = runner("verify")
        assert job.code == 0, job.output
        assert job.changed == {}
        assert mutating(rehearsal, calls) == []
        assert str(installed) in job.output and str(CHECKOUT) not in job.output, "it must be the installed copy that runs"
        assert TOKEN not in job.output + json.dumps(job.events)

    def test_no_token_is_refused_by_name(self, rehearsal: Any, runner: Runner) -> None:
        calls = len(rehearsal.calls())
        job = runner("site", token="")
        assert job.code == 2
        assert "red5pro_api_token" in job.output and "RED5PRO_ACCESS_TOKEN" in job.output
        assert mutating(rehearsal, calls) == []

    @pytest.mark.long
    def test_destroy_deploy_and_verify(self, rehearsal: Any, runner: Runner, deployed: Any, play: Play) -> None:
        refused = runner("destroy", red5pro_destroy_confirmed=False)
        assert refused.code == 2
        assert "red5pro_destroy_confirmed" in refused.output
        destroyed = runner("destroy", red5pro_destroy_confirmed=True)
        assert destroyed.code == 0, destroyed.output
        assert rehearsal.run(["python", "-m", "rehearsal.snapshot"]).stdout.splitlines() == deployed.snapshot_before
        job = runner("site")
        assert job.code == 0, job.output
        assert runner("verify").code == 0
        assert set(changed(play(SITE).stdout).values()) == {0}, "text and what it means must be the same deployment"


@pytest.mark.usefixtures("deployed")
class TestTagsAndLimits:
    @pytest.mark.long
    @pytest.mark.parametrize("tag", TAGS)
    def test_each_tag_alone_finds_what_it_needs(self, play: Play, tag: str) -> None:
        done = play(SITE, "--tags", tag)
        assert set(changed(done.stdout).values()) == {0}, done.stdout

    def test_a_tag_refuses_what_it_would_need_others_to_make(self, rehearsal: Any, play: Play) -> None:
        """What is missing is named, with the tag that creates it; nothing is changed."""
        calls = len(rehearsal.calls())
        other = {"red5pro_name": "other", "red5pro_domain": "other.example.com", "red5pro_certificate_domain": "*.example.com"}
        done = play(SITE, "--tags", "load_balancer", check=False, **other)
        assert done.returncode == 2
        assert "other has no certificate for *.example.com, which is red5pro_certificate_domain (certificate_domain)" in said(done)
        assert "--tags certificate" in said(done)
        assert mutating(rehearsal, calls) == []

    @pytest.mark.long
    def test_limit_to_one_stream_manager(self, play: Play) -> None:
        done = play(SITE, "--limit", f"localhost,{SECOND}", "--tags", "stream_manager_config")
        assert changed(done.stdout) == {"localhost": 0, SECOND: 0}, done.stdout

    @pytest.mark.long
    def test_limit_without_localhost_is_refused(self, rehearsal: Any, play: Play, tmp_path: Path) -> None:
        """With the example's dynamic inventory, where there is such a host before the playbook adds it."""
        example = yaml.safe_load((CHECKOUT / "inventories/example/aws_ec2.yml").read_text(encoding="utf-8"))
        inventory = tmp_path / "aws_ec2.yml"
        inventory.write_text(yaml.safe_dump({**example, "regions": [DECLARED["red5pro_region"]]}), encoding="utf-8")
        calls = len(rehearsal.calls())
        done = play(SITE, "-i", str(inventory), "--limit", SECOND, check=False)
        assert done.returncode == 2
        assert f"Invalid --limit: {SECOND}. Expected: localhost,{SECOND}." in said(done)
        assert mutating(rehearsal, calls) == []

    @pytest.mark.long
    def test_verify_of_one_part_reads_what_this_part_needs(self, play: Play) -> None:
        assert play(VERIFY, "--tags", "autoscaling").returncode == 0

    @pytest.mark.long
    @pytest.mark.parametrize(
        "task",
        [
            "Reserve an Elastic IP for each stream manager that has none",
            "Allow the stream managers, including surplus ones, to connect to the database",
            "Apply the changes",
            "Wait for the Stream Manager API and read its current state",
        ],
    )
    def test_start_at_task_changes_nothing_without_what_came_before(self, rehearsal: Any, play: Play, task: str) -> None:
        calls, requests = len(rehearsal.calls()), len(rehearsal.api_calls())
        done = play(SITE, "--start-at-task", task, check=False)
        assert task in done.stdout, "it must have started there"
        assert done.returncode == 2, done.stdout
        assert mutating(rehearsal, calls) == []
        assert api_writes(rehearsal, requests) == []
