# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A fake Stream Manager API, and the modules that ask it."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from ansible.module_utils import api as ansible_api
from ansible.module_utils import basic
from fake_api import FakeApi
from module_runner import Clock, Modules

MODULE_UTILS = "ansible_collections.streamops.red5pro.plugins.module_utils"


@pytest.fixture
def api() -> Iterator[FakeApi]:
    fake = FakeApi().open()
    yield fake
    fake.close()


@pytest.fixture
def clock(api: FakeApi, monkeypatch: pytest.MonkeyPatch) -> Clock:
    own = Clock(api)
    monkeypatch.setattr(ansible_api, "time", SimpleNamespace(sleep=own.pause))
    launch = importlib.import_module(f"{MODULE_UTILS}._node_launch")
    monkeypatch.setattr(launch, "time", SimpleNamespace(sleep=own.wait, monotonic=own.monotonic))
    return own


@pytest.fixture
def modules(api: FakeApi, clock: Clock, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Modules]:
    for variable in ("RED5PRO_ACCESS_TOKEN", "http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(basic.AnsibleModule, "_log_invocation", lambda self: None)  # writes to the system's journal
    own = Modules(api, clock, capsys)
    yield own
    assert api.token not in own.output
