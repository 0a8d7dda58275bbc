# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Each role's readings by its name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from ansible_collections.streamops.red5pro.plugins.filter.readings import read_already, readings
from ansible_collections.streamops.red5pro.plugins.filter.removal import removal_plan
from ansible_collections.streamops.red5pro.plugins.plugin_utils.role_readings import READINGS, REMOVAL_PLANS, REMOVAL_READINGS

FILTERS = Path(__file__).parents[4] / "plugins" / "filter"

DEFAULTS: dict[str, Any] = {"filters": {}, "filters_of": {}, "parameters": {}, "each_of": {}, "suffix_of": [], "details": [], "only": {}}
VARIABLES = {"red5pro_name": "live", "red5pro_node_groups": [{"name": "g", "regions": ["us-west-2"], "launch_config": "c"}]}
NETWORK = {"variables": VARIABLES, "all_roles": False}
CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "certificate": (
        {"names": ["sm.example.com"], "arn": "", "validation_method": "EMAIL"},
        {"kind": "certificates", "only": {"DomainName": "sm.example.com"}},
    ),
    "database": ({"name": "live", "create": False}, {"kind": "db_instances"}),
    "load_balancer": ({"name": "live", "domain": ""}, {"kind": "load_balancers", "parameters": {"Names": ["live"]}}),
    "network": (NETWORK, {"kind": "vpcs"}),
    "node_image": ({"name": "live", "regions": ["us-west-2"]}, {"kind": "images", "filters": {"name": "live-node-*"}}),
    "stream_manager_config": (
        {"regions": ["us-west-2"], "security_group": "sg-1", "hosts": {}},
        {"kind": "security_groups", "filters": {"group-id": "sg-1"}},
    ),
    "stream_manager_group": (
        {"name": "live", "database_group": "sg-1"},
        {"kind": "auto_scaling_groups", "parameters": {"AutoScalingGroupNames": ["live-stream-managers"]}},
    ),
    "stream_manager_image": ({"name": "live"}, {"kind": "images", "name": "stream_manager_images"}),
    "stream_managers": (
        {"name": "live", "first_instance": "i-1", "database_group": "sg-1"},
        {"kind": "instances", "name": "stream_manager_instances"},
    ),
}


def test_readings_have_the_region_that_is_declared() -> None:
    declared, region = {"name": "live", "regions": ["us-west-2"]}, "us-east-1"
    found = {one["name"]: one["region"] for one in readings({**declared, "region": region}, "node_image")}
    assert region in found.values() and "us-west-2" in found.values()
    assert not any("region" in one for one in readings({"name": "live", "domain": ""}, "load_balancer"))
    wanted = readings({"name": "live", "domain": "", "region": region}, "load_balancer")
    read = {
        "readings": [{**DEFAULTS, "name": one["kind"], **one} for one in wanted],
        "resources": {one.get("name", one["kind"]): [] for one in wanted},
    }
    assert read_already(read, wanted).keys() == read["resources"].keys()


def test_every_role_has_a_case() -> None:
    assert CASES.keys() == READINGS.keys()


@pytest.mark.parametrize("role", CASES)
def test_what_a_role_reads_first(role: str) -> None:
    declared, first = CASES[role]
    assert readings(declared, role)[0].items() >= first.items()


def test_every_region_of_node_images_and_hosts_is_read() -> None:
    assert [one.get("region", "") for one in readings(CASES["node_image"][0], "node_image")] == ["", "", "us-west-2"]
    assert {one["region"] for one in readings({"regions": ["a", "b"]}, "stream_manager_config")} == {"a", "b"}


def test_the_network_reads_other_regions_with_what_it_read_first() -> None:
    regions = {"regions": [{"region_name": "us-west-2"}]}
    assert readings({**NETWORK, "resources": {}}, "network") == []
    found = readings({"variables": VARIABLES, "all_roles": True, "resources": regions}, "network")
    assert {one["region"] for one in found} == {"us-west-2"}
    assert len(readings({**NETWORK, "all_roles": True}, "network")) > len(readings(NETWORK, "network"))


def test_what_was_read_for_a_role_is_found_again() -> None:
    (wanted,) = readings(CASES["certificate"][0], "certificate")
    read = {"readings": [{**DEFAULTS, "region": "us-east-1", **wanted}], "resources": {"own_certificates": [{"certificate_arn": "arn:1"}]}}
    assert read_already(read, [wanted], "us-east-1") == read["resources"]
    assert read_already({}, [wanted], "us-east-1") == {}


@pytest.mark.parametrize("call", [lambda: readings({}, "nobody"), lambda: readings({}, "all"), lambda: removal_plan({}, "nobody", {})])
def test_an_unknown_role_is_refused_by_its_name(call: Callable[[], Any]) -> None:
    with pytest.raises(AnsibleFilterError, match=r"^Invalid role: (nobody|all)[.] Expected: one of .*certificate, "):
        call()


def test_every_role_is_documented() -> None:
    for name, known in (("readings", READINGS.keys() | REMOVAL_READINGS.keys()), ("removal_plan", REMOVAL_PLANS.keys())):
        documentation = yaml.safe_load((FILTERS / f"{name}.yml").read_text(encoding="utf-8"))["DOCUMENTATION"]
        assert set(documentation["options"]["role"]["choices"]) == known
