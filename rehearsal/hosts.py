# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A real host for every running instance: its own root file system, processes and name, with sshd on the instance's address."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from rehearsal import rootfs, settings
from rehearsal.images import Images, Layers
from rehearsal.model import Instance

_LOG = logging.getLogger("hosts")
_GRACE = 20  # seconds from power off until the processes are killed; the service takes at most 15 to finish its requests
_NAMESPACES = ("unshare", "--mount", "--pid", "--uts", "--fork", "--kill-child", "--propagation", "private")


class View(Protocol):
    """What the hosts read of the emulated AWS, at each tick."""

    def instances(self, region: str) -> Iterable[Instance]:
        """The instances of a region."""


class Host:
    """One host, on or off; its files (`upper`) last until `remove()`. Nothing here waits except `wait()`."""

    def __init__(self, directory: Path, layers: Layers) -> None:
        self.layers = layers
        self.upper = directory / "upper"
        self._directory = directory
        self._process: subprocess.Popen[bytes] | None = None
        self._off_since: float | None = None
        self._ready = False
        self.failed = False  # its last boot failed; a retry would not help
        self._told: dict[str, bytes] = {}
        for name in ("upper", "work", "root"):
            (directory / name).mkdir(parents=True)

    def boot(self, instance: Instance, lowest: Layers) -> None:
        """Switch on; its own data is in /run/instance."""
        for name, mode in (("run", 0o755), ("tmp", 0o1777)):
            shutil.rmtree(self._directory / name, ignore_errors=True)
            (self._directory / name).mkdir()
            (self._directory / name).chmod(mode)
        (self._directory / "run/instance").mkdir()
        self._told.clear()
        self.update(instance)
        lower = ":".join(map(str, (*self.layers, *lowest, "/")))
        paths = [str(self._directory / name) for name in ("upper", "work", "root", "run", "tmp")]
        name = f"ip-{instance.private_ip.replace('.', '-')}"
        with (self._directory / "console.log").open("ab") as console:
            self._process = subprocess.Popen(
                [*_NAMESPACES, str(Path(__file__).parent / "host/enter"), lower, *paths, name],
                stdin=subprocess.PIPE,
                stdout=console,
                stderr=console,
                start_new_session=True,
            )
        self._off_since, self._ready = None, False

    def update(self, instance: Instance) -> None:
        """Keep /run/instance as the instance metadata service would: address and tags may change while it runs."""
        facts = {
            "id": instance.id,
            "region": instance.region,
            "zone": instance.zone,
            "private_ip": instance.private_ip,
            "public_ip": instance.public_ip,
            "tags": instance.tags,
        }
        key = (instance.public_key or "").strip()
        self._write("id", instance.id.encode())
        self._write("address", instance.private_ip.encode())
        self._write("public-key", f"{key}\n".encode() if key else b"")
        self._write("user-data", instance.user_data)
        self._write("meminfo", _meminfo(instance.memory))
        self._write("../instance.json", json.dumps(facts).encode())

    def _write(self, name: str, content: bytes) -> None:
        if self._told.get(name) == content:
            return
        path = self._directory / "run/instance" / name
        draft = path.with_name(f".{path.name}")
        draft.touch(0o644)
        draft.write_bytes(content)
        os.replace(draft, path)
        self._told[name] = content

    def let_in(self) -> None:
        """Let SSH answer, from now on until it is switched off."""
        if not self._ready and self._process and self._process.stdin:
            self._ready = True
            with contextlib.suppress(BrokenPipeError):  # it has just ended; `runs` becomes false
                self._process.stdin.write(b"ready\n")
                self._process.stdin.flush()

    def switch_off(self) -> None:
        """Begin an orderly shutdown; `runs` becomes false at its end, after at most 20 s."""
        if self._process and self._off_since is None:
            self._off_since = time.monotonic()
            if self._process.stdin:
                with contextlib.suppress(BrokenPipeError):  # already off
                    self._process.stdin.close()

    def kill(self) -> None:
        """Pull the plug, and wait until no process of the host is left."""
        if self._process:
            self._kill_all(self._process)
            if self._process.stdin and not self._process.stdin.closed:
                self._process.stdin.close()
            self._process = None

    @staticmethod
    def _kill_all(process: subprocess.Popen[bytes]) -> None:
        """Its process 1 ends only after all others, and `unshare` only after that, so that addresses and files are free then."""
        try:
            first = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
            for pid in first or [str(process.pid)]:
                os.kill(int(pid), signal.SIGKILL)
        except (FileNotFoundError, ProcessLookupError):
            pass  # it has just ended
        process.wait()

    def wait(self) -> None:
        """Wait for the end of an orderly shutdown."""
        if self._process:
            try:
                self._process.wait(_GRACE)
            except subprocess.TimeoutExpired:
                _LOG.warning("%s did not shut down in %d s", self._directory.name, _GRACE)
            self.kill()

    @property
    def runs(self) -> bool:
        """Whether it is on; also kills what has not shut down in time, and reports a boot that failed."""
        if self._process is None:
            return False
        if self._off_since is not None and time.monotonic() - self._off_since > _GRACE:
            self.kill()
            return False
        code = self._process.poll()
        if code is None:
            return True
        if code:
            self.failed = True
            _LOG.error("%s ended with %d: %s", self._directory.name, code, self.console()[-2000:])
        self.kill()
        return False

    def console(self) -> str:
        """What it has printed since it was made."""
        return (self._directory / "console.log").read_text(errors="replace")

    def remove(self) -> None:
        """Pull the plug and remove its files."""
        self.kill()
        shutil.rmtree(self._directory)


