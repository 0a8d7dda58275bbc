# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""security_group_ingress through botocore against moto, in this process."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import botocore.client
import botocore.loaders
import pytest
from ansible.module_utils import basic
from ansible_collections.streamops.red5pro.plugins.modules import security_group_ingress
from module_runner import arguments
from moto import mock_aws

LOADER = botocore.loaders.create_loader()
OWNER = "red5pro:deployment=live"
TWO = {"10.0.1.15": "one private", "203.0.113.15": "one public"}
ADMITTED = {"10.0.1.15/32": f"one private ({OWNER})", "203.0.113.15/32": f"one public ({OWNER})"}
Module = Callable[..., dict[str, Any]]


class Group:
    """A security group with rules of somebody else, and the calls that were made."""

    def __init__(self, calls: list[str]) -> None:
        self.client = boto3.client("ec2", region_name="us-east-1")
        self.id = self.client.create_security_group(GroupName="database", Description="x", VpcId=self._vpc())["GroupId"]
        self.calls = calls

    def _vpc(self) -> str:
        return str(self.client.describe_vpcs()["Vpcs"][0]["VpcId"])

    def admit(self, port: int = 3306, to: int | None = None, protocol: str = "tcp", **ranges: Any) -> None:
        self.client.authorize_security_group_ingress(
            GroupId=self.id, IpPermissions=[{"IpProtocol": protocol, "FromPort": port, "ToPort": to or port, **ranges}]
        )
        self.calls.clear()

    def rules(self) -> set[tuple[object, ...]]:
        """Every rule there is, as one line each."""
        (group,) = self.client.describe_security_groups(GroupIds=[self.id])["SecurityGroups"]
        return {
            (one["IpProtocol"], one.get("FromPort"), one.get("ToPort"), entry.get("CidrIp") or entry.get("CidrIpv6") or entry["GroupId"],
             entry.get("Description", ""))
            for one in group["IpPermissions"]
            for entry in one["IpRanges"] + one["Ipv6Ranges"] + one["UserIdGroupPairs"]
        }  # fmt: skip


def rule(network: str, description: str, port: int = 3306) -> tuple[object, ...]:
    return ("tcp", port, port, network, description)


