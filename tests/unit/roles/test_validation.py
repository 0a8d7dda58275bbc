# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Ansible itself says of the roles' variables: every role is run with a tag no task has, so that only its validation runs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from role_files import ROLES, ROOT, dictionaries, of_deployment, read_role

SECRET = "a-token-nobody-may-see"
EXAMPLE = yaml.safe_load((ROOT / "inventories/example/group_vars/all/main.yml").read_text(encoding="utf-8")) | {
    "red5pro_api_token": SECRET,
    "red5pro_distribution": "/srv/red5pro-server-14.1.0.b1235-release.zip",
    "red5pro_stream_manager_release": date(2026, 11, 28),  # as YAML reads it without quotes
    "certificate_arn": "",  # what the role certificate gives before its entry point `finish`
}
# As from --extra-vars key=value, which makes everything text
TEXTS = {
    "red5pro_stream_manager_count": "3",
    "red5pro_deletion_protection": "yes",
    "red5pro_http_port": "5080",
    "red5pro_validate_certs": "false",
    "red5pro_subnets": "subnet-1,subnet-2",
    "red5pro_extra_tags": '{"team": "video"}',
    "red5pro_stream_manager_properties": "config.dbPort: 3306",
    "red5pro_allocation_ids": "",
} | {name: json.dumps(value) for name, value in EXAMPLE.items() if isinstance(value, list)}
REQUIRED = {
    "network": [
        "red5pro_name", "red5pro_region", "red5pro_vpc", "red5pro_stream_manager_security_group", "red5pro_database_security_group",
        "red5pro_key_name", "red5pro_node_image", "red5pro_domain", "red5pro_api_token",
    ],
    "certificate": ["red5pro_name", "red5pro_region", "red5pro_domain"],
    "database": ["red5pro_name", "red5pro_region"],
    "stream_manager_group": ["red5pro_name", "red5pro_region"],
    "stream_manager_image": ["red5pro_name", "red5pro_region"],
    "stream_managers": ["red5pro_name", "red5pro_region"],
    "load_balancer": ["red5pro_name", "red5pro_region", "red5pro_domain"],
    "node_image": ["red5pro_name", "red5pro_region", "red5pro_node_image"],
    "autoscaling": ["red5pro_name", "red5pro_domain", "red5pro_api_token"],
    "red5pro": ["red5pro_distribution"],
    "report": ["red5pro_name", "red5pro_region", "red5pro_domain"],
}  # fmt: skip
MISSING = [(role, name) for role, names in REQUIRED.items() for name in names]
# A value that cannot be meant, and the variable that Ansible is to name
WRONG = [
    ("stream_managers", "red5pro_stream_manager_count", "two", "stream_managers_count"),
    ("stream_managers", "red5pro_allocation_ids", {"a": 1}, "stream_managers_allocation_ids"),
    ("load_balancer", "red5pro_deletion_protection", "perhaps", "load_balancer_deletion_protection"),
    ("load_balancer", "red5pro_http_port", [5080], "load_balancer_port"),
    ("node_image", "red5pro_extra_tags", "blue", "node_image_extra_tags"),
    ("node_image", "red5pro_node_images", [{"role": "proxy"}], "node_image_variants"),
    ("node_image", "red5pro_node_images", '[{"role": "edge", "files": [{"src": "/srv/a"}]}]', "dest found in node_image_variants"),
    ("autoscaling", "autoscaling_node_images", {"proxy": "live-node-proxy-1"}, "autoscaling_node_images"),
    ("stream_managers", "stream_managers_subnets", [{"id": "subnet-1"}], "availability_zone found in stream_managers_subnets"),
    ("stream_manager_config", "red5pro_stream_manager_properties", [1], "stream_manager_config_properties"),
    ("certificate", "red5pro_certificate_validation_method", "LETTER", "certificate_validation_method"),
    ("autoscaling", "red5pro_scale_policies", [{"name": "a", "feature": []}], "feature"),
    ("autoscaling", "red5pro_launch_configs", [{"description": "nameless"}], "name found in autoscaling_launch_configs"),
    ("autoscaling", "red5pro_node_groups", [{"name": "a", "state": "gone"}], "autoscaling_node_groups"),
    ("autoscaling", "red5pro_node_groups", '[{"name": "a", "state": "gone"}]', "value of state must be one of"),
    ("autoscaling", "red5pro_alarm_thresholds", {"proxy": 50}, "proxy"),
    ("autoscaling", "red5pro_alarm_thresholds", "edge: half", "edge"),
    ("autoscaling", "red5pro_scale_policies", f'[{{"name": "{SECRET}"', "Invalid red5pro_scale_policies: (hidden)"),
]
Said = dict[str, str]


def _call(label: str, role: str, entry_point: str, variables: dict[str, Any]) -> dict[str, Any]:
    """A play that notes under its label what is wrong with a role's variables."""
    include = {"name": f"streamops.red5pro.{role}", "tasks_from": entry_point}
    note = "{{ said | default({}) | combine({label: ansible_failed_result.msg}) }}"
    return {
        "hosts": "all",
        "gather_facts": False,
        "vars": variables | {"label": label},
        "tasks": [
            {
                # The tasks of the role would inherit the tag of a play or a block, but not that of an include
                "block": [{"ansible.builtin.include_role": include, "tags": "always"}],
                "rescue": [{"ansible.builtin.set_fact": {"said": note}, "tags": "always"}],
            }
        ],
    }


