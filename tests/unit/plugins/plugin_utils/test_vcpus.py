# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which nodes are launched, how many vCPUs they have, and when the account's quota is too low for them."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.filter.autoscaling import FilterModule
from ansible_collections.streamops.red5pro.plugins.plugin_utils import vcpus

Facts = dict[str, Any]
EAST, WEST = "us-east-1", "us-west-2"
REFUSALS = FilterModule().filters()["vcpu_refusals"]


def policy(**minimums: int) -> Facts:
    return {"name": "p", "regions": [region("default", **minimums)]}


def region(name: str, **minimums: int) -> Facts:
    return {"name": name, "targets": [{"role": role, "min_limit": minimum, "max_limit": 99} for role, minimum in minimums.items()]}


def config(**types: str) -> Facts:
    return {"name": "c", "targets": [{"role": role, "instance_type": one} for role, one in types.items()]}


def group(*nodes: Facts, regions: tuple[str, ...] = (EAST,)) -> Facts:
    return {"name": "g", "scale_policy": "p", "launch_config": "c", "regions": list(regions), "nodes": list(nodes)}


def node(role: str, state: str = "inservice", zone: str | None = f"{EAST}a") -> Facts:
    return {"role": role, "state": state, "availability_zone": zone}


def launched(one: Facts, minimums: Facts, types: Facts) -> dict[tuple[str, str], int]:
    found = vcpus.launches([one], {"p": minimums}, {"c": types})
    return {(each["region"], each["instance_type"]): each["count"] for each in found}


@pytest.mark.parametrize(
    ("one", "minimums", "found"),
    [
        (group(), policy(edge=3), {(EAST, "c5.large"): 3}),
        (group(node("edge")), policy(edge=3), {(EAST, "c5.large"): 2}),
        (group(node("EDGE", "IN_SERVICE"), node("edge", "pending", None)), policy(edge=3), {(EAST, "c5.large"): 1}),
        (group(node("edge", "terminating"), node("edge", "sunset")), policy(edge=3), {(EAST, "c5.large"): 3}),
        (group(node("edge"), node("edge"), node("edge"), node("edge")), policy(edge=3), {}),
        (group(node("origin")), policy(edge=1, origin=2), {(EAST, "c5.large"): 1, (EAST, "m5.large"): 1}),
        (group(node("edge"), regions=(EAST, WEST)), policy(edge=2), {(EAST, "c5.large"): 1, (WEST, "c5.large"): 2}),
        (
            group(node("edge"), regions=(EAST, WEST)),
            {"name": "p", "regions": [region("default", edge=9), region(EAST, edge=2), region(WEST, edge=1)]},
            {(EAST, "c5.large"): 1, (WEST, "c5.large"): 1},
        ),
        (group(), policy(transcoder=2, beacon=1), {}),  # another quota, and a role without a type
        ({**group(), "scale_policy": "gone"}, policy(edge=3), {}),
        ({**group(), "launch_config": "gone"}, policy(edge=3), {}),
        ({key: value for key, value in group().items() if key != "nodes"}, policy(edge=1), {(EAST, "c5.large"): 1}),
    ],
)
def test_nodes_that_are_missing_are_launched(one: Facts, minimums: Facts, found: Facts) -> None:
    assert launched(one, minimums, config(edge="c5.large", origin="m5.large", transcoder="g4dn.xlarge")) == found


@pytest.mark.parametrize(
    ("instance_type", "limited"),
    [
        *((kind, True) for kind in ("a1.large", "c7gn.large", "d3.xlarge", "h1.2xlarge", "i3.large", "im4gn.large", "is4gen.large")),
        *((kind, True) for kind in ("m5.large", "r6i.large", "t3.micro", "z1d.large")),
        *(
            (kind, False)
            for kind in ("dl1.24xlarge", "f1.2xlarge", "g4dn.xlarge", "hpc7g.4xlarge", "inf1.xlarge", "mac1.metal", "p3.2xlarge")
        ),
        *((kind, False) for kind in ("trn1.2xlarge", "u-6tb1.metal", "vt1.3xlarge", "x2idn.16xlarge", "", "5")),
    ],
)
def test_families_of_the_quota(instance_type: str, limited: bool) -> None:
    assert bool(launched(group(), policy(edge=1), config(edge=instance_type))) is limited


