# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is wrong with declared objects, found before anything is asked of the API: pure functions, messages with the option's path.

Every message reads `regions[0].targets[2].min_limit: is -1; give a whole number from 0 to 2147483647`.
"""

from __future__ import annotations

import base64
import re
import typing as t

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.streamops.red5pro.plugins.module_utils._resources import (
    CLUSTER_ROLES,
    DEFAULT_REGION,
    GROUP_RUN,
    LAUNCH_CONFIG,
    LAUNCH_TARGET,
    NODE_GROUP,
    POLICY_TARGET,
    SCALE_POLICY,
    TRANSCODING_ROLES,
    USER_DATA,
    Field,
    Resource,
    property_text,
)

Params = t.Mapping[str, t.Any]
Problems = t.Iterator[str]

LARGEST = 2**31 - 1  # the API's numbers are Java's int
USER_DATA_BYTES = 16 * 1024  # EC2's limit, before base64
CLUSTER_MINIMUM = 2
WAVELENGTH_VERSION = (0, 0, 4)
CONTROLLER_TAGS = ("identifier", "role", "connectionCapacity")  # the cloud controller writes these itself
KINDS = {"int": "a whole number", "bool": "true or false", "list": "a list", "dict": "a dictionary", "str": "text", "path": "a path"}


def plain(value: t.Any) -> t.Any:
    """Return a copy of `value` in dict and list: Ansible's lazy containers are templated anew each time somebody copies them."""
    if isinstance(value, t.Mapping):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, (list, tuple)) else value


def problems(resource: Resource, values: t.Any, path: str = "") -> list[str]:
    """Return what is wrong with `values`, the options of a module for `resource` as a user declares them."""
    values = plain(values)
    if not isinstance(values, t.Mapping):
        return [f"{path.rstrip('.')}: is {values!r}; give a dictionary with the options of {resource.key}"]
    found = list(argument_problems(resource.options, values, path))
    if not found:
        found = list(meaning_problems(resource, validated(resource, values), path))
    return found


def validated(resource: Resource, values: Params) -> Params:
    """Return `values`, in which argument_problems finds nothing, with the types and defaults of the argument spec."""
    given = {name: value for name, value in values.items() if value is not None}
    return t.cast(Params, ArgumentSpecValidator(resource.options).validate(given).validated_parameters)


def argument_problems(options: Params, values: Params, path: str = "") -> Problems:
    """Yield what breaks the argument spec `options`, naming the whole path of each option as Ansible itself does not."""
    for name in values:
        if name not in options and not str(name).startswith("_ansible_"):
            yield f"{path}{name}: is no option here; there are {', '.join(options)}"
    for name, spec in options.items():
        value = values.get(name)
        if value is None:
            if spec.get("required"):
                yield f"{path}{name}: is missing; give {_wanted(spec)}"
            continue
        converted, problem = _convert(spec, value, path + name)
        yield from problem
        if spec.get("type") == "list" and not problem:
            element = {"type": spec["elements"], "choices": spec.get("choices")}
            for index, item in enumerate(converted):
                where = f"{path}{name}[{index}]"
                converted_item, problem = _convert(element, item, where)
                yield from problem
                if "options" in spec and not problem:
                    yield from argument_problems(spec["options"], converted_item, f"{where}.")


def _convert(spec: Params, value: t.Any, where: str) -> tuple[t.Any, list[str]]:
    kind = spec.get("type", "str")
    choices = spec.get("choices") if kind != "list" else None
    wrong = value is None or (kind == "int" and isinstance(value, bool)) or (kind == "str" and isinstance(value, (list, t.Mapping)))
    try:
        result = ArgumentSpecValidator({"value": {"type": kind}}).validate({"value": value})
        wrong = wrong or bool(result.error_messages)
    except (ArithmeticError, TypeError, ValueError):  # Ansible does not catch what `.inf` does to its own check of numbers
        wrong = True
    if wrong or (choices and result.validated_parameters["value"] not in choices):
        return None, [f"{where}: is {value!r}; give {_wanted(spec)}"]
    return result.validated_parameters["value"], []


def _wanted(spec: Params) -> str:
    if spec.get("choices") and spec.get("type") != "list":
        return f"one of {', '.join(spec['choices'])}"
    return KINDS[spec.get("type", "str")]


def meaning_problems(resource: Resource, params: Params, path: str = "") -> Problems:
    """Yield what the API would refuse in `params`, which already fit the argument spec."""
    yield from name_problems(params["name"], path)
    if params["state"] == "present":
        for option in resource.needed:
            if params.get(option) is None:
                yield f"{path}{option}: is missing; give {_wanted(resource.options[option])} when state is present"
    for option in resource.never_empty:
        if params.get(option) is not None and not params[option].strip():
            yield f"{path}{option}: is empty; give text or leave it out"
    yield from CHECKS[resource.key](params, path)


