# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""RDS: its states and delays, what it refuses, what is pending, and the keys of its answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rehearsal.aws import calllog, facts, gate, limits, view
from rehearsal.aws.iam import Guard, Judge, documents
from rehearsal.aws.transitions import databases

NAME, PASSWORD = "live-database", "Secr3t-of-database"
OWN = [{"Key": "red5pro:deployment", "Value": "live"}]
CREATED, BACKED_UP = databases.CREATED + 1, databases.BACKED_UP + 1


class Rds:
    """A client, and short calls to break a rule."""

    def __init__(self, cloud: Any) -> None:
        self.cloud, self.client = cloud, cloud.client("rds")

    def groups(self) -> None:
        subnets = [self.cloud.subnets[one] for one in ("a", "b")]
        self.client.create_db_subnet_group(DBSubnetGroupName=NAME, DBSubnetGroupDescription="x", SubnetIds=subnets, Tags=OWN)
        self.client.create_db_parameter_group(DBParameterGroupName=NAME, DBParameterGroupFamily="mysql8.0", Description="x", Tags=OWN)

    def create(self, **changes: Any) -> dict[str, Any]:
        wanted = {
            "DBInstanceIdentifier": NAME, "Engine": "mysql", "EngineVersion": "8.0", "DBInstanceClass": "db.m5.large", "DBName": "cluster",
            "MasterUsername": "sm", "MasterUserPassword": PASSWORD, "AllocatedStorage": 20, "StorageType": "gp3", "StorageEncrypted": True,
            "DBSubnetGroupName": NAME, "DBParameterGroupName": NAME, "VpcSecurityGroupIds": [self.cloud.group], "BackupRetentionPeriod": 7,
            "PubliclyAccessible": False, "DeletionProtection": False, "Tags": OWN, **changes,
        }  # fmt: skip
        answer: dict[str, Any] = self.client.create_db_instance(**{key: value for key, value in wanted.items() if value is not None})
        return dict(answer["DBInstance"])

    def available(self, **changes: Any) -> None:
        self.groups()
        self.create(**changes)
        self.cloud.wait(CREATED)
        self.cloud.wait(BACKED_UP)

    def now(self) -> dict[str, Any]:
        (found,) = self.client.describe_db_instances(DBInstanceIdentifier=NAME)["DBInstances"]
        return dict(found)

    def modify(self, **changes: Any) -> None:
        self.client.modify_db_instance(DBInstanceIdentifier=NAME, **changes)


@pytest.fixture
def rds(cloud: Any) -> Rds:
    return Rds(cloud)


def test_it_has_its_endpoint_when_its_first_backup_begins(rds: Rds) -> None:
    rds.groups()
    assert "Endpoint" not in rds.create()
    assert (rds.now()["DBInstanceStatus"], "Endpoint" in rds.now()) == ("creating", False)
    rds.cloud.wait(CREATED)
    found = rds.now()
    assert (found["DBInstanceStatus"], found["DbInstancePort"], found["Endpoint"]["Port"]) == ("backing-up", 0, 3306)
    assert facts.differences("rds", "DescribeDBInstances", {"DBInstances": [found]}, complete=False) == []
    rds.cloud.wait(BACKED_UP)
    assert rds.now()["DBInstanceStatus"] == "available"
    (seen,) = view.databases()
    assert (seen.reachable, seen.user, seen.password, seen.schema) == (True, "sm", PASSWORD, "cluster")
    assert seen.address.startswith("127.10.")


def test_no_log_has_the_password(rds: Rds) -> None:
    rds.available()
    rds.modify(MasterUserPassword="Another-secret-1")
    assert rds.now()["PendingModifiedValues"] == {"MasterUserPassword": "****"}
    for log in (rds.cloud.log, rds.cloud.log.with_name(calllog.ANSWERS)):
        text = log.read_text()
        assert "CreateDBInstance" in text and PASSWORD not in text and "Another-secret-1" not in text


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"MasterUserPassword": "with/slash"}, "InvalidParameterValue"),
        ({"MasterUserPassword": "short"}, "InvalidParameterValue"),
        ({"MasterUsername": "rdsadmin"}, "InvalidParameterValue"),
        ({"DBName": "1cluster"}, "InvalidParameterValue"),
        ({"AllocatedStorage": 5}, "InvalidParameterValue"),
        ({"Iops": 12000}, "InvalidParameterCombination"),
        ({"MaxAllocatedStorage": 21}, "InvalidParameterCombination"),
        ({"DBSubnetGroupName": "other"}, "DBSubnetGroupNotFoundFault"),
        ({"VpcSecurityGroupIds": ["sg-00000000"]}, "InvalidParameterValue"),
        ({"EngineVersion": "8.4"}, "InvalidParameterCombination"),
    ],
    ids=str,
)
def test_what_cannot_be_created_is_refused(rds: Rds, refused: Any, changes: dict[str, Any], code: str) -> None:
    rds.groups()
    with refused(code):
        rds.create(**changes)


