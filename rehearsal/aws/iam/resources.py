# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The resources of a call: those that its parameters name, and those that it creates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from moto.acm.models import acm_backends
from moto.autoscaling.models import autoscaling_backends
from moto.cloudwatch.models import cloudwatch_backends
from moto.ec2.models import ec2_backends
from moto.elbv2.models import elbv2_backends
from moto.iam.models import iam_backends
from moto.rds.models import rds_backends

from rehearsal import settings

from ..registry import Call
from .tables import ResourceType, resource_types

_PREFIX = re.compile(r"([a-z]+)-[0-9a-z]+")
_TYPES = {  # of EC2, by the prefix of the id
    "ami": "image",
    "eipalloc": "elastic-ip",
    "eni": "network-interface",
    "i": "instance",
    "igw": "internet-gateway",
    "lt": "launch-template",
    "rtb": "route-table",
    "sg": "security-group",
    "sgr": "security-group-rule",
    "snap": "snapshot",
    "subnet": "subnet",
    "vol": "volume",
    "vpc": "vpc",
}
# Created in addition to named ones of the same type; other resources of an action that are not named are created too.
_MADE = {
    "RunInstances": ("instance", "network-interface", "volume"),
    "CreateImage": ("image", "snapshot"),
    "CopyImage": ("image", "snapshot"),
    "ImportKeyPair": ("key-pair",),
}
_OF_RDS = {"DBInstanceIdentifier": "db", "DBParameterGroupName": "pg", "DBSubnetGroupName": "subgrp", "DBSnapshotIdentifier": "snapshot"}
_MADE_BY_RDS = {"CreateDBInstance": "db", "CreateDBParameterGroup": "pg", "CreateDBSubnetGroup": "subgrp"}
_NOT_THE_CALLS = ("Filters", "Tags", "TagSpecifications", "UserData", "UserIdGroupPairs", "Description", "ClientToken")
_NEW = "*"


@dataclass(frozen=True)
class Resource:
    """A resource of a call; `region` is that of its ARN, empty if it has none."""

    arn: str
    type: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    is_new: bool = False

    @property
    def region(self) -> str:
        """Where it is."""
        return self.arn.split(":")[3] if self.arn != "*" else ""


def of(call: Call, service: str) -> Iterator[Resource]:
    """The resources that IAM looks at; everything, if the action knows no resources."""
    types = {one.name: one for one in resource_types(service, call.action)}
    if not types:
        yield Resource("*", is_new=call.action == "RequestCertificate")
        return
    find = _FINDERS.get(service, _by_arn)
    named = list(dict.fromkeys((name, arn) for name, arn in find(call, types) if name in types))
    for name, arn in named:
        yield Resource(arn, name, tags(arn), is_new=call.action == "PutMetricAlarm" or _MADE_BY_RDS.get(call.action) == name)  # tagged
    there = {name for name, _unused in named}
    made = {*_MADE.get(call.action, ()), *(name for name, one in types.items() if one.required and service in ("ec2", "acm"))} - (
        there if call.action != "CopyImage" else set()
    )
    for name in sorted(made & set(types)):
        yield Resource(types[name].of(call.region, settings.ACCOUNT, _NEW, _NEW, _NEW), name, is_new=True)
    if service == "elasticloadbalancing" and (new := _new_of_balancing(call, types)):
        yield new
    elif not named and not made & set(types):
        first, *_others = types.values()
        yield Resource(first.of(call.region, settings.ACCOUNT, _NEW, _NEW, _NEW, _NEW))  # none is named: any


def tags(arn: str) -> dict[str, str]:
    """The tags that a resource has now."""
    _arn, _partition, service, region, _account, name = arn.split(":", 5)
    if service == "ec2":
        backend, named = ec2_backends[settings.ACCOUNT][region], name.rpartition("/")[2]
        if name.startswith("key-pair/") and named in backend.key_pairs:  # its ARN has its name, its tags are at its id
            named = backend.key_pairs[named].id
        return dict(backend.tags.get(named, {}))
    if service == "elasticloadbalancing":
        return dict(elbv2_backends[settings.ACCOUNT][region].tagging_service.get_tag_dict_for_resource(arn))
    if service == "autoscaling":
        group = autoscaling_backends[settings.ACCOUNT][region].autoscaling_groups.get(name.rpartition("/")[2])
        return {tag["Key"]: tag["Value"] for tag in group.tags} if group else {}
    if service == "cloudwatch":
        return dict(cloudwatch_backends[settings.ACCOUNT][region].tagger.get_tag_dict_for_resource(arn))
    if service == "rds":
        return (
            {tag["Key"]: tag["Value"] for tag in rds_backends[settings.ACCOUNT][region].list_tags_for_resource(arn)}
            if _is_in_rds(arn)
            else {}
        )
    if service == "acm":
        held = acm_backends[settings.ACCOUNT][region]._certificates.get(arn)
        return {key: value or "" for key, value in held.tags.items()} if held else {}
    return {}


