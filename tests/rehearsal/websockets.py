# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Clients with a websocket each that stays open, and is opened again once it ended; prints, as JSON, how long each first one lasted.

    websockets.py DOMAIN PORT NUMBER

It prints one line when all are open, and ends when its input does.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time

_UPGRADE = (
    "GET /live HTTP/1.1\r\nHost: {domain}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


class Client:
    """One websocket after the other."""

    def __init__(self, domain: str, port: int) -> None:
        self._where, self._upgrade = (domain, port), _UPGRADE.format(domain=domain).encode()
        self.opened = threading.Event()
        self.lasted: list[float] = []

    def stay(self, done: threading.Event) -> None:
        """Until the event is set."""
        while not done.is_set():
            with socket.create_connection(self._where, timeout=30) as web:
                web.sendall(self._upgrade)
                begun = time.monotonic()
                if b" 101 " in web.recv(1000):
                    self.opened.set()
                    self._wait(web, done)
                    self.lasted.append(time.monotonic() - begun)
            done.wait(0.2)

    @staticmethod
    def _wait(web: socket.socket, done: threading.Event) -> None:
        web.settimeout(0.5)
        while not done.is_set():
            try:
                if not web.recv(100):
                    return
            except TimeoutError:
                continue
            except OSError:
                return


def main(domain: str, port: str, number: str) -> None:
    """Stay until the input ends."""
    done = threading.Event()
    clients = [Client(domain, int(port)) for _unused in range(int(number))]
    threads = [threading.Thread(target=client.stay, args=(done,), daemon=True) for client in clients]
    for thread in threads:
        thread.start()
    for client in clients:
        client.opened.wait(60)
    print("begun", flush=True)
    sys.stdin.read()
    done.set()
    for thread in threads:
        thread.join(60)
    print(json.dumps({"lasted": [client.lasted[0] for client in clients if client.lasted]}))


if __name__ == "__main__":
    main(*sys.argv[1:])
