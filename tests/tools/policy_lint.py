# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lints IAM policies with parliament: policy_lint FILE..."""

from __future__ import annotations

import sys
from pathlib import Path

import parliament

# What is meant: reading is on everything, and an action on several types of resources is spread over statements with different conditions.
MEANT = {"RESOURCE_STAR", "RESOURCE_MISMATCH"}
# What AWS documents and parliament's tables lack, or what is asked for only where the key is there.
DOCUMENTED = ("elasticloadbalancing:CreateAction", "kms:GrantIsForAWSResource")


def main(paths: list[str]) -> int:
    """Print what is left, one finding a line."""
    found = 0
    for path in paths:
        for one in parliament.analyze_policy_string(Path(path).read_text(encoding="utf-8")).findings:
            if one.issue not in MEANT and not any(f"condition {key} " in str(one.detail) for key in DOCUMENTED):
                print(f"{path}: {one.issue} {one.detail} {one.location}")
                found += 1
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
