# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Additional resources of a hostile account: those of other people, and leftovers of earlier runs."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Network
from itertools import islice
from pathlib import Path
from typing import Any

import boto3
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from rehearsal import pki, settings
from rehearsal.accounts.default import ANYWHERE, NAME, OTHER_BALANCER_SUBNETS, OTHER_GROUP
from rehearsal.accounts.model import Account

from .common import tagged, tags

_POOLS = (settings.PUBLIC_POOL, settings.ELASTIC_POOL)


def build(account: Account, ids: Mapping[str, str], state: Path, authority: pki.Authority) -> None:
    """Make them in the network of these ids."""
    for name, zone in account.volumes.items():
        _volume(name, zone)
    for name in account.balancers:
        _balancer(name, ids)
    for domain in account.private_zones:
        _private_zone(domain, ids[NAME])
    for domain in account.requested:
        boto3.client("acm").request_certificate(DomainName=domain, ValidationMethod="DNS")
    for domain in account.imported:
        _import(authority.certificate([domain]))
    if account.prefix_list:
        _route(ids[NAME], account.prefix_list)
    _known_hosts(state / "ssh/known_hosts", account.reused_addresses)


def _volume(name: str, zone: str) -> None:
    ec2 = boto3.client("ec2")
    volume = ec2.create_volume(AvailabilityZone=zone, Size=8, TagSpecifications=tagged("volume", name))["VolumeId"]
    ec2.create_snapshot(VolumeId=volume, Description=name, TagSpecifications=tagged("snapshot", name))


def _balancer(name: str, ids: Mapping[str, str]) -> None:
    elb = boto3.client("elbv2")
    marks: Any = {"Tags": tags(name)} if tags(name) else {}
    group = elb.create_target_group(Name=name, Protocol="HTTP", Port=80, VpcId=ids[NAME], TargetType="instance", **marks)
    subnets = [ids[subnet] for subnet in OTHER_BALANCER_SUBNETS]
    made = elb.create_load_balancer(Name=name, Subnets=subnets, SecurityGroups=[ids[OTHER_GROUP]], **marks)["LoadBalancers"][0]
    forward: Any = [{"Type": "forward", "TargetGroupArn": group["TargetGroups"][0]["TargetGroupArn"]}]
    elb.create_listener(LoadBalancerArn=made["LoadBalancerArn"], Protocol="HTTP", Port=80, DefaultActions=forward)


def _private_zone(domain: str, vpc: str) -> None:
    where: Any = {"VPCRegion": settings.REGION, "VPCId": vpc}
    private: Any = {"Comment": "", "PrivateZone": True}
    boto3.client("route53").create_hosted_zone(Name=domain, CallerReference=f"private {domain}", VPC=where, HostedZoneConfig=private)


def _import(path: Path) -> None:
    """A private key and its certificate are imported, nothing else."""
    start = "-----BEGIN CERTIFICATE-----"
    key, _start, rest = path.read_text().partition(start)
    boto3.client("acm").import_certificate(Certificate=(start + rest).encode(), PrivateKey=key.encode())


def _route(vpc: str, networks: tuple[str, ...]) -> None:
    ec2 = boto3.client("ec2")
    entries: Any = [{"Cidr": network} for network in networks]
    made = ec2.create_managed_prefix_list(PrefixListName="offices", AddressFamily="IPv4", MaxEntries=len(entries), Entries=entries)
    filters = [{"Name": "vpc-id", "Values": [vpc]}]
    for table in ec2.describe_route_tables(Filters=filters)["RouteTables"]:
        gateways = [route["GatewayId"] for route in table["Routes"] if route.get("DestinationCidrBlock") == ANYWHERE]
        if gateways:
            destination = made["PrefixList"]["PrefixListId"]
            ec2.create_route(RouteTableId=table["RouteTableId"], DestinationPrefixListId=destination, GatewayId=gateways[0])


def _known_hosts(path: Path, count: int) -> None:
    """Keys of hosts that had these addresses before."""
    key = ed25519.Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    addresses = [str(address) for pool in _POOLS for address in islice(IPv4Network(pool).hosts(), count)]
    if addresses:
        path.write_text("".join(f"{address} {key}\n" for address in addresses))
