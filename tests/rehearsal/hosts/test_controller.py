# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The cloud controller, from a group to nodes in service: plain moto as EC2, real hosts for what it launches."""

from __future__ import annotations

import base64
import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from rehearsal import rootfs, settings
from rehearsal.accounts import default as account
from rehearsal.host.service.ec2 import Ec2Error, Server
from rehearsal.host.service.launcher import Launcher
from rehearsal.hosts import Hosts
from rehearsal.model import Instance
from rehearsal.store import Store
from tests.rehearsal.hosts.support import ROLES, StreamManager, eventually, group, launch_config, policy, restart

AUTOSCALE = f"{settings.RED5_HOME}/conf/autoscale.xml"
# Name of a node image -> what its autoscale.xml says instead of what Red5 ships.
IMAGES: dict[str, dict[str, str]] = {
    "right": {'"active" value="false"': '"active" value="true"', "0.0.0.0": "127.10.1.250"},
    "wrong address": {'"active" value="false"': '"active" value="true"', "0.0.0.0": "127.10.1.251"},
    "wrong path": {'"active" value="false"': '"active" value="true"', "0.0.0.0": "127.10.1.250", "cloudwatch": "watch"},
    "not active": {"0.0.0.0": "127.10.1.250"},
    "malformed": {'"active" value="false"': '"active" value="true"', "0.0.0.0": "127.10.1.250", "</beans>": ""},
}
# Name of a node image -> the file that it lacks beside what is right.
LACKING = {
    "without rtsp": "plugins/red5pro-rtsp-plugin-14.1.0.b1235-release.jar",
    "without autoscale": "plugins/red5pro-autoscale-plugin-14.1.0.b1235-release.jar",
    "without root": "webapps/root",
    "without live": "webapps/live",
}
IMAGES |= {name: IMAGES["right"] for name in LACKING}


