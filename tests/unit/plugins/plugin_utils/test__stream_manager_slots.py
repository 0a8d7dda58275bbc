# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The declared stream managers compared with the current ones."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.plugin_utils._stream_manager_checks import slot_checks
from ansible_collections.streamops.red5pro.plugins.plugin_utils._stream_manager_slots import (
    stream_manager_addresses,
    stream_manager_numbers,
    stream_manager_slots,
    surplus_stream_managers,
)
from ansible_collections.streamops.red5pro.plugins.plugin_utils.findings import findings
from ansible_collections.streamops.red5pro.plugins.plugin_utils.stream_managers import surplus_images

SUBNETS = [{"id": f"subnet-{zone}", "availability_zone": zone} for zone in "abc"]
OWN = {"red5pro:deployment": "live", "red5pro:role": "stream-manager"}
Facts = dict[str, Any]


def instance(number: int, zone: str, name: str = "", **more: Any) -> Facts:
    return {
        "instance_id": f"i-{number}",
        "tags": {"Name": name or f"live-stream-manager-{number}"},
        "state": {"name": "running"},
        "private_ip_address": f"10.0.0.{number}",
        "placement": {"availability_zone": zone},
        **more,
    }


def address(number: int, instance_id: str | None = None, **tags: str) -> Facts:
    associated = {"instance_id": instance_id} if instance_id else {}  # EC2 leaves it out
    return {"allocation_id": f"eip-{number}", "public_ip": f"203.0.113.{number}", "tags": tags, **associated}


def own_address(number: int, instance_id: str | None = None) -> Facts:
    return address(number, instance_id, **OWN | {"Name": f"live-stream-manager-{number}"})


def slots(declared: int | list[int], instances: list[Facts], addresses: list[Facts], **more: Any) -> list[Facts]:
    numbers = declared if isinstance(declared, list) else list(range(1, declared + 1))
    return stream_manager_slots(numbers, "live", more.pop("subnets", SUBNETS), instances, addresses, **more)


def column(found: list[Facts], key: str) -> list[Any]:
    return [slot[key] for slot in found]


def test_nothing_exists() -> None:
    assert slots(1, [], []) == [
        {
            "name": "live-stream-manager-1",
            "adopted": False,
            "given": False,
            "instance_id": "",
            "state": "missing",
            "outdated": False,
            "private_ip": "",
            "public_ip": "",
            "reachable_ip": "",
            "availability_zone": "a",
            "subnet_id": "subnet-a",
            "allocation_id": "",
            "associated": False,
        }
    ]


def test_all_exist() -> None:
    found = slots(2, [instance(2, "b", public_ip_address="203.0.113.2"), instance(1, "a")], [own_address(1, "i-1"), own_address(2, "i-2")])
    assert column(found, "instance_id") == ["i-1", "i-2"]
    assert column(found, "state") == ["running", "running"]
    assert column(found, "public_ip") == ["203.0.113.1", "203.0.113.2"]
    assert column(found, "private_ip") == ["10.0.0.1", "10.0.0.2"]
    assert column(found, "reachable_ip") == ["10.0.0.1", "203.0.113.2"]
    assert column(found, "associated") == [True, True]


def test_zones_take_turns() -> None:
    assert column(slots(5, [], []), "availability_zone") == ["a", "b", "c", "a", "b"]
    assert column(slots(5, [], []), "subnet_id") == ["subnet-a", "subnet-b", "subnet-c", "subnet-a", "subnet-b"]


def test_zone_follows_that_of_the_existing_one() -> None:
    found = slots(4, [instance(1, "b"), instance(3, "a")], [])
    assert column(found, "availability_zone") == ["b", "c", "a", "b"]
    assert column(found, "subnet_id") == ["", "subnet-c", "", "subnet-b"]


def test_one_that_comes_back_comes_back_to_its_zone() -> None:
    current = [instance(number, zone) for number, zone in ((1, "a"), (2, "b"), (3, "c"), (4, "a"))]
    for gone in current:
        found = slots(4, [one for one in current if one is not gone], [])
        assert column(found, "availability_zone") == ["a", "b", "c", "a"]


def test_an_added_one_gets_the_zone_with_the_fewest() -> None:
    assert column(slots([1, 2, 3], [instance(1, "a"), instance(3, "b")], []), "availability_zone") == ["a", "c", "b"]


def test_an_existing_one_keeps_its_own_subnet() -> None:
    assert column(slots(1, [instance(1, "a", subnet_id="subnet-own")], []), "subnet_id") == ["subnet-own"]


