# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Each role's variables are the same in its argument specs, its defaults and its README, and no role reads another's internals."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.streamops.red5pro.plugins.plugin_utils._inputs import INPUTS, STRUCTURES
from jinja2 import Template
from role_files import ROLES, ROOT, UNKNOWN, Role, dictionaries, names, of_deployment, plain_value, read_role, strings

Check = Callable[[Role], Iterator[str]]
CHECKS: dict[str, Check] = {}
_SECRET = re.compile("_(properties|password|token|license_key)$")


def _check(function: Check) -> Check:
    CHECKS[function.__name__.removeprefix("_")] = function
    return function


@_check
def _main_is_there(role: Role) -> Iterator[str]:
    if "main" not in role.tasks or "main" not in role.entry_points:
        yield "no tasks/main.yml or no entry point main"


@_check
def _entry_points_are_files(role: Role) -> Iterator[str]:
    yield from sorted(role.entry_points.keys() - role.tasks.keys())


@_check
def _files_are_entry_points(role: Role) -> Iterator[str]:
    """A task file that no other one includes can only be meant to be called."""
    yield from sorted(role.tasks.keys() - role.included() - role.entry_points.keys())


@_check
def _defaults_are_options(role: Role) -> Iterator[str]:
    yield from sorted(role.defaults.keys() - role.options.keys())
    for entry_point in role.entry_points.keys() & role.tasks.keys():
        options = role.entry_points[entry_point].get("options", {})
        yield from (f"{entry_point}: {name}" for name in sorted(role.needs(entry_point) - options.keys()))


@_check
def _options_are_defaults(role: Role) -> Iterator[str]:
    """But an entry point may need a fact that another one gives."""
    yield from sorted(role.options.keys() - role.defaults.keys() - role.facts)


@_check
def _used_variables_are_known(role: Role) -> Iterator[str]:
    known = role.defaults.keys() | role.vars.keys() | role.local | role.facts
    yield from sorted(name for name in role.used_in_code() | role.used_in_defaults() if role.names(name) and name not in known)


@_check
def _own_names_have_the_prefix(role: Role) -> Iterator[str]:
    yield from sorted(name for name in role.defaults.keys() | role.vars.keys() | role.facts if not role.names(name))


@_check
def _internals_begin_with_underscores(role: Role) -> Iterator[str]:
    """What is neither an input nor a fact that the README names."""
    public = role.defaults.keys() | role.options.keys() | role.documented
    used = {name for name in role.vars.keys() | role.facts | role.local if role.names(name)}
    yield from sorted(name for name in used if name.startswith("__") == (name in public))


@_check
def _deployment_variables_only_in_defaults(role: Role) -> Iterator[str]:
    yield from sorted(of_deployment(role.used_in_code()))


