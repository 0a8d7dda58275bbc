# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Public addresses lead to the private address they belong to now."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator

import pytest

from rehearsal.nat import Nat
from tests.rehearsal.hosts.support import FakeAws, eventually


class _Echo(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(f"{self.connection.getsockname()[0]}:".encode() + self.rfile.read())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True


@pytest.fixture
def serve() -> Iterator[Callable[[str, int], None]]:
    """Starts servers that answer, once the client is done, with their own address and what they were sent."""
    servers: list[_Server] = []

    def start(address: str, port: int) -> None:
        servers.append(_Server((address, port), _Echo))
        threading.Thread(target=servers[-1].serve_forever, daemon=True).start()

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def aws() -> FakeAws:
    return FakeAws()


@pytest.fixture
def nat(aws: FakeAws) -> Iterator[Nat]:
    nat = Nat(aws)
    yield nat
    nat.close()


def ask(address: str, port: int, text: bytes = b"hello") -> bytes:
    with socket.create_connection((address, port), 30) as connection:
        connection.sendall(text)
        connection.shutdown(socket.SHUT_WR)
        return connection.makefile("rb").read()


def test_both_ports_are_forwarded(nat: Nat, aws: FakeAws, serve: Callable[[str, int], None]) -> None:
    aws.run("i-1", "127.10.1.5", public_ip="127.54.0.1")
    nat.tick()
    for port in (22, 5080):
        serve("127.10.1.5", port)
        assert ask("127.54.0.1", port, b"x" * 300000) == b"127.10.1.5:" + b"x" * 300000


def test_an_address_that_moves_is_followed(nat: Nat, aws: FakeAws, serve: Callable[[str, int], None]) -> None:
    serve("127.10.1.5", 5080)
    serve("127.10.1.6", 5080)
    aws.run("i-1", "127.10.1.5", public_ip="127.54.0.1")
    aws.run("i-2", "127.10.1.6")
    nat.tick()
    with socket.create_connection(("127.54.0.1", 5080), 30) as old:
        aws.change("i-1", public_ip="127.54.0.2")
        aws.change("i-2", public_ip="127.54.0.1")
        nat.tick()
        assert ask("127.54.0.1", 5080) == b"127.10.1.6:hello"
        assert ask("127.54.0.2", 5080) == b"127.10.1.5:hello"
        old.settimeout(30)
        with contextlib.suppress(ConnectionResetError):  # also an end
            assert old.recv(10) == b""


def test_a_stopped_instance_has_nobody_at_its_address(nat: Nat, aws: FakeAws, serve: Callable[[str, int], None]) -> None:
    serve("127.10.1.5", 5080)
    aws.run("i-1", "127.10.1.5", public_ip="127.54.0.1")
    nat.tick()
    assert ask("127.54.0.1", 5080)
    aws.change("i-1", state="stopped")
    nat.tick()
    with pytest.raises(ConnectionRefusedError):
        ask("127.54.0.1", 5080)


def test_a_host_that_does_not_listen_ends_the_connection(nat: Nat, aws: FakeAws) -> None:
    aws.run("i-1", "127.10.1.5", public_ip="127.54.0.1")
    nat.tick()
    with contextlib.suppress(OSError):  # also an end
        assert ask("127.54.0.1", 22) == b""


def test_an_address_in_use_is_tried_again(nat: Nat, aws: FakeAws, serve: Callable[[str, int], None]) -> None:
    serve("127.10.1.5", 5080)
    aws.run("i-1", "127.10.1.5", public_ip="127.54.0.1")
    with socket.create_server(("127.54.0.1", 5080)):
        nat.tick()
    nat.tick()
    assert ask("127.54.0.1", 5080) == b"127.10.1.5:hello"


def test_nothing_is_left_after_close(aws: FakeAws) -> None:
    before = threading.active_count()
    nat = Nat(aws)
    aws.run("i-1", "127.10.1.5", public_ip="127.54.0.1")
    nat.tick()
    nat.close()
    eventually(lambda: threading.active_count() == before)
    with pytest.raises(ConnectionRefusedError):
        ask("127.54.0.1", 5080)
