# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The region that a role sets for group/streamops.red5pro.aws reaches every module of AWS that it calls."""

from __future__ import annotations

import re

from role_files import ROOT, parsed


def test_the_group_has_the_modules_that_roles_and_playbooks_call_and_no_others() -> None:
    texts = [path.read_text(encoding="utf-8") for folder in ("roles", "playbooks") for path in (ROOT / folder).rglob("*.yml")]
    called = {name for text in texts for name in re.findall(r"^ +((?:amazon|community)\.aws\.\w+):", text, re.MULTILINE)}
    listed = [name for name in parsed(ROOT / "meta/runtime.yml")["action_groups"]["aws"] if "." in name]
    assert listed == sorted(called)
    assert "amazon.aws.ec2_instance" in listed
