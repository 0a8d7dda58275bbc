# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Each filter has its own file of documentation, which says of its arguments what the code says."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

DIRECTORY = Path(__file__).resolve().parents[4] / "plugins/filter"
FILTERS: dict[str, Callable[..., Any]] = {
    name: function
    for path in sorted(DIRECTORY.glob("*.py"))
    for name, function in importlib.import_module(f"ansible_collections.streamops.red5pro.plugins.filter.{path.stem}")
    .FilterModule()
    .filters()
    .items()
}
DOCUMENTED = sorted(path.stem for path in DIRECTORY.glob("*.yml"))


def test_every_filter_is_documented_and_nothing_else() -> None:
    assert sorted(FILTERS) == DOCUMENTED


@pytest.mark.parametrize("name", sorted(FILTERS))
def test_documentation_is_of_this_function(name: str) -> None:
    content = yaml.safe_load((DIRECTORY / f"{name}.yml").read_text(encoding="utf-8"))
    documentation = content["DOCUMENTATION"]
    _first, *others = inspect.signature(FILTERS[name]).parameters.values()
    assert documentation["name"] == name
    assert list(documentation["options"]) == ["_input", *(one.name for one in others)]
    for one in others:
        option = documentation["options"][one.name]
        assert option.get("required", False) is (one.default is inspect.Parameter.empty)
        if one.default is not inspect.Parameter.empty:
            assert (option.get("default") or None) == (one.default or None)
    assert f"streamops.red5pro.{name}" in content["EXAMPLES"]
    assert all("name" in task for task in yaml.safe_load(content["EXAMPLES"]))
    assert "_value" in content["RETURN"]
