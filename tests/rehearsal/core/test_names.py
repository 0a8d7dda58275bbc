# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the name server answers."""

from __future__ import annotations

import pytest
from runner import ADMINISTRATOR

from rehearsal import dns, settings
from rehearsal.model import Record
from tests.rehearsal.conftest import Rehearsal

NAMES = dns.Names(
    [
        Record("example.com", "NS", 3600, ("ns.example.net.",)),
        Record("www.example.com", "A", 300, ("127.0.0.1", "127.0.0.2")),
        Record("live.example.com", "CNAME", 60, ("Balancer.elb.amazonaws.com.",)),
        Record("example.com", "A", 60, (), alias="balancer.elb.amazonaws.com"),
        Record("balancer.elb.amazonaws.com", "A", 60, ("127.56.0.1", "127.56.0.2")),
        Record("a.deep.example.com", "TXT", 60, ('"v=1; text" "more"',)),
        Record(r"\052.wild.example.com", "A", 60, ("127.0.0.3",)),
        Record("own.wild.example.com", "TXT", 60, ('"own"',)),
        Record("round.example.com", "CNAME", 60, ("about.example.com",)),
        Record("about.example.com", "CNAME", 60, ("round.example.com",)),
        Record("away.example.com", "CNAME", 60, ("elsewhere.example.org",)),
    ]
)


@pytest.mark.parametrize(
    ("name", "type_", "values", "exists"),
    [
        ("www.example.com", "A", ["127.0.0.1", "127.0.0.2"], True),
        ("WWW.Example.com", "A", ["127.0.0.1", "127.0.0.2"], True),
        ("www.example.com", "AAAA", [], True),
        ("live.example.com", "A", ["Balancer.elb.amazonaws.com.", "127.56.0.1", "127.56.0.2"], True),
        ("live.example.com", "CNAME", ["Balancer.elb.amazonaws.com."], True),
        ("example.com", "A", ["127.56.0.1", "127.56.0.2"], True),
        ("example.com", "AAAA", [], True),
        ("a.deep.example.com", "TXT", ['"v=1; text","more"'], True),
        ("deep.example.com", "A", [], True),
        ("any.wild.example.com", "A", ["127.0.0.3"], True),
        ("two.levels.wild.example.com", "A", ["127.0.0.3"], True),
        ("own.wild.example.com", "A", [], True),
        ("other.example.com", "A", [], False),
        ("away.example.com", "A", ["elsewhere.example.org."], False),
        ("com", "A", [], True),
        ("org", "A", [], False),
    ],
)
def test_answers(name: str, type_: str, values: list[str], exists: bool) -> None:
    answer, found = NAMES.answer(name, type_)
    assert ([str(record.rdata) for record in answer], found) == (values, exists)


def test_names_that_lead_to_each_other_end() -> None:
    answer, exists = NAMES.answer("round.example.com", "A")
    assert exists
    assert {str(record.rdata) for record in answer} == {"about.example.com.", "round.example.com."}


def _addresses(rehearsal: Rehearsal, name: str) -> list[str]:
    done = rehearsal.run(["getent", "ahostsv4", name], check=False)
    return sorted({line.split()[0] for line in done.stdout.splitlines()})


def test_the_rehearsal_resolves_what_its_aws_holds(rehearsal: Rehearsal) -> None:
    assert _addresses(rehearsal, "www.example.com") == ["127.0.0.80"]
    assert _addresses(rehearsal, "www.other.example") == ["127.56.0.1", "127.56.0.2"]
    assert _addresses(rehearsal, settings.DATABASE_NAME) == [settings.DATABASE_ADDRESS[0]]
    assert _addresses(rehearsal, "ip-127-10-1-4.ec2.internal") == ["127.10.1.4"]
    assert _addresses(rehearsal, "ec2-127-54-0-1.compute-1.amazonaws.com") == ["127.54.0.1"]
    balancer = rehearsal.run(["aws", "elbv2", "describe-load-balancers", "--query", "LoadBalancers[0].DNSName", "--output", "text"])
    assert _addresses(rehearsal, balancer.stdout.strip()) == ["127.56.0.1", "127.56.0.2"]


@pytest.mark.parametrize("name", ["ec2.us-east-1.amazonaws.com", "amazonaws.com", "ec2-127-54-0-99.compute-1.amazonaws.com", "example.org"])
def test_nothing_else_has_an_address(rehearsal: Rehearsal, name: str) -> None:
    assert _addresses(rehearsal, name) == []


def test_what_does_not_exist_is_denied_over_udp_and_tcp_and_not_left_unanswered(rehearsal: Rehearsal) -> None:
    ask = (
        "import dnslib, sys\n"
        "for tcp in (False, True):\n"
        "    for name in ('www.example.com', 'sts.amazonaws.com'):\n"
        "        raw = dnslib.DNSRecord.question(name).send('127.0.0.53', 53, tcp=tcp, timeout=10)\n"
        "        print(dnslib.RCODE[dnslib.DNSRecord.parse(raw).header.rcode])\n"
    )
    assert rehearsal.run(["python", "-c", ask]).stdout.split() == ["NOERROR", "NXDOMAIN"] * 2


def test_a_record_that_is_made_is_there_and_one_that_is_gone_is_not(rehearsal: Rehearsal) -> None:
    change = (
        "import boto3, sys\n"
        "route53 = boto3.client('route53')\n"
        "zone = route53.list_hosted_zones_by_name(DNSName='example.com')['HostedZones'][0]['Id']\n"
        "record = {'Name': 'new.example.com', 'Type': 'A', 'TTL': 60, 'ResourceRecords': [{'Value': '127.0.0.99'}]}\n"
        "changes = {'Changes': [{'Action': sys.argv[1], 'ResourceRecordSet': record}]}\n"
        "route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=changes)\n"
    )
    assert _addresses(rehearsal, "new.example.com") == []
    rehearsal.run([*ADMINISTRATOR, "python", "-c", change, "CREATE"])
    assert _addresses(rehearsal, "new.example.com") == ["127.0.0.99"]
    rehearsal.run([*ADMINISTRATOR, "python", "-c", change, "DELETE"])
    assert _addresses(rehearsal, "new.example.com") == []
