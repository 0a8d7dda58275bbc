# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From an empty account to nodes in service and back: prediction, mistakes, secrets, a second run, another distribution, removal."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from processes import command_lines
from runner import SITE, VERIFY, changed, operators, said

from rehearsal import distribution, settings

pytestmark = pytest.mark.long
INVENTORY = "inventories/rehearsal-from-scratch"
SECRETS = (
    "rehearsal-database-password",
    "rehearsal-cluster-password",
    "rehearsal-token-4f8c1",
    "REHE-ARSA-LONL-YKEY",
    settings.SECRET_KEY,
    settings.STREAM_MANAGER_ACCESS_KEY,
)
DESTROYED = {
    "red5pro_destroy_confirmed": True,
    "red5pro_destroy_database": True,
    "red5pro_database_final_snapshot": False,
    "red5pro_lift_termination_protection": True,
}
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def empty(rehearsal: Any) -> list[str]:
    """What the empty account has."""
    rehearsal.reset(baseline="empty")
    found: list[str] = rehearsal.control("/snapshot")
    return found


@pytest.fixture
def run(rehearsal: Any, empty: list[str]) -> Run:
    """Run a playbook with extra variables and options."""

    def call(playbook: str, *options: str, check: bool = True, **variables: Any) -> subprocess.CompletedProcess[str]:
        command = ["ansible-playbook", "-i", INVENTORY, playbook, *options, "-e", json.dumps(variables)]
        done: subprocess.CompletedProcess[str] = rehearsal.run(command, check=False)
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    return call


def test_01_check_mode_predicts_the_whole_deployment(run: Run, rehearsal: Any) -> None:
    done = run(SITE, "--check")
    assert changed(done.stdout)["localhost"] >= 15
    for text in ("Create the VPC", "Create the load balancer", "Launch the builder", "Create the node image", "Create the DB instance"):
        assert text in done.stdout
    assert operators(rehearsal) == []


@pytest.mark.parametrize(
    "variables, message",
    [
        ({"red5pro_license_key": ""}, 'Invalid red5pro_license_key: "". Expected: the license key'),
        ({"red5pro_public_key": ""}, 'Invalid red5pro_public_key: "". Expected: a public key'),
        ({"red5pro_distribution": "/srv/none.zip"}, "Invalid red5pro_distribution: /srv/none.zip. Expected: a file on the controller."),
        ({"red5pro_base_image": "ami-0123456789abcdef0"}, "Invalid red5pro_base_image: ami-0123456789abcdef0. Expected: the id of an"),
        ({"red5pro_base_image": "/aws/service/none"}, "Invalid red5pro_base_image: /aws/service/none. Expected: the id of an"),
        ({"red5pro_stream_manager_properties": {"cluster.password": "a"}}, "Invalid red5pro_stream_manager_properties['aws.accessKey']"),
        ({"red5pro_database_password": ""}, "red5pro_database_password"),
    ],
)
def test_02_mistakes_are_refused_before_anything_changes(run: Run, rehearsal: Any, variables: dict[str, Any], message: str) -> None:
    done = run(SITE, check=False, **variables)
    assert done.returncode == 2 and message in said(done), said(done)
    assert operators(rehearsal) == []


def test_03_site_brings_nodes_into_service_without_a_secret_in_output_or_process_list(run: Run, rehearsal: Any, aws: Any) -> None:
    with command_lines(os.getpid(), int((Path(rehearsal.state) / "pid").read_text(encoding="ascii"))) as lines:
        done = run(SITE, "-vvvv", "--diff")
    # Those of the controller, of sshd on a host, and of the client that loads the tables.
    assert [text for text in ("ansible-playbook", "sshd: ", "mysql") if not any(text in line for line in lines)] == []
    assert [line for line in lines if any(secret in line for secret in SECRETS)] == []
    assert "node group live-group: 1 edge inservice, 1 origin inservice" in said(done)
    assert [secret for secret in SECRETS if secret in done.stdout + done.stderr] == []
    images = aws("ec2", "describe_images", Owners=["self"])["Images"]
    launches = [call["params"] for call in rehearsal.calls() if call["action"] == "RunInstances"]
    shown = json.dumps([images, launches])
    assert [secret for secret in SECRETS if secret in shown] == []
    running = aws("ec2", "describe_instances", Filters=[{"Name": "instance-state-name", "Values": ["pending", "running"]}])
    names = [tag["Value"] for one in running["Reservations"] for tag in one["Instances"][0]["Tags"] if tag["Key"] == "Name"]
    assert len(names) == 4 and not [name for name in names if name.startswith("builder-")]
    groups = aws("ec2", "describe_security_groups", Filters=[{"Name": "group-name", "Values": ["live-database"]}])["SecurityGroups"]
    assert "red5pro:image=live" not in json.dumps(groups)


