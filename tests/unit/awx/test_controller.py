# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What extensions/awx creates in AWX: awx.awx accepts it, a second run changes nothing, and surveys match the roles' options."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from fake_controller import ROOT, TOKEN, Controller, Thing, serving

DIRECTORY = ROOT / "extensions/awx"
DEPLOYMENT = yaml.safe_load((ROOT / "inventories/example/group_vars/all/main.yml").read_text(encoding="utf-8"))
DEPLOYMENT.pop("red5pro_api_token")
EXAMPLE = re.search(r"^# red5pro_awx_schedules:\n(?:#   .*\n)+", (DIRECTORY / "controller.yml").read_text(encoding="utf-8"), re.MULTILINE)
assert EXAMPLE
SCHEDULES = yaml.safe_load(re.sub("^# ", "", EXAMPLE[0], flags=re.MULTILINE))
OURS = {"red5pro_awx_deployment": DEPLOYMENT, "red5pro_awx_image": "registry.example.com/red5pro-ee:0.1.0", **SCHEDULES}
RECAP = re.compile(r"localhost\s+: ok=\d+\s+changed=(\d+)\s+unreachable=0\s+failed=0")
# The type of a question -> the types of options that its answer can be
TYPES = {
    "integer": {"int"},
    "text": {"str"},
    "textarea": {"dict", "list"},
    "multiplechoice": {"str", "bool"},
}


def configure(url: str, tmp_path: Path, *options: str, **variables: Any) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "CONTROLLER_", "TOWER_"))} | {
        "ANSIBLE_HOME": str(tmp_path / "home"),
        "CONTROLLER_HOST": url,
        "CONTROLLER_OAUTH_TOKEN": TOKEN,
    }
    command = [Path(sys.executable).with_name("ansible-playbook"), DIRECTORY / "configure.yml", *options]
    command += ["--extra-vars", json.dumps(OURS | variables)]
    return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)


def changed(done: subprocess.CompletedProcess[str]) -> int:
    recap = RECAP.search(done.stdout)
    assert recap, done.stdout + done.stderr
    return int(recap[1])


def create_credentials(controller: Controller) -> None:
    """Those that the user creates."""
    for name in ("AWS", "SSH", "API"):
        controller.create("credentials", {"name": f"Red5 Pro live {name}"})


@pytest.fixture(scope="module")
def controller(tmp_path_factory: pytest.TempPathFactory) -> Controller:
    """AWX after the first run."""
    controller, directory = Controller(), tmp_path_factory.mktemp("awx")
    with serving(controller) as url:
        assert changed(configure(url, directory, "--tags", "credential_type")) == 1
        assert [thing["name"] for thing in controller.things["credential_types"]][-1:] == ["Red5 Pro Stream Manager API"]
        create_credentials(controller)
        assert changed(configure(url, directory)) > 0
    return controller


@pytest.mark.long
def test_a_second_run_changes_nothing(controller: Controller, tmp_path: Path) -> None:
    before = list(controller.changes)
    with serving(controller) as url:
        assert changed(configure(url, tmp_path)) == 0
    assert controller.changes == before


def templates(controller: Controller) -> list[Thing]:
    return [*controller.things["job_templates"], *controller.things["workflow_job_templates"]]


def questions(controller: Controller) -> list[tuple[str, Thing]]:
    return [(one["name"], question) for one in templates(controller) for question in one.get("survey_spec", {}).get("spec", [])]


def test_the_token_is_injected_as_the_modules_read_it(controller: Controller) -> None:
    made = controller.named("credential_types")["Red5 Pro Stream Manager API"]
    assert made["injectors"] == {"env": {"RED5PRO_ACCESS_TOKEN": "{{ access_token }}"}}
    assert [(field["id"], field["secret"]) for field in made["inputs"]["fields"]] == [("access_token", True)]


def test_every_template_has_all_that_a_job_needs(controller: Controller) -> None:
    credentials = {thing["id"] for thing in controller.things["credentials"]}
    made = controller.named("job_templates")
    assert {name.removeprefix("Red5 Pro live ") for name in made} == {
        "deploy", "verify", "grow or shrink", "resize the group", "rolling change", "node image", "raise capacity", "restore capacity",
        "refresh", "destroy",
    }  # fmt: skip
    for template in made.values():
        assert set(template["associated credentials"]) == credentials
        for kind, key in {"projects": "project", "inventories": "inventory", "execution_environments": "execution_environment"}.items():
            assert template[key] == controller.things[kind][0]["id"]


def test_the_inventory_has_the_deployment(controller: Controller) -> None:
    assert json.loads(controller.things["inventories"][0]["variables"]) == DEPLOYMENT


def test_the_inventory_source_is_the_example_one(controller: Controller) -> None:
    made = controller.things["inventory_sources"][0]
    assert json.loads(made["source_vars"]) == yaml.safe_load((ROOT / "inventories/example/aws_ec2.yml").read_text(encoding="utf-8"))
    assert made["update_on_launch"] is False


