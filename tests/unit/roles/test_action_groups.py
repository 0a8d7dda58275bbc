# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The defaults that are set for an action group reach every module that has these options, and of AWS those that the roles call."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from role_files import ROOT, parsed

GROUPS: dict[str, list[str]] = parsed(ROOT / "meta/runtime.yml")["action_groups"]
FRAGMENTS = {"aws": "amazon.aws.boto3", "stream_manager": "streamops.red5pro.stream_manager"}


def documentation(path: Path) -> dict[str, Any]:
    assigned = {
        target.id: node.value
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found: dict[str, Any] = yaml.safe_load(ast.literal_eval(assigned["DOCUMENTATION"]))
    return found


@pytest.mark.parametrize("group", FRAGMENTS)
def test_a_group_has_every_module_of_this_collection_with_its_options(group: str) -> None:
    modules = sorted((ROOT / "plugins/modules").glob("*.py"))
    with_options = [path.stem for path in modules if FRAGMENTS[group] in documentation(path).get("extends_documentation_fragment", ())]
    assert sorted(name for name in GROUPS[group] if "." not in name) == with_options
    assert with_options


def test_there_is_a_fragment_for_each_group() -> None:
    assert GROUPS.keys() == FRAGMENTS.keys()


def test_the_group_has_the_modules_that_roles_and_playbooks_call_and_no_others() -> None:
    texts = [path.read_text(encoding="utf-8") for folder in ("roles", "playbooks") for path in (ROOT / folder).rglob("*.yml")]
    called = {name for text in texts for name in re.findall(r"^ +((?:amazon|community)\.aws\.\w+):", text, re.MULTILINE)}
    listed = [name for name in GROUPS["aws"] if "." in name]
    assert listed == sorted(called)
    assert "amazon.aws.ec2_instance" in listed
