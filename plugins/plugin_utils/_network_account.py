# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Checks a deployment's variables against its account, each rule with what aws_resources_info read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

from ansible_collections.streamops.red5pro.plugins.module_utils._domain_record import LEADING
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import Problem

from .load_balancer import is_wanted
from .ownership import is_own, owner

if TYPE_CHECKING:
    from .network import Deployment

Facts = dict[str, Any]
Problems = Iterator[Problem]

CERTIFICATE_NAMES = 10  # of a certificate, by default
_ROOM = 8  # free addresses that AWS requires in a subnet of a new load balancer


@dataclass(frozen=True)
class Account:
    """What was read, for the deployment of this name."""

    name: str
    resources: Mapping[str, list[Facts]]
    elsewhere: Mapping[str, list[Facts]]  # region -> the images read there

    def all(self, reading: str) -> list[Facts]:
        return self.resources.get(reading, [])

    @property
    def load_balancer(self) -> Facts:
        """The deployment's own load balancer, if there is one."""
        return next((one for one in self.all("load_balancers") if is_own(one, self.name)), {})

    @property
    def served(self) -> dict[str, str]:
        """The subnets that the load balancer has, with their zones."""
        return {one["subnet_id"]: one["zone_name"] for one in self.load_balancer.get("availability_zones", [])}

    def zone_type(self, zone: str) -> str:
        types = {one["zone_name"]: one.get("zone_type", "availability-zone") for one in self.all("availability_zones")}
        return str(types.get(zone, "availability-zone"))

    def offers(self, zone: str, instance_type: str) -> bool:
        return any((one["location"], one["instance_type"]) == (zone, instance_type) for one in self.all("instance_type_offerings"))

    def instance(self, instance_id: str) -> Facts:
        return next((one for one in self.all("instances") if one["instance_id"] == instance_id), {})


def is_id(text: str, kind: str) -> bool:
    """Whether a text is an id of AWS such as vpc-0123456789abcdef0."""
    return re.fullmatch(rf"{kind}-[0-9a-f]{{8,17}}", text) is not None


def vpc(account: Account, wanted: str, region: str) -> tuple[Facts, Problem | None]:
    """The VPC with this id or name. In AWS's filters * and ? are wildcards, so the answer is compared again."""
    found = [one for one in account.all("vpcs") if wanted in (one["id"], one["tags"].get("Name"))]
    if len(found) == 1:
        return found[0], _moved(account, wanted, str(found[0]["id"]))
    several = f": {', '.join(sorted(one['id'] for one in found))}" if found else ""
    expected = f"the id or the Name tag of exactly one VPC in {region}; found {len(found)}{several}"
    return {}, Problem("red5pro_vpc", wanted, expected)


def _moved(account: Account, wanted: str, vpc_id: str) -> Problem | None:
    """The problem of a load balancer in another VPC, where it stays."""
    there = account.load_balancer.get("vpc_id", vpc_id)
    expected = f"{there}, where the load balancer {account.name} is, since AWS cannot move it, or another red5pro_name for another VPC"
    return None if there == vpc_id else Problem("red5pro_vpc", wanted, expected)


def subnets(account: Account) -> list[Facts]:
    """What matters of each subnet to a load balancer, sorted by address range; IPv6-only subnets come last."""
    tables = account.all("route_tables")
    return [
        {
            "id": subnet["id"],
            "name": subnet["tags"].get("Name", ""),
            "availability_zone": subnet["availability_zone"],
            "cidr_block": subnet.get("cidr_block", ""),
            "free_addresses": int(subnet.get("available_ip_address_count", 0)),
            "public": _is_public(subnet["id"], tables),
        }
        for subnet in sorted(account.all("subnets"), key=_order)
    ]


def _order(subnet: Facts) -> tuple[bool, Any, str]:
    block = subnet.get("cidr_block")
    return (not block, ip_network(block) if block else 0, subnet["id"])


def _is_public(subnet_id: str, tables: Sequence[Facts]) -> bool:
    """Whether the subnet's own route table, or else the main one, has a route to an internet gateway."""
    associations = [(table, one) for table in tables for one in table["associations"]]
    own = [table for table, one in associations if one.get("subnet_id") == subnet_id]
    main = [table for table, one in associations if one.get("main")]
    return any((route.get("gateway_id") or "").startswith("igw-") for table in (own or main)[:1] for route in table["routes"])


