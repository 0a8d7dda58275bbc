# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""domain_record against a Route 53 that keeps whole record sets, carries out batches, and takes its time."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.streamops.red5pro.plugins.module_utils import _acm, _route53
from ansible_collections.streamops.red5pro.plugins.modules import domain_record
from module_runner import arguments

TARGET = "live-1.us-east-1.elb.amazonaws.com"
GIVEN = {"name": "sm.example.com", "hosted_zone_id": "Z1", "target": TARGET, "target_hosted_zone_id": "Z9"}
OWN = {"Name": "sm.example.com.", "Type": "CNAME", "TTL": 300, "ResourceRecords": [{"Value": TARGET}]}
ALIAS = {"HostedZoneId": "Z9", "DNSName": f"{TARGET}.", "EvaluateTargetHealth": False}
APEX = {"name": "example.com"}
SOA = {"Name": "example.com.", "Type": "SOA", "TTL": 900, "ResourceRecords": [{"Value": "ns-1. x. 1 2 3 4 5"}]}


def held(kind: str, value: str, **more: Any) -> dict[str, Any]:
    return {"Name": "sm.example.com.", "Type": kind, "TTL": 60, "ResourceRecords": [{"Value": value}], **more}


class Route53:
    """A hosted zone, and the batches that were sent to it."""

    def __init__(self, *sets: dict[str, Any], pending: int = 1) -> None:
        self.sets, self.pending, self.batches = list(sets), pending, []

    def list_resource_record_sets(self, HostedZoneId: str, StartRecordName: str) -> dict[str, Any]:
        return {"ResourceRecordSets": list(self.sets)}

    def change_resource_record_sets(self, HostedZoneId: str, ChangeBatch: dict[str, Any]) -> dict[str, Any]:
        self.batches.append([(one["Action"], one["ResourceRecordSet"]) for one in ChangeBatch["Changes"]])
        for action, record in self.batches[-1]:
            if action == "DELETE":
                self.sets.remove(record)
            else:
                kept = [one for one in self.sets if (one["Name"], one["Type"]) != (record["Name"], record["Type"])]
                assert action == "UPSERT" or len(kept) == len(self.sets)
                self.sets = [*kept, record]
        return {"ChangeInfo": {"Id": "/change/C1", "Status": "PENDING"}}

    def get_change(self, Id: str) -> dict[str, Any]:
        self.pending -= 1
        return {"ChangeInfo": {"Id": Id, "Status": "PENDING" if self.pending >= 0 else "INSYNC"}}


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_acm.time, "sleep", lambda seconds: None)


def run(route53: Route53, check_mode: bool = False, **given: Any) -> dict[str, Any]:
    defaults = {key: option.get("default") for key, option in domain_record.ARGUMENT_SPEC.items()}
    return domain_record.run(route53, {**defaults, **GIVEN, **given}, check_mode)


@pytest.mark.parametrize(
    "sets, given, made",
    [
        ([], {}, OWN),
        ([held("TXT", '"x"')], {}, {"Name": "sm.example.com.", "Type": "A", "AliasTarget": ALIAS}),
        ([SOA], APEX, {"Name": "example.com.", "Type": "A", "AliasTarget": ALIAS}),
    ],
)
def test_it_is_made_once_and_removed_as_a_whole(sets: list[dict[str, Any]], given: dict[str, Any], made: dict[str, Any]) -> None:
    route53 = Route53(*sets)
    assert run(route53, check_mode=True, **given)["changed"] is True
    assert route53.batches == []
    result = run(route53, **given)
    assert (result["changed"], result["diff"]["after"]["records"]) == (True, result["records"])
    assert route53.batches == [[("CREATE", made)]]
    assert route53.pending < 0, "waited for"
    again = run(route53, **given)
    assert (again["changed"], again["records"], len(route53.batches)) == (False, result["records"], 1)
    gone = run(route53, state="absent", **given)
    assert (gone["changed"], gone["records"], gone["kept"]) == (True, [], [])
    assert route53.batches[1] == [("DELETE", made)]
    assert run(route53, state="absent", **given)["changed"] is False