def _meminfo(mebibytes: int) -> bytes:
    """What Linux leaves of an instance's memory, and how much of that is free."""
    total = mebibytes * 1024 * 95 // 100
    return f"MemTotal:       {total} kB\nMemFree:        {total // 2} kB\nMemAvailable:   {total // 2} kB\n".encode()


class Hosts:
    """The hosts of all running instances of both regions, from the creation of this object until `close()`.

    `pace` scales what takes time on a host: 1 as long as the real thing, 0 no time at all.
    """

    def __init__(self, view: View, pace: float = 0) -> None:
        self._view = view
        self._state = settings.state_dir() / "layers"
        self._mounted = not os.path.ismount(self._state)
        if self._mounted:
            self._state.mkdir(parents=True, exist_ok=True)
            subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "hosts", str(self._state)], check=True)
        self._lowest: Layers = (rootfs.os_layer(self.layer("system"), settings.state_dir() / "ca.pem", pace),)
        self._images = Images(self._state)
        self._hosts: dict[str, Host] = {}
        self._lock = threading.RLock()  # AWS calls its hooks in threads of its own

    def layer(self, name: str) -> Path:
        """A new directory, for one of the layers of rootfs.py."""
        path = self._state / name
        path.mkdir()
        return path

    def define_image(self, image_id: str, layers: Iterable[Path]) -> None:
        """Set the layers of this image's hosts above the operating system, the uppermost first."""
        with self._lock:
            self._images.define(image_id, layers)

    def forget_image(self, image_id: str) -> None:
        """The image was deregistered; hosts launched from it keep running."""
        with self._lock:
            self._images.forget(image_id)
            self._images.sweep(host.layers for host in self._hosts.values())

    def copy(self, source_image_id: str, image_id: str) -> None:
        """A new image with the files of another one."""
        with self._lock:
            self._images.copy(source_image_id, image_id)

    def capture(self, instance_id: str, image_id: str, reboot: bool) -> None:
        """A new image of an instance's files, shut down in order first if `reboot`; an instance that never ran has only its image's."""
        with self._lock:
            host = self._hosts.get(instance_id)
            if host is None:
                self._images.define(image_id, self._images.layers(self._image_of(instance_id)))
                return
            if reboot:
                self.reboot(instance_id)
            self._images.capture(host.upper, host.layers, image_id)

    def reboot(self, instance_id: str) -> None:
        """Shut down in order and wait for it; the next tick boots again what AWS says is running."""
        with self._lock:
            host = self._hosts.get(instance_id)
            if host:
                host.switch_off()
                host.wait()

    def console(self, instance_id: str) -> str:
        """What the instance's host has printed."""
        return self._hosts[instance_id].console()

    def tick(self) -> None:
        """Boot, shut down and remove hosts as the instances' states say."""
        with self._lock:
            present = {instance.id: instance for instance in self._instances() if instance.state not in ("shutting-down", "terminated")}
            for gone in self._hosts.keys() - present.keys():
                self._hosts.pop(gone).remove()
                self._images.sweep(host.layers for host in self._hosts.values())
            for instance in present.values():
                if instance.state == "running":
                    self._run(instance)
                elif instance.state in ("stopping", "stopped"):
                    self._stop(instance.id)

    def _instances(self) -> Iterable[Instance]:
        for region in (settings.REGION, settings.SECOND_REGION):
            yield from self._view.instances(region)

    def _image_of(self, instance_id: str) -> str:
        return next((instance.image_id for instance in self._instances() if instance.id == instance_id), "")

    def _run(self, instance: Instance) -> None:
        if instance.id not in self._hosts:
            self._hosts[instance.id] = Host(self._state / instance.id, self._images.layers(instance.image_id))
        host = self._hosts[instance.id]
        if not host.runs and not host.failed:
            host.boot(instance, self._lowest)
        host.update(instance)
        if instance.ready:
            host.let_in()

    def _stop(self, instance_id: str) -> None:
        host = self._hosts.get(instance_id)
        if host:
            host.failed = False
            if host.runs:
                host.switch_off()

    def close(self) -> None:
        """End every host and remove all files."""
        with self._lock:
            for host in self._hosts.values():
                host.kill()
            self._hosts.clear()
            for path in self._state.iterdir():
                shutil.rmtree(path)
            if self._mounted:
                subprocess.run(["umount", "--lazy", str(self._state)], check=True)  # the last process of a host may still be exiting
                self._state.rmdir()
