# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Drift of a deployment: verify.yml and report.yml report it, and site.yml repairs all of it."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from iam_policy import allowed
from runner import API, DECLARED, SITE, VERIFY, api_writes, mutating, operator_actions, said

from rehearsal import settings
from tests.pages import Page

POLICIES = f"{API}/configurations/scalepolicy"
REPORT = "playbooks/report.yml"
FIRST, SECOND = "live-stream-manager-1", "live-stream-manager-2"
SECRET = "declared-secret-7d1"


class RunReport(NamedTuple):
    """What a run printed, the report it wrote, and how many calls of it changed something."""

    returncode: int
    output: str
    data: dict[str, Any]
    html: str
    mutating: list[str]
    called: set[str]  # the actions in AWS, as IAM names them

    def of(self, part: str) -> dict[str, tuple[str, str]]:
        """Subject -> expected and found, of one part."""
        return {one["subject"]: (one["expected"], one["found"]) for one in self.data["findings"] if one["part"] == part}


def run_report(rehearsal: Any, play: Any, directory: Path, playbook: str, *options: str, **variables: Any) -> RunReport:
    calls, requests = len(rehearsal.calls()), len(rehearsal.api_calls())
    done = play(playbook, *options, check=False, red5pro_report_dir=str(directory), **variables)
    assert (directory / "report.json").exists(), done.stdout + done.stderr
    return RunReport(
        done.returncode,
        said(done),
        json.loads((directory / "report.json").read_text(encoding="utf-8")),
        (directory / "report.html").read_text(encoding="utf-8"),
        mutating(rehearsal, calls) + api_writes(rehearsal, requests),
        operator_actions(rehearsal.calls()[calls:]),
    )


def damage(rehearsal: Any, aws: Any) -> None:
    """Changes in the AWS console and with the API, each in another part."""
    url = f"{POLICIES}/default-v3?accessToken={DECLARED['red5pro_api_token']}"
    policy = json.loads(rehearsal.run(["curl", "-fsS", url]).stdout)
    targets = policy["policy"]["targets"]
    (region,) = targets.get("region", [targets])  # the API answers in either form
    next(one for one in region["target"] if one["role"] == "edge")["maxLimit"] = 21
    rehearsal.run(["curl", "-fsS", "-X", "PUT", "--json", json.dumps(policy), url])

    described = aws("elbv2", "describe_load_balancers", Names=["live"])["LoadBalancers"][0]
    balancer, groups = described["LoadBalancerArn"], described["SecurityGroups"]
    more = aws("ec2", "describe_security_groups", GroupNames=["red5pro-operations"])["SecurityGroups"][0]["GroupId"]
    aws("elbv2", "set_security_groups", LoadBalancerArn=balancer, SecurityGroups=[*groups, more])
    kept = [one["SubnetId"] for one in described["AvailabilityZones"] if one["ZoneName"] != "us-east-1c"]
    aws("elbv2", "set_subnets", LoadBalancerArn=balancer, Subnets=kept)
    aws("elbv2", "remove_tags", ResourceArns=[balancer], TagKeys=["Name"])
    idle = [{"Key": "idle_timeout.timeout_seconds", "Value": "60"}]
    aws("elbv2", "modify_load_balancer_attributes", LoadBalancerArn=balancer, Attributes=idle)
    listeners = aws("elbv2", "describe_listeners", LoadBalancerArn=balancer)["Listeners"]
    https = next(one["ListenerArn"] for one in listeners if one["Port"] == 443)
    aws("elbv2", "modify_listener", ListenerArn=https, SslPolicy="ELBSecurityPolicy-2016-08")
    group = aws("elbv2", "describe_target_groups", Names=["live"])["TargetGroups"][0]["TargetGroupArn"]
    aws("elbv2", "modify_target_group", TargetGroupArn=group, HealthCheckIntervalSeconds=7)

    database = aws("ec2", "describe_security_groups", GroupNames=["red5pro-database"])["SecurityGroups"][0]
    own = [entry for one in database["IpPermissions"] for entry in one["IpRanges"] if entry["Description"].startswith(f"{SECOND} public")]
    rule = {"IpProtocol": "tcp", "FromPort": 3306, "ToPort": 3306, "IpRanges": [{"CidrIp": own[0]["CidrIp"]}]}
    aws("ec2", "revoke_security_group_ingress", GroupId=database["GroupId"], IpPermissions=[rule])
    second = aws(
        "ec2",
        "describe_instances",
        Filters=[{"Name": "tag:Name", "Values": [SECOND]}, {"Name": "instance-state-name", "Values": ["running"]}],
    )
    aws("ec2", "stop_instances", InstanceIds=[second["Reservations"][0]["Instances"][0]["InstanceId"]])


