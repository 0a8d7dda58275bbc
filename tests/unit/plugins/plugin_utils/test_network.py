# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which variables of a deployment are refused, with what message, and which are not."""

from __future__ import annotations

from datetime import date
from typing import Any

import deployment as given
import pytest
from ansible_collections.streamops.red5pro.plugins.filter.network import FilterModule
from ansible_collections.streamops.red5pro.plugins.plugin_utils import network, network_readings
from ansible_collections.streamops.red5pro.plugins.plugin_utils.deployment import Deployment
from ansible_collections.streamops.red5pro.plugins.plugin_utils.network_readings import readings
from deployment import (
    ARN,
    FIRST,
    IMAGE,
    NODE_IMAGE,
    account,
    alias,
    declared,
    instance,
    instance_type,
    load_balancer,
    offerings,
    record,
    subnet,
    table,
    zone,
)

Facts = dict[str, Any]
FILTERS = FilterModule().filters()


def by_itself(**variables: Any) -> list[str]:
    return [row["message"] for row in FILTERS["input_problems"](declared(**variables))]


def in_account(variables: Facts, found: dict[str, list[Facts]], elsewhere: Facts | None = None) -> list[str]:
    return [row["message"] for row in FILTERS["network_plan"](declared(**variables), account(**found), elsewhere)["problems"]]


TOPIC = "arn:aws:sns:us-east-1:123456789012:operators"
LONG = ".".join(["a" * 60] * 4) + ".example.com"