def test_records_that_lead_elsewhere_are_refused_or_replaced_in_one_batch() -> None:
    blue = held("CNAME", TARGET, SetIdentifier="blue", Weight=1)
    route53 = Route53(blue)
    for check_mode in (True, False):
        with pytest.raises(
            AnsibleAWSError, match=r"Refusing to replace records of sm\.example\.com: CNAME .* \(weighted record blue\) would be deleted\."
        ):
            run(route53, check_mode)
    kept = run(route53, state="absent")
    assert (kept["changed"], kept["kept"]) == (False, [f"CNAME {TARGET} (weighted record blue)"])
    assert run(route53, replace=True)["records"] == [f"CNAME {TARGET}"]
    assert route53.batches == [[("DELETE", blue), ("CREATE", OWN)]]


def test_the_record_of_an_old_server_is_deleted_next_to_an_own_alias() -> None:
    own, old = {"Name": "sm.example.com.", "Type": "A", "AliasTarget": ALIAS}, held("AAAA", "2001:db8::1")
    route53 = Route53(own, old)
    assert run(route53, replace=True)["changed"] is True
    assert route53.batches == [[("DELETE", old)]]


def test_an_alias_is_made_beside_an_own_alias_for_ipv6() -> None:
    six = {"Name": "sm.example.com.", "Type": "AAAA", "AliasTarget": ALIAS}
    old = held("A", "192.0.2.1")
    for sets in ([six], [six, old]):
        route53 = Route53(*sets)
        assert run(route53, replace=True)["changed"] is True
        assert route53.batches[0][-1] == ("CREATE", {"Name": "sm.example.com.", "Type": "A", "AliasTarget": ALIAS})
        assert run(route53)["changed"] is False


def test_the_name_for_both_address_types_leads_to_the_load_balancer_too() -> None:
    dual = held("CNAME", f"dualstack.{TARGET}")
    route53 = Route53(dual)
    assert run(route53, check_mode=True)["records"] == run(route53)["records"] == [f"CNAME {TARGET}"]
    assert route53.batches == [[("UPSERT", OWN)]]
    gone = Route53(dual)
    assert (run(gone, state="absent")["kept"], gone.batches) == ([], [[("DELETE", dual)]])


def test_its_time_to_live_is_changed() -> None:
    route53 = Route53(OWN)
    assert run(route53, ttl=60, wait=False)["changed"] is True
    assert route53.batches == [[("UPSERT", OWN | {"TTL": 60})]]
    assert route53.pending == 1, "not waited for"
    for ttl in (0, 2**31):
        with pytest.raises(AnsibleAWSError, match=f"Invalid ttl: {ttl}. Expected: a whole number of seconds from 1 to 2147483647"):
            run(route53, ttl=ttl)


def test_a_change_that_takes_too_long() -> None:
    clock = iter(range(100))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_acm.time, "monotonic", lambda: next(clock))
        with pytest.raises(AnsibleAWSError, match=r"Waited 3 s until all name servers have change /change/C1\."):
            _route53.change(Route53(pending=50), "Z1", [], 3, 1)


def test_the_module(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    route53 = Route53(held("A", "192.0.2.1"))
    monkeypatch.setattr(domain_record.AnsibleAWSModule, "client", lambda self, service: route53)

    def module(**given: Any) -> dict[str, Any]:
        with arguments({**GIVEN, "region": "us-east-1", **given}), pytest.raises(SystemExit):
            domain_record.main()
        answer: dict[str, Any] = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
        return answer

    assert (
        module()["msg"] == "Refusing to replace records of sm.example.com: A 192.0.2.1 would be deleted. Delete them, or set replace=true."
    )
    assert module(replace=True)["records"] == [f"CNAME {TARGET}"]
