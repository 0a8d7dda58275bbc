# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Public and Elastic IPs: what connects to one of them is connected to the private address it belongs to now."""
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

    def instances(self, region: str) -> Iterable[Instance]: ...


class Nat:
    """Forwards the ports of settings.SSH_PORT and settings.RED5_PORT, from its making until `close()`."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._routes: dict[Route, list[asyncio.Task[None]]] = {}
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
        ended = [task for route in self._routes.keys() - wanted for task in self._routes.pop(route)]
        for task in ended:
            task.cancel()
        await asyncio.gather(*ended, return_exceptions=True)
        for public, private in wanted - self._routes.keys():
            with contextlib.ExitStack() as listeners:
                try:
                    opened = [listeners.enter_context(socket.create_server((public, port))) for port in _PORTS]
                except OSError as error:
                    _LOG.error("cannot listen on %s: %s", public, error)  # the next tick tries again
                    continue
                listeners.pop_all()
                self._routes[public, private] = [asyncio.create_task(_listen(listener, private)) for listener in opened]


async def _listen(listener: socket.socket, private: str) -> None:
    """Forwards what connects to the listener to the same port of a private address; cancelled, it ends all of that.

    Not asyncio.start_server: closed between accepting and serving a connection, it leaves that one open.
    """
    listener.setblocking(False)
    target = (private, listener.getsockname()[1])
    with listener:
        async with asyncio.TaskGroup() as connections:
            while True:
                client, _ = await asyncio.get_running_loop().sock_accept(listener)
                connections.create_task(_forward(client, target))


async def _forward(client: socket.socket, target: tuple[str, int]) -> None:
    """One connection, from and to the end of either side."""
    writers: list[asyncio.StreamWriter] = []
    with contextlib.suppress(OSError):
        try:
            from_client, to_client = await asyncio.open_connection(sock=client)
            writers.append(to_client)
            from_target, to_target = await asyncio.open_connection(*target)
            writers.append(to_target)
            await asyncio.gather(_pump(from_client, to_target), _pump(from_target, to_client))
        finally:
            for writer in writers:
                writer.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Copies one direction, its end included; the other one may go on."""
    while data := await reader.read(_CHUNK):
        writer.write(data)
        await writer.drain()
    with contextlib.suppress(OSError):
        writer.write_eof()
