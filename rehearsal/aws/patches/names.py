# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Route 53: record sets as they are, without moto's journal, which takes old changes for present records."""

from __future__ import annotations

from typing import Any

from moto.route53.models import Route53Backend

from .patching import patch


def canonical(name: str) -> str:
    """A name as Route 53 keeps it: lower case, with the dot at the end and a real asterisk."""
    return name.lower().rstrip(".").replace("\\052", "*") + "."


def key_of(record: Any) -> tuple[str, str, str | None]:
    """What makes a record set the same one."""
    return canonical(record.name), record.type, record.set_identifier


def stored(record_set: dict[str, Any]) -> dict[str, Any]:
    """A record set of a request in the form moto keeps."""
    values = [record["Value"] for record in record_set.get("ResourceRecords", ())]
    kept = record_set | {"Name": canonical(record_set["Name"]), "ResourceRecords": values}
    if alias := record_set.get("AliasTarget"):
        kept["AliasTarget"] = alias | {"DNSName": canonical(alias["DNSName"])}
    return kept


@patch(Route53Backend, "change_resource_record_sets")
def apply_changes(_original: Any, backend: Any, zone_id: str, changes: list[dict[str, Any]]) -> None:
    """Carry out a batch that rules/names.py has let pass."""
    zone = backend.get_hosted_zone(zone_id)
    for change in changes:
        record = stored(change["ResourceRecordSet"])
        key = (record["Name"], record["Type"], record.get("SetIdentifier"))
        zone.rrsets = [present for present in zone.rrsets if key_of(present) != key]
        if change["Action"] != "DELETE":
            zone.add_rrset(record)


@patch(Route53Backend, "create_hosted_zone")
def readable_soa(original: Any, backend: Any, *args: Any, **kwargs: Any) -> Any:
    """moto wraps the value of the SOA record twice."""
    zone = original(backend, *args, **kwargs)
    for record in zone.rrsets:
        record.records = [entry["Value"] if isinstance(entry, dict) else entry for entry in record.records]
    return zone
