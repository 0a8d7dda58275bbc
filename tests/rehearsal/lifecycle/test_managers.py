# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Stream managers are added, changed and removed while a client sends requests, in addition to test_hostile.py."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from runner import (
    JOINING,
    LEAVING,
    SITE,
    Asking,
    Aws,
    Play,
    Websockets,
    actions,
    assert_one_after_the_other,
    changed,
    launched_as,
    minimum_registered,
    moves,
    on_hosts,
    said,
)
from runner import MANAGERS as NAMES

PROPERTIES = "/usr/local/red5pro/webapps/streammanager/WEB-INF/red5-web.properties"
KEY, VALUE = "instancecontroller.httptimeout", "30000"  # as the stream managers have it from the beginning


@pytest.fixture(scope="module")
def third(rehearsal: Any, deployed: Any, play: Play, aws: Aws) -> Iterator[tuple[list[str], dict[str, int]]]:
    """A third stream manager, for the tests of this file: the calls and the recap of the run that added it."""
    since = len(rehearsal.calls())
    # The image may be of a time when another test had declared another value.
    done = play(SITE, red5pro_stream_manager_count=3, red5pro_stream_manager_properties={KEY: VALUE})
    yield actions(rehearsal, since), changed(done.stdout)
    group = aws("elbv2", "describe_target_groups", Names=["live"])["TargetGroups"][0]["TargetGroupArn"]
    if len(aws("elbv2", "describe_target_health", TargetGroupArn=group)["TargetHealthDescriptions"]) > 2:
        play(SITE)  # the last test, which removes it, did not run


@pytest.mark.long
def test_a_third_one_joins_and_the_others_are_left_alone(third: Any, instances: Any) -> None:
    calls, recap = third
    assert Counter(calls) == Counter(JOINING)
    assert (recap[NAMES[0]], recap[NAMES[1]]) == (0, 0)
    assert recap[NAMES[2]] > 0
    healthy = instances()
    assert sorted(healthy) == NAMES
    assert len({one["Placement"]["AvailabilityZone"] for one in healthy.values()}) == 3


@pytest.mark.long
@pytest.mark.usefixtures("third")
def test_those_that_were_launched_are_like_the_first_one(instances: Any, aws: Aws) -> None:
    first, *others = (launched_as(aws, one) for _name, one in sorted(instances().items()))
    assert others == [first, first]
    assert first["groups"] == ["red5pro-operations", "red5pro-stream-managers"]
    assert (first["metadata"]["HttpTokens"], first["metadata"]["HttpPutResponseHopLimit"]) == ("required", 2)
    assert first["volume"] == {"Size": 20, "VolumeType": "gp3", "Iops": 4000, "Throughput": 125}


@pytest.mark.long
def test_settings_of_launched_ones_that_are_wrong_are_refused_before_anything_is_changed(rehearsal: Any, deployed: Any, play: Play) -> None:
    since = len(rehearsal.calls())
    wrong = {
        "red5pro_stream_manager_instance_profile": "red5 pro",
        "red5pro_stream_manager_metadata_options": {"http_tokens": "always"},
        "red5pro_stream_manager_root_volume": {"volume_type": "io2"},
        "red5pro_stream_manager_termination_protection": "maybe",
    }
    done = play(SITE, "--tags", "load_balancer,stream_managers", check=False, red5pro_stream_manager_count=3, **wrong)
    assert done.returncode == 2
    for problem in (
        "Invalid red5pro_stream_manager_instance_profile: red5 pro. Expected: the name or ARN of an IAM instance profile.",
        "Invalid red5pro_stream_manager_metadata_options.http_tokens: always. Expected: optional or required.",
        "Invalid red5pro_stream_manager_root_volume.iops: null. Expected: a number of IOPS, which io2 needs.",
        "Invalid red5pro_stream_manager_termination_protection: maybe. Expected: true or false.",
    ):
        assert problem in said(done)
    unknown = {"red5pro_stream_manager_additional_security_groups": ["red5pro-operations", "operations"]}
    done = play(SITE, "--tags", "load_balancer,stream_managers", check=False, red5pro_stream_manager_count=3, **unknown)
    assert "Invalid red5pro_stream_manager_additional_security_groups: operations. Expected: ids or names" in said(done)
    assert actions(rehearsal, since) == []