# By themselves: variable, value, and what else the message contains.
WRONG: list[tuple[str, Any, str]] = [
    ("name", None, "Invalid red5pro_name: null. Expected: 1 to 32 letters"),
    ("name", "", 'Invalid red5pro_name: "". Expected: 1 to 32 letters'),
    ("name", "live_stream", "Invalid red5pro_name: live_stream. Expected: 1 to 32 letters"),
    ("name", "live\n", r'Invalid red5pro_name: "live\n"'),
    ("name", "internal-live", "not beginning with internal-"),
    ("name", "live--a", "single hyphens"),
    ("name", "x" * 33, "1 to 32"),
    ("name", ["live"], 'Invalid red5pro_name: ["live"]'),
    ("region", "us-east-1\n", "an AWS region such as us-east-1"),
    ("region", "us-east-1a", "Invalid red5pro_region: us-east-1a."),
    ("vpc", "\u200bred5pro", r'Invalid red5pro_vpc: "\u200bred5pro". Expected: the id or the Name tag of a VPC, without white space'),
    ("vpc", "m\udcfcller", "the id or the Name tag of a VPC, in UTF-8"),
    ("vpc", " red5pro", 'Invalid red5pro_vpc: " red5pro". Expected: the id or the Name tag of a VPC, without white space'),
    ("key_name", "operations\n", "without white space or line breaks at its beginning or end"),
    ("node_image", "ami-0123456789abcdef0\n", "an image id such as"),
    ("node_image", "ami-XYZ", "Invalid red5pro_node_image: ami-XYZ."),
    ("domain", "stream..example.com", "a host name such as streammanager.example.com"),
    ("domain", "stream.example.com\n", "without white space"),
    ("domain", "stream_1.example.com", "Invalid red5pro_domain: stream_1.example.com."),
    ("domain", "localhost", "a host name"),
    ("domain", LONG, "a host name"),
    ("domain", "стрим.рф", "com, in punycode: xn--h1aikdf.xn--p1ai."),
    ("domain", "стрим..рф", "in punycode"),
    ("domain", " стрим.рф", "example.com, without white space"),
    ("domain", "stream.example.com\ufeff", "example.com, without white space"),
    ("domain", 5, "Invalid red5pro_domain: 5."),
    ("certificate_domain", "*.müller.example", "or *.example.com, in punycode: *.xn--mller-kva.example"),
    ("certificate_domain", "*.*.example.com", "Invalid red5pro_certificate_domain: *.*.example.com."),
    ("certificate_alternative_names", ["a.example.com", "b example.com"], "domains; 'b example.com' is not a host name"),
    ("certificate_alternative_names", 5, "a list of domains"),
    ("certificate_alternative_names", "a b, c", "domains; 'a b' is not a host name"),
    ("certificate_alternative_names", "[a.example.com", "Invalid red5pro_certificate_alternative_names: (hidden). Expected: JSON, YAML or"),
    ("client_sources", "10.0.0.0/8,x", "networks such as 203.0.113.0/24; 'x' is not a network"),
    ("certificate_validation_method", "dns", "Invalid red5pro_certificate_validation_method: dns. Expected: DNS or EMAIL."),
    ("certificate_key_algorithm", "RSA-2048", "RSA_1024, RSA_2048"),
    *(
        ("certificate_key_algorithm", name, "one of RSA_2048, EC_prime256v1, EC_secp384r1, since ACM issues no others")
        for name in ("RSA_1024", "RSA_3072", "RSA_4096", "EC_secp521r1")
    ),
    ("certificate_arn", ARN.replace("arn:aws:", "arn:aws-cn:"), "a certificate in the load balancer's region, arn:aws:acm:us-east-1:..."),
    ("certificate_arn", ARN + "\n", "the ARN of an ACM certificate"),
    ("certificate_arn", "12345678-1234", "Invalid red5pro_certificate_arn: 12345678-1234."),
    ("certificate_find_existing", "maybe", "Invalid red5pro_certificate_find_existing: maybe. Expected: true or false."),
    ("certificate_days", -1, "a whole number of days of at least 0"),
    ("subnets", {"a": 1}, 'Invalid red5pro_subnets: {"a": 1}. Expected: a list of subnets, by id or by Name tag'),
    ("subnets", ["a", ""], "a list of subnets"),
    ("subnets", ["public-a", "public-a"], "each once; public-a is a duplicate"),
    ("subnets", ["public-a", "public-b "], "'public-b ' is not an id or a Name tag, without white space"),
    ("region_vpc_cidrs", "10.1.0.0/16", "a dictionary of networks by region, such as {us-west-2: 10.1.0.0/16}"),
    ("region_vpc_cidrs", {"us-west-2a": "10.1.0.0/16"}, "unlike us-west-2a: 10.1.0.0/16"),
    ("region_vpc_cidrs", {"eu-west-1": None, "us-west-2": "10.1.0.0"}, "unlike us-west-2: 10.1.0.0"),
    ("stream_manager_count", "two", "Invalid red5pro_stream_manager_count: two. Expected: a whole number of at least 1."),
    ("stream_manager_count", 0, "a whole number of at least 1"),
    ("stream_manager_count", 1.5, "Invalid red5pro_stream_manager_count: 1.5."),
    ("stream_manager_count", True, "Invalid red5pro_stream_manager_count: true."),
    ("stream_manager_count", "2\n", "a whole number"),
    ("stream_manager_count", "02", "a whole number of at least 1, without a zero before it"),
    ("http_port", "05080", "Invalid red5pro_http_port: 05080. Expected: a whole number from 1 to 65535, without a zero before it."),
    ("stream_manager_numbers", [1, "two"], "[1, \"two\"]. Expected: whole numbers of at least 1, such as [1, 3]; 'two' is not a whole"),
    ("stream_manager_numbers", [1, 3, 3], "each once; 3 is a duplicate"),
    ("stream_manager_numbers", [1, "1"], "each once; 1 is a duplicate"),
    ("stream_manager_numbers", ["01", "2"], "'01' is not a whole number of at least 1, without a zero before it"),
    ("stream_manager_instance", "i-0123456789abcdef0\r\n", "an instance id such as"),
    ("stream_manager_release", "14/1", "Invalid red5pro_stream_manager_release: 14/1. Expected: a word of at most 32"),
    ("stream_manager_release", "14.1\n", "a word"),
    ("stream_manager_instance_type", "c5large", "an instance type such as c5.large"),
    ("builder_instance_type", "c5.large\n", "an instance type such as c5.large"),
    ("reboot_for_image", "perhaps", "true or false"),
    ("images_kept", -1, "Invalid red5pro_images_kept: -1. Expected: a whole number of at least 0."),
    ("force", "sometimes", "true or false"),
    ("allocation_ids", ["eipalloc-1", "eipalloc-1"], "allocation ids of Elastic IPs, each once"),
    ("allocation_ids", ["192.0.2.1"], "'192.0.2.1' is not an allocation id"),
    ("database_port", 65536, "a whole number from 1 to 65535"),
    ("home", "red5pro", "an absolute path"),
    ("service", "red5 pro", "the name of a systemd service"),
    ("ssh_user", "ubuntu\n", "the name of a user"),
    ("become", 2, "true or false"),
    ("become", "1.0", "true or false"),
    ("become", [True], "true or false"),
    ("record_ttl", 0, "Invalid red5pro_record_ttl: 0. Expected: a whole number of seconds from 1 to 2147483647."),
    ("record_ttl", 2**31, "from 1 to 2147483647"),
    ("replace_record", "always", "true or false"),
    ("http_port", [5080], "Invalid red5pro_http_port: [5080]."),
    ("http_port", 22, "another port, since SSH is on 22 of the stream managers"),
    ("http_port", 443, "another port, since the load balancer has its HTTPS listener on 443"),
    ("ssl_policy", "TLS13", "ELBSecurityPolicy-"),
    ("idle_timeout", 4001, "a whole number of seconds from 1 to 4000"),
    ("deregistration_delay", 3601, "a whole number of seconds from 0 to 3600"),
    ("health_check_interval", 4, "from 5 to 300"),
    ("health_check_timeout", 1, "from 2 to 120"),
    ("health_check_timeout", 10, "less than red5pro_health_check_interval, which is 10"),
    ("healthy_threshold", 11, "from 2 to 10"),
    ("unhealthy_threshold", "1", "from 2 to 10"),
    ("success_codes", "2xx", "HTTP codes"),
    ("success_codes", "200,399-300", "HTTP codes"),
    ("deletion_protection", "perhaps", "true or false"),
    ("access_logs_bucket", "Logs", "the name of an S3 bucket"),
    ("access_logs_bucket", "my..logs", "the name of an S3 bucket"),
    ("access_logs_bucket", "192.0.2.1", "the name of an S3 bucket"),
    ("access_logs_prefix", "AWSLogs/live", "without AWSLogs"),
    ("access_logs_prefix", "/live", "without slashes at its ends"),
    ("access_logs_prefix", "logs/live/", "without slashes at its ends"),
    ("access_logs_prefix", "/", "without slashes at its ends"),
    ("home", "/", "an absolute path below /"),
    ("home", "//", "an absolute path below /"),
    ("home", "/usr/local/..", "without . or .. as a folder"),
    ("home", "/./opt", "without . or .. as a folder"),
    ("domain", LONG, "of at most 253 characters, the limit of DNS"),
    ("certificate_domain", f"*.{LONG[3:]}", "of at most 253 characters"),
    ("certificate_alternative_names", [f"*.{LONG[3:]}"], "of at most 253 characters"),
    ("reporting_speed", 4999, "Invalid red5pro_reporting_speed: 4999. Expected: a whole number of milliseconds from 5000 to 30000."),
    ("cloud_watch_host", "streammanager.example.com", "a URL"),
    ("replaced_node_groups", "delete", "Invalid red5pro_replaced_node_groups: delete. Expected: keep or remove."),
    ("api_url", "https://a b", "a URL such as https://streammanager.example.com."),
    ("api_url", "https://stream.example.com\n", "a URL such as https://streammanager.example.com, without white space"),
    ("api_url", "https://:443", "a URL such as https://"),
    ("api_url", "https://stream.example.com:99999", "with a valid host and port; Port out of range"),
    (
        "api_url",
        "https://admin:s3cret@stream.example.com",
        "(hidden). Expected: a URL such as https://streammanager.example.com, with no user",
    ),
    ("api_url", "https://stream.example.com/?accessToken=s3cret", "with no user, password, query or fragment in it"),
    ("api_url", "https://stream.example.com/live", "with no path, or /streammanager/api/4.0"),
    ("api_url", ["https://stream.example.com"], "a URL such as https://"),
    ("cloud_watch_host", "http://admin:s3cret@a/b", "Invalid red5pro_cloud_watch_host: http://(hidden)@a/b. Expected: a URL"),
    ("public_key", "-----BEGIN OPENSSH PRIVATE KEY-----\ns3cret", "Invalid red5pro_public_key: (hidden). Expected: a public key"),
    ("ca_path", "/no/such.pem", "the path of a file with authorities that exists on the controller"),
    ("ssh_private_key_file", "~/no/such.pem", "the path of a private key that exists on the controller"),
    ("ssh_private_key_file", "/", "Invalid red5pro_ssh_private_key_file: /. Expected: the path of a private key that exists"),
    ("ssh_private_key_file", ["/etc/hosts"], "the path of a private key, without white space"),
    ("validate_certs", "maybe", "Invalid red5pro_validate_certs: maybe. Expected: true or false."),
    ("hosted_zone", "Z1\n", "a public hosted zone"),
    ("poll_interval", -1, "from 0 to 3600"),
    ("wait_timeout", 0, "from 1 to 259200"),
    ("extra_tags", ["a"], "a dictionary of tags"),
    ("extra_tags", {"aws:team": "x"}, "keys that do not begin with aws:, which is reserved"),
    ("extra_tags", {"red5pro:role": "x"}, "keys that do not begin with red5pro:"),
    ("extra_tags", {f"k{number}": "" for number in range(51)}, "at most 44 tags"),
    ("extra_tags", {"k" * 129: "x"}, "keys of 1 to 128 characters"),
    ("extra_tags", {"": "x"}, "keys of 1 to 128 characters"),
    ("extra_tags", {"k": "x" * 257}, "values of at most 256 characters; that of 'k' has 257"),
    ("extra_tags", {"owner": "Video & Live (EU)"}, "the characters of Elastic Load Balancing and ACM, unlike owner: Video & Live (EU)"),
    ("extra_tags", {"owner": "Video\n"}, "the characters of Elastic Load Balancing and ACM"),
    ("extra_tags", {"owner ": "x"}, "keys and values without white space"),
    ("extra_tags", {"owner": ["x"]}, "text, a number, a date, true or false as the value of 'owner'"),
    ("extra_tags", {True: "x"}, "keys in quotes where YAML reads them as something else, such as 'on', unlike True"),
    ("extra_tags", {None: "x"}, "unlike None"),
    ("extra_tags", {1: "x", "1": "y"}, "each key once, as text"),
    ("extra_tags", {"owner": None}, "text, a number, a date, true or false as the value of 'owner'"),
    (
        "stream_manager_properties",
        {"config.dbPass": "s3cret\n"},
        "red5pro_stream_manager_properties['config.dbPass']: a value with a line break",
    ),
    ("stream_manager_properties", {"config.dbPass": "s3cret\u200b"}, "['config.dbPass']: a value with white space at its beginning or end"),
    ("stream_manager_properties", {"config.dbHost": "m\udcfcller"}, "['config.dbHost']: a value that is not in UTF-8"),
    ("stream_manager_properties", {"config.dbPass:s3cret": None}, "red5pro_stream_manager_properties['config.dbPass...']: this key."),
    ("stream_manager_properties", {"config.dbPass = s3cret": None}, "red5pro_stream_manager_properties['config.dbPass...']: this key."),
    ("stream_manager_properties", {"config.dbPass": {"s3cret": None}}, "write keys with dots, such as config.dbPass.key"),
    ("stream_manager_properties", {"config": {"dbHost": "x"}}, "write keys with dots, such as config.dbHost"),
    ("stream_manager_properties", {"streammanager.ip": "1.2.3.4"}, "not this key, since"),
    ("stream_manager_properties", {"rest.administratorToken": "other"}, "the same value as red5pro_api_token"),
    ("connection_timeout", 86401, "from 0 to 86400"),
    ("lift_termination_protection", "once", "true or false"),
    ("stream_manager_metadata_options", {"http_tokens": "maybe"}, "Invalid red5pro_stream_manager_metadata_options.http_tokens: maybe"),
    ("stream_manager_metadata_options", '{"http_tokens": "maybe"}', "optional or required"),
    ("builder_root_volume", {"volume_size": "020"}, "a whole number of GiB from 1 to 65536"),
    ("builder_root_volume", "{volume_size: [", "Invalid red5pro_builder_root_volume: (hidden). Expected: JSON, YAML"),
    ("stream_manager_additional_security_groups", "sg-1, sg-1", "each once"),
    ("stream_manager_additional_security_groups", ["sg-1\u200b"], "ids or names of security groups"),
    ("image_copy_kms_keys", ["alias/x"], "a dictionary of KMS keys by region"),
    ("image_copy_kms_keys", "alias/x", 'Invalid red5pro_image_copy_kms_keys: ["alias/x"]. Expected: a dictionary of KMS keys by region'),
    ("image_copy_kms_keys", {"us-west-2": "alias/x\n"}, r"unlike 'us-west-2: alias/x\n'"),
    ("image_copy_kms_keys", {"us-west-2": ["alias/x"]}, "a dictionary of KMS keys by region, such as"),
    ("image_copy_kms_keys", {"us-west-2a": "alias/x"}, "unlike 'us-west-2a: alias/x'"),
    ("image_copy_kms_keys", "{us-west-2: alias/x", "Invalid red5pro_image_copy_kms_keys: (hidden). Expected: JSON, YAML or items"),
    ("node_images", [{"role": "proxy"}], "Invalid red5pro_node_images[0].role: proxy. Expected: one of origin, edge, relay, transcoder."),
    ("scale_policies", [{"name": "a"}], "Invalid red5pro_scale_policies[0].regions: missing. Expected: a list"),
    ("launch_configs", [{"name": "a", "targets": []}], "Invalid red5pro_launch_configs[0].targets: []. Expected: at least one role"),
    ("launch_configs", "nodes", "Invalid red5pro_launch_configs: nodes. Expected: a list of dictionaries"),
    ("launch_configs", ["nodes"], "Invalid red5pro_launch_configs[0]: nodes. Expected: a dictionary"),
    (
        "node_groups",
        [{"name": "g", "regions": ["us-east-1"], "launch_config": "nodes", "scale_policy": "none"}],
        "Expected: a declared one",
    ),
    ("alarm_thresholds", [50], "Invalid red5pro_alarm_thresholds: [50]. Expected: a dictionary of percentages by role, such as {edge: 60}"),
    (
        "alarm_thresholds",
        {"proxy": 50},
        "Invalid red5pro_alarm_thresholds: proxy. Expected: only the roles origin, edge, relay, transcoder",
    ),
    ("alarm_thresholds", {"edge": 0}, "Invalid red5pro_alarm_thresholds.edge: 0. Expected: a whole number from 1 to 100"),
    ("alarm_thresholds", {"edge": 50, "relay": 101}, "Invalid red5pro_alarm_thresholds.relay: 101. Expected: a whole number from"),
    ("alarm_thresholds", {"edge": "half"}, "Invalid red5pro_alarm_thresholds.edge: half. Expected: a whole number"),
    ("alarm_thresholds", {"edge": True}, "Invalid red5pro_alarm_thresholds.edge: true. Expected: a whole number"),
    ("alarm_thresholds", {"edge": [50]}, "Invalid red5pro_alarm_thresholds.edge: [50]. Expected: a whole number"),
    ("alarm_thresholds", {"edge": None}, "Invalid red5pro_alarm_thresholds.edge: null. Expected: a whole number"),
]