def choose_subnets(account: Account, wanted: Sequence[str], instance_types: Sequence[str], first_instance: str) -> list[Facts]:
    """The given subnets by id or name, or else the best public one of each usable zone, by zone.

    The best one is that of the load balancer, then the first with enough free addresses. A zone that does not offer an instance type
    is left out, unless the load balancer or the first stream manager is in it, or too few zones would be left.
    """
    every = subnets(account)
    if wanted:
        ids = [one for one in every if one["id"] in wanted]
        named = [one for one in every if one not in ids and one["name"] in wanted]
        return sorted([*ids, *named], key=lambda one: str(one["availability_zone"]))
    best: dict[str, Facts] = {}
    served = account.served
    for one in sorted(every, key=lambda one: (one["id"] not in served, one["free_addresses"] < _ROOM)):
        if one["public"] and one["cidr_block"] and account.zone_type(one["availability_zone"]) == "availability-zone":
            best.setdefault(one["availability_zone"], one)
    kept = {*served.values(), account.instance(first_instance).get("placement", {}).get("availability_zone")}
    offering = [zone for zone in best if zone in kept or all(account.offers(zone, one) for one in instance_types)]
    return [best[zone] for zone in sorted(offering if len(offering) > 1 else best)]


def subnet_problems(account: Account, wanted: Sequence[str], chosen: Sequence[Facts]) -> Problems:
    def problem(expected: str) -> Problem:
        return Problem("red5pro_subnets", list(wanted), expected)

    zones = sorted({one["availability_zone"] for one in chosen})
    known = {*(one["id"] for one in chosen), *(one["name"] for one in chosen)}
    if unknown := sorted(set(wanted) - known):
        yield problem(f"ids or Name tags of subnets in this VPC; not found: {', '.join(unknown)}")
    if len(zones) < len(chosen):
        yield problem(f"one subnet of each Availability Zone; these are in {', '.join(one['availability_zone'] for one in chosen)}")
    if private := [one["id"] for one in chosen if not one["public"]]:
        yield problem(f"public subnets, with a route to an internet gateway, unlike {', '.join(private)}")
    if six := [one["id"] for one in chosen if not one["cidr_block"]]:
        yield problem(f"subnets with IPv4 addresses, unlike {', '.join(six)}, which have IPv6 only")
    for one in chosen:
        kind = account.zone_type(one["availability_zone"])
        if kind != "availability-zone":
            yield problem(f"subnets in Availability Zones; {one['id']} is in {one['availability_zone']}, which is a {kind}")
    if len(zones) < 2:
        yield problem(f"public subnets in at least two Availability Zones, as the load balancer needs; found {', '.join(zones) or 'none'}")
    if full := [one["id"] for one in chosen if one["cidr_block"] and one["free_addresses"] < _ROOM and one["id"] not in account.served]:
        yield problem(f"subnets with at least {_ROOM} free addresses, as the load balancer needs in a new subnet, unlike {', '.join(full)}")


def type_problems(account: Account, instance_types: Mapping[str, str], chosen: Sequence[Facts]) -> Problems:
    zones = [one["availability_zone"] for one in chosen if account.zone_type(one["availability_zone"]) == "availability-zone"]
    for variable, instance_type in instance_types.items():
        needed = zones[:1] if variable == "red5pro_builder_instance_type" else zones
        if lacking := [zone for zone in needed if not account.offers(zone, instance_type)]:
            offering = sorted(one["location"] for one in account.all("instance_type_offerings") if one["instance_type"] == instance_type)
            yield Problem(
                variable,
                instance_type,
                f"an instance type that {', '.join(lacking)} offers, or red5pro_subnets in other zones; "
                f"{instance_type} is offered in {', '.join(offering) or 'no zone of the region'}",
            )


def group_id(account: Account, wanted: str) -> str:
    """The id of the security group with this id or name, empty if there is none."""
    return next((str(one["group_id"]) for one in account.all("security_groups") if wanted in (one["group_id"], one["group_name"])), "")