Playbook = Callable[[list[dict[str, Any]]], tuple[Said, str]]


@pytest.fixture(scope="module")
def playbook(tmp_path_factory: pytest.TempPathFactory) -> Playbook:
    """Runs plays, and returns what they noted and all that Ansible printed."""

    def run(plays: list[dict[str, Any]]) -> tuple[Said, str]:
        directory = tmp_path_factory.mktemp("play")
        link = directory / "collections/ansible_collections/streamops/red5pro"
        link.parent.mkdir(parents=True)
        link.symlink_to(ROOT)
        end = {"hosts": "all", "gather_facts": False, "tags": "always", "tasks": [
            {"ansible.builtin.copy": {"dest": str(directory / "said"), "content": "{{ said | default({}) | to_json }}", "mode": "0600"}}
        ]}  # fmt: skip
        # A filter in a play's name loads all of them once for the processes of all tasks
        begin = {"name": "Begin {{ 'here' | streamops.red5pro.host_name }}", "hosts": "all", "gather_facts": False}
        (directory / "play.yml").write_text(yaml.safe_dump([begin, *plays, end]), encoding="utf-8")
        (directory / "hosts").write_text("here ansible_connection=local ansible_python_interpreter='{{ ansible_playbook_python }}'\n")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "AWS_", "RED5PRO_"))} | {
            "ANSIBLE_COLLECTIONS_PATH": str(directory / "collections"),
            "ANSIBLE_HOME": str(directory / "home"),
            "AWS_ENDPOINT_URL": "http://127.0.0.1:9",  # where nothing answers, should a task run after all
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        done = subprocess.run(
            [str(Path(sys.executable).with_name("ansible-playbook")), "-i", "hosts", "--tags", "none", "-vvvv", "play.yml"],
            cwd=directory, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        said: Said = json.loads((directory / "said").read_text(encoding="utf-8"))
        return said, done.stdout + done.stderr

    return run


@pytest.fixture(scope="module")
def of_missing(playbook: Playbook) -> Said:
    return playbook(
        [_call(f"{role} {name}", role, "main", {key: EXAMPLE[key] for key in EXAMPLE if key != name}) for role, name in MISSING]
    )[0]


@pytest.fixture(scope="module")
def of_wrong(playbook: Playbook) -> tuple[Said, str]:
    return playbook([_call(f"{role} {name} {named}", role, "main", EXAMPLE | {name: value}) for role, name, value, named in WRONG])


@pytest.mark.parametrize("further", [pytest.param({}, id="as in YAML", marks=pytest.mark.long), pytest.param(TEXTS, id="as text")])
def test_example_is_accepted_by_every_entry_point(playbook: Playbook, further: dict[str, str]) -> None:
    calls = [(role, entry_point) for role in ROLES for entry_point in read_role(role).entry_points]
    said, output = playbook([_call(f"{role} {entry_point}", role, entry_point, EXAMPLE | further) for role, entry_point in calls])
    assert said == {}
    assert output.count("Validating arguments against arg spec") >= len(calls)
    assert SECRET not in output


def _examples() -> dict[str, list[dict[str, Any]]]:
    """Role -> the plays of the example in its README."""
    blocks = {
        role: re.search(
            r"^## Example\n.*?^```yaml\n(.*?)^```", (ROOT / f"roles/{role}/README.md").read_text("utf-8"), re.MULTILINE | re.DOTALL
        )
        for role in ROLES
    }
    return {role: yaml.safe_load(block[1]) for role, block in blocks.items() if block}


def test_every_readme_has_an_example() -> None:
    assert _examples().keys() == set(ROLES)


@pytest.fixture(scope="module")
def of_examples(playbook: Playbook) -> Said:
    """The examples' variables given to each role, and no others."""
    calls = []
    for role, plays in _examples().items():
        given = {key: value for data in dictionaries(plays) for key, value in data.get("vars", {}).items()}
        secrets = dict.fromkeys(re.findall(r"vault_\w+", str(plays)), SECRET)
        calls.append(_call(role, role, "main", given | secrets | {"elastic_ip": "192.0.2.1"}))
    return playbook(calls)[0]


@pytest.mark.parametrize("role", ROLES)
def test_example_needs_no_variable_of_the_deployment(of_examples: Said, role: str) -> None:
    assert of_examples.get(role) is None


def test_syntax_of_the_examples(tmp_path: Path) -> None:
    (tmp_path / "examples.yml").write_text(yaml.safe_dump([play for plays in _examples().values() for play in plays]), encoding="utf-8")
    done = subprocess.run(
        [str(Path(sys.executable).with_name("ansible-playbook")), "--syntax-check", str(tmp_path / "examples.yml")],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("role, name", MISSING)
def test_missing_variable_is_named(of_missing: Said, role: str, name: str) -> None:
    assert f"'{name}' is undefined" in of_missing[f"{role} {name}"]


@pytest.mark.parametrize("role, name, named", [(role, name, named) for role, name, _value, named in WRONG])
def test_wrong_value_is_named(of_wrong: tuple[Said, str], role: str, name: str, named: str) -> None:
    assert named in of_wrong[0][f"{role} {name} {named}"]


def test_token_is_not_shown(of_wrong: tuple[Said, str]) -> None:
    assert SECRET not in of_wrong[1]


@pytest.mark.parametrize("role", ROLES)
def test_required_is_what_has_no_default(role: str) -> None:
    read = read_role(role)
    required = {used for name in read.defaults if read.options[name].get("required") for used in read.used_in_defaults(name)}
    assert {name for name in required if name in REQUIRED.get(role, [])} == set(REQUIRED.get(role, []))
    for name in read.defaults:
        assert bool(read.options[name].get("required")) <= bool(read.used_in_defaults(name) & set(REQUIRED.get(role, []))), name


OPTIONAL = of_deployment({name for role in ROLES for name in read_role(role).used_in_defaults()}) - {
    name for names in REQUIRED.values() for name in names
}
_REQUIRED_ALONE = {name: value for name, value in EXAMPLE.items() if name not in OPTIONAL}


def _defaults(role: str, variables: dict[str, Any]) -> dict[str, Any]:
    """A play that notes what a role's defaults come to."""
    play = _call(role, role, "main", variables)
    names = sorted(read_role(role).defaults)
    include = {"name": f"streamops.red5pro.{role}", "tasks_from": "main", "public": True}
    note = "{{ said | default({}) | combine({label: dict(names | zip(query('ansible.builtin.vars', *names)))}) }}"
    play["vars"] |= {"names": names, "ansible_host": "192.0.2.1"}
    play["tasks"] = [
        {"ansible.builtin.include_role": include, "tags": "always"},
        {"ansible.builtin.set_fact": {"said": note}, "tags": "always"},
    ]
    return play


def _defaults_with(playbook: Playbook, **optional: Any) -> dict[str, Any]:
    """Role -> its defaults with these variables; what the network is given to check, only where it is given."""
    defaults: dict[str, Any] = dict(playbook([_defaults(role, _REQUIRED_ALONE | optional) for role in ROLES])[0])
    declared = defaults["network"]["network_settings"]
    defaults["network"]["network_settings"] = {name: value for name, value in declared.items() if value not in (None, "")}
    return defaults


@pytest.fixture(scope="module")
def without_optional(playbook: Playbook) -> dict[str, Any]:
    return _defaults_with(playbook)


@pytest.mark.parametrize("blank", [pytest.param(None, id="null"), pytest.param("", id="blank", marks=pytest.mark.long)])
def test_null_and_blank_mean_not_given(playbook: Playbook, without_optional: dict[str, Any], blank: str | None) -> None:
    """For every optional variable of every role."""
    said = _defaults_with(playbook, **dict.fromkeys(OPTIONAL, blank))
    assert len(OPTIONAL) > 50 and without_optional.keys() == set(ROLES)
    assert said == without_optional


NAMES = [
    "red5pro_name", "red5pro_vpc", "red5pro_stream_manager_security_group", "red5pro_database_security_group",
    "red5pro_node_security_group", "red5pro_load_balancer_security_group", "red5pro_key_name", "red5pro_stream_manager_release",
    "red5pro_api_token", "red5pro_license_key", "red5pro_database_user", "red5pro_database_password", "red5pro_access_logs_prefix",
    "red5pro_report_dir",
]  # fmt: skip


@pytest.mark.long
def test_number_without_quotes_is_text(playbook: Playbook) -> None:
    """As in `red5pro_name: 2026`; what the network is given to check is as it was given."""
    number, text = (_defaults_with(playbook, **dict.fromkeys(NAMES, value)) for value in (2026, "2026"))
    differing = {name for role in ROLES for name, value in number[role].items() if value != text[role][name]}
    assert differing - {"network_settings"} == set()


def test_destroy_names_an_invalid_variable_before_it_reads_anything(tmp_path: Path) -> None:
    """With a token that cannot be sent, or a missing file, it took the API for one that is gone."""
    invalid = {
        "red5pro_api_token": f" {SECRET}",
        "red5pro_ca_path": "/none",
        "red5pro_wait_timeout": 0,
        "red5pro_destroy_database": "maybe",
    }
    link = tmp_path / "ansible_collections/streamops/red5pro"
    link.parent.mkdir(parents=True)
    link.symlink_to(ROOT)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "AWS_", "RED5PRO_"))} | {
        "ANSIBLE_COLLECTIONS_PATH": str(tmp_path),
        "ANSIBLE_HOME": str(tmp_path / "home"),
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    given = json.dumps(EXAMPLE | invalid, default=str)
    command = [str(Path(sys.executable).with_name("ansible-playbook")), "-i", "localhost,", "-e", given, "playbooks/destroy.yml"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "Read the resources of the deployment" not in done.stdout, done.stdout + done.stderr
    assert all(f"Invalid {name}: " in done.stdout for name in invalid) and SECRET not in done.stdout
