# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""create_database.yml with the operator's permissions: creates, finds drift, deletes; stream managers use the real server behind it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from runner import INSTALLED, actions, changed, operators, said

from rehearsal import distribution
from rehearsal.accounts import default as account

PLAYBOOK = "playbooks/create_database.yml"
HERE = Path(__file__).parent
NAME, PASSWORD, MANAGER = "live-database", "Secr3t-of-database!", "127.10.1.50"
SSH = "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR"


@pytest.fixture(scope="module")
def declared(rehearsal: Any) -> dict[str, Any]:
    rehearsal.reset()
    return {"red5pro_database_create": True, "red5pro_database_password": PASSWORD, "red5pro_poll_interval": 0}


@pytest.fixture(scope="module")
def census(rehearsal: Any, declared: dict[str, Any]) -> list[str]:
    """Everything in the account before the database."""
    return taken(rehearsal)


def taken(rehearsal: Any) -> list[str]:
    lines: list[str] = rehearsal.run(["python", "-m", "rehearsal.snapshot"]).stdout.splitlines()
    return lines


def database(aws: Any) -> dict[str, Any]:
    (found,) = aws("rds", "describe_db_instances")["DBInstances"]
    return dict(found)


@pytest.mark.long
def test_1_an_invalid_declaration_is_refused(play: Any, declared: dict[str, Any], census: list[str], rehearsal: Any) -> None:
    done = play(PLAYBOOK, check=False, **{**declared, "red5pro_database_password": "with/slash"})
    assert done.returncode == 2 and "Invalid red5pro_database_password: (hidden). Expected: 8 to 41" in said(done)
    assert "with/slash" not in said(done)
    assert operators(rehearsal) == []


@pytest.mark.long
def test_2_check_mode_predicts_and_a_second_run_changes_nothing(
    play: Any, declared: dict[str, Any], census: list[str], rehearsal: Any, aws: Any, tmp_path: Path
) -> None:
    predicted = changed(play(PLAYBOOK, "--check", "--diff", **declared).stdout)
    assert operators(rehearsal) == []
    secret = tmp_path / "secret.json"  # the command line would show it
    secret.write_text(json.dumps({"red5pro_database_password": PASSWORD}))
    made = play(PLAYBOOK, "-vvvv", "-e", f"@{secret}", **{key: value for key, value in declared.items() if "password" not in key})
    assert changed(made.stdout) == predicted == {"localhost": 3}
    assert PASSWORD not in made.stdout + made.stderr
    found = database(aws)
    assert (found["DBInstanceStatus"], found["StorageEncrypted"], found["PubliclyAccessible"], found["MultiAZ"]) == (
        "available",
        True,
        False,
        True,
    )
    assert {tag["Key"]: tag["Value"] for tag in found["TagList"]}.items() >= {
        "red5pro:deployment": "live",
        "red5pro:role": "database",
    }.items()
    since = len(rehearsal.calls())
    assert changed(play(PLAYBOOK, **declared).stdout) == {"localhost": 0}
    assert operators(rehearsal, since) == []
    assert f"findings: [] host: {found['Endpoint']['Address']}" in said(play(HERE / "verify.yml", **declared))
    assert PASSWORD not in (rehearsal.state / "aws.jsonl").read_text() + (rehearsal.state / "answers.jsonl").read_text()


@pytest.mark.long
def test_3_a_stream_manager_uses_the_real_server(play: Any, declared: dict[str, Any], rehearsal: Any, aws: Any, tmp_path: Path) -> None:
    group = aws("ec2", "describe_security_groups", Filters=[{"Name": "group-name", "Values": ["red5pro-stream-managers"]}])
    subnet = aws("ec2", "describe_subnets", Filters=[{"Name": "tag:Name", "Values": ["red5pro-public-a"]}])["Subnets"][0]["SubnetId"]
    doors = aws("ec2", "describe_security_groups", Filters=[{"Name": "group-name", "Values": [account.DATABASE_GROUP]}])
    aws(
        "ec2", "run_instances", ImageId=account.IMAGES[account.BASE_IMAGE].id, InstanceType="m5.large", KeyName=account.NAME,
        SubnetId=subnet, SecurityGroupIds=[group["SecurityGroups"][0]["GroupId"]], PrivateIpAddress=MANAGER, MinCount=1, MaxCount=1,
    )  # fmt: skip
    inventory = tmp_path / "hosts.json"
    hosts = {"red5pro_stream_managers": {"hosts": {"manager": {"ansible_host": MANAGER}}}}
    inventory.write_text(json.dumps({"all": {"children": hosts}}))
    variables = {
        **declared,
        "red5pro_install_private_ip": MANAGER,
        "red5pro_distribution": f"{rehearsal.state}/distribution/red5pro-server-{distribution.RELEASE}-release.zip",
        "red5pro_cloud_controller": f"{rehearsal.state}/distribution/aws-cloud-controller-14.1.0.jar",
        "red5pro_license_key": "REHE-ARSA-LONL-YKEY",
        "red5pro_stream_manager_properties": INSTALLED,
        "red5pro_load_schema": True,
        "red5pro_wait_timeout": 60,
    }
    command = ["-i", str(inventory), "--private-key", f"{rehearsal.state}/ssh/id_ed25519", "-u", "ubuntu", "--ssh-common-args", SSH]

    def install() -> Any:
        return play(HERE / "install.yml", *command, check=False, **variables)

    refused = install()
    assert "the server does not answer" in said(refused)  # its security group does not admit the host yet
    rule = {"IpProtocol": "tcp", "FromPort": 3306, "ToPort": 3306, "IpRanges": [{"CidrIp": f"{MANAGER}/32"}]}
    aws("ec2", "authorize_security_group_ingress", GroupId=doors["SecurityGroups"][0]["GroupId"], IpPermissions=[rule])
    wrong = play(HERE / "install.yml", *command, check=False, **{**variables, "red5pro_database_password": "Another-password"})
    assert "the user or the password is wrong" in said(wrong)
    done = install()
    assert done.returncode == 0, done.stdout + done.stderr
    assert changed(install().stdout) == {"localhost": 0, "manager": 0}
    assert PASSWORD not in refused.stdout + done.stdout
    served = rehearsal.run(["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", f"http://{MANAGER}:5080/"]).stdout
    assert served == "200"
    aws("ec2", "terminate_instances", InstanceIds=_ids(aws))
    aws("ec2", "revoke_security_group_ingress", GroupId=doors["SecurityGroups"][0]["GroupId"], IpPermissions=[rule])


