# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""User data that are no text."""

from __future__ import annotations

import base64

import pytest
from ansible.module_utils import basic
from ansible_collections.streamops.red5pro.plugins.filter.declarations import FilterModule
from ansible_collections.streamops.red5pro.plugins.module_utils._user_data import as_bytes
from fake_api import FakeApi
from module_runner import Modules
from payloads import launch_options

LAUNCH = "launchconfig"
FILTERS = FilterModule().filters()

pytestmark = pytest.mark.usefixtures("lone_surrogates")


GZ = base64.b64decode("H4sIAAAAAAAAA8vIBADsYgvYAgAAAA==") + bytes(range(256))


@pytest.mark.parametrize("data", [GZ, b"\xff", b"\x1f\x8b\x08\x00", "ü".encode("latin-1"), b"a\x00\xfe"], ids=range(5))
def test_user_data_that_is_no_text(held: FakeApi, modules: Modules, data: bytes) -> None:
    options = {**launch_options(), "user_data": data.decode(errors="surrogateescape")}
    assert FILTERS["validate_launch_configs"]([options]) == []
    predicted = modules.ok("launch_config", check=True, **options)
    found = modules.ok("launch_config", **options)
    assert found["changed"] and found["diff"] == predicted["diff"]
    sent = {pair["name"]: pair["value"] for pair in held.held[LAUNCH]["all-nodes-launch"][LAUNCH]["properties"]["property"]}
    assert base64.b64decode(sent["UserData"].removeprefix("base64:")) == data
    assert not modules.ok("launch_config", **options)["changed"]
    assert modules.ok("launch_config", **{**options, "user_data": "#!/bin/sh\n"})["changed"]


def test_user_data_that_is_no_text_is_neither_logged_nor_returned(held: FakeApi, modules: Modules, monkeypatch: pytest.MonkeyPatch) -> None:
    logged: list[bytes] = []
    monkeypatch.setattr(basic.AnsibleModule, "_log_invocation", lambda self: logged.append(self.params["user_data"].encode()))
    for image in ("image-name", ""):
        result = modules("launch_config", **{**launch_options(), "image": image, "user_data": "a\udcff"})
        assert result["invocation"]["module_args"]["user_data"] == "a?"
    assert logged == [b"a?"] * 2


def test_bytes_of_any_text() -> None:
    assert as_bytes("ü") == "ü".encode()
    assert as_bytes("\udcff") == b"\xff"
    assert as_bytes("\ud800") == "\ud800".encode(errors="surrogatepass")
