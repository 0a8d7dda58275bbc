# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of the role `certificate`: which certificate to use, and what to do for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._acm_certificate import LIVE, Certificate, Wanted, declared, from_facts
from ansible_collections.streamops.red5pro.plugins.module_utils._domain_record import plain

from .certificate import (
    certificate_problems,
    compared_record,
    compared_records,
    existing_certificates,
    hosted_records,
    placed_records,
    record_notes,
    tag_problems,
)
from .certificate_report import report
from .hosted_zones import managed_problems, sets_of, zone_problems

Facts = dict[str, Any]
_EVIDENCE = ("validation_records", "validation_emails")
_IN_PLACE = ("same", "routed")  # states of a record with the desired value


def readings(names: Sequence[str], arn: str = "", validation_method: str = "DNS") -> list[Facts]:
    """All that the role reads: the given certificate, or those with the first name and what their validation needs."""
    if arn:
        return [{"kind": "certificate", "parameters": {"CertificateArn": arn}}]
    own = {"kind": "certificates", "name": "own_certificates", "only": {"DomainName": names[0]}, "details": ["description", "tags"]}
    if validation_method != "DNS":
        return [own]
    record = "own_certificates.domain_validation_options.resource_record.name"
    return [
        own,
        {"kind": "hosted_zones"},
        {"kind": "hosted_zones", "name": "certificate_zones", "suffix_of": list(names)},
        {
            "kind": "record_sets",
            "name": "validation_record_sets",
            "each_of": {"HostedZoneId": "certificate_zones.id", "StartRecordName": record},
            "parameters": {"MaxItems": "100"},  # one name never has as many
        },
    ]


def plan(current: Mapping[str, list[Facts]], desired: Facts, now: str, requested: Facts) -> Facts:
    """The certificate to use, if there is one, what to do, and the `status` and `checks` of it.

    current is what was read, by the names of readings. desired has `arn`, `find_existing`, `names`, `validation_method`,
    `key_algorithm`, `match_tags`, `tags`, `hosted_zone` and `days`. The answer has the `problems`, the ARN of one that is `adopted`, the
    `arn` of the one to use, and the `answer` of acm_certificate_request if it would change nothing: empty if there is anything to do. In
    that case requested has the `answer` of the module, and as `records` what aws_resources_info read in a loop over its
    `validation.hosted`.
    """
    found = [from_facts(one) for one in current.get("own_certificates", ())]
    adopted = desired["arn"] or _existing(current, desired)
    meant = _given(current, found, adopted) if adopted else _requested(found, desired)
    problems = certificate_problems(current["certificate"], adopted, now) if desired["arn"] else []
    if not adopted and desired["validation_method"] == "DNS":
        problems = _validation_problems(meant, current, desired)
    done = not problems and _issued(meant) and (adopted or _complete(meant, current, desired))
    asked = {} if done or problems else requested
    validation = _validation(asked, current, desired)
    answer = _answer(meant) if done else {}
    return {
        "problems": problems,
        "adopted": adopted,
        "arn": meant.get("arn", adopted),
        "answer": answer,
        "validation": validation,
        **report(answer or asked.get("answer", {}), validation["missing"], desired["names"][0], int(desired["days"]), now),
    }


def _validation_problems(certificate: Certificate, current: Mapping[str, list[Facts]], desired: Facts) -> list[str]:
    """Why the validation records cannot be created, or not be noted in tags; those of an issued certificate exist."""
    zones, names, wanted = current["hosted_zones"], desired["names"], desired["hosted_zone"]
    problems = zone_problems(zones, names, wanted)
    if problems or _issued(certificate):
        return problems
    placed = placed_records(certificate.get("validation_records", ()), zones, wanted)
    missing = [one for one in placed if one["zone_id"] and not _is_in_place(one, current)]
    records = len(missing) if certificate else hosted_records(names, zones, wanted)
    return managed_problems(zones, names, wanted) + tag_problems(desired["tags"], certificate.get("tags", {}), records, names)


def _validation(requested: Facts, current: Mapping[str, list[Facts]], desired: Facts) -> Facts:
    """The validation records of a requested certificate: in Route 53 or `manual`, compared, and the `notes` of the missing ones."""
    records = requested.get("answer", {}).get("validation_records", ())
    placed = placed_records(records, current.get("hosted_zones", ()), desired["hosted_zone"])
    compared = compared_records(requested.get("records", ()))
    missing = [one for one in compared if one["state"] == "missing"]
    return {
        "hosted": [one for one in placed if one["zone_id"]],
        "manual": [one for one in placed if not one["zone_id"] and one["status"] != "SUCCESS"],
        "compared": compared,
        "missing": missing,
        "notes": record_notes(missing),
    }


def _existing(current: Mapping[str, list[Facts]], desired: Facts) -> str:
    if not desired["find_existing"]:
        return ""
    issued = [one for one in current["own_certificates"] if one["status"] == "ISSUED"]
    return next(iter(existing_certificates(issued, desired["names"])), "")


def _given(current: Mapping[str, list[Facts]], found: list[Certificate], arn: str) -> Certificate:
    """The certificate with an ARN, whatever its tags; empty if there is none."""
    return next((one for one in [*found, *map(from_facts, current.get("certificate", ()))] if one["arn"] == arn), {})


def _requested(found: Iterable[Certificate], desired: Facts) -> Certificate:
    """The certificate that acm_certificate_request finds for the same options; empty if it would request one."""
    first, *more = (name.lower() for name in desired["names"])
    wanted = Wanted(first, frozenset(more) - {first}, desired["validation_method"], desired["key_algorithm"], desired["match_tags"])
    return next((one for one in wanted.best_first(found) if one["status"] in LIVE), {})


def _issued(certificate: Certificate) -> bool:
    return certificate.get("status") == "ISSUED"


def _complete(certificate: Certificate, current: Mapping[str, list[Facts]], desired: Facts) -> bool:
    """Whether the deployment's certificate has its tags, and public DNS has its records."""
    tagged = desired["tags"].items() <= certificate["tags"].items()
    zones = current.get("hosted_zones", [])
    records = placed_records(certificate["validation_records"], zones, desired["hosted_zone"])
    return tagged and all(_is_in_place(record, current) for record in records)


def _is_in_place(record: Facts, current: Mapping[str, list[Facts]]) -> bool:
    """Whether a validation record is in place; without a hosted zone, whether ACM has validated it."""
    if not record["zone_id"]:
        return bool(record["status"] == "SUCCESS")
    sets = sets_of(record["zone_id"], current["validation_record_sets"])
    own = [one for one in sets if plain(one["start_record_name"]) == plain(record["name"])]
    return compared_record(record, own)["state"] in _IN_PLACE


def _answer(certificate: Certificate) -> Facts:
    """What acm_certificate_request returns if nothing changes."""
    shown = {key: value for key, value in certificate.items() if key not in _EVIDENCE}
    evidence = {key: certificate[key] for key in _EVIDENCE}
    return {"changed": False, "certificate": shown, "diff": dict.fromkeys(("before", "after"), declared(certificate)), **evidence}
