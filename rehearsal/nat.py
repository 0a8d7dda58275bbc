# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Public and Elastic IPs: what connects to one of them is connected to the private address it belongs to now."""
from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Coroutine, Iterable
from functools import partial
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
        self._routes: dict[Route, list[asyncio.Server]] = {}
        self._connections: dict[Route, set[asyncio.Task[None]]] = {}
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
            for server in self._routes.pop(route):
                server.close()
            for connection in self._connections.pop(route):
                connection.cancel()
        for route in wanted - self._routes.keys():
            servers: list[asyncio.Server] = []
            try:
                for port in _PORTS:
                    servers.append(await asyncio.start_server(partial(self._forward, route, port), route[0], port))
            except OSError as error:
                _LOG.error("cannot listen on %s: %s", route[0], error)  # the next tick tries again
                for server in servers:
                    server.close()
            else:
                self._routes[route], self._connections[route] = servers, set()

    async def _forward(self, route: Route, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection; it is cancelled when its route goes."""
        task = asyncio.current_task()
        connections = self._connections.get(route)
        if task is None or connections is None:
            writer.transport.abort()
            return
        connections.add(task)
        back: asyncio.StreamWriter | None = None
        try:
            there, back = await asyncio.open_connection(route[1], port)
            await asyncio.gather(_pump(reader, back), _pump(there, writer))
        except (OSError, asyncio.CancelledError):
            writer.transport.abort()
        finally:
            connections.discard(task)
            for end in (writer, back):
                if end:
                    end.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Copies one direction, its end included; the other one may go on."""
    while data := await reader.read(_CHUNK):
        writer.write(data)
        await writer.drain()
    with contextlib.suppress(OSError):
        writer.write_eof()
