# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The role autoscaling deletes the objects of one deployment in an API that others use too; without regions, AWS is not called."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from fake_api import FakeApi
from payloads import GROUP_OPTIONS, launch_options, policy_options
from test_stream_manager_playbook import TOKEN, assert_no_token, play

Task = dict[str, Any]
HELD: list[Task] = [
    {"streamops.red5pro.scale_policy": policy_options() | {"name": "own"}},
    {"streamops.red5pro.scale_policy": policy_options() | {"name": "shared"}},
    {"streamops.red5pro.launch_config": launch_options() | {"name": "own", "metadata": {"red5pro:deployment": "live"}}},
    {"streamops.red5pro.launch_config": launch_options() | {"name": "theirs", "metadata": {"red5pro:deployment": "live-eu"}}},
    {"streamops.red5pro.node_group": GROUP_OPTIONS | {"name": "own", "launch_config": "own", "scale_policy": "own"}},
    {"streamops.red5pro.node_group": GROUP_OPTIONS | {"name": "own too", "launch_config": "own", "scale_policy": "shared"}},
    {"streamops.red5pro.node_group": GROUP_OPTIONS | {"name": "theirs", "launch_config": "theirs", "scale_policy": "shared"}},
]


def absent(api: FakeApi, **variables: Any) -> list[Task]:
    """The entry point, with little more than the name, and its result."""
    given = {
        "autoscaling_name": "live",
        "autoscaling_api_url": api.url,
        "autoscaling_api_token": TOKEN,
        "autoscaling_regions": [],
        "autoscaling_poll_interval": 1,
        **variables,
    }
    return [
        {"ansible.builtin.include_role": {"name": "streamops.red5pro.autoscaling", "tasks_from": "absent"}, "vars": given},
        {"ansible.builtin.debug": {"var": "autoscaling_removal.kept"}},
    ]


@pytest.fixture(scope="module")
def two_deployments(tmp_path_factory: pytest.TempPathFactory) -> FakeApi:
    """An API that holds two deployments."""
    one = FakeApi(TOKEN).open()
    code, output = play(one, tmp_path_factory.mktemp("held"), *HELD)
    assert code == 0, output
    one.close()
    return one


@pytest.fixture
def api(two_deployments: FakeApi) -> FakeApi:
    """One like it for each test."""
    one = FakeApi(TOKEN)
    one.held, one.groups, one.nodes = map(deepcopy, (two_deployments.held, two_deployments.groups, two_deployments.nodes))
    return one.open()


def held(api: FakeApi) -> dict[str, list[str]]:
    return {"groups": sorted(api.groups), **{kind: sorted(names) for kind, names in api.held.items()}}


@pytest.mark.long
def test_what_the_deployment_tagged_is_deleted_and_what_others_use_is_kept(api: FakeApi, tmp_path: Path) -> None:
    everything = held(api)
    code, output = play(api, tmp_path, *absent(api), check=True)
    assert code == 0, output
    assert "changed=3 " in output
    assert (held(api), api.writes()) == (everything, [])
    code, output = play(api, tmp_path, *absent(api))
    assert code == 0, output
    assert "changed=3 " in output
    assert "shared, which the node group theirs of somebody else uses" in output
    assert held(api) == {"groups": ["theirs"], "scalepolicy": ["shared"], "launchconfig": ["theirs"]}
    assert_no_token(output)
    code, output = play(api, tmp_path, *absent(api))
    assert code == 0 and "changed=0 " in output, output


def test_another_token_is_refused_before_anything_is_changed(api: FakeApi, tmp_path: Path) -> None:
    code, output = play(api, tmp_path, *absent(api, autoscaling_api_token="wrong"))
    assert code == 2
    assert "Invalid red5pro_api_token (autoscaling_api_token): (hidden)." in output
    assert api.writes() == []


def test_an_api_that_does_not_answer_is_said_to_keep_what_it_holds(api: FakeApi, tmp_path: Path) -> None:
    api.refuse()
    code, output = play(api, tmp_path, *absent(api))
    assert code == 0, output
    assert "changed=0 " in output
    assert "since the API does not answer: Failed while listing the scale policies" in output
    assert_no_token(output)
