# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The kinds of AWS resources that can be read, as data: which call returns them, and what further calls tell of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._acm_certificate import KEY_ALGORITHMS


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
    result: str  # their key in the answer; empty if the answer is the resource
    identity: str = ""  # the key that amazon.aws repeats as `id`
    tagged: bool = True
    tags: str = "Tags"  # their key in a resource
    fixed: Mapping[str, Any] = field(default_factory=dict)
    missing: tuple[str, ...] = ()  # errors that mean that there is none
    of_others: bool = False  # whether it may be another account's, which denies to read it; a whole answer is `denied` then
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
    "bucket_encryption": Kind(
        "s3",
        "get_bucket_encryption",
        "ServerSideEncryptionConfiguration.Rules",
        tagged=False,
        missing=("NoSuchBucket", "ServerSideEncryptionConfigurationNotFoundError"),
        of_others=True,
    ),
    "bucket_location": Kind("s3", "get_bucket_location", "", tagged=False, missing=("NoSuchBucket",), of_others=True),
    "bucket_policy": Kind("s3", "get_bucket_policy", "", tagged=False, missing=("NoSuchBucket", "NoSuchBucketPolicy"), of_others=True),
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
    "network_interfaces": Kind("ec2", "describe_network_interfaces", "NetworkInterfaces", tags="TagSet"),
    "parameter": Kind("ssm", "get_parameter", "Parameter", tagged=False, missing=("ParameterNotFound",)),
    "record_sets": Kind("route53", "list_resource_record_sets", "ResourceRecordSets", tagged=False, missing=("NoSuchHostedZone",)),
    "regions": Kind("ec2", "describe_regions", "Regions", tagged=False),
    "route_tables": Kind("ec2", "describe_route_tables", "RouteTables", "RouteTableId"),
    "scaling_policies": Kind("autoscaling", "describe_policies", "ScalingPolicies", tagged=False),
    "security_groups": Kind("ec2", "describe_security_groups", "SecurityGroups"),
    "service_quota": Kind("service-quotas", "get_service_quota", "Quota", tagged=False, missing=("NoSuchResourceException",)),
    "snapshots": Kind("ec2", "describe_snapshots", "Snapshots", fixed={"OwnerIds": ["self"]}),
    "ssl_policies": Kind("elbv2", "describe_ssl_policies", "SslPolicies", tagged=False, missing=("SSLPolicyNotFound",)),
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