def group_problems(deployment: Deployment, groups: Mapping[str, str]) -> Problems:
    for name, found in groups.items():
        if not found:
            variable = f"red5pro_{name}_security_group"
            yield Problem(variable, deployment.declared.get(variable), "the id or the name of a security group in this VPC")


def machine_problems(account: Account, deployment: Deployment, chosen: Sequence[Facts]) -> Problems:
    region, key = deployment.text("region"), deployment.text("key_name")
    if key not in [one["key_name"] for one in account.all("key_pairs")]:
        yield Problem("red5pro_key_name", key, f"the name of an EC2 key pair in {region}")
    yield from _first_instance(account, deployment.text("stream_manager_instance"), chosen)
    images = {one["image_id"]: one["state"] for one in account.all("images")}
    for name in ("stream_manager_image", "node_image"):
        wanted = deployment.text(name)
        if wanted and images.get(wanted) != "available":
            found = f"this one is {images[wanted]}" if wanted in images else "there is none with this id"
            yield Problem(f"red5pro_{name}", wanted, f"the id of an available image in {region}; {found}")
    yield from _base_image(account, deployment)
    for image in account.all("own_images") if deployment.launches and deployment.text("stream_manager_instance") else []:
        if image["name"] == deployment.image_name and not is_own(image, account.name):
            yield Problem(
                "red5pro_stream_manager_release",
                deployment.text("stream_manager_release"),
                f"another one, since the image {image['image_id']}, which this deployment did not create, is named {image['name']}",
            )


def base_image_readings(wanted: str) -> list[Facts]:
    """What to read for a base image: by its id, or by a public parameter of Systems Manager, as Canonical publishes them for Ubuntu."""
    if not wanted.startswith("/"):
        return [{"kind": "images", "name": "base_image", "filters": {"image-id": wanted}}] if wanted else []
    return [
        {"kind": "parameter", "name": "base_image_parameter", "parameters": {"Name": wanted}},
        {"kind": "images", "name": "base_image", "filters_of": {"image-id": "base_image_parameter.value"}},
    ]


def architecture_problems(account: Account, deployment: Deployment) -> Problems:
    """Instance types for other processors than the image that they are launched with."""
    images = {one["image_id"]: one.get("architecture", "") for one in account.all("images")}
    first = account.instance(deployment.text("stream_manager_instance")).get("architecture", "")
    node = images.get(deployment.text("node_image"), "")
    own = {
        "red5pro_stream_manager_instance_type": images.get(deployment.text("stream_manager_image"), first),
        "red5pro_builder_instance_type": node,
    }
    for variable, wanted in deployment.instance_types.items():
        if unfit := _unfit(account, [wanted], own[variable]):
            yield Problem(variable, wanted, f"an instance type for {own[variable]}, as its image is, unlike {unfit[0]}")
    nodes = [name for name in deployment.launched_types if name not in deployment.instance_types.values()]
    if unfit := _unfit(account, nodes, node):
        yield Problem("red5pro_launch_configs", unfit, f"instance types for {node}, as red5pro_node_image is")


def _unfit(account: Account, types: Sequence[str], architecture: str) -> list[str]:
    """Those types that are known to be for other architectures."""
    known = {one["instance_type"]: one["processor_info"]["supported_architectures"] for one in account.all("launched_types")}
    return [f"{one} ({', '.join(known[one])})" for one in types if architecture and one in known and architecture not in known[one]]


def _base_image(account: Account, deployment: Deployment) -> Problems:
    wanted, region = deployment.base_image, deployment.text("region")
    if not wanted:
        return
    found = next(iter(account.all("base_image")), None)
    if found is None or found["state"] != "available":
        expected = f"the id of an available image in {region}, or a public parameter of Systems Manager with one"
        yield Problem("red5pro_base_image", wanted, expected)
    elif found.get("architecture", "x86_64") != "x86_64":
        yield Problem(
            "red5pro_base_image", wanted, f"an image for x86_64, unlike {found['image_id']}, which is for {found['architecture']}"
        )


def _first_instance(account: Account, wanted: str, chosen: Sequence[Facts]) -> Problems:
    if not wanted:
        return
    found, zones = account.instance(wanted), sorted({one["availability_zone"] for one in chosen})
    zone = found.get("placement", {}).get("availability_zone")
    if not found:
        yield Problem("red5pro_stream_manager_instance", wanted, "the id of a running or stopped instance in this VPC")
    elif zones and zone not in zones:
        expected = f"an instance in a zone of the load balancer ({', '.join(zones)}), or red5pro_subnets with one in {zone}, where it is"
        yield Problem("red5pro_stream_manager_instance", wanted, expected)