@pytest.mark.parametrize(("name", "value", "message"), WRONG)
def test_refused_by_itself(name: str, value: Any, message: str) -> None:
    (found,) = by_itself(**{name: value})
    assert message in found
    assert f"red5pro_{name}" in found
    assert "s3cret" not in found


@pytest.mark.parametrize("token", [None, "", " abc", "abc\n", "abc\r\n", "a\nb", "\t", "\ufeffabc", "abc\u200b", "a\u200bbc", "a\udcfcb"])
def test_a_token_is_refused_and_not_shown(token: Any) -> None:
    (found,) = by_itself(api_token=token)
    assert found.startswith("Invalid red5pro_api_token: (hidden). Expected: rest.administratorToken of the stream managers'")


# Valid, although it may not look so.
RIGHT: list[tuple[str, Any]] = [
    ("domain", "Stream.Example.com."),
    ("vpc", "Größe \u00a0 1"),
    ("api_url", "https://stream.example.com:8443/streammanager/api/4.0"),
    ("ssh_private_key_file", __file__),
    ("domain", "stream.xn--e1afmkfd.xn--p1ai"),
    ("stream_manager_count", "3"),
    ("stream_manager_numbers", ["1", 3]),
    ("stream_manager_release", 14.1),
    ("cloudwatch_alarm_actions", TOPIC),
    ("cloudwatch_alarm_actions", f"{TOPIC}, {TOPIC}-2"),
    ("ssh_sources", "203.0.113.0/24"),
    ("extra_tags", '{"team": "video"}'),
    *((name, blank) for name in ("image_copy_kms_keys", "extra_tags", "region_vpc_cidrs", "allocation_ids") for blank in (None, "")),
    ("image_copy_kms_keys", "us-west-2: alias/x"),
    ("image_copy_kms_keys", {"us-west-2": None, "eu-west-1": ""}),
    ("certificate_key_algorithm", "EC_prime256v1"),
    ("access_logs_bucket", "logs.2026"),
    ("region_vpc_cidrs", "us-west-2: 10.1.0.0/16"),
    ("unwanted_files", "webapps/inspector"),
    ("stream_manager_release", date(2026, 11, 28)),
    ("refresh", date(2026, 11, 28)),
    ("extra_tags", {"expires": date(2026, 11, 28)}),
    ("images_kept", 0),
    ("deregistration_delay", "0"),
    ("validate_certs", "no"),
    ("deletion_protection", 1),
    ("deletion_protection", "y"),
    ("success_codes", 200),
    ("success_codes", "200-299,304"),
    ("stream_manager_release", date(2026, 11, 28)),
    ("extra_tags", {"cost-center": 4711, "temporary": True, "ratio": 0.5, "Größe": "ä b"}),
    ("extra_tags", {f"k{number}": "" for number in range(44)}),
    ("wait_timeout", ""),
    ("hosted_zone", None),
    ("scale_policies", None),
    ("node_groups", []),
    ("alarm_thresholds", {}),
    ("alarm_thresholds", None),
    ("alarm_thresholds", {"origin": 1, "edge": "100", "relay": 50.0, "transcoder": 60}),
    ("certificate_arn", ARN),
]


@pytest.mark.parametrize(("name", "value"), RIGHT)
def test_taken_by_itself(name: str, value: Any) -> None:
    further = {"certificate_domain": f"{value}"} if name == "domain" else {"node_groups": []} if name == "scale_policies" else {}
    assert by_itself(**{name: value, **further}) == []


def test_a_deployment_that_is_right() -> None:
    assert by_itself() == []


@pytest.mark.parametrize(
    ("region", "partition"),
    [("us-gov-west-1", "aws-us-gov"), ("cn-north-1", "aws-cn"), ("eusc-de-east-1", "aws-eusc"), ("us-iso-east-1", "aws-iso")],
)
def test_arns_are_those_of_the_partition_of_the_region(region: str, partition: str) -> None:
    keys = {"stream_manager_root_volume": {"kms_key_id": f"arn:{partition}:kms:{region}:123456789012:key/1"}}
    topics = {"cloudwatch_alarms": True, "cloudwatch_alarm_actions": [f"arn:{partition}:sns:{region}:123456789012:operators"]}
    profile = f"arn:{partition}:iam::123456789012:instance-profile/managers"
    arn = f"arn:{partition}:acm:{region}:123456789012:certificate/1"
    assert by_itself(region=region, node_groups=[], certificate_arn=arn, stream_manager_instance_profile=profile, **keys, **topics) == []


def test_a_group_that_is_right() -> None:
    sizes = {"stream_manager_group_min_size": "1", "stream_manager_group_desired_capacity": 3, "stream_manager_group_cpu_target": 50}
    assert by_itself(**GROUPED, **sizes, stream_manager_count="", allocation_ids=[]) == []


def test_a_group_needs_no_elastic_ips_and_launches_in_every_zone() -> None:
    wanted = declared(**GROUPED)
    names = [one.get("name") for one in readings(wanted, whole=True)]
    assert {"stream_manager_groups", "target_group_members"} <= set(names)
    assert "target_group_members" not in [one.get("name") for one in readings(declared(), whole=True)]
    found = Deployment.of(wanted)
    assert (found.numbers, found.launches, len(found.instance_types)) == ([], True, 2)