def test_named_one_by_one() -> None:
    found = slots([2, 4], [instance(4, "b"), instance(1, "a")], [own_address(2), own_address(3)], allocation_ids=[])
    assert column(found, "name") == ["live-stream-manager-2", "live-stream-manager-4"]
    assert column(found, "instance_id") == ["", "i-4"]
    assert column(found, "allocation_id") == ["eip-2", ""]
    found = slots([2, 4, 5], [], [address(8), address(9)], allocation_ids=["eip-9", "eip-8"])
    assert column(found, "allocation_id") == ["eip-9", "eip-8", ""]
    assert column(found, "given") == [True, True, False]


@pytest.mark.parametrize(
    "images, outdated",
    [
        (["ami-1"], [False, True, True]),
        (["live-2"], [True, False, True]),
        (["live-2", "ami-1"], [False, False, True]),
        ([], [False, False, False]),
    ],
)
def test_outdated_is_what_comes_from_another_image(images: list[str], outdated: list[bool]) -> None:
    tags = {"Name": "live-stream-manager-2", "red5pro:image": "live-2"}
    current = [instance(1, "a", image_id="ami-1"), instance(2, "b", image_id="ami-2", tags=tags), instance(3, "c", image_id="ami-3")]
    assert column(slots(4, current, [], images=images), "outdated") == [*outdated, False]


def test_adopted_first_instance_is_never_outdated() -> None:
    assert column(slots(1, [instance(7, "a", image_id="ami-7")], [], first_instance="i-7", images=["ami-1"]), "outdated") == [False]


def test_zone_without_a_subnet() -> None:
    assert column(slots(2, [instance(1, "z")], []), "availability_zone") == ["z", "a"]


def test_without_subnets() -> None:
    found = slots(2, [instance(1, "a")], [], subnets=[])
    assert column(found, "availability_zone") == ["a", ""]
    assert column(found, "subnet_id") == ["", ""]


def test_one_with_another_name_is_known_by_its_address() -> None:
    renamed = instance(2, "b", tags={**OWN, "Name": "do not touch"})
    nameless = instance(3, "c", tags=OWN)
    found = slots(
        3, [instance(1, "a"), renamed, nameless], [own_address(2, "i-2"), address(9, "i-3")], allocation_ids=["", "eip-2", "eip-9"]
    )
    assert column(found, "instance_id") == ["i-1", "i-2", "i-3"]
    assert column(slots(2, [renamed], [own_address(2, "i-2")]), "instance_id") == ["", "i-2"]
    for other in (instance(2, "b", name="another"), instance(2, "b", tags={**OWN, "Name": "live-stream-manager-7"})):
        assert column(slots(2, [other], [own_address(2, "i-2")]), "instance_id") == ["", ""]


def test_adopted_first_instance_is_known_by_its_id() -> None:
    found = slots(2, [instance(7, "c", name="set up by hand"), instance(1, "a")], [], first_instance="i-7")
    assert column(found, "instance_id") == ["i-7", ""]
    assert column(found, "adopted") == [True, False]
    assert column(found, "availability_zone") == ["c", "a"]


def test_adopted_first_instance_that_is_gone() -> None:
    assert column(slots(1, [instance(1, "a")], [], first_instance="i-7"), "state") == ["missing"]


@pytest.mark.parametrize(
    "addresses, allocation_ids, expected, associated",
    [
        ([own_address(1), address(9, "i-1")], None, "eip-1", False),
        ([address(9, "i-1")], None, "eip-9", True),
        ([own_address(1, "i-1"), address(9)], ["eip-9"], "eip-9", False),
        ([own_address(1, "i-1")], ["eip-9"], "", False),
        ([address(2, None), address(3, "i-3")], None, "", False),
        ([address(1, None, **{"Name": "live-stream-manager-1", "red5pro:deployment": "live"})], None, "", False),
        ([address(1, None, **OWN | {"Name": "live-stream-manager-1", "red5pro:deployment": "other"})], None, "", False),
    ],
    ids=["tags first", "association", "given before tags", "given but unknown", "of others", "half the tags", "another's tags"],
)
def test_address(addresses: list[Facts], allocation_ids: list[str] | None, expected: str, associated: bool) -> None:
    (slot,) = slots(1, [instance(1, "a")], addresses, allocation_ids=allocation_ids)
    assert (slot["allocation_id"], slot["associated"]) == (expected, associated)


def test_missing_instance_has_no_address_that_is_associated_with_nothing() -> None:
    (slot,) = slots(1, [], [address(9)])
    assert (slot["allocation_id"], slot["associated"]) == ("", False)


