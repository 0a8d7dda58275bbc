# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The role certificate, run as a user runs it, against the emulated AWS, which issues only what is in its DNS."""

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

from rehearsal import aws, settings
from rehearsal.aws import calllog, gate, registry
from rehearsal.aws.patches.certificates import CertBundle
from rehearsal.aws.server import Server, reset
from rehearsal.aws.transitions import certificates

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
DEPLOYMENT = {
    "red5pro_name": "live",
    "red5pro_region": "us-east-1",
    "red5pro_domain": "sm.example.com",
    "red5pro_certificate_domain": "*.example.com",
    "red5pro_extra_tags": {"team": "video"},
    "red5pro_poll_interval": 1,
}
WAIT = "Wait for the certificate to be issued (usually 2 to 30 minutes)"
OWN = {"red5pro:deployment": "live", "Name": "live", "team": "video"}


class Account:
    """An account and the role in it."""

    def __init__(self, server: Server, log: Path) -> None:
        session = boto3.Session(settings.OPERATOR_ACCESS_KEY, settings.SECRET_KEY, region_name="us-east-1")
        self.acm, self.route53 = (session.client(name, endpoint_url=server.url) for name in ("acm", "route53"))
        self.west = session.client("acm", settings.SECOND_REGION, endpoint_url=server.url)
        self._log = log
        self._env = os.environ | {
            "AWS_ENDPOINT_URL": server.url,
            "AWS_URL": server.url,
            "AWS_ACCESS_KEY_ID": settings.OPERATOR_ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": settings.SECRET_KEY,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
            "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json",
        }

    def role(self, *options: str, entry: str = "main", **variables: Any) -> Run:
        """Runs an entry point with these variables besides DEPLOYMENT."""
        given = DEPLOYMENT | {"ansible_python_interpreter": sys.executable, "entry": entry} | variables
        command = [sys.executable, "-m", "ansible", "playbook", "-i", "localhost,", "-e", json.dumps(given), *options]
        self._log.write_text("")
        command.append(str(HERE / "role.yml"))
        done = subprocess.run(command, env=self._env, cwd=ROOT, capture_output=True, text=True, timeout=1800, check=False)
        return Run(done, [call["action"] for call in calllog.mutating(calllog.read(self._log))])

    def zone(self, name: str = "example.com", twin: str = "", private: bool = False) -> str:
        """A hosted zone; its id."""
        more = {"VPC": {"VPCRegion": "us-east-1", "VPCId": "vpc-0a1b2c3d"}, "HostedZoneConfig": {"PrivateZone": True}} if private else {}
        zone = self.route53.create_hosted_zone(Name=name, CallerReference=name + twin, **more)["HostedZone"]["Id"]
        return str(zone.removeprefix("/hostedzone/"))

    def records(self, zone: str) -> list[tuple[str, int, str]]:
        """The CNAMEs of a zone: name, TTL, value, without dots at their ends."""
        sets = self.route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
        cnames = [one for one in sets if one["Type"] == "CNAME"]
        return [(one["Name"].rstrip("."), one["TTL"], one["ResourceRecords"][0]["Value"].rstrip(".")) for one in cnames]

    def put(self, zone: str, name: str, value: str, ttl: int = 60) -> None:
        """A CNAME of somebody else."""
        record = {"Name": name, "Type": "CNAME", "TTL": ttl, "ResourceRecords": [{"Value": value}]}
        self.route53.change_resource_record_sets(
            HostedZoneId=zone, ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]}
        )

    def request(self, name: str = "*.example.com", method: str = "DNS", **tags: str) -> str:
        """A certificate of somebody else, just requested."""
        more = {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]} if tags else {}
        return str(self.acm.request_certificate(DomainName=name, ValidationMethod=method, **more)["CertificateArn"])

    def record_of(self, arn: str) -> tuple[str, str]:
        """Name and value of a certificate's validation record, without dots at their ends."""
        for _first_without_second_with in range(2):
            option = self.acm.describe_certificate(CertificateArn=arn)["Certificate"]["DomainValidationOptions"][0]
        return option["ResourceRecord"]["Name"].rstrip("."), option["ResourceRecord"]["Value"].rstrip(".")

    def issue(self, arn: str) -> str:
        """Issues a certificate whose records are in the DNS of somebody else; its ARN."""
        certificates._issue(certificates.acm_backends[settings.ACCOUNT]["us-east-1"]._certificates[arn])
        return arn

    def certificates(self) -> dict[str, str]:
        """ARN -> status."""
        return {one["CertificateArn"]: one["Status"] for one in self.acm.list_certificates()["CertificateSummaryList"]}

    def tags(self, arn: str) -> dict[str, str]:
        """The tags of a certificate."""
        return {tag["Key"]: tag["Value"] for tag in self.acm.list_tags_for_certificate(CertificateArn=arn)["Tags"]}


