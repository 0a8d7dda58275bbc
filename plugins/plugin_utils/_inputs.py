# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Valid values of each variable of a deployment: one row for each, and one function that checks all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.streamops.red5pro.plugins.module_utils._acm_certificate import KEY_ALGORITHMS
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import InvalidError, Problem

from ._input_kinds import LARGEST, Input, choice, file, items, line, pattern, truth, whole
from ._input_values import CIDR, REGION, codes, host, region_keys, region_networks, tags
from .texts import meant

_URL = r"https?://[A-Za-z0-9.\[\]:_-]+(?:/[^\s]*)?"
_INSTANCE_TYPE = r"[a-z0-9][a-z0-9-]*\.[a-z0-9-]+"
_CHECKSUM = pattern(r"sha256:[0-9A-Fa-f]{64}", "sha256: and 64 hexadecimal digits")

INPUTS: dict[str, Input] = {
    "red5pro_name": pattern(
        r"(?=.{1,32}\Z)(?!internal-)[A-Za-z0-9](?:-?[A-Za-z0-9])*",
        "1 to 32 letters, digits and single hyphens, no hyphen first or last and not beginning with internal-: "
        "it names the load balancer and its target group",
        required=True,
    ),
    "red5pro_region": pattern(REGION, "an AWS region such as us-east-1", required=True),
    "red5pro_vpc": line("the id or the Name tag of a VPC", required=True),
    "red5pro_stream_manager_security_group": line("the id or the name of a security group", required=True),
    "red5pro_database_security_group": line("the id or the name of a security group", required=True),
    "red5pro_key_name": line("the name of an EC2 key pair", required=True),
    "red5pro_node_image": pattern(r"ami-[0-9a-f]{8,17}", "an image id such as ami-0123456789abcdef0"),
    "red5pro_base_image": pattern(
        r"ami-[0-9a-f]{8,17}|/[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*",
        "an image id such as ami-0123456789abcdef0, or the name of a public parameter of Systems Manager",
    ),
    "red5pro_domain": Input(host, required=True),
    "red5pro_api_token": line(
        "rest.administratorToken of the stream managers' red5-web.properties, which belongs in a vault", required=True, secret=True
    ),
    "red5pro_subnets": items(line("an id or a Name tag"), "subnets, by id or by Name tag"),
    "red5pro_stream_managers_mode": choice("numbered", "autoscaling_group"),
    "red5pro_stream_manager_group_min_size": whole(1),
    "red5pro_stream_manager_group_desired_capacity": whole(1),
    "red5pro_stream_manager_group_max_size": whole(1),
    "red5pro_stream_manager_group_cpu_target": whole(1, 100, "percent"),
    "red5pro_stream_manager_group_scale_in_protection": truth(),
    "red5pro_stream_manager_group_health_check_grace_period": whole(0, 7200, "seconds"),
    "red5pro_stream_manager_group_min_healthy_percentage": whole(0, 100, "percent"),
    "red5pro_stream_manager_count": whole(1),
    "red5pro_stream_manager_numbers": items(whole(1), "whole numbers of at least 1, such as [1, 3]"),
    "red5pro_stream_manager_instance": pattern(r"i-[0-9a-f]{8,17}", "an instance id such as i-0123456789abcdef0"),
    "red5pro_stream_manager_image": pattern(r"ami-[0-9a-f]{8,17}", "an image id such as ami-0123456789abcdef0"),
    "red5pro_stream_manager_release": pattern(
        r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}",
        "a word of at most 32 letters, digits, dots, hyphens and underscores, such as 14.1.0, which ends the name of an image",
    ),
    "red5pro_stream_manager_instance_type": pattern(_INSTANCE_TYPE, "an instance type such as c5.large"),
    "red5pro_builder_instance_type": pattern(_INSTANCE_TYPE, "an instance type such as c5.large"),
    "red5pro_builder_private_address": truth(),
    "red5pro_reboot_for_image": truth(),
    "red5pro_images_kept": whole(0),
    "red5pro_force": truth(),
    "red5pro_lift_termination_protection": truth(),
    "red5pro_allocation_ids": items(pattern(r"eipalloc-[0-9a-f]{1,17}", "an allocation id"), "allocation ids of Elastic IPs"),
    "red5pro_database_port": whole(1, 65535),
    "red5pro_database_host": pattern(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?", "the host name or address of the database"),
    "red5pro_database_user": line("the name of a user of the database"),
    "red5pro_database_password": line("the password of that user, which belongs in a vault", secret=True),
    "red5pro_database_instance_class": pattern(r"db\.[a-z0-9-]+\.[a-z0-9-]+", "a DB instance class such as db.m5.large"),
    "red5pro_database_storage": whole(20, 65536, "GiB"),
    "red5pro_database_max_storage": whole(0, 65536, "GiB"),
    "red5pro_database_max_connections": whole(1, 100000),
    "red5pro_database_backup_retention": whole(0, 35, "days"),
    "red5pro_database_kms_key": line("the id, alias or ARN of a KMS key"),
    **{
        f"red5pro_database_{name}": truth() for name in ("create", "multi_az", "deletion_protection", "apply_immediately", "final_snapshot")
    },
    "red5pro_destroy_database": truth(),
    "red5pro_home": pattern(
        r"(?!.*/\.{1,2}(?:/|\Z))/[^\s\x00-\x1f/][^\s\x00-\x1f]*",
        "an absolute path below /, without white space and without . or .. as a folder, such as /usr/local/red5pro",
    ),
    "red5pro_service": pattern(r"[A-Za-z0-9:_.@-]+", "the name of a systemd service, such as red5pro"),
    "red5pro_ssh_user": pattern(r"[^\s\x00-\x1f]+", "the name of a user, without white space"),
    "red5pro_ssh_private_key_file": file("the path of a private key"),
    "red5pro_ssh_common_args": line("arguments of ssh"),
    "red5pro_become": truth(),
    "red5pro_certificate_domain": Input(lambda value: host(value, wildcard=True)),
    "red5pro_certificate_alternative_names": items(Input(lambda value: host(value, wildcard=True)), "domains"),
    "red5pro_certificate_validation_method": choice("DNS", "EMAIL"),
    "red5pro_certificate_key_algorithm": choice(*KEY_ALGORITHMS),
    "red5pro_certificate_arn": pattern(
        r"arn:aws[a-z-]*:acm:[a-z0-9-]+:[0-9]{12}:certificate/[A-Za-z0-9-]+",
        "the ARN of an ACM certificate, such as arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012",
    ),
    "red5pro_certificate_find_existing": truth(),
    "red5pro_certificate_days": whole(0, unit="days"),
    "red5pro_hosted_zone": line("the id or the name of a public hosted zone"),
    "red5pro_purge_listeners": truth(),
    "red5pro_record_ttl": whole(1, LARGEST, "seconds"),
    "red5pro_replace_record": truth(),
    "red5pro_http_port": whole(1, 65535),
    "red5pro_ssl_policy": pattern(r"ELBSecurityPolicy-[A-Za-z0-9-]+", "a security policy such as ELBSecurityPolicy-TLS13-1-2-2021-06"),
    "red5pro_idle_timeout": whole(1, 4000, "seconds"),
    "red5pro_deregistration_delay": whole(0, 3600, "seconds"),
    "red5pro_connection_timeout": whole(0, 86400, "seconds"),
    "red5pro_health_check_interval": whole(5, 300, "seconds"),
    "red5pro_health_check_timeout": whole(2, 120, "seconds"),
    "red5pro_healthy_threshold": whole(2, 10),
    "red5pro_unhealthy_threshold": whole(2, 10),
    "red5pro_success_codes": Input(codes),
    "red5pro_deletion_protection": truth(),
    "red5pro_destroy_protected": truth(),
    "red5pro_access_logs_bucket": pattern(r"(?!.*\.\.|[0-9.]+\Z)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", "the name of an S3 bucket"),
    "red5pro_access_logs_prefix": pattern(
        r"(?!.*AWSLogs)(?!/)[^\s\x00-\x1f]+(?<!/)", "a folder without white space, without slashes at its ends and without AWSLogs in it"
    ),
    "red5pro_image_copy_kms_keys": Input(region_keys, structured=True),
    "red5pro_cloudwatch_alarms": truth(),
    "red5pro_cloudwatch_alarm_actions": items(
        pattern(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_.-]+", "the ARN of an SNS topic"), "ARNs of SNS topics"
    ),
    "red5pro_cloudwatch_target_errors": whole(1),
    "red5pro_cloudwatch_balancer_errors": whole(1),
    "red5pro_cloudwatch_unhealthy_targets": whole(1),
    "red5pro_cloudwatch_certificate_days": whole(1, unit="days"),
    "red5pro_reporting_speed": whole(5000, 30000, "milliseconds"),
    "red5pro_cloud_watch_host": pattern(_URL, "a URL such as http://streammanager.example.com:5080/streammanager/cloudwatch"),
    "red5pro_refresh": line("the name of a refresh, such as the date"),
    "red5pro_refresh_max_connections": whole(0),
    "red5pro_refresh_timeout": whole(1, 259200, "seconds"),
    "red5pro_replaced_node_groups": choice("keep", "remove"),
    "red5pro_validate_certs": truth(),
    "red5pro_ca_path": file("the path of a file with authorities"),
    "red5pro_report_dir": line("the path of a directory"),
    "red5pro_extra_tags": Input(tags, structured=True),
    "red5pro_poll_interval": whole(0, 3600, "seconds"),
    "red5pro_wait_timeout": whole(1, 259200, "seconds"),
    "red5pro_destroy_confirmed": truth(),
    **{f"red5pro_{name}": line("a path on the controller, a URL or an S3 object") for name in ("distribution", "cloud_controller")},
    **{f"red5pro_{name}_checksum": _CHECKSUM for name in ("distribution", "cloud_controller")},
    "red5pro_network_create": truth(),
    "red5pro_vpc_cidr": pattern(CIDR, "a network such as 10.0.0.0/16"),
    "red5pro_region_vpc_cidrs": Input(region_networks, structured=True),
    "red5pro_subnet_count": whole(2, 8),
    **{
        f"red5pro_{name}": items(pattern(CIDR, "a network"), "networks such as 203.0.113.0/24")
        for name in ("subnet_cidrs", "ssh_sources", "client_sources", "tls_sources")
    },
    **{f"red5pro_{name}_security_group": line("the id or the name of a security group") for name in ("load_balancer", "node")},
    "red5pro_public_key": pattern(r"(ssh-(rsa|ed25519)) [A-Za-z0-9+/=]+( [^\x00-\x1f]*)?", "a public key such as ssh-ed25519 AAAA..."),
    "red5pro_license_key": line("the license key, which belongs in a vault", secret=True),
    "red5pro_heap": whole(1, 1024, "GB"),
    "red5pro_java_version": whole(8, 99),
    "red5pro_manage_packages": truth(),
    "red5pro_load_schema": truth(),
    "red5pro_unwanted_files": items(line("a pattern"), "patterns such as webapps/inspector"),
}

STRUCTURES = (  # checked by functions of their own
    "red5pro_api_url",
    "red5pro_builder_metadata_options",
    "red5pro_builder_root_volume",
    "red5pro_node_images",
    "red5pro_stream_manager_additional_security_groups",
    "red5pro_stream_manager_instance_profile",
    "red5pro_stream_manager_metadata_options",
    "red5pro_stream_manager_root_volume",
    "red5pro_stream_manager_termination_protection",
    "red5pro_stream_manager_properties",
    "red5pro_scale_policies",
    "red5pro_launch_configs",
    "red5pro_node_groups",
    "red5pro_alarm_thresholds",
    "red5pro_capacity",
)


def input_problems(declared: Mapping[str, Any]) -> Iterator[Problem]:
    """Invalid variables by themselves. Null and blank mean not given, which is invalid only for a required variable."""
    for name, one in INPUTS.items():
        value = declared.get(name)
        given = value not in (None, "")
        try:
            value = meant(value, name) if one.structured and given else value
        except InvalidError as error:
            yield error.problem
            continue
        if expected := one.wrong(value) if given else "":
            yield Problem(name, value, expected, one.secret)
        elif name in declared and one.required and not given:
            yield Problem(name, value, one.wrong(value), one.secret)
