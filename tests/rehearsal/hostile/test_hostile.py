# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A deployment's whole life in the hostile account, with the operator's key and no more than docs/iam-policy.json allows."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from runner import (
    ADMINISTRATOR,
    JOINING,
    LEAVING,
    MANAGERS,
    SITE,
    VERIFY,
    Asking,
    Aws,
    Play,
    actions,
    assert_one_after_the_other,
    changed,
    launched_as,
    moves,
    on_hosts,
    said,
)

from rehearsal import settings
from rehearsal.accounts import hostile

DESTROY = "playbooks/destroy.yml"
INPUTS = Path(__file__).parent / "inputs.yml"
KEY, VALUE = "instancecontroller.httptimeout", "31000"
PROPERTIES = "/usr/local/red5pro/webapps/streammanager/WEB-INF/red5-web.properties"
VALIDATED = {"DomainValidationOptions", "ExtendedKeyUsages", "KeyUsages", "Status"}  # the fields that an ACM certificate is issued with
DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}

DOMAIN = f"streammanager.{settings.DOMAIN}"
Site = Callable[..., Any]


def snapshot(rehearsal: Any) -> list[str]:
    return list(rehearsal.run(["python", "-m", "rehearsal.snapshot"]).stdout.splitlines())


def split(line: str) -> tuple[str, dict[str, Any]]:
    """What a line of the snapshot is about, and what AWS says of it."""
    item, _space, rest = line.partition(" {")
    return item, json.loads("{" + rest)


@pytest.fixture(scope="class")
def before(request: pytest.FixtureRequest, rehearsal: Any) -> list[str]:
    """Everything in the account but what is left of an earlier deployment of the same name."""
    rehearsal.reset(baseline="hostile")
    rehearsal.control("/fault", {"kind": "eventual", "on": request.cls.eventual})
    return [line for line in snapshot(rehearsal) if hostile.LEFT_OVER not in line]


class Life:
    """The first run, and what follows from it; `domain` is what differs, and whether new ids are unknown at first.

    A class that has several of these runs them from the last one to the first.
    """

    domain: ClassVar[dict[str, Any]]
    eventual: ClassVar[bool] = False

    @pytest.fixture
    def run(self, play: Play) -> Site:
        """Run a playbook with the inputs of the hostile account."""
        return lambda playbook, *options, **variables: play(playbook, "-e", f"@{INPUTS}", *options, **self.domain, **variables)

    @pytest.mark.usefixtures("before")
    def test_site_makes_the_deployment(self, run: Site, instances: Any) -> None:
        run(SITE)
        assert sorted(instances()) == MANAGERS[:2]

    def test_a_second_run_changes_nothing(self, rehearsal: Any, run: Site) -> None:
        calls = len(rehearsal.calls())
        assert set(changed(run(SITE).stdout).values()) == {0}
        assert actions(rehearsal, calls) == []

    @pytest.mark.long
    def test_verify_finds_nothing(self, rehearsal: Any, run: Site) -> None:
        calls = len(rehearsal.calls())
        run(VERIFY)
        assert actions(rehearsal, calls) == []


class Growing(Life):
    """From two stream managers to three."""

    def test_a_third_stream_manager_joins_and_the_others_are_left_alone(self, rehearsal: Any, run: Site, instances: Any, aws: Aws) -> None:
        calls = len(rehearsal.calls())
        recap = changed(run(SITE, red5pro_stream_manager_count=3).stdout)
        assert Counter(actions(rehearsal, calls)) == Counter(JOINING)
        assert (recap[MANAGERS[0]], recap[MANAGERS[1]], recap[MANAGERS[2]] > 0) == (0, 0, True)
        serving = instances()
        assert sorted(serving) == MANAGERS
        assert len({one["Placement"]["AvailabilityZone"] for one in serving.values()}) == 3
        first, *others = (launched_as(aws, one) for _name, one in sorted(serving.items()))
        assert others == [first, first]

    def test_a_protected_one_is_named_before_anything_is_changed(self, rehearsal: Any, run: Site, instances: Any) -> None:
        calls, protected = len(rehearsal.calls()), instances()[MANAGERS[2]]["InstanceId"]
        done = run(SITE, "--tags", "load_balancer,stream_managers", check=False, red5pro_lift_termination_protection=False)
        assert done.returncode == 2, done.stdout
        assert f"Refusing to terminate {MANAGERS[2]} ({protected}): termination protection is on." in said(done)
        assert actions(rehearsal, calls) == []