def test_subnets_are_in_two_zones(rds: Rds, refused: Any) -> None:
    for names, code in ((("a", "a2"), "DBSubnetGroupDoesNotCoverEnoughAZs"), (("a", "b"), "DBSubnetGroupAlreadyExists")):
        subnets = [rds.cloud.subnets[one] for one in names]
        with refused(code):
            rds.client.create_db_subnet_group(DBSubnetGroupName=NAME, DBSubnetGroupDescription="x", SubnetIds=subnets)
            rds.client.create_db_subnet_group(DBSubnetGroupName=NAME, DBSubnetGroupDescription="x", SubnetIds=subnets)


def test_what_is_in_use_stays(rds: Rds, refused: Any) -> None:
    rds.available()
    with refused("InvalidDBSubnetGroupStateFault"):
        rds.client.delete_db_subnet_group(DBSubnetGroupName=NAME)
    with refused("InvalidDBParameterGroupState"):
        rds.client.delete_db_parameter_group(DBParameterGroupName=NAME)
    with refused("SubnetAlreadyInUse"):
        rds.client.modify_db_subnet_group(DBSubnetGroupName=NAME, SubnetIds=[rds.cloud.subnets[one] for one in ("b", "c")])
    with refused("DependencyViolation"):
        rds.cloud.ec2.delete_security_group(GroupId=rds.cloud.group)
    with refused("DependencyViolation"):
        rds.cloud.ec2.delete_subnet(SubnetId=rds.cloud.subnets["a"])


def test_only_an_available_one_can_be_changed(rds: Rds, refused: Any) -> None:
    rds.groups()
    rds.create()
    with refused("InvalidDBInstanceState"):
        rds.modify(MultiAZ=True)
    with refused("InvalidDBInstanceState"):
        rds.client.delete_db_instance(DBInstanceIdentifier=NAME, FinalDBSnapshotIdentifier="last")


def test_changes_wait_for_the_window_or_are_applied_together(rds: Rds) -> None:
    rds.available()
    rds.modify(DBInstanceClass="db.t3.small", PubliclyAccessible=True, BackupRetentionPeriod=1)
    found = rds.now()
    assert found["PendingModifiedValues"] == {"DBInstanceClass": "db.t3.small"}
    assert (found["DBInstanceClass"], found["PubliclyAccessible"], found["BackupRetentionPeriod"]) == ("db.m5.large", True, 1)
    rds.modify(AllocatedStorage=21, ApplyImmediately=True)
    assert rds.now()["DBInstanceStatus"] == "available"  # for a while
    rds.cloud.wait(databases.NOTICED + 1)
    assert rds.now()["DBInstanceStatus"] == "modifying"
    rds.cloud.wait(databases.MODIFIED + 1)
    found = rds.now()
    assert (found["DBInstanceClass"], found["AllocatedStorage"], found["PendingModifiedValues"]) == ("db.t3.small", 22, {})
    assert found["DBInstanceStatus"] == "storage-optimization"


def test_storage_never_shrinks_and_grows_slowly(rds: Rds, refused: Any) -> None:
    rds.available(AllocatedStorage=50)
    with refused("InvalidParameterCombination"):
        rds.modify(AllocatedStorage=40)
    rds.modify(AllocatedStorage=60, ApplyImmediately=True)
    for seconds in (databases.NOTICED, databases.MODIFIED):
        rds.cloud.wait(seconds + 1)
    with refused("InvalidParameterCombination"):
        rds.modify(AllocatedStorage=70)
    rds.cloud.wait(databases.OPTIMIZED + 1)
    rds.modify(AllocatedStorage=70)


def test_the_window_applies_what_is_pending(rds: Rds) -> None:
    rds.available()
    rds.modify(DBPortNumber=3307, BackupRetentionPeriod=0)
    assert rds.now()["PendingModifiedValues"] == {"Port": 3307, "BackupRetentionPeriod": 0}
    databases.maintain()
    assert (rds.now()["Endpoint"]["Port"], rds.now()["BackupRetentionPeriod"]) == (3307, 0)


