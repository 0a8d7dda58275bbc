# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where validation records go, whether they stand there, and which may be taken away again."""
from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.streamops.red5pro.plugins.filter.certificate import (
    compared_records,
    placed_records,
    record_notes,
    removable_records,
)

NAME = "_0a1b.sm.example.com"
RECORD = {"name": NAME, "type": "CNAME", "value": "_c9.acm-validations.aws", "zone_id": "Z1"}


def _zone(zone_id: str, name: str, private: bool = False) -> dict[str, Any]:
    return {"id": f"/hostedzone/{zone_id}", "name": f"{name}.", "config": {"private_zone": private}}


COM, EXAMPLE, SM = _zone("ZCOM", "com"), _zone("ZEXAMPLE", "example.com"), _zone("ZSM", "sm.example.com")


@pytest.mark.parametrize(
    ("zones", "wanted", "expected"),
    [
        ([], "", ""),
        ([EXAMPLE], "", "ZEXAMPLE"),
        ([COM, SM, EXAMPLE], "", "ZSM"),
        ([EXAMPLE, _zone("ZPRIVATE", "sm.example.com", private=True)], "", "ZEXAMPLE"),
        ([EXAMPLE, _zone("ZPRIVATE", "example.com", private=True)], "", "ZEXAMPLE"),
        ([_zone("ZOTHER", "ple.com"), _zone("ZORG", "example.org")], "", ""),
        ([_zone("ZUPPER", "Example.COM")], "", "ZUPPER"),
        ([EXAMPLE, SM], "ZEXAMPLE", "ZEXAMPLE"),
        ([EXAMPLE, SM], "example.com", "ZEXAMPLE"),
        ([EXAMPLE, SM], "example.com.", "ZEXAMPLE"),
        ([EXAMPLE, SM], "example.org", ""),
        ([EXAMPLE, _zone("ZTWIN", "example.com")], "ZTWIN", "ZTWIN"),
    ],
)
def test_a_record_goes_into_the_nearest_public_zone(zones: list[dict[str, Any]], wanted: str, expected: str) -> None:
    assert placed_records([{"name": NAME}], zones, wanted) == [{"name": NAME, "zone_id": expected}]


def test_two_public_zones_of_one_name_are_not_chosen_between() -> None:
    with pytest.raises(AnsibleFilterError, match="ZEXAMPLE, ZTWIN are all named example.com."):
        placed_records([{"name": NAME}], [EXAMPLE, _zone("ZTWIN", "example.com"), COM])


@pytest.mark.parametrize(
    ("standing", "state", "holds"),
    [
        ([], "missing", ""),
        ([{"name": "_z.example.com.", "type": "CNAME", "resource_records": [{"value": "x"}]}], "missing", ""),
        ([{"name": f"{NAME.upper()}.", "type": "CNAME", "resource_records": [{"value": "_C9.acm-validations.aws."}]}], "same", None),
        ([{"name": f"{NAME}.", "type": "CNAME", "resource_records": [{"value": "other."}]}], "foreign", "CNAME other."),
        ([{"name": f"{NAME}.", "type": "TXT", "resource_records": [{"value": "_c9.acm-validations.aws"}]}], "foreign", None),
        ([{"name": f"{NAME}.", "type": "A", "alias_target": {"dns_name": "x"}}], "foreign", "A (alias)"),
    ],
)
def test_what_stands_under_a_records_name(standing: list[dict[str, Any]], state: str, holds: str | None) -> None:
    (compared,) = compared_records([{"item": RECORD, "resource_record_sets": standing}])
    assert compared["state"] == state
    assert holds is None or compared["holds"] == holds
    assert RECORD.items() <= compared.items()


def _certificate(arn: str, *labels: str, status: str = "ISSUED", notes: dict[str, str] | None = None) -> dict[str, Any]:
    options = [{"resource_record": {"name": f"{label}.example.com.", "type": "CNAME", "value": f"{label}.aws."}} for label in labels]
    return {
        "certificate_arn": arn, "status": status, "domain_validation_options": [*options, {"domain_name": "late"}],
        "tags": {"Name": "x", **(notes or {})},
    }  # fmt: skip


NOTES = record_notes([{"name": "_a.example.com", "zone_id": "ZA"}, {"name": "_B.example.com.", "zone_id": "ZB"}])


def test_the_notes_tell_the_zone_of_each_record() -> None:
    assert NOTES == {"red5pro:record:_a": "ZA", "red5pro:record:_b": "ZB"}


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ([], [("_a.example.com.", "ZA"), ("_b.example.com.", "ZB")]),
        ([_certificate("other", "_b")], [("_a.example.com.", "ZA")]),
        ([_certificate("other", "_b", status="PENDING_VALIDATION")], [("_a.example.com.", "ZA")]),
        ([_certificate("other", "_b", status="EXPIRED")], [("_a.example.com.", "ZA"), ("_b.example.com.", "ZB")]),
        ([_certificate("other", "_a", "_b", notes=NOTES)], []),
        ([{"certificate_arn": "imported", "status": "ISSUED", "tags": {}}], [("_a.example.com.", "ZA"), ("_b.example.com.", "ZB")]),
    ],
)
def test_only_records_made_here_and_needed_by_nobody_else_may_go(others: list[dict[str, Any]], expected: list[tuple[str, str]]) -> None:
    own = [_certificate("own", "_a", "_b", "_standing", notes=NOTES), _certificate("failed", "_a", status="FAILED", notes=NOTES)]
    removable = removable_records([*others, *own], ["own", "failed"])
    assert [(record["name"], record["zone_id"]) for record in removable] == expected
    assert all(record["value"].endswith(".aws.") and record["type"] == "CNAME" for record in removable)
