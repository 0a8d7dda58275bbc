# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is wrong with declared objects, found before any request to the API, by modules and filters alike."""

from __future__ import annotations

import typing as t

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.streamops.red5pro.plugins.module_utils._argument_spec import argument_problems, wanted, without_blanks
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import Problem
from ansible_collections.streamops.red5pro.plugins.module_utils._plain import plain
from ansible_collections.streamops.red5pro.plugins.module_utils._resource import Params, Problems, Resource
from ansible_collections.streamops.red5pro.plugins.module_utils._rules import name_problems, text_problems, unique_problems


def problems(resource: Resource, values: t.Any, path: str = "") -> list[Problem]:
    """Return what is wrong with `values`, the options of a module for `resource` as a user declares them."""
    values = plain(values)
    if not isinstance(values, dict):
        return [Problem(path.rstrip("."), values, f"a dictionary with the options of {resource.key}")]
    values = without_blanks(resource.options, values)
    found = list(argument_problems(resource.options, values, path))
    return found or list(_meaning_problems(resource, validated(resource, values), path))


def validated(resource: Resource, values: Params) -> Params:
    """Return `values`, in which argument_problems finds nothing, with the types and defaults of the argument spec."""
    given = without_blanks(resource.options, values)
    return t.cast(Params, ArgumentSpecValidator(resource.options).validate(given).validated_parameters)


def _meaning_problems(resource: Resource, params: Params, path: str) -> Problems:
    yield from name_problems(params[resource.identity], path, resource.identity)
    yield from text_problems(resource.options, params, path)
    if params.get("state") == "present":
        for option in resource.needed:
            if params.get(option) is None:
                yield Problem(f"{path}{option}", "missing", f"{wanted(resource.options[option])} when state is present")
    for option in resource.never_empty:
        if params.get(option) is not None and not params[option].strip():
            yield Problem(f"{path}{option}", params[option], "text, or leave the option out")
    yield from resource.check(params, path)


def declared_problems(resource: Resource, declared: t.Any, label: str) -> list[Problem]:
    """Return what is wrong with a list of declared objects, paths starting with `label`, as `label[0].regions`."""
    declared = plain(declared)
    if not isinstance(declared, list):
        return [Problem(label, declared, f"a list of dictionaries with the options of {resource.key}")]
    found = [problem for index, values in enumerate(declared) for problem in problems(resource, values, f"{label}[{index}].")]
    names = [str(values.get("name")) if isinstance(values, dict) else f"[{index}]" for index, values in enumerate(declared)]
    return [*found, *unique_problems(names, label, "name", resource.noun)]