# What depends on other variables.
FAR_KEY = "arn:aws:kms:eu-west-1:123456789012:key/1"
NEW_DATABASE: Facts = {"database_create": True, "database_user": "red5pro", "database_password": "s3cret-password"}
GROUPED: Facts = {"stream_managers_mode": "autoscaling_group"}
TOGETHER: list[tuple[Facts, str]] = [
    (
        {"stream_manager_instance": ""},
        'Invalid red5pro_stream_manager_instance: "". Expected: exactly one of red5pro_stream_manager_instance, the id of the first',
    ),
    (
        {"stream_manager_image": IMAGE},
        "exactly one of red5pro_stream_manager_instance, the id of the first stream manager, and red5pro_stream_manager_image",
    ),
    ({"stream_manager_numbers": [2, 3]}, "Invalid red5pro_stream_manager_numbers: [2, 3]. Expected: a list with 1, since"),
    (
        {"stream_manager_instance": None, "stream_manager_image": IMAGE, "stream_manager_release": "14"},
        "none, since red5pro_stream_manager_image",
    ),
    ({"allocation_ids": ["eipalloc-1", "eipalloc-2", "eipalloc-3"]}, "at most one allocation id for each of the 2 stream managers"),
    (
        {"certificate_domain": "*.example.org"},
        "*.example.org. Expected: a domain that covers red5pro_domain, one of stream.example.com, *.example.com.",
    ),
    ({"domain": "live.eu.example.com"}, "one of live.eu.example.com, *.eu.example.com"),
    ({"domain": f"{'a' * 60}.example.com", "certificate_domain": None}, "a first name of at most 64 characters, ACM's limit"),
    ({"certificate_arn": ARN, "region": "eu-west-1", "node_groups": []}, "the load balancer's region, arn:aws:acm:eu-west-1:..."),
    (
        {"cloudwatch_alarms": "yes", "cloudwatch_alarm_actions": [TOPIC, TOPIC.replace("us-east-1", "us-west-2")]},
        'Invalid red5pro_cloudwatch_alarm_actions: ["arn:aws:sns:us-west-2:123456789012:operators"]. Expected: topics in the region of the',
    ),
    (
        {"cloudwatch_alarms": True, "cloudwatch_alarm_actions": f"{TOPIC.replace('arn:aws:', 'arn:aws-cn:')}"},
        "topics in the region of the alarms, arn:aws:sns:us-east-1:..., since CloudWatch accepts no other",
    ),
    (
        {"cloudwatch_alarms": True, "cloudwatch_alarm_actions": [f"{TOPIC}-{number}" for number in range(6)]},
        "at most 5 topics, CloudWatch's limit for an alarm",
    ),
    *(
        (
            {name: value, **NEW_DATABASE},
            f"Invalid red5pro_{shown}: arn:aws:kms:eu-west-1:123456789012:key/1. Expected: a key of {region}, arn:aws:kms:{region}:..., ",
        )
        for name, value, shown, region in (
            ("database_kms_key", FAR_KEY, "database_kms_key", "us-east-1"),
            ("stream_manager_root_volume", {"kms_key_id": FAR_KEY}, "stream_manager_root_volume.kms_key_id", "us-east-1"),
            ("builder_root_volume", f"kms_key_id: {FAR_KEY}", "builder_root_volume.kms_key_id", "us-east-1"),
            ("image_copy_kms_keys", {"us-west-2": FAR_KEY, "eu-west-1": FAR_KEY}, "image_copy_kms_keys['us-west-2']", "us-west-2"),
        )
    ),
    (
        {"stream_manager_instance_profile": "arn:aws-cn:iam::123456789012:instance-profile/managers"},
        "Expected: an instance profile of the partition of us-east-1, arn:aws:iam::.",
    ),
    ({"health_check_interval": 5}, "Invalid red5pro_health_check_timeout: 5. Expected: less than"),
    (
        {"stream_manager_group_min_size": 2},
        "Invalid red5pro_stream_manager_group_min_size: 2. Expected: none, since red5pro_stream_managers_mode is numbered.",
    ),
    *(
        (
            {**GROUPED, name: value},
            f"Invalid red5pro_{name}: {shown}. Expected: none, since red5pro_stream_managers_mode is autoscaling_group.",
        )
        for name, value, shown in (
            ("stream_manager_count", 2, "2"),
            ("stream_manager_numbers", [1, 2], "[1, 2]"),
            ("allocation_ids", ["eipalloc-1"], '["eipalloc-1"]'),
            ("stream_manager_termination_protection", True, "true"),
        )
    ),
    ({**GROUPED, "stream_manager_group_desired_capacity": 1}, "1. Expected: at least red5pro_stream_manager_group_min_size, which is 2."),
    (
        {**GROUPED, "stream_manager_group_desired_capacity": 4, "stream_manager_group_max_size": 3},
        "3. Expected: at least red5pro_stream_manager_group_min_size, which is 2, and the desired capacity, which is 4.",
    ),
    ({**GROUPED, "stream_manager_group_min_size": 3, "stream_manager_group_max_size": 2}, "2. Expected: at least"),
    ({"stream_managers_mode": "group"}, "Invalid red5pro_stream_managers_mode: group. Expected: numbered or autoscaling_group."),
    ({**GROUPED, "stream_manager_group_min_healthy_percentage": 101}, "101. Expected: a whole number of percent from 0 to 100."),
]


@pytest.mark.parametrize(("variables", "message"), TOGETHER)
def test_refused_together(variables: Facts, message: str) -> None:
    (found,) = by_itself(**variables)
    assert message in found


def test_all_are_reported_together() -> None:
    found = by_itself(name="-", record_ttl=0, validate_certs="maybe", stream_manager_properties={"a b": 1}, domain="x")
    assert [one.split(":")[0] for one in found] == [
        "Invalid red5pro_name", "Invalid red5pro_domain", "Invalid red5pro_record_ttl", "Invalid red5pro_validate_certs",
        "Invalid red5pro_stream_manager_properties['a b']",
    ]  # fmt: skip


def test_a_problem_is_a_finding_too() -> None:
    rows = FILTERS["input_problems"](declared(record_ttl=0, scale_policies="x", node_groups=[]))
    assert [(one["subject"], one["expected"], one["found"], one["holds"]) for one in rows] == [
        ("red5pro_record_ttl", "a whole number of seconds from 1 to 2147483647", "0", False),
        ("red5pro_scale_policies", "a list of dictionaries with the options of scale_policy", "x", False),
    ]


ELB = "live-1.elb.amazonaws.com"
BOSTON = [*given.ACCOUNT["subnets"], subnet("subnet-bos", "10.0.0.0/24", "us-east-1-bos-1a", Name="boston")]
SIX = [*given.ACCOUNT["subnets"], subnet("subnet-six", "", "us-east-1c", Name="six")]
FULL = [subnet("subnet-a", "10.0.1.0/24", free=7), subnet("subnet-b", "10.0.2.0/24", "us-east-1b")]
PRIVATE = [table(None, main=True)]
IN_USE = {"allocation_id": "eipalloc-1", "tags": {}}
ISSUED = {"status": "ISSUED", "domain_name": "*.example.com", "subject_alternative_names": ["*.example.com"]}
CONFIGS = [{"name": "nodes", "image": "base", "targets": given.NODES}]
WEST = [{"name": "g", "regions": ["us-east-1", "us-west-2"], "launch_config": "nodes", "scale_policy": "p"}]
POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
NAMES = [f"{number}.example.com" for number in range(10)]
GRAVITON = [{"name": "nodes", "targets": [{**given.NODES[0], "instance_type": "c6g.large"}, *given.NODES[1:]]}]
REGIONS = [{"region_name": "us-east-1"}, {"region_name": "us-west-2"}]
BOTH_IMAGES: dict[str, list[Facts]] = {
    "images": [{"image_id": NODE_IMAGE, "state": "available", "architecture": "x86_64"}],
    "instance_type_offerings": offerings(c5_large="ab", c6g_large="ab"),
    "launched_types": [instance_type("c5.large"), instance_type("c6g.large", "arm64")],
}
DISK: Facts = {
    "state": "available",
    "root_device_name": "/dev/sda1",
    "block_device_mappings": [
        {"device_name": "/dev/sdb", "virtual_name": "ephemeral0"},
        {"device_name": "/dev/sdf", "ebs": {"volume_size": 500}},
        {"device_name": "/dev/sda1", "ebs": {"volume_size": 20}},
    ],
}
LATER = {"load_balancers": [load_balancer(("subnet-a", "us-east-1a"), ("subnet-b", "us-east-1b"))]}