@pytest.mark.long
@pytest.mark.usefixtures("third")
class TestChange:
    """Changes of the three, one after the other."""

    def test_no_request_is_lost_while_a_property_changes(self, rehearsal: Any, play: Play, instances: Any, asking: Asking) -> None:
        before, since = instances(), len(rehearsal.calls())
        with asking() as seen:
            done = play(SITE, red5pro_stream_manager_count=3, red5pro_stream_manager_properties={KEY: "31000"})
        assert_one_after_the_other(seen, {one["InstanceId"] for one in before.values()}, moves(rehearsal, since))
        assert min(changed(done.stdout)[name] for name in NAMES) > 0
        assert on_hosts(rehearsal, before, f"grep -c ^{KEY}=31000 {PROPERTIES}").split() == ["1", "1", "1"]
        on_hosts(rehearsal, before, f"sed -i s/^{KEY}=.*/{KEY}={VALUE}/ {PROPERTIES}")

    def test_long_connections_are_counted_waited_for_and_cut(
        self, rehearsal: Any, play: Play, instances: Any, websockets: Websockets
    ) -> None:
        before = instances()
        short = {"red5pro_stream_manager_count": 3, "red5pro_deregistration_delay": 10, "red5pro_connection_timeout": 15}
        play(SITE, "--tags", "load_balancer", **short)
        with websockets(6) as lasted:
            done = play(SITE, "--tags", "load_balancer,stream_manager_config", **short, red5pro_stream_manager_properties={KEY: "31000"})
        told = re.findall(r"(live-stream-manager-\d) had (\d+) connections? when it was deregistered[.] (\d+) connections? cut", said(done))
        assert sorted(name for name, _before, _cut in told) == NAMES
        assert sum(int(cut) for _name, _before, cut in told) >= 6, "whoever is cut comes back to another one"
        assert len(lasted) == 6 and min(lasted) > 0
        on_hosts(rehearsal, before, f"sed -i s/^{KEY}=.*/{KEY}={VALUE}/ {PROPERTIES}")
        play(SITE, red5pro_stream_manager_count=3)

    def test_refused_while_another_is_unhealthy(self, rehearsal: Any, play: Play, instances: Any) -> None:
        healthy = instances()
        on_hosts(rehearsal, {NAMES[1]: healthy[NAMES[1]]}, "/etc/init.d/red5pro stop")
        since = len(rehearsal.calls())
        variables = {"red5pro_stream_manager_count": 3, "red5pro_stream_manager_properties": {KEY: "32000"}}
        try:
            refused = play(SITE, "--tags", "load_balancer,stream_manager_config", check=False, **variables)
            assert refused.returncode == 2
            refusal = rf"Refusing to change \S+: {NAMES[1]} is unhealthy at the load balancer. Fix it, or set red5pro_force=true[.]"
            assert re.search(refusal, said(refused))
            replacing = play(SITE, check=False, red5pro_stream_manager_count=3, red5pro_stream_manager_release="2")
            assert replacing.returncode == 2
            assert re.search(r"Refusing to replace \S+: i-\S+ is unhealthy at the load balancer[.]", said(replacing))
            assert actions(rehearsal, since) == []
            assert on_hosts(rehearsal, healthy, f"grep -c ^{KEY}={VALUE} {PROPERTIES}").split() == ["1", "1", "1"]
        finally:
            on_hosts(rehearsal, {NAMES[1]: healthy[NAMES[1]]}, "/etc/init.d/red5pro start")
        play(SITE, red5pro_stream_manager_count=3)

    def test_stops_at_the_first_that_does_not_come_back(self, rehearsal: Any, play: Play, instances: Any, asking: Asking) -> None:
        before, since = instances(), len(rehearsal.calls())
        password = on_hosts(rehearsal, {NAMES[0]: before[NAMES[0]]}, f"grep ^config.dbPass= {PROPERTIES}").strip().partition("=")[2]
        variables: dict[str, Any] = {"red5pro_stream_manager_count": 3, "red5pro_wait_timeout": 40}
        with asking() as seen:
            done = play(SITE, check=False, **variables, red5pro_stream_manager_properties={"config.dbPass": "wrong"})
        assert done.returncode == 2
        told = re.search(r"(live-stream-manager-\d) did not return to service: .* In service: ([^;]*); no other", said(done))
        assert told, done.stdout
        (broken, serving), left = told.groups(), moves(rehearsal, since)
        assert serving.split(", ") == [name for name in NAMES if name != broken] == sorted(instances())
        assert left == [("DeregisterTargets", before[broken]["InstanceId"])]
        assert seen["failures"] == []
        assert set(seen["healthy"]) <= {"2", "3"}
        assert password not in done.stdout + done.stderr

        since = len(rehearsal.calls())
        again = play(SITE, **variables, red5pro_stream_manager_properties={"config.dbPass": password})
        assert moves(rehearsal, since) == [("RegisterTargets", before[broken]["InstanceId"])]
        assert {name for name in NAMES if changed(again.stdout)[name]} == {broken}
        assert sorted(instances()) == NAMES

    def test_no_request_is_lost_while_the_image_changes(self, rehearsal: Any, play: Play, instances: Any, asking: Asking, aws: Aws) -> None:
        before, since = instances(), len(rehearsal.calls())
        variables = {"red5pro_stream_manager_count": 3, "red5pro_stream_manager_release": "2", "red5pro_images_kept": 0}
        with asking() as seen:
            play(SITE, **variables)
        assert seen["failures"] == []
        assert min(seen["answered"].values()) > 50
        assert set(seen["healthy"]) <= {"2", "3"}
        after, calls = instances(), Counter(actions(rehearsal, since))
        assert sorted(after) == NAMES
        assert {name for name in NAMES if after[name]["InstanceId"] == before[name]["InstanceId"]} == {NAMES[0]}
        for key in ("PublicIpAddress", "SubnetId", "SecurityGroups"):
            assert {name: one[key] for name, one in after.items()} == {name: one[key] for name, one in before.items()}
        assert minimum_registered({one["InstanceId"] for one in before.values()}, moves(rehearsal, since)) == 2
        assert (calls["CreateImage"], calls["TerminateInstances"], calls["RunInstances"], calls["AllocateAddress"]) == (1, 2, 2, 0)
        images = aws("ec2", "describe_images", Filters=[{"Name": "tag:red5pro:role", "Values": ["stream-manager-image"]}])["Images"]
        assert [image["Name"] for image in images] == ["live-stream-manager-i-0f1a5700000000001-2"]
        assert (calls["DeregisterImage"], calls["DeleteSnapshot"]) == (1, 1)

        since = len(rehearsal.calls())
        again = play(SITE, **variables)
        assert (set(changed(again.stdout).values()), actions(rehearsal, since)) == ({0}, [])
        play(SITE, **variables | {"red5pro_stream_manager_release": ""})

    def test_one_with_termination_protection_is_named_before_anything_is_changed(
        self, rehearsal: Any, play: Play, instances: Any, aws: Aws
    ) -> None:
        protected = instances()[NAMES[2]]["InstanceId"]
        aws("ec2", "modify_instance_attribute", InstanceId=protected, DisableApiTermination={"Value": True})
        since = len(rehearsal.calls())
        for variables in ({}, {"red5pro_stream_manager_count": 3, "red5pro_stream_manager_release": "3"}):
            done = play(SITE, "--tags", "load_balancer,stream_managers", "--check", check=False, **variables)
            assert done.returncode == 2, done.stdout
            assert f"Refusing to terminate {NAMES[2]} ({protected}): termination protection is on." in said(done)
        assert actions(rehearsal, since) == []

    def test_the_third_one_is_removed_and_the_others_are_not_changed(self, rehearsal: Any, play: Play, instances: Any, aws: Aws) -> None:
        gone = instances()[NAMES[2]]["InstanceId"]
        aws("ec2", "modify_instance_attribute", InstanceId=gone, DisableApiTermination={"Value": True})
        since = len(rehearsal.calls())
        done = play(SITE, red5pro_lift_termination_protection=True)
        assert moves(rehearsal, since) == [("DeregisterTargets", gone)]
        assert actions(rehearsal, since) == LEAVING
        assert {name: count for name, count in changed(done.stdout).items() if name != "localhost"} == {NAMES[0]: 0, NAMES[1]: 0}
        assert sorted(instances()) == NAMES[:2]
