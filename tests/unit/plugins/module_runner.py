# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs the Stream Manager API modules in this process, through Ansible's own argument machinery, against a fake API."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import pytest
from ansible.module_utils import _internal, basic
from ansible.module_utils.common import warnings
from fake_api import FakeApi

MODULES = "ansible_collections.streamops.red5pro.plugins.modules"


def main(module: str) -> None:
    """Run the module's main()."""
    importlib.import_module(module).main()


@contextmanager
def arguments(options: dict[str, Any]) -> Iterator[None]:
    """Hand a module its options, from ansible-core 2.18 (which has no patch_module_args yet) on."""
    given = json.dumps({"ANSIBLE_MODULE_ARGS": options}).encode()
    warnings._global_warnings.clear()  # a module's process has its own
    warnings._global_deprecations.clear()
    with (
        mock.patch.object(basic, "_ANSIBLE_ARGS", given),
        mock.patch.object(basic, "_ANSIBLE_PROFILE", "legacy", create=True),
        # Tests of filters load the controller, which would show a module's warnings itself
        mock.patch.object(_internal, "is_controller", False, create=True),
    ):
        yield


class Clock:
    """Time that passes only while someone sleeps."""

    def __init__(self, api: FakeApi) -> None:
        self.now = 0.0
        self.waits: list[float] = []
        self.pauses: list[float] = []
        self._api = api

    def monotonic(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self._api.pause(seconds)


class Modules:
    """Call a module by its name; `failed` is in what it returns as Ansible sees it. `output` is all that any printed."""

    def __init__(self, api: FakeApi, clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
        self.api = api
        self.clock = clock
        self.output = ""
        self._capsys = capsys

    def __call__(self, module: str, check: bool = False, start: Callable[[str], Any] = main, **options: Any) -> dict[str, Any]:
        own = {"api_url": self.api.url, "access_token": self.api.token, "timeout": 20, **options}
        own = {name: value for name, value in own.items() if value is not ...}
        with arguments({**own, "_ansible_check_mode": check, "_ansible_diff": True}), pytest.raises(SystemExit):
            start(f"{MODULES}.{module}")
        printed = self._capsys.readouterr()
        assert not printed.err, printed.err
        self.output += printed.out
        result: dict[str, Any] = json.loads(printed.out.strip().splitlines()[-1])
        return result

    def ok(self, module: str, **options: Any) -> dict[str, Any]:
        result = self(module, **options)
        assert not result.get("failed"), result["msg"]
        return result

    def refused(self, module: str, **options: Any) -> str:
        result = self(module, **options)
        assert result.get("failed"), result
        message: str = result["msg"]
        return message