# In the account: variables, resources, and the messages in their order.
ACCOUNTS: dict[str, tuple[Facts, dict[str, list[Facts]], list[str]]] = {
    "no such VPC": ({"vpc": "x"}, {}, ["the id or the Name tag of exactly one VPC in us-east-1; found 0."]),
    "two VPCs of one name": (
        {},
        {"vpcs": [{"id": "vpc-1", "tags": {"Name": "red5pro"}}, {"id": "vpc-2", "tags": {"Name": "red5pro"}}]},
        ["found 2: vpc-1, vpc-2"],
    ),
    "a wildcard is no name": ({"vpc": "red*"}, {}, ["Invalid red5pro_vpc: red*."]),
    "unknown subnets": (
        {"subnets": ["public-a", "subnet-x"]},
        {},
        [
            'Invalid red5pro_subnets: ["public-a", "subnet-x"]. Expected: ids or Name tags of subnets in this VPC; not found: subnet-x',
            "at least two",
        ],
    ),
    "two subnets of a zone": (
        {"subnets": ["public-a", "public-a2", "public-b"]},
        {},
        ["one subnet of each Availability Zone; these are in us-east-1a, us-east-1a, us-east-1b"],
    ),
    "a private subnet": (
        {"subnets": ["public-a", "subnet-private"]},
        {},
        ["public subnets, with a route to an internet gateway, unlike subnet-private"],
    ),
    "a Local Zone": (
        {"subnets": ["public-a", "public-b", "boston"]},
        {"subnets": BOSTON},
        ["subnets in Availability Zones; subnet-bos is in us-east-1-bos-1a, which is a local-zone"],
    ),
    "IPv6 only": (
        {"subnets": ["public-a", "public-b", "six"]},
        {"subnets": SIX},
        ["subnets with IPv4 addresses, unlike subnet-six, which have IPv6 only"],
    ),
    "no public subnets": ({}, {"route_tables": PRIVATE}, ["at least two Availability Zones, as the load balancer needs; found none"]),
    "one zone": ({"subnets": ["public-a"]}, {}, ["found us-east-1a"]),
    "a full subnet": ({}, {"subnets": FULL}, ["at least 8 free addresses, as the load balancer needs in a new subnet, unlike subnet-a"]),
    "a type that a wanted zone lacks": (
        {"stream_manager_instance_type": "t3.small", "subnets": ["public-a", "public-b"]},
        {},
        [
            "Invalid red5pro_stream_manager_instance_type: t3.small. Expected: an instance type that us-east-1b offers, or red5pro_subnets "
            "in other zones; t3.small is offered in us-east-1a."
        ],
    ),
    "a type that too many zones lack": (
        {"builder_instance_type": "x9.huge"},
        {},
        [
            "Invalid red5pro_builder_instance_type: x9.huge. Expected: an instance type that us-east-1a offers",
        ],
    ),
    "no such groups": (
        {"stream_manager_security_group": "x", "database_security_group": "y"},
        {},
        ["Invalid red5pro_stream_manager_security_group: x. Expected: the id or the name", "Invalid red5pro_database_security_group: y."],
    ),
    "no such key": ({"key_name": "x"}, {}, ["Invalid red5pro_key_name: x. Expected: the name of an EC2 key pair in us-east-1."]),
    "no such instance": ({"stream_manager_instance": "i-0123456789abcdef7"}, {}, ["the id of a running or stopped instance in this VPC"]),
    "the first stream manager outside": (
        {"subnets": ["public-a", "public-b"]},
        {"instances": [instance(zone="us-east-1c")]},
        ["an instance in a zone of the load balancer (us-east-1a, us-east-1b), or red5pro_subnets with one in us-east-1c, where it is"],
    ),
    "the first stream manager of another deployment": (
        {},
        {"instances": [instance(**{"red5pro:deployment": "stage"})]},
        [f"_instance: {FIRST}. Expected: an instance that no other deployment has; this one belongs to stage."],
    ),
    "a root volume of the stream managers that is smaller than their image": (
        {"stream_manager_instance": None, "stream_manager_image": IMAGE, "stream_manager_root_volume": '{"volume_size": "19"}'},
        {"images": [*given.ACCOUNT["images"], {**DISK, "image_id": IMAGE}]},
        ["Invalid red5pro_stream_manager_root_volume.volume_size: 19. Expected: at least 20, the size of the root volume of the image"],
    ),
    "a root volume of the builder that is smaller than the image of the nodes": (
        {"builder_root_volume": {"volume_size": 19}},
        {"images": [{**DISK, "image_id": NODE_IMAGE}]},
        ["Invalid red5pro_builder_root_volume.volume_size: 19. Expected: at least 20, the size of the root volume of the image"],
    ),
    "no such image": (
        {"node_image": "ami-0123456789abcdef7"},
        {},
        ["ami-0123456789abcdef7. Expected: the id of an available image in us-east-1; there is none with this id."],
    ),
    "a failed image": (
        {"stream_manager_instance": None, "stream_manager_image": IMAGE},
        {"images": [*given.ACCOUNT["images"], {"image_id": IMAGE, "state": "failed"}]},
        ["the id of an available image in us-east-1; this one is failed"],
    ),
    "an image of somebody else with our name": (
        {"stream_manager_release": "14"},
        {"own_images": [{"image_id": "ami-9", "name": f"live-stream-manager-{FIRST}-14", "tags": {}}]},
        [f"another one, since the image ami-9, which this deployment did not create, is named live-stream-manager-{FIRST}-14"],
    ),
    "no such address": ({"allocation_ids": ["eipalloc-7"]}, {}, ["allocation ids of this account and region; not found: eipalloc-7"]),
    "an address of somebody else's instance": (
        {"allocation_ids": ["eipalloc-1"]},
        {"addresses": [{**IN_USE, "instance_id": "i-7"}]},
        ['Invalid red5pro_allocation_ids: ["eipalloc-1"]. Expected: Elastic IPs that nobody else uses; eipalloc-1 is in use by i-7.'],
    ),
    "an address of a NAT gateway": (
        {"allocation_ids": ["eipalloc-1"]},
        {"addresses": [{**IN_USE, "association_id": "eipassoc-1", "network_interface_id": "eni-1"}]},
        ["eipalloc-1 is in use by eni-1"],
    ),
    "an address of another deployment": (
        {"allocation_ids": ["eipalloc-1"]},
        {"addresses": [{**IN_USE, "tags": {"red5pro:deployment": "stage"}}]},
        ["eipalloc-1 is in use by the deployment stage"],
    ),
    "an address of a Local Zone": (
        {"allocation_ids": ["eipalloc-1"]},
        {"addresses": [{**IN_USE, "network_border_group": "us-east-1-bos-1"}]},
        ["Elastic IPs of us-east-1 itself, not of a Local or Wavelength Zone as eipalloc-1"],
    ),
    "too few addresses": (
        {"stream_manager_count": 4},
        {"addresses": [{"tags": {}}] * 3},
        ["Invalid red5pro_stream_manager_count: 4. Expected: at most 2, or a higher quota: 4 more Elastic IPs are needed and 2 of 5"],
    ),
    "too few addresses for those that are listed": (
        {"stream_manager_numbers": [1, 2, 3, 7]},
        {"addresses": [{"tags": {}}] * 3},
        ["Invalid red5pro_stream_manager_numbers: [1, 2, 3, 7]. Expected: at most 2, or a higher quota: 4 more Elastic IPs"],
    ),
    "addresses that were brought along do not count, unlike those of Amazon": (
        {"stream_manager_count": 3},
        {"addresses": [{"tags": {}, "public_ipv4_pool": "amazon"}] * 3 + [{"tags": {}, "public_ipv4_pool": "ipv4pool-ec2-1"}] * 5},
        ["3. Expected: at most 2, or a higher quota: 3 more Elastic IPs are needed and 2 of 5 are free"],
    ),
    "no such certificate": (
        {"certificate_arn": ARN},
        {},
        ["the ARN of an issued certificate of this account; there is none with this ARN"],
    ),
    **{
        f"a certificate that is {status}": (
            {"certificate_arn": ARN},
            {"certificate": [{**ISSUED, "status": status}]},
            [f"the ARN of a certificate with the status ISSUED; that of this one is {status}"],
        )
        for status in ("PENDING_VALIDATION", "FAILED", "EXPIRED", "REVOKED")
    },
    "a certificate for another domain": (
        {"certificate_arn": ARN},
        {"certificate": [{"status": "ISSUED", "domain_name": "www.example.com"}]},
        ["for stream.example.com or *.example.com; this one is for www.example.com"],
    ),
    "two zones of one name": (
        {"certificate_arn": ARN},
        {"hosted_zones": [zone("example.com", "Z1"), zone("example.com", "Z2")], "certificate": [ISSUED]},
        ['Invalid red5pro_hosted_zone: "". Expected: the id of the zone to use, one of Z1, Z2, which are all public'],
    ),
    "a zone that does not hold the domain": (
        {"hosted_zone": "other.org"},
        {},
        ["Invalid red5pro_hosted_zone: other.org. Expected: the id or the name of a public hosted zone"],
    ),
    "a private zone": ({"hosted_zone": "Z2"}, {}, ["Invalid red5pro_hosted_zone: Z2."]),
    "no public zone": ({"hosted_zone": "Z9"}, {"hosted_zones": []}, ["public ones are none"]),
    "two zones of the name that is given": (
        {"hosted_zone": "example.com"},
        {"hosted_zones": [zone("example.com", "Z1"), zone("example.com", "Z2")]},
        ["one of Z1, Z2"],
    ),
    "an A record of an old server": (
        {},
        {"record_sets": [record("stream.example.com", "A", "192.0.2.80")]},
        [
            "Invalid red5pro_domain: stream.example.com. Expected: a name without other records, "
            "or red5pro_replace_record=true "
            "to replace them; there is A 192.0.2.80."
        ],
    ),
    "a CNAME that leads elsewhere": (
        {},
        {**LATER, "record_sets": [record("Stream.example.com", "CNAME", "old.example.com")]},
        ["CNAME old.example.com"],
    ),
    "another VPC than that of the load balancer": (
        {},
        {"load_balancers": [{**LATER["load_balancers"][0], "vpc_id": "vpc-9"}]},
        ["Invalid red5pro_vpc: red5pro. Expected: vpc-9, where the load balancer live is, since AWS cannot move it, or another"],
    ),
    "an alias of something else at the apex": (
        {"domain": "example.com", "certificate_domain": "example.com"},
        {**LATER, "record_sets": [alias("example.com", "other.elb.amazonaws.com."), record("example.com", "MX", "10 mail")]},
        ["there is A other.elb.amazonaws.com."],
    ),
    "an unknown region": (
        {"scale_policies": [{"name": "p", "regions": [{"name": "us-east-9"}]}], "node_groups": [{**WEST[0], "regions": ["eu-south-2"]}]},
        {"regions": REGIONS},
        [
            'Invalid red5pro_scale_policies: ["us-east-9"]. Expected: in its regions only AWS regions that are enabled',
            'Invalid red5pro_node_groups: ["eu-south-2"].',
        ],
    ),
    "images missing in regions": (
        {"launch_configs": CONFIGS, "node_groups": WEST},
        {"regions": REGIONS},
        ['Invalid red5pro_launch_configs: ["base in us-east-1", "base in us-west-2"]. Expected: the names of images that are'],
    ),
    "an instance type of nodes that does not exist": (
        {"launch_configs": GRAVITON},
        {},
        ['Invalid red5pro_launch_configs: ["c6g.large in us-east-1"]. Expected: instance types that are offered in every region of their'],
    ),
    "regions as text": (
        {"node_groups": [{**WEST[0], "regions": "us-east-1,us-west-9", "scale_policy": "policy"}]},
        {"regions": REGIONS},
        ['Invalid red5pro_node_groups: ["us-west-9"]. Expected: in its regions only AWS regions that are enabled'],
    ),
    "a type of stream managers for other processors than the first one's": (
        {"stream_manager_instance_type": "c6g.large"},
        {
            "instances": [{**instance(), "architecture": "x86_64"}],
            "instance_type_offerings": offerings(c5_large="ab", c6g_large="ab"),
            "launched_types": [instance_type("c6g.large", "arm64")],
        },
        ["red5pro_stream_manager_instance_type: c6g.large. Expected: an instance type for x86_64, as its image is"],
    ),
    "a type of stream managers for other processors than their image": (
        {"stream_manager_instance": None, "stream_manager_image": IMAGE},
        {"images": [*given.ACCOUNT["images"], {"image_id": IMAGE, "state": "available", "architecture": "arm64"}]},
        ["red5pro_stream_manager_instance_type: c5.large. Expected: an instance type for arm64, as its image is"],
    ),
    "an image of nodes for other processors than the builder": (
        {},
        {"images": [{"image_id": NODE_IMAGE, "state": "available", "architecture": "arm64"}]},
        ["Invalid red5pro_builder_instance_type: c5.large. Expected: an instance type for arm64"],
    ),
    "types of nodes for other processors than their image": (
        {"launch_configs": GRAVITON},
        {
            "images": [{"image_id": NODE_IMAGE, "state": "available", "architecture": "x86_64"}],
            "instance_type_offerings": offerings(c5_large="ab", c6g_large="ab"),
            "launched_types": [instance_type("c5.large"), instance_type("c6g.large", "arm64")],
        },
        ['Invalid red5pro_launch_configs: ["c6g.large (arm64)"]. Expected: instance types for x86_64, as red5pro_node_image is.'],
    ),
    "types of nodes for other processors than the image that they name": (
        {"launch_configs": CONFIGS},
        {**BOTH_IMAGES, "named_images": [{"name": "base", "architecture": "arm64"}]},
        ['Invalid red5pro_launch_configs: ["c5.large (i386, x86_64)"]. Expected: instance types for arm64, as the image base is.'],
    ),
    "types of nodes like that of the stream managers, but for other processors than their image": (
        {"launch_configs": GRAVITON, "stream_manager_instance_type": "c6g.large"},
        {**BOTH_IMAGES, "instances": [{**instance(), "architecture": "arm64"}]},
        ['Invalid red5pro_launch_configs: ["c6g.large (arm64)"]. Expected: instance types for x86_64, as red5pro_node_image is.'],
    ),
    "no such security policy": (
        {"ssl_policy": POLICY},
        {"ssl_policies": []},
        [f"Invalid red5pro_ssl_policy: {POLICY}. Expected: a security policy of Elastic Load Balancing in us-east-1, such as"],
    ),
    "more names than a certificate has by default": (
        {"certificate_alternative_names": NAMES},
        {},
        ["at most 10 names with red5pro_certificate_domain, or a higher quota of ACM; these are 11"],
    ),
    "more names than the account's quota": (
        {"certificate_alternative_names": [*NAMES, "10.example.com"]},
        {"certificate_names_quota": [{"value": 11.0}]},
        ["at most 11 names with red5pro_certificate_domain, or a higher quota of ACM; these are 12"],
    ),
    "another deployment's name begins ours": (
        {},
        {"instances": [instance(), instance("i-8", **{"red5pro:deployment": "li"}), instance("i-9", **{"red5pro:deployment": "stage"})]},
        ["Invalid red5pro_name: live. Expected: a name that is not the beginning of another deployment's, nor the reverse"],
    ),
    "another deployment's name in another letter case": (
        {},
        {"addresses": [{"tags": {"red5pro:deployment": name}} for name in ("Live", "Live-eu")]},
        ["in more than letter case, which RDS and Elastic Load Balancing ignore; there is Live."],
    ),
    "another deployment's name is begun by ours": ({}, {"addresses": [{"tags": {"red5pro:deployment": "live-eu"}}]}, ["there is live-eu"]),
}


