# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A real MariaDB server behind each DB instance of RDS, reachable only through its security groups."""

from __future__ import annotations

import contextlib
import logging
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from socketserver import BaseRequestHandler
from typing import Protocol

from rehearsal.admission import AdmittingServer
from rehearsal.model import DatabaseInstance, Networks

_LOG = logging.getLogger("databases")
_SERVER = "/usr/sbin/mariadbd"
_OPTIONS = (
    "--no-defaults",
    "--user=root",
    "--innodb-log-file-size=4M",
    "--innodb-buffer-pool-size=8M",
    "--innodb-undo-tablespaces=0",
    "--innodb-flush-method=nosync",
    "--aria-log-file-size=8M",
    "--sync-frm=0",
    "--performance-schema=0",
)
_SCRIPTS = [Path("/usr/share/mysql", f"mysql_{name}.sql") for name in ("system_tables", "performance_tables", "system_tables_data")]
_START = 20  # seconds that a server may take
_CHUNK = 65536

Admitted = Callable[[str, int], Networks]


class View(Protocol):
    """What is read of the emulated AWS."""

    def databases(self) -> Iterable[DatabaseInstance]:
        """All DB instances."""

    def admitted(self, group_id: str, port: int) -> Networks:
        """Who may reach a port through a security group."""


class _Door(BaseRequestHandler):
    """Forwards one connection to the server's socket, which no other way leads to."""

    server: _Doors

    def handle(self) -> None:
        with socket.socket(socket.AF_UNIX) as inside:
            inside.connect(str(self.server.inside))
            back = threading.Thread(target=_pump, args=(inside, self.request), daemon=True)
            back.start()
            _pump(self.request, inside)
            back.join()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(_CHUNK):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


class _Doors(AdmittingServer):
    def __init__(self, address: tuple[str, int], inside: Path, admitted: Callable[[], Networks]) -> None:
        super().__init__(address, _Door, admitted)
        self.inside = inside


class _Server:
    """One server with its files."""

    def __init__(self, directory: Path, template: Path, instance: DatabaseInstance) -> None:
        self._directory = directory
        shutil.copytree(template, directory / "data")
        _bootstrap(directory / "data", _statements(instance))
        options = [f"--datadir={directory / 'data'}", f"--socket={directory / 'socket'}", "--skip-networking"]
        with (directory / "log").open("ab") as log:
            self._process = subprocess.Popen([_SERVER, *_OPTIONS, *options], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        end = time.monotonic() + _START
        while not _answers(directory / "socket") and time.monotonic() < end and self._process.poll() is None:
            time.sleep(0.02)
        self._doors: _Doors | None = None

    def follow(self, instance: DatabaseInstance, admitted: Admitted) -> None:
        """Listen at its address and port, once it can be reached."""
        address = (instance.address, instance.port)
        if self._doors and self._doors.server_address != address:
            self._shut()
        if not self._doors and instance.reachable:

            def networks() -> Networks:
                return tuple(network for group in instance.group_ids for network in admitted(group, instance.port))

            self._doors = _Doors(address, self._directory / "socket", networks)
            threading.Thread(target=self._doors.serve_forever, kwargs={"poll_interval": 0.1}, name="database", daemon=True).start()

    def _shut(self) -> None:
        if self._doors:
            self._doors.shutdown()
            self._doors.server_close()
            self._doors = None

    def remove(self) -> None:
        """Stop it and delete its files."""
        self._shut()
        self._process.kill()
        self._process.wait()
        shutil.rmtree(self._directory)


class Databases:
    """All servers, from the creation of this object until `close()`."""

    def __init__(self, view: View, directory: Path) -> None:
        self._view, self._directory = view, directory
        self._servers: dict[str, _Server] = {}
        self._lock = threading.RLock()  # AWS calls its hook in threads of its own

    def serve(self, name: str) -> None:
        """Start the server of a new DB instance, which takes about a second."""
        with self._lock:
            for instance in self._view.databases():
                if instance.name == name and name not in self._servers:
                    directory = self._directory / name
                    directory.mkdir(parents=True)
                    self._servers[name] = _Server(directory, self._template(), instance)

    def tick(self) -> None:
        """Follow what AWS says: addresses and ports of the DB instances, and those that are gone."""
        with self._lock:
            if not self._servers:
                return
            present = {instance.name: instance for instance in self._view.databases()}
            for name in [one for one in self._servers if one not in present]:
                self._servers.pop(name).remove()
            for name, server in self._servers.items():
                server.follow(present[name], self._view.admitted)

    def close(self) -> None:
        """Stop all servers and delete their files."""
        with self._lock:
            while self._servers:
                self._servers.popitem()[1].remove()
            shutil.rmtree(self._directory, ignore_errors=True)

    def _template(self) -> Path:
        """The files of a server without any user, made once."""
        template = self._directory / ".template"
        if not template.exists():
            if not Path(_SERVER).exists():
                raise RuntimeError(f"{_SERVER} is missing: install the package mariadb-server-core, or run rehearsal/install")
            template.mkdir(parents=True)
            scripts = "".join(path.read_text(encoding="utf-8") for path in _SCRIPTS)
            _bootstrap(template, f"CREATE DATABASE mysql;\nUSE mysql;\nSET @auth_root_socket=NULL;\n{scripts}\nDELETE FROM global_priv;\n")
        return template


def _bootstrap(data: Path, statements: str) -> None:
    """Run statements, one a line, without a server."""
    command = [_SERVER, *_OPTIONS, "--bootstrap", f"--datadir={data}"]
    done = subprocess.run(command, input=statements, text=True, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(f"mariadbd ended with {done.returncode}: {done.stderr[-2000:]}")


def _statements(instance: DatabaseInstance) -> str:
    user, password = (text.replace("\\", "\\\\").replace("'", "''") for text in (instance.user, instance.password))
    schema = f"CREATE DATABASE `{instance.schema}`;\n" if instance.schema else ""
    created = f"CREATE USER '{user}'@'%' IDENTIFIED BY '{password}';\nGRANT ALL ON *.* TO '{user}'@'%' WITH GRANT OPTION;\n"
    return f"FLUSH PRIVILEGES;\n{schema}{created}"


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0
