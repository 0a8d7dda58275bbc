# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The load balancers: which targets get requests, their health, and that no change loses a request."""

from __future__ import annotations

import http.client
import socket
import ssl
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rehearsal.alb import LoadBalancers
from rehearsal.model import Certificate, Listener
from rehearsal.pki import Authority
from tests.rehearsal.core.balancing import GROUP, PATIENCE, Bench, Clients, Elb

# The key, and the answer to it in balancing.py, are the example of RFC 6455.
WEBSOCKET = (
    b"GET /socket HTTP/1.1\r\nHost: live\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
ARN = "arn:aws:acm:us-east-1:123456789012:certificate/1"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.56.77.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def state() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="r5-", dir="/tmp") as directory:
        yield Path(directory)


@pytest.fixture
def authority(state: Path) -> Authority:
    return Authority(state)


@pytest.fixture
def bench(state: Path, authority: Authority) -> Iterator[Bench]:
    elb = Elb(_free_port(), ["127.56.77.1", "127.56.77.2"])
    bench = Bench(LoadBalancers(elb, authority, state / "alb"), elb)
    yield bench
    bench.balancers.close()
    for server in bench.servers:
        server.close()


def _listens(bench: Bench, port: int) -> bool:
    try:
        socket.create_connection((bench.elb.balancer.addresses[0], port), timeout=1).close()
    except ConnectionRefusedError:
        return False
    return True


def test_every_address_of_a_balancer_spreads_requests_over_the_healthy_targets(bench: Bench) -> None:
    one, two = bench.server(), bench.server()
    bench.elb.register(one, two)
    bench.until_healthy(one, two)
    assert bench.who() == {one.name, two.name}
    assert bench.get(address=1)[0] == 200
    assert bench.elb.health == {server.name: [("initial", "Elb.InitialHealthChecking"), ("healthy", None)] for server in (one, two)}


def test_a_new_target_gets_no_request_before_it_passed_its_checks(bench: Bench) -> None:
    old, new = bench.server(), bench.server()
    bench.elb.register(old)
    bench.until_healthy(old)
    new.code = 500
    bench.elb.register(old, new)
    bench.until("checked", lambda: ("unhealthy", "Target.ResponseCodeMismatch") in bench.elb.health.get(new.name, []))
    assert bench.who() == {old.name}
    assert new.requests == []
    new.code = 200
    bench.until_healthy(new)
    assert bench.who() == {old.name, new.name}


def test_no_request_fails_while_targets_come_and_go_and_the_configuration_changes(bench: Bench) -> None:
    one, two = bench.server(), bench.server()
    bench.elb.register(one)
    bench.until_healthy(one)
    with Clients(bench) as clients:
        bench.elb.register(one, two)
        bench.until("the new one answers", lambda: clients.answers[two.name])
        bench.elb.register(two)
        bench.balancers.tick()
        before = len(one.requests)
        bench.until_more(clients, two)
        assert len(one.requests) - before <= 10  # one for each client with an open request
        bench.elb.forget_draining()
        for idle in (70, 80):
            bench.elb.balancer = replace(bench.elb.balancer, idle_timeout=idle)
            bench.until_more(clients, two)
        bench.elb.register(two, one)
        bench.until("the first one answers again", lambda: len(one.requests) > before + 20)
    assert clients.failures == []


def test_what_a_draining_target_was_asked_it_still_answers(bench: Bench) -> None:
    one, two = bench.server(), bench.server()
    bench.elb.register(one)
    bench.until_healthy(one)
    client = http.client.HTTPConnection(bench.elb.balancer.addresses[0], bench.elb.balancer.listeners[0].port, timeout=PATIENCE)
    client.request("GET", "/slow")
    bench.until("asked", lambda: "/slow" in [path for path, _unused in one.requests])
    bench.elb.register(two)
    bench.until_healthy(two)
    assert bench.balancers.in_flight(GROUP, one.name)
    one.go.set()
    assert client.getresponse().read().decode() == one.name
    assert bench.who() == {two.name}
    bench.until("its last request is answered", lambda: not bench.balancers.in_flight(GROUP, one.name))
    assert bench.balancers.in_flight(GROUP, two.name)


def test_a_websocket_outlives_draining_until_the_delay_is_over(bench: Bench) -> None:
    one, two = bench.server(), bench.server()
    bench.elb.register(one)
    bench.until_healthy(one)
    with socket.create_connection((bench.elb.balancer.addresses[0], bench.elb.balancer.listeners[0].port), timeout=PATIENCE) as web:
        web.sendall(WEBSOCKET)
        assert b" 101 " in web.recv(1000)
        bench.elb.register(two)
        bench.until_healthy(two)
        assert bench.balancers.in_flight(GROUP, one.name)
        web.sendall(b"still there?")
        assert web.recv(100) == b"still there?"
        bench.elb.forget_draining()
        bench.until("the load balancer closes it", lambda: not bench.balancers.in_flight(GROUP, one.name))
        assert web.recv(100) == b""


def test_health_and_open_websockets_outlive_a_new_configuration(bench: Bench) -> None:
    bench.elb.group = replace(bench.elb.group, healthy_threshold=10)
    one, sick = bench.server(), bench.server()
    sick.code = 503
    bench.elb.register(one, sick)
    bench.until_healthy(one)
    bench.until("unhealthy", lambda: bench.elb.health[sick.name][-1][0] == "unhealthy")
    with socket.create_connection((bench.elb.balancer.addresses[0], bench.elb.balancer.listeners[0].port), timeout=PATIENCE) as web:
        web.sendall(WEBSOCKET)
        assert b" 101 " in web.recv(1000)
        bench.elb.health.clear()
        sick.code = 200  # which is ten checks away from healthy
        bench.elb.balancer = replace(bench.elb.balancer, idle_timeout=90)
        bench.balancers.tick()
        assert bench.who() == {one.name}
        web.sendall(b"still there?")
        assert web.recv(100) == b"still there?"
    bench.until("looked at", lambda: len(bench.elb.health) == 2)
    assert [states[0][0] for states in bench.elb.health.values()] == ["healthy", "unhealthy"]


