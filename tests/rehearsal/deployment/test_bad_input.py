# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Invalid input is refused before any change, with a message that has the variable, its value and the expected value."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from runner import SITE, mutating, said

PLAYBOOK = Path(__file__).with_name("network.yml")
POLICY_TARGETS = [{"role": role, "min_limit": 2, "max_limit": 4} for role in ("origin", "edge", "relay", "transcoder")]

# Without AWS: variables, and what each message must contain.
DECLARATIONS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "names AWS would refuse": ({"red5pro_name": "live_stream-"}, ["Invalid red5pro_name: live_stream-. Expected: 1 to 32"]),
    "a name for internal load balancers": ({"red5pro_name": "internal-live"}, ["Invalid red5pro_name: internal-live.", "internal-"]),
    "a malformed domain": (
        {"red5pro_domain": "stream..example.com", "red5pro_certificate_domain": "-x.example.com"},
        [
            "Invalid red5pro_domain: stream..example.com.",
            "Invalid red5pro_certificate_domain: -x.example.com.",
        ],
    ),
    "a certificate for another domain": (
        {"red5pro_certificate_domain": "*.example.org"},
        ["Invalid red5pro_certificate_domain: *.example.org.", "one of streammanager.example.com, *.example.com"],
    ),
    "a wildcard does not cover two labels": (
        {"red5pro_domain": "live.eu.example.com", "red5pro_certificate_domain": "*.example.com"},
        ["live.eu.example.com, *.eu.example.com"],
    ),
    "a certificate of another region": (
        {"red5pro_certificate_arn": "arn:aws:acm:eu-west-1:123456789012:certificate/x"},
        ["red5pro_certificate_arn", "arn:aws:acm:us-east-1:..."],
    ),
    "a reporting speed out of range, and no such way with what is replaced": (
        {"red5pro_reporting_speed": 4999, "red5pro_replaced_node_groups": "delete", "red5pro_images_kept": -1},
        [
            "Invalid red5pro_reporting_speed: 4999. Expected: a whole number of milliseconds from",
            "5000 to 30000.",
            "Invalid red5pro_replaced_node_groups: delete. Expected: keep or remove.",
            "Invalid red5pro_images_kept: -1. Expected: a whole number of at least 0.",
        ],
    ),
    "images of roles that are none, or with files that are none": (
        {
            "red5pro_node_images": [
                {"role": "proxy"},
                {"role": "edge", "plugins": ["plugins/a"], "files": [{"src": "a", "dest": "/etc/"}]},
                {"role": "origin", "webapps": ["streammanager"]},
                {"role": "origin"},
            ]
        },
        [
            "Invalid red5pro_node_images[0].role: proxy. Expected: one of origin, edge, relay, transcoder.",
            "Invalid red5pro_node_images[1].plugins[0]: plugins/a.",
            "Invalid red5pro_node_images[1].files[0].src: a. Expected: the absolute path of a file on the controller.",
            "Invalid red5pro_node_images[1].files[0].dest: /etc/.",
            "Invalid red5pro_node_images[2].webapps[0]: streammanager.",
            "Invalid red5pro_node_images[3].role: origin. Expected: each role once; red5pro_node_images[2] has it too.",
        ],
    ),
    "an empty token": ({"red5pro_api_token": " "}, ["red5pro_api_token", "(hidden)", "rest.administratorToken"]),
    "a count of none": ({"red5pro_stream_manager_count": 0}, ["red5pro_stream_manager_count", "at least 1"]),
    "a number that is none": (
        {"red5pro_stream_manager_numbers": [1, "two"]},
        ['Invalid red5pro_stream_manager_numbers: [1, "two"].', "whole numbers of at least 1"],
    ),
    "a number twice": ({"red5pro_stream_manager_numbers": "1,3,3"}, ["red5pro_stream_manager_numbers", "each once"]),
    "the first stream manager is to go": (
        {"red5pro_stream_manager_numbers": [2, 3]},
        ["Invalid red5pro_stream_manager_numbers: [2, 3].", "i-0f1a5700000000001", "never removed"],
    ),
    "a release that names no image": (
        {"red5pro_stream_manager_release": "14/1"},
        ["Invalid red5pro_stream_manager_release: 14/1. Expected: a word"],
    ),
    "a release of an image that is given": (
        {
            "red5pro_stream_manager_release": "14.1",
            "red5pro_stream_manager_image": "ami-0f1a5700000000001",
            "red5pro_stream_manager_instance": "",
        },
        ["red5pro_stream_manager_release", "none, since red5pro_stream_manager_image"],
    ),
    "fewer images kept than none": ({"red5pro_images_kept": -1}, ["Invalid red5pro_images_kept: -1.", "at least 0"]),
    "no first stream manager": (
        {"red5pro_stream_manager_instance": ""},
        [
            "red5pro_stream_manager_instance",
            "exactly one of red5pro_stream_manager_instance, the id of the first stream manager, and red5pro_stream_manager_image",
        ],
    ),
    "two first stream managers": (
        {"red5pro_stream_manager_image": "ami-0f1a5700000000001"},
        ["exactly one of red5pro_stream_manager_instance, the id of the first stream manager, and red5pro_stream_manager_image"],
    ),
    "an address twice": (
        {"red5pro_allocation_ids": ["eipalloc-1", "eipalloc-1"]},
        ["red5pro_allocation_ids", "each once"],
    ),
    "a policy that breaks the rules": (
        {
            "red5pro_scale_policies": [
                {
                    "name": "default-v3",
                    "regions": [{"name": "default", "targets": [{**POLICY_TARGETS[0], "min_limit": 5}, *POLICY_TARGETS[1:]]}],
                }
            ]
        },
        ["regions[0].targets[0].min_limit"],
    ),
    "a configuration that breaks the rules": (
        {
            "red5pro_launch_configs": [
                {"name": "all-nodes-launch", "targets": [{"role": "origin", "instance_type": "c5.large", "connection_capacity": 0}]}
            ]
        },
        ["targets[0].connection_capacity"],
    ),
    "a group of a policy that is not declared": (
        {"red5pro_node_groups": [{"name": "g", "regions": ["us-east-1"], "launch_config": "all-nodes-launch", "scale_policy": "nowhere"}]},
        ["nowhere"],
    ),
}

