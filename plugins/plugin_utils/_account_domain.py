# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Checks certificate, security policy, hosted zone and records of a deployment's domain against its account."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._domain_record import DUALSTACK, LEADING, plain
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import Problem

from ._account import Account
from .certificate import names_of
from .deployment import Deployment
from .hosted_zones import is_public, is_wanted, sets_of, zone_id, zones_above

Facts = dict[str, Any]
Problems = Iterator[Problem]

CERTIFICATE_NAMES = 10  # of a certificate, by default


def listener_problems(account: Account, deployment: Deployment) -> Problems:
    policy, region = deployment.text("ssl_policy"), deployment.text("region")
    if policy and policy not in [one["name"] for one in account.all("ssl_policies")]:
        expected = f"a security policy of Elastic Load Balancing in {region}, such as ELBSecurityPolicy-TLS13-1-2-2021-06"
        yield Problem("red5pro_ssl_policy", policy, f"{expected}; there is none with this name")


def certificate_problems(account: Account, deployment: Deployment) -> Problems:
    arn, names = deployment.text("certificate_arn"), set(deployment.certificate_names)
    if not arn:
        quota = next((int(one["value"]) for one in account.all("certificate_names_quota")), CERTIFICATE_NAMES)
        if len(names) > quota:
            expected = f"at most {quota} names with red5pro_certificate_domain, or a higher quota of ACM; these are {len(names)}"
            yield Problem("red5pro_certificate_alternative_names", deployment.names("certificate_alternative_names"), expected)
        return
    found = next(iter(account.all("certificate")), None)
    if found is None:
        expected = "the ARN of an issued certificate of this account; there is none with this ARN"
        yield Problem("red5pro_certificate_arn", arn, expected)
        return
    if found["status"] != "ISSUED":
        yield Problem(
            "red5pro_certificate_arn", arn, f"the ARN of a certificate with the status ISSUED; that of this one is {found['status']}"
        )
    has = sorted(set(names_of(found)))
    if not set(has) & set(deployment.covering):
        expected = f"the ARN of a certificate that covers red5pro_domain, for {' or '.join(deployment.covering)}; this one is for "
        yield Problem("red5pro_certificate_arn", arn, expected + ", ".join(has))


def domain_problems(account: Account, deployment: Deployment) -> Problems:
    domain, wanted, zones = deployment.host("domain"), deployment.text("hosted_zone"), account.all("hosted_zones")
    if wanted:
        zones = [one for one in zones if is_wanted(one, wanted)]
        if not zones_above(zones, domain):
            public = sorted(plain(one["name"]) for one in account.all("hosted_zones") if is_public(one))
            expected = f"the id or the name of a public hosted zone that holds {domain}; the public ones are {', '.join(public) or 'none'}"
            yield Problem("red5pro_hosted_zone", wanted, expected)
    validated = deployment.certificate_names if deployment.text("certificate_validation_method", "DNS") == "DNS" else []
    twins = {
        ", ".join(sorted(map(zone_id, found))): plain(found[0]["name"])
        for name in dict.fromkeys([domain, *(name.removeprefix("*.") for name in validated)])
        if len(found := zones_above(zones, name)) > 1
    }
    for ids, name in twins.items():
        yield Problem("red5pro_hosted_zone", wanted, f"the id of the zone to use, one of {ids}, which are all public and named {name}")
    found = zones_above(zones, domain)
    if len(found) == 1 and not deployment.is_true("replace_record"):
        yield from _record_problems(account, domain, found[0])


def _record_problems(account: Account, domain: str, zone: Facts) -> Problems:
    """A, AAAA and CNAME records of the domain that do not lead to the load balancer; records of other types are kept beside it."""
    target = plain(account.load_balancer.get("dns_name", ""))
    for one in sets_of(zone_id(zone), account.all("record_sets")):
        if plain(one["name"]) != domain or one["type"] not in LEADING:
            continue
        values = [value["value"] for value in one.get("resource_records", [])] or [one.get("alias_target", {}).get("dns_name", "")]
        if not target or [plain(value).removeprefix(DUALSTACK) for value in values] != [target]:
            yield Problem(
                "red5pro_domain",
                domain,
                f"a name without other records, or red5pro_replace_record=true to replace them; there is {one['type']} {', '.join(values)}",
            )
