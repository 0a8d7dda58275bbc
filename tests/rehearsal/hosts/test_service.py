# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A stream manager's service as a plain process: health, identity, the API, and HTTP itself."""

from __future__ import annotations

import http.client
import json
import re
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rehearsal import rootfs, settings
from rehearsal.host.service.web import Request, Response, Server
from rehearsal.store import Store
from tests.rehearsal.hosts.support import StreamManager, eventually, group, launch_config, policy, restart

POLICIES, CONFIGURATIONS = ("configurations", "scalepolicy"), ("configurations", "launchconfig")


@pytest.fixture
def two(store: Store, tmp_path: Path, managers: list[StreamManager]) -> tuple[StreamManager, StreamManager]:
    """Two stream managers, the first one started and healthy, the second one not yet started."""
    managers += [StreamManager(tmp_path / name, address) for name, address in (("one", "127.10.1.5"), ("two", "127.10.1.6"))]
    managers[0].start()
    eventually(lambda: managers[0].root() == 200)
    return managers[0], managers[1]


def test_an_unreachable_database_makes_it_unwell(stream_manager: StreamManager, admitted: list[str]) -> None:
    admitted.clear()
    eventually(lambda: stream_manager.root() == 503)
    code, answer = stream_manager.call("GET", *POLICIES)
    assert code == 500
    assert "cannot connect to 127.10.200.10:3306 (from 127.10.1.5" in answer["errorMessage"]
    admitted.append("127.10.1.5/32")
    eventually(lambda: stream_manager.root() == 200)


def test_the_public_address_may_be_the_admitted_one(stream_manager: StreamManager, admitted: list[str]) -> None:
    stream_manager.set_address(public_ip="127.55.0.1")
    admitted[:] = ["127.55.0.1/32"]
    assert stream_manager.call("GET", *POLICIES) == (200, [])


def test_a_wrong_database_password_makes_it_unwell(store: Store, tmp_path: Path, managers: list[StreamManager]) -> None:
    managers.append(StreamManager(tmp_path / "one", "127.10.1.5", DATABASE_PASSWORD="other"))
    managers[0].start()
    eventually(lambda: managers[0].root() == 503)
    assert "Access denied" in managers[0].log()


def test_two_need_addresses_of_their_own(two: tuple[StreamManager, StreamManager]) -> None:
    one, other = two
    other.start()
    eventually(lambda: other.root() == 503)
    assert one.root() == 200
    assert "duplicate streammanager.ip: it is empty" in other.log()
    assert other.call("GET", *POLICIES)[0] == 500

    restart(other, "127.10.1.6")
    eventually(lambda: other.root() == 200)
    eventually(lambda: one.root() == 503)  # now its own is the empty one
    restart(one, "127.10.1.5")
    eventually(lambda: one.root() == 200)
    assert other.root() == 200


def test_of_two_with_one_address_the_first_is_well(two: tuple[StreamManager, StreamManager]) -> None:
    one, other = two
    for manager in two:
        manager.set_address(public_ip="127.55.0.1")
    restart(one, "127.55.0.1")
    eventually(lambda: one.root() == 200)
    restart(other, "127.55.0.1")
    eventually(lambda: other.root() == 503)
    assert f"duplicate streammanager.ip=127.55.0.1: {one.id} has it" in other.log()
    assert one.root() == 200
    one.stop()
    eventually(lambda: other.root() == 200)


def test_a_foreign_address_is_refused(two: tuple[StreamManager, StreamManager]) -> None:
    _unused, other = two
    restart(other, "127.10.1.5")
    eventually(lambda: other.root() == 503)
    assert "streammanager.ip=127.10.1.5 is no address of this host" in other.log()
    restart(other, socket.gethostname())
    eventually(lambda: other.root() == 200)