CONFIG_TARGETS = [{"role": role, "instance_type": "c5.large", "connection_capacity": 100} for role in ("origin", "edge")]

# Against the account: these are found together, each with its message.
ACCOUNT: dict[str, tuple[dict[str, Any], list[str]]] = {
    "an unknown VPC": ({"red5pro_vpc": "nowhere"}, ["Invalid red5pro_vpc: nowhere.", "found 0"]),
    "unknown subnet, groups, key, instance and image": (
        {
            "red5pro_subnets": ["red5pro-public-a", "subnet-0123456789abcdef0"],
            "red5pro_stream_manager_security_group": "no-group",
            "red5pro_database_security_group": "sg-0123456789abcdef0",
            "red5pro_key_name": "no-key",
            "red5pro_stream_manager_instance": "i-0123456789abcdef0",
            "red5pro_node_image": "ami-0123456789abcdef0",
            "red5pro_allocation_ids": ["eipalloc-0123456789abcdef0"],
            "red5pro_launch_configs": [
                {"name": "all-nodes-launch", "image": "red5pro-node-original", "targets": [{**CONFIG_TARGETS[0], "image": "no-such"}]}
            ],
            "red5pro_scale_policies": [
                {
                    "name": "default-v3",
                    "regions": [{"name": name, "targets": POLICY_TARGETS[:1]} for name in ("default", "us-west-2", "us-east-1")],
                }
            ],
            "red5pro_node_groups": [
                {"name": "g", "regions": ["us-east-1", "us-west-2"], "launch_config": "all-nodes-launch", "scale_policy": "default-v3"}
            ],
        },
        [
            "not found: subnet-0123456789abcdef0",
            "at least two Availability Zones",
            "Invalid red5pro_stream_manager_security_group: no-group.",
            "Invalid red5pro_database_security_group: sg-0123456789abcdef0.",
            "Invalid red5pro_key_name: no-key.",
            "Invalid red5pro_stream_manager_instance: i-0123456789abcdef0.",
            "Invalid red5pro_node_image: ami-0123456789abcdef0.",
            "not found: eipalloc-0123456789abcdef0",
            "Invalid red5pro_launch_configs: "
            '["no-such in us-east-1", "no-such in us-west-2", "red5pro-node-original in us-west-2"]. Expected: the names of images',
        ],
    ),
    "a region without the names by which stream managers launch nodes": (
        {
            "red5pro_stream_manager_properties": {"aws.vpcName": "red5pro", "aws.ec2SecurityGroup": "none", "aws.ec2KeyPairName": "no-key"},
            "red5pro_scale_policies": [
                {"name": "default-v3", "regions": [{"name": name, "targets": POLICY_TARGETS[:1]} for name in ("default", "us-west-2")]}
            ],
            "red5pro_node_groups": [
                {"name": "g", "regions": ["us-west-2"], "launch_config": "all-nodes-launch", "scale_policy": "default-v3"}
            ],
        },
        [
            "Invalid red5pro_stream_manager_properties['aws.ec2SecurityGroup']: none. Expected: the name of a security group in vpc-",
            "Invalid red5pro_stream_manager_properties['aws.ec2KeyPairName']: no-key. Expected: the name of an EC2 key pair in us-west-2",
        ],
    ),
    "a region that is none, and one that is not enabled": (
        {
            "red5pro_scale_policies": [
                {
                    "name": "default-v3",
                    "regions": [{"name": name, "targets": POLICY_TARGETS[:1]} for name in ("default", "us-east-9", "eu-south-2")],
                }
            ],
            "red5pro_node_groups": [
                {"name": "g", "regions": ["us-east-9", "eu-south-2"], "launch_config": "all-nodes-launch", "scale_policy": "default-v3"}
            ],
        },
        [
            'Invalid red5pro_scale_policies: ["eu-south-2", "us-east-9"]. Expected: in its regions only AWS',
            'Invalid red5pro_node_groups: ["eu-south-2", "us-east-9"].',
        ],
    ),
    "what the region and the account do not offer": (
        {
            "red5pro_ssl_policy": "ELBSecurityPolicy-TLS13-1-2-2031-06",
            "red5pro_access_logs_bucket": "no-such-bucket",
            "red5pro_certificate_alternative_names": [f"{number}.example.com" for number in range(10)],
            "red5pro_stream_manager_instance_type": "c6g.large",
            "red5pro_launch_configs": [
                {"name": "all-nodes-launch", "targets": [{**one, "instance_type": "c5.lrage"} for one in CONFIG_TARGETS]}
            ],
            "red5pro_scale_policies": [{"name": "default-v3", "regions": [{"name": "default", "targets": POLICY_TARGETS[:2]}]}],
        },
        [
            "Invalid red5pro_ssl_policy: ELBSecurityPolicy-TLS13-1-2-2031-06. Expected: a security policy of",
            "Invalid red5pro_access_logs_bucket: no-such-bucket. Expected: the name of an S3 bucket that exists;",
            "Expected: at most 10 names with red5pro_certificate_domain, or a higher quota of ACM; these are 11.",
            "Invalid red5pro_stream_manager_instance_type: c6g.large. Expected: an instance type for x86_64",
            'Invalid red5pro_launch_configs: ["c5.lrage in us-east-1"]. Expected: instance types that are offered in every region',
        ],
    ),
    "more stream managers than the security group of the database and the Elastic IPs allow": (
        {"red5pro_stream_manager_count": 31},
        [
            "Invalid red5pro_stream_manager_count: 31.",
            "Expected: a security group with room for 2 rules of each stream manager, or a higher quota of VPC;",
            "rules are needed with those of others, and 60 are allowed.",
        ],
    ),
    "two subnets of one zone, one private, and too few addresses": (
        {
            "red5pro_subnets": ["red5pro-public-a", "red5pro-public-a-spare", "red5pro-private-b"],
            "red5pro_stream_manager_count": 4,
        },
        [
            "one subnet of each Availability Zone; these are in us-east-1a, us-east-1a, us-east-1b",
            "public subnets, with a route to an internet gateway",
            "Invalid red5pro_stream_manager_count: 4.",
            "4 more Elastic IPs are needed and 3 of 5 are free",
        ],
    ),
}