class Run:
    """What a run printed, and the actions it took that change something."""

    def __init__(self, done: subprocess.CompletedProcess[str], actions: list[str]) -> None:
        self.ok, self.actions, self.output = done.returncode == 0, actions, done.stdout + done.stderr
        report = json.loads(done.stdout[done.stdout.index("{") :])
        self.changed = report["stats"]["localhost"]["changed"]
        self.tasks = {task["task"]["name"].split(" : ")[-1]: task["hosts"]["localhost"] for task in report["plays"][0]["tasks"]}
        self.facts = self.tasks["Facts"]["msg"] if self.ok else {}

    def said(self, task: str) -> list[str]:
        """The messages of a task, one for each item that was not skipped; none of a task that did not run."""
        result = self.tasks.get(task, {"skipped": True})
        return [one["msg"] for one in result.get("results", [result]) if not one.get("skipped") and "msg" in one]

    @property
    def failure(self) -> str:
        """The messages of the task that failed."""
        failed = next(task for task in self.tasks.values() if task.get("failed"))
        return "\n".join([failed["msg"], *[one["msg"] for one in failed.get("results", []) if one.get("failed")]])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    before = gate.log_path
    log = tmp_path_factory.mktemp("certificate") / "aws.jsonl"
    server = aws.start(0, ("127.0.0.1", 0), log)
    yield server, log
    server.close()
    gate.log_path = before


@pytest.fixture
def account(server: tuple[Server, Path]) -> Account:
    reset(0)
    return Account(*server)


@pytest.mark.long
def test_it_is_requested_validated_and_issued_once(account: Account) -> None:
    zone = account.zone()
    account.zone("com")
    account.zone(private=True)

    predicted = account.role("--check")
    assert (predicted.ok, predicted.changed, predicted.actions) == (True, 1, []), predicted.output
    assert predicted.facts == {"arn": "", "records": []}

    made = account.role()
    assert made.ok, made.output
    ((arn, status),) = account.certificates().items()
    ((name, ttl, value),) = account.records(zone)
    assert (made.facts["arn"], status, ttl) == (arn, "ISSUED", 300)
    assert made.facts["records"] == [
        {"name": name, "type": "CNAME", "value": value, "status": "SUCCESS", "domain_names": ["*.example.com"]}
    ]
    assert account.tags(arn) == OWN | {f"red5pro:record:{name.split('.')[0]}": zone}

    again = account.role()
    assert (again.ok, again.changed, again.actions) == (True, 0, [])
    assert again.facts == made.facts

    tagged = account.role("--check", red5pro_extra_tags={"team": "audio"})
    assert (tagged.changed, tagged.actions) == (1, [])
    assert account.role(red5pro_extra_tags={"team": "audio"}).actions == ["AddTagsToCertificate"]
    assert account.tags(arn)["team"] == "audio"


@pytest.mark.long
def test_a_record_taken_out_of_dns_is_put_back(account: Account) -> None:
    zone = account.zone()
    assert account.role(entry="start").ok
    ((name, ttl, value),) = account.records(zone)
    record = {"Name": name, "Type": "CNAME", "TTL": ttl, "ResourceRecords": [{"Value": value}]}
    account.route53.change_resource_record_sets(
        HostedZoneId=zone, ChangeBatch={"Changes": [{"Action": "DELETE", "ResourceRecordSet": record}]}
    )
    assert account.role(entry="start").changed == 1
    assert account.records(zone) == [(name, ttl, value)]


@pytest.mark.long
def test_start_asks_and_finish_waits(account: Account) -> None:
    account.zone()
    started = account.role(entry="start")
    assert (started.ok, started.changed) == (True, 3), started.output
    assert WAIT not in started.tasks
    finished = account.role(entry="finish", certificate_arn=started.facts["arn"], certificate_validation_records=[])
    assert (finished.ok, finished.changed, account.certificates()) == (True, 0, {started.facts["arn"]: "ISSUED"})


@pytest.mark.long
def test_without_a_zone_the_record_is_shown_and_waited_for(account: Account) -> None:
    account.zone("example.org")
    account.zone(private=True)
    run = account.role(red5pro_wait_timeout=2)
    (arn,) = account.certificates()
    name, value = account.record_of(arn)
    (said,) = run.said("Show the records to add by hand, since Route 53 does not host their zone")
    assert f"{name}. 300 IN CNAME {value}." in said
    assert not run.ok
    assert f"Its status is PENDING_VALIDATION. Public DNS must have: {name} CNAME {value}." in run.failure
    assert run.actions == ["RequestCertificate"]

    account.issue(arn)
    done = account.role()
    assert (done.ok, done.changed, done.facts["arn"]) == (True, 0, arn)
    assert done.said("Show the records to add by hand, since Route 53 does not host their zone") == []


