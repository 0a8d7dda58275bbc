# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whose a resource is, by its tags."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamops.red5pro.plugins.plugin_utils.ownership import is_own, owner, tag_filters

NODE = {"tags": {"red5pro:deployment": "live", "red5pro:role": "node"}}


@pytest.mark.parametrize("resource", [{}, {"tags": None}, {"tags": {"Name": "live"}}])
def test_a_resource_without_the_tag_is_nobodys(resource: dict[str, Any]) -> None:
    assert owner(resource) == ""
    assert not is_own(resource, "live") and not is_own(resource, "live", "node")


def test_a_resource_is_of_one_deployment_and_has_one_role() -> None:
    assert owner(NODE) == "live"
    assert is_own(NODE, "live") and is_own(NODE, "live", "node")
    assert not is_own(NODE, "dev") and not is_own(NODE, "live", "stream-manager")


def test_filters_find_the_own_resources() -> None:
    assert tag_filters("live") == {"tag:red5pro:deployment": "live"}
    assert tag_filters("live", "node") == {"tag:red5pro:deployment": "live", "tag:red5pro:role": "node"}
