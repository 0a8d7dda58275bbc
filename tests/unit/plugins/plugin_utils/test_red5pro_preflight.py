# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is refused of an installation before there are hosts, and what identifies its result."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.filter.red5pro import red5pro_preflight
from test_red5pro import OTHER, PROPERTIES, SECRET, SUM, declared

FILES = {"archive": SUM, "jar": OTHER}
FIXED = {"rest.administratorToken": SECRET, "aws.vpcName": "v"}


def preflight(files: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    return red5pro_preflight({**declared(), "fixed": FIXED, "database_create": False, "secret": SECRET, **changes}, files or FILES)


def test_a_whole_declaration_has_a_fingerprint_for_each_kind() -> None:
    found = preflight()
    assert found["problems"] == []
    assert found["fingerprints"].keys() == {"stream_manager", "node"}
    assert len({*found["fingerprints"].values()}) == 2 and all(len(one) == 64 for one in found["fingerprints"].values())
    assert preflight() == found


@pytest.mark.parametrize(
    "changes, kinds",
    [
        ({"license_key": "another"}, {"stream_manager", "node"}),
        ({"heap": 3}, {"stream_manager", "node"}),
        ({"unwanted": ["webapps/inspector"]}, {"node"}),  # a stream manager never has it
        ({"secret": "another"}, {"stream_manager", "node"}),
        ({"files": {**FILES, "archive": "c" * 64}}, {"stream_manager", "node"}),
        ({"files": {**FILES, "jar": "c" * 64}}, {"stream_manager"}),
        ({"fixed": {**FIXED, "aws.vpcName": "w"}}, {"stream_manager"}),
        ({"cluster_password": "another"}, {"node"}),
        ({"node_token": "another"}, {"node"}),
        ({"properties": {**PROPERTIES, "config.dbPass": "another"}}, set()),  # which is set on the hosts
        ({"salt": "another"}, set()),
    ],
)
def test_a_fingerprint_changes_with_what_decides_the_content(changes: dict[str, Any], kinds: set[str]) -> None:
    before, after = preflight()["fingerprints"], preflight(**changes)["fingerprints"]
    assert {kind for kind in before if before[kind] != after[kind]} == kinds


def test_what_is_missing_is_refused_before_there_are_hosts() -> None:
    without = {key: value for key, value in PROPERTIES.items() if key != "config.dbHost"}
    found = preflight(license_key="", properties=without)
    assert found["fingerprints"] == {}
    assert [one.partition(":")[0] for one in found["problems"]] == [
        "Invalid red5pro_license_key",
        "Invalid red5pro_stream_manager_properties['config.dbHost']",
    ]


def test_the_host_of_a_database_to_create_is_not_known_yet() -> None:
    without = {key: value for key, value in PROPERTIES.items() if not key.startswith("config.")}
    assert preflight(properties=without, database_create=True)["problems"] == []


def test_each_problem_is_named_once() -> None:
    found = preflight(files={**FILES, "archive": ""}, cluster_password="")
    assert [one.partition(":")[0] for one in found["problems"]] == [
        "Invalid red5pro_distribution",
        "Invalid red5pro_stream_manager_properties['cluster.password']",
    ]
