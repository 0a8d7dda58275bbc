# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The hosted zones, and what belongs to somebody else: addresses, and a load balancer with its certificate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import boto3

from rehearsal.accounts import default
from rehearsal.accounts.model import Account

from .common import Tick, tagged, tags, until


def build(account: Account, ids: Mapping[str, str], tick: Tick) -> None:
    """Make them in the network of these ids; the instances must run."""
    zones = {zone: _zone(zone, records) for zone, records in account.zones.items()}
    _addresses(account)
    if default.OTHER_DOMAIN not in zones:
        return
    _balancer(account, ids, zones[default.OTHER_DOMAIN], _certificate(zones[default.OTHER_DOMAIN], tick))
    until(tick, "the load balancer is active", _active)


def _zone(name: str, records: tuple[tuple[str, str, int, str], ...]) -> str:
    zone = str(boto3.client("route53").create_hosted_zone(Name=name, CallerReference=name)["HostedZone"]["Id"])
    for owner, type_, ttl, value in records:
        _record(zone, Name=owner, Type=type_, TTL=ttl, ResourceRecords=[{"Value": value}])
    return zone


def _record(zone: str, **record: Any) -> None:
    changes: Any = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]}
    boto3.client("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch=changes)


def _addresses(account: Account) -> None:
    ec2 = boto3.client("ec2")
    for name in account.addresses:
        address = ec2.allocate_address(Domain="vpc", TagSpecifications=tagged("elastic-ip", name))
        if name in account.instances:
            ec2.associate_address(AllocationId=address["AllocationId"], InstanceId=account.instances[name][0])


def _certificate(zone: str, tick: Tick) -> str:
    acm = boto3.client("acm")
    domain = f"*.{default.OTHER_DOMAIN}"
    request: Any = {"DomainName": domain, "ValidationMethod": "DNS", "Tags": tags(default.OTHER_BALANCER)}
    arn = str(acm.request_certificate(**request)["CertificateArn"])

    def described() -> dict[str, Any]:
        return dict(acm.describe_certificate(CertificateArn=arn)["Certificate"])

    def proof() -> Any:
        return described()["DomainValidationOptions"][0].get("ResourceRecord")

    record = until(tick, f"the validation record of {domain} is known", proof)
    _record(zone, Name=record["Name"], Type=record["Type"], TTL=300, ResourceRecords=[{"Value": record["Value"]}])
    until(tick, f"the certificate for {domain} is issued", lambda: described()["Status"] == "ISSUED")
    return arn


def _balancer(account: Account, ids: Mapping[str, str], zone: str, certificate: str) -> None:
    elb, name = boto3.client("elbv2"), default.OTHER_BALANCER
    health: Any = {"HealthCheckPath": "/", "HealthCheckIntervalSeconds": 300, "HealthCheckTimeoutSeconds": 5}
    vpc: Any = {"VpcId": ids[default.NAME], "TargetType": "instance"}
    made = elb.create_target_group(Name=name, Protocol="HTTP", Port=80, Tags=tags(name), **vpc, **health)
    group = made["TargetGroups"][0]["TargetGroupArn"]
    balancer = elb.create_load_balancer(
        Name=name,
        Subnets=[ids[subnet] for subnet in default.OTHER_BALANCER_SUBNETS],
        SecurityGroups=[ids[default.OTHER_GROUP]],
        Scheme="internet-facing",
        Tags=tags(name),
    )["LoadBalancers"][0]
    forward: Any = [{"Type": "forward", "TargetGroupArn": group}]
    tls: Any = {"Certificates": [{"CertificateArn": certificate}], "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06"}
    for listener in ({"Protocol": "HTTP", "Port": 80}, {"Protocol": "HTTPS", "Port": 443, **tls}):
        elb.create_listener(LoadBalancerArn=balancer["LoadBalancerArn"], DefaultActions=forward, Tags=tags(name), **listener)
    elb.register_targets(TargetGroupArn=group, Targets=[{"Id": account.instances[default.OTHER_INSTANCE][0], "Port": 80}])
    alias = {"HostedZoneId": balancer["CanonicalHostedZoneId"], "DNSName": balancer["DNSName"], "EvaluateTargetHealth": False}
    _record(zone, Name=default.OTHER_SITE, Type="A", AliasTarget=alias)


def _active() -> bool:
    balancers = boto3.client("elbv2").describe_load_balancers(Names=[default.OTHER_BALANCER])["LoadBalancers"]
    return bool(balancers[0]["State"]["Code"] == "active")