class Account:
    """A small account in moto, and the view of it that hosts have: addresses of loopback only."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self.ec2 = self.client(settings.REGION)
        self.vpc = self.ec2.create_vpc(CidrBlock=settings.VPC_CIDR)["Vpc"]["VpcId"]
        self.ec2.create_tags(Resources=[self.vpc], Tags=[{"Key": "Name", "Value": account.NAME}])
        self.subnets = [self._subnet(f"127.10.{number}.0/24", zone, number > 1) for number, zone in ((1, "a"), (2, "b"), (3, "c"))]
        name = f"{account.NAME}-nodes"
        self.ec2.create_security_group(GroupName=name, Description="Nodes", VpcId=self.vpc)
        self.ec2.create_key_pair(KeyName=account.NAME)
        self.images = {name: self.ec2.register_image(Name=name, RootDeviceName="/dev/sda1")["ImageId"] for name in IMAGES}

    def client(self, region: str) -> Any:
        access = {"aws_access_key_id": settings.OPERATOR_ACCESS_KEY, "aws_secret_access_key": settings.SECRET_KEY}
        return boto3.client("ec2", region_name=region, endpoint_url=self._endpoint, **access)

    def _subnet(self, cidr: str, zone: str, public: bool) -> str:
        subnet = self.ec2.create_subnet(VpcId=self.vpc, CidrBlock=cidr, AvailabilityZone=settings.REGION + zone)["Subnet"]["SubnetId"]
        self.ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": public})
        return str(subnet)

    def described(self) -> list[dict[str, Any]]:
        """Every instance that is not terminated."""
        found = [instance for item in self.ec2.describe_instances()["Reservations"] for instance in item["Instances"]]
        return [instance for instance in found if instance["State"]["Name"] != "terminated"]

    def instances(self, region: str) -> Iterable[Instance]:
        """The view of the hosts."""
        for item in self.described() if region == settings.REGION else []:
            yield Instance(
                id=item["InstanceId"],
                region=region,
                state=item["State"]["Name"],
                ready=False,
                image_id=item["ImageId"],
                private_ip=item["PrivateIpAddress"],
                public_ip=None,
                zone=item["Placement"]["AvailabilityZone"],
                vpc_id=item["VpcId"],
                group_ids=(),
                public_key=None,
                tags={tag["Key"]: tag["Value"] for tag in item.get("Tags", [])},
            )

    def run(self, image: str = "right", subnet: str | None = None, **tags: str) -> str:
        """Somebody's own instance."""
        specification: Any = [{"ResourceType": "instance", "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}]
        run = self.ec2.run_instances(
            ImageId=self.images[image], MinCount=1, MaxCount=1, SubnetId=subnet or self.subnets[0], TagSpecifications=specification
        )
        return str(run["Instances"][0]["InstanceId"])


@pytest.fixture(scope="module")
def moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a moto server."""
    address, port = settings.AWS_ADDRESS
    environment = {**os.environ, "MOTO_EC2_LOAD_DEFAULT_AMIS": "false", "MOTO_ENABLE_KEYPAIR_VALIDATION": "true"}
    path = tmp_path_factory.mktemp("moto") / "moto.log"
    with path.open("wb") as log:
        command = [sys.executable, "-m", "moto.server", "-H", address, "-p", str(port)]
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    eventually(lambda: b"Running on" in path.read_bytes())
    yield f"http://{address}:{port}"
    process.terminate()
    process.wait()


@pytest.fixture
def cloud(moto: str) -> Account:
    urllib.request.urlopen(urllib.request.Request(f"{moto}/moto-api/reset", method="POST")).close()
    return Account(moto)


@pytest.fixture
def hosts(cloud: Account, state: Path) -> Iterator[Hosts]:
    hosts = Hosts(cloud)
    for number, (name, changes) in enumerate(IMAGES.items()):
        layer = rootfs.node_layer(hosts.layer(f"node-{number}"))
        path = layer / AUTOSCALE.lstrip("/")
        text = path.read_text()
        for old, new in changes.items():
            assert old in text
            text = text.replace(old, new)
        path.write_text(text)
        if name in LACKING:
            gone = layer / settings.RED5_HOME.lstrip("/") / LACKING[name]
            gone.rename(layer / "gone")
        hosts.define_image(cloud.images[name], (layer,))
    yield hosts
    hosts.close()


@pytest.fixture
def manager(hosts: Hosts, store: Store, tmp_path: Path, managers: list[StreamManager]) -> StreamManager:
    managers.append(StreamManager(tmp_path / "manager", "127.10.1.250"))
    managers[0].start()
    eventually(lambda: managers[0].root() == 200)
    return managers[0]


def make(manager: StreamManager, name: str, image: str, least: int = 1, metadata: dict[str, Any] | None = None, **properties: str) -> None:
    """A policy, a configuration and a group of one name."""
    pairs = [{"name": key, "value": value} for key, value in properties.items()]
    configuration = launch_config(name, image, properties={"property": pairs}, metadata=metadata or {})
    for path, body in ((("configurations", "scalepolicy"), policy(name, least)), (("configurations", "launchconfig"), configuration)):
        assert manager.call("POST", *path, body=body)[0] == 201
    assert manager.call("POST", "nodegroup", body=group(name, scalePolicy=name, launchConfig=name))[0] == 201


def nodes(manager: StreamManager, name: str) -> list[dict[str, Any]]:
    code, found = manager.call("GET", "nodegroup", name, "node")
    assert code == 200
    return list(found)


def state_of(manager: StreamManager, name: str) -> str:
    return str(manager.call("GET", "nodegroup", name)[1]["state"])


@pytest.mark.long
def test_a_group_fills_up_and_is_deleted(manager: StreamManager, cloud: Account, hosts: Hosts) -> None:
    make(manager, "g", "right", 2, {"meta": [{"key": "team", "value": "video"}]}, UserData=f"base64:{base64.b64encode(b'hi').decode()}")
    assert (state_of(manager, "g"), nodes(manager, "g")) == ("new", [])
    code, origin = manager.call("POST", "nodegroup", "g", "node", "origin")
    assert (code, origin["role"], origin["group"]) == (201, "origin", "g")
    assert state_of(manager, "g") == "initializing"

    eventually(lambda: state_of(manager, "g") == "active", hosts.tick)
    found = nodes(manager, "g")
    assert {node["state"] for node in found} == {"inservice"}
    assert sorted(node["role"] for node in found) == sorted(ROLES * 2)
    assert {node["capacity"] for node in found} == {2000}
    assert {node["availabilityZone"] for node in found} == {"us-east-1b", "us-east-1c"}  # the first zone's subnet is private

    launched = {item["InstanceId"]: item for item in cloud.described()}
    assert len(launched) == len(found)
    item = launched[origin["id"]]
    tags = {tag["Key"]: tag["Value"] for tag in item["Tags"]}
    own = dict.fromkeys(("Name", "identifier"), origin["identifier"])
    assert tags == {**own, "role": "origin", "connectionCapacity": "2000", "team": "video"}
    assert origin["identifier"].startswith("node-")
    assert (item["InstanceType"], item["KeyName"], item["SecurityGroups"][0]["GroupName"]) == ("c5.large", "red5pro", "red5pro-nodes")
    data = cloud.ec2.describe_instance_attribute(InstanceId=origin["id"], Attribute="userData")["UserData"]["Value"]
    assert base64.b64decode(data) == b"hi"

    assert manager.call("DELETE", "nodegroup", "g")[0] == 200
    eventually(lambda: manager.call("GET", "nodegroup")[1] == [], hosts.tick)
    assert cloud.described() == []


def test_a_region_without_one_of_the_names_gets_no_node(cloud: Account, moto: str) -> None:
    """Also if the region of the stream managers has all of them."""
    names = {"aws.vpcName": account.NAME, "aws.ec2SecurityGroup": f"{account.NAME}-nodes", "aws.ec2KeyPairName": account.NAME}
    launcher = Launcher({**names, "aws.accessKey": settings.STREAM_MANAGER_ACCESS_KEY}, moto)
    west = cloud.client(settings.SECOND_REGION)
    west.register_image(Name="right", RootDeviceName="/dev/sda1")
    node = {"identifier": "node-origin-1", "role": "origin", "capacity": 100, "region": settings.SECOND_REGION}

    def launch() -> Server:
        return launcher.launch(node, launch_config("g", "right")["launchconfig"], 0)

    def refused(code: str, words: str) -> None:
        with pytest.raises(Ec2Error, match=words) as error:
            launch()
        assert error.value.code == code

    refused("NotFound", f"DescribeVpcs finds nothing .*{account.NAME}.* in {settings.SECOND_REGION}")
    vpc = west.create_vpc(CidrBlock=settings.SECOND_VPC_CIDR)["Vpc"]["VpcId"]
    west.create_tags(Resources=[vpc], Tags=[{"Key": "Name", "Value": account.NAME}])
    refused("NotFound", f"DescribeSecurityGroups finds nothing .*{account.NAME}-nodes.* in {settings.SECOND_REGION}")
    west.create_security_group(GroupName=f"{account.NAME}-nodes", Description="Nodes", VpcId=vpc)
    refused("NotFound", "has no subnet that gives public addresses")
    subnet = west.create_subnet(VpcId=vpc, CidrBlock="127.20.1.0/24", AvailabilityZone=f"{settings.SECOND_REGION}a")["Subnet"]["SubnetId"]
    west.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": True})
    refused("InvalidKeyPair.NotFound", account.NAME)
    west.create_key_pair(KeyName=account.NAME)
    assert launch().zone == f"{settings.SECOND_REGION}a"


def test_only_a_node_that_reports_comes_into_service(manager: StreamManager, hosts: Hosts) -> None:
    bad = sorted(IMAGES.keys() - {"right"})
    for name in (*bad, "right"):
        make(manager, name, name, 0)
        assert manager.call("POST", "nodegroup", name, "node", "origin")[0] == 201

    def states(name: str) -> list[str]:
        return [node["state"] for node in nodes(manager, name)]

    eventually(lambda: all(states(name) == ["running"] for name in bad), hosts.tick)
    eventually(lambda: states("right") == ["inservice"], hosts.tick)
    assert {name: states(name) for name in bad} == {name: ["running"] for name in bad}
    assert {state_of(manager, name) for name in bad} == {"initializing"}


@pytest.mark.long
def test_a_raised_minimum_and_a_deleted_node_are_filled(manager: StreamManager, cloud: Account, hosts: Hosts) -> None:
    make(manager, "g", "right")
    manager.call("POST", "nodegroup", "g", "node", "origin")
    eventually(lambda: state_of(manager, "g") == "active", hosts.tick)
    assert manager.call("PUT", "configurations", "scalepolicy", "g", body=policy("g", 2))[0] == 200
    eventually(lambda: [node["state"] for node in nodes(manager, "g")] == ["inservice"] * 8, hosts.tick)

    victim = nodes(manager, "g")[0]
    assert manager.call("GET", "node", victim["address"])[1] == victim
    assert manager.call("GET", "node", victim["address"], "stats")[1]["capacity"] == 2000
    code, answer = manager.call("DELETE", "node", victim["address"])
    assert (code, answer["state"]) == (200, "terminating")
    assert manager.call("DELETE", "node", "1.2.3.4")[0] in (400, 404)

    def replaced() -> bool:
        found = nodes(manager, "g")
        return len(found) == 8 and {node["state"] for node in found} == {"inservice"} and victim not in found

    eventually(replaced, hosts.tick)
    last = nodes(manager, "g")[-1]
    code, [sunk] = manager.call("POST", "node", "sunset", body=[last["address"]])
    assert (code, sunk["state"]) == (200, "terminating")
    eventually(lambda: last["identifier"] not in {node["identifier"] for node in nodes(manager, "g")}, hosts.tick)


def test_a_node_that_is_not_in_service_is_deleted_only_by_force(manager: StreamManager, hosts: Hosts) -> None:
    make(manager, "g", "not active", 0)
    manager.call("POST", "nodegroup", "g", "node", "origin")
    eventually(lambda: [node["state"] for node in nodes(manager, "g")] == ["running"], hosts.tick)
    address = nodes(manager, "g")[0]["address"]
    code, answer = manager.call("DELETE", "node", address)
    assert (code, answer["errorMessage"]) == (400, f"node {address} is running, not inservice")
    assert manager.call("DELETE", "node", address, query="&force=true")[0] == 200
    eventually(lambda: nodes(manager, "g") == [], hosts.tick)


def test_a_sunset_node_stays_until_it_is_empty_and_is_replaced_before(manager: StreamManager, cloud: Account, hosts: Hosts) -> None:
    make(manager, "g", "right")
    manager.call("POST", "nodegroup", "g", "node", "origin")
    eventually(lambda: state_of(manager, "g") == "active", hosts.tick)
    edge = next(node for node in nodes(manager, "g") if node["role"] == "edge")
    where = edge["address"]
    (private,) = [item["PrivateIpAddress"] for item in cloud.described() if {"Key": "Name", "Value": edge["identifier"]} in item["Tags"]]

    def connections() -> int:
        return int(manager.call("GET", "node", where, "stats")[1]["totalConnections"])

    def edges() -> dict[str, str]:
        return {node["identifier"]: node["state"] for node in nodes(manager, "g") if node["role"] == "edge"}

    with socket.create_connection((private, settings.RED5_PORT), timeout=30) as subscriber:
        subscriber.sendall(b"GET /live HTTP/1.1\r\nHost: live\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
        assert b" 101 " in subscriber.recv(1000)
        eventually(lambda: connections() == 1, hosts.tick)
        code, [sunk] = manager.call("POST", "node", "sunset", body=[where])
        assert (code, sunk["state"]) == (200, "sunset")
        eventually(lambda: sorted(edges().values()) == ["inservice", "sunset"], hosts.tick)
        code, answer = manager.call("DELETE", "node", where)
        assert (code, answer["errorMessage"]) == (400, f"node {where} is sunset, not inservice")
        subscriber.sendall(b"still there?")
        assert subscriber.recv(100) == b"still there?"
        assert edges()[edge["identifier"]] == "sunset"
    eventually(lambda: list(edges().values()) == ["inservice"] and edge["identifier"] not in edges(), hosts.tick)


def test_instances_whose_name_begins_with_its_prefix_are_ended_unless_its_database_knows_them(
    manager: StreamManager, cloud: Account
) -> None:
    """Also those of another environment whose prefix begins with this one, in another VPC too."""
    vpc = cloud.ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    elsewhere = cloud.ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.1.0/24")["Subnet"]["SubnetId"]
    others = {cloud.run(Name=name) for name in ("other-node-1", "Node-1", "nod")}
    foreign = [cloud.run(Name=name) for name in ("node-of-yesterday", "nodedev-edge-1", "node")]
    foreign.append(cloud.run(Name="node-far-away", subnet=elsewhere))
    eventually(lambda: {item["InstanceId"] for item in cloud.described()} == others)
    assert f"{foreign[0]} (node-of-yesterday) is unknown" in manager.log()


def test_dummy_cloud_controller_launches_nothing(manager: StreamManager, cloud: Account) -> None:
    manager.stop()
    context = manager.home / "webapps/streammanager/WEB-INF/applicationContext.xml"
    context.write_text(context.read_text().replace("aws.component.AWSInstanceController", "sim.component.DummyCloudController"))
    manager.start()
    eventually(lambda: manager.root() == 200)
    target = f"/streammanager/api/4.0/admin/debug/cloudcontroller?accessToken={rootfs.API_TOKEN}"
    assert manager.send("GET", target)[2] == b"Dummy Cloud Controller"
    make(manager, "g", "right")
    code, answer = manager.call("POST", "nodegroup", "g", "node", "origin")
    assert (code, "DummyCloudController launches nothing" in answer["errorMessage"], cloud.described()) == (400, True, [])


@pytest.mark.parametrize("beans", ["", '<bean id="apiBridge" class="a"/><bean id="apiBridge" class="b"/>'], ids=["none", "two"])
def test_webapp_does_not_start_without_exactly_one_cloud_controller(manager: StreamManager, beans: str) -> None:
    manager.stop()
    context = manager.home / "webapps/streammanager/WEB-INF/applicationContext.xml"
    context.write_text(f'<beans xmlns="http://www.springframework.org/schema/beans">{beans}</beans>')
    manager.start()
    eventually(lambda: "beans apiBridge where there must be one" in manager.log())
    assert manager.root() == 0


def test_what_ec2_refuses_is_answered(manager: StreamManager, cloud: Account) -> None:
    make(manager, "g", "absent image")
    code, answer = manager.call("POST", "nodegroup", "g", "node", "origin")
    assert (code, "DescribeImages finds nothing with {'name': 'absent image'}" in answer["errorMessage"]) == (400, True)
    assert (state_of(manager, "g"), nodes(manager, "g"), cloud.described()) == ("new", [], [])
    make(manager, "file", "right", UserData="file:/absent")
    code, answer = manager.call("POST", "nodegroup", "file", "node", "origin")
    assert (code, "/absent: No such file or directory" in answer["errorMessage"]) == (400, True)


def test_another_stream_manager_goes_on(manager: StreamManager, hosts: Hosts, tmp_path: Path, managers: list[StreamManager]) -> None:
    restart(manager, manager.address)
    other = StreamManager(tmp_path / "other", "127.10.1.249")
    managers.append(other)
    restart(other, other.address)
    eventually(lambda: manager.root() == other.root() == 200)
    make(other, "g", "right")
    other.call("POST", "nodegroup", "g", "node", "origin")
    eventually(lambda: any(node["state"] == "inservice" for node in nodes(other, "g")), hosts.tick)
    manager.stop()
    make(other, "more", "not active", 0)
    other.call("POST", "nodegroup", "more", "node", "origin")
    eventually(lambda: [node["state"] for node in nodes(other, "more")] == ["running"], hosts.tick)