def test_given_addresses_go_by_order_and_the_rest_by_tags() -> None:
    found = slots(3, [], [address(8), address(9), own_address(3), own_address(1)], allocation_ids=["eip-9", "eip-8"])
    assert column(found, "allocation_id") == ["eip-9", "eip-8", "eip-3"]


def test_address_without_tags() -> None:
    bare = address(9)
    del bare["tags"]
    assert column(slots(1, [], [bare]), "allocation_id") == [""]


def test_addresses_say_whose_they_are() -> None:
    found = slots(3, [instance(1, "a"), instance(2, "b")], [own_address(1), own_address(3)])
    assert stream_manager_addresses(found) == {
        "10.0.0.1": "live-stream-manager-1 private",
        "203.0.113.1": "live-stream-manager-1 public",
        "10.0.0.2": "live-stream-manager-2 private",
        "203.0.113.3": "live-stream-manager-3 public",
    }


class TestChecks:
    """What verify says of stream managers, as findings."""

    def said(
        self, instances: list[Facts], addresses: list[Facts], subnets: list[Facts] = SUBNETS, **more: Any
    ) -> list[tuple[str, str, str]]:
        current = slots(2, instances, addresses, **more)
        surplus = surplus_stream_managers(current, "live", [one for one in instances if one["tags"].get("Name") != "by hand"], addresses)
        found = slot_checks(current, instances, subnets, more.get("images", []), surplus)
        return [(one["subject"], one["expected"], one["found"]) for one in findings(found, "stream_managers")]

    def test_nothing_where_all_is_as_declared(self) -> None:
        instances = [instance(number, zone, subnet_id=f"subnet-{zone}") for number, zone in ((1, "a"), (2, "b"))]
        assert self.said(instances, [own_address(1, "i-1"), own_address(2, "i-2")]) == []

    def test_one_is_missing_and_nothing_else_is_said_of_it(self) -> None:
        assert self.said([instance(1, "a", subnet_id="subnet-a")], [own_address(1, "i-1")]) == [
            ("live-stream-manager-2", "running", "missing")
        ]

    def test_stopped_without_address_and_in_another_subnet(self) -> None:
        stopped = instance(2, "b", subnet_id="subnet-x", state={"name": "stopped"})
        found = self.said([instance(1, "a", subnet_id="subnet-a"), stopped], [own_address(1, "i-1"), own_address(2)])
        assert found == [
            ("live-stream-manager-2", "running", "stopped"),
            ("live-stream-manager-2 Elastic IP", "203.0.113.2", "10.0.0.2"),
            ("live-stream-manager-2 subnet", "one of subnet-a, subnet-b, subnet-c", "subnet-x"),
        ]

    @pytest.mark.parametrize("zone, found", [("a", []), ("z", [("live-stream-manager-1 zone", "one of a, b, c", "z")])])
    def test_an_adopted_one_may_be_in_another_subnet_of_a_zone_that_serves(self, zone: str, found: list[Any]) -> None:
        first, second = instance(1, zone, "by hand", subnet_id="subnet-other"), instance(2, "b", subnet_id="subnet-b")
        assert self.said([first, second], [address(1, "i-1"), own_address(2, "i-2")], first_instance="i-1") == found

    def test_where_no_subnet_is_known_none_is_wrong(self) -> None:
        instances = [instance(number, "a", subnet_id="subnet-x") for number in (1, 2)]
        assert self.said(instances, [own_address(1, "i-1"), own_address(2, "i-2")], subnets=[]) == []

    @pytest.mark.parametrize("tags, name", [({"Name": "live-stream-manager-3"}, "live-stream-manager-3"), ({}, "i-3")])
    def test_too_many(self, tags: Facts, name: str) -> None:
        instances = [instance(number, zone, subnet_id=f"subnet-{zone}") for number, zone in ((1, "a"), (2, "b"), (3, "c"))]
        instances[2]["tags"] = tags
        assert self.said(instances, [own_address(1, "i-1"), own_address(2, "i-2")]) == [(name, "none", "i-3")]

    def test_an_elastic_ip_that_is_left_over(self) -> None:
        instances = [instance(number, zone, subnet_id=f"subnet-{zone}") for number, zone in ((1, "a"), (2, "b"))]
        found = self.said(instances, [own_address(1, "i-1"), own_address(2, "i-2"), own_address(3)])
        assert found == [("live-stream-manager-3", "none", "Elastic IP 203.0.113.3")]

    @pytest.mark.parametrize("of, current", [({"tags": {"red5pro:image": "live-old"}}, "live-old"), ({"image_id": "ami-old"}, "ami-old")])
    def test_one_that_was_launched_from_another_image(self, of: Facts, current: str) -> None:
        instances = [instance(1, "a", subnet_id="subnet-a", image_id="ami-new"), instance(2, "b", subnet_id="subnet-b")]
        instances[1] |= {**of, "tags": instances[1]["tags"] | of.get("tags", {})}
        found = self.said(instances, [own_address(1, "i-1"), own_address(2, "i-2")], images=["live-new", "ami-new"])
        assert found == [("live-stream-manager-2 image", "live-new or ami-new", current)]


