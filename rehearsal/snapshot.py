# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Everything in the account, a line each, to compare before and after: `rehearsal/run python -m rehearsal.snapshot`.

What changes by itself is left out: times, health, instances that are terminated, and public addresses that are no Elastic IPs,
since AWS gives an instance another one whenever it needs one again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import boto3

from rehearsal import settings

# EC2: operation -> (the field of its answer, the field that identifies an item, further arguments).
_EC2: dict[str, tuple[str, str, dict[str, Any]]] = {
    "describe_addresses": ("Addresses", "AllocationId", {}),
    "describe_images": ("Images", "ImageId", {"Owners": ["self"]}),
    "describe_internet_gateways": ("InternetGateways", "InternetGatewayId", {}),
    "describe_key_pairs": ("KeyPairs", "KeyName", {}),
    "describe_launch_templates": ("LaunchTemplates", "LaunchTemplateId", {}),
    "describe_network_interfaces": ("NetworkInterfaces", "NetworkInterfaceId", {}),
    "describe_route_tables": ("RouteTables", "RouteTableId", {}),
    "describe_security_groups": ("SecurityGroups", "GroupId", {}),
    "describe_snapshots": ("Snapshots", "SnapshotId", {"OwnerIds": ["self"]}),
    "describe_subnets": ("Subnets", "SubnetId", {}),
    "describe_volumes": ("Volumes", "VolumeId", {}),
    "describe_vpcs": ("Vpcs", "VpcId", {}),
}
_KEY_TYPES = ["RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1"]
# Random or time-dependent, without any change.
_VOLATILE = {"CreationDate", "KeyFingerprint", "ResponseMetadata", "Serial", "StateTransitionReason"}

_PUBLIC = {"PublicDnsName", "PublicIp", "PublicIpAddress"}

Item = tuple[str, str, Any]  # kind, identifier, what AWS says of it


def snapshot() -> list[str]:
    """The lines, sorted: region, kind, identifier, and all that AWS says of the item as JSON with sorted keys and lists."""
    lines = [_line("global", *item) for item in _route53()]
    for region in (settings.REGION, settings.SECOND_REGION):
        session = _session(region)
        for part in (_ec2, _elbv2, _acm, _auto_scaling, _cloudwatch, _rds):
            lines += [_line(region, *item) for item in part(session)]
    return sorted(lines)


def _session(region: str) -> boto3.Session:
    """The administrator's: the operator may not read everything."""
    return boto3.Session(settings.ADMINISTRATOR_ACCESS_KEY, settings.SECRET_KEY, region_name=region)


def _line(region: str, kind: str, identifier: str, item: Any) -> str:
    return f"{region} {kind} {identifier} {json.dumps(_settled(item), sort_keys=True)}"


