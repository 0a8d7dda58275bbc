# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""`rehearsal/run`: what a command inside sees, and how a rehearsal starts, ends and stays apart from others."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from runner import ADMINISTRATOR

from rehearsal import settings
from rehearsal.accounts import default as account
from tests.rehearsal.conftest import CHECKOUT, RUN, Rehearsal, new_rehearsal


@pytest.fixture
def fresh() -> Iterator[Rehearsal]:
    """A rehearsal of the test's own, not started."""
    with new_rehearsal() as one:
        yield one


def _processes(state: Path) -> set[int]:
    """The processes, as seen from here, whose environment says that they belong to this state directory."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"REHEARSAL_STATE={state}".encode() in path.read_bytes().split(b"\0"):
                found.add(int(path.parent.name))
        except OSError:
            continue  # it has just ended
    return found


def _until(what: str, holds: Callable[[], object]) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end, f"never: {what}"
        time.sleep(0.02)


def test_exit_code_output_and_input_are_the_commands_own(rehearsal: Rehearsal) -> None:
    done = rehearsal.run("cat; echo wrong >&2; exit 7", check=False, input="given")
    assert (done.returncode, done.stdout, done.stderr) == (7, "given", "wrong\n")
    assert rehearsal.run(["no-such-command"], check=False).returncode == 127


def test_the_working_directory_and_odd_arguments_arrive_unchanged(rehearsal: Rehearsal, tmp_path: Path) -> None:
    where = tmp_path / "with a space"
    where.mkdir()
    arguments = ["a b", "", "--reset", "*", "$HOME", "x\ny"]
    done = rehearsal.run(["python", "-c", "import json, os, sys; print(json.dumps([os.getcwd(), *sys.argv[1:]]))", *arguments], cwd=where)
    assert json.loads(done.stdout) == [str(where), *arguments]


def test_a_command_has_the_rehearsals_aws_and_no_other(rehearsal: Rehearsal) -> None:
    outside = {
        "AWS_PROFILE": "production",
        "AWS_SESSION_TOKEN": "real",
        "AWS_ACCESS_KEY_ID": "real",
        "https_proxy": "http://192.0.2.1:3128",
        "HTTP_PROXY": "http://192.0.2.1:3128",
        "SSH_AUTH_SOCK": "/nowhere",
    }
    environment = json.loads(rehearsal.run(["python", "-c", "import json, os; print(json.dumps(dict(os.environ)))"], env=outside).stdout)
    assert not outside.keys() & environment.keys() - {"AWS_ACCESS_KEY_ID"}
    expected = {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:5000",
        "AWS_URL": "http://127.0.0.1:5000",
        "AWS_ACCESS_KEY_ID": settings.OPERATOR_ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": settings.SECRET_KEY,
        "AWS_REGION": settings.REGION,
        "AWS_DEFAULT_REGION": settings.REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_PAGER": "",
        "SSL_CERT_FILE": f"{rehearsal.state}/ca.pem",
        "REQUESTS_CA_BUNDLE": f"{rehearsal.state}/ca.pem",
        "ANSIBLE_CONFIG": f"{CHECKOUT}/ansible.cfg",
        "REHEARSAL_STATE": str(rehearsal.state),
    }
    assert {name: environment.get(name) for name in expected} == expected
    assert environment["PATH"].split(":")[0] == f"{CHECKOUT}/.venv/bin"
    assert rehearsal.run("echo $ANSIBLE_CONFIG", env={"ANSIBLE_CONFIG": "/mine.cfg"}).stdout == "/mine.cfg\n"


def test_inside_of_itself_run_just_runs(rehearsal: Rehearsal) -> None:
    assert rehearsal.run([str(RUN), "readlink", "/proc/self/ns/net"]).stdout == rehearsal.run(["readlink", "/proc/self/ns/net"]).stdout
    refused = rehearsal.run([str(RUN), "--stop"], check=False)
    assert (refused.returncode, refused.stderr) == (1, "rehearsal: --stop is for outside of the rehearsal\n")


def test_ending_run_ends_the_command(rehearsal: Rehearsal, tmp_path: Path) -> None:
    began, ended = tmp_path / "began", tmp_path / "ended"
    script = f"trap 'touch {ended}; exit' TERM; touch {began}; while :; do sleep 0.05; done"
    environment = {**os.environ, "REHEARSAL_STATE": str(rehearsal.state)}
    process = subprocess.Popen([RUN, "bash", "-c", script], env=environment)
    _until("the command runs", began.exists)
    process.send_signal(signal.SIGTERM)
    assert process.wait() == -signal.SIGTERM
    _until("the command was asked to end", ended.exists)


def test_an_interrupt_is_for_the_command_to_answer(rehearsal: Rehearsal, tmp_path: Path) -> None:
    began = tmp_path / "began"
    script = f"trap 'exit 9' INT; touch {began}; while :; do sleep 0.05; done"
    environment = {**os.environ, "REHEARSAL_STATE": str(rehearsal.state)}
    process = subprocess.Popen([RUN, "bash", "-c", script], env=environment, start_new_session=True)
    _until("the command runs", began.exists)
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait() == 9


def test_the_first_stream_manager_is_reached_with_the_key_pair(rehearsal: Rehearsal) -> None:
    ssh = f"ssh -i {rehearsal.state}/ssh/id_ed25519 -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null"
    done = rehearsal.run(f"{ssh} ubuntu@127.54.0.1 ls {settings.RED5_HOME}/webapps")
    assert "streammanager" in done.stdout.split()


def test_two_first_commands_start_one_rehearsal_and_stop_leaves_nothing(fresh: Rehearsal) -> None:
    with ThreadPoolExecutor() as pool:
        spaces = list(pool.map(lambda _: fresh.run(["readlink", "/proc/self/ns/net"]).stdout, range(3)))
    assert len(set(spaces)) == 1
    assert "running" in fresh.command_line("--status").stdout
    assert account.INSTANCES[account.FIRST_STREAM_MANAGER][0] in fresh.command_line("--status").stdout
    processes = _processes(fresh.state)
    assert len(processes) > 4
    left_behind = subprocess.Popen([RUN, "sleep", "600"], env={**os.environ, "REHEARSAL_STATE": str(fresh.state)})
    _until("it runs", lambda: _processes(fresh.state) > processes)
    fresh.stop()
    left_behind.wait()
    assert _processes(fresh.state) == set()
    assert not fresh.state.exists()
    assert str(fresh.state) not in Path("/proc/mounts").read_text()
    done = fresh.command_line("--status", check=False)
    assert (done.returncode, done.stdout) == (3, f"not running (state would lie in {fresh.state})\n")
    fresh.stop()


@pytest.mark.long
def test_two_rehearsals_do_not_know_of_each_other_and_start_from_the_account_that_is_named(rehearsal: Rehearsal, fresh: Rehearsal) -> None:
    fresh.command_line("--reset", "--pace", "0.1")
    statuses = [one.control("/status") for one in (rehearsal, fresh)]
    assert [(one["pace"], one["baseline"]) for one in statuses] == [(0, "default"), (0.1, "default")]
    fresh.run([*ADMINISTRATOR, "aws", "ec2", "create-key-pair", "--key-name", "only-here"])
    named = "aws ec2 describe-key-pairs --query 'KeyPairs[].KeyName' --output text"
    assert ["only-here" in one.run(named).stdout for one in (rehearsal, fresh)] == [False, True]

    fresh.reset(baseline="hostile")
    assert '"baseline": "hostile"' in fresh.command_line("--status").stdout
    untagged = "aws ec2 describe-addresses --query 'Addresses[?!not_null(Tags[0])].PublicIp' --output text"
    assert fresh.run(untagged).stdout.strip()
    fresh.command_line("--reset", "--seed", "7")
    status = fresh.control("/status")
    assert (status["baseline"], status["seed"]) == ("default", 7)
    assert fresh.run(untagged).stdout.strip() == ""


@pytest.mark.long
def test_after_a_kill_and_a_start_that_fails_with_the_end_of_the_log_the_next_one_succeeds(fresh: Rehearsal, tmp_path: Path) -> None:
    fresh.run(["true"])
    os.kill(int((fresh.state / "pid").read_text()), signal.SIGKILL)
    _until("all its processes are gone", lambda: not _processes(fresh.state))
    assert fresh.command_line("--status", check=False).returncode == 3

    (tmp_path / "moto.py").write_text("raise ImportError('not today')\n")
    done = fresh.run(["true"], check=False, env={"PYTHONPATH": str(tmp_path)})
    assert done.returncode == 1
    assert "ImportError: not today" in done.stderr
    assert done.stderr.splitlines()[-1] == f"rehearsal: could not start; all of the log is in {fresh.state}/core.log"
    assert fresh.run(["echo", "again"]).stdout == "again\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--pace", "1"], "usage:"),
        (["--reset", "--pace", "-1"], "usage:"),
        (["--reset", "--seed", "-1"], "usage:"),
        (["--reset", "true"], "usage:"),
        (["--reset", "--pace"], "usage:"),
        (["--reset", "--baseline"], "usage:"),
        (["--reset", "--baseline", "bogus"], "no baseline 'bogus'"),
        (["--reset", "--baseline", "../host"], "usage:"),
        (["--reset", "--baseline", "model"], "no baseline 'model'"),
        (["--bogus"], "usage:"),
    ],
)
def test_wrong_arguments_are_refused_in_one_line(fresh: Rehearsal, arguments: list[str], message: str) -> None:
    done = fresh.command_line(*arguments, check=False)
    assert done.returncode != 0
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_directory_that_is_not_a_rehearsals_is_left_alone(fresh: Rehearsal) -> None:
    (fresh.state / "thesis.txt").write_text("years of work")
    for arguments in (["--stop"], ["--reset"], ["true"]):
        done = fresh.command_line(*arguments, check=False)
        assert (done.returncode, done.stderr) == (1, f"rehearsal: {fresh.state} is not a rehearsal's state directory\n")
    assert (fresh.state / "thesis.txt").read_text() == "years of work"
    (fresh.state / "thesis.txt").unlink()


@pytest.mark.parametrize(
    ("without", "message"),
    [
        (
            "mount --bind /dev/null $(command -v haproxy) && exec",
            "haproxy is missing: install the package haproxy, or run rehearsal/install",
        ),
        ("mount --bind /dev/null $(command -v tini) && exec", "tini is missing: install the package tini, or run rehearsal/install"),
        (
            "exec setpriv --bounding-set -sys_admin --inh-caps -sys_admin",
            "may not make namespaces: CAP_SYS_ADMIN is needed (a container must be privileged)",
        ),
        (
            "mount --bind /dev/null $(command -v sudo) && exec setpriv --reuid 65534 --clear-groups",
            "must be root to make namespaces: install sudo, or run as root",
        ),
    ],
)
def test_what_the_machine_lacks_is_said_in_one_line(fresh: Rehearsal, without: str, message: str) -> None:
    # A copy, because nobody but root may be allowed to read the checkout.
    with tempfile.TemporaryDirectory(prefix="r5-", dir="/tmp") as directory:
        (Path(directory) / "rehearsal").mkdir()
        for part in (directory, f"{directory}/rehearsal"):
            Path(part).chmod(0o755)
        shutil.copy(RUN, Path(directory) / "rehearsal")
        environment = {**os.environ, "PATH": f"{os.environ['PATH']}:/usr/sbin", "REHEARSAL_STATE": str(fresh.state)}
        command = ["unshare", "--mount", "bash", "-c", f"{without} {directory}/rehearsal/run true"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, f"rehearsal: {message}\n")