def name_problems(name: str, path: str = "") -> Problems:
    """Yield why `name` cannot name an object in a URL."""
    if not name.strip() or name in (".", "..") or not name.isprintable():
        yield f"{path}name: is {name!r}; give a name of printable characters that is neither empty nor . nor .."


def _scale_policy(params: Params, path: str) -> Problems:
    yield from _version(params, path)
    regions = params.get("regions")
    if regions is None:
        return
    names = [region["name"] for region in regions]
    if DEFAULT_REGION not in names:
        yield f"{path}regions: has {_listed(names)}; one region must have the name {DEFAULT_REGION}, also in a multi-region policy"
    yield from _unique(names, f"{path}regions", "name", "region")
    all_roles = {target["role"]: index for index, region in reversed(list(enumerate(regions))) for target in region["targets"]}
    for index, region in enumerate(regions):
        here = f"{path}regions[{index}]"
        yield from _named(region["name"], f"{here}.name")
        if region.get("subnet") and () < _numbers(params["version"]) < WAVELENGTH_VERSION:
            yield f"{here}.subnet: is {region['subnet']!r}; a region with a subnet needs version 0.0.4, not {params['version']}"
        yield from _targets(POLICY_TARGET, region["targets"], f"{here}.targets")
        for number, target in enumerate(region["targets"]):
            if target["max_limit"] < target["min_limit"]:
                yield (
                    f"{here}.targets[{number}].min_limit: is {target['min_limit']}, more than max_limit {target['max_limit']}; "
                    "give a min_limit that is not above max_limit"
                )
        for role in sorted(set(all_roles) - {target["role"] for target in region["targets"]}):
            yield (
                f"{here}.targets: has no role {role}, which regions[{all_roles[role]}] has; "
                "every region must name every role, also with min_limit 0"
            )
    yield from feature_problems(params, params.get("features") or (), path)


def feature_problems(params: Params, features: t.Collection[str], path: str = "", absent: bool = True) -> Problems:
    """Yield where the guide's minimums for `features` are not met; a role that no region has counts only if `absent`."""
    regions = list(enumerate(params.get("regions") or ()))
    # In a multi-region policy the named regions run the nodes
    running = [(index, region) for index, region in regions if region["name"] != DEFAULT_REGION] or regions
    for feature, roles in (("clustering", CLUSTER_ROLES), ("transcoding", TRANSCODING_ROLES)):
        for role in roles if feature in features else ():
            places = [
                (index, number, target["min_limit"])
                for index, region in running
                for number, target in enumerate(region["targets"])
                if target["role"] == role
            ]
            if not places and absent:
                yield (
                    f"{path}regions[{running[0][0] if running else 0}].targets: has no role {role}; "
                    f"{feature} needs min_limit {CLUSTER_MINIMUM} of it"
                )
            elif places and sum(least for index, number, least in places) < CLUSTER_MINIMUM:
                index, number, least = places[0]
                yield (
                    f"{path}regions[{index}].targets[{number}].min_limit: is {least} for {role}; {feature} needs at least {CLUSTER_MINIMUM}"
                )


def _launch_config(params: Params, path: str) -> Problems:
    yield from _version(params, path)
    yield from _image(params.get("image"), f"{path}image")
    targets = params.get("targets")
    if targets is not None:
        yield from _targets(LAUNCH_TARGET, targets, f"{path}targets")
        for index, target in enumerate(targets):
            yield from _image(target.get("image"), f"{path}targets[{index}].image")
            if not re.fullmatch(r"\S+", target["instance_type"]):
                yield f"{path}targets[{index}].instance_type: is {target['instance_type']!r}; give an instance type as c5.large"
    for option in ("properties", "metadata"):
        for key, value in (params.get(option) or {}).items():
            where = f"{path}{option}.{key}"
            if not str(key).strip():
                yield f"{where}: has an empty name; name it"
            if property_text(value) is None:
                yield f"{where}: is no single value; give text, a number, true or false"
            if option == "metadata" and (key in CONTROLLER_TAGS or str(key).lower().startswith("aws:")):
                yield f"{where}: is a tag that AWS or the Stream Manager itself sets; choose another name"
    yield from _user_data(params, path)


def _user_data(params: Params, path: str) -> Problems:
    text, file = params.get("user_data"), params.get("user_data_file")
    raw = property_text((params.get("properties") or {}).get(USER_DATA))
    if sum(value is not None for value in (text, file, raw)) > 1:
        yield f"{path}user_data: only one of user_data, user_data_file and properties.{USER_DATA} can be given"
    if text is not None and len(text.encode(errors="surrogatepass")) > USER_DATA_BYTES:
        yield f"{path}user_data: has {len(text.encode(errors='surrogatepass'))} bytes; EC2 takes at most {USER_DATA_BYTES}"
    if file is not None and not file.startswith("/"):
        yield f"{path}user_data_file: is {file!r}; give an absolute path on the stream manager"
    if raw is not None and not raw.startswith("file:/") and not _base64(raw):
        yield f"{path}properties.{USER_DATA}: must be file:/absolute/path or base64:TEXT; or use user_data or user_data_file"