def test_properties_are_read_at_the_start_only(stream_manager: StreamManager) -> None:
    stream_manager.set("rest.administratorToken", "new")
    assert stream_manager.call("GET", *POLICIES)[0] == 200
    stream_manager.stop()
    stream_manager.start()
    eventually(lambda: stream_manager.root() == 200)
    assert stream_manager.call("GET", *POLICIES)[0] == 400
    assert stream_manager.call("GET", *POLICIES, token="new")[0] == 200


def test_readiness(stream_manager: StreamManager) -> None:
    target = f"/streammanager/api/4.0/admin/debug/cloudcontroller?accessToken={rootfs.API_TOKEN}"
    assert stream_manager.send("GET", target) == (200, "text/plain", b"Amazon Web Services")


@pytest.mark.parametrize("token", ["", "wrong", f"{rootfs.API_TOKEN} "])
def test_a_wrong_token_is_refused(stream_manager: StreamManager, token: str) -> None:
    code, answer = stream_manager.call("GET", *POLICIES, token=token)
    assert (code, sorted(answer)) == (400, ["errorMessage", "timestamp"])


@pytest.mark.parametrize("target", ["/other", "/streammanager/api/3.0/x", "/streammanager/api/4.0/admin/unknown?accessToken=TOKEN"])
def test_what_is_not_the_api_is_the_containers_page(stream_manager: StreamManager, target: str) -> None:
    code, type_, body = stream_manager.send("GET", target.replace("TOKEN", rootfs.API_TOKEN))
    assert (code, type_) == (404, "text/html")
    assert b"HTTP Status 404" in body


def test_absence_does_not_show_in_the_code(stream_manager: StreamManager) -> None:
    codes = [stream_manager.call("GET", *POLICIES, "absent")[0] for _unused in range(4)]
    assert codes == [400, 404, 400, 404]


def test_policies(stream_manager: StreamManager) -> None:
    call = stream_manager.call
    code, answer = call("POST", *POLICIES, body=policy("a/b +%é"))
    assert (code, answer["policy"]["name"]) == (201, "a/b +%é")
    assert call("GET", *POLICIES) == (200, ["a/b +%é"])
    code, answer = call("POST", *POLICIES, body=policy("a/b +%é"))
    assert (code, answer["errorMessage"]) == (400, "a/b +%é already exists")
    assert call("POST", *POLICIES, "a/b +%é", "copy", "new")[0] == 201
    code, answer = call("PUT", *POLICIES, "new", body=policy("new", description="changed"))
    assert (code, answer["policy"]["description"]) == (200, "changed")
    assert call("PUT", *POLICIES, "new", body=policy("renamed"))[0] == 400
    assert call("PUT", *POLICIES, "absent", body=policy("absent"))[0] in (400, 404)
    assert call("POST", *POLICIES, body=policy("", description="nameless"))[0] == 400
    assert call("DELETE", *POLICIES, "a/b +%é")[0] == 200
    assert call("GET", *POLICIES) == (200, ["new"])


def test_one_policy_is_answered_in_many_shapes(stream_manager: StreamManager) -> None:
    stream_manager.call("POST", *POLICIES, body=policy())
    answers = [stream_manager.call("GET", *POLICIES, "policy")[1]["policy"] for _unused in range(4)]
    targets = [(answer["targets"].get("region") or [answer["targets"]])[0]["target"][0] for answer in answers]
    assert {type(target["minLimit"]) for target in targets} == {int, float, str}
    assert {"target" in answer["targets"] for answer in answers} == {True, False}


def test_launch_configurations_come_with_and_without_wrapper(stream_manager: StreamManager) -> None:
    first = stream_manager.call("POST", *CONFIGURATIONS, body=launch_config("a"))
    second = stream_manager.call("POST", *CONFIGURATIONS, body=launch_config("b"))
    assert (first[0], first[1]["name"]) == (201, "a")
    assert (second[0], second[1]["launchconfig"]["name"]) == (201, "b")
    assert stream_manager.call("GET", *CONFIGURATIONS, "a")[1]["launchconfig"]["image"] == "nodes"


