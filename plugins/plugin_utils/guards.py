# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Dangers of values that are valid by themselves. Pure functions; secrets are never in a message.

A stream manager terminates every instance whose name begins with its prefix and that is not in its database. So the prefix must
match only the deployment's own nodes, and no other deployment's prefix may match those.
Instances, addresses and security groups are as aws_resources_info returns them, hosts as stream_manager_host_info does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._host import digest
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import HIDDEN, invalid, refusing
from ansible_collections.streamops.red5pro.plugins.module_utils._properties import value_text
from ansible_collections.streamops.red5pro.plugins.plugin_utils.ownership import DEPLOYMENT, is_own
from ansible_collections.streamops.red5pro.plugins.plugin_utils.ownership import PREFIX as PREFIX_TAG
from ansible_collections.streamops.red5pro.plugins.plugin_utils.readings import LIVE
from ansible_collections.streamops.red5pro.plugins.plugin_utils.stream_manager_config import PASSWORD, PREFIX, TOKEN

Facts = Mapping[str, Any]
FORCE = "set red5pro_force=true"
_PROPERTIES = "red5pro_stream_manager_properties"


def _tags(resource: Facts) -> Mapping[str, str]:
    return resource.get("tags") or {}


def _name(instance: Facts) -> str:
    return _tags(instance).get("Name", "")