@pytest.mark.long
def test_names_in_two_zones_go_each_into_its_own(account: Account) -> None:
    com, sub = account.zone(), account.zone("eu.example.com")
    run = account.role(entry="start", red5pro_certificate_alternative_names=["example.com", "live.eu.example.com"])
    assert run.ok, run.output
    assert [len(account.records(zone)) for zone in (com, sub)] == [1, 1]  # the wildcard and its apex share one
    assert account.records(sub)[0][0].endswith(".live.eu.example.com")


def test_a_record_of_somebody_else_is_not_overwritten(account: Account) -> None:
    zone = account.zone()
    name, value = account.record_of(account.request())
    account.put(zone, name, "elsewhere.example.org")
    run = account.role(entry="start")
    assert not run.ok
    assert f"Refusing to replace the record {name} CNAME elsewhere.example.org in the hosted zone {zone}: ACM validates" in run.failure
    assert f"*.example.com by {name} CNAME {value}" in run.failure
    assert account.records(zone) == [(name, 60, "elsewhere.example.org")]
    assert run.actions == ["RequestCertificate"]


@pytest.mark.long
def test_an_existing_record_is_not_changed_also_when_the_certificate_is_deleted(account: Account) -> None:
    zone = account.zone()
    name, value = account.record_of(account.request())
    account.put(zone, name, value)
    run = account.role(entry="start")
    assert (run.ok, run.actions, account.tags(run.facts["arn"])) == (True, ["RequestCertificate"], OWN)
    gone = account.role(entry="absent")
    assert (gone.ok, gone.actions) == (True, ["DeleteCertificate"])
    assert account.records(zone) == [(name, 60, value)]


@pytest.mark.long
def test_somebody_elses_certificate_and_another_deployments_are_not_taken(account: Account) -> None:
    account.zone()
    others = {account.request(): {}, account.request(**{"red5pro:deployment": "staging"}): {"red5pro:deployment": "staging"}}
    run = account.role(entry="start")
    assert run.facts["arn"] not in others
    assert account.role(entry="absent").ok
    assert {arn: account.tags(arn) for arn in account.certificates()} == others


@pytest.mark.long
def test_absent_removes_what_was_made_and_nothing_twice(account: Account) -> None:
    zone = account.zone()
    assert account.role(entry="start").ok
    predicted = account.role("--check", entry="absent")
    assert (predicted.ok, predicted.changed, predicted.actions) == (True, 2, [])
    gone = account.role(entry="absent")
    assert (gone.ok, gone.changed, gone.facts) == (True, 2, {"arn": "", "records": []}), gone.output
    assert (account.certificates(), account.records(zone)) == ({}, [])
    again = account.role(entry="absent")
    assert (again.ok, again.changed, again.actions) == (True, 0, [])
    assert account.role(entry="start").ok  # within the hour of its request token


@pytest.mark.long
def test_absent_leaves_a_record_that_another_certificate_needs(account: Account) -> None:
    zone = account.zone()
    run = account.role(entry="start")
    other = account.request("example.com")
    gone = account.role(entry="absent")
    assert (gone.ok, gone.changed, list(account.certificates())) == (True, 1, [other])
    assert [name for name, _ttl, _value in account.records(zone)] == [run.facts["records"][0]["name"]]


@pytest.mark.long
def test_rule_31_absent_leaves_a_record_that_a_certificate_of_another_region_needs(account: Account) -> None:
    zone = account.zone()
    run = account.role(entry="start")
    other = account.west.request_certificate(DomainName="example.com", ValidationMethod="DNS")["CertificateArn"]
    gone = account.role(entry="absent")
    assert (gone.ok, gone.actions) == (True, ["DeleteCertificate"]), gone.output
    (name,) = [name for name, _ttl, _value in account.records(zone)]
    assert name == run.facts["records"][0]["name"]
    assert f"the validation record {name}, which {other} needs" in gone.output


@pytest.mark.long
def test_regions_whose_certificates_cannot_be_read_keep_the_records(account: Account) -> None:
    zone = account.zone()
    assert account.role(entry="start").ok
    listing = gate.RULES[:]
    registry.rule(None, "acm", "ListCertificates")(no_other_region)
    try:
        gone = account.role(entry="absent")
    finally:
        gate.RULES[:] = listing
    assert (gone.ok, gone.actions, len(account.records(zone))) == (True, ["DeleteCertificate"], 1), gone.output
    assert (
        "the validation records, since certificates of other regions may need them: No permission for acm:ListCertificates" in gone.output
    )


def no_other_region(call: registry.Call) -> None:
    """A policy of the organization that allows only one region."""
    if call.region != settings.REGION:
        raise registry.Refusal("AccessDeniedException", "with an explicit deny in a service control policy")


