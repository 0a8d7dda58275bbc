# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A certificate requested from AWS Certificate Manager (ACM), and how it is found. No calls here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ansible.module_utils.common.dict_transformations import camel_dict_to_snake_dict
from ansible_collections.amazon.aws.plugins.module_utils.tagging import ansible_dict_to_boto3_tag_list, boto3_tag_list_to_ansible_dict

Certificate = dict[str, Any]

KEY_ALGORITHMS = ("RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1")
ISSUED_ALGORITHMS = ("RSA_2048", "EC_prime256v1", "EC_secp384r1")  # the others are those of imported certificates
LIVE = ("ISSUED", "PENDING_VALIDATION")


def serialize(detail: dict[str, Any], tags: list[dict[str, str]]) -> Certificate:
    """ACM's CertificateDetail and tags as the module returns them, with the validation records."""
    return from_facts({**camel_dict_to_snake_dict(detail), "tags": boto3_tag_list_to_ansible_dict(tags)})


def from_facts(read: dict[str, Any]) -> Certificate:
    """The same from the form in which aws_resources_info gives a certificate's description and tags."""
    options = read.get("domain_validation_options", [])
    domain_name = read["domain_name"].lower()
    return {
        "arn": read["certificate_arn"],
        "domain_name": domain_name,
        "subject_alternative_names": sorted({name.lower() for name in read.get("subject_alternative_names", [])} - {domain_name}),
        "type": read["type"],
        "status": read["status"],
        "failure_reason": read.get("failure_reason"),
        "validation_method": next((option["validation_method"] for option in options if "validation_method" in option), None),
        "key_algorithm": read["key_algorithm"].replace("-", "_"),  # ACM answers RSA-2048 to a request for RSA_2048
        "in_use_by": sorted(read.get("in_use_by", [])),
        "created_at": _moment(read.get("created_at") or read.get("imported_at")),
        "not_after": _moment(read.get("not_after")),
        "tags": read.get("tags", {}),
        "validation_records": _records(options),
        "validation_emails": sorted({email for option in options for email in option.get("validation_emails", [])}),
    }


def _moment(value: Any) -> str | None:
    return value.isoformat() if hasattr(value, "isoformat") else value or None


def _records(options: list[dict[str, Any]]) -> list[dict[str, Any]]:
    records: dict[str, dict[str, Any]] = {}
    for option in sorted(options, key=lambda option: option["domain_name"]):
        if source := option.get("resource_record"):
            name, status = source["name"].rstrip("."), option.get("validation_status", "PENDING_VALIDATION")
            record = records.setdefault(
                name, {"name": name, "type": source["type"], "value": source["value"].rstrip("."), "status": status, "domain_names": []}
            )
            record["domain_names"].append(option["domain_name"].lower())
            if record["status"] == "SUCCESS":  # what a wildcard and its apex share is done when both are
                record["status"] = status
    return list(records.values())


@dataclass(frozen=True)
class Wanted:
    """The desired certificate: its names in lower case, and the tags that identify it among others with these names."""

    domain_name: str
    alternative_names: frozenset[str]
    validation_method: str
    key_algorithm: str
    match_tags: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, params: dict[str, Any]) -> Wanted:
        """From the parameters that check_params returns."""
        names = frozenset(params["subject_alternative_names"]) - {params["domain_name"]}
        return cls(params["domain_name"], names, params["validation_method"], params["key_algorithm"], params["match_tags"])

    def matches(self, certificate: Certificate) -> bool:
        """Whether ACM issued it for exactly these names, in this way, and it carries all of match_tags."""
        return (
            certificate["type"] == "AMAZON_ISSUED"
            and certificate["domain_name"] == self.domain_name
            and set(certificate["subject_alternative_names"]) == self.alternative_names
            and certificate["key_algorithm"] == self.key_algorithm
            # A request some seconds old does not show its method yet
            and certificate["validation_method"] in (self.validation_method, None)
            and self.match_tags.items() <= certificate["tags"].items()
        )

    def best_first(self, certificates: Iterable[Certificate]) -> list[Certificate]:
        """Those that match: issued before pending before all others, then the newest."""
        newest = sorted(filter(self.matches, certificates), key=lambda one: one["created_at"] or "", reverse=True)
        return sorted(newest, key=lambda one: LIVE.index(one["status"]) if one["status"] in LIVE else len(LIVE))

    def predicted(self, tags: dict[str, str]) -> Certificate:
        """The certificate that a request would create, as far as it can be predicted."""
        return {
            "domain_name": self.domain_name,
            "subject_alternative_names": sorted(self.alternative_names),
            "type": "AMAZON_ISSUED",
            "status": "PENDING_VALIDATION",
            "failure_reason": None,
            "validation_method": self.validation_method,
            "key_algorithm": self.key_algorithm,
            "in_use_by": [],
            "not_after": None,
            "tags": {**tags, **self.match_tags},
            "validation_records": [],
            "validation_emails": [],
        }

    def parameters(self, tags: dict[str, str]) -> dict[str, Any]:
        """RequestCertificate's parameters without the token."""
        tag_list = ansible_dict_to_boto3_tag_list({**tags, **self.match_tags})
        optional = {"SubjectAlternativeNames": sorted(self.alternative_names), "Tags": tag_list}
        return {
            "DomainName": self.domain_name,
            "ValidationMethod": self.validation_method,
            "KeyAlgorithm": self.key_algorithm,
            **{key: value for key, value in optional.items() if value},
        }


def token(parameters: dict[str, Any], spent: list[str]) -> str:
    """The idempotency token of a request: the same for the same request as long as the same certificates are spent."""
    text = json.dumps([parameters, sorted(spent)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def declared(certificate: Certificate | None) -> dict[str, Any]:
    """What the user declares of a certificate, for the diff, without what ACM adds."""
    keys = ("domain_name", "subject_alternative_names", "validation_method", "key_algorithm", "tags")
    return {key: certificate[key] for key in keys} if certificate else {}


def settled(certificate: Certificate | None) -> bool:
    """Whether ACM already shows how the certificate is validated: each name's record, or that it is by email."""
    if not certificate or certificate["status"] != "PENDING_VALIDATION" or certificate["validation_method"] == "EMAIL":
        return True
    shown = {name for record in certificate["validation_records"] for name in record["domain_names"]}
    return shown >= {certificate["domain_name"], *certificate["subject_alternative_names"]}