def _alive(instances: Iterable[Facts]) -> list[Facts]:
    """The existing instances, sorted by name, since AWS's lists have no order."""
    found = [one for one in instances if (one.get("state") or {}).get("name", "running") in LIVE]
    return sorted(found, key=lambda one: (_name(one), one["instance_id"]))


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
    ports = documented_ports(hosts, declared.get("security_group", ""), declared.get("listener_ports", ()))
    return {
        "prefix_refusals": prefix_refusals(properties, name, instances, addresses, force),
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


def documented_ports(hosts: Mapping[str, Facts], group_id: str, listener_ports: Iterable[Any]) -> dict[str, list[list[Any]]]:
    """What the security groups must admit, by id or name: SSH, Red5 Pro and listeners, and on nodes RTMP, RTSP and WebRTC."""
    node_group = host_properties(hosts).get("aws.ec2SecurityGroup", "")
    ports = [["tcp", port, port] for port in sorted({22, *map(int, listener_ports)})]
    return {
        **({node_group: [*([["tcp", port, port] for port in (22, 1935, 5080, 8554)]), ["udp", 40000, 65535]]} if node_group else {}),
        **({group_id: ports} if group_id else {}),
    }


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


def own_nodes(name: str, instances: Iterable[Facts]) -> list[Facts]:
    """The nodes of the deployment, by the tags from its launch configurations."""
    return [one for one in _alive(instances) if is_own(one, name, "node")]


def prefix_conflicts(
    prefix: str, name: str, instances: Iterable[Facts], addresses: Iterable[Facts] = (), settled: bool = False
) -> list[str]:
    """What the prefix collides with in the account and region, one clause each.

    With `settled`, stream managers already run with this prefix: instances without a deployment's tag whose names begin with it are
    then in their database, or are already terminated.
    """
    alive, found = _alive(instances), []
    for one in alive:
        owner, what = _tags(one).get(DEPLOYMENT), f"{_name(one)} ({one['instance_id']})"
        if not _name(one).startswith(prefix) or is_own(one, name, "node"):
            continue
        if owner == name:
            found.append(f"{what} of this deployment is no node")
        elif owner:
            found.append(f"{what} belongs to the deployment {owner}")
        elif not settled:
            found.append(f"{what} belongs to no deployment")
    others = set(_node_prefixes(name, alive))
    by_tag = {(owner, other) for owner, other in _tagged_prefixes(name, [*alive, *addresses]) if owner not in dict(others)}
    found += [f"the deployment {owner} has the prefix {other}" for owner, other in sorted(others | by_tag) if _collide(prefix, other)]
    return found


def _collide(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _tagged_prefixes(name: str, resources: Iterable[Facts]) -> Iterator[tuple[str, str]]:
    """Deployment and prefix of the others by their tags, which are older than the names of running nodes."""
    for tags in map(_tags, resources):
        if tags.get(DEPLOYMENT, name) != name and tags.get(PREFIX_TAG):
            yield tags[DEPLOYMENT], tags[PREFIX_TAG]


def _node_prefixes(name: str, instances: Iterable[Facts]) -> Iterator[tuple[str, str]]:
    """Deployment and prefix of the others by the names of their nodes: PREFIX-ROLE-..."""
    for tags in map(_tags, instances):
        owner, role = tags.get(DEPLOYMENT, "whose tags are missing"), tags.get("role")
        prefix, dash, _unused = tags.get("Name", "").partition(f"-{role}-")
        if owner != name and role and dash and prefix and tags.get("identifier") == tags["Name"]:
            yield owner, prefix


def prefix_refusals(properties: Facts, name: str, instances: Iterable[Facts], addresses: Iterable[Facts], force: bool) -> list[str]:
    """Why a declared prefix is refused before anything changes, from AWS alone."""
    prefix, instances = value_text(properties.get(PREFIX)), list(instances)
    if not prefix or force:
        return []
    conflicts = prefix_conflicts(prefix, name, instances, addresses, settled=True)
    orphans = [_name(one) for one in own_nodes(name, instances) if not _name(one).startswith(prefix)]
    return [*_conflict(prefix, conflicts), *([_orphans(prefix, orphans)] if orphans else [])]


def _conflict(prefix: str, conflicts: list[str]) -> Iterator[str]:
    if conflicts:
        expected = "a prefix with which only the names of this deployment's nodes begin, and that does not collide with another prefix"
        why = "Stream managers terminate instances whose name begins with their prefix"
        yield f"{invalid(f'{_PROPERTIES}[{PREFIX!r}]', prefix, expected)} {why}, and {'; '.join(conflicts)}. Or {FORCE}."


def _orphans(prefix: str, orphans: list[str]) -> str:
    return refusing(
        f"change {PREFIX} to {prefix}",
        f"nodes with another prefix are running, {', '.join(orphans[:3])}{' and others' if len(orphans) > 3 else ''}. "
        "The stream managers would launch the same number again, and nothing would terminate these",
        f"Delete the node groups first, or {FORCE}",
    )


def host_refusals(
    hosts: Mapping[str, Facts],
    properties: Facts,
    name: str,
    instances: Iterable[Facts],
    salt: str,
    api_token: str = "",
    force: bool = False,
) -> list[str]:
    """Why the stream managers must not be changed, from their current state."""
    instances = list(instances)
    read = {host: found for host, found in sorted(hosts.items()) if found.get("stream_manager")}
    return [
        *_token_refusals(read, properties, salt, api_token),
        *([] if force else _changed_prefix(read, properties, name, instances)),
        *([] if force else _changed_password(read, properties, name, instances, salt)),
    ]


def _token_refusals(hosts: Mapping[str, Facts], properties: Facts, salt: str, api_token: str) -> Iterator[str]:
    """A token that the run sets is compared with the declaration, not with the hosts."""
    if not api_token or TOKEN in properties:
        return
    for host, found in hosts.items():
        if found["secrets"].get(TOKEN) != digest(salt, api_token):
            expected = f"the value of {TOKEN} on {host}, or set that in {_PROPERTIES} too"
            yield invalid("red5pro_api_token", HIDDEN, expected, secret=True)


def _changed_prefix(hosts: Mapping[str, Facts], properties: Facts, name: str, instances: list[Facts]) -> Iterator[str]:
    before = {found["properties"].get(PREFIX, "") for found in hosts.values()}
    wanted = value_text(properties.get(PREFIX)) or next(iter(sorted(before)), "")
    if not wanted:
        return
    settled = before == {wanted}
    yield from _conflict(wanted, prefix_conflicts(wanted, name, instances, settled=settled))
    old = tuple(sorted(one for one in before - {wanted} if one))
    orphans = [_name(one) for one in _alive(instances) if old and _name(one).startswith(old) and not _name(one).startswith(wanted)]
    if orphans:
        yield _orphans(wanted, orphans)


def _changed_password(hosts: Mapping[str, Facts], properties: Facts, name: str, instances: list[Facts], salt: str) -> Iterator[str]:
    wanted = value_text(properties.get(PASSWORD))
    before = {found["secrets"].get(PASSWORD) for found in hosts.values()} - {None}
    if not wanted or not before - {digest(salt, wanted)}:
        return
    nodes = own_nodes(name, instances)
    if nodes:
        yield refusing(
            f"change {PASSWORD}",
            f"nodes with the old one are running, {len(nodes)} of them. They would no longer be in service, and new "
            "ones would not be either until their image has the new password in conf/cluster.xml",
            f"Delete the node groups, set red5pro_node_image to an image with the new password, and run again, or {FORCE}",
        )
    if wanted != wanted.lower():
        yield refusing(f"change {PASSWORD}", "the new one has capital letters, which older builds do not accept", f"Use none, or {FORCE}")


def password_refusal(image: str, found: str | None, password: str, salt: str, read: str | None) -> str:
    """Why no node image must be created; empty if the passwords are equal or the second is unknown.

    found is the digest of the builder's. The other is the given password, or else that with the digest read from a stream manager.
    """
    wanted = digest(salt, password) if password else read
    if not wanted or found == wanted:
        return ""
    what = (
        "has no password in conf/cluster.xml"
        if found is None
        else f"has another password in conf/cluster.xml than {PASSWORD} of the stream managers"
    )
    return refusing(
        "create the node image",
        f"red5pro_node_image {image} {what}. Its nodes would never be in service",
        "Correct one of them, and run again",
    )


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
            for conflicts in [prefix_conflicts(prefix, name, instances, addresses, settled=True)]
            if conflicts
        ),
        *_port_checks(groups, ports),
    ]


