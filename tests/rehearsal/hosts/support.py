# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What several of these test modules use."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from rehearsal import rootfs, settings
from rehearsal.model import Instance

_PATIENCE = 30  # seconds; a time limit only, never a criterion
T = TypeVar("T")
ROLES = ("origin", "edge", "relay", "transcoder")


def eventually(holds: Callable[[], T], tick: Callable[[], object] = lambda: None) -> T:
    """The value of `holds` when it is true; an AssertionError if it never is."""
    end = time.monotonic() + _PATIENCE
    while not (value := holds()):
        assert time.monotonic() < end, "it never came"
        tick()
        time.sleep(0.02)
    return value


class FakeAws:
    """A view of the emulated AWS with data of the test."""

    def __init__(self) -> None:
        self._instances: dict[str, Instance] = {}

    def instances(self, region: str) -> Iterable[Instance]:
        return [instance for instance in self._instances.values() if instance.region == region]

    def run(self, instance_id: str, address: str, **facts: Any) -> Instance:
        """A running instance whose SSH may answer."""
        plain: dict[str, Any] = {
            "region": settings.REGION,
            "state": "running",
            "ready": True,
            "image_id": "ami-bare",
            "public_ip": None,
            "zone": "us-east-1a",
            "vpc_id": "vpc-1",
            "group_ids": (),
            "public_key": None,
        }
        self._instances[instance_id] = Instance(id=instance_id, private_ip=address, **(plain | facts))
        return self._instances[instance_id]

    def change(self, instance_id: str, **facts: Any) -> None:
        """Change an instance."""
        self._instances[instance_id] = replace(self._instances[instance_id], **facts)


class StreamManager:
    """The service of a stream manager host as a plain process on its own address, its tree in a directory."""

    def __init__(self, directory: Path, address: str, **changes: str) -> None:
        self.address = address
        self.id = f"i-{address.replace('.', '')}"
        rootfs.stream_manager_layer(directory, {"DATABASE_HOST": settings.DATABASE_ADDRESS[0], **changes})
        self.home = directory / settings.RED5_HOME.lstrip("/")
        self.facts = directory / "instance.json"
        self.set_address(public_ip=None)
        self.oddities = ""
        self._process: subprocess.Popen[bytes] | None = None

    def set_address(self, public_ip: str | None) -> None:
        """Its public address is now this one."""
        facts = {"id": self.id, "region": settings.REGION, "zone": "us-east-1a", "private_ip": self.address, "public_ip": public_ip}
        self.facts.write_text(json.dumps({**facts, "tags": {}}))

    def set(self, key: str, value: str) -> None:
        """Set a property in its file; it takes effect at the next start."""
        path = self.home / "webapps/streammanager/WEB-INF/red5-web.properties"
        lines = [f"{key}={value}" if line.startswith(f"{key}=") else line for line in path.read_text().splitlines()]
        path.write_text("\n".join(lines) + "\n")

    def start(self) -> None:
        """Start the service."""
        environment = {
            "RED5_HOME": str(self.home),
            "RED5_PORT": "5080",
            "AWS_ENDPOINT_URL": "http://{}:{}".format(*settings.AWS_ADDRESS),
            "PACE": "0",
            "INSTANCE_FACTS": str(self.facts),
            "API_ODDITIES": self.oddities,
        }
        command = ["/usr/bin/python3", "-S", "-B", "-m", "red5pro"]
        self._process = subprocess.Popen(command, cwd=self.home / "lib", env=environment)

    def signal(self, number: int) -> subprocess.Popen[bytes]:
        """Send a signal to its process."""
        assert self._process
        os.kill(self._process.pid, number)
        return self._process

    def stop(self) -> None:
        """Stop the service in order."""
        if self._process:
            self._process.terminate()
            self._process.wait()
            self._process = None

    def log(self) -> str:
        """What it has logged."""
        path = self.home / "log/red5.log"
        return path.read_text() if path.exists() else ""

    def send(self, method: str, target: str, body: bytes = b"") -> tuple[int, str, bytes]:
        """Status, content type and body of an answer."""
        connection = http.client.HTTPConnection(self.address, settings.RED5_PORT, timeout=_PATIENCE)
        try:
            connection.request(method, target, body)
            response = connection.getresponse()
            return response.status, response.headers.get_content_type(), response.read()
        finally:
            connection.close()

    def root(self) -> int:
        """The status of `GET /`, 0 while nothing answers."""
        try:
            return self.send("GET", "/")[0]
        except OSError:
            return 0

    def call(self, method: str, *path: str, body: Any = None, token: str = rootfs.API_TOKEN, query: str = "") -> tuple[int, Any]:
        """Status and document of an API call; the parts of the path are escaped."""
        target = "/".join(("/streammanager/api/4.0/admin", *(quote(part, safe="") for part in path)))
        text = json.dumps(body).encode() if body is not None else b""
        status, _unused, answer = self.send(method, f"{target}?accessToken={quote(token)}{query}", text)
        return status, json.loads(answer)


def restart(manager: StreamManager, address: str) -> None:
    """Give a stream manager another streammanager.ip."""
    manager.stop()
    manager.set("streammanager.ip", address)
    manager.start()


def policy(name: str = "policy", least: int = 1, **changes: Any) -> dict[str, Any]:
    """A scale policy with all four roles in the region default."""
    targets = [{"role": role, "minLimit": least, "maxLimit": 10, "scaleAdjustment": 1} for role in ROLES]
    document = {
        "name": name,
        "description": "for tests",
        "type": "com.red5pro.services.autoscaling.model.ScalePolicyMaster",
        "version": "0.0.3",
        "targets": {"region": [{"name": "default", "target": targets}]},
    }
    return {"policy": document | changes}


def launch_config(name: str = "config", image: str = "nodes", **changes: Any) -> dict[str, Any]:
    """A launch configuration for all four roles."""
    targets = [{"role": role, "instanceType": "c5.large", "connectionCapacity": "2000"} for role in ROLES]
    document = {
        "name": name,
        "description": "for tests",
        "image": image,
        "version": "0.0.3",
        "targets": {"target": targets},
        "properties": {"property": []},
        "metadata": {"meta": [{"key": "team", "value": "video"}]},
    }
    return {"launchconfig": document | changes}


def group(name: str = "group", **changes: Any) -> dict[str, Any]:
    """A node group in the first region."""
    return {"name": name, "regions": [settings.REGION], "launchConfig": "config", "scalePolicy": "policy"} | changes