@pytest.fixture
def grouped(stream_manager: StreamManager) -> StreamManager:
    """A stream manager with a policy, a configuration and a group of them."""
    stream_manager.call("POST", *POLICIES, body=policy())
    stream_manager.call("POST", *CONFIGURATIONS, body=launch_config())
    assert stream_manager.call("POST", "nodegroup", body=group())[0] == 201
    return stream_manager


def test_of_a_policy_in_use_only_the_limits_change(grouped: StreamManager) -> None:
    code, answer = grouped.call("PUT", *POLICIES, "policy", body=policy(description="other"))
    assert (code, answer["errorMessage"]) == (400, "policy is in use by the node group group: only minLimit and maxLimit can be updated")
    assert grouped.call("PUT", *POLICIES, "policy", body=policy(least=2))[0] == 200
    grouped.call("DELETE", "nodegroup", "group")
    assert grouped.call("PUT", *POLICIES, "policy", body=policy(description="other"))[0] == 200


@pytest.mark.parametrize(("kind", "name"), [(POLICIES, "policy"), (CONFIGURATIONS, "config")])
def test_what_a_group_uses_is_not_deleted(grouped: StreamManager, kind: tuple[str, str], name: str) -> None:
    code, answer = grouped.call("DELETE", *kind, name)
    assert (code, answer["errorMessage"]) == (400, f"{name} is in use by the node group group")
    grouped.call("DELETE", "nodegroup", "group")
    assert grouped.call("DELETE", *kind, name)[0] == 200


def test_groups(grouped: StreamManager) -> None:
    code, [found] = grouped.call("GET", "nodegroup")
    assert (code, found["state"], found["originConnections"], found["regions"]) == (200, "new", 0, [settings.REGION])
    assert grouped.call("GET", "nodegroup", "group") == (200, found)
    assert grouped.call("GET", "nodegroup", "group", "node") == (200, [])
    assert grouped.call("POST", "nodegroup", body=group())[0] == 400
    code, nameless = grouped.call("POST", "nodegroup", body={k: v for k, v in group().items() if k != "name"})
    assert (code, nameless["name"][:6]) == (201, "group-")
    assert grouped.call("GET", "nodegroup", "absent", "node")[0] in (400, 404)
    code, answer = grouped.call("PUT", "nodegroup", "group", body={"region": []})
    assert (code, answer["errorMessage"]) == (400, "group has relay nodes: only origin and edge groups can be resized")


def test_alarms(stream_manager: StreamManager) -> None:
    alarm = ("alarm", "scaleout", "default")
    assert stream_manager.call("GET", *alarm, query="&type=edge")[1]["threshold"] == 60
    assert stream_manager.call("POST", *alarm, query="&type=edge&threshold=80")[1]["threshold"] == 80
    assert stream_manager.call("GET", *alarm, query="&type=edge")[1]["threshold"] == 80
    assert stream_manager.call("GET", *alarm, query="&type=origin")[1]["threshold"] == 60
    for query in ("&type=edge&threshold=101", "&type=edge&threshold=0", "&type=edge", "&type=proxy&threshold=50"):
        assert stream_manager.call("POST", *alarm, query=query)[0] == 400, query


ALARM = {"type": "SCALEOUTALARM", "metric": "CONNECTIONS", "unit": "PERCENTAGE", "comparator": "GREATERTHAN", "targetType": "GROUP"}


def test_an_alarm_is_answered_as_documented(stream_manager: StreamManager) -> None:
    alarm = ("alarm", "scaleout", "default")
    assert stream_manager.call("GET", *alarm, query="&type=relay") == (200, {"id": "default-relay", "threshold": 60, **ALARM})
    assert stream_manager.call("POST", *alarm, query="&type=relay&threshold=1") == (200, {"id": "default-relay", "threshold": 1, **ALARM})
    for method, query in (("GET", ""), ("GET", "&type=Relay"), ("POST", "&type=relay&threshold=1.5"), ("POST", "&type=relay&threshold=-1")):
        assert stream_manager.call(method, *alarm, query=query)[0] == 400, query
    assert stream_manager.call("GET", *alarm, query="&type=relay")[1]["threshold"] == 1


