# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Load balancers: names, zones, subnets, protection (rules 1, 2, 3, 47)."""

from __future__ import annotations

import json
import re
from fnmatch import fnmatchcase
from typing import Any

from moto.s3.models import s3_backends

from rehearsal import settings

from .. import limits
from ..registry import Call, Refusal, rule

NAME = re.compile(r"(?!-)[A-Za-z0-9-]{1,32}(?<!-)")
ROLE = "arn:aws:iam::123456789012:role/aws-service-role/elasticloadbalancing.amazonaws.com/AWSServiceRoleForElasticLoadBalancing"
FREE_ADDRESSES = 8  # in each subnet
WRITERS = ("logdelivery.elasticloadbalancing.amazonaws.com", "arn:aws:iam::127311923021:root")  # the latter is ELB's account of us-east-1


@rule(1, "elbv2", "CreateLoadBalancer", "CreateTargetGroup")
def well_formed_name(call: Call) -> None:
    """1 to 32 letters, digits and hyphens, no hyphen first or last; `internal-` is not for load balancers."""
    name = call.params["Name"]
    if not NAME.fullmatch(name):
        raise Refusal(
            "ValidationError",
            f"The name '{name}' must have 1 to 32 characters, only letters, digits and hyphens, and no hyphen first or last",
        )
    if call.action == "CreateLoadBalancer" and name.startswith("internal-"):
        raise Refusal("ValidationError", f"The load balancer name '{name}' cannot begin with 'internal-'")


@rule(2, "elbv2", "CreateLoadBalancer", "SetSubnets")
def one_subnet_in_each_of_two_zones(call: Call) -> None:
    """At least two zones, at most one subnet of each, all of one VPC."""
    subnets = wanted_subnets(call)
    zones = [subnet.availability_zone for subnet in subnets]
    if len(set(zones)) < len(zones):
        raise Refusal("InvalidConfigurationRequest", "A load balancer cannot be attached to multiple subnets in the same Availability Zone")
    if len(zones) < 2:
        raise Refusal("InvalidConfigurationRequest", "At least two subnets in two different Availability Zones must be specified")
    if len({subnet.vpc_id for subnet in subnets}) > 1:
        raise Refusal("InvalidConfigurationRequest", "All subnets must be in the same VPC")


@rule(3, "elbv2", "CreateLoadBalancer", "SetSubnets")
def public_subnets_with_room(call: Call) -> None:
    """An internet-facing load balancer needs a route to the internet and 8 free addresses in each subnet."""
    known = call.elbv2.load_balancers.get(call.params.get("LoadBalancerArn"))
    for subnet in wanted_subnets(call):
        if known is not None and subnet in known.subnets:
            continue
        if _scheme(call) == "internet-facing" and not has_internet_route(call.ec2, subnet):
            raise Refusal("InvalidSubnet", f"VPC {subnet.vpc_id} has no internet gateway route for subnet {subnet.id}")
        if subnet.available_ip_address_count < FREE_ADDRESSES:
            raise Refusal("InvalidSubnet", f"Not enough IP space available in {subnet.id}. ELB requires at least 8 free IP addresses")


@rule(47, "elbv2", "CreateLoadBalancer")
def service_linked_role(call: Call) -> None:
    """The first load balancer of an account has ELB make a role for itself, with the permissions of the caller."""
    if not limits.service_linked_role and not limits.may_create_service_linked_role:
        raise Refusal("AccessDenied", f"User is not authorized to perform: iam:CreateServiceLinkedRole on resource: {ROLE}")


@rule(None, "elbv2", "CreateLoadBalancer")
def name_not_taken(call: Call) -> None:
    """One of a name in a region."""
    if any(balancer.name == call.params["Name"] for balancer in call.elbv2.load_balancers.values()):
        raise Refusal("DuplicateLoadBalancerName", f"A load balancer with the name '{call.params['Name']}' already exists")


@rule(None, "elbv2", "CreateLoadBalancer", "SetSecurityGroups")
def groups_of_the_same_vpc(call: Call) -> None:
    """Known groups of the VPC; without any, an ALB gets the VPC's default group."""
    vpc_id = _vpc_of(call)
    groups = call.params.get("SecurityGroups")
    if not groups:
        default = call.ec2.get_default_security_group(vpc_id)
        call.params["SecurityGroups"] = [default.id] if default else []
        return
    for group_id in groups:
        group = call.ec2.get_security_group_from_id(group_id)
        if group is None:
            raise Refusal("InvalidSecurityGroup", f"The security group '{group_id}' does not exist")
        if group.vpc_id != vpc_id:
            raise Refusal("InvalidConfigurationRequest", f"The security group '{group_id}' is not in VPC '{vpc_id}'")