def test_each_region_is_read_by_itself() -> None:
    launching = [
        {"region": EAST, "instance_type": "c5.large", "count": 1},
        {"region": EAST, "instance_type": "m5.large", "count": 1},
        {"region": WEST, "instance_type": "c5.large", "count": 1},
    ]
    found = {reading["name"]: reading for reading in vcpus.readings(launching)}
    assert len(found) == 8 and {reading["region"] for reading in found.values()} == {EAST, WEST}
    assert found[f"types-{EAST}"]["filters"] == {"instance-type": ["c5.large", "m5.large"]}
    assert found[f"quota-{WEST}"]["parameters"] == {"ServiceCode": "ec2", "QuotaCode": "L-1216C47A"}
    assert found[f"running_types-{WEST}"]["filters_of"] == {"instance-type": f"running-{WEST}.instance_type"}


def size(kind: str, count: int) -> Facts:
    return {"instance_type": kind, "v_cpu_info": {"default_v_cpus": count}}


def read(quota: float | None, *running: str, spot: tuple[str, ...] = (), place: str = EAST) -> Facts:
    instances = [{"instance_type": kind} for kind in running] + [{"instance_type": kind, "instance_lifecycle": "spot"} for kind in spot]
    return {
        f"quota-{place}": [] if quota is None else [{"value": quota}],
        f"running-{place}": instances,
        f"types-{place}": [size("c5.large", 2)],
        f"running_types-{place}": [size("c5.large", 2), size("m5.4xlarge", 16), size("g4dn.xlarge", 4)],
    }


FIVE = [{"region": EAST, "instance_type": "c5.large", "count": 5}]  # 10 vCPUs


@pytest.mark.parametrize(
    ("resources", "reason"),
    [
        (read(10.0), ""),
        (read(28.0, "m5.4xlarge", "c5.large"), ""),
        (read(27.0, "m5.4xlarge", "c5.large"), "18 vCPUs run in us-east-1 and 10 more are needed, but the quota L-1216C47A is 27"),
        (read(9.0), "0 vCPUs run in us-east-1 and 10 more are needed, but the quota L-1216C47A is 9"),
        (read(10.0, "g4dn.xlarge", spot=("m5.4xlarge",)), ""),
        (read(99.0, "m5.large"), "AWS does not return the vCPUs of m5.large in us-east-1"),
        (read(0), "0 vCPUs run in us-east-1 and 10 more are needed, but the quota L-1216C47A is 0"),
    ],
)
def test_the_quota_is_compared_with_what_runs_and_what_is_launched(resources: Facts, reason: str) -> None:
    unknown = "Set red5pro_force=true to continue without this check."
    remedy = unknown if reason.startswith("AWS") else "Use fewer or smaller nodes, or request a higher quota."
    expected = [f"Refusing to raise minimums: {reason}. {remedy}"] if reason else []
    assert REFUSALS({"resources": resources}, FIVE, "raise minimums") == expected


def test_each_region_has_its_own_quota() -> None:
    resources = {**read(100.0), **read(1.0, place=WEST)}
    found = REFUSALS({"resources": resources}, [*FIVE, {**FIVE[0], "region": WEST, "count": 1}], "raise minimums")
    assert len(found) == 1 and "0 vCPUs run in us-west-2 and 2 more are needed" in found[0]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (
            {"failed": True, "msg": "No permission for servicequotas:GetServiceQuota in us-east-1: denied."},
            "Refusing to raise minimums: the quota of vCPUs cannot be read (No permission for servicequotas:GetServiceQuota in us-east-1: "
            "denied). Allow it, or set red5pro_force=true to continue without this check.",
        ),
        ({}, "Refusing to raise minimums: the quota of vCPUs cannot be read (no reason given). Allow it, or set red5pro_force=true"),
        (
            {"resources": read(None)},
            "Refusing to raise minimums: Service Quotas has no quota L-1216C47A in us-east-1. Set red5pro_force=true to continue",
        ),
    ],
)
def test_a_quota_that_cannot_be_read_is_a_refusal(answer: Facts, message: str) -> None:
    (found,) = REFUSALS(answer, FIVE, "raise minimums")
    assert found.startswith(message)


def test_readings_refer_to_keys_of_what_was_read() -> None:
    """The keys of what is read are in snake case; another one would silently find nothing."""
    (source,) = {value for reading in vcpus.readings(FIVE) for value in reading.get("filters_of", {}).values()}
    assert source.partition(".")[2] in read(1.0, "c5.large")[f"running-{EAST}"][0]