class Changing(Life):
    """A rolling change of as many as there are."""

    def test_no_request_is_lost_while_a_property_changes(self, rehearsal: Any, run: Site, instances: Any, asking: Asking) -> None:
        before, calls = instances(), len(rehearsal.calls())
        with asking(self.domain.get("red5pro_domain", DOMAIN)) as seen:
            run(SITE, red5pro_stream_manager_count=len(before), red5pro_stream_manager_properties={KEY: VALUE})
        assert_one_after_the_other(seen, {one["InstanceId"] for one in before.values()}, moves(rehearsal, calls))
        assert on_hosts(rehearsal, before, f"grep -c ^{KEY}={VALUE} {PROPERTIES}").split() == ["1"] * len(before)


class Shrinking(Life):
    """Back to two."""

    def test_the_third_one_is_removed_and_the_others_are_not_changed(self, rehearsal: Any, run: Site, instances: Any) -> None:
        calls, gone = len(rehearsal.calls()), instances()[MANAGERS[2]]["InstanceId"]
        recap = changed(run(SITE, red5pro_stream_manager_properties={KEY: VALUE}).stdout)
        assert moves(rehearsal, calls) == [("DeregisterTargets", gone)]
        assert actions(rehearsal, calls) == LEAVING
        assert (recap[MANAGERS[0]], recap[MANAGERS[1]]) == (0, 0)
        assert sorted(instances()) == MANAGERS[:2]


class Ending(Life):
    """Back to nothing."""

    def test_destroy_leaves_the_account_as_it_was(self, rehearsal: Any, run: Site, before: list[str]) -> None:
        done = run(DESTROY, red5pro_destroy_confirmed=True)
        for step in (["stop-instances"], ["wait", "instance-stopped"]):  # as it was found
            rehearsal.run([*ADMINISTRATOR, "aws", "ec2", *step, "--instance-ids", hostile.FIRST.id])
        # A record that validated this deployment's certificate validated the one that somebody else had requested, and has to stay for it.
        [(record, certificate)] = set(re.findall(r"the validation record (\S+), which (\S+) needs", said(done)))
        after = snapshot(rehearsal)
        gone, new = ([split(line) for line in sorted(set(one) - set(other))] for one, other in ((before, after), (after, before)))
        zone, request = "global HostedZones example.com.", f"us-east-1 Certificates {certificate}"
        assert [item for item, _found in gone] == [zone, request]
        assert [item for item, _found in new] == [zone, f"global Records example.com. {record}. CNAME", request]
        earlier, later = gone[-1][1], new[-1][1]
        assert {key for key in earlier if earlier[key] != later[key]} == VALIDATED

    def test_the_policy_denied_nothing(self, rehearsal: Any) -> None:
        assert [call for call in rehearsal.calls() if call["error"] in DENIED] == []


class TestAtTheApex(Ending, Changing):
    """The domain is that of the hosted zone itself."""

    domain: ClassVar[dict[str, Any]] = {"red5pro_domain": "example.com", "red5pro_certificate_domain": "example.com"}


@pytest.mark.long
class TestBelowTheApex(Ending, Shrinking, Changing, Growing):
    """The domain of inventories/rehearsal, under a wildcard certificate."""

    domain: ClassVar[dict[str, Any]] = {}
    eventual: ClassVar[bool] = True  # the modules sleep 15 s over each new id
