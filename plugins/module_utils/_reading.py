# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reading of AWS resources: each kind is a row of data, and all are read at the same time.

Results have the form of amazon.aws's C(_info) modules: keys in snake_case, tags as a dictionary.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from typing import Any

with suppress(ImportError):  # AnsibleAWSModule reports it
    import botocore.exceptions
    import botocore.loaders
    import botocore.session

from ansible.module_utils.common.dict_transformations import camel_dict_to_snake_dict
from ansible_collections.amazon.aws.plugins.module_utils.botocore import normalize_boto3_result
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.retries import AWSRetry
from ansible_collections.amazon.aws.plugins.module_utils.tagging import boto3_tag_list_to_ansible_dict
from ansible_collections.amazon.aws.plugins.module_utils.transformation import ansible_dict_to_boto3_filter_list
from ansible_collections.streamops.red5pro.plugins.module_utils._acm_certificate import KEY_ALGORITHMS

Facts = dict[str, Any]
Connect = Callable[[str, str], Any]

THREADS = 16
_DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation")
_ONE_PAGE = ("MaxItems", "MaxResults", "PageSize")
_IAM_PREFIX = {"elbv2": "elasticloadbalancing", "service-quotas": "servicequotas"}  # where IAM's name of a service is not boto3's
_retry: Callable[[Callable[..., Facts]], Callable[..., Facts]] = AWSRetry.jittered_backoff(
    retries=10, catch_extra_error_codes=["ThrottlingException", "PriorRequestNotComplete"]
)


@dataclass(frozen=True)
class Detail:
    """One more call for each resource, whose answer is put under `key`, or into the resource itself."""

    operation: str
    parameter: str  # of the operation, which names the resource
    source: str  # the key of the resource that goes there
    result: str
    key: str = ""
    fixed: Mapping[str, Any] = field(default_factory=dict)
    pairs: bool = False  # whether the answer is a list of Key and Value, which amazon.aws makes keys of the resource


@dataclass(frozen=True)
class Kind:
    """How to read the resources of a kind."""

    service: str
    operation: str
    result: str  # their key in the answer
    identity: str = ""  # the key that amazon.aws repeats as `id`
    tagged: bool = True
    tags: str = "Tags"  # their key in a resource
    fixed: Mapping[str, Any] = field(default_factory=dict)
    missing: tuple[str, ...] = ()  # errors that mean that there is none
    details: Mapping[str, Detail] = field(default_factory=dict)


_PROTECTION = Detail(
    "describe_instance_attribute",
    "InstanceId",
    "InstanceId",
    "DisableApiTermination.Value",
    "disable_api_termination",
    {"Attribute": "disableApiTermination"},
)
_DNS_SUPPORT, _DNS_NAMES = {"Attribute": "enableDnsSupport"}, {"Attribute": "enableDnsHostnames"}
_ELB_TAGS = "TagDescriptions.Tags"