@pytest.mark.parametrize("numbers, count, expected", [
    ([], 3, [1, 2, 3]), ([], "2", [1, 2]), ([3, "1"], 9, [1, 3]),
    ([1, 0], 2, []), ([1, -2], 2, []), ([1.5], 2, []), ([True], 2, []), (["two"], 2, []), ([""], 2, []), (["1_0"], 2, []),
])  # fmt: skip
def test_numbers(numbers: list[Any], count: Any, expected: list[int]) -> None:
    assert stream_manager_numbers(numbers, count) == expected


def surplus(instances: list[Facts], addresses: list[Facts], declared: list[int], **more: Any) -> list[Facts]:
    return surplus_stream_managers(slots(declared, instances, addresses, **more), "live", instances, addresses)


def test_no_surplus() -> None:
    current = [instance(1, "a"), instance(2, "b")]
    assert surplus(current, [own_address(1, "i-1"), own_address(2, "i-2"), address(9)], [1, 2]) == []


def test_a_surplus_one_has_its_address() -> None:
    current = [instance(1, "a"), instance(2, "b")]
    assert surplus(current, [own_address(1, "i-1"), own_address(2, "i-2")], [1]) == [
        {
            "name": "live-stream-manager-2",
            "instance_id": "i-2",
            "private_ip": "10.0.0.2",
            "public_ip": "203.0.113.2",
            "device_id": "i-2",
            "reserved": True,
        }
    ]


def test_address_that_was_given_is_not_the_deployments() -> None:
    current = [instance(1, "a"), instance(2, "b")]
    (found,) = surplus(current, [own_address(1, "i-1"), address(9, "i-2")], [1])
    assert (found["public_ip"], found["reserved"]) == ("203.0.113.9", False)


def test_second_instance_of_a_name_is_surplus() -> None:
    (found,) = surplus([instance(1, "a"), instance(8, "b", name="live-stream-manager-1")], [own_address(1, "i-1")], [1])
    assert (found["instance_id"], found["public_ip"]) == ("i-8", "")


def test_addresses_without_a_slot_are_surplus() -> None:
    addresses = [own_address(1, "i-1"), own_address(2), own_address(3, "i-of-others"), address(8), own_address(4, "i-1")]
    found = surplus([instance(1, "a")], addresses, [1])
    assert column(found, "name") == ["live-stream-manager-2", "live-stream-manager-4"]
    assert column(found, "device_id") == ["", "i-1"]
    assert column(found, "instance_id") == ["", ""]


def test_an_address_that_a_network_interface_of_somebody_else_uses_is_not_surplus() -> None:
    used = {**own_address(5), "network_interface_id": "eni-nat", "association_id": "eipassoc-5"}
    left = {**own_address(6), "network_interface_id": "eni-left"}
    assert column(surplus([], [used, left], []), "name") == ["live-stream-manager-6"]


def test_a_surplus_one_without_a_name_is_called_by_its_id() -> None:
    nameless = instance(5, "a", tags={})
    assert column(surplus([nameless], [address(6, None, **OWN)], []), "name") == ["i-5", "203.0.113.6"]


def image(number: int) -> Facts:
    return {"image_id": f"ami-{number}", "name": f"image-{number}", "creation_date": f"2026-0{number}-01T00:00:00.000Z"}


@pytest.mark.parametrize("used, kept, surplus", [
    (["ami-4"], 1, ["ami-2", "ami-1"]), (["ami-4"], "0", ["ami-3", "ami-2", "ami-1"]), (["image-4", "ami-2"], 1, ["ami-1"]), ([], 9, []),
])  # fmt: skip
def test_surplus_images(used: list[str], kept: int, surplus: list[str]) -> None:
    assert [one["image_id"] for one in surplus_images([image(2), image(4), image(1), image(3)], used, kept)] == surplus