@pytest.mark.parametrize("case", ACCOUNTS)
def test_refused_in_the_account(case: str) -> None:
    variables, found, messages = ACCOUNTS[case]
    problems = in_account(variables, found)
    assert len(problems) == len(messages), problems
    for problem, message in zip(problems, messages, strict=True):
        assert message in problem


# Valid: variables, resources, and the subnets chosen.
TAKEN: dict[str, tuple[Facts, dict[str, list[Facts]], list[str]]] = {
    "a TXT record, which is kept beside that of the domain": (
        {},
        {"record_sets": [record("stream.example.com", "TXT", '"x"')]},
        ["subnet-a", "subnet-b"],
    ),
    "everything in order": ({}, {}, ["subnet-a", "subnet-b"]),
    "by id": ({"vpc": "vpc-1", "subnets": ["subnet-a2", "public-b"]}, {}, ["subnet-a2", "subnet-b"]),
    "a Local Zone and an IPv6-only subnet are passed over": ({}, {"subnets": [*BOSTON, SIX[-1]]}, ["subnet-a", "subnet-b"]),
    "zones that lack the type are passed over": (
        {},
        {
            "subnets": [*given.ACCOUNT["subnets"], subnet("subnet-c", "10.0.3.0/24", "us-east-1c")],
            "instance_type_offerings": offerings(c5_large="ab"),
        },
        ["subnet-a", "subnet-b"],
    ),
    "a full subnet is passed over": (
        {},
        {"subnets": [*FULL, subnet("subnet-a2", "10.0.4.0/24")]},
        ["subnet-a2", "subnet-b"],
    ),
    "a full subnet that the load balancer has": (
        {},
        {**LATER, "subnets": [*FULL, subnet("subnet-a2", "10.0.4.0/24")]},
        ["subnet-a", "subnet-b"],
    ),
    "the subnets that the load balancer has": (
        {},
        {"load_balancers": [load_balancer(("subnet-a2", "us-east-1a"), ("subnet-b", "us-east-1b"))]},
        ["subnet-a2", "subnet-b"],
    ),
    "a load balancer of somebody else does not count": (
        {},
        {"load_balancers": [load_balancer(("subnet-a2", "us-east-1a"), **{"red5pro:deployment": "x"})]},
        ["subnet-a", "subnet-b"],
    ),
    "the first stream manager alone needs no type": (
        {"stream_manager_count": 1, "stream_manager_instance_type": "x9.huge"},
        {},
        ["subnet-a", "subnet-b"],
    ),
    "from an image": (
        {"stream_manager_instance": None, "stream_manager_image": IMAGE},
        {"images": [*given.ACCOUNT["images"], {"image_id": IMAGE, "state": "available"}]},
        ["subnet-a", "subnet-b"],
    ),
    "an image of our own with our name": (
        {},
        {"own_images": [{"image_id": "ami-9", "name": f"live-stream-manager-{FIRST}", "tags": {"red5pro:deployment": "live"}}]},
        ["subnet-a", "subnet-b"],
    ),
    "addresses of our own": (
        {"allocation_ids": ["eipalloc-1", "eipalloc-2"]},
        {
            "addresses": [
                {**IN_USE, "instance_id": FIRST, "network_border_group": "us-east-1"},
                {"allocation_id": "eipalloc-2", "instance_id": "i-0123456789abcdef9", "tags": {"red5pro:deployment": "live"}},
                {"allocation_id": "eipalloc-3", "tags": {}},
            ]
        },
        ["subnet-a", "subnet-b"],
    ),
    "addresses that are held need no quota": (
        {},
        {
            "addresses": [
                {"allocation_id": "eipalloc-2", "tags": {"red5pro:deployment": "live", "Name": "live-stream-manager-2"}},
                {**IN_USE, "instance_id": FIRST},
                *[{"tags": {}}] * 3,
            ]
        },
        ["subnet-a", "subnet-b"],
    ),
    "a certificate that covers": (
        {"certificate_arn": ARN, "certificate_domain": None},
        {"certificate": [ISSUED]},
        ["subnet-a", "subnet-b"],
    ),
    **{
        f"a certificate whose name is {what}": (
            {"certificate_arn": ARN, "certificate_domain": None},
            {"certificate": [{"status": "ISSUED", **names}]},
            ["subnet-a", "subnet-b"],
        )
        for what, names in {
            "an alternative one alone": {"subject_alternative_names": ["*.example.com"]},
            "with a final dot": {"domain_name": "*.Example.com."},
        }.items()
    },
    **{
        f"AWS says no quota of addresses: {quota}": (
            {"stream_manager_count": 9},
            {"account_attributes": quota},
            ["subnet-a", "subnet-b"],
        )
        for quota in ([], [{"attribute_name": "vpc-max-elastic-ips", "attribute_values": []}], [{"attribute_name": "vpc-max-elastic-ips"}])
    },
    "a zone without its settings is public": (
        {"hosted_zone": "example.com"},
        {"hosted_zones": [{"id": "/hostedzone/Z1", "name": "example.com."}]},
        ["subnet-a", "subnet-b"],
    ),
    "two zones, one by id": (
        {"hosted_zone": "Z1"},
        {"hosted_zones": [zone("example.com", "Z1"), zone("example.com", "Z2")]},
        ["subnet-a", "subnet-b"],
    ),
    "two zones, one by id as Route 53 returns it": (
        {"hosted_zone": "/hostedzone/Z1"},
        {"hosted_zones": [zone("example.com", "Z1"), zone("example.com", "Z2")]},
        ["subnet-a", "subnet-b"],
    ),
    "regions as text, of which one is the deployment's own": (
        {"node_groups": [{**WEST[0], "regions": "us-east-1,us-west-2", "scale_policy": "policy"}]},
        {"regions": REGIONS},
        ["subnet-a", "subnet-b"],
    ),
    "a security policy that exists": ({"ssl_policy": POLICY}, {"ssl_policies": [{"name": POLICY}]}, ["subnet-a", "subnet-b"]),
    "as many names as the account's quota allows": (
        {"certificate_alternative_names": [*NAMES, "*.Example.com"]},
        {"certificate_names_quota": [{"value": 11.0}]},
        ["subnet-a", "subnet-b"],
    ),
    "types of nodes for the processors of the image that they name": (
        {"launch_configs": [{**CONFIGS[0], "targets": [{**one, "instance_type": "c6g.large"} for one in given.NODES]}]},
        {**BOTH_IMAGES, "named_images": [{"name": "base", "architecture": "x86_64"}, {"name": "base", "architecture": "arm64"}]},
        ["subnet-a", "subnet-b"],
    ),
    "a type whose processors AWS does not say": (
        {},
        {**BOTH_IMAGES, "launched_types": [{"instance_type": "c5.large"}]},
        ["subnet-a", "subnet-b"],
    ),
    "a root volume as large as the image": (
        {"builder_root_volume": {"volume_size": 20}},
        {"images": [{**DISK, "image_id": NODE_IMAGE}]},
        ["subnet-a", "subnet-b"],
    ),
    "no zone at all": ({}, {"hosted_zones": []}, ["subnet-a", "subnet-b"]),
    "a mail proves the domain": (
        {
            "certificate_validation_method": "EMAIL",
            "domain": "stream.other.org",
            "certificate_domain": "stream.other.org",
            "certificate_alternative_names": ["a.example.com"],
        },
        {"hosted_zones": [zone("example.com", "Z1"), zone("example.com", "Z2"), zone("other.org", "Z3")]},
        ["subnet-a", "subnet-b"],
    ),
    "our own CNAME": ({}, {**LATER, "record_sets": [record("stream.example.com", "CNAME", f"{ELB.title()}.")]}, ["subnet-a", "subnet-b"]),
    "a record of the private zone": (
        {},
        {"record_sets": [record("stream.example.com", "A", "10.0.0.1", zone_id="Z2")]},
        ["subnet-a", "subnet-b"],
    ),
    "a record of another name": ({}, {"record_sets": [record("www.example.com", "A", "192.0.2.1")]}, ["subnet-a", "subnet-b"]),
    "a record that is to be replaced": (
        {"replace_record": "yes"},
        {"record_sets": [record("stream.example.com", "A", "192.0.2.80")]},
        ["subnet-a", "subnet-b"],
    ),
    "our own alias at the apex beside mail": (
        {"domain": "example.com", "certificate_domain": "example.com"},
        {**LATER, "record_sets": [alias("example.com", f"dualstack.{ELB}."), record("example.com", "MX", "10 mail")]},
        ["subnet-a", "subnet-b"],
    ),
}