def _each_option(options: dict[str, Any], above: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for name, option in options.items():
        yield f"{above}{name}", option
        yield from _each_option(option.get("options", {}), f"{above}{name}.")


@_check
def _entry_points_are_described(role: Role) -> Iterator[str]:
    for entry_point, spec in role.entry_points.items():
        if not str(spec.get("short_description", "")).strip():
            yield entry_point


@_check
def _options_are_described(role: Role) -> Iterator[str]:
    """With a type, the elements of a list, and in words."""
    for name, option in _each_option(role.options):
        text = option.get("description") or [""]
        yield from [f"{name}: type"] * ("type" not in option)
        yield from [f"{name}: elements"] * (option.get("type") == "list" and "elements" not in option)
        yield from [f"{name}: description"] * (not all(line.strip() for line in ([text] if isinstance(text, str) else text)))


@_check
def _a_choice_among_few_is_declared(role: Role) -> Iterator[str]:
    """What the role's own conditions compare a variable with, word for word, are its choices."""
    text = "\n".join(strings(list(role.tasks.values()), expression=True))
    for name, option in role.options.items():
        if re.search(rf"\b{name} [!=]= '\w", text) and "choices" not in option:
            yield name


@_check
def _patterns_match_to_the_last_character(role: Role) -> Iterator[str]:
    """A dollar sign lets a final line break pass; the test regex with match_type='fullmatch' does not."""
    texts = strings([*role.tasks.values(), role.vars, role.defaults], expression=True)
    yield from (text for text in texts if re.search(r"(?:match|regex|search)\([^)]*[$]'", text))


@_check
def _an_unreachable_host_does_not_end_the_play_of_the_others(role: Role) -> Iterator[str]:
    """In a play with any_errors_fatal, ansible-core ends it for all hosts, even if the task has ignore_unreachable."""
    ignoring = [task for task in dictionaries(list(role.tasks.values())) if task.get("ignore_unreachable")]
    yield from (str(task.get("name")) for task in ignoring if task.get("any_errors_fatal") is not False)


@_check
def _another_call_does_not_take_what_an_earlier_one_planned(role: Role) -> Iterator[str]:
    """A role can be called twice in a run, with other variables. So a plan is compared with them, and not only looked for."""
    texts = strings([task.get("when", "") for task in dictionaries(list(role.tasks.values()))], expression=True)
    yield from (text for text in texts if re.search(r"_(checked|planned|creation) is not defined", text))


@_check
def _facts_hold_no_secret(role: Role) -> Iterator[str]:
    """Facts are shown with -vvv: none is an input that may be or hold a secret, nor a variable with one, as it is."""
    for task in dictionaries(list(role.tasks.values())):
        for fact, value in (task.get("ansible.builtin.set_fact") or {}).items():
            whole = re.fullmatch(r"\{\{ (\w+) \}\}", str(value))
            texts = [str(value), *strings(role.vars.get(whole[1]))] if whole and not task.get("no_log") else []
            yield from (f"{fact}: {name}" for text in texts for name in sorted(names(text)) if _SECRET.search(name))


@_check
def _a_plan_is_set_with_what_it_is_for(role: Role) -> Iterator[str]:
    """Otherwise it would be planned again where the inputs are others, as on a stream manager that is replaced."""
    for task in dictionaries(list(role.tasks.values())):
        facts = task.get("ansible.builtin.set_fact") or {}
        yield from (name for name in facts if f"{name}_for" in role.facts and f"{name}_for" not in facts)


@_check
def _documented_defaults_are_the_real_ones(role: Role) -> Iterator[str]:
    """As far as a default follows from nothing but itself."""
    for name, option in role.options.items():
        if "default" in option and name in role.defaults:
            real = plain_value(role.defaults[name])
            if real is not UNKNOWN and str(real) != str(option["default"]):
                yield f"{name} is {real!r}, not {option['default']!r}"


@_check
def _lists_and_dictionaries_may_come_as_text(role: Role) -> Iterator[str]:
    """A survey gives nothing else, and the message about a wrong text names the variable that is read."""
    for name, default in role.defaults.items():
        if role.options.get(name, {}).get("type") in ("list", "dict"):
            read = re.findall(r"(red5pro_\w+) *\| *default\(", str(default))
            yield from (f"{name}: {variable}" for variable in read if f"from_text('{variable}')" not in default)


@_check
def _readme_names_every_variable_and_entry_point(role: Role) -> Iterator[str]:
    text = (role.path / "README.md").read_text(encoding="utf-8")
    yield from (name for name in [*role.options, *role.entry_points] if f"`{name}`" not in text)


@_check
def _readme_names_the_deployment_variable(role: Role) -> Iterator[str]:
    """In the row of the variable that takes its default from it."""
    text = (role.path / "README.md").read_text(encoding="utf-8")
    rows = {match[1]: match[0] for match in re.finditer(r"^\| `(\w+)` .*$", text, re.MULTILINE)}
    for name in role.defaults:
        wanted = sorted(of_deployment(role.used_in_defaults(name)))
        yield from (f"{name}: {used}" for used in wanted if f"`{used}`" not in rows.get(name, f"`{used}`"))


@_check
def _readme_example_gives_all_that_is_required(role: Role) -> Iterator[str]:
    """By the role's own variables or by those of the deployment, and none that the role does not have."""
    blocks = re.findall(r"^```yaml\n(.*?)^```", (role.path / "README.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    given = {key for block in blocks for data in dictionaries(yaml.safe_load(block)) for key in data.get("vars", {})}
    needed = {name for name, option in role.entry_points["main"]["options"].items() if option.get("required")}
    yield from sorted(name for name in needed - given if not role.used_in_defaults(name) & given)
    yield from sorted(name for name in given if name.startswith(role.prefix) and name not in role.options)


@pytest.mark.parametrize("name", ROLES)
def test_readme_example_gives_what_the_roles_that_it_calls_require(name: str) -> None:
    """Also roles other than its own, by their variables or by those of the deployment."""
    text = (ROOT / "roles" / name / "README.md").read_text(encoding="utf-8")
    for play in (play for block in re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL) for play in yaml.safe_load(block)):
        for task in dictionaries(play):
            called = str(task.get("role") or task.get("ansible.builtin.import_role", {}).get("name", "")).removeprefix("streamops.red5pro.")
            if called in ROLES:
                given = {*play.get("vars", {}), *task.get("vars", {})}
                role, entry = Role(ROOT / "roles" / called), task.get("ansible.builtin.import_role", {}).get("tasks_from", "main")
                needed = {key for key, option in role.entry_points[entry]["options"].items() if option.get("required")}
                assert [key for key in sorted(needed - given - role.facts) if not role.used_in_defaults(key) & given] == [], (called, entry)


def _others_used(role: Role, roles: list[Role]) -> Iterator[str]:
    """What a role reads of others: facts they give may be the default of an input, nothing else."""
    for other in roles:
        if other.path.name != role.path.name:
            yield from sorted(name for name in role.used_in_code() if other.names(name) and name not in role.local)
            yield from sorted(name for name in role.used_in_defaults() if other.names(name) and name not in other.facts)


@pytest.mark.parametrize("name", ROLES)
@pytest.mark.parametrize("check", CHECKS)
def test_role(name: str, check: str) -> None:
    assert list(CHECKS[check](read_role(name))) == []


@pytest.mark.parametrize("name", ROLES)
def test_role_reads_only_facts_of_others(name: str) -> None:
    assert list(_others_used(read_role(name), [read_role(other) for other in ROLES])) == []


def _included(playbook: str) -> Iterator[tuple[str, str]]:
    """The roles and entry points that tasks call, also those of a loop over a list."""
    for task in dictionaries(yaml.safe_load(playbook)):
        call = task.get("ansible.builtin.import_role") or task.get("ansible.builtin.include_role")
        for item in (task["loop"] if isinstance(task.get("loop"), list) else [None]) if call else []:
            known = {task.get("loop_control", {}).get("loop_var", "item"): item}
            known |= {name: Template(value).render(known) for name, value in task.get("vars", {}).items()}
            name, entry_point = (Template(text).render(known) for text in (call["name"], call.get("tasks_from", "main")))
            yield name.removeprefix("streamops.red5pro."), entry_point


def test_calls_in_a_loop_are_found() -> None:
    call = {"name": "streamops.red5pro.{{ one }}", "tasks_from": "{{ step }}"}
    task = {"ansible.builtin.include_role": call, "loop": ["a", "b"], "loop_control": {"loop_var": "one"}, "vars": {"step": "go_{{ one }}"}}
    plain = {"ansible.builtin.import_role": {"name": "streamops.red5pro.c"}, "vars": {"c_x": "1"}}
    assert list(_included(yaml.safe_dump([{"tasks": [task, plain]}]))) == [("a", "go_a"), ("b", "go_b"), ("c", "main")]


def test_playbooks_call_entry_points() -> None:
    for playbook in sorted((ROOT / "playbooks").glob("*.yml")):
        text = playbook.read_text(encoding="utf-8")
        calls = list(_included(text))
        assert calls or "ansible.builtin.import_playbook" in text or "| streamops.red5pro." in text, playbook
        for name, entry_point in calls:
            assert entry_point in read_role(name).entry_points, (playbook.name, name, entry_point)


@pytest.mark.parametrize("playbook", sorted((ROOT / "playbooks").glob("*.yml")), ids=lambda path: path.name)
def test_playbook_says_what_it_does_needs_and_changes(playbook: Path) -> None:
    before, _unused, _unused = playbook.read_text(encoding="utf-8").removeprefix("---\n").partition("\n- ")
    header = [line.removeprefix("# ") for line in before.splitlines() if line.startswith("# ")]
    text = " ".join(header)
    assert header and header[0][0].isupper(), "no header"
    for word in ("Needs: ", "Changes: "):
        assert re.search(rf"(^|[.] ){word}\S.{{5,}}", text), f"{playbook.name} does not say what it {word.lower().strip(': ')}"


@pytest.mark.parametrize("playbook", sorted((ROOT / "playbooks").glob("*.yml")), ids=lambda path: path.name)
def test_plays_do_not_depend_on_the_strategy_of_the_configuration(playbook: Path) -> None:
    """With the strategy free, ansible-core refuses add_host in the middle of a run, and changes all stream managers at the same time."""
    plays = [play for play in yaml.safe_load(playbook.read_text(encoding="utf-8")) if "hosts" in play]
    assert [play["name"] for play in plays if play.get("strategy") != "ansible.builtin.linear"] == []


@pytest.mark.parametrize("part", ["provision", "rolling_update", "publish"])
def test_part_of_site_refuses_to_run_alone(part: str) -> None:
    """Otherwise it would fail on a fact that is undefined, or find no hosts and end without a word."""
    first = yaml.safe_load((ROOT / f"playbooks/{part}.yml").read_text(encoding="utf-8"))[0]
    check = first["tasks"][0]
    assert (first["hosts"], check["tags"]) == ("localhost", "always")
    assert check["ansible.builtin.assert"]["that"] == "network_incomplete is defined"
    assert f"Refusing to run {part}.yml: " in check["ansible.builtin.assert"]["fail_msg"]
    assert "network_incomplete" in read_role("network").facts


def test_a_boolean_of_a_deployment_is_read_as_its_validation_reads_it() -> None:
    """The filter bool alone takes `y` and `t` for false, so defaults and playbooks use given(true) or given(false)."""
    every = {path: path.read_text(encoding="utf-8") for kind in ("roles", "playbooks") for path in (ROOT / kind).rglob("*.yml")}
    assert [str(path) for path, text in every.items() if re.search(r"red5pro_\w+ \| default\((?:true|false)\b", text)] == []


def test_example_names_every_deployment_variable() -> None:
    text = (ROOT / "inventories/example/group_vars/all/main.yml").read_text(encoding="utf-8")
    used = of_deployment({name for role in ROLES for name in read_role(role).used_in_defaults()})
    used |= set(re.findall(r"\bred5pro_\w+", (ROOT / "playbooks/iam_policy.yml").read_text(encoding="utf-8")))
    assert set(re.findall(r"^(?:# )?(red5pro_\w+):(?: |$)", text, re.MULTILINE)) == used


def test_every_deployment_variable_is_checked_before_anything_changes() -> None:
    used = of_deployment({name for role in ROLES for name in read_role(role).used_in_defaults()})
    assert used <= {*INPUTS, *STRUCTURES}, "add a row to plugins/plugin_utils/_inputs.py"


def test_example_is_the_same_deployment_in_all_its_files() -> None:
    directory = ROOT / "inventories/example"
    variables = yaml.safe_load((directory / "group_vars/all/main.yml").read_text(encoding="utf-8"))
    inventory = yaml.safe_load((directory / "aws_ec2.yml").read_text(encoding="utf-8"))
    vault = yaml.safe_load((directory / "group_vars/all/vault.yml.example").read_text(encoding="utf-8"))
    assert inventory["regions"] == [variables["red5pro_region"]]
    assert inventory["filters"]["tag:red5pro:deployment"] == variables["red5pro_name"]
    assert [f"{{{{ {name} }}}}" for name in vault] == [text for text in strings(variables) if "vault_" in text]


# What each check is for: a role that is in order but for one line.
FILES = {
    "defaults/main.yml": "gate_name: \"{{ red5pro_name | default('north') }}\"\n",
    "vars/main.yml": "__gate_tags: {Name: '{{ gate_name }}'}\n",
    "tasks/main.yml": "- ansible.builtin.include_tasks: open.yml\n",
    "tasks/open.yml": "- ansible.builtin.debug: {msg: '{{ __gate_tags }}'}\n  when: gate_name | length > 0\n",
    "meta/argument_specs.yml": (
        "argument_specs:\n  main:\n    short_description: Open the gate\n    options:\n"
        "      gate_name: {type: str, required: true, description: Its name}\n"
    ),
    "README.md": "`main`\n| `gate_name` | `red5pro_name` |\n```yaml\n- roles: [{role: gate, vars: {gate_name: a}}]\n```\n",
}
MISTAKES = {
    "internals_begin_with_underscores": (
        "tasks/open.yml",
        "- ansible.builtin.debug: {msg: '{{ __gate_tags }}'}\n  when: gate_name | length > 0\n  register: gate_opened\n",
    ),
    "main_is_there": ("tasks/main.yml", None),
    "entry_points_are_files": (
        "meta/argument_specs.yml",
        FILES["meta/argument_specs.yml"]
        + "  shut: {short_description: Shut it, options: {gate_name: {type: str, description: Its name}}}\n",
    ),
    "files_are_entry_points": ("tasks/shut.yml", "[]\n"),
    "defaults_are_options": ("defaults/main.yml", FILES["defaults/main.yml"] + "gate_width: 2\n"),
    "options_are_defaults": (
        "meta/argument_specs.yml",
        FILES["meta/argument_specs.yml"] + "      gate_width: {type: int, description: Metres}\n",
    ),
    "entry_points_are_described": ("meta/argument_specs.yml", FILES["meta/argument_specs.yml"].replace("Open the gate", "''")),
    "options_are_described": ("meta/argument_specs.yml", FILES["meta/argument_specs.yml"].replace("type: str, ", "")),
    "a_choice_among_few_is_declared": ("tasks/open.yml", FILES["tasks/open.yml"].replace("gate_name | length > 0", "gate_name == 'north'")),
    "patterns_match_to_the_last_character": (
        "tasks/open.yml",
        FILES["tasks/open.yml"].replace("gate_name |", "gate_name is match('n$') or gate_name |"),
    ),
    "an_unreachable_host_does_not_end_the_play_of_the_others": (
        "tasks/open.yml",
        FILES["tasks/open.yml"] + "  ignore_unreachable: true\n",
    ),
    "another_call_does_not_take_what_an_earlier_one_planned": (
        "tasks/open.yml",
        FILES["tasks/open.yml"].replace("gate_name | length > 0", "__gate_planned is not defined") + "  vars: {__gate_planned: 1}\n",
    ),
    "facts_hold_no_secret": (
        "tasks/open.yml",
        FILES["tasks/open.yml"] + "- ansible.builtin.set_fact: {gate_opened_with: '{{ gate_password }}'}\n",
    ),
    "a_plan_is_set_with_what_it_is_for": (
        "tasks/open.yml",
        FILES["tasks/open.yml"]
        + "- ansible.builtin.set_fact: {__gate_plan: 1, __gate_plan_for: north}\n- ansible.builtin.set_fact: {__gate_plan: 2}\n",
    ),
    "documented_defaults_are_the_real_ones": (
        "meta/argument_specs.yml",
        FILES["meta/argument_specs.yml"].replace("required: true", "required: true, default: south"),
    ),
    "used_variables_are_known": ("tasks/open.yml", FILES["tasks/open.yml"].replace("gate_name |", "gate_naem |")),
    "own_names_have_the_prefix": ("vars/main.yml", FILES["vars/main.yml"] + "tags: []\n"),
    "deployment_variables_only_in_defaults": ("tasks/open.yml", FILES["tasks/open.yml"].replace("__gate_tags", "red5pro_name")),
    "lists_and_dictionaries_may_come_as_text": (
        "meta/argument_specs.yml",
        FILES["meta/argument_specs.yml"].replace("type: str", "type: list"),
    ),
    "readme_names_the_deployment_variable": ("defaults/main.yml", FILES["defaults/main.yml"].replace("red5pro_name", "red5pro_title")),
    "readme_names_every_variable_and_entry_point": ("README.md", "`main`\n"),
    "readme_example_gives_all_that_is_required": ("README.md", FILES["README.md"].replace("gate_name: a", "red5pro_title: a")),
}


@pytest.mark.parametrize("check", CHECKS)
def test_check_finds_its_mistake_and_no_other(check: str, tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / "gate" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "gate" / name).write_text(text, encoding="utf-8")
    assert list(CHECKS[check](Role(tmp_path / "gate"))) == []
    wrong, content = MISTAKES[check]
    if content is None:
        (tmp_path / "gate" / wrong).unlink()
    else:
        (tmp_path / "gate" / wrong).write_text(content, encoding="utf-8")
    assert len(list(CHECKS[check](Role(tmp_path / "gate")))) == 1


@pytest.mark.parametrize("mistake", ["{{ __gate_tags }}", "{{ gate_other }}"])
def test_reading_another_role_is_found(mistake: str, tmp_path: Path) -> None:
    for name, text in {"gate/vars/main.yml": "__gate_tags: {}", "road/defaults/main.yml": f"road_tags: '{mistake}'"}.items():
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert list(_others_used(Role(tmp_path / "road"), [Role(tmp_path / "gate"), Role(tmp_path / "road")])) == [mistake[3:-3]]