def new_certificate(call: Call) -> str:
    """The ARN of a certificate that is being requested."""
    return f"arn:aws:acm:{call.region}:{settings.ACCOUNT}:certificate/{_NEW}"


def roles(profile: Mapping[str, str]) -> Iterator[str]:
    """The roles of an instance profile, which is given by its name or its ARN."""
    name = profile.get("Name") or profile.get("Arn", "").rpartition("/")[2]
    for held in iam_backends[settings.ACCOUNT]["aws"].instance_profiles.values():
        if held.name == name:
            yield from (role.arn for role in held.roles)


def changes(call: Call) -> list[dict[str, Any]]:
    """The changes of records that a call asks for."""
    batch = call.params.get("ChangeBatch", {}).get("Changes", [])
    return batch["Change"] if isinstance(batch, dict) else list(batch)


def _of_ec2(call: Call, types: Mapping[str, ResourceType]) -> Iterator[tuple[str, str]]:
    region = call.params.get("SourceRegion") or call.region
    for value in (*_texts(call.params), *_of_addresses(call), *_of_routes(call)):
        found = _PREFIX.fullmatch(value)
        name = _TYPES.get(found[1], "") if found else ""
        if name in types:
            yield name, types[name].of(region, settings.ACCOUNT, value)
    if call.params.get("KeyName") and "key-pair" in types and "key-pair" not in _MADE.get(call.action, ()):
        yield "key-pair", types["key-pair"].of(region, settings.ACCOUNT, call.params["KeyName"])


def _of_addresses(call: Call) -> Iterator[str]:
    """The current or requested association of an Elastic IP, and the one with this address or association."""
    if not call.action.endswith("Address"):
        return
    for address in call.ec2.addresses:
        if call.params.get("AssociationId", "") == address.association_id or call.params.get("PublicIp") == address.public_ip:
            yield address.allocation_id
            yield from (address.eni.id,) if address.eni else ()
    instance = call.ec2.get_instance_by_id(call.params["InstanceId"]) if call.params.get("InstanceId") else None
    yield from (interface.id for interface in instance.nics.values()) if instance else ()


def _of_auto_scaling(call: Call, types: Mapping[str, ResourceType]) -> Iterator[tuple[str, str]]:
    """Groups are named, in tags as the resource."""
    held = autoscaling_backends[settings.ACCOUNT][call.region].autoscaling_groups
    for name in {call.params.get("AutoScalingGroupName"), *(tag.get("ResourceId") for tag in call.params.get("Tags", ()))} - {None}:
        arn = held[name].arn if name in held else types["autoScalingGroup"].of(call.region, settings.ACCOUNT, _NEW, str(name))
        yield "autoScalingGroup", arn


def launch_of(call: Call) -> Call | None:
    """The launch that a group with this template would make: AWS checks that its caller may make it too."""
    wanted = call.params.get("LaunchTemplate")
    if call.service != "autoscaling" or not wanted:
        return None
    held = {key: one for one in call.ec2.launch_templates.values() for key in (one.id, one.name)}
    template = held.get(wanted.get("LaunchTemplateId") or wanted.get("LaunchTemplateName"))
    if template is None:
        return None
    data = template.get_version(wanted.get("Version", "$Default")).data
    subnets = call.params.get("VPCZoneIdentifier", "").split(",")
    return Call("ec2", "RunInstances", {**data, "Subnets": subnets, "LaunchTemplateId": template.id}, call.region, call.access_key)


def _of_routes(call: Call) -> Iterator[str]:
    """The route table and the subnet of an association."""
    for table in call.ec2.route_tables.values() if call.action == "DisassociateRouteTable" else ():
        if subnet := table._associations.get(call.params["AssociationId"]):
            yield from (table.id, subnet)


