# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A running rehearsal for the tests, separate from one that a developer may use."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from runner import MANAGERS, Asking, Aws, Play, Websockets

from rehearsal import settings
from rehearsal.aws import calllog, order

CHECKOUT = Path(__file__).resolve().parents[2]
RUN = CHECKOUT / "rehearsal" / "run"
DOMAIN = f"streammanager.{settings.DOMAIN}"
CONTROL = "http://{}:{}".format(*settings.CONTROL_ADDRESS)


def pytest_report_header() -> str:
    """One seed for all the rehearsals of a test run, so that a failure can be reproduced."""
    order.set_up()
    os.environ[order.SEED] = str(order.seed)
    return f"rehearsal: AWS's lists have the order of {order.SEED}={order.seed}"


class Rehearsal:
    """A rehearsal with a state directory of its own, driven as its users do: through `rehearsal/run`."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self._requested: set[str] = set()
        self._client: subprocess.Popen[str] | None = None

    def command_line(self, *arguments: str, check: bool = True, **options: Any) -> subprocess.CompletedProcess[str]:
        """`rehearsal/run` with these arguments; `options` are subprocess.run's. An AssertionError shows the failure."""
        environment = {**os.environ, "REHEARSAL_STATE": str(self.state), **options.pop("env", {})}
        environment.pop("REHEARSAL_INSIDE", None)
        options = {"cwd": CHECKOUT, "text": True, "capture_output": True, "input": "", **options}
        done: subprocess.CompletedProcess[str] = subprocess.run([RUN, *arguments], check=False, env=environment, **options)
        assert not check or done.returncode == 0, f"{arguments} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
        return done

    def run(self, command: Sequence[str] | str, check: bool = True, **options: Any) -> subprocess.CompletedProcess[str]:
        """A command inside with the operator's key, in the checkout; one in a single string is given to bash."""
        return self.command_line(*(["bash", "-c", command] if isinstance(command, str) else command), check=check, **options)

    def reset(self, pace: float = 0, baseline: str = "default") -> None:
        """Back to the baseline account of this name, with empty logs."""
        self.requested()
        self._leave()
        self.command_line("--reset", "--baseline", baseline, "--pace", str(pace))

    def stop(self) -> None:
        """Stop it and delete its state."""
        self._leave()
        self.command_line("--stop")

    def script(self, name: str, *arguments: str) -> subprocess.Popen[str]:
        """A script of these tests that runs inside until its input ends."""
        command = [RUN, "python", f"tests/rehearsal/{name}", *arguments]
        environment = {**os.environ, "REHEARSAL_STATE": str(self.state)}
        return subprocess.Popen(command, cwd=CHECKOUT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def boto3(self, *call: Any) -> Any:
        """What a boto3 client returns: service, region, operation, parameters, access key. An AssertionError shows its message."""
        self._client = self._client or self.script("aws_client.py")
        assert self._client.stdin and self._client.stdout
        print(json.dumps(call), file=self._client.stdin, flush=True)
        returned, message = json.loads(self._client.stdout.readline())
        assert message is None, f"{call} failed: {message}"
        return returned

    def _leave(self) -> None:
        if self._client:
            self._client.communicate()
        self._client = None

    def calls(self) -> list[dict[str, Any]]:
        """The AWS calls since the start or the last reset."""
        return calllog.read(self.state / "aws.jsonl")

    def requested(self) -> set[str]:
        """What IAM allowed the operator since this rehearsal was first started, regardless of resets: requests as JSON."""
        allowed = [call for call in self.calls() if call["error"] not in ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation")]
        self._requested |= {json.dumps(one, sort_keys=True) for call in allowed for one in call.get("requests", ())}
        return self._requested

    def api_calls(self) -> list[dict[str, Any]]:
        """The Stream Manager API calls since the start or the last reset."""
        return calllog.read(self.state / "api.jsonl")

    def control(self, route: str, body: dict[str, Any] | None = None) -> Any:
        """What the control port answers to GET, or to POST if there is a body; an AssertionError shows a refusal."""
        send = ["--json", json.dumps(body)] if body is not None else []
        done = self.run(["curl", "-sS", "--fail-with-body", *send, f"{CONTROL}{route}"], check=False)
        assert done.returncode == 0, f"{route}: {done.stdout}{done.stderr}"
        return json.loads(done.stdout)


@contextmanager
def new_rehearsal() -> Iterator[Rehearsal]:
    """A rehearsal that is not yet started; stopped and removed in the end."""
    state = Path(tempfile.mkdtemp(prefix="r5-", dir="/tmp"))  # short: Unix sockets lie in it
    one = Rehearsal(state)
    try:
        yield one
    finally:
        one.stop()
        shutil.rmtree(state, ignore_errors=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The tests of a class are the steps of one life: with a long one among them, `-m long` runs those before it too."""
    if config.option.markexpr == "long":
        steps = [item for item in items if isinstance(item, pytest.Function) and item.cls]
        stepped = {item.cls for item in steps if item.get_closest_marker("long")}
        for item in steps:
            if item.cls in stepped:
                item.add_marker(pytest.mark.long)


@pytest.fixture(scope="session")
def rehearsal() -> Iterator[Rehearsal]:
    """A running rehearsal, shared by all tests; one that changes something resets it before or after."""
    with new_rehearsal() as one:
        one.run(["true"])
        yield one


@pytest.fixture(scope="session")
def aws(rehearsal: Rehearsal) -> Aws:
    """Call an operation of a boto3 client, as the account's administrator: aws("ec2", "describe_instances", InstanceIds=[...])."""

    def call(
        service: str, operation: str, region: str = settings.REGION, key: str = settings.ADMINISTRATOR_ACCESS_KEY, **parameters: Any
    ) -> Any:
        return rehearsal.boto3(service, region, operation, parameters, key)

    return call


@pytest.fixture(scope="session")
def play(rehearsal: Rehearsal) -> Play:
    """Run a playbook with extra variables and options of ansible-playbook."""

    def run(playbook: str | Path, *options: str, check: bool = True, **variables: Any) -> subprocess.CompletedProcess[str]:
        command = ["ansible-playbook", "-i", "inventories/rehearsal", str(playbook), *options, "-e", json.dumps(variables)]
        result = rehearsal.run(command, check=False)
        assert not check or result.returncode == 0, result.stdout + result.stderr
        return result

    return run


@contextmanager
def _client(rehearsal: Rehearsal, script: str, *arguments: str) -> Iterator[dict[str, Any]]:
    """A client that runs during the context; what it printed at its end is available afterwards."""
    with rehearsal.script(script, *arguments) as client:
        assert client.stdout
        printed: dict[str, Any] = {}
        try:
            assert client.stdout.readline() == "begun\n"
            yield printed
        finally:
            printed.update(json.loads(client.communicate()[0] or "{}"))


@pytest.fixture
def asking(rehearsal: Any) -> Asking:
    """A client that sends requests to the service during the context; its results are available afterwards."""

    @contextmanager
    def ask(domain: str = DOMAIN) -> Iterator[dict[str, Any]]:
        seen: dict[str, Any] = {}
        with _client(rehearsal, "load_client.py", domain, "5080", "live") as printed:
            yield seen
        seen.update(printed)
        print("the client saw", seen)  # shown by pytest -rP

    return ask


@pytest.fixture
def websockets(rehearsal: Any) -> Websockets:
    """Clients with a websocket each that stay during the context; afterwards how long each first one lasted, in seconds."""

    @contextmanager
    def stay(number: int, host: str = DOMAIN) -> Iterator[list[float]]:
        lasted: list[float] = []
        with _client(rehearsal, "websockets.py", host, "5080", str(number)) as printed:
            yield lasted
        lasted += printed["lasted"]
        print("the websockets lasted", [round(one) for one in lasted])

    return stay


@pytest.fixture
def instances(aws: Aws) -> Callable[[], dict[str, dict[str, Any]]]:
    """The healthy targets by the name of the stream manager."""

    def read() -> dict[str, dict[str, Any]]:
        group = aws("elbv2", "describe_target_groups", Names=["live"])["TargetGroups"][0]["TargetGroupArn"]
        health = aws("elbv2", "describe_target_health", TargetGroupArn=group)["TargetHealthDescriptions"]
        ids = [one["Target"]["Id"] for one in health if one["TargetHealth"]["State"] == "healthy"]
        found = [one for entry in aws("ec2", "describe_instances", InstanceIds=ids)["Reservations"] for one in entry["Instances"]]
        names = {one["InstanceId"]: next(tag["Value"] for tag in one["Tags"] if tag["Key"] == "Name") for one in found}
        return {names[one["InstanceId"]].replace("red5pro-stream-manager-first", MANAGERS[0]): one for one in found}

    return read
