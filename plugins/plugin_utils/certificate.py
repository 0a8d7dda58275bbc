# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Decisions of the role `certificate`: the zones of validation records, which may be deleted, and which certificates can be used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.streamops.red5pro.plugins.module_utils._domain_record import Record, plain
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import invalid
from ansible_collections.streamops.red5pro.plugins.plugin_utils.hosted_zones import zone_id, zone_problems, zones_above

Facts = dict[str, Any]
NOTE = "red5pro:record:"
LIVE = ("ISSUED", "PENDING_VALIDATION")
UNSERVED = "RSA-1024"  # the key of imported certificates that Elastic Load Balancing refuses
MAXIMUM_TAGS = 50


def zones_of(names: Iterable[str], zones: Iterable[Facts], wanted: str = "") -> list[str]:
    """For each name the id of the public hosted zone nearest above it, empty if Route 53 has none.

    wanted is the id or name of the only zone to use. Raises AnsibleFilterError if two public zones have that name.
    """
    zones = list(zones)
    return [_place(name, zones, wanted) for name in names]


def placed_records(records: Iterable[Facts], zones: Iterable[Facts], wanted: str = "") -> list[Facts]:
    """Each record with its `zone_id` from zones_of."""
    records = list(records)
    zone_ids = zones_of([record["name"] for record in records], zones, wanted)
    return [{**record, "zone_id": zone} for record, zone in zip(records, zone_ids, strict=True)]


def _place(name: str, zones: list[Facts], wanted: str) -> str:
    found = zones_above(zones, name, wanted)
    if len(found) > 1:
        raise AnsibleFilterError(zone_problems(found, [name], wanted)[0])
    return zone_id(found[0]) if found else ""


def compared_records(results: Iterable[Facts]) -> list[Facts]:
    """Each placed record with its `state` and with the current value, `holds`.

    The state is missing, same, foreign, or routed: the same value, but with a routing policy.
    results are those of aws_resources_info in a loop over what placed_records returns; one that failed is left out.
    """
    return [compared_record(one["item"], one["resources"]["record_sets"]) for one in results if "resources" in one]


def compared_record(record: Facts, sets: Iterable[Facts]) -> Facts:
    """A placed record with its `state` and its current value, `holds`, among these record sets of its zone."""
    found = [one for one in map(Record.of, sets) if one.name == plain(record["name"])]
    right = [(one.kind, one.values) for one in found] == [(record["type"], (plain(record["value"]),))]
    state = "missing" if not found else "foreign" if not right else "routed" if found[0].routing else "same"
    return {**record, "state": state, "holds": ", ".join(one.text for one in found)}


def record_notes(records: Iterable[Facts]) -> dict[str, str]:
    """Tags of the certificate that note its records and their zones, since records of Route 53 have no tags."""
    return {_note(record["name"]): record["zone_id"] for record in records}


def _note(name: str) -> str:
    return NOTE + plain(name).split(".")[0]


def region_readings(regions: Iterable[str]) -> list[Facts]:
    """What aws_resources_info reads for the certificates of each region."""
    return [{"kind": "certificates", "name": region, "region": region} for region in regions]


def removable_records(certificates: Iterable[Facts], own_arns: Iterable[str], elsewhere: Iterable[Facts] = ()) -> list[Facts]:
    """The records that were created for certificates with these ARNs and that no other valid one needs, in the form of placed_records.

    certificates are all of the region with tags and description, elsewhere those of other regions: ACM uses one record for a name in
    the account, the same in every region.
    """
    return [record for record in _noted_records(certificates, own_arns, elsewhere) if not record.pop("needed_by")]


def needed_records(certificates: Iterable[Facts], own_arns: Iterable[str], elsewhere: Iterable[Facts] = ()) -> list[str]:
    """The records that were created for these certificates and that others need, as text."""
    noted = _noted_records(certificates, own_arns, elsewhere)
    return [f"the validation record {plain(one['name'])}, which {', '.join(one['needed_by'])} needs" for one in noted if one["needed_by"]]


