# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The summary at the end of a run."""

from __future__ import annotations

from typing import Any

from ansible_collections.streamops.red5pro.plugins.plugin_utils.summary import summary

NOTHING: dict[str, Any] = {
    "name": "live", "region": "us-east-1", "url": "", "port": 5080, "stream_managers": [], "node_image": "", "node_groups": []
}  # fmt: skip


def node(role: str, state: str) -> dict[str, str]:
    return {"role": role, "state": state}


def test_what_is_unknown_is_left_out() -> None:
    assert summary(NOTHING) == ["live in us-east-1"]


def test_all() -> None:
    manager = {"name": "live-stream-manager-1", "instance_id": "i-1", "availability_zone": "us-east-1a", "public_ip": "192.0.2.1"}
    nodes = [node("origin", "inservice"), node("edge", "inservice"), node("edge", "pending"), node("edge", "inservice")]
    known = {
        "url": "https://sm.example.com",
        "stream_managers": [manager, {**manager, "name": "live-stream-manager-2", "public_ip": ""}],
        "node_image": "live-node-1",
        "role_images": {"origin": "live-node-origin-1", "edge": "live-node-edge-1"},
        "node_groups": [{"name": "one", "nodes": nodes}, {"name": "two", "nodes": []}],
    }
    assert summary(NOTHING | known) == [
        "live in us-east-1",
        "stream manager API: https://sm.example.com",
        "stream manager on HTTP: http://sm.example.com:5080",
        "stream manager live-stream-manager-1: i-1 us-east-1a 192.0.2.1",
        "stream manager live-stream-manager-2: i-1 us-east-1a",
        "node image: live-node-1",
        "node image of edge: live-node-edge-1",
        "node image of origin: live-node-origin-1",
        "node group one: 2 edge inservice, 1 edge pending, 1 origin inservice",
        "node group two: no nodes",
    ]
