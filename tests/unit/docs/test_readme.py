# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The README names everything that the collection has for a user."""

from __future__ import annotations

import re

import pytest
from iam_policy import DOCS

ROOT = DOCS.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SECTION = README.partition("## What is in it")[2].partition("\n## ")[0]
FIRST_CELLS = re.findall(r"^\| (.*?) \|", SECTION, re.MULTILINE)


def _names(pattern: str) -> list[str]:
    return sorted(path.stem for path in ROOT.glob(pattern))


@pytest.mark.parametrize("role", _names("roles/*"))
def test_every_role_is_in_the_table(role: str) -> None:
    assert f"[{role}](roles/{role}/README.md)" in FIRST_CELLS


@pytest.mark.parametrize("module", _names("plugins/modules/*.py"))
def test_every_module_is_in_the_table(module: str) -> None:
    row = next((cell for cell in FIRST_CELLS if f"`{module.removesuffix('_info')}`" in cell or f"`{module}`" in cell), "")
    assert f"`{module}`" in row or "with `_info`" in row


def _started() -> list[str]:
    """The playbooks that no other playbook imports."""
    parts = re.findall(r"import_playbook: (\w+)\.yml", "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("playbooks/*.yml")))
    return sorted({*_names("playbooks/*.yml")} - {*parts})


@pytest.mark.parametrize("playbook", _started())
def test_every_playbook_that_a_user_starts_is_named(playbook: str) -> None:
    assert f"`{playbook}.yml`" in README