@pytest.fixture(scope="module")
def drifted(deployed: Any, rehearsal: Any, play: Any, aws: Any, tmp_path_factory: pytest.TempPathFactory) -> RunReport:
    damage(rehearsal, aws)
    properties = {"config.dbPass": SECRET, "debug.logaccess": "declared"}  # declared but not yet set on the stream managers
    variables = {
        "red5pro_stream_manager_properties": properties,
        "red5pro_certificate_days": 500,
        "node_image_regions": [settings.SECOND_REGION],
    }
    return run_report(rehearsal, play, tmp_path_factory.mktemp("drifted"), VERIFY, "--diff", **variables)


@pytest.fixture(scope="module")
def repaired(drifted: RunReport, rehearsal: Any, play: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, RunReport]:
    """The output of site.yml when it repairs the deployment, and of report.yml after it."""
    done = play(SITE)
    return done.stdout, run_report(rehearsal, play, tmp_path_factory.mktemp("repaired"), REPORT)


class TestDrifted:
    """One run finds everything."""

    def test_nothing_was_changed_and_the_exit_code_shows_drift(self, drifted: RunReport) -> None:
        assert drifted.mutating == []
        assert drifted.returncode == 2
        assert drifted.data["as_declared"] is False

    def test_the_policy_suffices(self, drifted: RunReport) -> None:
        assert drifted.called <= allowed()

    def test_the_certificate_expires_too_soon(self, drifted: RunReport) -> None:
        ((expected, current),) = drifted.of("certificate").values()
        assert expected == "valid for 500 days"
        assert re.match(r"valid for 36[45] days, until 20\d\d-", current)

    def test_stream_managers_and_the_rules_of_the_database(self, drifted: RunReport) -> None:
        found = drifted.of("stream_managers")
        assert found.pop(SECOND) == ("running", "stopped")
        ((subject, (expected, current)),) = found.items()
        assert re.match(r"the rules of sg-\w+ for port 3306 127[.]55[.]\S+/32$", subject)
        assert (expected, current) == (f"{SECOND} public (red5pro:deployment=live)", "none")

    def test_the_load_balancer(self, drifted: RunReport) -> None:
        found = drifted.of("load_balancer")
        assert found.pop("load balancer live idle timeout") == ("3600", "60")
        assert found.pop("load balancer live policy of listener 443") == (
            "ELBSecurityPolicy-TLS13-1-2-2021-06",
            "ELBSecurityPolicy-2016-08",
        )
        assert found.pop("target group live health_check_interval") == ("10", "7")
        for what in ("security groups", "subnets", "tags"):
            expected, current = found.pop(f"load balancer live {what}")
            assert expected != current
        ((subject, (expected, current)),) = found.items()
        assert subject.startswith("target i-")
        assert expected == "healthy" != current

    def test_hosts_with_secrets_named_and_hidden(self, drifted: RunReport) -> None:
        found = drifted.of("stream_manager_config")
        assert found.pop(f"{FIRST} config.dbPass")[1] == "(hidden)"
        assert found.pop(f"{FIRST} debug.logaccess")[0] == "declared"
        assert found.pop(SECOND)[0] == "can be read"
        assert found == {}

    def test_the_node_image_lacks_a_copy(self, drifted: RunReport) -> None:
        ((subject, (expected, current)),) = drifted.of("node_image").items()
        assert subject.startswith("copies of live-node-")
        assert (expected, current) == (settings.SECOND_REGION, "none")

    def test_the_api(self, drifted: RunReport) -> None:
        path = "regions[default].targets[edge].max_limit"
        assert drifted.of("autoscaling") == {"scale policy default-v3": (f"{path} 20", f"{path} 21")}

    def test_one_table_shows_all(self, drifted: RunReport) -> None:
        for one in drifted.data["findings"]:
            row = " | ".join(one[key].replace("|", "/") for key in ("part", "subject", "expected", "found"))
            assert row in re.sub(r" +", " ", drifted.output)
            assert one["message"] in drifted.output

    def test_no_secret_is_shown(self, drifted: RunReport) -> None:
        everything = drifted.output + drifted.html + json.dumps(drifted.data)
        assert SECRET not in everything
        assert DECLARED["red5pro_api_token"] not in everything