def _base64(raw: str) -> bool:
    prefix, colon, rest = raw.partition(":")
    try:
        return prefix == "base64" and bool(colon) and bool(base64.b64decode(rest, validate=True))
    except ValueError:
        return False


def _node_group(params: Params, path: str) -> Problems:
    regions = params.get("regions")
    if regions is not None:
        if not regions:
            yield f"{path}regions: is empty; give at least one AWS region"
        for index, region in enumerate(regions):
            yield from _named(region, f"{path}regions[{index}]")
        yield from _unique(regions, f"{path}regions", "", "region")
    yield from _ranges(GROUP_RUN, params, path)
    if 1 <= params["wait_timeout"] < params["wait_interval"]:
        yield f"{path}wait_interval: is {params['wait_interval']}, more than wait_timeout {params['wait_timeout']}; give fewer seconds"


CHECKS: dict[str, t.Callable[[Params, str], Problems]] = {
    SCALE_POLICY.key: _scale_policy,
    LAUNCH_CONFIG.key: _launch_config,
    NODE_GROUP.key: _node_group,
}


def _targets(fields: t.Iterable[Field], targets: t.Sequence[Params], where: str) -> Problems:
    if not targets:
        yield f"{where}: is empty; give at least one role"
    yield from _unique([target["role"] for target in targets], where, "role", "role")
    for index, target in enumerate(targets):
        yield from _ranges(fields, target, f"{where}[{index}].")


def _ranges(fields: t.Iterable[Field], params: Params, path: str) -> Problems:
    for field in fields:
        value = params.get(field.name)
        if field.low is not None and value is not None and not field.low <= value <= LARGEST:
            yield f"{path}{field.name}: is {value!r}; give a whole number from {field.low} to {LARGEST}"


def _unique(values: t.Sequence[str], where: str, option: str, noun: str) -> Problems:
    for index, value in enumerate(values):
        if value in values[:index]:
            place = f"{where}[{index}].{option}".rstrip(".")
            yield f"{place}: is {value!r}, as is {where}[{values.index(value)}]; give each {noun} once"


def _named(value: str, where: str) -> Problems:
    if not re.fullmatch(r"\S+", value):
        yield f"{where}: is {value!r}; give a name without spaces"


def _image(value: str | None, where: str) -> Problems:
    if value is None:
        return
    if not 3 <= len(value.strip()) <= 128:
        yield f"{where}: is {value!r}; give the name of an image, 3 to 128 characters"
    elif re.fullmatch(r"ami-[0-9a-f]{8,17}", value):
        yield f"{where}: is {value!r}, which is an id; give the name of the image"


def _version(params: Params, path: str) -> Problems:
    if not _numbers(params["version"]):
        yield f"{path}version: is {params['version']!r}; give three numbers as 0.0.3"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split("."))) if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9}){2}", version) else ()


def _listed(names: t.Collection[str]) -> str:
    return ", ".join(names) or "none"


def declared_problems(resource: Resource, declared: t.Any, label: str) -> list[str]:
    """Return what is wrong with a list of declared objects, paths starting with `label`, as `label[0].regions`."""
    if not isinstance(declared, t.Sequence) or isinstance(declared, str):
        return [f"{label}: is {declared!r}; give a list of dictionaries with the options of {resource.key}"]
    found = [problem for index, values in enumerate(declared) for problem in problems(resource, values, f"{label}[{index}].")]
    names = [str(values.get("name")) if isinstance(values, t.Mapping) else f"[{index}]" for index, values in enumerate(declared)]
    return [*found, *_unique(names, label, "name", resource.noun)]


def reference_problems(
    groups: t.Sequence[Params], policies: t.Sequence[Params] | None, configs: t.Sequence[Params] | None, label: str
) -> Problems:
    """Yield where node groups name what is not declared, or other regions than their scale policy; None is not checked.

    All are without problems of their own.
    """
    policies = policies and [validated(SCALE_POLICY, plain(policy)) for policy in policies]
    for index, group in enumerate(validated(NODE_GROUP, plain(group)) for group in groups):
        if group["state"] == "absent":
            continue
        for option, declared in (("scale_policy", policies), ("launch_config", configs)):
            names = [str(each["name"]) for each in declared or () if each.get("state") != "absent"]
            if declared is not None and group[option] not in names:
                yield f"{label}[{index}].{option}: is {group[option]!r}, which is not declared; declared are {_listed(names)}"
        for policy in policies or ():
            regions = {region["name"] for region in policy.get("regions") or ()} - {DEFAULT_REGION}
            if policy["name"] == group["scale_policy"] and regions and regions != set(group["regions"]) - {DEFAULT_REGION}:
                yield (
                    f"{label}[{index}].regions: has {_listed(sorted(group['regions']))}, but scale policy {policy['name']!r} "
                    f"has {_listed(sorted(regions))}; a multi-region policy and its group must have the same regions"
                )
