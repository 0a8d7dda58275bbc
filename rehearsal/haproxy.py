# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A running HAProxy: its configuration is replaced without losing connections, and its servers are read and changed at run time."""

from __future__ import annotations

import csv
import socket
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from signal import SIGUSR2

_PATIENCE = 10  # seconds to wait for a new configuration
# Old workers live on until their last request is answered, websockets included, but not for ever.
_GLOBAL = """\
global
    stats socket {socket} mode 600 level admin
    server-state-file {states}
    hard-stop-after 10m
    maxconn 2000
    nbthread 1
    ssl-default-bind-options ssl-min-ver TLSv1.2
"""


@dataclass(frozen=True)
class Server:
    """A server as HAProxy sees it."""

    status: str  # UP, DOWN, DRAIN, MAINT; "UP 1/3" on its way down, "DOWN 1/2" on its way up
    address: str  # "127.10.1.4:5080"
    sessions: int  # how many requests it is answering just now
    check: str  # what its last health check came to: L7OK, L4CON, L7STS ...


Servers = Mapping[tuple[str, str], Server]  # by the names of the backend and of the server


class Haproxy:
    """HAProxy as master and worker, from its first configuration until `close()`; its files lie in `directory`."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(exist_ok=True)
        self._directory = directory
        self._states = directory / "servers.state"
        self._states.write_text("1\n")  # the version of its format; no server yet
        self._generation = 0
        self._master: subprocess.Popen[bytes] | None = None

    def configure(self, body: str) -> None:
        """Load a configuration without its global section. Servers of the same name keep their state.

        A RuntimeError has HAProxy's message if it is invalid; the current configuration is then kept.
        """
        if self._master:
            self._states.write_text(self.command("show servers state"))
        # A socket for each generation, so that the old worker never answers on it.
        path = self._directory / f"{self._generation + 1}.sock"
        draft = self._directory / "haproxy.cfg.new"
        draft.write_text(_GLOBAL.format(socket=path, states=self._states) + body)
        checked = subprocess.run(["haproxy", "-c", "-q", "-f", str(draft)], check=False, capture_output=True, text=True)
        if checked.returncode:
            raise RuntimeError(f"HAProxy refuses its configuration: {checked.stderr}")
        draft.rename(self._directory / "haproxy.cfg")
        self._load()
        self._await(path)
        self._socket(self._generation).unlink(missing_ok=True)
        self._generation += 1

    def _load(self) -> None:
        if self._master:
            self._master.send_signal(SIGUSR2)
            return
        with (self._directory / "haproxy.log").open("ab") as log:
            command = ["haproxy", "-W", "-f", str(self._directory / "haproxy.cfg")]
            self._master = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def _await(self, path: Path) -> None:
        end = time.monotonic() + _PATIENCE
        while True:
            try:
                self._talk(path, "show info")
                return
            except OSError as error:
                if time.monotonic() > end:
                    raise RuntimeError(f"HAProxy did not come up: {error}; see {self._directory}/haproxy.log") from error
                time.sleep(0.01)

    def _socket(self, generation: int) -> Path:
        return self._directory / f"{generation}.sock"

    def command(self, line: str) -> str:
        """What HAProxy answers to this runtime command, or to several with `;` between them."""
        return self._talk(self._socket(self._generation), line)

    @staticmethod
    def _talk(path: Path, line: str) -> str:
        with socket.socket(socket.AF_UNIX) as client, client.makefile("r") as answer:
            client.settimeout(5)
            client.connect(str(path))
            client.sendall(line.encode() + b"\n")
            return answer.read()

    def servers(self) -> Servers:
        """All servers as they are now; none before the first configuration."""
        if not self._master:
            return {}
        rows = csv.DictReader(self.command("show stat -1 4 -1").removeprefix("# ").splitlines())
        return {
            (row["pxname"], row["svname"]): Server(row["status"], row["addr"], int(row["scur"]), row["check_status"].lstrip("* "))
            for row in rows
        }

    def close(self) -> None:
        """Stop it with its open connections."""
        if self._master:
            self._master.terminate()
            self._master.wait()
            self._master = None