class TestMended:
    """site.yml changes what verify.yml found, and then nothing is left to find."""

    def test_site_changes_what_was_found_and_nothing_else(self, repaired: tuple[str, RunReport]) -> None:
        tasks = re.findall(r"^TASK \[streamops[.]red5pro[.](\w+) : ([^]]+)\].*?\n((?:(?!^TASK|^PLAY).*\n)*)", repaired[0], re.MULTILINE)
        of = {(part, task) for part, task, results in tasks if re.search("^changed:", results, re.MULTILINE)}
        assert Counter(part for part, _task in of) == {"stream_managers": 2, "load_balancer": 2, "autoscaling": 1}

    def test_nothing_is_found_any_more(self, repaired: tuple[str, RunReport]) -> None:
        report = repaired[1]
        assert report.data["findings"] == []
        assert report.data["as_declared"] is True
        assert report.returncode == 0
        assert report.mutating == []

    def test_the_data_is_the_current_state(self, repaired: tuple[str, RunReport]) -> None:
        data = repaired[1].data
        assert [(one["name"], one["health"]) for one in data["stream_managers"]] == [(FIRST, "healthy"), (SECOND, "healthy")]
        (group,) = data["node_groups"]
        assert Counter(node["role"] for node in group["nodes"] if node["state"] == "inservice") == group["least"]
        assert data["load_balancer"]["state"] == "active"
        assert data["certificate"]["status"] == "ISSUED"
        assert data["node_images"][0]["state"] == "available"


@pytest.mark.parametrize("which", ["drifted", "repaired"])
def test_the_page_shows_everything_and_needs_nothing(request: pytest.FixtureRequest, which: str) -> None:
    found = request.getfixturevalue(which)
    report: RunReport = found if which == "drifted" else found[1]
    page = Page(report.html)
    assert page.problems == []
    data = report.data
    names = [data["domain"], data["load_balancer"]["dns_name"], *(image["name"] for image in data["node_images"])]
    names += [one[key] for one in data["stream_managers"] for key in ("name", "instance_id", "public_ip", "private_ip")]
    names += [text for group in data["node_groups"] for text in (group["name"], *(node["identifier"] for node in group["nodes"]))]
    names += [one[key] for one in data["findings"] for key in ("subject", "expected", "found")]
    assert len(names) > 15
    assert [name for name in names if name not in page.text] == []
    assert not re.search(r"\b(src|href|srcset)\s*=|url\(|@import|<script|<link", report.html)
    assert DECLARED["red5pro_api_token"] not in report.html


@pytest.mark.long
def test_where_nothing_is_deployed_every_part_says_so(deployed: Any, rehearsal: Any, play: Any, tmp_path: Path) -> None:
    """The API does not answer either, which hides none of the others."""
    staging = {
        "red5pro_name": "staging",
        "red5pro_domain": "staging.example.com",
        "red5pro_certificate_domain": "staging.example.com",
        "red5pro_stream_manager_instance": "",
        "red5pro_stream_manager_image": "ami-0f1a5700000000001",
    }
    nothing = run_report(rehearsal, play, tmp_path, VERIFY, **staging)
    assert nothing.returncode == 2
    assert nothing.mutating == []
    assert nothing.of("stream_managers")["staging-stream-manager-1"] == ("running", "missing")
    assert nothing.of("load_balancer")["load balancer staging"] == ("active", "missing")
    assert nothing.of("certificate")["certificate staging.example.com"] == ("ISSUED", "missing")
    assert {"node_image", "autoscaling"} <= {one["part"] for one in nothing.data["findings"]}
    assert Page(nothing.html).problems == []


@pytest.mark.long
def test_inputs_that_are_wrong_hide_nothing(deployed: Any, rehearsal: Any, play: Any, tmp_path: Path) -> None:
    values = {"red5pro_vpc": "nowhere", "red5pro_reporting_speed": 1, "red5pro_force": "maybe", "red5pro_record_ttl": "soon"}
    wrong = run_report(rehearsal, play, tmp_path, VERIFY, **values)
    assert wrong.returncode == 2
    assert {name: wrong.of("network")[name][1] for name in values} == {name: str(value) for name, value in values.items()}
    assert wrong.data["certificate"]["status"] == "ISSUED"
    assert wrong.data["node_groups"] != []
