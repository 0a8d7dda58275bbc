# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Public and Elastic IPs: connections to them are forwarded to the current private address."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import threading
from collections.abc import Coroutine, Iterable
from typing import Any, Protocol

from rehearsal import settings
from rehearsal.model import Instance

_LOG = logging.getLogger("nat")
_PORTS = (settings.SSH_PORT, settings.RED5_PORT)
_CHUNK = 65536

Route = tuple[str, str]  # public address, private address


class View(Protocol):
    """What the forwarders read of the emulated AWS, at each tick."""

    def instances(self, region: str) -> Iterable[Instance]:
        """The instances of a region."""


class _Listener:
    """Forwards connections to one port of a public address to the same port of a private one.

    Not asyncio.start_server: closed between accepting and serving a connection, it leaves that one open.
    """

    def __init__(self, public: str, private: str, port: int) -> None:
        self._target = (private, port)
        self._socket = socket.create_server((public, port))
        self._socket.setblocking(False)
        self._clients: dict[socket.socket, asyncio.Task[None]] = {}
        asyncio.get_running_loop().add_reader(self._socket, self._accept)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # it may already be closed
            client, _unused = self._socket.accept()
            client.setblocking(False)
            self._clients[client] = asyncio.create_task(self._forward(client))

    async def _forward(self, client: socket.socket) -> None:
        """One connection, until both sides have ended or one has broken."""
        writers: list[asyncio.StreamWriter] = []
        try:
            from_client, to_client = await asyncio.open_connection(sock=client)
            writers.append(to_client)
            from_target, to_target = await asyncio.open_connection(*self._target)
            writers.append(to_target)
            await asyncio.gather(_pump(from_client, to_target), _pump(from_target, to_client))
            for writer in writers:
                writer.close()
        except OSError:
            pass  # the other side sees an end, too
        finally:
            for writer in writers:
                if not writer.is_closing():
                    writer.transport.abort()
            del self._clients[client]

    async def close(self) -> None:
        """End it with all its connections."""
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()
        left = dict(self._clients)
        for task in left.values():
            task.cancel()
        await asyncio.gather(*left.values(), return_exceptions=True)
        for client in self._clients:
            client.close()  # its task never began


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Copies one direction, its end included; the other one may go on."""
    while data := await reader.read(_CHUNK):
        writer.write(data)
        await writer.drain()
    with contextlib.suppress(OSError):
        writer.write_eof()


class Nat:
    """Forwards the ports of settings.SSH_PORT and settings.RED5_PORT, from its creation until `close()`."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._routes: dict[Route, list[_Listener]] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="nat", daemon=True)
        self._thread.start()

    def tick(self) -> None:
        """Follow the addresses of the running instances."""
        wanted = {
            (instance.public_ip, instance.private_ip)
            for region in (settings.REGION, settings.SECOND_REGION)
            for instance in self._view.instances(region)
            if instance.state == "running" and instance.public_ip
        }
        if wanted != self._routes.keys():
            self._call(self._follow(wanted))

    def close(self) -> None:
        """End all forwarding, connections included."""
        self._call(self._follow(set()))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _call(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _follow(self, wanted: set[Route]) -> None:
        for route in self._routes.keys() - wanted:
            for listener in self._routes.pop(route):
                await listener.close()
        for public, private in wanted - self._routes.keys():
            listeners: list[_Listener] = []
            try:
                for port in _PORTS:
                    listeners.append(_Listener(public, private, port))
            except OSError as error:
                _LOG.error("cannot listen on %s: %s", public, error)  # the next tick tries again
                for listener in listeners:
                    await listener.close()
            else:
                self._routes[public, private] = listeners
