# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of the role `certificate` for a removal: its certificates, and the validation records that no other one needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.streamops.red5pro.plugins.plugin_utils.findings import failure_text

from .blockers import user_blockers
from .certificate import compared_record, needed_records, region_readings, removable_records
from .hosted_zones import zone_id
from .ownership import is_own
from .removal import Current, Facts, named_rows

Read = Mapping[str, Any]  # what aws_resources_info has returned, perhaps skipped or failed


def readings(region: str) -> list[Facts]:
    """The first readings of AWS."""
    return [
        {"kind": "certificates", "region": region, "details": ["description", "tags"]},
        {"kind": "hosted_zones"},
        {"kind": "regions"},
    ]


def elsewhere_readings(declared: Mapping[str, Any], current: Current) -> list[Facts]:
    """The readings of other regions, whose certificates may need the same validation records."""
    regions = {one["region_name"] for one in current["regions"]} - {declared["region"]}
    return region_readings(sorted(regions)) if _own(declared, current) else []


def record_readings(declared: Mapping[str, Any], current: Current, elsewhere: Read) -> list[Facts]:
    """The readings of the records that no other certificate needs."""
    records = _removable(declared, current, elsewhere)
    pages = {_record_name(one): {"HostedZoneId": one["zone_id"], "StartRecordName": one["name"], "MaxItems": "100"} for one in records}
    return [{"kind": "record_sets", "name": name, "parameters": page} for name, page in pages.items()]


def plan(declared: Mapping[str, Any], current: Current) -> Facts:
    """What is deleted, and what is kept, with the readings that are still needed to know it.

    Declared has `name`, `region` and the ARNs that the load balancer uses (`in_use`), and what was read of `elsewhere_readings` and of
    `record_readings` as `elsewhere` and `records`.
    """
    name, own, elsewhere, sets = declared["name"], _own(declared, current), declared["elsewhere"], declared["records"]
    arns = [one["certificate_arn"] for one in own]
    removable = _removable(declared, current, elsewhere)
    compared = [compared_record(one, sets[_record_name(one)]) for one in removable if _record_name(one) in sets]
    same = [one for one in compared if one["state"] == "same"]
    users = [user for one in own for user in one.get("in_use_by") or ()]
    return {
        "deployment": name,
        "rows": [
            *named_rows(own, "certificate", "certificate_arn", declared["region"], "domain_name"),
            *named_rows(same, "validation record", "zone_id", named="name"),
        ],
        "blockers": user_blockers(users, name, f"the certificate of {name}"),
        "kept": [
            *(f"the certificate of somebody else, {one}" for one in sorted({*declared["in_use"]} - {*arns})),
            *_kept_records(current, arns, elsewhere, compared),
        ],
        "certificates": arns,
        "records": same,
        "elsewhere_readings": elsewhere_readings(declared, current),
        "record_readings": record_readings(declared, current, elsewhere),
    }


def _own(declared: Mapping[str, Any], current: Current) -> list[Facts]:
    return [one for one in current["certificates"] if is_own(one, declared["name"])]


def _is_unread(elsewhere: Read) -> bool:
    """Certificates in unreadable regions may need the records."""
    return bool(elsewhere) and "resources" not in elsewhere and not elsewhere.get("skipped")


def _others(elsewhere: Read) -> list[Facts]:
    return [one for found in elsewhere.get("resources", {}).values() for one in found]


def _removable(declared: Mapping[str, Any], current: Current, elsewhere: Read) -> list[Facts]:
    if _is_unread(elsewhere):
        return []
    arns, zones = [one["certificate_arn"] for one in _own(declared, current)], {zone_id(one) for one in current["hosted_zones"]}
    return [one for one in removable_records(current["certificates"], arns, _others(elsewhere)) if one["zone_id"] in zones]


def _record_name(record: Facts) -> str:
    return f"{record['zone_id']} {record['name']}"


def _kept_records(current: Current, arns: list[str], elsewhere: Read, compared: Iterable[Facts]) -> list[str]:
    if _is_unread(elsewhere):
        return [f"the validation records, since certificates of other regions may need them: {failure_text(dict(elsewhere))}"]
    changed = [
        f"the validation record {one['name']}, changed by somebody else" for one in compared if one["state"] not in ("same", "missing")
    ]
    return needed_records(current["certificates"], arns, _others(elsewhere)) + changed
