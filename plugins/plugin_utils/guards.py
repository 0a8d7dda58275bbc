# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Dangers of values that are valid by themselves, in the account and on the hosts. Pure functions; secrets are never in a message.

Resources are as aws_resources_info returns them, hosts as stream_manager_host_info does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from . import node_prefixes
from .host_guards import host_refusals
from .ownership import PREFIX as PREFIX_TAG
from .port_checks import documented_ports, port_checks
from .readings import LIVE
from .stream_manager_config import PREFIX

Facts = Mapping[str, Any]


def readings(regions: Iterable[str], group_id: str = "", hosts: Mapping[str, Facts] | None = None) -> list[dict[str, Any]]:
    """What the guards read of AWS, as aws_resources_info takes it; with a group or hosts also security groups."""
    properties = host_properties(hosts or {})
    node_group, vpc = properties.get("aws.ec2SecurityGroup", ""), properties.get("aws.vpcName", "")
    by_default, key = properties.get("aws.defaultVPC", "").lower() == "true", properties.get("aws.ec2KeyPairName", "")
    found: list[dict[str, Any]] = []
    if group_id:
        found.append({"kind": "security_groups", "name": "groups", "filters": {"group-id": group_id}})
    for region in dict.fromkeys(regions):
        here = {"region": region}
        states = {"instance-state-name": list(LIVE)}
        found.append({"kind": "instances", "name": f"instances-{region}", "filters": states, **here})
        found.append({"kind": "addresses", "name": f"addresses-{region}", "filters": {"tag-key": PREFIX_TAG}, **here})
        if node_group and (vpc or by_default):
            which = {"is-default": "true"} if by_default else {"tag:Name": vpc}
            found.append({"kind": "vpcs", "name": f"vpcs-{region}", "filters": which, **here})
            in_vpc = {"vpc-id": f"vpcs-{region}.vpc_id"}
            names = {"group-name": node_group}
            found.append({"kind": "security_groups", "name": f"groups-{region}", "filters": names, "filters_of": in_vpc, **here})
        if key:
            found.append({"kind": "key_pairs", "name": f"keys-{region}", "filters": {"key-name": key}, **here})
    return found


def guard(account: Facts, declared: Facts) -> dict[str, Any]:
    """Why the stream managers must not be changed, by the declaration alone (`prefix_refusals`) and by the hosts (`refusals`).

    With it the `checks` of prefixes and ports that do not hold, and what of the resources is `kept` for a later play. account is what
    aws_resources_info returned, or its failure; if the reading was skipped, the resources are those that are `known`. Declared has the
    `name` of the deployment, and as far as they are known, `properties`, `force`, `hosts`, the `salt` of their readings, `api_token`, and
    for the ports `security_group` and `listener_ports`. In its `launch_regions`, nodes are launched by the names in the properties.
    """
    if account.get("skipped"):
        account = {"resources": declared.get("known", {})}
    if "resources" not in account:
        why = str(account.get("msg") or "no reason given")
        unread = {"subject": "prefixes and ports", "expected": "can be read", "found": why, "holds": False}
        return {"prefix_refusals": [why], "refusals": [why], "checks": [unread], "kept": {}}
    name, hosts, properties = declared["name"], declared.get("hosts", {}), declared.get("properties", {})
    force, salt, api_token = bool(declared.get("force")), declared.get("salt", ""), declared.get("api_token", "")
    instances, addresses, groups = (resources(account["resources"], kind) for kind in ("instances", "addresses", "groups"))
    ports = documented_ports(
        host_properties(hosts).get("aws.ec2SecurityGroup", ""), declared.get("security_group", ""), declared.get("listener_ports", ())
    )
    return {
        "prefix_refusals": node_prefixes.refusals(properties, name, instances, addresses, force),
        "refusals": host_refusals(hosts, properties, name, instances, salt, api_token, force),
        "checks": [
            *guard_checks(hosts, name, instances, addresses, groups, ports),
            *launch_checks(hosts, account["resources"], declared.get("launch_regions", ())),
        ],
        "kept": slim(account["resources"]),
    }


def resources(found: Mapping[str, list[Facts]], kind: str) -> list[Facts]:
    """The resources of one kind, in every region."""
    return [one for name, many in sorted(found.items()) if name.partition("-")[0] == kind for one in many]


def slim(found: Mapping[str, list[Facts]]) -> dict[str, list[dict[str, Any]]]:
    """Instances and addresses with only what the guards need, so that they can be kept for a later play."""
    keys = ("instance_id", "public_ip", "state", "tags")
    return {name: [{key: one[key] for key in keys if key in one} for one in many] for name, many in found.items()}


def host_properties(hosts: Mapping[str, Facts]) -> Facts:
    """The properties of the first readable stream manager; verify itself reports differences between them."""
    found: list[Facts] = [one["properties"] for _name, one in sorted(hosts.items()) if one.get("stream_manager")]
    return found[0] if found else {}


# Reading of a region, and the property with the name by which stream managers launch nodes there
_LAUNCHED_BY = {
    "vpcs": ("VPC", "aws.vpcName"),
    "groups": ("security group", "aws.ec2SecurityGroup"),
    "keys": ("key pair", "aws.ec2KeyPairName"),
}


def launch_checks(hosts: Mapping[str, Facts], found: Mapping[str, list[Facts]], regions: Iterable[str]) -> Iterator[dict[str, Any]]:
    """What stream managers do not find in one of these regions, so that its nodes are never launched."""
    properties = host_properties(hosts)
    for reading, many in sorted(found.items()):
        kind, _dash, region = reading.partition("-")
        if kind not in _LAUNCHED_BY or region not in regions or many or (kind == "groups" and not found.get(f"vpcs-{region}")):
            continue
        what, key = _LAUNCHED_BY[kind]
        if kind == "vpcs" and properties.get("aws.defaultVPC", "").lower() == "true":
            what, key = "default VPC", "aws.defaultVPC"
        subject = what if key == "aws.defaultVPC" else f"{what} {properties[key]}"
        expected = f"present, since stream managers launch nodes there ({key} in red5-web.properties)"
        yield {"subject": f"{subject} in {region}", "expected": expected, "found": "missing", "holds": False}


def guard_checks(
    hosts: Mapping[str, Facts], name: str, instances: Iterable[Facts], addresses: Iterable[Facts], groups: Iterable[Facts], ports: Facts
) -> list[dict[str, Any]]:
    """The checks of prefixes and ports that do not hold."""
    prefixes = sorted({found["properties"].get(PREFIX, "") for found in hosts.values() if found.get("stream_manager")})
    instances, addresses, groups = list(instances), list(addresses), list(groups)
    return [
        *(
            {
                "subject": f"{PREFIX} {prefix}",
                "expected": "a prefix of no other instance or deployment, since stream managers terminate instances with their prefix",
                "found": "; ".join(conflicts),
                "holds": False,
            }
            for prefix in prefixes
            if prefix
            for conflicts in [node_prefixes.conflicts(prefix, name, instances, addresses, settled=True)]
            if conflicts
        ),
        *port_checks(groups, ports),
    ]