KINDS: dict[str, Kind] = {
    "account_attributes": Kind("ec2", "describe_account_attributes", "AccountAttributes", tagged=False),
    "addresses": Kind("ec2", "describe_addresses", "Addresses"),
    "auto_scaling_groups": Kind("autoscaling", "describe_auto_scaling_groups", "AutoScalingGroups"),
    "availability_zones": Kind("ec2", "describe_availability_zones", "AvailabilityZones", tagged=False),
    "certificate": Kind("acm", "describe_certificate", "Certificate", tagged=False, missing=("ResourceNotFoundException",)),
    "certificates": Kind(
        "acm",
        "list_certificates",
        "CertificateSummaryList",
        fixed={"Includes": {"keyTypes": list(KEY_ALGORITHMS)}},  # without them ACM lists RSA keys up to 2048 bits only
        missing=("ResourceNotFoundException",),
        details={
            "description": Detail("describe_certificate", "CertificateArn", "CertificateArn", "Certificate"),
            "tags": Detail("list_tags_for_certificate", "CertificateArn", "CertificateArn", "Tags", "Tags"),
        },
    ),
    "db_instances": Kind("rds", "describe_db_instances", "DBInstances", tags="TagList", missing=("DBInstanceNotFound",)),
    "db_parameter_groups": Kind(
        "rds",
        "describe_db_parameter_groups",
        "DBParameterGroups",
        missing=("DBParameterGroupNotFound",),
        details={"tags": Detail("list_tags_for_resource", "ResourceName", "DBParameterGroupArn", "TagList", "Tags")},
    ),
    "db_parameters": Kind("rds", "describe_db_parameters", "Parameters", tagged=False, missing=("DBParameterGroupNotFound",)),
    "db_snapshots": Kind("rds", "describe_db_snapshots", "DBSnapshots", tags="TagList", missing=("DBSnapshotNotFound",)),
    "db_subnet_groups": Kind(
        "rds",
        "describe_db_subnet_groups",
        "DBSubnetGroups",
        missing=("DBSubnetGroupNotFoundFault",),
        details={"tags": Detail("list_tags_for_resource", "ResourceName", "DBSubnetGroupArn", "TagList", "Tags")},
    ),
    "hosted_zones": Kind("route53", "list_hosted_zones", "HostedZones", tagged=False),
    "images": Kind("ec2", "describe_images", "Images"),
    "instance_refreshes": Kind("autoscaling", "describe_instance_refreshes", "InstanceRefreshes", tagged=False),
    "instance_type_offerings": Kind(
        "ec2",
        "describe_instance_type_offerings",
        "InstanceTypeOfferings",
        tagged=False,
        fixed={"LocationType": "availability-zone"},
    ),
    "instance_types": Kind("ec2", "describe_instance_types", "InstanceTypes", tagged=False),
    "instances": Kind(
        "ec2",
        "describe_instances",
        "Reservations.Instances",
        missing=("InvalidInstanceID.NotFound",),
        details={"termination_protection": _PROTECTION},
    ),
    "internet_gateways": Kind("ec2", "describe_internet_gateways", "InternetGateways"),
    "key_pairs": Kind("ec2", "describe_key_pairs", "KeyPairs"),
    "launch_template_versions": Kind("ec2", "describe_launch_template_versions", "LaunchTemplateVersions", tagged=False),
    "launch_templates": Kind("ec2", "describe_launch_templates", "LaunchTemplates"),
    "listeners": Kind("elbv2", "describe_listeners", "Listeners", tagged=False, missing=("LoadBalancerNotFound",)),
    "load_balancers": Kind(
        "elbv2",
        "describe_load_balancers",
        "LoadBalancers",
        missing=("LoadBalancerNotFound",),
        details={
            "attributes": Detail("describe_load_balancer_attributes", "LoadBalancerArn", "LoadBalancerArn", "Attributes", pairs=True),
            "tags": Detail("describe_tags", "ResourceArns", "LoadBalancerArn", _ELB_TAGS, "Tags"),
        },
    ),
    "metric_alarms": Kind(
        "cloudwatch",
        "describe_alarms",
        "MetricAlarms",
        details={"tags": Detail("list_tags_for_resource", "ResourceARN", "AlarmArn", "Tags", "Tags")},
    ),
    "parameter": Kind("ssm", "get_parameter", "Parameter", tagged=False, missing=("ParameterNotFound",)),
    "record_sets": Kind("route53", "list_resource_record_sets", "ResourceRecordSets", tagged=False, missing=("NoSuchHostedZone",)),
    "regions": Kind("ec2", "describe_regions", "Regions", tagged=False),
    "route_tables": Kind("ec2", "describe_route_tables", "RouteTables", "RouteTableId"),
    "scaling_policies": Kind("autoscaling", "describe_policies", "ScalingPolicies", tagged=False),
    "security_groups": Kind("ec2", "describe_security_groups", "SecurityGroups"),
    "service_quota": Kind("service-quotas", "get_service_quota", "Quota", tagged=False, missing=("NoSuchResourceException",)),
    "snapshots": Kind("ec2", "describe_snapshots", "Snapshots", fixed={"OwnerIds": ["self"]}),
    "subnets": Kind("ec2", "describe_subnets", "Subnets", "SubnetId"),
    "target_groups": Kind(
        "elbv2",
        "describe_target_groups",
        "TargetGroups",
        missing=("LoadBalancerNotFound", "TargetGroupNotFound"),
        details={
            "attributes": Detail("describe_target_group_attributes", "TargetGroupArn", "TargetGroupArn", "Attributes", pairs=True),
            "tags": Detail("describe_tags", "ResourceArns", "TargetGroupArn", _ELB_TAGS, "Tags"),
        },
    ),
    "target_health": Kind("elbv2", "describe_target_health", "TargetHealthDescriptions", tagged=False, missing=("TargetGroupNotFound",)),
    "volumes": Kind("ec2", "describe_volumes", "Volumes"),
    "vpcs": Kind(
        "ec2",
        "describe_vpcs",
        "Vpcs",
        "VpcId",
        details={
            "dns_support": Detail("describe_vpc_attribute", "VpcId", "VpcId", "EnableDnsSupport.Value", "dns_support", _DNS_SUPPORT),
            "dns_hostnames": Detail("describe_vpc_attribute", "VpcId", "VpcId", "EnableDnsHostnames.Value", "dns_hostnames", _DNS_NAMES),
        },
    ),
}