@pytest.mark.long
def test_rule_36_imported_certificates_without_a_chain_are_read_over(account: Account) -> None:
    account.zone()
    made = CertBundle.generate_cert("*.example.com", settings.ACCOUNT, settings.REGION)
    imported = account.acm.import_certificate(Certificate=made.cert, PrivateKey=made.key)["CertificateArn"]
    assert account.role(entry="start").ok
    gone = account.role(entry="absent")
    assert gone.ok, gone.output
    assert list(account.certificates()) == [imported]
    adopted = account.role(red5pro_certificate_find_existing=True)
    assert (adopted.ok, adopted.facts["arn"], adopted.actions) == (True, imported, []), adopted.output


@pytest.mark.long
def test_a_given_certificate_that_cannot_be_used_is_refused(account: Account) -> None:
    account.zone()
    failed, missing = account.request(), "arn:aws:acm:us-east-1:123456789012:certificate/missing"
    aws.end_certificate(failed, "FAILED", "CAA_ERROR")
    run = account.role(red5pro_certificate_arn=failed)
    assert (run.ok, run.actions) == (False, [])
    assert (
        run.failure == f"Invalid red5pro_certificate_arn: {failed}. "
        "Expected: the ARN of a certificate with the status ISSUED; this one is FAILED (CAA_ERROR)."
    )
    run = account.role(red5pro_certificate_arn=missing)
    assert run.failure == f"Invalid red5pro_certificate_arn: {missing}. Expected: the ARN of a certificate that exists in us-east-1."


@pytest.mark.long
@pytest.mark.parametrize("how", ["red5pro_certificate_arn", "red5pro_certificate_find_existing"])
def test_a_certificate_that_exists_is_used_as_it_is(account: Account, how: str) -> None:
    account.zone()
    existing = account.issue(account.request(owner="them"))
    run = account.role(**{how: existing if how == "red5pro_certificate_arn" else True})
    assert (run.ok, run.changed, run.actions, run.facts["arn"]) == (True, 0, [], existing), run.output
    assert account.role(entry="absent").actions == []
    assert account.tags(existing) == {"owner": "them"}


@pytest.mark.long
def test_an_existing_one_that_is_not_issued_or_lacks_a_name_is_not_used(account: Account) -> None:
    account.zone()
    account.request()
    account.issue(account.request(method="EMAIL"))
    run = account.role("--check", red5pro_certificate_find_existing="true", red5pro_certificate_alternative_names=["example.com"])
    assert (run.ok, run.changed, run.facts["arn"]) == (True, 1, ""), run.output


@pytest.mark.long
def test_validation_by_email_names_who_approves(account: Account) -> None:
    account.zone()
    run = account.role(entry="start", red5pro_certificate_validation_method="EMAIL")
    assert (run.ok, run.actions, run.facts["records"]) == (True, ["RequestCertificate"], [])
    assert "admin@example.com" in run.said("Show who must approve the certificate")[0]
    aws.approve_email(run.facts["arn"])
    done = account.role(red5pro_certificate_validation_method="EMAIL")
    assert (done.ok, done.changed) == (True, 0)


@pytest.mark.long
def test_two_zones_of_one_name_are_not_chosen_between_unless_one_is_given(account: Account) -> None:
    twins = [account.zone(twin=twin) for twin in ("1", "2")]
    run = account.role(entry="start")
    assert not run.ok
    assert all(zone in run.failure for zone in [*twins, "Invalid red5pro_hosted_zone"])
    assert run.actions == []
    given = account.role(entry="start", red5pro_hosted_zone=twins[1])
    assert given.ok, given.output
    assert [len(account.records(zone)) for zone in twins] == [0, 1]


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        (
            {"red5pro_hosted_zone": "example.org"},
            "Invalid red5pro_hosted_zone: example.org. Expected: the id or name of a public hosted zone of",
        ),
        (
            {"red5pro_certificate_arn": "arn:aws:acm:eu-west-1:123456789012:certificate/a"},
            "Expected: the ARN of a certificate in the load balancer's region, arn:aws:acm:us-east-1:...",
        ),
        ({"red5pro_record_ttl": 0}, "Invalid red5pro_record_ttl: 0. Expected: a whole number of seconds from 1 to 2147483647."),
        ({"red5pro_wait_timeout": "soon"}, "certificate_wait_timeout"),
        ({"red5pro_certificate_validation_method": "HTTP"}, "certificate_validation_method must be one of: DNS, EMAIL"),
    ],
)
def test_what_is_declared_wrong_is_refused_by_name(account: Account, variables: dict[str, Any], said: str) -> None:
    account.zone()
    run = account.role(**variables)
    assert not run.ok
    assert said in run.failure
    assert run.actions == []
