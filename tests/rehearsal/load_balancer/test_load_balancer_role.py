# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The role load_balancer, run as a user runs it, against the emulated AWS without hosts: a target is as healthy as a test says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from runner import said

from rehearsal import aws, settings
from rehearsal.aws import calllog, clock, gate
from rehearsal.aws.server import Server, reset
from rehearsal.aws.view import elbv2_backends

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
DOMAIN = "sm.example.com"
APEX = {"red5pro_domain": "example.com"}
TAGS = {"cost-center": 4711, "temporary": True}


class Account:
    """A VPC with instances, a certificate and a hosted zone, and the role in it."""

    def __init__(self, server: Server, log: Path) -> None:
        session = boto3.Session(settings.OPERATOR_ACCESS_KEY, settings.SECRET_KEY, region_name=settings.REGION)
        self.ec2, self.elbv2, self.acm, self.route53, self.s3 = (
            session.client(name, endpoint_url=server.url) for name in ("ec2", "elbv2", "acm", "route53", "s3")
        )
        self._log = log
        self._env = os.environ | {
            "AWS_ENDPOINT_URL": server.url,
            "AWS_URL": server.url,
            "AWS_ACCESS_KEY_ID": settings.OPERATOR_ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": settings.SECRET_KEY,
            "AWS_DEFAULT_REGION": settings.REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
            "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json",
            "http_proxy": "http://127.0.0.1:9",  # nothing answers there, and no name is looked up
            "https_proxy": "http://127.0.0.1:9",
            "no_proxy": "127.0.0.1",
        }
        self._build()
        self.zone = self.add_zone("example.com")
        self._log.write_text("")

    def _build(self) -> None:
        self.vpc = self.ec2.create_vpc(CidrBlock=settings.VPC_CIDR)["Vpc"]["VpcId"]
        gateway = self.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        self.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=self.vpc)
        table = self.ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [self.vpc]}])["RouteTables"][0]["RouteTableId"]
        self.ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
        self.group = self.ec2.create_security_group(GroupName="all", Description="all", VpcId=self.vpc)["GroupId"]
        image = self.ec2.register_image(
            Name="original", RootDeviceName="/dev/sda1", BlockDeviceMappings=[{"DeviceName": "/dev/sda1", "Ebs": {"VolumeSize": 8}}]
        )["ImageId"]
        self.subnets, self.instances = {}, {}
        for number, zone in enumerate("abc"):
            made = self.ec2.create_subnet(VpcId=self.vpc, CidrBlock=f"127.10.{number}.0/24", AvailabilityZone=f"us-east-1{zone}")
            self.subnets[zone] = made["Subnet"]["SubnetId"]
            launched = self.ec2.run_instances(
                ImageId=image, InstanceType="t3.micro", MinCount=1, MaxCount=1, SubnetId=self.subnets[zone], SecurityGroupIds=[self.group]
            )
            self.instances[zone] = launched["Instances"][0]["InstanceId"]
        self.certificate = self.acm.request_certificate(DomainName="*.example.com", ValidationMethod="EMAIL")["CertificateArn"]
        aws.approve_email(self.certificate)

    def add_zone(self, name: str, twin: str = "") -> str:
        """A public hosted zone; its id."""
        made = self.route53.create_hosted_zone(Name=name, CallerReference=name + twin)["HostedZone"]["Id"]
        return str(made.removeprefix("/hostedzone/"))

    def change(self, *changes: tuple[str, dict[str, Any]]) -> None:
        """A batch of changes of records by somebody else."""
        batch = [{"Action": action, "ResourceRecordSet": record} for action, record in changes]
        self.route53.change_resource_record_sets(HostedZoneId=self.zone, ChangeBatch={"Changes": batch})

    def records(self) -> list[dict[str, Any]]:
        """The records of the zone but for those that every zone has."""
        sets = self.route53.list_resource_record_sets(HostedZoneId=self.zone)["ResourceRecordSets"]
        return [one for one in sets if one["Type"] not in ("NS", "SOA")]

    def role(self, *entries: str, check: bool = False, zones: str = "ab", **variables: Any) -> Run:
        """Runs entry points with these variables besides those of the deployment."""
        given = {
            "ansible_python_interpreter": sys.executable,
            "entries": entries or ["main"],
            "red5pro_name": "live",
            "red5pro_region": settings.REGION,
            "red5pro_domain": DOMAIN,
            "red5pro_poll_interval": 1,
            "red5pro_wait_timeout": 60,
            "red5pro_deregistration_delay": 0,
            "load_balancer_vpc_id": self.vpc,
            "load_balancer_subnets": [self.subnets[zone] for zone in "ab"],
            "load_balancer_security_group_id": self.group,
            "load_balancer_certificate_arn": self.certificate,
            "load_balancer_instances": [self.instances[zone] for zone in zones],
            **variables,
        }
        command = [sys.executable, "-m", "ansible", "playbook", "-i", "localhost,", "-e", json.dumps(given)]
        command += ["--check"] if check else []
        self._log.write_text("")
        command.append(str(HERE / "balancer_role.yml"))
        done = subprocess.run(command, env=self._env, cwd=ROOT, capture_output=True, text=True, timeout=1800, check=False)
        return Run(done, calllog.mutating(calllog.read(self._log)))


