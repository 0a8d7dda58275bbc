# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The example inventory finds the stream managers that the role stream_managers launches, under the names that role gives them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml
from moto.server import ThreadedMotoServer

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = ROOT / "inventories/example"
OWN = {"red5pro:deployment": "live", "red5pro:role": "stream-manager"}


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "ANSIBLE_"))}
    yield kept | {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    server.stop()


def _launch(environment: dict[str, str], **tags: str) -> dict[str, Any]:
    (region,) = yaml.safe_load((EXAMPLE / "aws_ec2.yml").read_text(encoding="utf-8"))["regions"]
    client = boto3.client("ec2", region, endpoint_url=environment["AWS_ENDPOINT_URL"], aws_access_key_id="x", aws_secret_access_key="x")
    described = [{"ResourceType": "instance", "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}]
    made = client.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1, TagSpecifications=described)["Instances"][0]
    read: dict[str, Any] = client.describe_instances(InstanceIds=[made["InstanceId"]])["Reservations"][0]["Instances"][0]
    return read


@pytest.fixture(scope="module")
def launched(environment: dict[str, str]) -> dict[str, dict[str, Any]]:
    for tags in ({"Name": "set up by hand"}, OWN | {"Name": "x-stream-manager-1", "red5pro:deployment": "x"},
                 OWN | {"Name": "live-builder", "red5pro:role": "node-image-builder"},
                 OWN | {"Name": "r5-node-origin-1", "role": "origin", "red5pro:role": "node"}):  # fmt: skip
        _launch(environment, **tags)
    return {name: _launch(environment, Name=name, **OWN) for name in ("live-stream-manager-1", "live-stream-manager-2")}


@pytest.fixture(scope="module")
def inventory(environment: dict[str, str], launched: object, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What Ansible makes of a copy of the example whose vault is filled in."""
    mine = tmp_path_factory.mktemp("inventories") / "mine"
    shutil.copytree(EXAMPLE, mine)
    vault = mine / "group_vars/all/vault.yml.example"
    vault.rename(vault.with_suffix(""))
    done = subprocess.run(
        [str(Path(sys.executable).with_name("ansible-inventory")), "-i", str(mine), "--list"],
        cwd=mine, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "parse" not in done.stderr and "reserved name" not in done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_finds_the_stream_managers_of_this_deployment_only(inventory: dict[str, Any], launched: dict[str, Any]) -> None:
    assert sorted(inventory["stream_managers"]["hosts"]) == sorted(launched)
    assert sorted(inventory["_meta"]["hostvars"]) == ["live-stream-manager-1", "live-stream-manager-2", "localhost"]


def test_reaches_them_at_their_public_addresses(inventory: dict[str, Any], launched: dict[str, Any]) -> None:
    for name, instance in launched.items():
        variables = inventory["_meta"]["hostvars"][name]
        address = variables["ansible_host"]  # some versions of ansible-core mark what came from outside
        assert (address["__ansible_unsafe"] if isinstance(address, dict) else address) == instance["PublicIpAddress"]
        assert "red5pro_ssh_user" in variables["ansible_user"]


def test_names_are_those_of_the_role(inventory: dict[str, Any]) -> None:
    from ansible_collections.streamops.red5pro.plugins.plugin_utils._stream_manager_slots import stream_manager_slots

    name = inventory["_meta"]["hostvars"]["localhost"]["red5pro_name"]
    assert [place["name"] for place in stream_manager_slots([1, 2], name, [], [], [])] == sorted(inventory["stream_managers"]["hosts"])


def test_variables_and_vault_reach_every_host(inventory: dict[str, Any]) -> None:
    for variables in inventory["_meta"]["hostvars"].values():
        assert variables["red5pro_api_token"] == "{{ vault_red5pro_api_token }}" and variables["vault_red5pro_api_token"]