def _settled(value: Any) -> Any:
    """The value without what changes by itself, lists in an order of their own."""
    if isinstance(value, dict):
        return {key: _settled(item) for key, item in value.items() if key not in _VOLATILE and not isinstance(item, datetime)}
    if isinstance(value, list):
        return sorted((_settled(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
    return value


def _pages(client: Any, operation: str, field: str, **arguments: Any) -> Iterator[Any]:
    if not client.can_paginate(operation):
        yield from getattr(client, operation)(**arguments)[field]
        return
    for page in client.get_paginator(operation).paginate(**arguments):
        yield from page[field]


def _cloudwatch(session: boto3.Session) -> Iterator[Item]:
    for alarm in _pages(session.client("cloudwatch"), "describe_alarms", "MetricAlarms"):
        yield "alarm", alarm["AlarmName"], alarm


def _rds(session: boto3.Session) -> Iterator[Item]:
    """What AWS provides itself is left out: default groups, and automated backups."""
    rds = session.client("rds")
    for instance in _pages(rds, "describe_db_instances", "DBInstances"):
        yield "DBInstances", instance["DBInstanceIdentifier"], instance
    for group in _pages(rds, "describe_db_subnet_groups", "DBSubnetGroups"):
        yield "DBSubnetGroups", group["DBSubnetGroupName"], group
    for group in _pages(rds, "describe_db_parameter_groups", "DBParameterGroups"):
        if not group["DBParameterGroupName"].startswith("default."):
            yield "DBParameterGroups", group["DBParameterGroupName"], group
    for snapshot in _pages(rds, "describe_db_snapshots", "DBSnapshots", SnapshotType="manual"):
        yield "DBSnapshots", snapshot["DBSnapshotIdentifier"], snapshot


def _ec2(session: boto3.Session) -> Iterator[Item]:
    ec2 = session.client("ec2")
    elastic = {address["PublicIp"] for address in ec2.describe_addresses()["Addresses"]}
    for kind, identifier, item in _ec2_items(ec2):
        yield kind, identifier, _lasting(item, elastic)


def _lasting(value: Any, elastic: set[str]) -> Any:
    """The value without public addresses that are no Elastic IPs; that there is one is kept."""
    if isinstance(value, list):
        return [_lasting(item, elastic) for item in value]
    if not isinstance(value, dict):
        return value
    passing = any(value.get(key, "") not in {"", *elastic} for key in ("PublicIp", "PublicIpAddress"))
    kept = {key: "of the pool" if passing and key in _PUBLIC else item for key, item in value.items()}
    return {key: _lasting(item, elastic) for key, item in kept.items()}


def _ec2_items(ec2: Any) -> Iterator[Item]:
    for operation, (field, identifier, arguments) in _EC2.items():
        for item in _pages(ec2, operation, field, **arguments):
            yield field, item[identifier], item
    for reservation in _pages(ec2, "describe_instances", "Reservations"):
        for instance in reservation["Instances"]:
            if instance["State"]["Name"] != "terminated":
                yield "Instances", instance["InstanceId"], instance


def _elbv2(session: boto3.Session) -> Iterator[Item]:
    elb = session.client("elbv2")

    def tags(arn: str) -> Any:
        return elb.describe_tags(ResourceArns=[arn])["TagDescriptions"][0]["Tags"]

    for balancer in _pages(elb, "describe_load_balancers", "LoadBalancers"):
        arn = balancer["LoadBalancerArn"]
        attributes = elb.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
        yield "LoadBalancers", balancer["LoadBalancerName"], {**balancer, "Attributes": attributes, "Tags": tags(arn)}
        for listener in _pages(elb, "describe_listeners", "Listeners", LoadBalancerArn=arn):
            certificates = elb.describe_listener_certificates(ListenerArn=listener["ListenerArn"])["Certificates"]
            described = {**listener, "Certificates": certificates, "Tags": tags(listener["ListenerArn"])}
            yield "Listeners", f"{balancer['LoadBalancerName']}:{listener['Port']}", described
    for group in _pages(elb, "describe_target_groups", "TargetGroups"):
        arn = group["TargetGroupArn"]
        attributes = elb.describe_target_group_attributes(TargetGroupArn=arn)["Attributes"]
        health = elb.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
        targets = [one["Target"] for one in health if one["TargetHealth"]["State"] != "draining"]
        yield "TargetGroups", group["TargetGroupName"], {**group, "Attributes": attributes, "Targets": targets, "Tags": tags(arn)}


def _acm(session: boto3.Session) -> Iterator[Item]:
    acm = session.client("acm")
    for summary in _pages(acm, "list_certificates", "CertificateSummaryList", Includes={"keyTypes": _KEY_TYPES}):
        arn = summary["CertificateArn"]
        certificate = acm.describe_certificate(CertificateArn=arn)["Certificate"]
        yield "Certificates", arn, {**certificate, "Tags": acm.list_tags_for_certificate(CertificateArn=arn)["Tags"]}


def _auto_scaling(session: boto3.Session) -> Iterator[Item]:
    client = session.client("autoscaling")
    for group in _pages(client, "describe_auto_scaling_groups", "AutoScalingGroups"):
        yield "AutoScalingGroups", group["AutoScalingGroupName"], group
    for policy in _pages(client, "describe_policies", "ScalingPolicies"):
        yield "ScalingPolicies", f"{policy['AutoScalingGroupName']} {policy['PolicyName']}", policy


def _route53() -> Iterator[Item]:
    route53 = _session(settings.REGION).client("route53")
    for zone in _pages(route53, "list_hosted_zones", "HostedZones"):
        tags = route53.list_tags_for_resource(ResourceType="hostedzone", ResourceId=zone["Id"].split("/")[-1])
        yield "HostedZones", zone["Name"], {**zone, "Tags": tags["ResourceTagSet"]["Tags"]}
        for record in _pages(route53, "list_resource_record_sets", "ResourceRecordSets", HostedZoneId=zone["Id"]):
            yield "Records", f"{zone['Name']} {record['Name']} {record['Type']}", record


if __name__ == "__main__":
    print("\n".join(snapshot()))