class Run:
    """What a run said, and the calls of it that change something."""

    def __init__(self, done: subprocess.CompletedProcess[str], calls: list[dict[str, Any]]) -> None:
        self.ok, self.calls, self.said = done.returncode == 0, calls, said(done)
        self.actions = [call["action"] for call in calls]
        report = json.loads(done.stdout[done.stdout.index("{") :])
        self.changed = report["stats"]["localhost"]["changed"]
        last = report["plays"][0]["tasks"][-1]["hosts"]["localhost"]
        self.facts = last["msg"] if self.ok else {}

    @property
    def findings(self) -> dict[str, str]:
        """Subject -> message, but for addresses that nothing answers here."""
        return {one["subject"]: one["message"] for one in self.facts["findings"] if not one["subject"].startswith("http")}


def all_healthy() -> None:
    """Make every registered target healthy, unless its health was set."""
    for group in elbv2_backends[settings.ACCOUNT][settings.REGION].target_groups.values():
        for instance in group.targets:
            group.reported.setdefault(instance, ("healthy", None))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    before = gate.log_path
    log = tmp_path_factory.mktemp("load_balancer") / "aws.jsonl"
    running = aws.start(0, ("127.0.0.1", 0), log)
    clock.WATCHERS.append(all_healthy)
    yield running, log
    clock.WATCHERS.remove(all_healthy)
    running.close()
    gate.log_path = before


@pytest.fixture
def account(server: tuple[Server, Path]) -> Account:
    reset(0)
    return Account(*server)


def simple(kind: str, value: str, name: str = DOMAIN) -> dict[str, Any]:
    """A record of somebody else."""
    return {"Name": name, "Type": kind, "TTL": 300, "ResourceRecords": [{"Value": value}]}


@pytest.mark.long
def test_at_the_apex_of_its_zone_the_domain_is_an_alias_that_is_created_once_and_deleted(account: Account) -> None:
    account.change(("CREATE", simple("TXT", '"x"', "example.com")))
    made = account.role(**APEX)
    assert made.ok, made.said
    aliases = [one for one in account.records() if one["Type"] == "A"]
    assert [one["AliasTarget"]["DNSName"][-1] for one in aliases] == ["."]
    again = account.role("main", "verify", **APEX)
    assert (again.ok, again.changed, again.actions, again.findings) == (True, 0, [], {}), again.said
    gone = account.role("absent", **APEX)
    assert gone.ok, gone.said
    assert [one["Type"] for one in account.records()] == ["TXT"]
    assert account.elbv2.describe_load_balancers()["LoadBalancers"] == []


@pytest.mark.long
def test_records_that_lead_elsewhere_are_refused_first_and_replaced_in_one_batch(account: Account) -> None:
    account.change(("CREATE", simple("A", "192.0.2.1")), ("CREATE", simple("AAAA", "2001:db8::1")))
    for check in (True, False):
        refused = account.role(check=check)
        assert not refused.ok
        assert refused.actions == []
        held = f"the hosted zone {account.zone} holds A 192.0.2.1; AAAA 2001:db8::1"
        assert f"Refusing to replace the record of {DOMAIN}: {held}. Delete it, or set red5pro_replace_record=true." in refused.said
    made = account.role(red5pro_replace_record=True)
    assert made.ok, made.said
    assert made.actions.count("ChangeResourceRecordSets") == 1
    assert [(one["Name"], one["Type"]) for one in account.records()] == [(f"{DOMAIN}.", "CNAME")]


