# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The main job on the rehearsal's baseline account, and failures."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from runner import DECLARED, SITE, VERIFY, api_writes, changed, mutating, said

HERE = Path(__file__).parent
SECOND = "live-stream-manager-2"
PROPERTIES = "/usr/local/red5pro/webapps/streammanager/WEB-INF/red5-web.properties"


def test_check_mode_on_the_baseline_changes_nothing(rehearsal: Any, play: Any) -> None:
    rehearsal.reset()
    done = play(SITE, "--check", "--diff")
    assert sum(changed(done.stdout).values()) > 0, "it must foresee what a run would do"
    assert mutating(rehearsal) == []
    assert api_writes(rehearsal) == []


@pytest.fixture(scope="module")
def deployed(rehearsal: Any, play: Any) -> Iterator[Any]:
    """The deployment as site.yml leaves it on the baseline account."""
    rehearsal.reset()
    yield play(SITE)
    rehearsal.reset()


@pytest.fixture
def address(deployed: Any, aws: Any) -> str:
    """The private address of the second stream manager."""
    filters = [{"Name": "tag:Name", "Values": [SECOND]}, {"Name": "instance-state-name", "Values": ["running"]}]
    instance = aws("ec2", "describe_instances", Filters=filters)["Reservations"][0]["Instances"][0]
    return str(instance["PrivateIpAddress"])


def on_host(rehearsal: Any, address: str, command: str) -> str:
    """Run a command as root on a host of the rehearsal."""
    ssh = ["ssh", "-o", "StrictHostKeyChecking=accept-new", "-o", f"UserKnownHostsFile={rehearsal.state}/ssh/known_hosts_of_tests"]
    return str(rehearsal.run([*ssh, "-i", f"{rehearsal.state}/ssh/id_ed25519", f"ubuntu@{address}", f"sudo sh -c '{command}'"]).stdout)


@pytest.mark.usefixtures("deployed")
class TestStanding:
    """The state after the first run."""

    @pytest.mark.long
    def test_the_payloads_of_the_documentation_make_the_round_trip(self, play: Any) -> None:
        play(HERE / "round_trip.yml")

    @pytest.mark.long
    def test_one_changed_variable_shows_just_that_change(self, rehearsal: Any, play: Any) -> None:
        calls, requests = len(rehearsal.calls()), len(rehearsal.api_calls())
        policies = copy.deepcopy(DECLARED["red5pro_scale_policies"])
        policies[0]["regions"][0]["targets"][0]["max_limit"] = 21
        done = play(SITE, "--check", "--diff", red5pro_scale_policies=policies)
        assert sum(changed(done.stdout).values()) == 1, done.stdout
        lines = [line.strip() for line in done.stdout.splitlines() if line.startswith(("+", "-")) and not line.startswith(("+++", "---"))]
        assert [" ".join(line.replace('"', "").replace(",", "").split()) for line in lines] == ["- max_limit: 20", "+ max_limit: 21"]
        assert mutating(rehearsal, calls) == []
        assert api_writes(rehearsal, requests) == []