def hold_node(store: Store, address: str, **changes: Any) -> None:
    known = {"identifier": f"node-{address}", "role": "edge", "group": "group", "region": "nowhere", "availabilityZone": "nowhere-a"}
    node = {**known, "address": address, "state": "inservice", "launchConfig": "config", "capacity": 2000, "launched": 2e9}
    store.documents.perform("put", collection="nodes", key=node["identifier"], document=node | changes)


@pytest.mark.parametrize(
    ("changes", "sunset", "ended"),
    [
        ({}, (200, "terminating"), (200, "terminating")),
        ({"connections": 2}, (200, "sunset"), (200, "terminating")),
        ({"state": "running"}, (400, "running"), (400, "running")),
        ({"sunset": True, "connections": 1}, (400, "sunset"), (400, "sunset")),
        ({"doomed": True}, (400, "terminating"), (400, "terminating")),
    ],
)
def test_a_node_ends_only_in_service_or_by_force(
    stream_manager: StreamManager, store: Store, changes: dict[str, Any], sunset: tuple[int, str], ended: tuple[int, str]
) -> None:
    for address in ("192.0.2.1", "192.0.2.2"):
        hold_node(store, address, **changes)
    refusal = "node {} is {}, not inservice"
    code, answer = stream_manager.call("POST", "node", "sunset", body=["192.0.2.1"])
    assert (code, answer[0]["state"] if code == 200 else answer["errorMessage"]) == (
        (200, sunset[1]) if sunset[0] == 200 else (400, refusal.format("192.0.2.1", sunset[1]))
    )
    code, answer = stream_manager.call("DELETE", "node", "192.0.2.2")
    assert (code, answer["state"] if code == 200 else answer["errorMessage"]) == (
        (200, ended[1]) if ended[0] == 200 else (400, refusal.format("192.0.2.2", ended[1]))
    )
    assert stream_manager.call("DELETE", "node", "192.0.2.2", query="&force=true")[1]["state"] == "terminating"
    assert stream_manager.call("POST", "node", "sunset", body="192.0.2.1")[0] == 400
    assert stream_manager.call("POST", "node", "sunset", body=["192.0.2.9"])[0] in (400, 404)


def test_sunset_is_for_all_addresses_or_none(stream_manager: StreamManager, store: Store) -> None:
    hold_node(store, "192.0.2.1")
    assert stream_manager.call("POST", "node", "sunset", body=["192.0.2.1", "192.0.2.9"])[0] in (400, 404)
    assert stream_manager.call("GET", "node", "192.0.2.1")[1]["state"] == "inservice"


def test_statistics_of_a_node_are_what_it_reports(stream_manager: StreamManager, store: Store) -> None:
    hold_node(store, "192.0.2.1")
    assert stream_manager.call("GET", "node", "192.0.2.1", "stats") == (
        200,
        {"address": "192.0.2.1", "role": "edge", "capacity": 2000, "totalConnections": 0, "parents": [], "lastPing": 0},
    )
    assert report(stream_manager, identifier="node-192.0.2.1", connections="7") == 200
    assert report(stream_manager, identifier="node-192.0.2.1", connections="many") == 400
    statistics = stream_manager.call("GET", "node", "192.0.2.1", "stats")[1]
    assert statistics["totalConnections"] == 7 and statistics["lastPing"] > 0
    assert stream_manager.call("GET", "node", "192.0.2.9", "stats")[0] in (400, 404)