def _port_checks(groups: Iterable[Facts], ports: Facts) -> Iterator[dict[str, Any]]:
    """`ports` has lists of [protocol, first, last] by the name or the id of a security group."""
    for group in sorted(groups, key=lambda one: str(one["group_id"])):
        wanted = ports.get(group["group_id"]) or ports.get(group["group_name"]) or []
        lacking = [text for protocol, first, last in wanted for text in _missing(group, protocol, int(first), int(last))]
        if lacking:
            subject = f"security group {group['group_name']} ({group['group_id']})"
            expected = ", ".join(_range(protocol, int(first), int(last)) for protocol, first, last in wanted)
            yield {"subject": subject, "expected": expected, "found": f"no rule for {', '.join(lacking)}", "holds": False}


def _range(protocol: str, first: int, last: int) -> str:
    return f"{protocol} {first}" if first == last else f"{protocol} {first}-{last}"


def _missing(group: Facts, protocol: str, first: int, last: int) -> Iterator[str]:
    """The parts of a range of ports that no rule admits from any source."""
    at = first
    for start, end in sorted(_admitted(group, protocol)):
        if start > at and at <= last:
            yield _range(protocol, at, min(start - 1, last))
        at = max(at, end + 1)
    if at <= last:
        yield _range(protocol, at, last)


def _admitted(group: Facts, protocol: str) -> Iterator[tuple[int, int]]:
    for rule in group.get("ip_permissions") or ():
        sources = (rule.get(key) for key in ("ip_ranges", "ipv6_ranges", "user_id_group_pairs", "prefix_list_ids"))
        if rule.get("ip_protocol") in (protocol, "-1") and any(sources):
            yield (0, 65535) if rule["ip_protocol"] == "-1" else (int(rule.get("from_port", 0)), int(rule.get("to_port", 65535)))
