# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Properties files as the role stream_manager_config looks at them."""

from __future__ import annotations

from ansible_collections.streamops.red5pro.plugins.filter import network, properties


def test_problems() -> None:
    (found,) = network.input_problems({"red5pro_stream_manager_properties": {"a": "1\n"}})
    assert found["message"] == "Invalid red5pro_stream_manager_properties['a']: a value with a line break. Expected: one line."


def test_secrets_and_the_others() -> None:
    secrets = {"config.dbPass": "x", "db.url": "jdbc:mysql://user:secret@db/red5"}
    others = {"proxy.enabled": True, "other.url": "jdbc:mysql://db/red5"}
    assert properties.secret_properties({**secrets, **others}) == secrets
    assert properties.secret_properties({**secrets, **others}, False) == others


def test_the_plan_of_hosts_that_were_not_read() -> None:
    declared = {"path": "/p", "salt": "", "api_token": "", "marked": []}
    found = properties.stream_manager_config_plan({"one": {"msg": "no route to host"}}, declared)
    assert found["unfit"] == ["Refusing to configure one: no route to host"]
    assert [one["subject"] for one in found["checks"]] == ["one"]