def address_problems(account: Account, deployment: Deployment) -> Problems:
    region, given, numbers = deployment.text("region"), deployment.names("allocation_ids"), deployment.numbers
    first = deployment.text("stream_manager_instance")
    addresses = {one["allocation_id"]: one for one in account.all("addresses") if one.get("allocation_id")}
    if unknown := sorted(set(given) - set(addresses)):
        yield Problem("red5pro_allocation_ids", given, f"allocation ids of this account and region; not found: {', '.join(unknown)}")
    if local := [one for one in given if addresses.get(one, {}).get("network_border_group") not in (None, "", region)]:
        yield Problem(
            "red5pro_allocation_ids", given, f"Elastic IPs of {region} itself, not of a Local or Wavelength Zone as {', '.join(local)}"
        )
    for one in given:
        if user := _user(account, addresses.get(one, {}), first):
            yield Problem("red5pro_allocation_ids", given, f"Elastic IPs that nobody else uses; {one} is in use by {user}")
    names = [f"{account.name}-stream-manager-{number}" for number in numbers]
    held = {key for key, one in addresses.items() if is_own(one, account.name) and one["tags"].get("Name") in names}
    held |= {key for key, one in addresses.items() if first and one.get("instance_id") == first}
    needed = max(0, len(numbers) - len(held | set(given)))
    quota = _quota(account)
    free = quota - len(account.all("addresses"))
    if needed > free:
        name, value = (
            ("red5pro_stream_manager_numbers", numbers)
            if deployment.names("stream_manager_numbers")
            else ("red5pro_stream_manager_count", len(numbers))
        )
        yield Problem(
            name,
            value,
            f"at most {len(numbers) - needed + max(free, 0)}, or a higher quota: {needed} more Elastic IPs are needed and {max(free, 0)} "
            f"of {quota} are free in {region}",
        )


def _user(account: Account, address: Facts, first: str) -> str:
    """The other user of an address, empty if there is none."""
    deployment = owner(address) or account.name
    if deployment != account.name:
        return f"the deployment {deployment}"
    instance = address.get("instance_id")
    if instance:
        own = instance == first or is_own(account.instance(instance), account.name)
        return "" if own else str(instance)
    return str(address.get("network_interface_id") or address.get("association_id") or "")


def _quota(account: Account) -> int:
    attributes = {one["attribute_name"]: one["attribute_values"] for one in account.all("account_attributes")}
    return int(attributes["vpc-max-elastic-ips"][0]["attribute_value"])


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
    has = sorted({found["domain_name"].lower(), *(name.lower() for name in found.get("subject_alternative_names", []))})
    if not set(has) & set(deployment.covering):
        expected = f"the ARN of a certificate that covers red5pro_domain, for {' or '.join(deployment.covering)}; this one is for "
        yield Problem("red5pro_certificate_arn", arn, expected + ", ".join(has))


def _plain(name: str) -> str:
    return name.lower().removesuffix(".")


def _zone_id(zone: Facts) -> str:
    return str(zone["id"]).rsplit("/", 1)[-1]


def _nearest(zones: Sequence[Facts], name: str) -> list[Facts]:
    """The public zones with the longest name above this one; several if they have the same name."""
    above = [one for one in zones if not one["config"]["private_zone"] and f".{name}".endswith(f".{_plain(one['name'])}")]
    longest = max((len(one["name"]) for one in above), default=0)
    return [one for one in above if len(one["name"]) == longest]


