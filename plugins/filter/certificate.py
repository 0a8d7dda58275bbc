# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters for a certificate's validation records and the hosted zones that hold them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.streamops.red5pro.plugins.filter.load_balancer import hosted_zone

Facts = dict[str, Any]
NOTE = "red5pro:record:"
LIVE = ("ISSUED", "PENDING_VALIDATION")


def _plain(name: str) -> str:
    return name.lower().rstrip(".")


def zones_of(names: Iterable[str], zones: Iterable[Facts], wanted: str = "") -> list[str]:
    """For each name the id of the public hosted zone nearest above it, empty if Route 53 holds none.

    wanted is the id or name of the one zone to look in. Raises AnsibleFilterError if two public zones have that name.
    """
    zones = [zone for zone in zones if not wanted or wanted in (_zone_id(zone), _plain(zone["name"]), zone["name"])]
    return [_place(name, zones) for name in names]


def placed_records(records: Iterable[Facts], zones: Iterable[Facts], wanted: str = "") -> list[Facts]:
    """Each record with the `zone_id` that zones_of tells."""
    records = list(records)
    zone_ids = zones_of([record["name"] for record in records], zones, wanted)
    return [{**record, "zone_id": zone_id} for record, zone_id in zip(records, zone_ids, strict=True)]


def _place(name: str, zones: list[Facts]) -> str:
    nearest = hosted_zone(zones, name)
    if not nearest:
        return ""
    twins = [_zone_id(zone) for zone in zones if zone["name"] == nearest["name"] and not zone["config"]["private_zone"]]
    if len(twins) > 1:
        raise AnsibleFilterError(f"the hosted zones {', '.join(twins)} are all named {nearest['name']}: say by its id which one to use")
    return twins[0]


def _zone_id(zone: Facts) -> str:
    return str(zone["id"]).rsplit("/", 1)[-1]


def compared_records(results: Iterable[Facts]) -> list[Facts]:
    """Each placed record with its `state` (missing, same, foreign) and with what its name `holds`.

    results are those of route53_info in a loop over what placed_records returns.
    """
    return [_compare(result["item"], result["resource_record_sets"]) for result in results]


def _compare(record: Facts, sets: list[Facts]) -> Facts:
    standing = [one for one in sets if _plain(one["name"]) == _plain(record["name"])]
    holds = [(one["type"], value["value"]) for one in standing for value in one.get("resource_records") or [{"value": "(alias)"}]]
    same = [(kind, _plain(value)) for kind, value in holds] == [(record["type"], _plain(record["value"]))]
    state = "same" if same else "foreign" if holds else "missing"
    return {**record, "state": state, "holds": ", ".join(f"{kind} {value}" for kind, value in holds)}


def record_notes(records: Iterable[Facts]) -> dict[str, str]:
    """Tags for the certificate that tell which records were made for it, and in which zone: records of Route 53 have no tags."""
    return {_note(record["name"]): record["zone_id"] for record in records}


def _note(name: str) -> str:
    return NOTE + _plain(name).split(".")[0]


def removable_records(certificates: Iterable[Facts], own_arns: Iterable[str]) -> list[Facts]:
    """The records that were made for certificates with these ARNs and that no other live one needs, in the form of placed_records.

    certificates are all of the region, in the form of acm_certificate_info. One record serves every certificate for its domain.
    """
    own = [certificate for certificate in certificates if certificate["certificate_arn"] in own_arns]
    others = [certificate for certificate in certificates if certificate not in own and certificate["status"] in LIVE]
    validated = [other for other in others if other["type"] == "AMAZON_ISSUED"]
    needed = {_apex(name) for other in validated for name in other["subject_alternative_names"]}
    notes: dict[str, str] = {key: zone_id for certificate in own for key, zone_id in certificate["tags"].items()}
    options = [option for certificate in own for option in certificate.get("domain_validation_options", []) if "resource_record" in option]
    unneeded = [option["resource_record"] for option in options if _apex(option["domain_name"]) not in needed]
    records = {record["name"]: record for record in unneeded if _note(record["name"]) in notes}
    return [{**record, "zone_id": notes[_note(name)]} for name, record in sorted(records.items())]


def _apex(name: str) -> str:
    return _plain(name).removeprefix("*.")


class FilterModule:
    """The filters of the `certificate` role."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {
            "compared_records": compared_records,
            "placed_records": placed_records,
            "record_notes": record_notes,
            "removable_records": removable_records,
            "zones_of": zones_of,
        }