@dataclass(frozen=True)
class Reading:
    """What to read: a kind in a region, with filters."""

    name: str
    kind: Kind
    region: str = ""
    filters: Mapping[str, Any] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    filters_of: Mapping[str, str] = field(default_factory=dict)  # filter -> reading.key
    each_of: Mapping[str, str] = field(default_factory=dict)  # parameter -> reading.key, a call for each value
    details: Sequence[str] = ()
    suffix_of: Sequence[str] = ()
    only: Mapping[str, Any] = field(default_factory=dict)

    def sources(self) -> set[str]:
        """The readings that must come before this one."""
        return {source.partition(".")[0] for source in (*self.filters_of.values(), *self.each_of.values())}

    def keeps(self, item: Facts) -> bool:
        """Whether a resource that AWS returned is wanted."""
        name = item.get("Name", "")
        wanted = all(_lower(item.get(key)) in map(_lower, _listed(values)) for key, values in self.only.items())
        return wanted and (not self.suffix_of or any(_ends(suffix, name) for suffix in self.suffix_of))

    def requests(self, found: Mapping[str, list[Facts]]) -> Iterator[Facts]:
        """The parameters of each call; none if a filter has no value."""
        filters = {**self.filters, **{name: _values(found, source) for name, source in self.filters_of.items()}}
        if any(value in (None, "", []) for value in filters.values()):
            return
        fixed = {**self.kind.fixed, **self.parameters, **({"Filters": ansible_dict_to_boto3_filter_list(filters)} if filters else {})}
        for values in product(*(_values(found, source) for source in self.each_of.values())):
            yield {**fixed, **dict(zip(self.each_of, values, strict=True))}


@dataclass(frozen=True)
class _Call:
    """One operation in one region, with all its pages."""

    client: Any
    kind: Kind
    operation: str
    parameters: Facts

    @property
    def key(self) -> tuple[str, str, str]:
        """What identifies a call."""
        return self.action, self.client.meta.region_name, json.dumps(self.parameters, sort_keys=True, default=str)

    @property
    def action(self) -> str:
        """Its IAM action."""
        service = self.kind.service
        return f"{_IAM_PREFIX.get(service, service)}:{self.client.meta.method_to_api_mapping[self.operation]}"

    def answer(self) -> Facts:
        try:
            return self._asked()
        except botocore.exceptions.ClientError as error:
            if error.response["Error"]["Code"] in self.kind.missing:
                return {}
            raise

    @_retry
    def _asked(self) -> Facts:
        if self.client.can_paginate(self.operation) and not any(name in self.parameters for name in _ONE_PAGE):
            pages: Facts = self.client.get_paginator(self.operation).paginate(**self.parameters).build_full_result()
            return pages
        page: Facts = getattr(self.client, self.operation)(**self.parameters)
        return page


def share_models() -> None:
    """Share AWS's models between all clients of this process: amazon.aws creates a session for each, which would parse them again."""
    botocore.session.create_loader = cache(botocore.loaders.create_loader)


def read_all(connect: Connect, readings: Sequence[Reading]) -> dict[str, list[Facts]]:
    """The resources by the names of the readings. Raises AnsibleAWSError with every action that IAM denies, or another reason."""
    found: dict[str, list[Facts]] = {}
    left = list(readings)
    while left:
        ready = [reading for reading in left if reading.sources() <= found.keys()]
        if not ready:
            names = ", ".join(reading.name for reading in left)
            raise AnsibleAWSError(
                message=f"Failed to read {names}: they refer to missing readings or to each other. Check filters_of and each_of"
            )
        left = [reading for reading in left if reading not in ready]
        found |= _read(connect, ready, found)
    return found