@pytest.mark.parametrize("case", TAKEN)
def test_taken_in_the_account(case: str) -> None:
    variables, found, subnets = TAKEN[case]
    result = FILTERS["network_plan"](declared(**variables), account(**found))
    assert [one["message"] for one in result["problems"]] == []
    assert [one["id"] for one in result["subnets"]] == subnets
    assert result["vpc_id"] == "vpc-1"
    assert result["security_groups"] == {"stream_manager": "sg-1", "database": "sg-2"}


def test_the_zone_of_the_first_stream_manager_is_kept() -> None:
    """Though it lacks the type, which is then the problem."""
    subnets = [*given.ACCOUNT["subnets"], subnet("subnet-c", "10.0.3.0/24", "us-east-1c")]
    found = {"subnets": subnets, "instances": [instance(zone="us-east-1c")], "instance_type_offerings": offerings(c5_large="ab")}
    (problem,) = in_account({}, found)
    assert "an instance type that us-east-1c offers" in problem


@pytest.mark.parametrize(
    ("others", "count", "quota", "needed"),
    [(56, 2, [], 0), (57, 2, [], 61), (57, 2, [{"value": 61.0}], 0), (57, 3, [{"value": 61.0}], 63), (0, 31, [], 62)],
)
def test_the_security_group_of_the_database_has_room_for_the_rules(others: int, count: int, quota: list[Facts], needed: int) -> None:
    """Rules of the deployment's own are not counted twice; the quota is read only if the default one is not enough."""
    own = [{"cidr_ip": f"192.0.2.{number}/32", "description": "x (red5pro:deployment=live)"} for number in range(4)]
    rules = [
        {"ip_ranges": [*own, *({"cidr_ip": f"10.0.{number}.0/24"} for number in range(others - 2 if others else 0))]},
        {
            "user_id_group_pairs": [{"group_id": "sg-9"}] if others else [],
            "prefix_list_ids": [{"prefix_list_id": "pl-1"}] if others else [],
        },
    ]
    groups = [given.ACCOUNT["security_groups"][0], {**given.ACCOUNT["security_groups"][1], "ip_permissions": rules}]
    variables = {"stream_manager_count": count}
    fifty = [{"attribute_name": "vpc-max-elastic-ips", "attribute_values": [{"attribute_value": "50"}]}]
    found = {"security_groups": groups, "account_attributes": fifty}
    reads = network_readings.image_readings(declared(**variables), found)
    assert [one["name"] for one in reads] == (["rules_quota"] if needed or quota else [])
    problems = in_account(variables, found, {"rules_quota": quota})
    assert len(problems) == bool(needed)
    assert all(
        f"sg-2. Expected: a security group with room for 2 rules of each stream manager, or a higher quota of VPC; {needed} rules" in one
        for one in problems
    )


def test_types_of_nodes_in_other_regions_fit_their_images_too() -> None:
    variables = {"node_groups": [{**WEST[0], "regions": ["us-west-2"], "scale_policy": "policy"}]}
    found = {**BOTH_IMAGES, "regions": REGIONS}
    offered = {"offerings-us-west-2": [{"location": "us-west-2a", "instance_type": one} for one in ("c5.large", "c6g.large")]}
    types = next(one for one in readings(declared(launch_configs=GRAVITON, **variables)) if one.get("name") == "launched_types")
    assert types["filters"] == {"instance-type": ["c5.large", "c6g.large"]}
    assert in_account({"launch_configs": GRAVITON, **variables}, found, offered) == [
        'Invalid red5pro_launch_configs: ["c6g.large (arm64)"]. Expected: instance types for x86_64, as red5pro_node_image is.'
    ]
    arm = {**offered, "us-west-2": [{"name": "base", "architecture": "arm64"}]}
    assert in_account({"launch_configs": CONFIGS, **variables}, found, arm) == [
        'Invalid red5pro_launch_configs: ["c5.large (i386, x86_64)"]. Expected: instance types for arm64, as the image base is.'
    ]


