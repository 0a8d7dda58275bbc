# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Helpers of the load balancers' tests: an ELBv2 made of plain records, web servers as targets, and clients that keep sending requests."""

from __future__ import annotations

import http.client
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from rehearsal.alb import LoadBalancers
from rehearsal.model import Balancer, Certificate, Listener, Target, TargetGroup

PATIENCE = 20  # seconds
GROUP = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/live/0123456789abcdef"
BALANCER = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/live/fedcba9876543210"


class Elb:
    """The view of an emulated AWS with one load balancer, one target group and what the test registers."""

    def __init__(self, port: int, addresses: Iterable[str]) -> None:
        listener = Listener(port, "HTTP", (), GROUP)
        self.balancer = Balancer(BALANCER, "live.elb.amazonaws.com", "active", tuple(addresses), 60, (listener,))
        self.group = TargetGroup(GROUP, "live", "/", "200", 30, 5, 3, 2, ())
        self.issued: tuple[Certificate, ...] = ()
        self.health: dict[str, list[tuple[str, str | None]]] = {}

    def moment(self) -> int:
        return time.monotonic_ns()

    def balancers(self) -> tuple[Balancer, ...]:
        return (self.balancer,)

    def target_groups(self) -> tuple[TargetGroup, ...]:
        return (self.group,)

    def certificates(self) -> tuple[Certificate, ...]:
        return self.issued

    def set_target_health(self, target_group_arn: str, instance_id: str, port: int, state: str, reason: str | None = None) -> None:
        """Keeps the states a target went through, each once in a row."""
        states = self.health.setdefault(instance_id, [])
        if states[-1:] != [(state, reason)]:
            states.append((state, reason))

    def register(self, *servers: Server) -> None:
        """Registers these targets and no others; other registered ones drain."""
        wanted = tuple(Target(server.name, server.address, server.port, False) for server in servers)
        draining = tuple(
            replace(old, draining=True) for old in self.group.targets if old.instance_id not in {one.instance_id for one in wanted}
        )
        self.group = replace(self.group, targets=wanted + draining)

    def forget_draining(self) -> None:
        """The deregistration delay is over."""
        self.group = replace(self.group, targets=tuple(target for target in self.group.targets if not target.draining))


class Server:
    """A web server as a target: `/` answers `code`, anything else 200 with the server's name; `/slow` waits for `go`."""

    def __init__(self, number: int) -> None:
        self.name = f"i-{number:017x}"
        self.code = 200
        self.go = threading.Event()
        self.requests: list[tuple[str, dict[str, str]]] = []
        target = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # HAProxy hangs up on a health check as soon as it has seen the status

            def do_GET(self) -> None:
                if not self.headers.get("User-Agent", "").startswith("ELB-HealthChecker"):
                    target.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
                if self.headers.get("Upgrade"):
                    self._echo()
                    return
                if self.path == "/slow":
                    target.go.wait(PATIENCE)
                body = target.name.encode()
                self.send_response(target.code if self.path == "/" else 200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def _echo(self) -> None:
                self.send_response(101)
                self.send_header("Upgrade", "websocket")
                self.send_header("Connection", "Upgrade")
                self.send_header("Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
                self.end_headers()
                self.wfile.flush()
                self.close_connection = True
                while data := self.connection.recv(100):
                    self.connection.sendall(data)

            def log_message(self, format: str, *args: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer((f"127.10.77.{number}", 0), Handler)
        self._server.daemon_threads = True
        self.address, self.port = f"127.10.77.{number}", self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """From now on connections are refused."""
        self._server.shutdown()
        self._server.server_close()


class Bench:
    """A load balancer of one group, its servers, and helpers to test it."""

    def __init__(self, balancers: LoadBalancers, elb: Elb) -> None:
        self.balancers, self.elb = balancers, elb
        self.servers: list[Server] = []

    def server(self) -> Server:
        """One more web server, not registered yet."""
        self.servers.append(Server(len(self.servers) + 1))
        return self.servers[-1]

    def until(self, what: str, holds: Callable[[], object]) -> None:
        """Tick until a condition holds; an AssertionError names the one that never did."""
        end = time.monotonic() + PATIENCE
        self.balancers.tick()
        while not holds():
            assert time.monotonic() < end, f"never: {what}; health: {self.elb.health}"
            time.sleep(0.02)
            self.balancers.tick()

    def until_healthy(self, *servers: Server) -> None:
        """Tick until all these targets are healthy."""
        self.until("healthy", lambda: all(self.elb.health.get(server.name, [("", None)])[-1][0] == "healthy" for server in servers))

    def until_more(self, clients: Clients, server: Server) -> None:
        """Tick until this server has given the clients 50 more answers."""
        enough = clients.answers[server.name] + 50
        self.until(f"50 more answers of {server.name}", lambda: clients.answers[server.name] > enough)

    def get(self, path: str = "/who", address: int = 0) -> tuple[int, str]:
        """Status and text of one request on a connection of its own."""
        client = http.client.HTTPConnection(self.elb.balancer.addresses[address], self.elb.balancer.listeners[0].port, timeout=PATIENCE)
        try:
            client.request("GET", path)
            answer = client.getresponse()
            return answer.status, answer.read().decode()
        finally:
            client.close()

    def who(self, requests: int = 20) -> set[str]:
        """The names of the servers that answer so many requests."""
        return {self.get()[1] for _unused in range(requests)}


class Clients:
    """Ten clients on kept-alive connections, each with some twenty requests a second, during the context; then their results."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._done = threading.Event()
        self._threads = [threading.Thread(target=self._ask, daemon=True) for _unused in range(10)]
        self.answers: Counter[str] = Counter()
        self.failures: list[str] = []

    def _ask(self) -> None:
        balancer = self._bench.elb.balancer
        client = http.client.HTTPConnection(balancer.addresses[0], balancer.listeners[0].port, timeout=PATIENCE)
        while not self._done.wait(0.05):
            try:
                client.request("GET", "/who")
                answer = client.getresponse()
                text = answer.read().decode()
                if answer.status != 200:
                    self.failures.append(f"{answer.status} {text}")
                self.answers[text] += 1
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(repr(error))
                client.close()
        client.close()

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        for thread in self._threads:
            thread.join()