@rule(None, "elbv2", "DescribeLoadBalancers")
def all_named_balancers_exist(call: Call) -> None:
    """moto forgives an unknown one after a known one."""
    names = {balancer.name for balancer in call.elbv2.load_balancers.values()}
    unknown = set(call.params.get("Names", ())) - names | set(call.params.get("LoadBalancerArns", ())) - set(call.elbv2.load_balancers)
    if unknown:
        raise Refusal("LoadBalancerNotFound", f"One or more load balancers not found: {sorted(unknown)}")


@rule(None, "elbv2", "DeleteLoadBalancer")
def not_protected(call: Call) -> None:
    """Deletion protection holds."""
    balancer = call.elbv2.load_balancers.get(call.params["LoadBalancerArn"])
    if balancer is not None and balancer.attrs["deletion_protection.enabled"] == "true":
        raise Refusal("OperationNotPermitted", f"Load balancer '{balancer.arn}' cannot be deleted because deletion protection is enabled")


def wanted_subnets(call: Call) -> list[Any]:
    """The subnets a call names, either way."""
    ids = [*call.params.get("Subnets", ()), *(mapping["SubnetId"] for mapping in call.params.get("SubnetMappings", ()))]
    known = {subnet.id: subnet for subnet in call.ec2.describe_subnets()}
    unknown = [subnet_id for subnet_id in ids if subnet_id not in known]
    if unknown:
        raise Refusal("SubnetNotFound", f"The subnet ID '{unknown[0]}' does not exist")
    return [known[subnet_id] for subnet_id in ids]


def has_internet_route(ec2: Any, subnet: Any) -> bool:
    """Whether the subnet's route table, or else the main one, leads everything to an internet gateway."""
    tables = ec2.describe_route_tables(filters={"vpc-id": [subnet.vpc_id]})
    own = [table for table in tables if subnet.id in table._associations.values()]
    main = [table for table in tables if table.main_association_id]
    routes = [route for table in (own or main)[:1] for route in table.routes]
    return any(route.destination_cidr_block == "0.0.0.0/0" and route.gateway is not None for route in routes)


def _scheme(call: Call) -> str:
    balancer = call.elbv2.load_balancers.get(call.params.get("LoadBalancerArn"))
    return str(balancer.scheme if balancer else call.params.get("Scheme", "internet-facing"))


def _vpc_of(call: Call) -> str:
    balancer = call.elbv2.load_balancers.get(call.params.get("LoadBalancerArn"))
    return str((balancer or wanted_subnets(call)[0]).vpc_id)


@rule(None, "elbv2", "ModifyLoadBalancerAttributes")
def bucket_that_takes_logs(call: Call) -> None:
    """Access logs go into a bucket of the same region whose policy lets ELB write, encrypted with S3's own keys if at all."""
    known = call.elbv2.load_balancers.get(call.params["LoadBalancerArn"])
    wanted = {**(known.attrs if known else {}), **{one["Key"]: one["Value"] for one in call.params["Attributes"]}}
    if wanted.get("access_logs.s3.enabled") != "true":
        return
    name, prefix = wanted["access_logs.s3.bucket"], wanted.get("access_logs.s3.prefix", "")
    bucket = s3_backends[settings.ACCOUNT]["aws"].buckets.get(name)
    written = f"arn:aws:s3:::{name}/{f'{prefix}/' if prefix else ''}AWSLogs/{settings.ACCOUNT}/elasticloadbalancing"
    if (
        bucket is None
        or bucket.region_name != call.region
        or not _may_write(json.loads(bucket.policy or "{}"), written)
        or "aws:kms" in json.dumps(bucket.encryption)
    ):
        raise Refusal("InvalidConfigurationRequest", f"Access Denied for bucket: {name}. Please check S3bucket permission")


def _may_write(policy: dict[str, Any], written: str) -> bool:
    def listed(value: Any) -> list[Any]:
        return value if isinstance(value, list) else [value]

    return any(
        one["Effect"] == "Allow"
        and any(writer in listed(value) for writer in WRITERS for value in one["Principal"].values())
        and "s3:PutObject" in listed(one["Action"])
        and any(fnmatchcase(written, resource) for resource in listed(one["Resource"]))
        for one in policy.get("Statement", [])
    )
