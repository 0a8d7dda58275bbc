# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Checks options against an argument spec, with the whole path of each option, which Ansible does not give."""

from __future__ import annotations

import typing as t

from ansible.module_utils.common.validation import check_type_bool, check_type_dict, check_type_int, check_type_list, check_type_str
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import Problem
from ansible_collections.streamops.red5pro.plugins.module_utils._resource import Params, Problems

_CONVERTERS: dict[str, t.Callable[[t.Any], t.Any]] = {
    "int": check_type_int,
    "bool": check_type_bool,
    "list": check_type_list,
    "dict": check_type_dict,
    "str": check_type_str,
}
_KINDS = {"int": "a whole number", "bool": "true or false", "list": "a list", "dict": "a dictionary", "str": "text"}


def without_blanks(options: Params, values: Params, top: bool = True) -> dict[str, t.Any]:
    """Return `values` without nulls, and without the blank text that a survey returns for an optional answer.

    For options of type text blank means "not given" only if the option has a default.
    """
    kept: dict[str, t.Any] = {}
    for name, value in values.items():
        spec = options.get(name)
        if spec is None:
            kept[name] = value
        elif value is None or (isinstance(value, str) and _is_blank(spec, value, top)):
            continue
        elif "options" in spec and isinstance(value, list):
            kept[name] = [without_blanks(spec["options"], each, False) if isinstance(each, dict) else each for each in value]
        else:
            kept[name] = value
    return kept


def _is_blank(spec: Params, value: str, top: bool) -> bool:
    if spec.get("required"):
        return False
    if spec.get("type", "str") == "str":
        return value == "" and top and "default" in spec
    return not value.strip()


def argument_problems(options: Params, values: Params, path: str = "") -> Problems:
    """Yield what does not match the argument spec `options`."""
    for name in values:
        if name not in options and not str(name).startswith("_ansible_"):
            yield Problem(f"{path}{name}", "no such option", f"one of {', '.join(options)}")
    for name, spec in options.items():
        value = values.get(name)
        if value is None:
            if spec.get("required"):
                yield Problem(f"{path}{name}", "missing", wanted(spec))
            continue
        converted, problems = _convert(spec, value, path + name)
        yield from problems
        if spec.get("type") == "list" and not problems:
            yield from _element_problems(spec, converted, path + name)


def _element_problems(spec: Params, values: list[t.Any], where: str) -> Problems:
    element = {"type": spec["elements"], "choices": spec.get("choices")}
    for index, value in enumerate(values):
        converted, problems = _convert(element, value, f"{where}[{index}]")
        yield from problems
        if "options" in spec and not problems:
            yield from argument_problems(spec["options"], converted, f"{where}[{index}].")


def _convert(spec: Params, value: t.Any, where: str) -> tuple[t.Any, list[Problem]]:
    kind = spec.get("type", "str")
    choices = spec.get("choices") if kind != "list" else None
    converted = None
    wrong = value is None or (kind == "int" and isinstance(value, bool)) or (kind == "str" and isinstance(value, (list, t.Mapping)))
    try:
        converted = None if wrong else _CONVERTERS[kind](value)
    except (ArithmeticError, TypeError, ValueError):  # the first is what `.inf` does to Ansible's own check of numbers
        wrong = True
    if wrong or (choices and converted not in choices):
        return None, [Problem(where, value, wanted(spec))]
    return converted, []


def wanted(spec: Params) -> str:
    """Return the expected value of an option, in words."""
    if spec.get("choices") and spec.get("type") != "list":
        return f"one of {', '.join(spec['choices'])}"
    return _KINDS[spec.get("type", "str")]
