# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A role that is called twice in a run, with other variables, does for the second what it does for the first."""

from __future__ import annotations

import importlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.filter.readings import readings
from jinja2 import Environment
from markupsafe import Markup
from role_files import ROLES, ROOT, Role, parsed

REGION = "us-east-1"
ARN = f"arn:aws:acm:{REGION}:123456789012:certificate/"


def _played(directory: Path, role: str, calls: list[dict[str, Any]], shown: str) -> tuple[list[str], str]:
    """What the template gives after each call of `start`, and the output."""
    collections = Path(next(iter(importlib.import_module("ansible_collections.streamops.red5pro").__path__))).parents[2]
    tasks = [
        task
        for call in calls
        for task in (
            {"ansible.builtin.include_role": {"name": f"streamops.red5pro.{role}", "tasks_from": "start"}, "vars": call},
            {"ansible.builtin.debug": {"msg": f"after: {shown}"}},
        )
    ]
    python = {"ansible_python_interpreter": sys.executable}
    play = {"hosts": "localhost", "gather_facts": False, "connection": "local", "vars": python, "tasks": tasks}
    (directory / "play.json").write_text(json.dumps([play]), encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "AWS_", "RED5PRO_"))}
    environment |= {"ANSIBLE_COLLECTIONS_PATH": str(collections), "ANSIBLE_NOCOLOR": "1", "AWS_EC2_METADATA_DISABLED": "true"}
    command = [sys.executable, "-m", "ansible", "playbook", "-i", "localhost,", "play.json"]
    run = subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True, check=False)
    return re.findall(r'"after: (.*)"', run.stdout), run.stdout + run.stderr


def _read(role: str, resources: dict[str, list[Any]], **declared: Any) -> dict[str, Any]:
    """What has been read for a role before, as aws_resources_info returns it."""
    defaults: dict[str, Any] = {
        "filters": {},
        "filters_of": {},
        "parameters": {},
        "each_of": {},
        "suffix_of": [],
        "details": [],
        "only": {},
    }
    wanted = [{**defaults, "name": one["kind"], **one} for one in readings({"region": REGION, **declared}, role)]
    return {"readings": wanted, "resources": {one["name"]: resources.get(one["name"], []) for one in wanted}}


def test_each_call_returns_its_own_certificate(tmp_path: Path) -> None:
    def call(number: int) -> dict[str, Any]:
        name = f"sm{number}.example.com"
        found = {
            "certificate_arn": f"{ARN}{number}",
            "domain_name": name,
            "subject_alternative_names": [name],
            "type": "IMPORTED",
            "status": "ISSUED",
            "key_algorithm": "RSA-2048",
            "not_after": "2099-01-01T12:00:00+00:00",
            "tags": {},
        }
        read = _read("certificate", {"certificate": [found]}, names=[name], arn=f"{ARN}{number}", validation_method="DNS")
        return {
            "certificate_name": "live",
            "certificate_region": REGION,
            "certificate_domain": name,
            "certificate_existing_arn": f"{ARN}{number}",
            "certificate_read_before": read,
        }

    arns, output = _played(tmp_path, "certificate", [call(1), call(2), call(1)], "{{ certificate_arn }}")
    assert arns == [f"{ARN}1", f"{ARN}2", f"{ARN}1"], output


@pytest.mark.long
def test_each_call_reads_its_own_stream_managers(tmp_path: Path) -> None:
    def call(name: str, number: int) -> dict[str, Any]:
        manager = f"{name}-stream-manager-1"
        tags = {"Name": manager, "red5pro:deployment": name, "red5pro:role": "stream-manager"}
        instance = {
            "instance_id": f"i-{number}",
            "image_id": "ami-1",
            "state": {"name": "running"},
            "tags": {**tags, "red5pro:image": "ami-1"},
            "subnet_id": "subnet-1",
            "placement": {"availability_zone": f"{REGION}a"},
            "private_ip_address": f"10.0.0.{number}",
            "public_ip_address": f"127.55.0.{number}",
            "security_groups": [{"group_id": "sg-1"}],
            "block_device_mappings": [],
        }
        address = {"allocation_id": f"eipalloc-{number}", "public_ip": f"127.55.0.{number}", "instance_id": f"i-{number}", "tags": tags}
        cidr = {"cidr_ip": f"127.55.0.{number}/32", "description": f"{manager} (red5pro:deployment={name})"}
        group = {"group_id": "sg-2", "ip_permissions": [{"ip_protocol": "tcp", "from_port": 3306, "to_port": 3306, "ip_ranges": [cidr]}]}
        resources = {"stream_manager_instances": [instance], "addresses": [address], "database_group": [group]}
        read = _read("stream_managers", resources, name=name, first_instance="", database_group="sg-2")
        return {
            "stream_managers_name": name,
            "stream_managers_region": REGION,
            "stream_managers_count": 1,
            "stream_managers_image": "ami-1",
            "stream_managers_subnets": [{"id": "subnet-1", "availability_zone": f"{REGION}a"}],
            "stream_managers_security_group_id": "sg-1",
            "stream_managers_database_security_group_id": "sg-2",
            "stream_managers_key_name": "operations",
            "stream_managers_read_before": read,
        }

    # Another deployment is read again, which needs an account. What was read for the first one may have changed since.
    names, output = _played(
        tmp_path, "stream_managers", [call("north", 1), call("south", 2)], "{{ __stream_managers_planned.slots[0].name }}"
    )
    assert names == ["north-stream-manager-1"] and "Failed to call ec2:DescribeInstances" in output, output


@pytest.mark.parametrize(("create", "expected"), [(True, "{'due': True}"), (False, "{}")])
def test_what_another_call_would_create_is_not_predicted(create: bool, expected: str) -> None:
    """A network is found by `main` after `create`, or another one without it, as it is in the account."""
    role = Role(ROOT / "roles" / "network")
    assert "__network_creation_now)" in role.vars["__network_plan"]
    environment = Environment(autoescape=True)
    environment.filters["bool"] = bool
    template = environment.from_string(role.vars["__network_creation_now"])
    rendered = template.render(network_create=create, __network_creation=Markup("{'due': True}"))
    assert rendered == expected


@pytest.mark.parametrize("role", [role for role in ROLES if (ROOT / "roles" / role / "tasks" / "absent.yml").exists()])
def test_a_removal_is_planned_again_for_another_region(role: str) -> None:
    """Deployments in two regions can have the same name. That of the network has all regions."""
    when = " ".join(str(task.get("when", "")) for task in parsed(ROOT / "roles" / role / "tasks" / "absent.yml"))
    compared = {"autoscaling": "api_url != autoscaling_api_url", "network": "deployment"}.get(role, f"region != {role}_region")
    assert f"removal.{compared}" in when or f"removal | default({{}})).{compared}" in when