def test_a_group_counts_the_connections_of_its_origins(grouped: StreamManager, store: Store) -> None:
    hold_node(store, "192.0.2.1", role="origin", connections=3)
    hold_node(store, "192.0.2.2", role="origin")
    hold_node(store, "192.0.2.3", connections=5)
    assert grouped.call("GET", "nodegroup")[1][0]["originConnections"] == 3
    assert grouped.call("GET", "nodegroup", "group")[1]["originConnections"] == 3


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"policy": 1}'])
def test_a_malformed_body_is_refused(stream_manager: StreamManager, body: bytes) -> None:
    target = f"/streammanager/api/4.0/admin/configurations/scalepolicy?accessToken={rootfs.API_TOKEN}"
    assert stream_manager.send("POST", target, body)[0] == 400


def test_calls_are_logged_without_the_token(stream_manager: StreamManager, state: Path) -> None:
    stream_manager.call("GET", *POLICIES, "absent")
    text = settings.api_log().read_text()
    entry = json.loads(text)
    path = "/streammanager/api/4.0/admin/configurations/scalepolicy/absent"
    assert (entry["host"], entry["method"], entry["path"], entry["code"]) == ("127.10.1.5", "GET", path, 400)
    assert rootfs.API_TOKEN not in text


def report(manager: StreamManager, **changes: str) -> int:
    body = {"identifier": "node-1", "password": rootfs.CLUSTER_PASSWORD} | changes
    return manager.send("POST", "/streammanager/cloudwatch", json.dumps(body).encode())[0]


def test_reports_need_the_cluster_password_and_a_known_node(stream_manager: StreamManager, store: Store) -> None:
    store.documents.perform("put", collection="nodes", key="node-1", document={})
    assert report(stream_manager, password="other") == 403
    assert report(stream_manager, identifier="node-2") == 404
    assert stream_manager.send("POST", "/streammanager/cloudwatch", b"{}")[0] == 400
    assert store.documents.perform("get", collection="nodes", key="node-1") == {}
    assert report(stream_manager) == 200
    assert "reported" in store.documents.perform("get", collection="nodes", key="node-1")


@pytest.fixture
def connection(stream_manager: StreamManager) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection(stream_manager.address, settings.RED5_PORT, timeout=30)
    connection.connect()
    yield connection
    connection.close()


def ask(connection: http.client.HTTPConnection, *request: Any) -> http.client.HTTPResponse:
    connection.request(*request)
    response = connection.getresponse()
    response.read()
    return response


def test_a_connection_is_kept(connection: http.client.HTTPConnection) -> None:
    before = connection.sock.getsockname()
    requests = (("GET", "/"), ("POST", "/", b"x" * 100000), ("HEAD", "/"), ("GET", "/absent"))
    codes = [ask(connection, *request).status for request in requests]
    assert codes == [200, 405, 200, 404]
    assert connection.sock.getsockname() == before


def test_a_body_of_unknown_length_ends_the_connection(connection: http.client.HTTPConnection) -> None:
    connection.putrequest("POST", "/streammanager/cloudwatch")
    connection.putheader("Transfer-Encoding", "chunked")
    connection.endheaders()  # and no body, since the server may have closed the connection by then
    response = connection.getresponse()
    assert (response.status, response.headers["Connection"]) == (411, "close")