def _read(connect: Connect, readings: list[Reading], found: Mapping[str, list[Facts]]) -> dict[str, list[Facts]]:
    asked = [
        (reading, _Call(connect(reading.kind.service, reading.region), reading.kind, reading.kind.operation, parameters))
        for reading in readings
        for parameters in reading.requests(found)
    ]
    answers = _together([call for _reading, call in asked])
    raw: dict[str, list[Facts]] = {reading.name: [] for reading in readings}
    for (reading, call), answer in zip(asked, answers, strict=True):
        of = {name: call.parameters[name] for name in reading.each_of}
        raw[reading.name] += [{**item, **of} for item in _items(answer, reading.kind.result) if reading.keeps(item)]
    _add_details(connect, readings, raw)
    return {reading.name: [_snake(item, reading.kind) for item in raw[reading.name]] for reading in readings}


def _add_details(connect: Connect, readings: list[Reading], raw: dict[str, list[Facts]]) -> None:
    asked = [
        (item, detail, _Call(connect(reading.kind.service, reading.region), reading.kind, detail.operation, _named(detail, item)))
        for reading in readings
        for detail in (reading.kind.details[name] for name in reading.details)
        for item in raw[reading.name]
    ]
    for (item, detail, _call), answer in zip(asked, _together([call for *_rest, call in asked]), strict=True):
        values = _items(answer, detail.result)
        if detail.key == "Tags":
            item["Tags"] = values
        elif detail.pairs:
            item |= {one["Key"].replace(".", "_"): one["Value"] for one in values}
        elif values:
            item |= {detail.key: values[0]} if detail.key else values[0]


def _named(detail: Detail, item: Facts) -> Facts:
    value = item[detail.source]
    return {**detail.fixed, detail.parameter: [value] if detail.parameter.endswith("s") else value}


def _together(calls: Sequence[_Call]) -> list[Facts]:
    """The answers to calls, in their order; equal ones are made once, all at the same time."""
    different = {call.key: call for call in calls}
    for call in different.values():
        call.client.can_paginate(call.operation)  # before any thread, or each would list the models of all services
    with ThreadPoolExecutor(max_workers=THREADS) as pool:
        running = {key: pool.submit(call.answer) for key, call in different.items()}
    failed = [(different[key], error) for key, future in running.items() if (error := future.exception())]
    denied = {_at(call): error for call, error in failed if _code(error) in _DENIED}
    if denied:
        raise AnsibleAWSError(message=f"No permission for {', '.join(sorted(denied))}", exception=next(iter(denied.values())))
    for call, error in failed:
        if isinstance(error, (botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError)):
            raise AnsibleAWSError(message=f"Failed to call {_at(call)}", exception=error)
    return [running[call.key].result() for call in calls]


def _at(call: _Call) -> str:
    return f"{call.action} in {call.client.meta.region_name}"


def _code(error: BaseException) -> str:
    return str(getattr(error, "response", {}).get("Error", {}).get("Code", ""))


def _items(answer: Facts, path: str) -> list[Any]:
    found: list[Any] = [answer]
    for key in path.split("."):
        found = [one for each in found for one in _listed(each.get(key))]
    return found


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _values(found: Mapping[str, list[Facts]], source: str) -> list[Any]:
    name, _dot, path = source.partition(".")
    return _unique(value for item in found[name] for value in _items(item, path) if value)


def _unique(values: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


def _lower(value: Any) -> str:
    return str(value).lower()


def _ends(domain: str, name: str) -> bool:
    return f".{domain.lower().rstrip('.')}.".endswith(f".{name.lower().rstrip('.')}.")


def _snake(item: Facts, kind: Kind) -> Facts:
    plain = normalize_boto3_result(item)
    tags = [*(plain.pop(kind.tags, None) or []), *(plain.pop("Tags", None) or [])]
    snake: Facts = camel_dict_to_snake_dict(plain, ignore_list=["Tags"])
    if kind.tagged:
        snake["tags"] = boto3_tag_list_to_ansible_dict(tags)
    if kind.identity:
        snake["id"] = plain[kind.identity]
    return snake