# By their types, ranges and forms; the unit tests have every variable, here is one of each kind for every role.
VALUES: dict[str, tuple[dict[str, Any], list[str]]] = {
    f"{name}": ({f"red5pro_{name}": value}, [f"Invalid red5pro_{name}: {shown}. Expected: {expected}"])
    for name, value, shown, expected in [
        ("record_ttl", 0, "0", "a whole number of seconds from 1 to 2147483647."),
        ("validate_certs", "maybe", "maybe", "true or false."),
        ("certificate_validation_method", "dns", "dns", "DNS or EMAIL."),
        ("certificate_key_algorithm", "RSA", "RSA", "RSA_1024,"),
        ("certificate_days", "soon", "soon", "a whole number of days"),
        ("extra_tags", {"owner": "Video & Live (EU)"}, '{"owner": "Video & Live (EU)"}', "letters, digits, spaces"),
        ("http_port", 70000, "70000", "a whole number from 1 to 65535."),
        ("database_port", "mysql", "mysql", "a whole number from 1 to 65535."),
        ("idle_timeout", 5000, "5000", "a whole number of seconds from 1 to 4000."),
        ("connection_timeout", -1, "-1", "a whole number of seconds from 0 to 86400."),
        ("deregistration_delay", 4000, "4000", "a whole number of seconds from 0 to 3600."),
        ("health_check_interval", 1, "1", "a whole number of seconds from 5 to 300."),
        ("healthy_threshold", 1, "1", "a whole number from 2 to 10."),
        ("unhealthy_threshold", 11, "11", "a whole number from 2 to 10."),
        ("success_codes", "ok", "ok", "HTTP codes"),
        ("ssl_policy", "modern", "modern", "a security policy"),
        ("deletion_protection", "perhaps", "perhaps", "true or false."),
        ("replace_record", "perhaps", "perhaps", "true or false."),
        ("become", "perhaps", "perhaps", "true or false."),
        ("reboot_for_image", "perhaps", "perhaps", "true or false."),
        ("home", "red5pro", "red5pro", "an absolute path"),
        ("service", "red5 pro", "red5 pro", "the name of a systemd service"),
        ("ssh_user", "a b", "a b", "the name of a user"),
        ("stream_manager_instance_type", "large", "large", "an instance type"),
        ("builder_instance_type", "large", "large", "an instance type"),
        ("access_logs_bucket", "My_Bucket", "My_Bucket", "the name of an S3 bucket"),
        ("access_logs_prefix", "AWSLogs", "AWSLogs", "a folder"),
        ("cloud_watch_host", "nowhere", "nowhere", "a URL"),
        ("api_url", "nowhere", "nowhere", "a URL"),
        ("poll_interval", "often", "often", "a whole number of seconds"),
        ("wait_timeout", 0, "0", "a whole number of seconds"),
        ("stream_manager_count", "two", "two", "a whole number of at least 1."),
        ("subnets", {"a": 1}, '{"a": 1}', "a list of subnets"),
        ("certificate_alternative_names", ["a b.example.com"], '["a b.example.com"]', "domains"),
        ("stream_manager_metadata_options", ["required"], '["required"]', "a dictionary of http_endpoint"),
    ]
} | {
    "texts that end in a line break": (
        {f"red5pro_{name}": f"{value}\n" for name, value in [
            ("name", "live"), ("region", "us-east-1"), ("vpc", "red5pro"), ("key_name", "red5pro"), ("api_token", "abc"),
            ("node_image", "ami-0a0de000000000001"), ("stream_manager_instance", "i-0f1a5700000000001"), ("stream_manager_release", "14"),
            ("domain", "streammanager.example.com"), ("hosted_zone", "example.com"),
        ]},
        [
            'Invalid red5pro_name: "live\\n".', 'Invalid red5pro_region: "us-east-1\\n".', 'Invalid red5pro_vpc: "red5pro\\n".',
            'Invalid red5pro_key_name: "red5pro\\n".', "Invalid red5pro_api_token: (hidden).", "Invalid red5pro_node_image: ",
            "Invalid red5pro_stream_manager_instance: ", "Invalid red5pro_stream_manager_release: ", "Invalid red5pro_domain: ",
            "Invalid red5pro_hosted_zone: ",
        ],
    ),
    "properties that the host would refuse": (
        {"red5pro_stream_manager_properties": {"config.dbPass": "s3cret\n", "config": {"dbHost": "x"}, "streammanager.ip": "1.2.3.4"}},
        ["properties['config.dbPass']: a value with a line break", "such as config.dbHost", "each stream manager gets its own address"],
    ),
    "a domain in Unicode": ({"red5pro_domain": "стрим.рф"}, ["in punycode: xn--h1aikdf.xn--p1ai."]),
}  # fmt: skip