def test_a_websocket_stays_open_and_is_not_waited_for(stream_manager: StreamManager) -> None:
    with socket.create_connection(("127.10.1.5", settings.RED5_PORT), timeout=30) as web:
        web.sendall(
            b"GET /live HTTP/1.1\r\nHost: live\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        answer = web.recv(1000)
        assert b" 101 " in answer
        assert b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in answer, "the load balancer looks at it"
        web.sendall(b"still there?")
        assert web.recv(100) == b"still there?"
        assert stream_manager.signal(signal.SIGTERM).wait(30) == 0
        assert web.recv(100) == b""


def test_a_request_in_flight_is_finished() -> None:
    asked, go_on = threading.Event(), threading.Event()

    def slow(request: Request) -> Response:
        asked.set()
        assert go_on.wait(30)
        return Response.text(200, "done")

    server = Server(("127.10.1.7", settings.RED5_PORT), slow)
    connection = http.client.HTTPConnection("127.10.1.7", settings.RED5_PORT, timeout=30)
    connection.request("GET", "/")
    assert asked.wait(30)
    closing = threading.Thread(target=server.close, args=(30,))
    closing.start()
    eventually(lambda: refuses("127.10.1.7"))
    closing.join(0.2)
    assert closing.is_alive()
    go_on.set()
    response = connection.getresponse()
    assert (response.status, response.read(), response.headers["Connection"]) == (200, b"done", "close")
    closing.join()
    connection.close()


def refuses(address: str) -> bool:
    try:
        socket.create_connection((address, settings.RED5_PORT), 30).close()
    except (ConnectionRefusedError, ConnectionResetError):  # reset: it was waiting when the service closed its port
        return True
    return False


def test_an_orderly_end_gives_back_what_it_held(stream_manager: StreamManager, store: Store) -> None:
    held = {"controller": stream_manager.id, "streammanager/": stream_manager.id}
    eventually(lambda: store.documents.perform("leases", prefix="") == held)
    process = stream_manager.signal(signal.SIGTERM)
    assert process.wait(30) == 0
    assert store.documents.perform("leases", prefix="") == {}


def test_a_build_that_names_groups_itself(store: Store, tmp_path: Path, managers: list[StreamManager]) -> None:
    manager = StreamManager(tmp_path / "one", "127.10.1.5")
    managers.append(manager)
    manager.oddities = "generated-names letter-case empty-bodies"
    manager.start()
    eventually(lambda: manager.root() == 200)
    manager.call("POST", *POLICIES, body=policy())
    manager.call("POST", *CONFIGURATIONS, body=launch_config())
    code, made = manager.call("POST", "nodegroup", body=group("live"))
    assert code == 201 and re.fullmatch(r"group-[0-9a-f-]{36}", made["name"])
    states = {manager.call("GET", "nodegroup", made["name"])[1]["state"] for _turn in range(3)}
    assert states == {"new", "NEW", "New"}
    target = f"/streammanager/api/4.0/admin/nodegroup/{made['name']}?accessToken={rootfs.API_TOKEN}"
    assert manager.send("DELETE", target)[::2] == (200, b"")
    assert manager.call("GET", "nodegroup") == (200, [])


LIBRARY, CONTEXT = "webapps/streammanager/WEB-INF/lib", "webapps/streammanager/WEB-INF/applicationContext.xml"


@pytest.mark.parametrize(
    "spoil, reason",
    [
        (lambda home: (home / "LICENSE.KEY").write_text("\n"), "no license key, which clustering needs"),
        (lambda home: [jar.unlink() for jar in (home / LIBRARY).iterdir()], "java.lang.ClassNotFoundException: com.red5pro"),
        (lambda home: (home / CONTEXT).write_text((home / CONTEXT).read_text().replace("aws.vpcName", "aws.x")), "placeholder 'aws.x'"),
    ],
    ids=["license", "controller", "placeholder"],
)
def test_what_was_installed_wrongly_does_not_start(
    store: Store, tmp_path: Path, managers: list[StreamManager], spoil: Any, reason: str
) -> None:
    managers.append(StreamManager(tmp_path / "one", "127.10.1.5"))
    spoil(managers[0].home)
    managers[0].start()
    eventually(lambda: reason in managers[0].log())
    assert managers[0].root() == 0


def test_a_stream_manager_that_is_a_node_too_is_unwell(store: Store, tmp_path: Path, managers: list[StreamManager]) -> None:
    managers.append(StreamManager(tmp_path / "one", "127.10.1.5"))
    (managers[0].home / "conf/autoscale.xml").write_text("<beans/>")
    managers[0].start()
    eventually(lambda: managers[0].root() == 503)
    assert "conf/autoscale.xml makes this host a node" in managers[0].log()
