# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A fake Stream Manager API, and the modules that ask it."""

from __future__ import annotations

import copy
import importlib
import json
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from ansible.module_utils import api as ansible_api
from ansible.module_utils import basic
from fake_api import FakeApi
from module_runner import Clock, Modules
from payloads import GROUP_OPTIONS, SEED_LAUNCH, SEED_POLICY

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


@pytest.fixture
def held(api: FakeApi) -> FakeApi:
    """An API with a policy and a configuration."""
    api.held["scalepolicy"]["default-v3"] = copy.deepcopy(SEED_POLICY)
    api.held["launchconfig"]["all-nodes-launch"] = copy.deepcopy(SEED_LAUNCH)
    return api


@pytest.fixture
def group(held: FakeApi, modules: Modules) -> FakeApi:
    """The same with the group `live`, whose nodes are in service."""
    modules.ok("node_group", **GROUP_OPTIONS, wait=True)
    held.forget()
    modules.clock.waits.clear()
    modules.clock.pauses.clear()
    return held


@pytest.fixture
def lone_surrogates(monkeypatch: pytest.MonkeyPatch) -> None:
    """The controller, which tests of filters load into this process, does not take them back as a module's process does."""
    monkeypatch.setattr(basic, "_load_params", lambda: json.loads(basic._ANSIBLE_ARGS)["ANSIBLE_MODULE_ARGS"])  # type: ignore[attr-defined]
