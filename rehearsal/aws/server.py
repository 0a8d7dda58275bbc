# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The server: moto's own, in a thread of this process, with all of this package installed in moto."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

from moto.core.base_backend import BackendDict
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

from rehearsal import settings

from . import clock, faults, gate, limits, order, patches, pools, rules, shapes, storage, transitions

PARTS = (patches, rules, transitions, shapes)  # they take effect when imported


class Server:
    """The running AWS; one for each process, since moto's state is global."""

    def __init__(self, address: tuple[str, int]) -> None:
        # Bound here, because werkzeug ends the process if the address is in use.
        self._socket = socket.create_server(address, backlog=128)
        host, port = self._socket.getsockname()
        self.url = f"http://{host}:{port}"
        app = DomainDispatcherApplication(create_backend_app)
        self._server = make_server(host, port, app, threaded=True, request_handler=MotoRequestHandler, fd=self._socket.fileno())
        self._thread = threading.Thread(target=self._server.serve_forever, name="aws", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._thread.join()
        self._socket.close()


def start(
    pace: float,
    address: tuple[str, int] | None = None,
    log: Path | None = None,
    source: Callable[[], float] = time.monotonic,
) -> Server:
    """Serve an empty account on `address` (settings.AWS_ADDRESS; port 0 takes any).

    `pace` 1 is as slow as AWS, 0 does not wait. `log` is the file the calls are written to (settings.call_log()),
    `source` the time in seconds. Raises OSError if the address is in use.
    """
    gate.log_path = log or settings.call_log()
    reset(pace, source)
    gate.install()
    storage.install()
    return Server(address or settings.AWS_ADDRESS)


def reset(pace: float, source: Callable[[], float] = time.monotonic) -> None:
    """Reset to an empty account at this pace, without faults and with a new account's limits; hooks are kept."""
    with clock.lock:
        clock.set_up(pace, source)
        limits.set_up()
        pools.set_up()
        order.set_up()
        faults.set_up(pace)
        BackendDict.reset()
