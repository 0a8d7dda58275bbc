# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The table of AWS's keys, and how an answer is compared with it."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from rehearsal.aws import facts

TABLE = yaml.safe_load("""
DescribeAddressesResult: {always: [Addresses]}
Address:
  always: [PublicIp]
  filled: [Tags]
  sometimes: [Domain]
  cases:
    - when: {AssociationId: present}
      has: [AssociationId, PrivateIpAddress]
    - when: {AssociationId: absent}
      lacks: [InstanceId, Tags.Key]
    - when: {Domain: [vpc, standard]}
      equals: {PublicIp: 127.0.0.9}
Tag: {always: [Key]}
""")


def found(**address: Any) -> list[str]:
    return facts.differences("ec2", "DescribeAddresses", {"Addresses": [address]}, TABLE)


def test_an_answer_as_the_table_has_it() -> None:
    assert found(PublicIp="127.0.0.1", AssociationId="eipassoc-1", PrivateIpAddress="127.0.0.2") == []


@pytest.mark.parametrize(
    ("address", "difference"),
    [
        ({}, "PublicIp is missing"),
        ({"PublicIp": "127.0.0.1", "Tags": []}, "Tags is empty, not absent"),
        ({"PublicIp": "127.0.0.1", "CarrierIp": ""}, "CarrierIp is not among its keys"),
        ({"PublicIp": "127.0.0.1", "AssociationId": "e", "PrivateIpAddress": "p", "InstanceId": "i"}, "InstanceId is not among its keys"),
        ({"PublicIp": "127.0.0.1", "AssociationId": "e"}, "PrivateIpAddress is missing where {'AssociationId': 'present'}"),
        ({"PublicIp": "127.0.0.1", "Tags": [{"Key": "a"}]}, "Tags.Key is there where {'AssociationId': 'absent'}"),
        ({"PublicIp": "127.0.0.1", "Domain": "vpc"}, "PublicIp is '127.0.0.1' where {'Domain': ['vpc', 'standard']}"),
    ],
)
def test_a_difference_is_named(address: dict[str, Any], difference: str) -> None:
    assert f"DescribeAddresses.Addresses[] (Address): {difference}" in found(**address)


def test_what_the_table_does_not_have_is_a_difference_only_if_it_is_to_be_complete() -> None:
    answer = {"Regions": [{"RegionName": "us-east-1"}]}
    assert facts.differences("ec2", "DescribeRegions", answer, TABLE) == [
        "DescribeRegions: no facts about DescribeRegionsResult, which has ['Regions']",
        "DescribeRegions.Regions[]: no facts about Region, which has ['RegionName']",
    ]
    assert facts.differences("ec2", "DescribeRegions", answer, TABLE, complete=False) == []


def test_a_key_that_an_older_botocore_does_not_read_is_not_missing() -> None:
    table = {"DescribeRegionsResult": {"always": ["Regions", "NewerKey"]}}
    assert facts.differences("ec2", "DescribeRegions", {"Regions": []}, table) == []


@pytest.mark.parametrize("service", facts.KNOWN)
def test_the_table_is_well_formed(service: str) -> None:
    for entry, fact in facts.table(service).items():
        assert set(fact) <= {"always", "sometimes", "filled", "cases"}, entry
        assert all({"when"} < set(case) <= {"when", "has", "lacks", "equals"} for case in fact.get("cases", ())), entry