def test_images_elsewhere_are_found() -> None:
    variables = {"launch_configs": CONFIGS, "node_groups": WEST}
    found = {"regions": REGIONS, "named_images": [{"name": "base"}]}
    offered = {"offerings-us-west-2": offerings(c5_large="a")}
    assert in_account(variables, found, {"us-west-2": [{"name": "base"}], **offered}) == []
    assert in_account(variables, found, {"us-west-2": [{"name": "base"}], "offerings-us-west-2": []}) == [
        'Invalid red5pro_launch_configs: ["c5.large in us-west-2"]. Expected: instance types that are offered in every region of their '
        "node groups."
    ]


def test_facts_of_subnets() -> None:
    found = [subnet("late", "10.0.10.0/24"), subnet("early", "10.0.9.0/24", "us-east-1b", Name="public-b"), subnet("six", "", "us-east-1c")]
    result = FILTERS["network_plan"](
        declared(subnets=["six", "late", "early"]), account(subnets=found, route_tables=[table("igw-1", "early")])
    )
    common = {"cidr_block": "10.0.10.0/24", "free_addresses": 251, "public": False}
    assert result["subnets"] == [
        {**common, "id": "late", "name": "", "availability_zone": "us-east-1a"},
        {**common, "id": "early", "name": "public-b", "availability_zone": "us-east-1b", "cidr_block": "10.0.9.0/24", "public": True},
        {**common, "id": "six", "name": "", "availability_zone": "us-east-1c", "cidr_block": ""},
    ]


def routed(**route: str) -> Facts:
    return {**table(None, "s"), "routes": [{"gateway_id": "local"}, route]}


PUBLIC = {
    "by its own table": ([table(None, main=True), table("igw-1", "s")], True),
    "private by its own table": ([table("igw-1", main=True), table(None, "s")], False),
    "by the main table": ([table(None, "other"), table("igw-1", main=True)], True),
    "private by the main table": ([table("igw-1", "other"), table(None, main=True)], False),
    "egress only": ([table("eigw-1", "s")], False),
    "virtual private gateway": ([table("vgw-1", "s")], False),
    "a table that is main and its own": ([table("igw-1", "s", main=True)], True),
    "no table": ([], False),
    "to a gateway that was deleted": ([routed(gateway_id="igw-1", state="blackhole")], False),
    "to a gateway that exists": ([routed(gateway_id="igw-1", state="active", destination_cidr_block="0.0.0.0/0")], True),
    "for IPv6 only": ([routed(gateway_id="igw-1", state="active", destination_ipv6_cidr_block="::/0")], False),
}


@pytest.mark.parametrize(("tables", "public"), PUBLIC.values(), ids=PUBLIC)
def test_public(tables: list[Facts], public: bool) -> None:
    found = account(subnets=[subnet("s", "10.0.0.0/24")], route_tables=tables)
    assert [one["public"] for one in FILTERS["network_plan"](declared(subnets=["s"]), found)["subnets"]] == [public]


def test_readings() -> None:
    found = {one.get("name", one["kind"]): one for one in network_readings.readings(declared(certificate_arn=ARN, launch_configs=CONFIGS))}
    assert found["vpcs"]["filters"] == {"tag:Name": "red5pro"}
    assert found["named_images"]["filters"]["name"] == ["base"]
    assert found["own_images"]["filters"] == {"name": f"live-stream-manager-{FIRST}"}
    assert found["certificate"]["parameters"] == {"CertificateArn": ARN}
    assert found["record_sets"]["parameters"]["StartRecordName"] == "stream.example.com"
    assert not {"regions", "ssl_policies", "certificate_names_quota"} & set(found)
    further = network_readings.readings(declared(ssl_policy=POLICY, certificate_alternative_names=NAMES))
    assert [one for one in further if one["kind"] in ("ssl_policies", "service_quota")] == [
        {"kind": "ssl_policies", "parameters": {"Names": [POLICY]}},
        {
            "kind": "service_quota",
            "name": "certificate_names_quota",
            "parameters": {"ServiceCode": "acm", "QuotaCode": "L-FB94F0B0"},
        },
    ]
    logs = [one for one in network_readings.readings(declared(access_logs_bucket="logs")) if one["kind"].startswith("bucket")]
    assert logs == [{"kind": kind, "parameters": {"Bucket": "logs"}} for kind in ("bucket_location", "bucket_policy", "bucket_encryption")]
    assert set(found) == set(given.ACCOUNT) | {"domain_zones"}


def test_readings_of_all_roles() -> None:
    found = {one.get("name", one["kind"]): one for one in network_readings.readings(declared(), True)}
    assert {"load_balancers", "listeners", "target_groups", "target_health", "record_sets", "own_certificates"} <= set(found)
    assert found["validation_record_sets"]["each_of"]["HostedZoneId"] == "certificate_zones.id"
    wrong = {one["kind"] for one in network_readings.readings(declared(domain=None, name=5, region=None), True)}
    assert {"load_balancers", "certificates"} <= wrong


def test_readings_of_a_deployment_that_is_wrong() -> None:
    """verify reads as much as it can."""
    found = {
        one.get("name", one["kind"]): one
        for one in network_readings.readings(declared(domain=None, vpc="vpc-0123456789abcdef0", name=5, region=None))
    }
    assert found["vpcs"]["filters"] == {"vpc-id": "vpc-0123456789abcdef0"}
    assert "record_sets" not in found


def test_readings_of_other_regions() -> None:
    variables = declared(launch_configs=CONFIGS, node_groups=WEST)
    assert "regions" in [one["kind"] for one in network_readings.readings(variables)]
    assert network_readings.image_readings(variables, {"regions": REGIONS}) == [
        {"kind": "images", "name": "us-west-2", "region": "us-west-2", "filters": {"name": ["base"], "state": "available"}},
        {
            "kind": "instance_type_offerings",
            "name": "offerings-us-west-2",
            "region": "us-west-2",
            "filters": {"instance-type": ["c5.large"]},
        },
    ]
    assert network_readings.image_readings(variables, {}) == []


def test_readings_of_stream_managers_and_node_images_in_all_regions() -> None:
    variables = declared(launch_configs=CONFIGS, node_groups=WEST)
    here = {one.get("name", one["kind"]) for one in network_readings.readings(variables, True)}
    assert here >= {"stream_manager_instances", "stream_manager_images", "node_images", "node_image_builders", "instances-us-east-1"}
    there = {one["name"] for one in network_readings.image_readings(variables, {"regions": REGIONS}, True)}
    assert there == {"us-west-2", "offerings-us-west-2", "node_images-us-west-2", "instances-us-west-2", "addresses-us-west-2"}


@pytest.mark.parametrize(
    ("variables", "found"),
    [
        ({"reporting_speed": 5000}, []),
        ({"reporting_speed": 0}, ["red5pro_reporting_speed"]),
        ({"health_check_timeout": 10, "health_check_interval": 10, "http_port": 5080}, ["red5pro_health_check_timeout"]),
        ({"region": "us-east-1", "certificate_arn": ARN.replace("us-east-1", "eu-west-1")}, ["red5pro_certificate_arn"]),
        ({"region": "us-east-1", "certificate_arn": ARN, "record_ttl": 60}, []),
    ],
)
def test_a_role_alone_gives_its_own_variables_only(variables: Facts, found: list[str]) -> None:
    own = {f"red5pro_{name}": value for name, value in variables.items()}
    assert [row["subject"] for row in FILTERS["input_problems"](own)] == found


@pytest.mark.parametrize(
    ("variables", "resources", "concerned"),
    [
        ({}, {}, False),
        (GROUPED, {}, True),
        ({}, {"stream_manager_members": [{"instance_id": "i-1"}]}, True),
        ({}, {"stream_manager_templates": [{"launch_template_id": "lt-1"}]}, True),
        ({}, {"stream_manager_images": [{"image_id": "ami-1"}]}, False),
        ({"vpc": "unknown"}, {}, True),
    ],
)
def test_a_group_of_stream_managers_is_checked_if_there_is_to_be_one_or_something_is_left_of_one(
    variables: Facts, resources: dict[str, list[Facts]], concerned: bool
) -> None:
    found = network.plan(declared(**variables), {**account(), **resources}, {}, {})
    assert found["stream_manager_group"] is concerned