def domain_problems(account: Account, deployment: Deployment) -> Problems:
    domain, wanted, zones = deployment.host("domain"), deployment.text("hosted_zone"), account.all("hosted_zones")
    if wanted:
        zones = [one for one in zones if is_wanted(one, wanted)]
        if not _nearest(zones, domain):
            public = sorted(_plain(one["name"]) for one in account.all("hosted_zones") if not one["config"]["private_zone"])
            expected = f"the id or the name of a public hosted zone that holds {domain}; the public ones are {', '.join(public) or 'none'}"
            yield Problem("red5pro_hosted_zone", wanted, expected)
    validated = deployment.certificate_names if deployment.text("certificate_validation_method", "DNS") == "DNS" else []
    twins = {
        ", ".join(sorted(map(_zone_id, found))): _plain(found[0]["name"])
        for name in dict.fromkeys([domain, *(name.removeprefix("*.") for name in validated)])
        if len(found := _nearest(zones, name)) > 1
    }
    for ids, name in twins.items():
        yield Problem("red5pro_hosted_zone", wanted, f"the id of the zone to use, one of {ids}, which are all public and named {name}")
    found = _nearest(zones, domain)
    if len(found) == 1 and not deployment.is_true("replace_record"):
        yield from _record_problems(account, domain, found[0])


def _record_problems(account: Account, domain: str, zone: Facts) -> Problems:
    """A, AAAA and CNAME records of the domain that do not lead to the load balancer; records of other types are kept beside it."""
    target = _plain(account.load_balancer.get("dns_name", ""))
    for one in account.all("record_sets"):
        own = one["hosted_zone_id"] == zone["id"] and _plain(one["name"]) == domain
        if not own or one["type"] not in LEADING:
            continue
        values = [value["value"] for value in one.get("resource_records", [])] or [one.get("alias_target", {}).get("dns_name", "")]
        if not target or [_plain(value).removeprefix("dualstack.") for value in values] != [target]:
            yield Problem(
                "red5pro_domain",
                domain,
                f"a name without other records, or red5pro_replace_record=true to replace them; there is {one['type']} {', '.join(values)}",
            )


def region_problems(regions_named: Mapping[str, Sequence[str]], region: str, enabled: Sequence[str]) -> Problems:
    """The regions that a variable names and that are not enabled."""
    for name, named in regions_named.items():
        if unknown := [one for one in named if one not in (region, *enabled)]:
            expected = f"in its regions only AWS regions that are enabled for the account: {', '.join(sorted(enabled))}"
            yield Problem(f"red5pro_{name}", unknown, expected)


def node_problems(account: Account, deployment: Deployment) -> Problems:
    region = deployment.text("region")
    enabled = sorted(one["region_name"] for one in account.all("regions"))
    yield from region_problems(deployment.regions_named, region, enabled)
    found = {region: account.all("named_images"), **account.elsewhere}
    missing = [
        f"{name} in {one['region']}"
        for one in deployment.named_images
        if one["region"] == region or one["region"] in enabled
        for name in one["names"]
        if name not in {image["name"] for image in found.get(one["region"], [])}
    ]
    if missing:
        expected = "the names of images that are available in every region of the node groups, or none to use the deployment's image"
        yield Problem("red5pro_launch_configs", missing, expected)
    yield from _offered_problems(account, deployment)


def offerings(region: str) -> str:
    """The name of the reading of the instance types that are offered in another region of nodes."""
    return f"offerings-{region}"


def _offered_problems(account: Account, deployment: Deployment) -> Problems:
    """Instance types of nodes that no zone of a region offers."""
    read = {deployment.text("region"): account.all("instance_type_offerings")}
    named = {one["region"]: offerings(one["region"]) for one in deployment.node_types}
    read |= {region: account.elsewhere[name] for region, name in named.items() if name in account.elsewhere}
    lacking = [
        f"{name} in {one['region']}"
        for one in deployment.node_types
        if one["region"] in read
        for name in one["names"]
        if name not in {offer["instance_type"] for offer in read[one["region"]]}
    ]
    if lacking:
        yield Problem("red5pro_launch_configs", lacking, "instance types that are offered in every region of their node groups")


def name_problems(account: Account) -> Problems:
    """Names that begin with each other, since resources and nodes are found by the beginning of their names."""
    tags = [owner(one) for one in (*account.all("instances"), *account.all("addresses"))]
    others = sorted({name for name in tags if name and name != account.name})
    if colliding := [name for name in others if name.startswith(account.name) or account.name.startswith(name)]:
        yield Problem(
            "red5pro_name",
            account.name,
            "a name that is not the beginning of another deployment's, nor the reverse, since resources are found by it; "
            f"there is {', '.join(colliding)}",
        )