@pytest.mark.long
def test_access_logs_go_into_a_bucket_that_takes_them_and_are_turned_off_again(account: Account) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::logs/live/AWSLogs/{settings.ACCOUNT}/*",
    }
    logs = {"red5pro_access_logs_bucket": "logs", "red5pro_access_logs_prefix": "live"}
    refused = account.role(**logs)
    assert not refused.ok and "Failed to modify load balancer attributes" in refused.said
    account.s3.create_bucket(Bucket="logs")
    account.s3.put_bucket_policy(Bucket="logs", Policy=json.dumps({"Statement": [statement]}))
    made = account.role(**logs)
    assert made.ok and "ModifyLoadBalancerAttributes" in made.actions, made.said
    again = account.role("main", "verify", **logs)
    assert (again.ok, again.changed, again.actions, again.findings) == (True, 0, [], {}), again.said
    off = account.role("main", "verify")
    assert (off.ok, off.actions, off.findings) == (True, ["ModifyLoadBalancerAttributes"], {}), off.said


@pytest.mark.long
def test_a_record_that_was_made_weighted_is_somebody_elses(account: Account) -> None:
    assert account.role().ok
    (own,) = account.records()
    account.change(("DELETE", own), ("CREATE", own | {"SetIdentifier": "blue", "Weight": 10}))
    weighted = account.records()
    assert weighted[0]["SetIdentifier"] == "blue"
    assert "weighted record blue" in account.role("preflight").said
    gone = account.role("plan_removal", "absent")
    assert gone.ok, gone.said
    assert [one["what"] for one in gone.facts["rows"]] == ["load balancer", "target group"]
    (kept,) = gone.facts["kept"]
    assert kept.startswith(f"the record {DOMAIN} CNAME live-")
    assert kept.endswith("(weighted record blue), of somebody else")
    assert account.records() == weighted


@pytest.mark.long
def test_two_hosted_zones_of_one_name_are_not_chosen_between(account: Account) -> None:
    twin = account.add_zone("example.com", "twin")
    refused = account.role()
    assert (refused.ok, refused.actions) == (False, [])
    ids = ", ".join(sorted([account.zone, twin]))
    assert f'Invalid red5pro_hosted_zone: "". Expected: the id of one of the public hosted zones named example.com: {ids}.' in refused.said
    assert account.role("preflight", red5pro_hosted_zone=account.zone).ok
    elsewhere = account.role("preflight", red5pro_hosted_zone="example.org")
    assert "Invalid red5pro_hosted_zone: example.org. Expected: the id or name of a public hosted zone" in elsewhere.said


@pytest.mark.long
def test_what_others_put_on_it_stays_a_listener_is_reported_and_another_port_refused(account: Account) -> None:
    assert account.role(red5pro_extra_tags=TAGS).ok
    (front,) = (one["LoadBalancerArn"] for one in account.elbv2.describe_load_balancers()["LoadBalancers"])
    (group,) = (one["TargetGroupArn"] for one in account.elbv2.describe_target_groups()["TargetGroups"])
    account.elbv2.add_tags(ResourceArns=[front, group], Tags=[{"Key": "seen-by", "Value": "auto-tagger"}])
    redirect = {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}}
    account.elbv2.create_listener(LoadBalancerArn=front, Protocol="HTTP", Port=80, DefaultActions=[redirect])
    again = account.role("main", "verify", red5pro_extra_tags=TAGS)
    assert (again.ok, again.changed, again.actions) == (True, 0, []), again.said
    assert again.findings == {"load balancer live listener 80": "load balancer live listener 80: expected none, found HTTP to redirect"}
    for described in account.elbv2.describe_tags(ResourceArns=[front, group])["TagDescriptions"]:
        tags = {tag["Key"]: tag["Value"] for tag in described["Tags"]}
        assert (tags["cost-center"], tags["temporary"], tags["seen-by"]) == ("4711", "true", "auto-tagger")
    purged = account.role(red5pro_extra_tags=TAGS, red5pro_purge_listeners=True)
    assert purged.actions == ["DeleteListener"]
    refused = account.role(red5pro_extra_tags=TAGS, red5pro_http_port=8080)
    assert (refused.ok, refused.actions) == (False, [])
    assert "Refusing to change red5pro_http_port to 8080: the target group live and its targets use port 5080" in refused.said


@pytest.mark.long
def test_rule_34_a_target_in_a_zone_without_the_load_balancer_is_reported_at_once(account: Account) -> None:
    failed = account.role(zones="ac", red5pro_wait_timeout=6000)
    assert not failed.ok
    instance = account.instances["c"]
    assert f"The load balancer live does not serve {instance}: unused, Target is in an Availability Zone" in failed.said
    assert "Its zones are us-east-1a, us-east-1b: add a subnet of the other zone to red5pro_subnets." in failed.said
    unhealthy = account.role(zones="", red5pro_wait_timeout=2)
    assert "no stream managers were given to it" in unhealthy.said