def test_a_parameter_group_is_in_effect_after_a_reboot(rds: Rds) -> None:
    rds.available(DBParameterGroupName=None)
    rds.modify(DBParameterGroupName=NAME)
    (group,) = rds.now()["DBParameterGroups"]
    assert (group["DBParameterGroupName"], group["ParameterApplyStatus"]) == (NAME, "pending-reboot")
    rds.client.reboot_db_instance(DBInstanceIdentifier=NAME)
    assert rds.now()["DBInstanceStatus"] == "rebooting"
    rds.cloud.wait(databases.NOTICED + 1)
    assert [one["ParameterApplyStatus"] for one in rds.now()["DBParameterGroups"]] == ["in-sync"]


def test_a_parameter_that_was_set_is_the_users(rds: Rds, refused: Any) -> None:
    rds.groups()
    wanted = {"ParameterName": "max_connections", "ParameterValue": "100000", "ApplyMethod": "immediate"}
    assert rds.client.describe_db_parameters(DBParameterGroupName=NAME, Source="user")["Parameters"] == []
    rds.client.modify_db_parameter_group(DBParameterGroupName=NAME, Parameters=[wanted])
    (found,) = rds.client.describe_db_parameters(DBParameterGroupName=NAME, Source="user")["Parameters"]
    assert (found["ParameterValue"], found["ApplyType"]) == ("100000", "dynamic")
    with refused("InvalidParameterValue"):
        rds.client.modify_db_parameter_group(DBParameterGroupName=NAME, Parameters=[{**wanted, "ParameterValue": "100001"}])
    with refused("DBParameterGroupNotFound"):
        rds.client.describe_db_parameter_groups(DBParameterGroupName="other")


def test_it_is_deleted_after_its_final_snapshot(rds: Rds, refused: Any) -> None:
    rds.available(DeletionProtection=True)
    with refused("InvalidParameterCombination"):
        rds.client.delete_db_instance(DBInstanceIdentifier=NAME, SkipFinalSnapshot=True)
    rds.modify(DeletionProtection=False)
    for wrong in ({}, {"SkipFinalSnapshot": True, "FinalDBSnapshotIdentifier": "last"}):
        with refused("InvalidParameterCombination"):
            rds.client.delete_db_instance(DBInstanceIdentifier=NAME, **wrong)
    rds.client.delete_db_instance(DBInstanceIdentifier=NAME, FinalDBSnapshotIdentifier="last")
    assert rds.now()["DBInstanceStatus"] == "deleting"
    with refused("InvalidDBInstanceState"):
        rds.client.delete_db_instance(DBInstanceIdentifier=NAME, SkipFinalSnapshot=True)
    with refused("InvalidDBSubnetGroupStateFault"):
        rds.client.delete_db_subnet_group(DBSubnetGroupName=NAME)
    rds.cloud.wait(databases.DELETED + 1)
    with refused("DBInstanceNotFound"):
        rds.now()
    snapshots = rds.client.describe_db_snapshots()["DBSnapshots"]
    assert [one["DBSnapshotIdentifier"] for one in snapshots] == ["last"]
    rds.client.delete_db_subnet_group(DBSubnetGroupName=NAME)
    rds.client.delete_db_parameter_group(DBParameterGroupName=NAME)
    rds.cloud.ec2.delete_security_group(GroupId=rds.cloud.group)


@pytest.fixture
def limited() -> Iterator[None]:
    judge = Judge(documents())
    gate.authorize = Guard(judge).check
    yield
    gate.authorize = None
    judge.close()


def test_the_policy_allows_only_what_is_the_deployments(rds: Rds, limited: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "database_role", 0)
    administrator = Rds(rds.cloud)
    administrator.client = rds.cloud.client("rds", key="AKIAREHEARSALADMINIS")
    administrator.groups()
    with pytest.raises(ClientError, match="AccessDenied"):
        rds.create(Tags=None)
    rds.create()
    for seconds in (CREATED, BACKED_UP):
        rds.cloud.wait(seconds)
    rds.modify(MultiAZ=True)
    administrator.create(DBInstanceIdentifier="other-database", Tags=None)
    for call, more in (("modify_db_instance", {"MultiAZ": True}), ("delete_db_instance", {"SkipFinalSnapshot": True})):
        with pytest.raises(ClientError, match="AccessDenied"):
            getattr(rds.client, call)(DBInstanceIdentifier="other-database", **more)
    with pytest.raises(ClientError, match="AccessDenied"):
        rds.client.delete_db_instance(DBInstanceIdentifier=NAME, FinalDBSnapshotIdentifier="another-name")
    rds.client.delete_db_instance(DBInstanceIdentifier=NAME, FinalDBSnapshotIdentifier=f"{NAME}-final-1")
