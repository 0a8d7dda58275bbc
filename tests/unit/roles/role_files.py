# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads a role's files: which variables it declares, sets and uses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from types import GeneratorType
from typing import Any

import yaml
from ansible_collections.streamops.red5pro.plugins.plugin_utils.texts import as_text, given
from jinja2 import Environment, StrictUndefined, TemplateError, nodes
from jinja2.nativetypes import NativeEnvironment

ROOT = Path(__file__).resolve().parents[3]
ROLES = sorted(path.name for path in (ROOT / "roles").iterdir())

_JINJA = Environment(autoescape=False, extensions=["jinja2.ext.do"])  # only parses
_EXPRESSIONS = ("when", "until", "failed_when", "changed_when", "that", "var")


def parsed(path: Path) -> Any:
    """What a YAML file holds, nothing if there is no such file."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) if path.exists() else None


@cache
def names(text: str) -> frozenset[str]:
    """The variables that a template reads."""
    found = list(_JINJA.parse(text).find_all(nodes.Name))
    return frozenset(name.name for name in found if name.ctx == "load") - {name.name for name in found if name.ctx in ("store", "param")}


def of_deployment(variables: set[str]) -> set[str]:
    """Those that a deployment sets, not the inputs of the role red5pro."""
    return {name for name in variables if name.startswith("red5pro_") and not name.startswith("red5pro_install_")}


UNKNOWN = object()
_PLAIN = NativeEnvironment(undefined=StrictUndefined)
_PLAIN.filters["streamops.red5pro.from_text"] = lambda value, _name: value  # which changes nothing but text
_PLAIN.filters["streamops.red5pro.given"] = given
_PLAIN.filters["streamops.red5pro.as_text"] = as_text


def plain_value(template: object) -> object:
    """What a default is if nothing else is set; UNKNOWN if it needs something."""
    if not isinstance(template, str) or not template:
        return template
    try:
        value = _PLAIN.from_string(template).render()
        return list(value) if isinstance(value, GeneratorType) else value  # of map and select
    except TemplateError:
        return UNKNOWN


def strings(data: object, expression: bool = False) -> Iterator[str]:
    """Every template in a structure; bare conditions get the braces that Ansible adds to them."""
    if isinstance(data, str):
        yield f"{{{{ {data} }}}}" if expression and "{{" not in data else data
    elif isinstance(data, list):
        for item in data:
            yield from strings(item, expression)
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from strings(value, expression or key in _EXPRESSIONS)


def dictionaries(data: object) -> Iterator[dict[str, Any]]:
    """Every dictionary in a structure, the outer ones first."""
    if isinstance(data, dict):
        yield data
        data = list(data.values())
    if isinstance(data, list):
        for item in data:
            yield from dictionaries(item)


@dataclass(frozen=True)
class Role:
    """A role as its files say it is."""

    path: Path

    @property
    def prefix(self) -> str:
        return "red5pro_install_" if self.path.name == "red5pro" else f"{self.path.name}_"  # red5pro_ begins those of a deployment

    def names(self, variable: str) -> bool:
        """Whether a variable is the role's own by its name; internals begin with two underscores."""
        return variable.removeprefix("__").startswith(self.prefix)

    @cached_property
    def documented(self) -> set[str]:
        """The names of the role's own that its README has."""
        text = (self.path / "README.md").read_text(encoding="utf-8")
        return set(re.findall(rf"`({self.prefix}\w+)`", text))

    @cached_property
    def defaults(self) -> dict[str, Any]:
        return parsed(self.path / "defaults/main.yml") or {}

    @cached_property
    def vars(self) -> dict[str, Any]:
        return parsed(self.path / "vars/main.yml") or {}

    @cached_property
    def entry_points(self) -> dict[str, Any]:
        specs: dict[str, Any] = (parsed(self.path / "meta/argument_specs.yml") or {}).get("argument_specs", {})
        return specs

    @cached_property
    def tasks(self) -> dict[str, Any]:
        return {path.stem: parsed(path) for path in sorted((self.path / "tasks").glob("*.yml"))}

    @property
    def options(self) -> dict[str, Any]:
        return {name: option for spec in self.entry_points.values() for name, option in spec.get("options", {}).items()}

    @property
    def facts(self) -> set[str]:
        """What set_fact gives."""
        return {name for task in self._each_task() for name in task.get("ansible.builtin.set_fact", {})}

    @property
    def local(self) -> set[str]:
        """What tasks register, loop with, or have as vars."""
        found: set[str] = set()
        for task in self._each_task():
            found |= set(task.get("vars", {})) if isinstance(task.get("vars"), dict) else set()
            found |= {task[key] for key in ("register", "loop_var", "index_var") if isinstance(task.get(key), str)}
        return found

    def _each_task(self) -> Iterator[dict[str, Any]]:
        return dictionaries(list(self.tasks.values()))

    def used_in_code(self) -> set[str]:
        """What tasks, vars and templates read."""
        templates = [path.read_text(encoding="utf-8") for path in sorted(self.path.glob("templates/**/*.j2"))]
        return {name for text in [*strings(list(self.tasks.values())), *strings(self.vars), *templates] for name in names(text)}

    def used_in_defaults(self, variable: str | None = None) -> set[str]:
        return {name for text in strings(self.defaults if variable is None else self.defaults[variable]) for name in names(text)}

    def needs(self, entry_point: str) -> set[str]:
        """The defaults that the tasks of an entry point read, themselves, through what they include, or through other variables."""
        files, left = set(), {entry_point}
        while left:
            files |= left
            left = self.included([self.tasks[name] for name in left]) - files
        tasks = [self.tasks[name] for name in files]
        templates = [path.read_text(encoding="utf-8") for path in sorted(self.path.glob("templates/**/*.j2"))]
        read = {name for text in strings(tasks) for name in names(text)}
        given = {name for task in dictionaries(tasks) for name in task.get("ansible.builtin.set_fact", {})}
        used: set[str] = set()
        while read - used:
            used |= read
            texts = [text for name in read for text in strings(self.vars.get(name, self.defaults.get(name)))]
            texts += templates if any("ansible.builtin.template" in text for text in texts) else []
            read = {name for text in texts for name in names(text)}
        return used & self.defaults.keys() - given

    def included(self, tasks: list[Any] | None = None) -> set[str]:
        """Task files that these task files include, or all of them."""
        found = set()
        for task in dictionaries(tasks) if tasks is not None else self._each_task():
            for key in ("ansible.builtin.include_tasks", "ansible.builtin.import_tasks"):
                value = task.get(key)
                found |= {Path(value["file"] if isinstance(value, dict) else value).stem} if value else set()
        return found


@cache
def read_role(name: str) -> Role:
    """A role of the collection, read once."""
    return Role(ROOT / "roles" / name)