TOGETHER = [  # variables of which one could hide a problem of another
    {"red5pro_domain", "red5pro_certificate_domain", "red5pro_certificate_arn", "red5pro_certificate_alternative_names"},
    {"red5pro_stream_manager_numbers", "red5pro_stream_manager_count", "red5pro_stream_manager_instance", "red5pro_stream_manager_image",
     "red5pro_stream_manager_release", "red5pro_allocation_ids"},
    {"red5pro_scale_policies", "red5pro_launch_configs", "red5pro_node_groups"},
]  # fmt: skip


def _batches(cases: dict[str, tuple[dict[str, Any], list[str]]]) -> list[list[str]]:
    """The cases in as few runs as possible: no two cases of a run share variables."""
    batches: list[tuple[set[str], list[str]]] = []
    for case, (variables, _messages) in cases.items():
        names = set(variables).union(*(group for group in TOGETHER if group & set(variables)))
        for used, batch in batches:
            if not used & names:
                used |= names
                batch.append(case)
                break
        else:
            batches.append((names, [case]))
    return [batch for _used, batch in batches]


def _refused(rehearsal: Any, play: Any, playbook: Any, cases: list[tuple[dict[str, Any], list[str]]]) -> None:
    """All of these at once are refused by one run, which has changed nothing."""
    calls = len(rehearsal.calls())
    result = play(playbook, check=False, **{name: value for variables, _messages in cases for name, value in variables.items()})
    assert result.returncode == 2, result.stdout
    for _variables, messages in cases:
        for message in messages:
            assert message in said(result), (message, result.stdout)
    assert "Traceback" not in result.stdout + result.stderr
    assert "s3cret" not in result.stdout + result.stderr
    assert mutating(rehearsal, calls) == []