@pytest.mark.long
def test_the_inventory_source_finds_the_members_of_a_group(tmp_path: Path) -> None:
    controller = Controller()
    with serving(controller) as url:
        configure(url, tmp_path, "--tags", "credential_type")
        create_credentials(controller)
        configure(url, tmp_path, red5pro_awx_deployment=DEPLOYMENT | {"red5pro_stream_managers_mode": "autoscaling_group"})
    made = json.loads(controller.things["inventory_sources"][0]["source_vars"])
    assert made["filters"]["tag:red5pro:role"] == "stream-manager-group-member"
    assert made["hostnames"] == [{"name": "instance-id", "prefix": "tag:Name", "separator": "-"}]


def test_workflows_verify_what_they_did(controller: Controller) -> None:
    nodes = {thing["id"]: thing for thing in controller.things["workflow_job_template_nodes"]}
    named = {thing["id"]: name for name, thing in controller.named("job_templates").items()}
    chains = {
        (named[node["unified_job_template"]], *(named[nodes[after]["unified_job_template"]] for after in node["associated success_nodes"]))
        for node in nodes.values()
        if node.get("associated success_nodes")
    }
    prefix = "Red5 Pro live"
    assert chains == {(f"{prefix} deploy", f"{prefix} verify"), (f"{prefix} grow or shrink", f"{prefix} verify")}


def test_capacity_is_raised_and_restored_on_schedule(controller: Controller) -> None:
    named = {thing["id"]: name.removeprefix("Red5 Pro live ") for name, thing in controller.named("job_templates").items()}
    made = controller.named("schedules")
    jobs = {name: (named[one["unified_job_template"]], one.get("extra_data", {})) for name, one in made.items()}
    assert jobs == {
        "Red5 Pro live event": ("raise capacity", {"red5pro_capacity": "{live-policy: {edge: 10}}"}),
        "Red5 Pro live after the event": ("restore capacity", {}),
    }
    assert isinstance(yaml.safe_load(jobs["Red5 Pro live event"][1]["red5pro_capacity"]), dict)
    assert all(re.fullmatch(r"DTSTART;TZID=\S+:\d{8}T\d{6} RRULE:FREQ=DAILY;INTERVAL=1;COUNT=1", one["rrule"]) for one in made.values())


def options(variable: str) -> list[Thing]:
    """The options of all roles whose default is a deployment's variable, from the argument specs."""
    found = []
    for role in (ROOT / "roles").iterdir():
        defaults = yaml.safe_load((role / "defaults/main.yml").read_text(encoding="utf-8"))
        specs = yaml.safe_load((role / "meta/argument_specs.yml").read_text(encoding="utf-8"))["argument_specs"]
        # One with an index takes a part of it.
        names = {name for name, value in defaults.items() if re.match(rf"\W*{variable}\b", str(value)) and ")['" not in str(value)}
        taken = [option for spec in specs.values() for name, option in spec["options"].items() if name in names]
        found += [option for option in taken if option["type"] != "raw"]  # the role network checks those itself
    return found


def asked_in_playbooks(variable: str) -> bool:
    return any(re.search(rf"\b{variable}\b", path.read_text(encoding="utf-8")) for path in (ROOT / "playbooks").glob("*.yml"))


def bounds(option: Thing) -> dict[str, int]:
    """The minimum and the maximum in its description."""
    text = " ".join([option["description"]] if isinstance(option["description"], str) else option["description"])
    both, least = re.search(r"(\d+) to (\d+)", text), re.search(r"at least (\d+)", text)
    return {"min": int(both[1]), "max": int(both[2])} if both else {"min": int(least[1])} if least else {}


def test_surveys_ask_for_what_the_roles_take(controller: Controller) -> None:
    assert len(questions(controller)) >= 6
    for template, question in questions(controller):
        variable, found = question["variable"], options(question["variable"])
        where = f"{template}: {variable}"
        if question.get("choices") == ["false", "true"]:
            assert asked_in_playbooks(variable) or {"bool"} == {option["type"] for option in found}, where
            continue
        assert found, where
        for option in found:
            assert option["type"] in TYPES[question["type"]], where
            assert question.get("choices") == option.get("choices"), where
            if question["type"] == "integer":
                limits = bounds(option)
                assert limits and limits.items() <= {key: question[key] for key in ("min", "max")}.items(), where


def test_a_node_image_id_fits_its_question(controller: Controller) -> None:
    question = next(one for _unused, one in questions(controller) if one["variable"] == "red5pro_node_image")
    assert (question["min"], question["max"]) == (len("ami-") + 8, len("ami-") + 17)


def test_nothing_is_made_without_the_credentials(tmp_path: Path) -> None:
    controller = Controller()
    with serving(controller) as url:
        done = configure(url, tmp_path)
    assert done.returncode == 2
    assert "Red5 Pro live AWS" in done.stdout + done.stderr
    assert "job_templates" not in controller.things