def test_targets_that_fail_are_unhealthy_for_the_reason_aws_gives(bench: Bench) -> None:
    wrong, refused, silent = bench.server(), bench.server(), bench.server()
    bench.elb.register(wrong, refused, silent)
    bench.until_healthy(wrong, refused, silent)
    wrong.code = 404
    refused.close()
    bench.servers.remove(refused)
    with socket.socket() as listener:  # accepts and never answers
        silent.close()
        bench.servers.remove(silent)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((silent.address, silent.port))
        listener.listen()
        bench.until("all are unhealthy", lambda: all(states[-1][0] == "unhealthy" for states in bench.elb.health.values()))
    assert bench.elb.health[wrong.name][-1][1] == "Target.ResponseCodeMismatch"
    assert bench.elb.health[refused.name][-1][1] == "Target.FailedHealthChecks"
    assert bench.elb.health[silent.name][-1][1] == "Target.Timeout"


def test_the_matcher_says_which_codes_are_healthy(bench: Bench) -> None:
    bench.elb.group = replace(bench.elb.group, matcher="200-299,404")
    one = bench.server()
    one.code = 404
    bench.elb.register(one)
    bench.until_healthy(one)


def test_without_any_healthy_target_all_are_tried_and_without_any_target_the_answer_is_503(bench: Bench) -> None:
    bench.balancers.tick()
    assert bench.get()[0] == 503
    one, two = bench.server(), bench.server()
    one.code = two.code = 500
    bench.elb.register(one, two)
    bench.until("both are unhealthy", lambda: [states[-1][0] for states in bench.elb.health.values()] == ["unhealthy"] * 2)
    assert bench.who() == {one.name, two.name}
    bench.elb.register()
    bench.balancers.tick()
    assert bench.get()[0] == 503


def test_more_targets_than_there_are_slots(bench: Bench) -> None:
    servers = [bench.server() for _unused in range(20)]
    bench.elb.register(*servers[:10])
    bench.until_healthy(*servers[:10])
    with Clients(bench) as clients:
        bench.elb.register(*servers)
        bench.until_healthy(*servers)
        bench.until("all answer", lambda: len(clients.answers) == 20)
    assert clients.failures == []


def test_targets_learn_who_asked_and_how(bench: Bench) -> None:
    one = bench.server()
    bench.elb.register(one)
    bench.until_healthy(one)
    bench.get()
    headers = one.requests[-1][1]
    port = str(bench.elb.balancer.listeners[0].port)
    assert {headers[f"x-forwarded-{name}"] for name in ("for", "proto", "port")} == {"127.0.0.1", "http", port}
    assert headers["host"] == f"127.56.77.1:{port}"


def test_a_balancer_that_is_still_provisioned_does_not_listen(bench: Bench) -> None:
    port = bench.elb.balancer.listeners[0].port
    bench.elb.balancer = replace(bench.elb.balancer, state="provisioning")
    bench.balancers.tick()
    assert not _listens(bench, port)
    bench.elb.balancer = replace(bench.elb.balancer, state="active")
    bench.balancers.tick()
    assert _listens(bench, port)


def test_https_is_served_with_the_certificate_once_it_is_issued_and_trusted_only_by_the_authority(bench: Bench, state: Path) -> None:
    port = _free_port()
    bench.elb.balancer = replace(bench.elb.balancer, listeners=(Listener(port, "HTTPS", (ARN,), GROUP),))
    bench.elb.issued = (Certificate(ARN, "PENDING_VALIDATION", ("*.example.com",)),)
    one = bench.server()
    bench.elb.register(one)
    bench.balancers.tick()
    assert not _listens(bench, port)
    bench.elb.issued = (Certificate(ARN, "ISSUED", ("*.example.com",)),)
    bench.until_healthy(one)

    def name_seen(context: ssl.SSLContext, name: str) -> str:
        plain = socket.create_connection((bench.elb.balancer.addresses[1], port), timeout=PATIENCE)
        with plain, context.wrap_socket(plain, server_hostname=name) as secure:
            secure.sendall(f"GET /who HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode())
            return b"".join(iter(lambda: secure.recv(1000), b"")).decode().rpartition("\n")[2]

    ours = ssl.create_default_context(cafile=str(state / "ca.pem"))
    assert name_seen(ours, "live.example.com") == one.name
    assert one.requests[-1][1]["x-forwarded-proto"] == "https"
    for context, name in (
        (ours, "live.example.org"),
        (ours, "a.b.example.com"),
        (ssl.create_default_context(cafile=None), "live.example.com"),
    ):
        with pytest.raises(ssl.SSLCertVerificationError):
            name_seen(context, name)


def test_the_interval_of_health_checks_follows_the_pace(state: Path, authority: Authority) -> None:
    elb = Elb(_free_port(), ["127.56.77.1"])
    balancers = LoadBalancers(elb, authority, state / "alb", pace=0.1)
    try:
        balancers.tick()
        assert "inter 3000ms rise 3 fall 2" in (state / "alb/haproxy.cfg").read_text()
    finally:
        balancers.close()
