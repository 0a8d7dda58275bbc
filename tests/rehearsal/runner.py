# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Playbooks run in the rehearsal by tests, and what is read from their output."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import yaml
from iam_policy import iam_action

from rehearsal import rootfs, settings
from rehearsal.accounts import default as account

Aws = Callable[..., Any]
Asking = Callable[..., AbstractContextManager[dict[str, Any]]]
Websockets = Callable[..., AbstractContextManager[list[float]]]
Play = Callable[..., subprocess.CompletedProcess[str]]

CHECKOUT = Path(__file__).resolve().parents[2]
DECLARED = yaml.safe_load((CHECKOUT / "inventories/rehearsal/group_vars/all/main.yml").read_text(encoding="utf-8"))
API = f"https://{DECLARED['red5pro_domain']}/streammanager/api/4.0/admin"
SITE, VERIFY = "playbooks/site.yml", "playbooks/verify.yml"
MANAGERS = [f"live-stream-manager-{number}" for number in (1, 2, 3)]

NODE_TOKEN = "rehearsal-node-token"
# The properties of an installation in the default account, without its database
INSTALLED = {
    "instancecontroller.instanceNamePrefix": "live-node",
    "cluster.password": rootfs.CLUSTER_PASSWORD,
    "serverapi.accessToken": NODE_TOKEN,
    "aws.defaultzone": settings.REGION,
    "aws.accessKey": settings.STREAM_MANAGER_ACCESS_KEY,
    "aws.accessSecret": settings.SECRET_KEY,
    "aws.ec2KeyPairName": account.NAME,
    "aws.ec2SecurityGroup": "red5pro-nodes",
    "aws.vpcName": account.NAME,
}

JOINING = ["AllocateAddress", "RunInstances", "AssociateAddress", "AuthorizeSecurityGroupIngress", "RegisterTargets"]
LEAVING = [
    "DeregisterTargets",
    "RevokeSecurityGroupIngress",
    "DisassociateAddress",
    "ReleaseAddress",
    "ModifyInstanceAttribute",
    "TerminateInstances",
]

# Before a command: as the administrator, who may do everything.
ADMINISTRATOR = ["env", f"AWS_ACCESS_KEY_ID={settings.ADMINISTRATOR_ACCESS_KEY}"]

_RECAP = re.compile(r"^(\S+)\s+: ok=\d+\s+changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)", re.MULTILINE)


def changed(output: str) -> dict[str, int]:
    """Host -> how many tasks changed something, from the play recap."""
    return {host: int(count) for host, count, _unused, _unused in _RECAP.findall(output)}


def said(done: subprocess.CompletedProcess[str]) -> str:
    """All that was printed, its lines joined and YAML's escapes undone; numbers are texts to ansible-core 2.18, which quotes them."""
    text = " ".join((done.stdout + done.stderr).replace('\\"', '"').replace("''", "'").split())
    return re.sub(r'\bis "(-?\d+)"', r"is \1", text)


def operator_actions(calls: Iterable[dict[str, Any]]) -> set[str]:
    """What the operator called, as IAM names it; stream managers have credentials of their own."""
    return {iam_action(call["service"], call["action"]) for call in calls if call["access_key"] == settings.OPERATOR_ACCESS_KEY}


def operators(rehearsal: Any, since: int = 0) -> list[dict[str, Any]]:
    """The operator's calls that changed something; the stream managers have their own key."""
    calls = rehearsal.calls()[since:]
    return [call for call in calls if call["mutating"] and call["access_key"] == settings.OPERATOR_ACCESS_KEY]


def actions(rehearsal: Any, since: int = 0) -> list[str]:
    return [call["action"] for call in operators(rehearsal, since)]


def moves(rehearsal: Any, since: int) -> list[tuple[str, str]]:
    """Which instances were deregistered and registered, in order."""
    calls = [call for call in operators(rehearsal, since) if call["action"] in ("DeregisterTargets", "RegisterTargets")]
    return [(call["action"], target["Id"]) for call in calls for target in call["params"]["Targets"]]


def on_hosts(rehearsal: Any, hosts: Mapping[str, dict[str, Any]], command: str) -> str:
    """Run a command as root on these stream managers."""
    ssh = f"ssh -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -i {rehearsal.state}/ssh/id_ed25519"
    return str(rehearsal.run(" && ".join(f"{ssh} ubuntu@{one['PrivateIpAddress']} sudo {command}" for one in hosts.values())).stdout)


def minimum_registered(registered: set[str], moved: list[tuple[str, str]]) -> int:
    """The minimum number of targets, starting from these."""
    now, minimum = set(registered), len(registered)
    for action, instance in moved:
        now = now | {instance} if action == "RegisterTargets" else now - {instance}
        minimum = min(minimum, len(now))
    return minimum


def assert_one_after_the_other(seen: Mapping[str, Any], instances: set[str], moved: list[tuple[str, str]]) -> None:
    """These instances left and joined the target group in turn, and a client of the service lost no request."""
    all_but_one = len(instances) - 1
    assert seen["failures"] == [], seen
    assert min(seen["answered"].values()) > 50, seen
    assert set(seen["healthy"]) <= {str(all_but_one), str(len(instances))}, seen
    assert Counter(moved) == {(action, one): 1 for one in instances for action in ("DeregisterTargets", "RegisterTargets")}, moved
    assert minimum_registered(instances, moved) == all_but_one >= 1, moved


def launched_as(aws: Aws, instance: dict[str, Any]) -> dict[str, Any]:
    """What AWS says of how an instance was launched."""
    (volume,) = aws("ec2", "describe_volumes", Filters=[{"Name": "attachment.instance-id", "Values": [instance["InstanceId"]]}])["Volumes"]
    return {
        "profile": instance["IamInstanceProfile"]["Arn"],
        "groups": sorted(group["GroupName"] for group in instance["SecurityGroups"]),
        "metadata": instance["MetadataOptions"],
        "volume": {key: volume[key] for key in ("Size", "VolumeType", "Iops", "Throughput")},
    }


def mutating(rehearsal: Any, since: int = 0) -> list[str]:
    """The operator's AWS calls that change something; a stream manager's own are not the playbooks'."""
    return [call["action"] for call in rehearsal.calls()[since:] if call["mutating"]]


def api_writes(rehearsal: Any, since: int = 0) -> list[str]:
    """Requests to the Stream Manager API that change something, except the nodes' own reports."""
    calls = rehearsal.api_calls()[since:]
    return [f"{call['method']} {call['path']}" for call in calls if call["method"] != "GET" and "/admin/" in call["path"]]
