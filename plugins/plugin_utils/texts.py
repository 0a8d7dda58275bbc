# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Values of variables from YAML, a survey of AWX, --extra-vars NAME=VALUE or the environment. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import yaml
from ansible.module_utils.parsing.convert_bool import boolean
from ansible_collections.streamops.red5pro.plugins.module_utils._messages import InvalidError, Problem

from .ownership import DEPLOYMENT, PREFIX, ROLE


class _Loader(yaml.SafeLoader):
    """Refuses a dictionary with a duplicate key, of which YAML would use the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _value in node.value]
        for (key, _value), name in zip(node.value, keys, strict=True):
            if keys.count(name) > 1:
                raise yaml.constructor.ConstructorError(problem="a duplicate key", problem_mark=key.start_mark)
        return super().construct_mapping(node, deep)


def meant(value: Any, name: str) -> Any:
    """Parses a list or dictionary from text: JSON, YAML, or items separated by commas. A value that is not text is returned as it is.

    Dates in it become text: YAML reads C(2026-12-31) as a date, which neither AWS nor the API of the stream managers takes.

    Raises InvalidError with the variable's name, without the text, which may contain secrets, if it is invalid.
    """
    if not isinstance(value, str):
        return _dates_as_text(value)
    try:
        parsed = yaml.load(value, _Loader)
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "a character that YAML does not allow"
        raise InvalidError(Problem(name, value, f"JSON, YAML or items separated by commas; see {where}", secret=True)) from None
    if isinstance(parsed, list | dict):
        return _dates_as_text(parsed)
    return [item.strip() for item in value.split(",") if item.strip()]


def _dates_as_text(value: Any) -> Any:
    """A copy with text for each date, or the value itself if it has none."""
    if isinstance(value, date):
        return str(value)
    if isinstance(value, Mapping):
        items = {key: _dates_as_text(one) for key, one in value.items()}
        return items if any(items[key] is not one for key, one in value.items()) else value
    if isinstance(value, list | tuple):
        found = [_dates_as_text(one) for one in value]
        return found if any(new is not old for new, old in zip(found, value, strict=True)) else value
    return value


def given(value: Any, default: Any) -> Any:
    """The value, or the default if it is null or blank. Unlike with default(value, true), zero and false are values.

    If the default is true or false, a text that argument specs take for one is too: for the filter bool, `y` and `t` are false.
    """
    return default if value in (None, "") else _truth(value) if isinstance(default, bool) else value


def _truth(value: Any) -> Any:
    try:
        return boolean(value)
    except TypeError:  # which the validation of arguments refuses
        return value


def as_text(value: Any) -> Any:
    """A number or a date as text, since YAML reads C(2026) without quotes as a number. Any other value is returned as it is."""
    is_other = isinstance(value, bool) or not isinstance(value, (int, float, date))
    return value if is_other else str(value)


def host_name(value: Any) -> Any:
    """A host name as AWS returns it: in lower case, without the final dot. A value that is not text is returned as it is."""
    return value.lower().removesuffix(".") if isinstance(value, str) else value


def tag_values(
    tags: dict[str, Any], deployment: str = "", role: str = "", name: str = "", prefix: str = "", image: str = ""
) -> dict[str, str]:
    """Tags with their values as text, as AWS returns them: YAML reads C(4711) as a number and C(true) as a boolean.

    What else is given of the deployment and the resource is added as its tags.
    """
    own = {"Name": name, DEPLOYMENT: deployment, ROLE: role, PREFIX: prefix, "red5pro:image": image}
    tags = {**tags, **{key: value for key, value in own.items() if value}}
    return {str(key): "" if value is None else str(value).lower() if isinstance(value, bool) else str(value) for key, value in tags.items()}