@pytest.fixture
def group(monkeypatch: pytest.MonkeyPatch) -> Iterator[Group]:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    for name in ("AWS_URL", "AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    calls: list[str] = []
    original = botocore.client.BaseClient._make_api_call

    def noted(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
        calls.append(operation)
        return original(client, operation, parameters)

    monkeypatch.setattr("botocore.session.create_loader", lambda path=None: LOADER)  # otherwise each run reads the API's model again
    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", noted)
    with mock_aws():
        own = Group(calls)
        calls.clear()
        yield own


@pytest.fixture
def run(group: Group, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Module:
    monkeypatch.setattr(basic.AnsibleModule, "_log_invocation", lambda self: None)  # writes to the system's journal

    def call(addresses: Any = None, check: bool = False, **options: Any) -> dict[str, Any]:
        values = {"group_id": group.id, "port": 3306, "owner": OWNER, "addresses": TWO if addresses is None else addresses, **options}
        group.calls.clear()
        with arguments({**values, "_ansible_check_mode": check, "_ansible_diff": True}), pytest.raises(SystemExit):
            security_group_ingress.main()
        printed = capsys.readouterr()
        result: dict[str, Any] = json.loads(printed.out)
        result["calls"] = list(group.calls)
        return result

    return call


def test_admits(run: Module, group: Group) -> None:
    result = run()
    assert (result["changed"], result["admitted"]) == (True, ADMITTED)
    assert result["diff"] == {"before": {}, "after": ADMITTED}
    assert group.rules() == {rule(network, text) for network, text in ADMITTED.items()}
    assert result["calls"] == ["DescribeSecurityGroups", "AuthorizeSecurityGroupIngress"]


def test_second_run_only_reads(run: Module) -> None:
    run()
    result = run()
    assert (result["changed"], result["admitted"]) == (False, ADMITTED)
    assert result["diff"]["before"] == result["diff"]["after"]
    assert result["calls"] == ["DescribeSecurityGroups"]


def test_takes_out_what_is_no_longer_given(run: Module, group: Group) -> None:
    run()
    result = run({"10.0.1.15": "one private", "10.0.2.0/24": "all others"})
    assert result["changed"]
    assert group.rules() == {rule("10.0.1.15/32", f"one private ({OWNER})"), rule("10.0.2.0/24", f"all others ({OWNER})")}


def test_none_takes_out_all_own(run: Module, group: Group) -> None:
    group.admit(IpRanges=[{"CidrIp": "10.9.0.0/16", "Description": "office"}])
    run()
    assert run({})["admitted"] == {"10.9.0.0/16": "office"}
    assert group.rules() == {rule("10.9.0.0/16", "office")}


def test_rename(run: Module, group: Group) -> None:
    run()
    result = run({"10.0.1.15": "uno", "203.0.113.15": "one public"})
    assert result["calls"] == ["DescribeSecurityGroups", "UpdateSecurityGroupRuleDescriptionsIngress"]
    assert result["changed"]
    assert result["admitted"] == ADMITTED | {"10.0.1.15/32": f"uno ({OWNER})"}
    assert group.rules() == {rule("10.0.1.15/32", f"uno ({OWNER})"), rule("203.0.113.15/32", f"one public ({OWNER})")}


def test_others_rules_stay(run: Module, group: Group) -> None:
    """The same network by somebody else, with and without a description, other ports, ranges, protocols, IPv6, groups, other owners."""
    group.admit(IpRanges=[{"CidrIp": "10.0.1.15/32", "Description": "by hand"}, {"CidrIp": "192.0.2.1/32"}])
    group.admit(IpRanges=[{"CidrIp": "192.0.2.2/32", "Description": f"old (not {OWNER})"}])
    group.admit(IpRanges=[{"CidrIp": "192.0.2.3/32", "Description": f"old ({OWNER}-2)"}])
    group.admit(Ipv6Ranges=[{"CidrIpv6": "2001:db8::/64", "Description": f"old ({OWNER})"}])
    group.admit(UserIdGroupPairs=[{"GroupId": group.id, "Description": "all servers"}])
    group.admit(5432, IpRanges=[{"CidrIp": "10.0.1.15/32", "Description": f"old ({OWNER})"}])
    group.admit(3306, 3310, IpRanges=[{"CidrIp": "192.0.2.4/32", "Description": f"old ({OWNER})"}])
    group.admit(3306, protocol="udp", IpRanges=[{"CidrIp": "192.0.2.5/32", "Description": f"old ({OWNER})"}])
    before = group.rules()
    result = run()
    assert group.rules() == before | {rule("203.0.113.15/32", f"one public ({OWNER})")}
    assert result["admitted"]["10.0.1.15/32"] == "by hand"
    run({})
    assert group.rules() == before


def test_members_of_a_group_beside_addresses(run: Module, group: Group) -> None:
    both = {group.id: "all", "10.0.1.15": "one"}
    assert run(both)["admitted"] == {group.id: f"all ({OWNER})", "10.0.1.15/32": f"one ({OWNER})"}
    assert (run(both)["changed"], run(both)["calls"]) == (False, ["DescribeSecurityGroups"])
    assert run({**both, group.id: "every"})["calls"] == ["DescribeSecurityGroups", "UpdateSecurityGroupRuleDescriptionsIngress"]
    run({"10.0.1.15": "one"})
    assert group.rules() == {rule("10.0.1.15/32", f"one ({OWNER})")}


@pytest.mark.parametrize("addresses", [TWO, {"10.0.1.15": "uno"}, {}], ids=["new", "renamed", "gone"])
def test_check_mode_says_the_same_and_changes_nothing(run: Module, group: Group, addresses: dict[str, str]) -> None:
    run({"10.0.1.15": "one", "10.0.1.16": "two"})
    before = group.rules()
    foreseen = run(addresses, check=True)
    assert foreseen["calls"] == ["DescribeSecurityGroups"]
    assert group.rules() == before
    done = run(addresses)
    assert {key: foreseen[key] for key in ("changed", "admitted", "diff")} == {key: done[key] for key in ("changed", "admitted", "diff")}
    assert done["changed"]


def test_one_change_for_each_kind(run: Module) -> None:
    """However many addresses there are."""
    run({f"10.0.0.{last}": "old" for last in range(1, 21)})
    result = run({f"10.0.0.{last}": "new" for last in range(11, 31)})
    assert result["calls"] == [
        "DescribeSecurityGroups",
        "AuthorizeSecurityGroupIngress",
        "UpdateSecurityGroupRuleDescriptionsIngress",
        "RevokeSecurityGroupIngress",
    ]


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "port 0": ({"port": 0}, "Invalid port: 0. Expected: a TCP port, a whole number from 1 to 65535."),
    "port 65536": ({"port": 65536}, "Invalid port: 65536. Expected: a TCP port"),
    "no address": ({"addresses": {"database": "x"}}, "Invalid addresses: database. Expected: an IPv4 address or network"),
    "IPv6": ({"addresses": {"2001:db8::1": "x"}}, "Invalid addresses: 2001:db8::1. Expected: an IPv4"),
    "host bits": ({"addresses": {"10.0.0.1/24": "x"}}, "10.0.0.1/24. Expected: an IPv4 address or network; 10.0.0.1/24 has host bits set"),
    "description": (
        {"addresses": {"10.0.0.1": "<x>"}},
        "Invalid addresses['10.0.0.1']: <x> (red5pro:deployment=live). Expected: a description",
    ),
    "too long": ({"addresses": {"10.0.0.1": "x" * 230}}, "at most 255"),
    "owner": ({"owner": "é"}, "Expected: a description for EC2"),
}


@pytest.mark.parametrize("options, message", REFUSED.values(), ids=REFUSED)
def test_bad_input_is_refused_before_any_call(run: Module, options: dict[str, Any], message: str) -> None:
    result = run(**options)
    assert result["failed"] and message in result["msg"]
    assert result["calls"] == []


def test_longest_description_is_taken(run: Module) -> None:
    assert len(next(iter(run({"10.0.0.1": "x" * (255 - len(OWNER) - 3)})["admitted"].values()))) == 255


def test_unknown_group(run: Module) -> None:
    result = run(group_id="sg-0123456789abcdef0")
    assert result["failed"]
    assert result["msg"].startswith("Failed to admit addresses to port 3306 of security group sg-0123456789abcdef0: ")
    assert result["error"]["code"] == "InvalidGroup.NotFound"


def test_a_group_that_does_not_exist_yet_is_predicted(run: Module) -> None:
    predicted = run({"10.0.0.1": "one"}, check=True, group_id="sg-00000000")
    assert (predicted["changed"], predicted["admitted"]) == (True, {"10.0.0.1/32": f"one ({OWNER})"})
