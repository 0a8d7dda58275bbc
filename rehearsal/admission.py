# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A server that is reachable only from the networks that a security group admits."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from ipaddress import ip_address
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import Any

from rehearsal.model import Networks


class AdmittingServer(ThreadingTCPServer):
    """Resets the connections of peers that `admitted` does not return a network of at that moment."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], handler: type[BaseRequestHandler], admitted: Callable[[], Networks]) -> None:
        super().__init__(address, handler)
        self._admitted = admitted

    def get_request(self) -> tuple[socket.socket, Any]:
        peer, address = super().get_request()
        if not any(ip_address(address[0]) in network for network in self._admitted()):
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # closing resets: no answer at all
            peer.close()
            raise OSError(f"{address[0]} is not admitted")
        return peer, address