def _of_iam(call: Call, types: Mapping[str, ResourceType]) -> Iterator[tuple[str, str]]:
    for name, key in (("instance-profile", "InstanceProfileName"), ("role", "RoleName")):
        if name in types and call.params.get(key):
            yield name, types[name].of("", settings.ACCOUNT, call.params[key])


def _of_cloudwatch(call: Call, types: Mapping[str, ResourceType]) -> Iterator[tuple[str, str]]:
    """Alarms, which are named; all of them, if none is."""
    names = [*call.params.get("AlarmNames", ()), *filter(None, [call.params.get("AlarmName")])]
    arns = [str(value).rpartition(":")[2] for value in filter(None, [call.params.get("ResourceARN")])]
    if "alarm" in types:
        yield from (("alarm", types["alarm"].of(call.region, settings.ACCOUNT, name)) for name in names + arns or [_NEW])


def _of_quotas(call: Call, types: Mapping[str, ResourceType]) -> Iterator[tuple[str, str]]:
    if "quota" in types:
        yield "quota", types["quota"].of(call.region, settings.ACCOUNT, call.params["ServiceCode"], call.params["QuotaCode"])


def _of_rds(call: Call, types: Mapping[str, ResourceType]) -> Iterator[tuple[str, str]]:
    """Named by their names, and to tag them by their ARN; all of them, if none is."""
    yield from _by_arn(call, types) if call.params.get("ResourceName") else ()
    for key, name in _OF_RDS.items():
        if name in types and call.params.get(key):
            yield name, types[name].of(call.region, settings.ACCOUNT, call.params[key].lower())


def _is_in_rds(arn: str) -> bool:
    region, kind, name = arn.split(":")[3], arn.split(":")[5], arn.rpartition(":")[2]
    backend = rds_backends[settings.ACCOUNT][region]
    held: Mapping[str, Mapping[str, Any]] = {
        "db": backend.databases,
        "pg": backend.db_parameter_groups,
        "subgrp": backend.subnet_groups,
        "snapshot": backend.database_snapshots,
    }
    return name in held.get(kind, {})


def _of_route53(call: Call, types: Mapping[str, ResourceType]) -> Iterator[tuple[str, str]]:
    value = call.params.get("HostedZoneId") or call.params.get("ResourceId") or call.params.get("Id") or ""
    name = "change" if call.action == "GetChange" else "hostedzone"
    if name in types:
        yield name, types[name].of("", "", str(value).rpartition("/")[2])


def _of_s3(call: Call, types: Mapping[str, ResourceType]) -> Iterator[tuple[str, str]]:
    bucket = f"arn:aws:s3:::{call.params['Bucket']}"
    for name, arn in (("object", f"{bucket}/{call.params['Key']}"), ("bucket", bucket)):
        if name in types:
            yield name, arn


def _of_ssm(call: Call, types: Mapping[str, ResourceType]) -> Iterator[tuple[str, str]]:
    """AWS names no account in the ARN of a public parameter, but iam-simulate wants one."""
    name = str(call.params.get("Name", ""))
    if "parameter" in types and name:
        yield "parameter", types["parameter"].of(call.region, settings.ACCOUNT, name.removeprefix("/"))


def _by_arn(call: Call, types: Mapping[str, ResourceType]) -> Iterator[tuple[str, str]]:
    for value in _texts(call.params):
        yield from ((one.name, value) for one in types.values() if one.matches(value))


def _new_of_balancing(call: Call, types: Mapping[str, ResourceType]) -> Resource | None:
    name = {"CreateLoadBalancer": "loadbalancer/app/", "CreateTargetGroup": "targetgroup"}.get(call.action)
    if name is None:
        return None
    return Resource(types[name].of(call.region, settings.ACCOUNT, str(call.params.get("Name")), _NEW), name, is_new=True)


def _texts(value: Any) -> Iterator[str]:
    """All texts among the parameters that can name a resource of the call."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in _NOT_THE_CALLS:
                yield from _texts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts(item)


_FINDERS = {
    "autoscaling": _of_auto_scaling,
    "cloudwatch": _of_cloudwatch,
    "ec2": _of_ec2,
    "iam": _of_iam,
    "rds": _of_rds,
    "route53": _of_route53,
    "s3": _of_s3,
    "servicequotas": _of_quotas,
    "ssm": _of_ssm,
}  # of services whose calls do not name resources by their ARNs alone