def _noted_records(certificates: Iterable[Facts], own_arns: Iterable[str], elsewhere: Iterable[Facts]) -> list[Facts]:
    certificates, own_arns = list(certificates), list(own_arns)
    own = [certificate for certificate in certificates if certificate["certificate_arn"] in own_arns]
    others = [certificate for certificate in [*certificates, *elsewhere] if certificate not in own]
    needs = [other for other in others if other["type"] == "AMAZON_ISSUED" and other["status"] in LIVE]
    notes: dict[str, str] = {key: zone for certificate in own for key, zone in certificate["tags"].items()}
    options = [option for certificate in own for option in certificate.get("domain_validation_options", []) if "resource_record" in option]
    records = {option["resource_record"]["name"]: option for option in options if _note(option["resource_record"]["name"]) in notes}
    return [
        {**option["resource_record"], "zone_id": notes[_note(name)], "needed_by": needed_by}
        for name, option in sorted(records.items())
        for needed_by in [sorted(other["certificate_arn"] for other in needs if _may_have(other, option["domain_name"]))]
    ]


def _may_have(certificate: Facts, name: str) -> bool:
    """Whether a certificate has a name with this validation record; a summary has only the first hundred names."""
    names = names_of(certificate)
    return bool(certificate.get("has_additional_subject_alternative_names")) or _apex(name) in map(_apex, names)


def names_of(certificate: Facts) -> list[str]:
    """The names of a certificate, from its description or its summary."""
    more = certificate.get("subject_alternative_names") or certificate.get("subject_alternative_name_summaries") or []
    return [plain(name) for name in [*filter(None, [certificate.get("domain_name")]), *more]]


def existing_certificates(certificates: Iterable[Facts], names: Iterable[str]) -> list[str]:
    """The ARNs of those certificates that have all the names, the first of them as main name, in descending order of expiry.

    Those with the same expiry are sorted too, since AWS's lists have no order.
    """
    wanted = [plain(name) for name in names]
    fitting = [one for one in certificates if plain(one["domain_name"]) == wanted[0] and set(wanted) <= set(names_of(one))]
    fitting = [one for one in fitting if not _is_unserved(one)]
    fitting.sort(key=lambda one: (str(one.get("not_after") or ""), one["certificate_arn"]), reverse=True)
    return [one["certificate_arn"] for one in fitting]


def certificate_problems(certificates: list[Facts], arn: str, now: str) -> list[str]:
    """Why a load balancer would refuse a certificate that is given by its ARN; certificates are those found with it, one or none."""
    if not certificates:
        return [invalid("red5pro_certificate_arn", arn, f"the ARN of a certificate that exists in {arn.split(':')[3]}")]
    status, reason, until = (certificates[0].get(key) for key in ("status", "failure_reason", "not_after"))
    if status == "ISSUED" and until and _moment(until) < _moment(now):
        status, reason = "EXPIRED", f"since {until}"
    if status == "ISSUED" and _is_unserved(certificates[0]):
        return [invalid("red5pro_certificate_arn", arn, f"a certificate with a key that a load balancer takes, unlike {UNSERVED}")]
    if status == "ISSUED":
        return []
    found = f"{status} ({reason})" if reason else str(status)
    return [invalid("red5pro_certificate_arn", arn, f"the ARN of a certificate with the status ISSUED; this one is {found}")]


def _is_unserved(certificate: Facts) -> bool:
    return str(certificate.get("key_algorithm", "")).replace("_", "-") == UNSERVED


def hosted_records(names: Iterable[str], zones: Iterable[Facts], wanted: str) -> int:
    """How many validation records of these names Route 53 will have; a wildcard and its apex share one."""
    zones = list(zones)
    return len([name for name in {_apex(name) for name in names} if zones_above(zones, name, wanted)])


def tag_problems(tags: Mapping[str, str], held: Mapping[str, str], records: int, names: list[str]) -> list[str]:
    """Why a certificate would get too many tags: besides these and those that it has, one for each record that is created for it."""
    own = {key: value for key, value in tags.items() if key == "Name" or key.startswith("red5pro:")}
    excess = len({**held, **tags}) + records - MAXIMUM_TAGS
    if excess <= 0:
        return []
    why = f"since AWS allows {MAXIMUM_TAGS} tags on a certificate, which gets one for each of its {records} validation records"
    if records + len(own) > MAXIMUM_TAGS:
        expected = f"at most {MAXIMUM_TAGS - len(own)} names in hosted zones of this account, {why}"
        return [invalid("red5pro_certificate_alternative_names", names[1:], expected)]
    further = {key: value for key, value in tags.items() if key not in own}
    return [invalid("red5pro_extra_tags", further, f"at most {max(len(further) - excess, 0)} tags, {why}")]


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _apex(name: str) -> str:
    return plain(name).removeprefix("*.")
