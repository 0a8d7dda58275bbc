# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A store of a resource that nothing uses, or that has nothing under a path of its own."""

from __future__ import annotations

from ansible_collections.streamops.red5pro.plugins.module_utils._client import Client
from ansible_collections.streamops.red5pro.plugins.module_utils._node_group import NODE_GROUP
from ansible_collections.streamops.red5pro.plugins.module_utils._scale_policy import SCALE_POLICY
from ansible_collections.streamops.red5pro.plugins.module_utils._store import Store
from fake_api import FakeApi


def test_nothing_is_asked_where_there_is_nothing_to_know(api: FakeApi) -> None:
    connection = {"api_url": api.url, "access_token": api.token, "retries": 0, "timeout": 5, "validate_certs": True, "ca_path": None}
    client = Client(connection)
    Store(client, NODE_GROUP).refuse_if_used("live", "delete", "hint")
    assert Store(client, SCALE_POLICY).members("default-v3") == []
    assert not api.requests