def _ids(aws: Any) -> list[str]:
    found = aws("ec2", "describe_instances", Filters=[{"Name": "private-ip-address", "Values": [MANAGER]}])["Reservations"]
    return [found[0]["Instances"][0]["InstanceId"]]


@pytest.mark.long
def test_4_drift_is_corrected_or_waits_for_the_maintenance_window(play: Any, declared: dict[str, Any], rehearsal: Any, aws: Any) -> None:
    aws(
        "rds", "modify_db_instance", DBInstanceIdentifier=NAME, DBInstanceClass="db.t3.small", PubliclyAccessible=True,
        DeletionProtection=False, BackupRetentionPeriod=1, ApplyImmediately=True,
    )  # fmt: skip
    parameter = {"ParameterName": "max_connections", "ParameterValue": "50", "ApplyMethod": "immediate"}
    aws("rds", "modify_db_parameter_group", DBParameterGroupName=NAME, Parameters=[parameter])
    aws("rds", "describe_db_instances")  # time passes
    findings = said(play(HERE / "verify.yml", **declared))
    for text in (
        "instance class: expected db.m5.large, found db.t3.small",
        "publicly accessible: expected false, found true",
        "deletion protection: expected true, found false",
        "backup retention in days: expected 7, found 1",
        "max_connections: expected 100000, found 50",
    ):
        assert f"{NAME} {text}" in findings
    since = len(rehearsal.calls())
    predicted = changed(play(PLAYBOOK, "--check", **declared).stdout)
    assert operators(rehearsal, since) == []
    done = play(PLAYBOOK, **declared)
    assert changed(done.stdout) == predicted == {"localhost": 2}
    assert f"{NAME} db instance class: pending until the maintenance window" in said(done)
    assert actions(rehearsal, since) == ["ModifyDBParameterGroup", "ModifyDBInstance", "ModifyDBInstance"]
    found = database(aws)
    assert (found["DBInstanceClass"], found["PendingModifiedValues"]) == ("db.t3.small", {"DBInstanceClass": "db.m5.large"})
    assert (found["PubliclyAccessible"], found["DeletionProtection"], found["BackupRetentionPeriod"]) == (False, True, 7)
    assert changed(play(PLAYBOOK, **declared).stdout) == {"localhost": 0}
    assert "in effect, found pending until the maintenance window" in said(play(HERE / "verify.yml", **declared))


@pytest.mark.long
def test_5_storage_grows_and_never_shrinks(play: Any, declared: dict[str, Any], aws: Any) -> None:
    larger = {**declared, "red5pro_database_storage": 40, "red5pro_database_apply_immediately": True}
    assert changed(play(PLAYBOOK, **larger).stdout) == {"localhost": 1}
    found = database(aws)
    assert (found["AllocatedStorage"], found["DBInstanceClass"], found["PendingModifiedValues"]) == (40, "db.m5.large", {})
    assert changed(play(PLAYBOOK, **declared).stdout) == {"localhost": 0}
    assert database(aws)["AllocatedStorage"] == 40


@pytest.mark.long
def test_6_the_database_has_a_confirmation_of_its_own(play: Any, declared: dict[str, Any], rehearsal: Any) -> None:
    since = len(rehearsal.calls())
    done = play("playbooks/destroy.yml", check=False, **declared, red5pro_destroy_confirmed=True)
    text = said(done)
    assert done.returncode == 2 and "red5pro_destroy_database is not true" in text and "red5pro_lift_termination_protection=true" in text
    play("playbooks/destroy.yml", "--check", **declared, red5pro_destroy_database=True, red5pro_lift_termination_protection=True)
    assert operators(rehearsal, since) == []


@pytest.mark.long
def test_7_removal_keeps_only_the_final_snapshot(play: Any, declared: dict[str, Any], census: list[str], rehearsal: Any, aws: Any) -> None:
    confirmed = {"red5pro_destroy_confirmed": True, "red5pro_destroy_database": True, "red5pro_lift_termination_protection": True}
    done = play("playbooks/destroy.yml", **declared, **confirmed)
    (snapshot,) = aws("rds", "describe_db_snapshots", SnapshotType="manual")["DBSnapshots"]
    assert re.fullmatch(rf"{NAME}-final-\d{{14}}", snapshot["DBSnapshotIdentifier"])
    assert snapshot["DBSnapshotIdentifier"] in said(done)
    aws("rds", "delete_db_snapshot", DBSnapshotIdentifier=snapshot["DBSnapshotIdentifier"])
    assert taken(rehearsal) == census
    assert not (rehearsal.state / "databases" / NAME).exists()
    assert "No resources of live found" in said(play("playbooks/destroy.yml", **declared, **confirmed))
