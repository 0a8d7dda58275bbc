# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tags of others on a role's resources are kept: the modules of AWS remove them by default."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from role_files import ROLES, ROOT, parsed

KEEPING = {"amazon.aws.ec2_tag"}  # modules whose purge_tags is false by itself


def tasks(items: Any) -> Iterator[dict[str, Any]]:
    for item in items or []:
        yield item
        for part in ("block", "rescue", "always"):
            yield from tasks(item.get(part))


def test_no_task_removes_tags_that_others_put_there() -> None:
    removing, count = [], 0
    for role in ROLES:
        for path in sorted((ROOT / "roles" / role / "tasks").glob("*.yml")):
            for task in tasks(parsed(path)):
                for module, options in task.items():
                    if isinstance(options, dict) and "tags" in options and module.startswith(("amazon.aws.", "community.aws.")):
                        count += 1
                        if module not in KEEPING and options.get("purge_tags") is not False and options.get("state") != "absent":
                            removing.append(f"{path.relative_to(ROOT)}: {task.get('name')}")
    assert count > 8
    assert removing == []