BY_THEMSELVES = DECLARATIONS | VALUES


@pytest.mark.parametrize("batch", _batches(BY_THEMSELVES), ids=lambda batch: f"{batch[0]} and {len(batch) - 1} more")
def test_refused_by_themselves(rehearsal: Any, play: Any, batch: list[str]) -> None:
    _refused(rehearsal, play, SITE if len(batch) > 10 else PLAYBOOK, [BY_THEMSELVES[case] for case in batch])


@pytest.mark.parametrize("case", ACCOUNT)
def test_refused_before_anything_is_changed(rehearsal: Any, play: Any, case: str) -> None:
    _refused(rehearsal, play, PLAYBOOK, [ACCOUNT[case]])


@pytest.mark.long
def test_refused_in_an_account_full_of_traps(rehearsal: Any, play: Any, aws: Any) -> None:
    """Resources that belong to others, are in the wrong zone, or are not ready."""
    rehearsal.reset(baseline="hostile")
    try:
        used = next(one for one in aws("ec2", "describe_addresses")["Addresses"] if "AssociationId" in one)
        pending = aws("acm", "list_certificates", CertificateStatuses=["PENDING_VALIDATION"])["CertificateSummaryList"][0]["CertificateArn"]
        aws("route53", "create_hosted_zone", Name="example.com", CallerReference="twin")
        old = {"Name": "old.other.example", "Type": "A", "TTL": 300, "ResourceRecords": [{"Value": "127.0.0.80"}]}
        public = [one for one in aws("route53", "list_hosted_zones")["HostedZones"] if not one["Config"]["PrivateZone"]]
        zones = {one["Name"]: one["Id"] for one in public}
        twins = sorted(one["Id"].rsplit("/", 1)[-1] for one in public if one["Name"] == "example.com.")
        aws(
            "route53", "change_resource_record_sets", HostedZoneId=zones["other.example."],
            ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": old}]},
        )  # fmt: skip
        wrong: dict[str, Any] = {
            "red5pro_subnets": [
                "red5pro-public-a",
                "red5pro-public-d",
                "red5pro-public-boston",
                "red5pro-public-carrier",
                "red5pro-public-six",
            ],
            "red5pro_allocation_ids": [used["AllocationId"]],
            "red5pro_certificate_arn": pending,
        }
        messages = [
            "which is a local-zone", "which is a wavelength-zone", "which have IPv6 only",
            "Invalid red5pro_stream_manager_instance_type: c5.large. Expected: an instance type that us-east-1d",
            f"{used['AllocationId']} is in use by i-",
            "the status ISSUED; that of this one is PENDING_VALIDATION",
            f"the id of the zone to use, one of {', '.join(twins)}",
        ]  # fmt: skip
        _refused(rehearsal, play, SITE, [(wrong, messages)])
        outside: dict[str, Any] = {
            "red5pro_subnets": ["red5pro-public-b", "red5pro-public-c"],
            "red5pro_domain": "old.other.example",
            "red5pro_certificate_domain": "*.other.example",
        }
        refused = ["an instance in a zone of the load balancer (us-east-1b, us-east-1c)", "there is A 127.0.0.80."]
        _refused(rehearsal, play, SITE, [(outside, refused)])
    finally:
        rehearsal.reset()


def test_a_name_that_begins_another_deployments(play: Any, aws: Any) -> None:
    tags = [{"Key": "red5pro:deployment", "Value": "live-eu"}]
    address = aws("ec2", "allocate_address", Domain="vpc", TagSpecifications=[{"ResourceType": "elastic-ip", "Tags": tags}])
    try:
        result = play(PLAYBOOK, check=False)
    finally:
        aws("ec2", "release_address", AllocationId=address["AllocationId"])
    assert result.returncode == 2, result.stdout
    assert "Invalid red5pro_name: live." in said(result)
    assert "live-eu" in said(result)
