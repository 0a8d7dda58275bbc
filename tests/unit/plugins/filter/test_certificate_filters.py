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
    zones_of,
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
    assert zones_of(["SM.example.com", "*.sm.example.com"], zones, wanted) == [expected, expected]


def test_two_public_zones_of_one_name_are_not_chosen_between() -> None:
    with pytest.raises(AnsibleFilterError, match=r"ZEXAMPLE, ZTWIN are all named example\.com\."):
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
    options = [
        {"domain_name": f"*.{label}.org", "resource_record": {"name": f"_{label}.{label}.org.", "type": "CNAME", "value": f"_{label}.aws."}}
        for label in labels
    ]
    names = [option["domain_name"] for option in options]
    tags = {"Name": "x", **(notes or {})}
    return {
        "certificate_arn": arn,
        "type": "AMAZON_ISSUED",
        "status": status,
        "tags": tags,
        "subject_alternative_names": names,
        "domain_validation_options": options,
    }


A, B = ("_a.a.org.", "ZA"), ("_b.b.org.", "ZB")
NOTES = record_notes([{"name": "_a.a.org", "zone_id": "ZA"}, {"name": "_B.b.org.", "zone_id": "ZB"}])


def test_the_notes_tell_the_zone_of_each_record() -> None:
    assert NOTES == {"red5pro:record:_a": "ZA", "red5pro:record:_b": "ZB"}


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ([], [A, B]),
        ([_certificate("other", "b")], [A]),
        ([_certificate("other", "b", status="PENDING_VALIDATION")], [A]),
        ([_certificate("other", "b", status="EXPIRED")], [A, B]),
        ([_certificate("other", "b") | {"type": "IMPORTED"}], [A, B]),
        ([_certificate("other", "a", "b", notes=NOTES)], []),
        ([_certificate("other") | {"subject_alternative_names": ["x.org", "B.org"]}], [A]),  # its record is not shown yet
        ([_certificate("other") | {"subject_alternative_names": ["x.b.org", "xa.org"]}], [A, B]),
    ],
)
def test_only_records_made_here_and_needed_by_nobody_else_may_go(others: list[dict[str, Any]], expected: list[tuple[str, str]]) -> None:
    own = [_certificate("own", "a", "b", "standing", notes=NOTES), _certificate("failed", "a", status="FAILED", notes=NOTES)]
    removable = removable_records([*others, *own], ["own", "failed"])
    assert [(record["name"], record["zone_id"]) for record in removable] == expected
    assert all(record["value"].endswith(".aws.") and record["type"] == "CNAME" for record in removable)
