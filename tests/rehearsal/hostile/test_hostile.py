# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A deployment's whole life in the hostile account, with the operator's key and no more than docs/iam-policy.json allows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from playing import MANAGERS, SITE, VERIFY, Aws, Play, actions, changed, on_hosts

from rehearsal.accounts import hostile

DESTROY = "playbooks/destroy.yml"
INPUTS = Path(__file__).parent / "inputs.yml"
KEY, VALUE = "instancecontroller.httptimeout", "31000"
PROPERTIES = "/usr/local/red5pro/webapps/streammanager/WEB-INF/red5-web.properties"
DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}

Site = Callable[..., Any]


def census(rehearsal: Any) -> list[str]:
    return list(rehearsal.run(["python", "-m", "rehearsal.census"]).stdout.splitlines())


@pytest.fixture(scope="class")
def before(request: pytest.FixtureRequest, rehearsal: Any) -> list[str]:
    """Everything in the account but what is left of an earlier deployment of the same name."""
    rehearsal.reset(baseline="hostile")
    rehearsal.control("/fault", {"kind": "eventual", "on": request.cls.eventual})
    return [line for line in census(rehearsal) if hostile.LEFT_OVER not in line]


class Life:
    """From nothing to nothing, in this order; `domain` is what differs, and whether new ids are unknown at first."""

    domain: ClassVar[dict[str, Any]]
    eventual: ClassVar[bool] = False

    @pytest.fixture
    def run(self, play: Play) -> Site:
        """Run a playbook with the inputs of the hostile account."""
        return lambda playbook, **variables: play(playbook, "-e", f"@{INPUTS}", **self.domain, **variables)

    @pytest.fixture
    def in_service(self, aws: Aws) -> Callable[[], dict[str, dict[str, Any]]]:
        """The instances of the healthy targets by name."""

        def read() -> dict[str, dict[str, Any]]:
            group = aws("elbv2", "describe_target_groups", Names=["live"])["TargetGroups"][0]["TargetGroupArn"]
            health = aws("elbv2", "describe_target_health", TargetGroupArn=group)["TargetHealthDescriptions"]
            ids = [one["Target"]["Id"] for one in health if one["TargetHealth"]["State"] == "healthy"]
            found = [one for entry in aws("ec2", "describe_instances", InstanceIds=ids)["Reservations"] for one in entry["Instances"]]
            names = {one["InstanceId"]: next(tag["Value"] for tag in one["Tags"] if tag["Key"] == "Name") for one in found}
            return {names[one["InstanceId"]].replace("red5pro-stream-manager-first", MANAGERS[0]): one for one in found}

        return read

    @pytest.mark.usefixtures("before")
    def test_site_makes_the_deployment(self, run: Site, in_service: Any) -> None:
        run(SITE)
        assert sorted(in_service()) == MANAGERS[:2]

    def test_a_second_run_changes_nothing(self, rehearsal: Any, run: Site) -> None:
        calls = len(rehearsal.calls())
        assert set(changed(run(SITE).stdout).values()) == {0}
        assert actions(rehearsal, calls) == []

    def test_verify_finds_nothing(self, rehearsal: Any, run: Site) -> None:
        calls = len(rehearsal.calls())
        run(VERIFY)
        assert actions(rehearsal, calls) == []

    def test_a_third_stream_manager_joins_and_leaves(self, run: Site, in_service: Any) -> None:
        run(SITE, red5pro_stream_manager_count=3)
        assert sorted(in_service()) == MANAGERS
        run(SITE)
        assert sorted(in_service()) == MANAGERS[:2]

    def test_a_property_changes_on_one_after_the_other(self, rehearsal: Any, run: Site, in_service: Any) -> None:
        run(SITE, red5pro_stream_manager_properties={KEY: VALUE})
        serving = in_service()
        assert sorted(serving) == MANAGERS[:2]
        assert on_hosts(rehearsal, serving, f"grep -c ^{KEY}={VALUE} {PROPERTIES}").split() == ["1", "1"]

    def test_destroy_leaves_the_account_as_it_was(self, rehearsal: Any, run: Site, aws: Aws, before: list[str]) -> None:
        run(DESTROY, red5pro_destroy_confirmed=True)
        aws("ec2", "stop_instances", InstanceIds=[hostile.FIRST.id])  # as it was found
        assert census(rehearsal) == before

    def test_the_policy_denied_nothing(self, rehearsal: Any) -> None:
        assert [call for call in rehearsal.calls() if call["error"] in DENIED] == []


class TestAtTheApex(Life):
    """The domain is that of the hosted zone itself."""

    domain: ClassVar[dict[str, Any]] = {"red5pro_domain": "example.com", "red5pro_certificate_domain": "example.com"}


@pytest.mark.long
class TestBelowTheApex(Life):
    """The domain of inventories/rehearsal, under a wildcard certificate."""

    domain: ClassVar[dict[str, Any]] = {}
    eventual: ClassVar[bool] = True  # the modules sleep 15 s over each new id
