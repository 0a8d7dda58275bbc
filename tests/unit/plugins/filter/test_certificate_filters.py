# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The filters in front of a certificate's plan."""

from __future__ import annotations

from ansible_collections.streamops.red5pro.plugins.filter import certificate


def test_what_is_read_and_planned() -> None:
    wanted = {"arn": "", "find_existing": False, "names": ["sm.example.com"], "validation_method": "EMAIL", "key_algorithm": "RSA_2048"}
    desired = {**wanted, "match_tags": {}, "tags": {}, "hosted_zone": "", "days": 30}
    found = certificate.certificate_plan({}, {**desired, "now": "2026-01-31T12:00:00"})
    assert [found[key] for key in ("problems", "adopted", "arn", "answer")] == [[], "", "", {}]
