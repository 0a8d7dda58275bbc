# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Values that would terminate instances or break nodes are refused, and problems of a host are found."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from runner import SITE, VERIFY, Aws, Play, actions, on_hosts, said

HOME = "/usr/local/red5pro"
WEBAPP = f"{HOME}/webapps/streammanager/WEB-INF"
SECOND = "live-stream-manager-2"
PREFIX, PASSWORD, TOKEN = "instancecontroller.instanceNamePrefix", "cluster.password", "rest.administratorToken"
SECRET = "guessed-secret-5c1"
Instances = Callable[[], dict[str, dict[str, Any]]]

REFUSED: dict[str, tuple[dict[str, Any], list[str]]] = {
    "what no stream manager can have": (
        {"config.dbPass": f"{SECRET}\n", "config": {"dbHost": "x"}, "streammanager.ip": "1.2.3.4", PREFIX: ""},
        [
            "['config.dbPass']: a value with a line break. Expected: one line.",
            "['config']: a dictionary. Expected: text, a number, true or false; write keys with dots",
            "['streammanager.ip']: '1.2.3.4'. Expected: not this key, since",
            "Expected: 1 to 64 letters, digits, dots",
        ],
    ),
    "another token": ({TOKEN: SECRET}, [f"['{TOKEN}']: (hidden). Expected: the same value as red5pro_api_token."]),
    "a prefix of another deployment": (
        {PREFIX: "web"},
        ["belongs to the deployment website; the deployment website has the prefix webnode."],
    ),
    "a prefix that our own stream managers have": ({PREFIX: "live"}, [f"{SECOND} ("]),
    "a prefix that leaves nodes behind": (
        {PREFIX: "fresh"},
        [f"Refusing to change {PREFIX} to fresh: nodes with another prefix are running"],
    ),
}


@pytest.fixture(scope="module")
def foreign(deployed: Any, aws: Aws) -> Iterator[str]:
    """A node of another deployment: its id."""
    image = aws("ec2", "describe_images", Owners=["self"])["Images"][0]["ImageId"]
    names = {"Name": "webnode-edge-1", "identifier": "webnode-edge-1", "role": "edge"}
    tags = {**names, "red5pro:deployment": "website", "red5pro:role": "node"}
    specification = [{"ResourceType": "instance", "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}]
    subnet = aws("ec2", "describe_subnets", Filters=[{"Name": "tag:Name", "Values": ["red5pro-public-a"]}])["Subnets"][0]["SubnetId"]
    arguments = {"ImageId": image, "MinCount": 1, "MaxCount": 1, "SubnetId": subnet, "TagSpecifications": specification}
    one = str(aws("ec2", "run_instances", **arguments)["Instances"][0]["InstanceId"])
    yield one
    aws("ec2", "terminate_instances", InstanceIds=[one])


@pytest.mark.parametrize("properties, messages", REFUSED.values(), ids=REFUSED)
def test_refused_before_anything_changes(
    foreign: str, rehearsal: Any, play: Play, aws: Aws, properties: dict[str, Any], messages: list[str]
) -> None:
    since = len(rehearsal.calls())
    variables = {"red5pro_stream_manager_properties": properties}
    done = play("tests/rehearsal/lifecycle/guards.yml", check=False, **variables)
    assert done.returncode == 2
    assert "red5pro_stream_manager_properties" in said(done) or PREFIX in said(done)
    assert [message for message in messages if message not in said(done)] == [], said(done)
    assert SECRET not in said(done)
    assert actions(rehearsal, since) == []
    (one,) = aws("ec2", "describe_instances", InstanceIds=[foreign])["Reservations"][0]["Instances"]
    assert one["State"]["Name"] in ("pending", "running")


@pytest.mark.long
def test_cluster_password_is_not_changed_under_running_nodes(deployed: Any, rehearsal: Any, play: Play, instances: Instances) -> None:
    since, hosts = len(rehearsal.calls()), instances()
    done = play(SITE, "--tags", "stream_manager_config", check=False, red5pro_stream_manager_properties={PASSWORD: SECRET})
    assert done.returncode == 2
    assert f"Refusing to change {PASSWORD}: nodes with the old one are running" in said(done)
    assert SECRET not in said(done)
    assert actions(rehearsal, since) == []
    assert on_hosts(rehearsal, hosts, f"grep -c {SECRET} {WEBAPP}/red5-web.properties || true").split() == ["0"] * len(hosts)


DAMAGE = f"""
set -e
cp -a {WEBAPP} /root/webapp
touch {HOME}/conf/autoscale.xml
sed -i s/aws.component.AWSInstanceController/sim.component.DummyCloudController/ {WEBAPP}/applicationContext.xml
mv {WEBAPP}/lib/aws-cloud-controller-14.1.0.jar {WEBAPP}/lib/aws-cloud-controller-13.0.0.jar
sed -i 's/^{TOKEN}=.*/{TOKEN}={SECRET}/; s/^debug.logaccess=.*/debug.logaccess=false /' {WEBAPP}/red5-web.properties
"""
REPAIR = f"rm -r {WEBAPP} {HOME}/conf/autoscale.xml; mv /root/webapp {WEBAPP}"


def script(lines: str) -> str:
    """A command that runs a script as root, with any characters."""
    return f"'true; echo {base64.b64encode(lines.encode()).decode()} | base64 -d | sudo sh'"


@pytest.mark.long
def test_verify_finds_what_is_wrong_on_a_host(
    deployed: Any, rehearsal: Any, play: Play, instances: Instances, aws: Aws, tmp_path: Path
) -> None:
    """And a missing port in a security group."""
    second = {SECOND: instances()[SECOND]}
    nodes = aws("ec2", "describe_security_groups", GroupNames=["red5pro-nodes"])["SecurityGroups"][0]
    group = nodes["GroupId"]
    (found,) = (one for one in nodes["IpPermissions"] if one["IpProtocol"] == "udp")
    udp = {key: found[key] for key in ("IpProtocol", "FromPort", "ToPort", "IpRanges")}
    on_hosts(rehearsal, second, script(DAMAGE))
    aws("ec2", "revoke_security_group_ingress", GroupId=group, IpPermissions=[udp])
    try:
        done = play(VERIFY, "--tags", "stream_manager_config", check=False, red5pro_report_dir=str(tmp_path))
    finally:
        on_hosts(rehearsal, second, script(REPAIR))
        aws("ec2", "authorize_security_group_ingress", GroupId=group, IpPermissions=[udp])
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert {one["subject"]: one["found"] for one in report["findings"] if one["part"] == "stream_manager_config"} == {
        f"{SECOND} conf/autoscale.xml": "present",
        f"{SECOND} apiBridge in applicationContext.xml": "com.red5pro.services.cloud.sim.component.DummyCloudController",
        f"{SECOND} {TOKEN}": "another value",
        "aws-cloud-controller of all": "live-stream-manager-1 14.1.0, live-stream-manager-2 13.0.0",
        "red5-web.properties of all": f"differences in debug.logaccess, {TOKEN}",
        f"security group red5pro-nodes ({group})": "no rule for udp 40000-65535",
    }
    assert SECRET not in done.stdout + json.dumps(report)
