# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The page of the role report: well-formed, complete and self-contained, whatever the names in a deployment look like."""

from __future__ import annotations

import copy
import importlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jinja2
import pytest
from ansible_collections.streamops.red5pro.plugins.filter import report
from ansible_collections.streamops.red5pro.plugins.plugin_utils.deployment_report import deployment_report
from role_files import ROOT

from tests.pages import Page

Facts = dict[str, Any]
HOSTILE = "<i>\"x\" & 'y'</i>"
DEPLOYMENT: Facts = {
    "name": "live",
    "region": "us-east-1",
    "domain": "live.example.com",
    "load_balancer": {
        "dns_name": "live-1.elb.example",
        "state": "active",
        "zones": ["us-east-1a"],
        "listeners": {"listener 443": "HTTPS to live"},
        "targets": {"i-1": "healthy"},
    },
    "certificate": {"domain_name": "*.example.com", "status": "ISSUED", "not_after": "2027-01-31T12:00:00Z", "days": 30},
    "stream_managers": [
        {
            "name": f"live-stream-manager-{number}",
            "adopted": number == 1,
            "instance_id": f"i-{number}",
            "state": "running",
            "availability_zone": "us-east-1a",
            "private_ip": f"10.0.0.{number}",
            "public_ip": f"203.0.113.{number}",
        }
        for number in (1, 2)
    ],
    "node_images": [{"name": "live-node-1", "region": "us-east-1", "image_id": "ami-1", "state": "available"}],
    "autoscaling": {
        "scale_policies": [],
        "alarm_thresholds": [{"role": "edge", "threshold": "73"}],
        "node_groups": [
            {
                "name": "live-group",
                "state": "active",
                "regions": ["us-east-1"],
                "launch_config": "all-nodes",
                "scale_policy": "default-v3",
                "nodes": [
                    {"identifier": "node-1", "role": "edge", "state": "inservice", "address": None, "availability_zone": "us-east-1a"}
                ],
            }
        ],
    },
}
NOTHING: Facts = {**DEPLOYMENT, "load_balancer": {}, "certificate": {}, "stream_managers": [], "node_images": [], "autoscaling": {}}
FINDING = {"part": "load_balancer", "subject": "idle timeout", "expected": "3600", "found": "60", "message": "idle timeout is 60"}


def rendered(seen: Facts, findings: list[Facts]) -> str:
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(ROOT / "roles/report/templates"), trim_blocks=True, autoescape=False)
    environment.filters |= {f"streamops.red5pro.{name}": one for name, one in report.FilterModule().filters().items()}
    data = deployment_report(seen, findings, "2026-12-31T12:00:00Z")
    return environment.get_template("report.html.j2").render(report_deployment=data)


def texts(data: object) -> set[str]:
    """Every text in a structure, but for keys."""
    if isinstance(data, dict):
        data = list(data.values())
    if isinstance(data, list):
        return {text for one in data for text in texts(one)}
    return {data} if isinstance(data, str) else set()


def hostile(data: Any) -> Any:
    """The same structure with a text in every place that a page must escape."""
    if isinstance(data, dict):
        return {key: hostile(one) for key, one in data.items()}
    if isinstance(data, list):
        return [hostile(one) for one in data]
    return f"{data}{HOSTILE}" if isinstance(data, str) else data


@pytest.mark.parametrize("findings", [[], [FINDING], [FINDING, {**FINDING, "subject": "tags"}]])
@pytest.mark.parametrize("seen", [DEPLOYMENT, NOTHING], ids=["deployment", "nothing"])
def test_page_is_well_formed_and_complete(seen: Facts, findings: list[Facts]) -> None:
    page = Page(rendered(seen, findings))
    assert page.problems == []
    shown = texts([{**seen, "certificate": {**seen["certificate"], "not_after": "2027-01-31" if seen["certificate"] else ""}}])
    assert [text for text in sorted(shown | {finding["subject"] for finding in findings}) if text not in page.text] == []
    verdict = {0: "As desired", 1: "1 thing differs", 2: "2 things differ"}[len(findings)]
    assert verdict in page.text


def test_page_needs_nothing_from_elsewhere() -> None:
    html = rendered(DEPLOYMENT, [FINDING])
    assert not re.search(r"\b(src|href|srcset|action)\s*=|url\(|@import|<script|<link|<iframe", html)
    assert "://" not in html


def test_page_has_words_for_who_cannot_see_it() -> None:
    page = Page(rendered(DEPLOYMENT, []))
    assert page.tags["svg"]["role"] == "img"
    for reference in (page.tags["svg"]["aria-labelledby"], page.tags["svg"]["aria-describedby"]):
        assert reference in page.identifiers
    assert page.tags["html"]["lang"] == "en"
    assert len(page.identifiers) == len(set(page.identifiers))


def test_what_comes_from_outside_is_escaped() -> None:
    findings = [hostile(copy.deepcopy(FINDING))]
    html = rendered(hostile(copy.deepcopy(DEPLOYMENT)), findings)
    page = Page(html)
    assert page.problems == []
    assert "<i>" not in html
    assert page.text.count("</i>") >= 20


@pytest.mark.parametrize(
    "html, problem",
    [
        ("<p><b>x</p>", "</p> closes <b>"),
        ("<p>x", "<p> is not closed"),
        ("x</p>", "</p> closes nothing"),
        ("<p id='a' id='b'>x</p>", "an attribute of <p> twice"),
        ("<p>a & b</p>", "a bare & in '&'"),
    ],
)
def test_problems_of_a_page_are_status(html: str, problem: str) -> None:
    assert problem in Page(html).problems


def _plays(directory: Path, **report_directories: str) -> str:
    """The output of a playbook that is started in a directory and writes a report to each of these."""
    given = {"red5pro_name": "live", "red5pro_region": "us-east-1", "red5pro_domain": "live.example.com", "report_findings": [FINDING]}
    role = {"ansible.builtin.include_role": {"name": "streamops.red5pro.report"}, "ignore_errors": True}
    play: Facts = {"hosts": "localhost", "gather_facts": False, "connection": "local"}
    plays = [
        {**play, "tasks": [role], "vars": {**given, "report_strict": False, "red5pro_report_dir": path}}
        for path in report_directories.values()
    ]
    (directory / "playbooks").mkdir()
    (directory / "playbooks/play.json").write_text(json.dumps(plays), encoding="utf-8")
    collections = Path(next(iter(importlib.import_module("ansible_collections.streamops.red5pro").__path__))).parents[2]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
    environment |= {"ANSIBLE_COLLECTIONS_PATH": str(collections), "ANSIBLE_NOCOLOR": "1", "ANSIBLE_LOCAL_TEMP": str(directory / "tmp")}
    command = [sys.executable, "-m", "ansible", "playbook", "-i", "localhost,", "-e", f"ansible_python_interpreter={sys.executable}"]
    run = subprocess.run([*command, "playbooks/play.json"], cwd=directory, env=environment, capture_output=True, text=True, check=False)
    return run.stdout + run.stderr


def test_report_is_written_where_ansible_was_started_and_its_findings_are_shown_if_it_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="ascii")
    output = _plays(tmp_path, relative="reports/live", wrong=str(tmp_path / "file"))
    assert sorted(path.name for path in (tmp_path / "reports/live").iterdir()) == ["report.html", "report.json"]
    assert output.count(FINDING["subject"]) >= 2, output
    expected = "Expected: a directory in which files can be written on the machine where Ansible runs."
    assert f'Invalid red5pro_report_dir (report_directory): "{tmp_path / "file"}". {expected}' in " ".join(output.split())