def test_04_second_run_changes_nothing_and_nothing_differs(run: Run, rehearsal: Any, tmp_path: Path) -> None:
    since = len(rehearsal.calls())
    assert set(changed(run(SITE).stdout).values()) == {0}
    assert operators(rehearsal, since) == []
    run(VERIFY, red5pro_report_dir=str(tmp_path))
    reports = [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()]
    assert reports and [secret for secret in SECRETS if any(secret in report for report in reports)] == []


def test_05_another_distribution_replaces_the_stream_managers_and_the_node_image(run: Run, rehearsal: Any, aws: Any) -> None:
    def images() -> set[str]:
        return {one["Name"] for one in aws("ec2", "describe_images", Owners=["self"])["Images"] if one["Name"].startswith("live-")}

    before = images()
    files = Path(rehearsal.state) / "distribution"
    later = {
        "red5pro_distribution": str(files / f"red5pro-server-{distribution.NEXT_RELEASE}-release.zip"),
        "red5pro_cloud_controller": str(files / "aws-cloud-controller-15.0.0.jar"),
    }
    run(SITE, **later)
    assert len(images() - before) == 2
    assert set(changed(run(SITE, **later).stdout).values()) == {0}


def west() -> dict[str, Any]:
    """The deployment with a node group in another region."""
    declared = yaml.safe_load((Path(__file__).parents[3] / INVENTORY / "group_vars/all/main.yml").read_text(encoding="utf-8"))
    targets = [{"role": "origin", "min_limit": 1, "max_limit": 2}]
    policy = {"name": "west", "regions": [{"name": name, "targets": targets} for name in ("default", settings.SECOND_REGION)]}
    group = {**declared["red5pro_node_groups"][0], "name": "west", "scale_policy": "west", "regions": [settings.SECOND_REGION]}
    return {
        "red5pro_region_vpc_cidrs": {settings.SECOND_REGION: settings.SECOND_VPC_CIDR},
        "red5pro_scale_policies": [*declared["red5pro_scale_policies"], policy],
        "red5pro_node_groups": [*declared["red5pro_node_groups"], group],
    }


def in_the_west(aws: Any) -> list[dict[str, Any]]:
    states = [{"Name": "instance-state-name", "Values": ["pending", "running"]}]
    found = aws("ec2", "describe_instances", region=settings.SECOND_REGION, Filters=states)["Reservations"]
    return [instance for one in found for instance in one["Instances"]]


def test_06_a_region_that_is_left_out_of_the_network_is_refused(run: Run, rehearsal: Any) -> None:
    since = len(rehearsal.calls())
    done = run(SITE, "--skip-tags", "network", check=False, **west())
    assert done.returncode == 2 and "Invalid red5pro_vpc: live. Expected: the Name tag of a VPC in us-west-2 as well" in said(done), said(
        done
    )
    assert operators(rehearsal, since) == []


def test_07_nodes_of_another_region_come_into_service_in_a_network_that_is_created_there(run: Run, rehearsal: Any, aws: Any) -> None:
    since = len(rehearsal.calls())
    assert changed(run(SITE, "--check", **west()).stdout)["localhost"] >= 6
    assert operators(rehearsal, since) == []
    assert "node group west: 1 origin inservice" in said(run(SITE, **west()))
    (node,) = in_the_west(aws)
    assert ([one["GroupName"] for one in node["SecurityGroups"]], node["KeyName"]) == (["live-nodes"], "live")
    run(VERIFY, **west())
    since = len(rehearsal.calls())
    assert set(changed(run(SITE, **west()).stdout).values()) == {0}
    assert operators(rehearsal, since) == []


def test_08_verify_says_why_no_node_would_be_launched(run: Run, aws: Any) -> None:
    aws("ec2", "delete_key_pair", region=settings.SECOND_REGION, KeyName="live")
    done = run(VERIFY, "--diff", check=False, **west())
    assert done.returncode == 2
    assert "key pair live in us-west-2" in said(done) and "aws.ec2KeyPairName in red5-web.properties" in said(done), said(done)
    run(SITE, **west())
    run(VERIFY, **west())


def test_09_destroy_leaves_every_region_as_it_was(run: Run, rehearsal: Any, aws: Any, empty: list[str]) -> None:
    """Also the one that the inventory does not name, where nodes are still running."""
    assert len(in_the_west(aws)) == 1
    run("playbooks/destroy.yml", **DESTROYED)
    assert rehearsal.control("/snapshot") == empty