@pytest.mark.usefixtures("deployed")
class TestMistakes:
    """Each fails as on AWS; a damaged deployment is reported by verify.yml and repaired by site.yml."""

    @pytest.mark.long
    def test_no_validation_record(self, play: Any) -> None:
        done = play(
            HERE / "certificate.yml",
            check=False,
            red5pro_domain="live.elsewhere.example",
            red5pro_certificate_domain="live.elsewhere.example",
            red5pro_wait_timeout=3,
        )
        assert done.returncode == 2
        assert "Add to your DNS" in said(done)
        assert "PENDING_VALIDATION" in said(done)

    @pytest.mark.long
    def test_two_subnets_of_one_zone(self, play: Any, aws: Any) -> None:
        names = ["red5pro-public-a", "red5pro-public-a-spare"]
        subnets = aws("ec2", "describe_subnets", Filters=[{"Name": "tag:Name", "Values": names}])["Subnets"]
        done = play(
            HERE / "load_balancer.yml",
            check=False,
            red5pro_domain="twin.example.com",
            load_balancer_name="twin",
            load_balancer_subnets=[subnet["SubnetId"] for subnet in subnets if subnet["AvailabilityZone"] == "us-east-1a"],
        )
        assert done.returncode == 2
        assert "InvalidConfigurationRequest" in said(done)

    @pytest.mark.long
    def test_a_database_rule_is_missing(self, rehearsal: Any, play: Any, aws: Any, address: str) -> None:
        group = aws("ec2", "describe_security_groups", GroupNames=["red5pro-database"])["SecurityGroups"][0]
        own = [
            {"CidrIp": entry["CidrIp"]}
            for one in group["IpPermissions"]
            for entry in one["IpRanges"]
            if entry["Description"].startswith(SECOND)
        ]
        rule = {"IpProtocol": "tcp", "FromPort": 3306, "ToPort": 3306, "IpRanges": own}
        aws("ec2", "revoke_security_group_ingress", GroupId=group["GroupId"], IpPermissions=[rule])
        on_host(rehearsal, address, "/etc/init.d/red5pro restart")
        done = play(VERIFY, check=False)
        assert done.returncode == 2
        rules = f"the rules of {group['GroupId']} for port 3306"
        assert f"{rules} {address}/32: expected {SECOND} private (red5pro:deployment=live), found none" in said(done)
        assert f"{SECOND} http://{address}:5080/: expected status 200, found" in said(done)
        play(SITE)  # repairs it, as the verify.yml of the tests below proves

    @pytest.mark.long
    def test_a_duplicate_address(self, rehearsal: Any, play: Any, aws: Any, address: str) -> None:
        first, own = (
            aws("ec2", "describe_addresses", Filters=[{"Name": "tag:Name", "Values": [name]}])["Addresses"][0]["PublicIp"]
            for name in ("live-stream-manager-1", SECOND)
        )
        on_host(rehearsal, address, f"sed -i s/^streammanager.ip=.*/streammanager.ip={first}/ {PROPERTIES}; /etc/init.d/red5pro restart")
        done = play(VERIFY, check=False)
        assert done.returncode == 2
        assert f"{SECOND} streammanager.ip: expected the host's own address {own}, found {first}" in said(done)
        assert f"{SECOND} http://{address}:5080/: expected status 200, found" in said(done)
        play(SITE)  # repairs it, as the verify.yml of the tests below proves

    @pytest.mark.long
    def test_files_that_differ(self, rehearsal: Any, play: Any, address: str) -> None:
        on_host(rehearsal, address, f"cp {PROPERTIES} /root/kept; sed -i s/^config.dbPass=.*/config.dbPass=other-secret/ {PROPERTIES}")
        for playbook in (VERIFY, SITE):
            done = play(playbook, check=False)
            assert done.returncode == 2
            assert "config.dbPass" in said(done)
            assert "other-secret" not in said(done)
        on_host(rehearsal, address, f"cat /root/kept > {PROPERTIES}")
        play(VERIFY)

    @pytest.mark.long
    def test_nodes_that_report_to_nowhere(self, play: Any) -> None:
        groups = [{"name": "lost", "regions": ["us-east-1"], "launch_config": "lost-launch", "scale_policy": "default-v3", "origins": 1}]
        configs = [{**DECLARED["red5pro_launch_configs"][0], "name": "lost-launch"}]
        done = play(
            HERE / "nodes.yml",
            check=False,
            red5pro_cloud_watch_host="http://nowhere.example.com:5080/streammanager/cloudwatch",
            red5pro_node_groups=groups,
            red5pro_launch_configs=configs,
            autoscaling_wait_timeout=15,
        )
        assert done.returncode == 2
        assert "origin: 0 of 2 in service" in said(done)
